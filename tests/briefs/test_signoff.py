from dataclasses import replace

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from briefs.policy import Person
from briefs.signoff import covered, eligible, lacking, signed, standing
from briefs.terms import Action, Stage
from briefs.types import SignOffRule
from tests.briefs.samples import PEOPLE, SAMPLE, Life, agreed, at, brief_of, submission

ALL = SignOffRule(sections=("*",), role="reviewer", count=2)
OVERVIEW = SignOffRule(sections=("5",), role="reviewer", count=1)


def asked(*rules):
    """Return a life in review whose revision pinned these rules."""
    life = Life().take(Action.SUBMIT, submission=replace(submission(), rules=rules or (ALL,)))
    return life.take(Action.CHECK).take(Action.SCORE).take(Action.REQUEST_REVIEW)


def given(life, *people, sections=()):
    """Return the sign-offs of these people on the newest text, whatever the table says."""
    return [
        life.dossier(Action.SIGN_OFF, person, key=person, sections=sections).given
        for person in people
    ]


def revised(life, before, after):
    """Return the state once a word of the sample is another."""
    assert SAMPLE.count(before) == 1
    text = SAMPLE.replace(before, after)
    return replace(life.state, digests=brief_of(text).digests, revision=2)


def test_a_scope_takes_in_what_lies_below_and_nothing_beside():
    state = at(Stage.DRAFT).state

    below = covered(["10"], state)

    assert set(below) == {"10", *(f"10.{number}" for number in range(1, 23))}
    assert covered(["1"], state) == ("1",)
    assert covered(["10.1"], state) == ("10.1",)
    assert covered(["5", "@front"], state) == ("5", "5.1", "5.2", "5.3", "5.4", "@front")
    assert covered(["99", ""], state) == ()


def test_a_star_takes_in_front_matter_the_rest_and_the_assets():
    state = at(Stage.DRAFT).state

    everything = covered(["*"], state)

    assert len(everything) == 45 + 3
    assert everything[-3:] == ("@assets", "@front", "@rest")


def test_a_sign_off_stands_while_its_text_is_the_same():
    life = asked()

    (signoff,) = given(life, "ben")

    assert standing(signoff, life.state)
    assert standing(signoff, replace(life.state, revision=2))


@pytest.mark.parametrize("change", [{"slug": "spain"}, {"edition": 2}])
def test_a_sign_off_does_not_stand_for_another_brief_or_edition(change):
    life = asked()

    (signoff,) = given(life, "ben")

    assert not standing(signoff, replace(life.state, **change))


# Row 51. Every change is within one section, and is named by it.
CHANGES = {
    "1": ("NATO guideline of 2 percent", "NATO guideline of 3 percent"),
    "2": ("91 of the 230 seats", "92 of the 230 seats"),
    "5.3": ("scored 96 out of 100", "scored 97 out of 100"),
    "7.1": ("moved to end by an executive order of 20 January", "moved to end by 21 January"),
    "10.1": ("seabed sensors and fuel", "seabed sensors, fuel"),
    "10.12": ("covered 71 percent", "covered 71 per cent"),
    "10.19": ("additional duty of 10 percent", "additional duty of 20 percent"),
    "10.22": ("anti-torture committee](https://www", "anti-torture committee](https://ww2"),
    "0": ("# Portugal: Strategic U.S.", "# Iberia: Strategic U.S."),
    "@front": ("region: Europe", "region: Iberia"),
}
SCOPES = ("1", "2", "5", "5.3", "6", "7", "10", "10.1", "10.12", "10.2", "0", "@front", "@rest")


@pytest.mark.parametrize("place", CHANGES)
def test_one_character_changed_voids_exactly_the_sign_offs_on_its_section(place):
    life = asked()
    signoffs = {scope: given(life, "ben", sections=(scope,))[0] for scope in (*SCOPES, "*")}

    state = revised(life, *CHANGES[place])

    void = {scope for scope, signoff in signoffs.items() if not standing(signoff, state)}
    holders = {s for s in SCOPES if place == s or place.startswith(f"{s}.")}
    assert void == {*holders, "*"}


