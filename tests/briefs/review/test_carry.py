"""What carries, as a law: a sign-off on a section stands just as long as its words do.

The text is edited anywhere, by hand and at random; a second look, by `briefs.changes.between` on
the lines before and after, says which class each change is of.
"""

import re
from copy import deepcopy

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from briefs.changes import Change, between
from briefs.errors import MalformedBrief
from briefs.record import Actor, Details
from briefs.tally import Tally
from briefs.terms import Action
from tests.briefs.review import table, texts
from tests.briefs.review.floors import Pure
from tests.briefs.review.steps import POLICIES, written
from tests.briefs.samples import SAMPLE, brief_of, report_of

PEOPLE = table.named("People")
POLICIES.named.update(table.named("Policies"))
LEVELS = {
    "nothing": (),
    "typographic": (Change.TYPOGRAPHIC,),
    "wording": (Change.TYPOGRAPHIC, Change.WORDING),
}
BODY = SAMPLE.index("\n# ") + 1
DIGITS = [n for n, c in enumerate(SAMPLE) if n > BODY and c in "0123456789"]
PATHS = list(brief_of().digests.sections)


def signed(carry="nothing"):
    """Return a floor on which Ben has signed all of the sample."""
    names = "two reviewers" + (f" + carry {carry}" if carry != "nothing" else "")
    floor = Pure(written(deepcopy(PEOPLE), POLICIES.settings(names)))
    floor.report = no_objection
    submit(floor, SAMPLE)
    details = Details(digest=brief_of().digests.bytes)
    floor.act(Action.SIGN_OFF, "portugal", Actor("ben", "cli"), details, None)
    return floor


def no_objection(text):
    """What the rules object to in a text is another matter: take it for the sample's report."""
    return report_of()


def submit(floor, text):
    floor.submit("portugal", text, Actor("ada", "cli"), None)


def voided(floor):
    """Return the sections, of those that are still there, in which Ben counts no more."""
    state = floor.state("portugal")
    tally = Tally(state, floor.policy, floor.signoffs("portugal"), state.updated)
    (rule,) = state.rules
    return {path for path in state.digests.sections if "ben" not in tally.signed(rule, path)}


def expected(text, carry):
    """Return the sections whose change, by another look, is none that carries."""
    before, after = brief_of(), brief_of(text)
    found = set()
    for path, digest in after.digests.sections.items():
        if digest != before.digests.sections.get(path):
            kind = between(before.lines.get(path, ("",)), after.lines[path])
            found |= {path} if path not in before.lines or kind not in LEVELS[carry] else set()
    return found


@pytest.mark.parametrize("carry", LEVELS)
@pytest.mark.parametrize(
    "form",
    ["white space", "bullets", "quotes", "escapes", "headings", "numbering", "line ends"],
)
def test_a_re_export_without_edits_keeps_every_sign_off(form, carry):
    floor = signed(carry)

    submit(floor, texts.edited(SAMPLE, f"other {form}"))

    assert floor.state("portugal").revision == 2
    assert voided(floor) == set()


@pytest.mark.slow
@examples(st.sampled_from(DIGITS), st.sampled_from("0123456789"), st.sampled_from([*LEVELS]))
@settings(max_examples=30)
def test_one_changed_digit_drops_exactly_the_sign_off_on_its_section(place, digit, carry):
    if SAMPLE[place] == digit:
        return
    text = SAMPLE[:place] + digit + SAMPLE[place + 1 :]
    section = brief_of().section_at(SAMPLE.count("\n", 0, place) + 1)
    is_number = re.match(r"## \d+\. |\d+\. ", SAMPLE[SAMPLE.rindex("\n", 0, place) + 1 :])
    floor = signed(carry)

    submit(floor, text)

    # The number of a heading or an item is no word of it.
    numbered = is_number and place < SAMPLE.rindex("\n", 0, place) + 1 + is_number.end()
    assert voided(floor) == (set() if numbered else {section.node.path})


WORDS = ["not", "very", "Spain", "seven", "2031", "may", "—", "**quite**", "(now)", "of the"]
PLACES = st.integers(BODY + 60, len(SAMPLE) - 2)


def put_in(text, place, word):
    at = text.index(" ", min(place, len(text) - 200))
    return f"{text[:at]} {word}{text[at:]}"


def take_out(text, place, word):
    at = text.index(" ", min(place, len(text) - 200))
    return text[:at] + text[text.index(" ", at + 1) :]


def exchange(text, place, word):
    at = min(place, len(text) - 1)
    return text[:at] + word[0] + text[at + 1 :]


def shift_case(text, place, word):
    at = text.index(" ", min(place, len(text) - 200)) + 1
    return text[:at] + text[at].swapcase() + text[at + 1 :]


def punctuate(text, place, word):
    at = text.index(" ", min(place, len(text) - 200))
    return text[:at] + "," + text[at:]


EDITS = st.tuples(
    st.sampled_from([put_in, take_out, exchange, shift_case, punctuate]),
    PLACES,
    st.sampled_from(WORDS),
)


@pytest.mark.slow
@examples(st.lists(EDITS, min_size=1, max_size=4), st.sampled_from([*LEVELS]))
@settings(max_examples=60)
def test_over_random_edits_a_sign_off_stands_just_as_its_section_does(edits, carry):
    text = SAMPLE
    for edit, place, word in edits:
        text = edit(text, place, word)
    try:
        brief_of(text)
    except MalformedBrief:
        return
    floor = signed(carry)

    submit(floor, text)

    assert voided(floor) == expected(text, carry)


@pytest.mark.slow
@examples(st.lists(EDITS, min_size=1, max_size=3), st.sampled_from([*LEVELS]))
@settings(max_examples=15)
def test_what_is_undone_is_signed_as_before(edits, carry):
    text = SAMPLE
    for edit, place, word in edits:
        text = edit(text, place, word)
    floor = signed(carry)

    submit(floor, text)
    submit(floor, SAMPLE)

    assert voided(floor) == set()


@pytest.mark.slow
@examples(
    st.sampled_from(["a comma in", "a word in", "“not” in", "one digit in", "a name in"]),
    st.sampled_from(["1", "2", "3", "4", "8"]),
    st.sampled_from([*LEVELS]),
)
@settings(max_examples=30)
def test_named_edits_carry_by_their_class_alone(edit, path, carry):
    text = texts.edited(SAMPLE, f"{edit} {path}")
    ((section, kind),) = texts.changed(SAMPLE, text).items()
    floor = signed(carry)

    submit(floor, text)

    assert section == path
    assert voided(floor) == (set() if kind in LEVELS[carry] else {path})
