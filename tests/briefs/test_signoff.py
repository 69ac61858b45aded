import json
from dataclasses import replace

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from briefs.dossier import Proof
from briefs.signoff import covered, named, stands, statement
from briefs.terms import Action, Stage
from tests.briefs.samples import SAMPLE, Life, at, brief_of, public, submission, under

PATHS = tuple(submission().digests.sections)


def asked(**terms):
    """Return a life in review, under these terms."""
    life = Life(under(**terms)).take(Action.SUBMIT)
    return life.take(Action.CHECK).take(Action.SCORE).take(Action.REQUEST_REVIEW)


def given(life, person="ben", sections=()):
    """Return the sign-off of a person on the newest text, whatever the table says."""
    return life.dossier(Action.SIGN_OFF, person, key=person, sections=sections).given


def standing(signoff, state):
    """Return the sections of which the sign-off still speaks."""
    return {path for path in state.digests.sections if stands(signoff, path, state)}


def revised(life, before, after):
    """Return the state once a word of the sample is another."""
    assert SAMPLE.count(before) == 1
    return now(life, SAMPLE.replace(before, after))


def now(life, text, agreed=None):
    """Return the state once the text is another."""
    brought = submission(text, base=1, agreed=agreed or life.policy)
    return replace(life.state, digests=brought.digests, carries=brought.carries, revision=2)


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


def test_figures_take_in_the_sections_that_hold_some_and_what_lies_below():
    state = replace(at(Stage.DRAFT).state, figures=("2", "5"))

    assert covered(["@figures"], state) == ("2", "5", "5.1", "5.2", "5.3", "5.4")
    assert covered(["@figures", "3"], replace(state, figures=())) == ("3",)


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        (PATHS, "all sections"),
        (["3"], "section 3"),
        (["10.2", "10.12", "2"], "sections 2, 10.2, 10.12"),
        (["5", "5.1", "5.2", "5.3", "5.4"], "section 5"),
        (["5", "5.1", "5.2", "5.3"], "sections 5, 5.1, 5.2, 5.3"),
        (["10", "@front", "9"], "sections 9, 10, @front"),
        ([path for path in PATHS if path != "3"], "all sections but 3"),
        ([path for path in PATHS if path not in ("10.2", "@rest")], "all sections but 10.2, @rest"),
        (["99", "3"], "section 3"),
    ],
)
def test_sections_are_named_in_their_order_and_a_whole_without_its_parts(paths, words):
    assert named(paths, at(Stage.DRAFT).state) == words


def test_a_sign_off_stands_while_its_text_is_the_same():
    life = asked()

    signoff = given(life)

    assert standing(signoff, life.state) == set(PATHS)
    assert standing(signoff, replace(life.state, revision=2)) == set(PATHS)


@pytest.mark.parametrize("change", [{"slug": "spain"}, {"edition": 2}])
def test_a_sign_off_does_not_stand_for_another_brief_or_edition(change):
    life = asked()

    assert standing(given(life), replace(life.state, **change)) == set()


def test_a_sign_off_stands_for_no_section_that_it_does_not_name():
    life = asked()

    assert standing(given(life, sections=("5.1", "@front")), life.state) == {"5.1", "@front"}


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


@pytest.mark.parametrize("place", CHANGES)
def test_one_character_changed_voids_the_sign_offs_on_exactly_its_section(place):
    life = asked()

    state = revised(life, *CHANGES[place])

    assert standing(given(life), state) == {*PATHS} - {place}


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

    state = revised(life, "## Crises\n\nPortugal's most", "## Crises\n\n\nPortugal's  most")

    assert state.digests.bytes != life.state.digests.bytes
    assert standing(given(life), state) == {*PATHS}


def test_text_outside_the_sections_is_signed_too():
    life = asked()

    state = revised(life, "# Portugal: Strategic", "Psst.\n\n# Portugal: Strategic")

    assert standing(given(life), state) == {*PATHS} - {"@rest"}


def test_a_section_that_goes_takes_the_sign_offs_on_it_along():
    life = asked()

    state = revised(life, "**Immigration to USA Report:**", "**Immigration:**")

    assert "10.20" not in state.digests.sections
    assert not stands(given(life, sections=("10.20",)), "10.20", state)


# The section of each change, its class, and under which terms a sign-off outlives it.
GRADES = {
    "typographic": ("moved to end by an executive order", "moved to end, by an executive order"),
    "wording": ("moved to end by an executive order", "moved to close by an executive order"),
    "material": ("executive order of 20 January", "executive order of 21 January"),
}
OUTLIVED = {"nothing": set(), "typographic": {"typographic"}, "wording": {"typographic", "wording"}}


@pytest.mark.parametrize("carry", OUTLIVED)
@pytest.mark.parametrize("grade", GRADES)
def test_a_sign_off_outlives_the_changes_that_the_terms_let_carry(grade, carry):
    life = asked(carry=carry)

    state = revised(life, *GRADES[grade])

    assert state.digests.sections["7.1"] != life.state.digests.sections["7.1"]
    assert stands(given(life), "7.1", state) == (grade in OUTLIVED[carry])
    assert standing(given(life), state) >= {*PATHS} - {"7.1"}