@examples(st.data())
def test_one_digit_changed_changes_exactly_the_digest_of_its_section(data):
    brief = brief_of()
    body = SAMPLE.index("\n# ")
    places = [n for n, c in enumerate(SAMPLE) if c in "0123456789" and n > body]
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda d: d != SAMPLE[place]))
    line = SAMPLE.count("\n", 0, place) + 1

    changed = brief_of(SAMPLE[:place] + digit + SAMPLE[place + 1 :])

    (owner,) = (p for p, s in brief.sections.items() if s.line <= line <= s.end)
    before, after = brief.digests.sections, changed.digests.sections
    assert {path for path in before if before[path] != after.get(path)} == {owner}


def test_white_space_voids_no_sign_off():
    life = asked()
    (signoff,) = given(life, "ben")

    state = revised(life, "## Crises\n\nPortugal's most", "## Crises\n\n\nPortugal's  most")

    assert state.digests.bytes != life.state.digests.bytes
    assert standing(signoff, state)


def test_text_outside_the_sections_is_signed_too():
    life = asked()
    rest, section = (given(life, "ben", sections=(scope,))[0] for scope in ("@rest", "2"))

    state = revised(life, "# Portugal: Strategic", "Psst.\n\n# Portugal: Strategic")

    assert (standing(rest, state), standing(section, state)) == (False, True)


def test_a_section_that_goes_takes_the_sign_offs_on_it_along():
    life = asked()
    (signoff,) = given(life, "ben", sections=("10.20",))

    state = revised(life, "**Immigration to USA Report:**", "**Immigration:**")

    assert not standing(signoff, state)


def test_the_quorum_is_of_persons_and_not_of_sign_offs():
    life = asked()

    twice = lacking(given(life, "ben", "ben"), life.state, life.policy)
    two = lacking(given(life, "ben", "cleo"), life.state, life.policy)

    assert twice == [
        "get 1 more sign-off by role reviewer on all sections: cleo or dan can give it"
    ]
    assert two == []


def test_what_lacks_is_said_with_how_many_and_who_can():
    life = asked()

    assert lacking([], life.state, life.policy) == [
        "get 2 more sign-offs by role reviewer on all sections: ben, cleo, dan can give it"
    ]


def test_a_sign_off_that_stands_no_more_counts_for_nothing():
    life = asked()
    signoffs = given(life, "ben", "cleo")

    state = revised(life, *CHANGES["2"])

    assert signed(ALL, signoffs, life.state, life.policy) == ["ben", "cleo"]
    assert signed(ALL, signoffs, state, life.policy) == []


def test_two_sign_offs_of_one_person_on_parts_add_up_to_the_whole():
    life = asked()
    tops = [str(number) for number in range(11)]
    halves = [*given(life, "ben", sections=tops[:5]), *given(life, "ben", sections=tops[5:])]
    hidden = given(life, "ben", sections=("@front", "@rest", "@assets"))

    assert signed(ALL, halves, life.state, life.policy) == []
    assert signed(ALL, halves + hidden, life.state, life.policy) == ["ben"]


def test_a_rule_for_a_section_is_met_by_whoever_signed_that_section_or_more():
    life = asked(OVERVIEW, ALL)
    part, other = (given(life, "ben", sections=(scope,)) for scope in ("5", "5.1"))

    assert signed(OVERVIEW, part, life.state, life.policy) == ["ben"]
    assert signed(OVERVIEW, other, life.state, life.policy) == []
    assert signed(OVERVIEW, given(life, "ben"), life.state, life.policy) == ["ben"]
    assert lacking(other, life.state, life.policy)[0] == (
        "get 1 more sign-off by role reviewer on sections 5: ben or cleo or dan can give it"
    )


def test_a_submitter_never_counts_for_the_own_brief():
    policy = agreed(PEOPLE.replace("[author]", "[author, reviewer]"))
    life = at(Stage.IN_REVIEW, Life(policy))

    assert signed(ALL, given(life, "ada", "ben"), life.state, policy) == ["ben"]


CO_AUTHOR = SAMPLE.replace(
    "    email: ada@example.org",
    "    email: ada@example.org\n  - name: C. Marchetti\n    email: C.Marchetti@Example.com",
)


def test_a_co_author_named_in_the_front_matter_by_an_alias_never_counts():
    life = Life()
    life.take(Action.SUBMIT, submission=submission(CO_AUTHOR))

    counted = signed(ALL, given(life, "ben", "cleo"), life.state, life.policy)

    assert life.state.contributors == ("ada", "cleo")
    assert counted == ["ben"]


