"""Bugs to plant, each in one function, with a story that a sound desk lives through unharmed.

A story's acts may be refused; it is the ledger that must not be shocked. Each bug says which of
the invariants it breaks.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from briefs import dossier, gates, reducer, signoff, stages, submission, tally
from briefs.authorship import holders
from briefs.people import Person
from briefs.policy import Policy
from briefs.terms import Action
from tests.model import drafts
from tests.model.world import ONE, TWO, agreed


@dataclass(frozen=True)
class Bug:
    """A bug: what it breaks, how it is planted, and the story that brings it to light."""

    breaks: str
    plant: Callable
    story: Callable
    policy: dict = field(default_factory=agreed)


BUGS: dict[str, Bug] = {}

LEGAL = {"sections": ["2"], "role": "legal", "count": 1}
OWN = {"sections": ["1"], "role": "reviewer", "count": 1, "personal_key": True}


def bug(breaks, story, *rules, **terms):
    """Note the decorated function, which plants the bug, with its story and the policy of that."""

    def note(plant):
        name = plant.__name__.strip("_").replace("_", "-")
        BUGS[name] = Bug(breaks, plant, story, agreed(rules or (TWO,), **terms))
        return plant

    return note


# What happens in stories.


def review(world, *signers, memo=None, by="ada"):
    world.submit(by, memo)
    for action in ("check", "score", "request review"):
        world.go(action)
    for name in signers:
        world.go("sign off", name)


def out(world):
    """Let it go out, where it may."""
    world.go("schedule", "zoe")
    world.wait(hours=3)
    world.go("publish")


def other(world, edit=drafts.digit, by="ada", **more):
    """Bring another text to review."""
    review(world, by=by, memo=edit(world.memo, Random(1), **more))


def gone(name):
    return lambda policy: policy["people"].remove(_found(policy, name))


def changed(name, **values):
    return lambda policy: _found(policy, name).update(values)


def _found(policy, name):
    return next(p for p in policy["people"] if p["id"] == name)


def _key(**values):
    return lambda policy: _found(policy, "ben")["keys"][0].update(values)


# How bugs are planted.


def _row(patch, gate, instead):
    """Put another gate in the table's arrows."""
    rows = (replace(r, gate=instead) if r.gate is gate else r for r in stages.TRANSITIONS)
    patch.setattr(stages, "TRANSITIONS", tuple(rows))


def _view(patch, change):
    """Let the gates' tally look at something else than what is there."""
    real = dossier.Dossier.tally.fget
    patch.setattr(dossier.Dossier, "tally", property(lambda self: change(real(self))))


def _rules(patch, **values):
    """Let the tally ask for less: `values` are functions of a rule."""

    def lenient(one):
        state = one.state
        rules = tuple(
            r.model_copy(update={k: change(r, state) for k, change in values.items()})
            for r in state.rules
        )
        return replace(one, state=replace(state, rules=rules))

    _view(patch, lenient)


def _terms(patch, **values):
    """Let the tally look at other terms."""
    _view(
        patch,
        lambda one: replace(
            one, state=replace(one.state, terms=one.state.terms.model_copy(update=values))
        ),
    )


def _state(patch, **values):
    """Let the tally look at another state."""
    _view(patch, lambda one: replace(one, state=replace(one.state, **values)))


def _people(patch, change):
    """Let the tally look at other people: `change` makes a person of a person and the tally."""

    def seen(one):
        people = tuple(change(person, one) for person in one.policy.people)
        return replace(one, policy=one.policy.model_copy(update={"people": people}))

    _view(patch, seen)


def _after(patch, name, change):
    """Let the reducer's function make something else of the state."""
    real = getattr(reducer, name)

    def made(state, event):
        return change(real(state, event), state, event)

    patch.setattr(reducer, name, made)
    for action, function in reducer._CHANGES.items():
        if function is real:
            patch.setitem(reducer._CHANGES, action, made)


# The quorum.


def _two_of_three(world):
    review(world, "ben", "cleo")
    out(world)


@bug("I1", _two_of_three, quorum=3)
def _quorum_off_by_one(patch):
    _terms(patch, quorum=2)


@bug("I1", lambda world: review(world, "ben"))
def _count_off_by_one(patch):
    _rules(patch, count=lambda rule, state: rule.count - 1)


@bug("I1", lambda world: review(world, "lea"), ONE, LEGAL)
def _person_counted_for_two_rules(patch):
    _rules(patch, shared=lambda rule, state: True)


def _front_changed(world):
    review(world, "ben", "cleo")
    other(world, drafts.level)


