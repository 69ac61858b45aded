"""The gates: each looks at a dossier and answers with its objections, sentences for people.

An objection is imperative: it says what to do. An empty list opens the gate.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from briefs.brief import day_of
from briefs.dossier import Dossier
from briefs.instants import objections_to, read_stamp, stamp
from briefs.people import Person
from briefs.policy import Policy
from briefs.record import State
from briefs.reducer import authors
from briefs.signoff import ALL, covered, named
from briefs.tally import Tally


def open_gate(dossier: Dossier) -> list[str]:
    """Ask nothing beyond the stage and the role."""
    return []


def says_why(dossier: Dossier) -> list[str]:
    """Ask for a reason."""
    return [] if dossier.act.details.reason.strip() else ["say why"]


def builds_on_the_newest(dossier: Dossier) -> list[str]:
    """Ask that a submission builds on the newest revision, and comes from who may revise."""
    state, brought = dossier.state, dossier.act.details.submission
    if state is None or brought is None:
        return []
    objections = []
    person = dossier.person
    if person and not _has_part(person, state.contributors) and "editor" not in person.roles:
        names = ", ".join(state.contributors)
        objections.append(f"leave it to its authors ({names}) or an editor, or take another slug")
    if brought.base != state.revision:
        objections.append(
            f"r{state.revision} by {state.submitter} is newer than r{brought.base}: "
            f"read it (briefs show {state.slug}), then submit with --base {state.revision}"
        )
    return objections


def has_no_error(dossier: Dossier) -> list[str]:
    """Ask that no rule found an error, and that the draft was not sent back."""
    state = dossier.brief
    objections = _waits_for_author(state)
    if state.report.errors:
        many = "error" if state.report.errors == 1 else "errors"
        objections.append(f"mend the {state.report.errors} {many} that the rules found")
    return objections


def reaches_pass_mark(dossier: Dossier) -> list[str]:
    """Ask for the pass mark, and the floor of each section that has one."""
    return list(dossier.brief.report.shortfalls)


def can_be_reviewed(dossier: Dossier) -> list[str]:
    """Ask that enough people could sign each section: whoever has text in it never counts."""
    return dossier.tally.blocked()


def quorum_met(dossier: Dossier) -> bool:
    """Say whether the sign-offs meet every rule that the revision pinned, and no veto stands."""
    return dossier.tally.met()


def is_met(dossier: Dossier) -> list[str]:
    """Ask that nothing of the review is lacking: a change of the policy can do that by itself."""
    return [*dossier.tally.lacking(), *dossier.tally.vetoed()]


def may_sign(dossier: Dossier) -> list[str]:
    """Ask for the digest under review, a scope that exists, and a reviewer who counts for it."""
    state, details = dossier.brief, dossier.act.details
    return (
        _counts_here(dossier)
        or _sees_the_newest(state, details.digest)
        or _are_sections(state, details.sections)
        or _wrote_none_of_it(dossier)
        or _is_asked(dossier)
        or _proves_it(dossier)
    )


def has_signed(dossier: Dossier) -> list[str]:
    """Ask that the person has a sign-off to retract."""
    me, edition = dossier.act.actor.person, dossier.brief.edition
    mine = any((s.reviewer, s.edition) == (me, edition) for s in dossier.signoffs)
    return [] if mine else ["leave it: you have signed nothing of this edition"]


def is_own(dossier: Dossier) -> list[str]:
    """Ask that the person wrote the brief, or is an editor."""
    state, person = dossier.brief, dossier.person
    if person and (_has_part(person, state.contributors) or "editor" in person.roles):
        return []
    return [f"leave it to its authors: {', '.join(state.contributors)}"]


def names_reviewers(dossier: Dossier) -> list[str]:
    """Ask that those assigned exist and could count for some rule in some section."""
    people = dossier.act.details.people
    if not people:
        return ["name one reviewer or more: --to PERSON"]
    return [
        f"name somebody else than {name}: not a person who may sign this brief"
        for name in people
        if not _could_sign(name, dossier)
    ]


def may_veto(dossier: Dossier) -> list[str]:
    """Ask for a role to which the terms of the revision give a veto, and for a reason."""
    state, person = dossier.brief, dossier.person
    roles = state.terms.veto
    if not roles:
        return ["request changes instead: no role has a veto on this brief (policy.yaml, terms)"]
    if person is None or not set(roles) & dossier.policy.roles_of(person, dossier.at):
        who = [p.id for p in dossier.policy.people if set(p.roles) & set(roles)]
        return [f"leave it to the role {' or '.join(roles)} ({', '.join(who) or 'nobody'})"]
    return says_why(dossier)


def has_vetoed(dossier: Dossier) -> list[str]:
    """Ask that the person has a veto to lift: nobody lifts another's."""
    if any(veto.by == dossier.act.actor.person for veto in dossier.brief.vetoes):
        return []
    others = ", ".join(sorted({veto.by for veto in dossier.brief.vetoes}))
    return [f"leave it to its giver: {others}" if others else "veto first: no veto stands"]