def test_small_changes_carry_over_any_number_of_revisions_and_end_with_a_material_one():
    life = asked(carry="wording")
    signoff = given(life)
    small = ("moved to end by an executive order", "moved to close, by an executive order")
    first = SAMPLE.replace(*small)

    texts = [first, first.replace("moved to close", "came to close"), SAMPLE]
    texts.append(texts[1].replace("order of 20 January", "order of 21 January"))

    answers = [stands(signoff, "7.1", now(life, text)) for text in texts]

    assert answers == [True, True, True, False]


@pytest.mark.parametrize(("before", "after"), [("typographic", "wording"), ("wording", "nothing")])
def test_what_was_signed_under_other_terms_does_not_carry(before, after):
    life = asked(carry=before)
    signoff = given(life)

    state = now(life, SAMPLE.replace(*GRADES["typographic"]), under(carry=after))

    assert not stands(signoff, "7.1", state)


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


def test_a_sign_off_names_roles_policy_and_order_and_the_digests_that_carry():
    life = asked(carry="wording")

    signoff = given(life, sections=("5.3",))

    assert (signoff.roles, signoff.deputy_for) == (("reviewer",), ())
    assert (signoff.policy, signoff.seq) == (life.policy.version, life.state.seq + 1)
    assert signoff.carries == {"5.3": life.state.carries["5.3"]}
    assert (signoff.strength, signoff.key, signoff.signature) == ("witnessed", "", "")
    assert given(life, "mallory").roles == ()


def signed(life, **details):
    act = life.dossier(Action.SIGN_OFF, "ben", signature="-----BEGIN", **details)
    return replace(act, proof=Proof(public(1))).given


def test_a_signature_of_ones_own_makes_it_personal_and_names_the_key():
    signoff = signed(asked())

    assert (signoff.strength, signoff.key, signoff.signature) == (
        "personal",
        public(1),
        "-----BEGIN",
    )


SAID = "slug edition revision bytes scope sections carries reviewer comment decision policy nonce"


def test_a_personal_signature_is_of_what_the_person_said():
    signoff = signed(asked())

    said = json.loads(statement(signoff))

    assert set(said) == {"schema_version", *SAID.split()}
    # What the desk finds out later changes nothing of it.
    late = replace(signoff, at="2027-01-01T00:00:00Z", seq=99, roles=(), key="", signature="x")
    assert statement(late) == statement(signoff)
    assert statement(replace(signoff, nonce="x")) != statement(signoff)


def test_the_desk_witnesses_all_of_the_record():
    signoff = given(asked())

    said = json.loads(statement(signoff))

    assert set(said) >= {"at", "evidence", "channel", "seq", "roles", "key", *SAID.split()}
    assert "signature" not in said
    assert statement(replace(signoff, evidence={"account": "x"})) != statement(signoff)


@pytest.mark.parametrize(
    ("later", "person", "answer"),
    [
        (("2", "3"), "ben", True),
        (("2",), "ben", True),
        (("3",), "ben", False),
        (("*",), "cleo", False),
    ],
)
def test_a_later_word_leaves_nothing_of_one_whose_sections_it_names(later, person, answer):
    life = asked()

    assert given(life, person, later).supersedes(given(life, "ben", ("2",))) is answer


def test_signing_a_section_again_replaces_what_was_signed_there_alone():
    life = asked().take(Action.SIGN_OFF, "ben", sections=("5",))
    life.take(Action.SIGN_OFF, "ben", sections=("5.1",))
    life.take(Action.SIGN_OFF, "ben", sections=("5", "6"))
    life.take(Action.SIGN_OFF, "ben", sections=("5.1",))

    assert [s.scope for s in life.signoffs] == [("5", "6"), ("5.1",)]


@pytest.mark.parametrize("action", [Action.RETRACT, Action.REQUEST_CHANGES, Action.VETO])
def test_who_retracts_vetoes_or_asks_for_changes_has_not_signed_any_more(action):
    life = asked().take(Action.SIGN_OFF, "ben", sections=("5",)).take(Action.SIGN_OFF, "ben")
    life.take(Action.SIGN_OFF, "cleo", sections=("6",))

    after = life.dossier(action, "ben").signoffs_after

    assert [s.reviewer for s in life.signoffs] == ["ben", "cleo"]
    assert [s.reviewer for s in after] == ["cleo"]
    assert life.dossier(action, "ben").given is None


def test_lifting_a_veto_does_not_bring_the_sign_off_back():
    life = asked().take(Action.SIGN_OFF, "ben").take(Action.VETO, "ben").take(Action.LIFT, "ben")

    assert (life.signoffs, life.state.vetoes) == ((), ())


@pytest.mark.parametrize("action", [Action.COMMENT, Action.ASSIGN, Action.LIFT, Action.OVERRIDE])
def test_other_acts_leave_the_sign_offs_alone(action):
    life = asked().take(Action.SIGN_OFF, "ben")

    assert life.dossier(action, "ben").signoffs_after == life.signoffs


def test_before_there_is_a_text_there_is_nothing_to_sign():
    assert Life().dossier(Action.SIGN_OFF, "ben").given is None
