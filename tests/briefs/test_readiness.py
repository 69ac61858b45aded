"""What stands between a brief and its publication at a moment, and the fewest who can clear it."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from briefs.instants import stamp
from briefs.people import Absence, Key
from briefs.readiness import Readiness, Signer, readiness
from briefs.record import Lapse, Summary
from briefs.stages import TRANSITIONS
from briefs.terms import Action, Stage
from briefs.types import SignOffRule
from tests.briefs.samples import (
    NOW,
    SAMPLE,
    TOMORROW,
    Life,
    again,
    at,
    but,
    public,
    submission,
    under,
    without,
)

WEEK = NOW + timedelta(days=7)
ONE = SignOffRule(sections=("2",), count=1)
THIRD = SignOffRule(sections=("3",), count=1)
LEGAL = SignOffRule(sections=("2",), role="legal", count=1)
OWN_KEY = SignOffRule(sections=("2",), count=1, personal_key=True)
# The one claim of the sample that has grown old.
OLD = "line 308: renew the claim of 2023: it is over 24 months old"
PUBLISH = "schedule it, or publish it now: briefs schedule, briefs publish"


def ready(life, moment=None):
    return readiness(life.dossier(Action.PUBLISH), moment or life.now)


def reviewed(*rules, policy=None, **terms):
    """Return a life in review whose policy has these rules and terms."""
    changed = under(*rules, **terms) if policy is None else under(*rules, policy=policy, **terms)
    return at(Stage.IN_REVIEW, Life(changed))


def names(found):
    return [signer.person for signer in found.people]


# What stands against it.


def test_a_brief_that_waits_for_sign_offs_alone_says_how_many_and_who_is_quickest():
    life = at(Stage.IN_REVIEW)
    every = tuple(sorted(life.state.digests.sections))

    found = ready(life, TOMORROW)

    assert found == Readiness(
        at=stamp(TOMORROW),
        objections=(),
        waiting=(
            "get 2 more sign-offs by role reviewer on all sections: ben, cleo, dan can give it",
        ),
        people=tuple(Signer(name, every, stamp(TOMORROW)) for name in ("ben", "cleo")),
        notes=(OLD,),
    )
    assert not found.ready


def test_whoever_has_signed_is_not_asked_again():
    life = at(Stage.IN_REVIEW).take(Action.SIGN_OFF, "ben")

    assert names(ready(life)) == ["cleo"]


def judged(errors=0, passed=True, shortfalls=()):
    report = Summary(errors, 0, 79, 80, passed, shortfalls)
    return Life().take(Action.SUBMIT, submission=replace(submission(), report=report))


@pytest.mark.parametrize(
    ("life", "objections"),
    [
        (
            lambda: judged(2, False),
            (
                "mend the findings: the report does not pass",
                "mend the 2 errors that the rules found",
            ),
        ),
        (
            lambda: judged(0, False, ("raise the score from 79 to 80 or more",)),
            (
                "mend the findings: the report does not pass",
                "raise the score from 79 to 80 or more",
            ),
        ),
        (
            lambda: at(Stage.SCORED),
            ("have it taken to review: briefs serve does so, or briefs reconcile here and now",),
        ),
        (
            lambda: at(Stage.IN_REVIEW).take(Action.REQUEST_CHANGES, reason="cite it"),
            ("submit a new revision: ben took r1 out of review by “request changes” (cite it)",),
        ),
        (lambda: at(Stage.IN_REVIEW), ()),
        (lambda: at(Stage.APPROVED), (PUBLISH,)),
        (lambda: at(Stage.SCHEDULED), ("wait until 2026-11-25T08:00:00Z",)),
        (lambda: at(Stage.SCHEDULED).wait(), ()),
        (
            lambda: at(Stage.PUBLISHED),
            ("nothing is left to do: edition 1 is published",),
        ),
    ],
)
def test_each_stage_says_what_comes_next(life, objections):
    assert ready(life()).objections == objections


def test_only_what_is_due_and_lacks_nothing_is_ready():
    lives = {stage: at(stage) for stage in Stage}
    lives["due"] = at(Stage.SCHEDULED).wait()

    assert [stage for stage, life in lives.items() if ready(life).ready] == ["due"]


def test_a_second_edition_is_asked_for_itself():
    assert ready(again(Stage.APPROVED)).objections == (PUBLISH,)


def test_embargo_veto_and_wait_are_objections_that_no_sign_off_clears():
    life = reviewed(ONE, wait_hours=24)
    life.take(Action.SIGN_OFF, "dan").take(Action.VETO, "ben")
    life.state = replace(life.state, embargo=stamp(TOMORROW + timedelta(seconds=1)))

    found, later = ready(life, TOMORROW - timedelta(seconds=1)), ready(life, WEEK)

    veto = "have ben lift the veto of r1 (“the tariff is out of date”), or override it"
    assert (found.waiting, found.people) == ((), ())
    assert found.objections == (
        "wait for the embargo: not before 2026-11-25T08:00:01Z",
        veto,
        "wait until 2026-11-25T08:00:00Z: r1 lies open for 24 hours first",
    )
    assert later.objections == (veto,)


def test_a_text_that_is_not_the_one_pinned_is_scheduled_again():
    life = at(Stage.SCHEDULED).wait()
    life.state = replace(life.state, schedule=replace(life.state.schedule, digest="f" * 64))

    assert ready(life).objections == ("schedule it again: the text is not the one that was pinned",)


def test_what_was_overridden_lacks_nothing():
    life = at(Stage.IN_REVIEW).take(Action.OVERRIDE)

    found = ready(life)

    assert (found.objections, found.waiting, found.people) == ((PUBLISH,), (), ())
    assert found.notes == (OLD, "settle the override of r1 by 2026-12-01: max")


# Claims that grow old are noted, or hold it.

LAPSES = (
    Lapse("2026-11-25", 7, "renew the claim of 2024"),
    Lapse("2027-01-01", 9, "review the brief again"),
)


@pytest.mark.parametrize(
    ("moment", "claims"),
    [
        (NOW, ()),
        (TOMORROW, ("line 7: renew the claim of 2024",)),
        (
            NOW.replace(year=2028),
            ("line 7: renew the claim of 2024", "line 9: review the brief again"),
        ),
    ],
)
@pytest.mark.parametrize("stale_claims", ["note", "hold"])
def test_claims_out_of_date_at_the_moment_are_noted_or_hold_it(stale_claims, moment, claims):
    life = at(Stage.APPROVED, Life(under(stale_claims=stale_claims)))
    life.state = replace(life.state, lapses=LAPSES)

    found = ready(life, moment)

    holds = stale_claims == "hold"
    assert found.notes == (() if holds else claims)
    assert found.objections == ((*claims, PUBLISH) if holds else (PUBLISH,))


# The fewest people.

LAWYER = but(ben={"roles": ("reviewer", "legal")})


def test_one_person_who_can_clear_two_sections_goes_before_two():
    life = reviewed(THIRD, LEGAL, policy=LAWYER)

    assert ready(life).people == (Signer("ben", ("2", "3"), stamp(NOW)),)


def test_in_one_section_two_rules_take_two_people():
    life = reviewed(ONE, LEGAL, policy=LAWYER)

    assert sorted(names(ready(life))) == ["ben", "cleo"]


def test_whoever_makes_way_for_the_only_lawyer_is_found():
    life = reviewed(ONE, LEGAL, policy=LAWYER).take(Action.SIGN_OFF, "ben")

    assert names(ready(life)) == ["cleo"]


def test_a_quorum_counts_for_the_fewest():
    life = reviewed(ONE, THIRD, quorum=2).take(Action.SIGN_OFF, "ben")
    life.policy = under(ONE, THIRD, quorum=2)

    found = ready(life)

    assert found.waiting == (
        "get sign-offs of 2 different people who wrote nothing of it: ben signed",
    )
    assert names(found) == ["cleo"]


def test_where_nobody_can_clear_it_nobody_is_named():
    life = reviewed()
    life.policy = without("ben", "cleo")

    assert ready(life).people == ()


def test_whoever_vetoes_is_not_asked_to_sign():
    life = reviewed().take(Action.VETO, "ben")

    assert names(ready(life)) == ["cleo", "dan"]


def test_a_signer_is_asked_for_the_sections_that_lack_alone():
    life = reviewed(ONE, THIRD).take(Action.SIGN_OFF, "ben", sections=("2",))
    life.state = replace(life.state, holders={})

    assert ready(life).people == (Signer("ben", ("3",), stamp(NOW)),)


@settings(max_examples=40, deadline=None)
@examples(
    st.tuples(*[st.sets(st.sampled_from(["reviewer", "legal", "editor"]))] * 3),
    st.lists(
        st.builds(
            SignOffRule,
            sections=st.sampled_from([("2",), ("3",), ("2", "3")]),
            role=st.sampled_from(["reviewer", "legal"]),
            count=st.integers(1, 2),
            shared=st.booleans(),
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_nobody_fewer_would_do(roles, rules):
    people = dict(zip(("ben", "cleo", "dan"), roles, strict=True))
    policy = but(**{name: {"roles": tuple(held)} for name, held in people.items()})
    life = at(Stage.DRAFT, Life(under(*rules, policy=policy)))

    found = names(ready(life))

    act = life.dossier(Action.PUBLISH)
    would_do = [
        some
        for size in range(4)
        for some in combinations(people, size)
        if act.tally.with_signoffs(
            replace(life.dossier(Action.SIGN_OFF, name).given, seq=9) for name in some
        ).met()
    ]
    assert len(found) == (len(would_do[0]) if would_do else 0)
    assert not would_do or tuple(found) in would_do


# Until when.


def absent(*spells, deputy=None, name="ben"):
    absences = tuple(Absence(since=s, until=u, deputy=deputy) for s, u in spells)
    return {name: {"absences": absences}}


@pytest.mark.parametrize(
    ("spells", "until"),
    [
        ([("2026-12-05", "2026-12-09")], "2026-12-01T08:00:00Z"),
        ([("2026-11-26", "2026-11-30")], "2026-12-01T08:00:00Z"),
        ([("2026-12-01", "2026-12-09")], "2026-11-30T23:59:59Z"),
        ([("2026-11-28", "2026-11-30"), ("2026-12-01", "2026-12-01")], "2026-11-27T23:59:59Z"),
        ([("2026-11-25", "2026-12-09")], "2026-11-24T23:59:59Z"),
        ([("2026-11-24", "2026-12-09")], None),
        ([("2026-11-01", "2026-12-01")], None),
    ],
)
def test_an_absence_that_reaches_the_moment_makes_the_last_one_earlier(spells, until):
    life = reviewed(ONE, policy=but(without("cleo", "dan"), **absent(*spells)))

    people = ready(life, WEEK).people

    assert people == ((Signer("ben", ("2",), until),) if until else ())


def test_a_deputy_signs_for_whoever_is_away():
    away = absent(("2026-11-20", "2026-12-09"), deputy="eve")
    policy = but(without("cleo", "dan"), eve={"roles": ("author",)}, **away)
    life = reviewed(ONE, policy=policy)

    assert names(ready(life, WEEK)) == ["eve"]


def keyed(**spell):
    return but(without("cleo", "dan"), ben={"keys": (Key(key=public(1), **spell),)})


@pytest.mark.parametrize(
    ("spell", "until"),
    [
        ({}, "2026-12-01T08:00:00Z"),
        ({"until": "2026-12-01"}, "2026-12-01T08:00:00Z"),
        ({"until": "2026-11-30"}, None),
        ({"revoked": True}, None),
    ],
)
def test_a_key_that_does_not_reach_the_moment_signs_nothing_that_counts_then(spell, until):
    life = reviewed(ONE)
    life.policy = keyed(**spell)
    life.state = replace(life.state, rules=(OWN_KEY,))

    people = ready(life, WEEK).people

    assert people == ((Signer("ben", ("2",), until),) if until else ())


def test_where_what_an_expired_key_signed_stands_its_last_day_is_the_last_moment():
    life = reviewed(ONE, expired_keys="stand")
    life.policy = keyed(until="2026-11-30")
    life.state = replace(life.state, rules=(OWN_KEY,))

    assert ready(life, WEEK).people == (Signer("ben", ("2",), "2026-11-30T23:59:59Z"),)


def test_a_key_that_has_expired_keeps_nobody_from_signing_without_one():
    rules = (ONE, OWN_KEY.model_copy(update={"role": "legal", "sections": ("3",)}))
    policy = but(
        keyed(until="2026-11-01"), dan={"roles": ("legal",), "keys": (Key(key=public(2)),)}
    )
    life = reviewed(ONE)
    life.policy, life.state = policy, replace(life.state, rules=rules)

    assert names(ready(life)) == ["ben", "dan"]


def test_a_sign_off_that_will_be_too_old_is_asked_for_again_until_the_moment():
    life = reviewed(ONE, valid_days=5).take(Action.SIGN_OFF, "ben", sections=("2",))

    assert ready(life, NOW + timedelta(days=4)).waiting == ()
    assert ready(life, WEEK).people == (Signer("ben", ("2",), stamp(WEEK)),)


# What can be done about it.


@pytest.mark.parametrize("stage", [Stage.IN_REVIEW, Stage.APPROVED, Stage.SCHEDULED])
def test_whoever_is_named_can_sign_at_this_stage(stage):
    life = at(stage)
    life.policy = without("cleo")

    assert "dan" in names(ready(life, WEEK))
    assert stage in {s for row in TRANSITIONS if row.action is Action.SIGN_OFF for s in row.sources}


# What if: another dossier.


def test_what_if_is_asked_of_a_changed_dossier_and_changes_nothing():
    life = at(Stage.SCHEDULED).wait()
    looked = life.dossier(Action.PUBLISH)
    other = replace(looked.state, digests=submission(SAMPLE.replace("91 of", "92 of")).digests)

    gone = readiness(replace(looked, policy=without("cleo")), life.now)
    edited = readiness(replace(looked, state=other), life.now)

    assert (names(gone), names(edited)) == (["dan"], ["ben", "cleo"])
    assert edited.waiting == (
        "get 2 more sign-offs by role reviewer on section 2: ben, cleo, dan can give it",
    )
    assert readiness(looked, life.now).ready