def may_comment(dossier: Dossier) -> list[str]:
    """Ask for a word, on sections that exist."""
    state, details = dossier.brief, dossier.act.details
    said = [] if details.comment.strip() else ["say something: --comment"]
    return said + _are_sections(state, details.sections)


def may_override(dossier: Dossier) -> list[str]:
    """Ask for reason, due date and settler, for something to override, and no overdue debt."""
    state, details = dossier.brief, dossier.act.details
    if dossier.owed:
        return [f"have your override of {', '.join(dossier.owed)} settled first: it is overdue"]
    objections = says_why(dossier) + _sees_the_newest(state, details.digest)
    last = stamp(dossier.now + timedelta(days=state.terms.debt_days))[:10]
    if not day_of(details.due) or not dossier.at[:10] <= details.due <= last:
        objections.append(f"name a day to settle it by, from today to {last}: --due")
    barred = frozenset({dossier.act.actor.person, *authors(state), *state.schedulers})
    if not _may_settle(dossier.policy, details.settler, barred):
        objections.append(
            "name a settler who neither overrides, wrote nor scheduled it: --settler "
            + _settlers(dossier.policy, barred)
        )
    if not dossier.tally.objections() and not dossier.tally.blocked():
        objections.append("go on without: nothing of the review stands against it")
    return objections


def may_settle(dossier: Dossier) -> list[str]:
    """Ask for an open debt, and for somebody who neither made it, wrote nor scheduled the brief."""
    state, me = dossier.brief, dossier.act.actor.person
    debt = next((d for d in state.debts if d.key == dossier.act.details.debt), None)
    if debt is None:
        return ["name an open debt: briefs status shows them"]
    barred = frozenset({debt.by, *debt.authors, *authors(state), *state.schedulers})
    if not _may_settle(dossier.policy, me, barred):
        able = _settlers(dossier.policy, barred)
        return [
            f"leave it to {able.replace('PERSON', 'somebody else')}: "
            "who overrode, wrote or scheduled settles nothing"
        ]
    return []


def may_be_scheduled(dossier: Dossier) -> list[str]:
    """Ask for a moment to come, within two years, after any embargo, and the quorum."""
    state, wanted = dossier.brief, dossier.act.details.schedule
    if wanted is None:
        return ["name a moment: --at"]
    at = read_stamp(wanted.at)
    return (
        objections_to(at, dossier.now)
        + _pins_the_newest(dossier)
        + _under_embargo(state, wanted.at)
        + _stands_until(dossier, wanted.at)
        + _settles_it(dossier)
    )


def may_be_released(dossier: Dossier) -> list[str]:
    """Ask that no embargo holds, and the quorum."""
    state = dossier.brief
    return (
        _pins_the_newest(dossier)
        + _under_embargo(state, dossier.at)
        + dossier.tally.objections()
        + _settles_it(dossier)
    )


def may_be_published(dossier: Dossier) -> list[str]:
    """Ask everything again, at the moment of publication, on the pinned digest."""
    state = dossier.brief
    if state.schedule is None:
        return ["schedule it first"]
    if dossier.now < read_stamp(state.schedule.at):
        return [f"wait until {state.schedule.at}"]
    return publication_objections(dossier)


