"""What counts, section by section, at one moment: each row of docs/review.md, and each term."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from briefs.dossier import Proof
from briefs.instants import stamp
from briefs.people import Absence, Key
from briefs.record import Counted, Override, Veto
from briefs.tally import Tally
from briefs.terms import Action, Stage
from briefs.types import SignOffRule, Terms
from tests.briefs.samples import (
    NOW,
    POLICY,
    SAMPLE,
    Life,
    again,
    at,
    brief_of,
    but,
    public,
    submission,
    without,
)

ONE = SignOffRule(sections=("2",), count=1)
TWO = SignOffRule(sections=("2",), count=2)
LEGAL = SignOffRule(sections=("2",), role="legal", count=1)
SHARED = SignOffRule(sections=("2",), role="legal", count=1, shared=True)
OWN_KEY = SignOffRule(sections=("2",), count=1, personal_key=True)
KEY, OTHER = public(1), public(2)
DAY = timedelta(days=1)


def asked(*rules, policy=POLICY, **terms):
    """Return a life whose revision pinned these rules and terms."""
    life = Life(policy)
    life.state = replace(_SUBMITTED, rules=rules or (TWO,), terms=Terms(**terms))
    return life


_SUBMITTED = Life().take(Action.SUBMIT).state


def given(life, person, *sections, key="", seq=None):
    """Return the sign-off that a person gives now, whatever the table says."""
    said = {"sections": sections or ("2",), "signature": "signed" if key else ""}
    act = life.dossier(Action.SIGN_OFF, person, key="-".join((person, *said["sections"])), **said)
    signoff = replace(act, proof=Proof(key)).given
    return replace(signoff, seq=next(_NUMBERS) if seq is None else seq)


_NUMBERS = count(10)


def tallied(life, *signoffs, policy=None, at=None, **state):
    """Return the tally of these sign-offs, of that policy and moment, where they are others."""
    changed = replace(life.state, **state)
    return Tally(changed, policy or life.policy, tuple(signoffs), stamp(at or life.now))


def by(life, *people):
    return [given(life, person) for person in people]


def counting(tally, rule=None, path="2"):
    return tally.signed(rule or tally.state.rules[0], path)


# Section by section.


def test_each_section_is_counted_by_itself():
    life = asked(SignOffRule(sections=("2", "3"), count=2))
    first = given(life, "ben", "2"), given(life, "cleo", "2"), given(life, "cleo", "3")

    assert tallied(life, *first).lacking() == [
        "get 1 more sign-off by role reviewer on section 3: ben or dan can give it"
    ]
    assert tallied(life, *first, given(life, "dan", "3")).lacking() == []


def test_sections_that_lack_the_same_are_named_in_one_sentence():
    life = asked(SignOffRule(count=2))

    assert tallied(life).lacking() == [
        "get 2 more sign-offs by role reviewer on all sections: ben, cleo, dan can give it"
    ]
    assert tallied(life, given(life, "ben", "*"), given(life, "cleo", "10")).lacking() == [
        "get 1 more sign-off by role reviewer on all sections but 10: cleo or dan can give it"
    ]


def test_an_edit_voids_the_sign_offs_of_the_section_it_changed_and_of_no_other():
    life = asked(SignOffRule(sections=("2", "3"), count=1))
    signoff = given(life, "ben", "*")
    changed = brief_of(SAMPLE.replace("91 of the 230 seats", "92 of the 230 seats")).digests

    tally = tallied(life, signoff, digests=changed)

    assert (counting(tally, path="2"), counting(tally, path="3")) == ((), ("ben",))
    assert tally.lacking() == [
        "get 1 more sign-off by role reviewer on section 2: ben or cleo or dan can give it"
    ]


def test_a_person_is_one_however_often_they_sign():
    life = asked(TWO)
    twice = given(life, "ben"), given(life, "ben", "*")

    assert tallied(life, *twice).filled["2"] == [(TWO, ("ben",))]
    assert tallied(life, *twice, given(life, "cleo")).met()


def test_figures_are_asked_about_where_the_revision_has_them():
    life = asked(SignOffRule(sections=("@figures",), count=1))

    tally = tallied(life, figures=("2", "5.3"))

    assert [path for path, rules in tally.filled.items() if rules] == ["2", "5.3"]


# One person, one rule in a section.

BOTH = but(ben={"roles": ("reviewer", "legal")})


@pytest.mark.parametrize("rules", [(ONE, LEGAL), (LEGAL, ONE)])
def test_in_one_section_a_person_counts_for_one_rule_however_many_roles_they_hold(rules):
    life = asked(*rules, policy=BOTH)

    alone = tallied(life, given(life, "ben"))
    two = tallied(life, *by(life, "ben", "cleo"))

    assert [people for _, people in alone.filled["2"]] == [("ben",), ()]
    assert not alone.met()
    # Whoever signs first: Ben is moved to the rule that he alone can meet.
    assert dict(zip(rules, [p for _, p in two.filled["2"]], strict=True)) == {
        ONE: ("cleo",),
        LEGAL: ("ben",),
    }
    assert two.met()


def test_in_two_sections_a_person_counts_for_a_rule_in_each():
    life = asked(ONE, LEGAL.model_copy(update={"sections": ("3",)}), policy=BOTH)

    assert tallied(life, given(life, "ben", "2", "3")).met()


@pytest.mark.parametrize("rules", [(ONE, SHARED), (SHARED, ONE)])
def test_a_shared_rule_may_be_met_by_somebody_who_counts_for_another_too(rules):
    life = asked(*rules, policy=BOTH)

    assert tallied(life, given(life, "ben")).filled["2"] == [(rule, ("ben",)) for rule in rules]
    assert tallied(life, given(life, "ben")).met()
    assert not tallied(life, given(life, "cleo")).met()


def test_a_shared_rule_names_no_more_people_than_it_asks_for():
    policy = but(BOTH, cleo={"roles": ("reviewer", "legal")})
    life = asked(SHARED, policy=policy)

    assert tallied(life, *by(life, "ben", "cleo")).filled["2"] == [(SHARED, ("ben",))]


def test_who_counts_for_a_shared_rule_is_not_asked_for_it_again():
    pair = SHARED.model_copy(update={"role": "reviewer", "count": 2})
    life = asked(pair)

    assert tallied(life, given(life, "ben")).lacking() == [
        "get 1 more sign-off by role reviewer on section 2: cleo or dan can give it"
    ]


def test_who_brings_the_rule_that_lacks_no_nearer_is_not_named():
    life = asked(ONE, LEGAL, policy=but(zoe={"roles": ("legal",)}))

    # Neither Cleo nor Dan, who could only take Ben's place.
    assert tallied(life, given(life, "ben")).lacking() == [
        "get 1 more sign-off by role legal on section 2: zoe can give it"
    ]


def test_who_counts_for_one_rule_can_still_be_named_for_a_shared_one():
    shared = asked(ONE, SHARED, policy=but(BOTH, cleo={"roles": ("reviewer", "legal")}))

    assert [p.id for p in tallied(shared, given(shared, "dan")).able(SHARED, "2")] == [
        "ben",
        "cleo",
    ]


# Quorum.


def test_a_quorum_is_of_different_people_in_all():
    life = asked(ONE, SignOffRule(sections=("3",), count=1), quorum=2)

    assert tallied(life).lacking() == [
        f"get 1 more sign-off by role reviewer on section {path}: ben or cleo or dan can give it"
        for path in "23"
    ]
    assert tallied(life, given(life, "ben", "2", "3")).lacking() == [
        "get sign-offs of 2 different people who wrote nothing of it: ben signed"
    ]
    assert tallied(life, given(life, "ben", "2"), given(life, "cleo", "3")).met()


def test_a_quorum_above_what_the_rules_ask_is_met_by_whoever_may_sign_besides():
    life = asked(ONE, quorum=3)

    assert tallied(life, *by(life, "ben", "cleo")).lacking() == [
        "get sign-offs of 3 different people who wrote nothing of it: ben, cleo signed"
    ]
    assert tallied(life, *by(life, "ben", "cleo", "dan")).lacking() == []


def test_where_no_rule_asks_the_quorum_says_that_nobody_signed():
    life = asked(SignOffRule(sections=("@figures",)), quorum=2)

    assert tallied(life, figures=()).lacking() == [
        "get sign-offs of 2 different people who wrote nothing of it: nobody signed"
    ]


def test_a_section_without_a_word_counts_for_the_rule_and_not_for_the_quorum():
    life = asked(SignOffRule(sections=("2", "@assets"), count=1), quorum=2)
    signoffs = given(life, "ben", "2"), given(life, "cleo", "@assets")

    tally = tallied(life, *signoffs)

    assert counting(tally, path="@assets") == ("cleo",)
    assert tally.lacking() == [
        "get sign-offs of 2 different people who wrote nothing of it: ben signed"
    ]
    assert tallied(life, *signoffs, given(life, "dan", "2")).met()


def test_what_is_written_is_what_somebody_holds_until_an_edition_is_out():
    first, second = at(Stage.IN_REVIEW).state, again(Stage.IN_REVIEW).state
    empty = {"5", "6", "7", "10", "@assets", "@rest"}

    # Of a later edition, what nobody holds may well be text of the one before.
    assert set(first.written) == set(first.digests.sections) - empty
    assert set(second.written) == set(second.digests.sections)


def test_a_review_is_blocked_where_too_few_are_entitled_for_the_quorum():
    life = asked(ONE, quorum=3)

    assert tallied(life).blocked() == []
    assert tallied(life, holders={**life.state.holders, "3": ("ben",)}).blocked() == [
        "find 3 people who may sign and wrote nothing of it: there are 2 (ben has text in it)"
    ]


def test_who_could_not_sign_anyway_is_no_cause_of_a_quorum_that_nobody_can_meet():
    # Ada wrote all of it, and is no reviewer.
    assert tallied(asked(ONE, quorum=4)).blocked() == [
        "find 4 people who may sign and wrote nothing of it: there are 3"
    ]


def test_who_may_sign_only_what_is_empty_is_nobody_for_the_quorum():
    policy = but(without("cleo", "dan"), lea={"roles": ("legal",)})
    empty = LEGAL.model_copy(update={"sections": ("@assets",)})
    text = LEGAL.model_copy(update={"sections": ("3",)})

    assert tallied(asked(ONE, text, policy=policy, quorum=2)).blocked() == []
    (objection,) = tallied(asked(ONE, empty, policy=policy, quorum=2)).blocked()
    assert objection.startswith("find 2 people who may sign and wrote nothing of it: there is 1")


# Age.


def test_a_sign_off_counts_until_the_second_at_which_it_is_too_old():
    life = asked(ONE, valid_days=30)
    signoff = given(life, "ben")
    end = NOW + timedelta(days=30)

    moments = (NOW, end - timedelta(seconds=1), end, end + DAY)
    answers = [counting(tallied(life, signoff, at=moment)) for moment in moments]

    assert tallied(life).expires(signoff) == "2026-12-24T08:00:00Z"
    assert answers == [("ben",), ("ben",), (), ()]


def test_without_a_term_a_sign_off_never_grows_too_old():
    life = asked(ONE)
    signoff = given(life, "ben")

    assert tallied(life).expires(signoff) is None
    assert counting(tallied(life, signoff, at=NOW.replace(year=2099))) == ("ben",)


# Keys.

KEYED = but(ben={"keys": (Key(key=KEY),)}, cleo={"keys": (Key(key=OTHER),)})


def test_a_rule_that_asks_for_the_own_key_counts_only_what_is_signed_with_it():
    life = asked(OWN_KEY, policy=KEYED)

    assert counting(tallied(life, given(life, "ben"))) == ()
    assert counting(tallied(life, given(life, "ben", key=KEY))) == ("ben",)


def test_a_rule_that_asks_for_no_key_counts_both():
    life = asked(TWO, policy=KEYED)

    assert counting(tallied(life, given(life, "ben", key=KEY), given(life, "cleo"))) == (
        "ben",
        "cleo",
    )


def test_who_has_no_key_is_not_named_where_one_is_asked_for():
    spent = but(KEYED, cleo={"keys": (Key(key=OTHER, until="2026-11-23"),)})
    life = asked(OWN_KEY.model_copy(update={"count": 2}), policy=spent)

    assert tallied(life).lacking() == [
        "get 2 more sign-offs by role reviewer with their own key on section 2: only ben can "
        "(cleo has no key, dan has no key); "
        "give somebody the role reviewer and a key in people.yaml"
    ]


@pytest.mark.parametrize(
    ("spell", "able"),
    [
        ({}, True),
        ({"until": "2026-11-24"}, True),
        ({"until": "2026-11-23"}, False),
        ({"since": "2026-11-25"}, True),
        ({"revoked": True}, False),
    ],
)
def test_a_key_of_today_or_later_that_is_not_revoked_lets_one_sign(spell, able):
    policy = but(ben={"keys": (Key(key=KEY, **spell),)})
    life = asked(OWN_KEY, policy=policy)

    why = tallied(life).why_not(policy.person("ben"), OWN_KEY, "2")

    assert why == ("" if able else "has no key")


@pytest.mark.parametrize("terms", [{}, {"expired_keys": "stand"}])
@pytest.mark.parametrize("rule", [OWN_KEY, ONE], ids=["own key", "any"])
def test_what_a_revoked_key_signed_counts_no_more_whenever_it_was(rule, terms):
    life = asked(rule, policy=KEYED, **terms)
    signoff = given(life, "ben", key=KEY)
    revoked = but(KEYED, ben={"keys": (Key(key=KEY, revoked=True), Key(key=public(3)))})

    assert counting(tallied(life, signoff)) == ("ben",)
    assert counting(tallied(life, signoff, policy=revoked)) == ()


@pytest.mark.parametrize(("expired_keys", "people"), [("void", ()), ("stand", ("ben",))])
def test_what_an_expired_key_signed_counts_where_the_terms_let_it_stand(expired_keys, people):
    policy = but(ben={"keys": (Key(key=KEY, until="2026-11-24"),)})
    life = asked(OWN_KEY, policy=policy, expired_keys=expired_keys)
    signoff = given(life, "ben", key=KEY)
    midnight = NOW.replace(hour=0) + DAY

    assert counting(tallied(life, signoff, at=midnight - timedelta(seconds=1))) == ("ben",)
    assert counting(tallied(life, signoff, at=midnight)) == people


@pytest.mark.parametrize(("expired_keys", "blocked"), [("void", True), ("stand", False)])
def test_whose_expired_key_signed_blocks_nothing_where_the_terms_let_it_stand(
    expired_keys, blocked
):
    policy = but(ben={"keys": (Key(key=KEY, until="2026-11-24"),)})
    life = asked(OWN_KEY, policy=policy, expired_keys=expired_keys)
    signoff = given(life, "ben", key=KEY)

    # Nobody else has a key, and Ben's signs nothing any more.
    assert len(tallied(life, at=NOW + DAY).blocked()) == 1
    assert bool(tallied(life, signoff, at=NOW + DAY).blocked()) == blocked


@pytest.mark.parametrize("spell", [{"until": "2026-11-23"}, {"since": "2026-11-25"}])
@pytest.mark.parametrize("expired_keys", ["void", "stand"])
def test_what_was_signed_before_or_after_the_time_of_its_key_never_counts(spell, expired_keys):
    policy = but(ben={"keys": (Key(key=KEY, **spell),)})
    life = asked(ONE, policy=policy, expired_keys=expired_keys)
    signoff = given(life, "ben", key=KEY)

    assert counting(tallied(life, signoff)) == ()
    assert counting(tallied(life, signoff, at=NOW + 2 * DAY)) == ()


def test_a_key_that_is_not_the_persons_counts_for_nothing():
    life = asked(ONE, policy=KEYED)

    assert counting(tallied(life, given(life, "ben", key=OTHER))) == ()


@pytest.mark.parametrize(
    ("keys", "people"),
    [((Key(key=KEY),), ("ben",)), ((Key(key=KEY, revoked=True),), ()), ((), ())],
    ids=["known", "revoked", "unknown"],
)
def test_what_the_desk_witnessed_counts_while_its_key_is_good(keys, people):
    settings = POLICY.settings.model_copy(update={"desk_keys": keys})
    life = asked(ONE, policy=POLICY.model_copy(update={"settings": settings}))
    signoff = replace(given(life, "ben"), key=KEY)

    assert counting(tallied(life, signoff)) == people


# Who counts: the table of docs/review.md.


def test_who_is_not_on_the_list_any_more_counts_no_more():
    life = asked(TWO)

    tally = tallied(life, *by(life, "ben", "cleo"), policy=without("cleo"))

    assert counting(tally) == ("ben",)


def test_who_has_lost_the_role_counts_no_more():
    life = asked(TWO)

    tally = tallied(life, *by(life, "ben", "cleo"), policy=but(cleo={"roles": ("editor",)}))

    assert counting(tally) == ("ben",)


def test_who_gained_the_role_after_signing_signs_again():
    life = asked(ONE)
    early = given(life, "zoe")
    life.policy = but(zoe={"roles": ("editor", "reviewer")})

    assert counting(tallied(life, early)) == ()
    assert counting(tallied(life, early, given(life, "zoe"))) == ("zoe",)


def away(person="ben", deputy=None, since="2026-11-24", until="2026-11-25"):
    return {person: {"absences": (Absence(since=since, until=until, deputy=deputy),)}}


def test_who_signed_before_an_absence_counts_during_it_and_after():
    life = asked(ONE, policy=but(**away(since="2026-11-25", until="2026-11-26")))
    signoff = given(life, "ben")

    moments = (NOW, NOW + DAY, NOW + 3 * DAY)

    assert [counting(tallied(life, signoff, at=moment)) for moment in moments] == [("ben",)] * 3


def test_absence_alone_takes_nobody_from_those_who_can_sign():
    life = asked(ONE, policy=but(**away()))

    assert tallied(life).why_not(life.policy.person("ben"), ONE, "2") == ""


STOOD_IN = but(eve={"roles": ("author",)}, **away(deputy="eve"))


def test_a_deputy_signs_in_the_roles_of_whom_they_stand_in_for():
    life = asked(ONE, policy=STOOD_IN)
    signoff = given(life, "eve")

    assert (signoff.roles, signoff.deputy_for) == (("author", "reviewer"), ("ben",))
    assert counting(tallied(life, signoff)) == ("eve",)


def test_what_a_deputy_signed_counts_when_the_absence_is_over():
    life = asked(ONE, policy=STOOD_IN)

    assert counting(tallied(life, given(life, "eve"), at=NOW + 9 * DAY)) == ("eve",)


@pytest.mark.parametrize("loss", ["role", "place"])
def test_what_a_deputy_signed_counts_while_the_absent_one_holds_the_role(loss):
    life = asked(ONE, policy=STOOD_IN)
    signoff = given(life, "eve")
    gone = without("ben") if loss == "place" else but(STOOD_IN, ben={"roles": ("editor",)})
    life.policy = but(gone, eve={"roles": ("author",)})

    assert counting(tallied(life, signoff)) == ()


def test_a_deputy_counts_not_beside_whom_they_stand_in_for():
    life = asked(TWO, policy=STOOD_IN)

    assert counting(tallied(life, *by(life, "ben", "eve"))) == ("ben",)
    assert counting(tallied(life, *by(life, "cleo", "eve"))) == ("cleo", "eve")


def test_a_deputy_counts_not_for_what_the_absent_one_wrote():
    life = asked(SignOffRule(sections=("2", "3"), count=1), policy=STOOD_IN)

    tally = tallied(life, given(life, "eve", "2", "3"), holders={"2": ("ben",)})

    assert (counting(tally, path="2"), counting(tally, path="3")) == ((), ("eve",))
    assert tally.why_not(life.policy.person("eve"), ONE, "2") == (
        "stands in for somebody with text in it"
    )


def by_turns(*deputies, person="ben"):
    """Return the absence of one person, for whom each deputy stands in for a day."""
    days = [stamp(NOW + n * DAY)[:10] for n in range(len(deputies))]
    spells = [Absence(since=d, until=d, deputy=who) for d, who in zip(days, deputies, strict=True)]
    return {person: {"absences": tuple(spells)}}


def stood_in_by_two():
    """Return a life, and the sign-offs of Eve and Max, who stood in for Ben one after the other."""
    policy = but(eve={"roles": ("author",)}, **by_turns("eve", "max"))
    life = asked(TWO, policy=policy)
    eve = given(life, "eve")
    return life, (eve, given(life.wait(NOW + DAY), "max"))


def test_two_deputies_of_one_person_fill_one_place():
    life, (eve, max_) = stood_in_by_two()

    assert (eve.deputy_for, max_.deputy_for) == (("ben",), ("ben",))
    assert [counting(tallied(life, s)) for s in (eve, max_)] == [("eve",), ("max",)]
    assert len(counting(tallied(life, eve, max_))) == 1
    assert not tallied(life, eve, max_).met()
    assert tallied(life, eve, max_, given(life, "cleo")).met()


def test_two_deputies_of_two_people_fill_two_places():
    policy = but(eve={"roles": ("author",)}, **by_turns("eve", "eve"))
    policy = but(policy, **by_turns("max", "eve", person="cleo"))
    life = asked(TWO, policy=policy)
    max_ = given(life, "max")  # for Cleo alone
    eve = given(life.wait(NOW + DAY), "eve")  # for Ben or Cleo

    assert eve.deputy_for == ("ben", "cleo")
    assert counting(tallied(life, eve, max_)) == ("eve", "max")
    assert counting(tallied(life, eve, max_, holders={"2": ("ben",)})) in (("eve",), ("max",))


def test_who_stands_in_for_two_is_still_one_person():
    policy = but(STOOD_IN, **away("cleo", deputy="eve"))
    life = asked(TWO, policy=policy)

    assert counting(tallied(life, given(life, "eve"))) == ("eve",)
    assert not tallied(life, given(life, "eve")).met()


def test_a_role_gained_after_a_lent_sign_off_does_not_make_it_an_own_one():
    life = asked(TWO, policy=STOOD_IN)
    lent = given(life, "eve")
    life.policy = but(STOOD_IN, eve={"roles": ("author", "reviewer")})
    own = given(life, "eve")
    lost = but(life.policy, ben={"roles": ("editor",)})

    assert (lent.lent, own.lent) == (("reviewer",), ())
    # Still in the place of Ben: not beside him, and not without him.
    assert counting(tallied(life, lent)) == ("eve",)
    assert counting(tallied(life, lent, given(life, "ben"))) == ("ben",)
    assert counting(tallied(life, lent, policy=lost)) == ()
    assert counting(tallied(life, lent, own, given(life, "ben"))) == ("ben", "eve")
    assert counting(tallied(life, lent, own, policy=lost)) == ("eve",)


def test_a_deputy_counts_in_the_place_of_whoever_lends_the_role_whatever_others_wrote():
    policy = but(lea={"roles": ("legal",)}, **away(deputy="max"))
    policy = but(policy, lea=away("lea", deputy="max")["lea"])
    life = asked(ONE, LEGAL, policy=policy)
    signoff = given(life, "max")

    tally = tallied(life, signoff, holders={"2": ("ben",)})

    assert (signoff.deputy_for, signoff.lent) == (("ben", "lea"), ("legal", "reviewer"))
    assert (counting(tally, LEGAL), counting(tally, ONE)) == (("max",), ())
    whys = [
        tallied(life, holders={"2": ("ben",)}).why_not(policy.person("max"), rule, "2")
        for rule in (LEGAL, ONE)
    ]
    assert whys == ["", "stands in for somebody with text in it"]
    # And where Lea has signed herself, not beside her, whatever Ben did.
    both = tallied(life, signoff, given(life, "lea"))
    assert (counting(both, LEGAL), counting(both, ONE)) == (("lea",), ("max",))
    wrote = tallied(life, signoff, holders={"2": ("lea",)})
    assert (counting(wrote, LEGAL), counting(wrote, ONE)) == ((), ("max",))


def test_whoever_brings_no_more_since_a_deputy_has_signed_is_not_named():
    life = asked(TWO, policy=STOOD_IN)
    tally = tallied(life, given(life, "eve"))

    # Ben would take the place that Eve fills.
    assert counting(tally.with_signoffs(by(life, "ben"))) == ("ben",)
    assert tally.lacking() == [
        "get 1 more sign-off by role reviewer on section 2: cleo or dan can give it"
    ]


def test_a_second_deputy_is_not_named_while_the_first_fills_the_place():
    life, (eve, _) = stood_in_by_two()

    assert tallied(life, eve).lacking() == [
        "get 1 more sign-off by role reviewer on section 2: cleo or dan can give it"
    ]


def test_a_deputy_of_one_who_signed_and_one_who_wrote_is_not_named():
    life = asked(TWO, policy=but(STOOD_IN, **away("cleo", deputy="eve")))

    tally = tallied(life, given(life, "cleo"), holders={"2": ("ben",)})

    assert counting(tally.with_signoffs(by(life, "eve"))) == ("cleo",)
    assert tally.lacking() == ["get 1 more sign-off by role reviewer on section 2: dan can give it"]


def test_an_absent_one_and_their_deputy_are_not_named_as_two():
    life = asked(
        TWO, policy=but(without("cleo", "dan"), eve={"roles": ("author",)}, **away(deputy="eve"))
    )

    (objection,) = tallied(life).lacking()

    assert len(counting(tallied(life, *by(life, "ben", "eve")))) == 1
    assert not objection.endswith("ben, eve can give it")


def test_who_stands_in_for_nobody_at_that_moment_is_no_deputy():
    life = asked(ONE, policy=STOOD_IN)
    life.wait(NOW + 2 * DAY)

    signoff = given(life, "eve")

    assert (signoff.roles, signoff.deputy_for) == (("author",), ())
    assert counting(tallied(life, signoff)) == ()


def test_who_has_text_in_a_section_counts_no_more_for_it_and_for_the_others_still():
    life = asked(SignOffRule(sections=("2", "3"), count=1))

    tally = tallied(life, given(life, "ben", "2", "3"), holders={"2": ("ben",)})

    assert (counting(tally, path="2"), counting(tally, path="3")) == ((), ("ben",))
    assert tally.lacking() == [
        "get 1 more sign-off by role reviewer on section 2: cleo or dan can give it"
    ]


def test_only_those_assigned_count_where_somebody_is():
    life = asked(TWO)

    tally = tallied(life, *by(life, "ben", "cleo", "dan"), assigned=("ben", "dan"))

    assert counting(tally) == ("ben", "dan")
    assert counting(tallied(life, *by(life, "cleo"), assigned=())) == ("cleo",)


def test_whoever_stands_in_for_one_assigned_counts_during_the_absence_and_after():
    life = asked(ONE, policy=STOOD_IN)
    signoff = given(life, "eve")

    for moment in (NOW, NOW + 9 * DAY):
        assert counting(tallied(life, signoff, assigned=("ben",), at=moment)) == ("eve",)
    assert counting(tallied(life, signoff, assigned=("cleo",))) == ()


def test_why_somebody_cannot_count_is_said_in_a_few_words():
    life = asked(OWN_KEY)
    tally = tallied(life, assigned=("ben", "dan"), holders={"2": ("ben",)})

    whys = {p: tally.why_not(life.policy.person(p), OWN_KEY, "2") for p in ("ben", "cleo", "dan")}

    assert tally.why_not(life.policy.person("zoe"), OWN_KEY, "2") == "is not reviewer"
    assert whys == {"ben": "has text in it", "cleo": "is not assigned", "dan": "has no key"}


# The newest word.


def test_the_newest_word_on_a_section_counts_even_if_the_old_text_returns():
    life = asked(SignOffRule(sections=("2", "3"), count=1))
    old = given(life, "ben", "2", "3")
    newer = replace(given(life, "ben", "2"), sections={"2": "f" * 64})

    tally = tallied(life, old, newer)

    assert (counting(tally, path="2"), counting(tally, path="3")) == ((), ("ben",))


def test_the_order_of_records_decides_and_not_that_of_the_list_or_of_the_clock():
    life = asked(ONE)
    stale = {"sections": {"2": "f" * 64}}
    first, second = given(life, "ben", seq=5), given(life, "ben", seq=6)

    assert counting(tallied(life, second, replace(first, **stale))) == ("ben",)
    assert counting(tallied(life, replace(second, **stale, at="2020-01-01T00:00:00Z"), first)) == ()


def test_a_word_of_somebody_else_replaces_nothing():
    life = asked(TWO)
    ben, cleo = by(life, "ben", "cleo")

    assert counting(tallied(life, ben, replace(cleo, sections={"2": "f" * 64}))) == ("ben",)


# Vetoes, overrides, waiting.


def veto(seq, who="ben"):
    return Veto(who, "the tariff is out of date", stamp(NOW), seq, 1, 1)


def override(life, seq, digest=None):
    said = {"key": "k", "by": "zoe", "reason": "war", "at": stamp(NOW), "due": "2026-12-01"}
    more = {"settler": "max", "authors": ("ada",), "edition": 1, "revision": 1, "objections": ()}
    return Override(seq=seq, digest=digest or life.state.digests.bytes, **said, **more)


def test_a_veto_stands_beside_any_number_of_sign_offs():
    life = asked(TWO)

    tally = tallied(life, *by(life, "cleo", "dan"), vetoes=(veto(4),))

    assert (tally.lacking(), tally.met()) == ([], False)
    assert tally.objections() == [
        "have ben lift the veto of r1 (“the tariff is out of date”), or override it"
    ]


def test_an_override_sets_aside_what_lacks_the_wait_and_the_vetoes_before_it():
    life = asked(TWO, wait_hours=48)

    before = tallied(life, vetoes=(veto(4),))
    after = tallied(life, vetoes=(veto(4),), override=override(life, 5))

    assert len(before.objections()) == 3
    assert (after.objections(), after.met(), after.vetoes) == ([], True, ())


def test_a_veto_after_the_override_stands():
    life = asked(TWO)

    tally = tallied(life, vetoes=(veto(4, "dan"), veto(6)), override=override(life, 5))

    assert tally.objections() == [
        "have ben lift the veto of r1 (“the tariff is out of date”), or override it"
    ]
    assert not tally.met()


def test_an_override_holds_for_exactly_its_bytes():
    life = asked(TWO)

    tally = tallied(life, vetoes=(veto(4),), override=override(life, 5, "f" * 64))

    assert not tally.overridden
    assert len(tally.objections()) == 2


def test_a_text_waits_to_the_second_and_each_submission_begins_it_anew():
    life = asked(ONE, wait_hours=48)
    ben = given(life, "ben")
    end = NOW + timedelta(hours=48)

    early = tallied(life, ben, at=end - timedelta(seconds=1))

    assert early.objections() == [
        "wait until 2026-11-26T08:00:00Z: r1 lies open for 48 hours first"
    ]
    assert early.met()
    assert tallied(life, ben, at=end).objections() == []
    life.wait(NOW + DAY).take(Action.SUBMIT, submission=submission(base=1, terms=life.state.terms))
    assert tallied(life, at=end).waiting() == [
        "wait until 2026-11-27T08:00:00Z: r2 lies open for 48 hours first"
    ]


def test_without_a_term_nothing_waits():
    assert tallied(asked(ONE)).waiting() == []


# Who could.


def test_what_nobody_can_give_says_why_and_what_to_do():
    life = asked(TWO)

    held = tallied(life, holders={"2": ("ben", "cleo", "dan")})
    short = tallied(life, holders={"2": ("ben", "cleo")})

    causes = "ben has text in it, cleo has text in it"
    assert held.lacking() == [
        "get 2 more sign-offs by role reviewer on section 2: nobody can "
        f"({causes}, dan has text in it); give somebody the role reviewer in people.yaml"
    ]
    assert short.lacking() == [
        f"get 2 more sign-offs by role reviewer on section 2: only dan can ({causes}); "
        "give somebody the role reviewer in people.yaml"
    ]


def test_more_reviewers_are_to_be_assigned_where_there_are_more_and_else_found():
    life = asked(TWO)
    alone = without("cleo", "dan")

    assert tallied(life, assigned=("ben",)).lacking() == [
        "get 2 more sign-offs by role reviewer on section 2: only ben can "
        "(cleo is not assigned, dan is not assigned); assign more reviewers"
    ]
    assert tallied(life, assigned=("ben",), policy=alone).lacking() == [
        "get 2 more sign-offs by role reviewer on section 2: only ben can; "
        "give somebody the role reviewer in people.yaml"
    ]


def test_where_nobody_has_the_role_there_is_no_cause_to_give():
    life = asked(LEGAL)

    assert tallied(life).lacking() == [
        "get 1 more sign-off by role legal on section 2: nobody can; "
        "submit it once more: the policy asks for no legal by now"
    ]


def test_whoever_lets_another_make_way_for_the_rule_that_lacks_is_named():
    life = asked(ONE, LEGAL, policy=BOTH)

    tally = tallied(life, given(life, "ben"))

    # Ben alone is legal: once Cleo or Dan have signed as reviewers, he counts for that rule.
    assert tally.lacking() == [
        "get 1 more sign-off by role legal on section 2: "
        "a sign-off of cleo or dan for another rule frees somebody who has signed"
    ]
    assert tally.with_signoffs(by(life, "cleo")).met()


@examples(
    st.tuples(*[st.sets(st.sampled_from(["reviewer", "legal"]))] * 4),
    st.sets(st.sampled_from(["ben", "cleo", "dan", "zoe"])),
    st.lists(st.sampled_from([ONE, TWO, LEGAL]), min_size=1, max_size=3, unique=True),
)
def test_whoever_is_named_brings_a_rule_nearer_and_nobody_else_does(roles, people, rules):
    held = dict(zip(("ben", "cleo", "dan", "zoe"), map(tuple, roles), strict=True))
    life = asked(*rules, policy=but(**{name: {"roles": roles} for name, roles in held.items()}))
    tally = tallied(life, *(given(life, person) for person in sorted(people)))

    def filled(some):
        return sum(len(seated) for _, seated in some.filled["2"])

    lacking = [rule for rule, seated in tally.filled["2"] if len(seated) < rule.count]
    named = {person.id for rule in lacking for person in tally.able(rule, "2")}
    helping = {p for p in held if filled(tally.with_signoffs(by(life, p))) > filled(tally)}
    assert named == helping


def test_a_review_is_blocked_where_too_few_are_entitled():
    life = asked(SignOffRule(count=2), OWN_KEY)

    free = tallied(asked(SignOffRule(count=2)))
    text = tallied(asked(SignOffRule(count=2)), holders={"3": ("ben", "cleo")})
    keys = tallied(life)
    one = tallied(asked(SignOffRule(count=2)), policy=without("ben", "cleo"))

    assert free.blocked() == []
    assert text.blocked() == [
        "find 2 people of role reviewer who wrote nothing in section 3: there is 1 "
        "(ben has text in it, cleo has text in it)"
    ]
    assert keys.blocked() == [
        "find 1 person of role reviewer who wrote nothing in section 2 and has a key: there are 0 "
        "(ben has no key, cleo has no key, dan has no key)"
    ]
    assert one.blocked() == [
        "find 2 people of role reviewer who did not write this brief: there is 1"
    ]


def test_a_review_is_blocked_where_one_person_would_have_to_count_twice():
    policy = but(without("cleo", "dan"), ben={"roles": ("reviewer", "legal")})
    life = asked(ONE, LEGAL, policy=policy)

    assert tallied(life).blocked() == [
        "find 2 different people for the rules on section 2: 1 can be found, "
        "as one person counts for one rule"
    ]
    assert tallied(asked(ONE, SHARED, policy=policy)).blocked() == []


# What is recorded.


def test_a_publication_records_who_counted_for_which_role_where_and_by_which_sign_offs():
    life = asked(SignOffRule(sections=("2", "3"), count=1), LEGAL, policy=BOTH)
    signoffs = [given(life, "ben", "2"), given(life, "cleo", "2"), given(life, "cleo", "3")]

    counted = tallied(life, *signoffs, given(life, "zoe", "*")).counted()

    assert counted == (
        Counted("ben", "legal", ("2",), ("ben-2",)),
        Counted("cleo", "reviewer", ("2", "3"), ("cleo-2", "cleo-3")),
    )


def test_who_counts_for_the_quorum_alone_is_recorded_too():
    life = asked(ONE, quorum=2)

    counted = tallied(life, *by(life, "ben", "cleo")).counted()

    assert counted == (
        Counted("ben", "reviewer", ("2",), ("ben-2",)),
        Counted("cleo", "reviewer", ("2",), ("cleo-2",)),
    )


def test_two_rules_of_one_role_are_one_entry_of_a_person():
    life = asked(ONE, SignOffRule(sections=("2", "3"), shared=True))

    counted = tallied(life, given(life, "ben", "2", "3")).counted()

    assert counted == (Counted("ben", "reviewer", ("2", "3"), ("ben-2-3",)),)


def test_what_if_is_another_view_and_changes_nothing():
    life = asked(ONE, valid_days=1)
    tally = tallied(life)

    more = tally.with_signoffs(by(life, "ben"))

    assert (tally.met(), more.met(), more.at_moment(stamp(NOW + DAY)).met()) == (False, True, False)


@examples(st.sets(st.sampled_from(["ben", "cleo", "dan", "zoe"])), st.integers(1, 3))
def test_a_rule_of_all_sections_is_met_by_so_many_different_reviewers(people, wanted):
    life = asked(SignOffRule(sections=("2", "3"), count=wanted))

    tally = tallied(life, *(given(life, person, "*") for person in people))

    assert tally.met() == (len(people - {"zoe"}) >= wanted)