@bug("I1", _front_changed)
def _front_matter_left_out_of_all_sections(patch):
    _rules(patch, sections=lambda rule, state: (*(set(state.digests.sections) - {"@front"}),))


@bug("I1", lambda world: review(world, "dan", "ben"), OWN, ONE)
def _personal_key_not_asked(patch):
    _rules(patch, personal_key=lambda rule, state: False)
    patch.setattr(gates, "_proves_it", lambda looked: [])


# Authors.


@bug("I7", lambda world: review(world, "ian", by="ian"))
def _author_may_sign(patch):
    patch.setattr(gates, "_wrote_none_of_it", lambda looked: [])


def _edits_what_they_signed(world):
    review(world, "eve", "ben")
    other(world, drafts.word, by="eve", sections=["1"])
    world.go("sign off", "cleo")


@bug("I1", _edits_what_they_signed, carry="wording")
def _author_counted(patch):
    _state(patch, holders={})


def _one_sign_by_a_reviewer(world):
    review(world)
    other(world, drafts.comma, by="eve")
    world.go("sign off", "eve")


@bug("I7", _one_sign_by_a_reviewer)
def _one_character_holds_nothing(patch):
    def blind(base, wordings, *more):
        return holders(base, [w for n, w in enumerate(wordings) if not n or _grave(wordings, n)])

    def _grave(wordings, n):
        old, new = (
            "".join(line for lines in w.sections.values() for line in lines)
            for w in (wordings[n - 1], wordings[n])
        )
        return abs(len(old) - len(new)) > 1

    patch.setattr(submission, "holders", blind)


def _named_by_an_alias(world):
    memo = drafts.first()
    memo.front["authors"] = ["ada", "ben by another address"]
    review(world, "ben", memo=memo)


@bug("I7", _named_by_an_alias)
def _alias_is_another_person(patch):
    patch.setattr(Person, "marks", lambda self: frozenset({self.id}))
    patch.setattr(
        Policy, "by_address", lambda self, a: next((p for p in self.people if p.email == a), None)
    )


def _text_comes_back(world):
    first = world.memo
    review(world, by="ian", memo=first.other(front={**first.front, "authors": ["ada"]}))
    second = drafts.whole(world.memo, Random(1), "1")
    third = second.other(sections={**second.sections, "1": first.sections["1"]})
    review(world, by="ada", memo=second)
    review(world, by="ada", memo=third)
    world.go("sign off", "ian", sections=("1",))


@bug("I7", _text_comes_back)
def _author_forgotten_while_text_was_out(patch):
    patch.setattr(submission, "holders", lambda base, wordings, *more: holders(base, wordings[-2:]))


# What was read.


def _read_another(world):
    review(world)
    old = world.state.digests.bytes
    other(world)
    world.go("sign off", "ben", digest=old)


@bug("I7", _read_another)
def _stale_digest_accepted(patch):
    patch.setattr(gates, "_sees_the_newest", lambda state, digest: [])


def _number_changed(world):
    review(world, "ben", "cleo")
    other(world)


@bug("I1", _number_changed, carry="wording")
def _carry_after_a_material_change(patch):
    real = submission.material
    patch.setattr(
        submission,
        "material",
        lambda lines: "".join(c for c in real(lines) if not c.isdigit()),
    )


@bug("I1", _number_changed)
def _edit_voids_nothing(patch):
    _signed(patch, lambda one, state: replace(one, sections=_now(one, state)))


def _now(one, state):
    return {path: state.digests.sections.get(path, "") for path in one.sections}


def _signed(patch, change, keep=lambda one, state: True):
    """Let the tally look at other sign-offs."""
    _view(
        patch,
        lambda one: replace(
            one, signoffs=tuple(change(s, one.state) for s in one.signoffs if keep(s, one.state))
        ),
    )


def _old_text_returns(world):
    first = world.memo
    review(world, "ben")
    other(world)
    world.go("sign off", "ben")
    review(world, memo=first)
    world.go("sign off", "cleo")


@bug("I1", _old_text_returns)
def _older_word_counts_again(patch):
    patch.setattr(signoff.SignOff, "supersedes", lambda self, other: False)
    _signed(patch, lambda s, state: s, lambda s, state: _now(s, state) == dict(s.sections))


def _second_edition(world):
    review(world, "ben", "cleo")
    out(world)
    review(world, memo=world.memo.other(style=1))


@bug("I1", _second_edition)
def _sign_off_of_another_edition_counts(patch):
    _signed(patch, lambda one, state: replace(one, edition=state.edition))