def is_newly_blocked(dossier: Dossier) -> list[str]:
    """Ask that the brief is due, that something objects, and that this was not said before."""
    state = dossier.brief
    if state.schedule is None or dossier.now < read_stamp(state.schedule.at):
        return ["wait until it is due"]
    objections = publication_objections(dossier)
    if not objections or tuple(objections) != dossier.act.details.objections:
        return ["look again: what stood against publication has changed"]
    return ["wait: it is held for this already"] if tuple(objections) == state.held else []


def may_be_withdrawn(dossier: Dossier) -> list[str]:
    """Ask for a reason, and for a published edition that is still in force."""
    state = dossier.brief
    if state.published is None:
        return ["publish it first: no edition is out"]
    if state.published.withdrawn:
        return [f"edition {state.published.edition} is withdrawn already"]
    return says_why(dossier)


def publication_objections(dossier: Dossier) -> list[str]:
    """Return what stands against publishing the pinned text now; the clock aside."""
    state = dossier.brief
    objections = []
    if state.schedule and state.schedule.digest != state.digests.bytes:
        objections.append("schedule it again: the text is not the one that was pinned")
    if state.report.errors or not state.report.passed:
        objections.append("mend the findings: the report does not pass")
    objections += _under_embargo(state, dossier.at) + stale_claims(state, dossier.at)
    return objections + dossier.tally.objections()


def stale_claims(state: State, at: str, *, all_of_them: bool = False) -> list[str]:
    """Return the claims that are out of date at the moment `at`, where the terms let them hold."""
    if state.terms.stale_claims != "hold" and not all_of_them:
        return []
    return [f"line {x.line}: {x.message}" for x in state.lapses if x.on <= at[:10]]


def _counts_here(dossier: Dossier) -> list[str]:
    state, person = dossier.brief, dossier.person
    if person is None:
        return ["leave it to the people of this desk"]
    if absence := person.absence(dossier.at):
        deputy = f", and {absence.deputy} stands in for you" if absence.deputy else ""
        return [f"end your absence first: people.yaml has you away until {absence.until}{deputy}"]
    if any(veto.by == person.id for veto in state.vetoes):
        return [f"lift your veto first: briefs lift {state.slug}"]
    roles = sorted({rule.role for rule in state.rules})
    if not roles:
        return ["leave it: no rule of this brief asks for a sign-off"]
    if not dossier.policy.roles_of(person, dossier.at).intersection(roles):
        return [f"leave it to the role {' or '.join(roles)}: no rule of this brief counts yours"]
    lent = {p.id for p in dossier.policy.stood_in_for(person, dossier.at)}
    if state.assigned and not {person.id, *lent} & set(state.assigned):
        return [f"leave it to the reviewers assigned: {', '.join(state.assigned)}"]
    return []


def _are_sections(state: State, paths: Sequence[str]) -> list[str]:
    return [
        f"name sections that the brief has: “{path}” is none (briefs show {state.slug} --sections)"
        for path in paths
        if not covered([path], state)
    ]


def _wrote_none_of_it(dossier: Dossier) -> list[str]:
    state, person = dossier.brief, dossier.person
    if person is None:
        return []
    scope = covered(dossier.act.details.sections or (ALL,), state)
    held = {path for path, names in state.holders.items() if _has_part(person, names)}
    mine = [path for path in scope if path in held]
    if not mine:
        return []
    free = [path for path in state.digests.sections if held.isdisjoint(covered([path], state))]
    if not set(free).intersection(state.written):
        return ["let somebody else sign: all of it holds text of yours"]
    return [
        f"let somebody else sign {named(mine, state)}: text of yours stands there; "
        f"you may sign {named(free, state)}"
    ]


def _is_asked(dossier: Dossier) -> list[str]:
    """Ask that some rule, for some section in the scope, counts people of the reviewer's role."""
    state, person = dossier.brief, dossier.person
    if person is None:
        return []
    roles = dossier.policy.roles_of(person, dossier.at)
    rules = [rule for rule in state.rules if rule.role in roles]
    scope = set(covered(dossier.act.details.sections or (ALL,), state))
    asked = {path for rule in rules for path in covered(rule.sections, state)}
    if scope & asked:
        return []
    return [f"sign where your role is asked for: {named(asked, state)}"]