def test_who_once_revised_an_edition_is_its_author_ever_after():
    policy = agreed(PEOPLE.replace("[admin, editor]", "[admin, editor, reviewer]"))
    life = Life(policy).take(Action.SUBMIT).take(Action.SUBMIT, "zoe").take(Action.SUBMIT, "ada")

    assert life.state.contributors == ("ada", "zoe")
    assert signed(ALL, given(life, "zoe"), life.state, policy) == []


def test_only_those_assigned_count_where_somebody_is():
    life = asked()
    signoffs = given(life, "ben", "cleo", "dan")

    state = replace(life.state, assigned=("ben", "dan"))

    assert signed(ALL, signoffs, state, life.policy) == ["ben", "dan"]


def test_a_person_in_two_roles_counts_once_for_a_rule():
    policy = agreed(PEOPLE.replace("[reviewer]", "[reviewer, editor]"))
    life = at(Stage.IN_REVIEW, Life(policy))

    assert signed(ALL, given(life, "ben"), life.state, policy) == ["ben"]


def test_the_role_is_asked_for_when_it_counts_and_not_when_it_was_signed():
    life = asked()
    signoffs = given(life, "ben", "cleo")
    without_role = agreed(
        PEOPLE.replace(
            "email: ben@example.org, roles: [reviewer]", "email: b@x.org, roles: [author]"
        )
    )

    assert signed(ALL, signoffs, life.state, without_role) == ["cleo"]


def test_a_sign_off_of_somebody_unknown_counts_for_nothing():
    life = asked()
    (signoff,) = given(life, "ben")

    assert signed(ALL, [replace(signoff, reviewer="mallory")], life.state, life.policy) == []


def test_every_rule_is_asked_and_what_nobody_can_give_says_so():
    lawyer = SignOffRule(sections=("*",), role="editor", count=2)
    life = Life().take(Action.SUBMIT, submission=replace(submission(), rules=(ALL, lawyer)))
    life.state = replace(life.state, contributors=("ada", "ben", "cleo", "dan"))

    assert lacking([], life.state, life.policy) == [
        "get 2 more sign-offs by role reviewer on all sections: nobody can: authors never count; "
        "name more reviewers in people.yaml",
        "get 2 more sign-offs by role editor on all sections: only zoe can; "
        "name more reviewers in people.yaml",
    ]


def test_eligible_is_who_has_the_role_wrote_nothing_and_is_assigned_if_anybody_is():
    state = at(Stage.DRAFT).state
    eve = Person(id="eve", name="Eve", email="eve@example.org", roles=("reviewer",))

    assert eligible(eve, ALL, state)
    assert eligible(eve, ALL, replace(state, assigned=("eve",)))
    assert not eligible(eve, ALL, replace(state, assigned=("ben",)))
    assert not eligible(eve, ALL, replace(state, contributors=("eve",)))
    assert not eligible(eve.model_copy(update={"roles": ("editor",)}), ALL, state)


def test_a_sign_off_names_what_was_read_by_whom_when_and_under_which_key():
    life = asked()

    signoff = life.dossier(
        Action.SIGN_OFF, "ben", key="k1", sections=("5.3", "@front"), comment="good"
    ).given

    digests = life.state.digests
    assert (signoff.slug, signoff.edition, signoff.revision) == ("portugal", 1, 1)
    assert (signoff.reviewer, signoff.nonce, signoff.channel) == ("ben", "k1", "cli")
    assert (signoff.at, signoff.comment) == ("2026-11-24T08:00:00Z", "good")
    assert signoff.bytes == digests.bytes
    assert signoff.sections == {path: digests.sections[path] for path in ("5.3", "@front")}


def test_only_a_sign_off_gives_one_and_a_retraction_takes_all_of_ones_own():
    life = asked().take(Action.SIGN_OFF, "ben", sections=("5",)).take(Action.SIGN_OFF, "ben")
    life.take(Action.SIGN_OFF, "cleo", sections=("6",))

    after = life.dossier(Action.RETRACT, "ben").signoffs_after

    assert [s.reviewer for s in life.signoffs] == ["ben", "ben", "cleo"]
    assert [s.reviewer for s in after] == ["cleo"]
    assert life.dossier(Action.RETRACT, "ben").given is None
    assert Life().dossier(Action.SIGN_OFF, "ben").given is None