# The newest word.


def _vetoed(world):
    review(world, "ben", "lea")
    world.go("veto", "leo")
    world.go("sign off", "cleo")
    out(world)


@bug("I1", _vetoed, TWO, veto=["legal"])
def _veto_ignored(patch):
    _state(patch, vetoes=())


def _vetoed_and_revised(world):
    review(world)
    world.go("veto", "leo")
    other(world)
    world.go("sign off", "ben")
    world.go("sign off", "cleo")


@bug("I1", _vetoed_and_revised, TWO, veto=["legal"])
def _veto_falls_with_an_edit(patch):
    _after(patch, "_submitted", lambda made, state, event: replace(made, vetoes=()))


def _lifted(world):
    review(world, "lea")
    world.go("veto", "lea")
    world.go("lift", "lea")
    world.go("sign off", "ben")


def _unsays(patch, but):
    left = tuple(action for action in dossier._UNSAYS if action is not but)
    patch.setattr(dossier, "_UNSAYS", left)


@bug("I7", _lifted, TWO, veto=["legal"])
def _lift_revives_an_approval(patch):
    _unsays(patch, Action.VETO)


def _lifts_for_another(world):
    review(world, "ben", "cleo")
    world.go("veto", "lea")
    world.go("lift", "leo")


@bug("I6", _lifts_for_another, TWO, veto=["legal"])
def _veto_lifted_by_another(patch):
    _row(patch, gates.has_vetoed, gates.open_gate)


def _sent_back(world):
    review(world, "ben")
    world.go("request changes", "ben")
    review(world, memo=world.memo.other(style=1))
    world.go("sign off", "cleo")


@bug("I7", _sent_back)
def _request_changes_keeps_the_approval(patch):
    _unsays(patch, Action.REQUEST_CHANGES)


def _retracted(world):
    review(world, "ben")
    world.go("retract", "ben")
    world.go("sign off", "cleo")


@bug("I7", _retracted)
def _retraction_forgotten(patch):
    _unsays(patch, Action.RETRACT)


# Age, keys, people.


def _late(world):
    review(world, "ben", "cleo")
    world.wait(days=6)
    out(world)


@bug("I1", _late, TWO, valid_days=5)
def _expiry_ignored(patch):
    _terms(patch, valid_days=None)


def _after_signing(change):
    def story(world):
        review(world)
        for name in ("ben", "cleo"):
            world.go("sign off", name, own=name)
        world.wait(days=1)
        world.reform(change)
        out(world)

    return story


@bug("I1", _after_signing(_key(revoked=True)))
def _revoked_key_counted(patch):
    def trusted(person, one):
        keys = tuple(key.model_copy(update={"revoked": False}) for key in person.keys)
        return person.model_copy(update={"keys": keys})

    _people(patch, trusted)


@bug("I1", _after_signing(_key(until="2026-11-24")))
def _expired_key_counted(patch):
    _terms(patch, expired_keys="stand")


def _reviewer_leaves(world):
    review(world, "ben", "cleo")
    world.reform(gone("ben"))
    out(world)


@bug("I1", _reviewer_leaves)
def _removed_person_counted(patch):
    def with_all(one):
        there = {p.id for p in one.policy.people}
        left = {s.reviewer: s for s in one.signoffs if s.reviewer not in there}
        gone = [
            Person(id=name, name="Gone", email=f"{name}@gone.example.org", roles=s.roles)
            for name, s in left.items()
        ]
        people = (*one.policy.people, *gone)
        return replace(one, policy=one.policy.model_copy(update={"people": people}))

    _view(patch, with_all)


def _loses_the_role(world):
    review(world, "ben", "cleo")
    world.reform(changed("ben", roles=["author"]))
    out(world)


@bug("I1", _loses_the_role)
def _lost_role_counted(patch):
    def as_signed(person, one):
        roles = [role for s in one.signoffs if s.reviewer == person.id for role in s.roles]
        return person.model_copy(update={"roles": (*person.roles, *roles)})

    _people(patch, as_signed)


def _is_away(world):
    review(world)
    away = {"since": "2026-11-23", "until": "2026-11-29", "deputy": "max"}
    world.reform(changed("ben", absences=[away]))
    world.go("sign off", "ben")


@bug("I7", _is_away)
def _absent_may_sign(patch):
    real = gates._counts_here
    absent = lambda looked: bool(looked.person and looked.person.absence(looked.at))  # noqa: E731
    patch.setattr(gates, "_counts_here", lambda looked: [] if absent(looked) else real(looked))