def _proves_it(dossier: Dossier) -> list[str]:
    state, details, person = dossier.brief, dossier.act.details, dossier.person
    if person is None:
        return []
    scope = set(covered(details.sections or (ALL,), state))
    asked = [
        rule
        for rule in state.rules
        if rule.personal_key
        and rule.role in dossier.policy.roles_of(person, dossier.at)
        and scope & set(covered(rule.sections, state))
    ]
    if not details.signature:
        return ["sign it with your own key: --ssh-key FILE"] if asked else []
    proof = dossier.proof
    if proof is None or proof.fault:
        return [proof.fault if proof else "sign it again: the signature was not looked at"]
    key = person.key(proof.key)
    if key is None:
        return ["sign with a key that people.yaml has for you: this one is none"]
    if key.revoked or not key.holds(dossier.at):
        return [
            "sign with another key: this one is " + ("revoked" if key.revoked else "not valid now")
        ]
    if details.policy != dossier.policy.version:
        return ["sign again: the policy has changed while you signed"]
    return []


def _stands_until(dossier: Dossier, at: str) -> list[str]:
    """Return what the review lacks at the moment `at`, and whether that is only by then."""
    now = {objection.partition(": ")[0] for objection in dossier.tally.lacking()}
    then = dossier.tally.at_moment(at)
    days = dossier.brief.terms.valid_days
    first = stamp(read_stamp(at) - timedelta(days=days)) if days else ""
    # To sign again now would be in vain.
    too_old = f", as will all that is signed up to {first}" if first > dossier.at else ""
    lacking = [
        objection
        if objection.partition(": ")[0] in now
        else f"by {at} some sign-offs that count now will have run out{too_old}: {objection}"
        for objection in then.lacking()
    ]
    return [*lacking, *then.vetoed(), *then.waiting()]


def _settles_it(dossier: Dossier) -> list[str]:
    me = dossier.act.actor.person
    if any(debt.settler == me for debt in dossier.brief.debts):
        return ["let somebody else schedule it: you are to settle its override"]
    return []


def _may_settle(policy: Policy, name: str, barred: Collection[str]) -> bool:
    person = policy.person(name)
    roles = set(policy.may("settle"))
    return bool(person and roles & set(person.roles) and not _has_part(person, barred))


def _settlers(policy: Policy, barred: Collection[str]) -> str:
    able = [p.id for p in policy.people if _may_settle(policy, p.id, barred)]
    roles = " or ".join(policy.may("settle"))
    return " or ".join(able) or f"PERSON, once one more person has the role {roles}"


def _has_part(person: Person, names: Collection[str]) -> bool:
    """Say whether a person is among `names`: ids, and addresses that nobody had at the time."""
    return not person.marks().isdisjoint(names)


def _could_sign(name: str, dossier: Dossier) -> bool:
    person, state = dossier.policy.person(name), dossier.brief
    if person is None:
        return False
    tally = Tally(replace(state, assigned=()), dossier.policy, (), dossier.at)
    written = set(state.written)
    return any(
        not tally.why_not(person, rule, path)
        for rule in state.rules
        for path in written.intersection(covered(rule.sections, state))
    )


def _waits_for_author(state: State) -> list[str]:
    if state.returned is None:
        return []
    reason = f" ({state.returned.reason})" if state.returned.reason else ""
    return [
        f"submit a new revision: {state.returned.by} took r{state.revision} "
        f"out of review by “{state.returned.action}”{reason}"
    ]


def _sees_the_newest(state: State, digest: str) -> list[str]:
    least = 12
    if len(digest) >= least and state.digests.bytes.startswith(digest.lower()):
        return []
    if not digest:
        return ["say which text you read: --digest, as briefs show prints it"]
    if len(digest) < least:
        return [f"give {least} characters or more of the digest, as briefs show prints it"]
    return [
        f"read it again: r{state.revision} has the digest {state.digests.shown()}, "
        f"not {digest[:least]} (briefs diff {state.slug})"
    ]


def _pins_the_newest(dossier: Dossier) -> list[str]:
    state, wanted = dossier.brief, dossier.act.details.schedule
    if wanted and wanted.digest == state.digests.bytes:
        return []
    return [f"read it again: r{state.revision} came while you decided (briefs ready {state.slug})"]


def _under_embargo(state: State, at: str) -> list[str]:
    if state.embargo and at < state.embargo:
        return [f"wait for the embargo: not before {state.embargo}"]
    return []