def _assigned_afterwards(world):
    review(world, "ben")
    world.go("assign", "zoe", people=("cleo", "dan"))
    world.go("sign off", "cleo")


@bug("I1", _assigned_afterwards)
def _assignment_ignored(patch):
    _state(patch, assigned=())


# Overrides and debts.


def _overridden(world, by="zoe", **said):
    review(world)
    world.go("override", by, **said)


def _overridden_then_edited(world):
    _overridden(world, settler="max")
    other(world)
    world.go("sign off", "ben")


@bug("I1", _overridden_then_edited)
def _override_holds_for_other_bytes(patch):
    _after(
        patch,
        "_submitted",
        lambda made, state, event: replace(made, override=state.override if state else None),
    )

    def of_these(one):
        override, digest = one.state.override, one.state.digests.bytes
        held = override and replace(override, digest=digest)
        return replace(one, state=replace(one.state, override=held))

    _view(patch, of_these)


def _settled_by_oneself(world):
    _overridden(world, by="mia", settler="max")
    world.go("settle", "mia")


@bug("I6", _settled_by_oneself)
def _debt_settled_by_oneself(patch):
    _row(patch, gates.may_settle, gates.open_gate)


def _in_debt(world):
    _overridden(world, settler="max", due="2026-11-25")
    world.wait(days=3)
    other(world)
    world.go("override", "zoe", settler="max")


@bug("I6", _in_debt)
def _overdue_debt_ignored(patch):
    real = gates.may_override
    _row(patch, real, lambda looked: real(replace(looked, owed=())))


def _settler_wrote(world):
    _overridden(world, by="eve", settler="zoe")
    other(world, by="zoe")
    world.go("settle", "zoe")


@bug("I6", _settler_wrote)
def _debt_settled_by_an_author(patch):
    def lenient(looked):
        brief = replace(looked.brief, contributors=(), holders={})
        debts = tuple(replace(d, authors=()) for d in brief.debts)
        return gates.may_settle(replace(looked, state=replace(brief, debts=debts)))

    _row(patch, gates.may_settle, lenient)


# Time, and what goes out.


def _hurried(world):
    review(world)
    world.wait(hours=29)
    other(world)
    world.go("sign off", "ben")
    world.go("sign off", "cleo")
    world.wait(hours=2)
    out(world)


@bug("I9", _hurried, TWO, wait_hours=30)
def _waiting_not_begun_anew(patch):
    _after(
        patch,
        "_submitted",
        lambda made, state, event: replace(made, submitted=state.submitted) if state else made,
    )


def _pins_the_old(world):
    review(world, "ben", "cleo")
    old = world.state.digests.bytes
    other(world)
    for name in ("ben", "cleo"):
        world.go("sign off", name)
    world.go("schedule", "zoe", schedule=world.plan(digest=old))


@bug("I1", _pins_the_old)
def _schedule_not_pinned(patch):
    patch.setattr(gates, "_pins_the_newest", lambda looked: [])


def _too_early(world):
    review(world, "ben", "cleo")
    world.go("schedule", "zoe", schedule=world.plan(world.moment + timedelta(days=2)))
    world.go("publish")


@bug("I9", _too_early)
def _published_before_its_hour(patch):
    _row(patch, gates.may_be_published, gates.publication_objections)


def _embargoed(world):
    memo = world.memo.other(front={**world.memo.front, "embargo_until": "2026-12-01 09:00 UTC"})
    review(world, "ben", "cleo", memo=memo)
    out(world)


@bug("I9", _embargoed)
def _embargo_ignored(patch):
    patch.setattr(gates, "_under_embargo", lambda state, at: [])


def _sections_missing(world):
    memo = world.memo.other(sections={p: b for p, b in world.memo.sections.items() if p != "3"})
    review(world, "ben", "cleo", memo=memo)


@bug("I6", _sections_missing)
def _errors_pass_the_check(patch):
    _row(patch, gates.has_no_error, gates.open_gate)


@bug("I6", lambda world: review(world, "ben", "cleo"))
def _desk_signs_away_what_is_met(patch):
    """Nobody is ever enough: a brief that has all it needs stays in review."""
    patch.setattr(tally.Tally, "met", lambda self: False)


def _stale_base(world):
    review(world)
    other(world)
    world.submit("ada", drafts.word(world.memo, Random(2)), base=1)


@bug("I6", _stale_base)
def _older_base_taken(patch):
    real = gates.builds_on_the_newest

    def lenient(looked):
        return [o for o in real(looked) if "is newer than" not in o]

    _row(patch, real, lenient)
