"""What kind of change a section has seen: typographic, wording or material."""

import time
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from briefs.changes import Change, between, material, plain, told

TYPOGRAPHIC, WORDING, MATERIAL = Change

# Before, after; in the lines of a section `/` stands for a line end, `→` for a tab.
CHANGES = {
    TYPOGRAPHIC: [
        ("The duty rose, then fell.", "The duty rose then fell"),
        ("The duty rose; then it fell.", "The duty rose. Then it fell."),
        ("The duty rose: the price fell.", "The duty rose: The price fell."),
        ("Trade grew.", "trade grew."),
        ("The port closed. Trade grew.", "The port closed. trade grew."),
        ('The "free" port is closed.', "The free port is closed."),
        ("The port (a free one) is closed.", "The port, a free one, is closed."),
        ("The port [of call] is closed.", "The port of call is closed."),
        ("The port — a free one — is closed.", "The port - a free one - is closed."),
        ("A long-term plan.", "A long term plan."),
        ("The *free* port is closed.", "The free port is closed."),
        ("• The port is closed.", "The port is closed."),
        ("The U.S. fleet sails.", "The US fleet sails."),
        ("The rate is 5% now.", "The rate is 5 % now."),
        ("In 2024, exports grew.", "In 2024 exports grew."),
        ("The rate is not safe, and dear.", "The rate is not safe and dear."),
        ('It is "not" safe.', "It is not safe."),
        ("The port is closed. / The road is open.", "The port is closed. The road is open."),
        ("See wine,cork and tin.", "See wine, cork and tin."),
        ("The duty fell...", "The duty fell."),
        ("ports / →|wine→|it grew,", "ports / →|wine→|It grew"),
        ("The cabinets' plan.", "The cabinets plan."),
        ("Pages 10—20.", "Pages 10 — 20."),
        ("The duty fell: ports closed.", "The duty fell, ports closed."),
    ],
    WORDING: [
        ("Exports grew quickly.", "Exports rose fast."),
        ("The port is closed.", "The harbour is shut."),
        ("The duty of 5 % was raised.", "The levy of 5 % was lifted."),
        ("Spain sells wine to Italy.", "Spain ships wine to Italy."),
        ("Trade must grow swiftly.", "Trade must grow fast."),
        ("It is not safe to sail there now.", "It is not safe to sail here now."),
        ("See the report→https://a.org→ here.", "See that report→https://a.org→ there."),
        ("Ships from 3 ports sailed home.", "Ships from 3 ports went home."),
        ("The duty, it seems, was heavy.", "The duty was heavy."),
        ("ports / The duty was heavy.", "ports / The levy was heavy and dear."),
        ("Was it wise to sail?", "Was it clever to sail?"),
        ("Wise or not, sales grew.", "Wise or not, sales rose."),
        ("They want it, not us. Exports grew.", "They want it, not us. Exports rose."),
        ("Costs reached $5 on average.", "Costs hit $5 on average."),
    ],
    MATERIAL: [
        # numbers
        ("The rate is 3.2 %.", "The rate is 2.3 %."),
        ("Some 1,000 ships.", "Some 1.000 ships."),
        ("Some 1 000 ships.", "Some 1000 ships."),
        ("The balance is -5.", "The balance is 5."),
        ("The balance is - 5.", "The balance is 5."),
        ("The balance is (5).", "The balance is 5."),
        ("The balance is +5.", "The balance is 5."),
        ("The rate is 5 %.", "The rate is 5."),
        ("The rate is 5 %.", "The rate is 5 ‰."),
        ("It costs $5.", "It costs €5."),
        ("A road of 5 km.", "A road of 5 m."),
        ("A plan of 3 years.", "A plan of 3 months."),
        ("A plan of three years.", "A plan of four years."),
        ("A plan of three years.", "A plan of three months."),
        ("Ten ships came.", "Six ships came."),
        ("It cost 5 million.", "It cost 5 billion."),
        ("Pages 10-20.", "Pages 10 20."),
        ("Pages 10 - 20.", "Pages 10 20."),
        ("An area of 5 m².", "An area of 5 m³."),
        ("A share of ½ there.", "A share of ¼ there."),
        ("A wall of 5' there.", 'A wall of 5" there.'),
        ("A rate of .5 there.", "A rate of 5 there."),
        ("The second plan.", "The third plan."),
        ("It took ½ day there.", "It took ½ hour there."),
        ("A plan of 5- or 6-year terms.", "A plan of 5 or 6-year terms."),
        # dates
        ("On 5 May it fell.", "On 5 June it fell."),
        ("It fell on monday.", "It fell on friday."),
        ("It is due weekly.", "It is due monthly."),
        # negations and what they bear on
        ("It is not safe, is cheap.", "It is safe, is not cheap."),
        ("It is not safe.", "It is safe."),
        ("It isn't safe.", "It is safe."),
        ("It is a binding pact.", "It is a non-binding pact."),
        ("No, tariffs fell.", "No tariffs fell."),
        ("No. The tariffs fell.", "No the tariffs fell."),
        ("No - the tariffs fell.", "No the tariffs fell."),
        ("It sails with wine.", "It sails without wine."),
        (
            "It is not safe for wine but is safe for cork.",
            "It is safe for wine but is not safe for cork.",
        ),
        ("The port is NOT safe here.", "The port is NOT cheap here."),
        ("It is not / safe.", "It is not safe."),
        ("It would not / the duty fell.", "It would not the duty fell."),
        ("They won't sail.", "They will sail."),
        # modal verbs and limits
        ("The port must close.", "The port may close."),
        ("It may be sold.", "It may be kept."),
        ("The port shall close.", "The port should close."),
        ("All ports close.", "Some ports close."),
        ("It closes only the port.", "It closes the port."),
        ("Wine and cork.", "Wine or cork."),
        ("It closes if asked.", "It closes when asked."),
        ("At most once there.", "At least once there."),
        ("Sale is required.", "Sale is permitted."),
        # names and letter case
        ("Spain beats Italy.", "Italy beats Spain."),
        ("It borders Spain.", "It borders France."),
        ("Portugal sells wine.", "Spain sells wine."),
        ("Trade grew.", "Commerce grew."),
        ("It fell in May there.", "It fell in may there."),
        ("It told US troops.", "It told us troops."),
        ("It told the Polish crew.", "It told the polish crew."),
        ("The port closed. Polish crews left.", "The port closed, polish crews left."),
        ("US troops left.", "us troops left."),
        ("It sat in The Hague.", "It sat in the Hague."),
        ("The duty fell: Ports closed.", "The duty fell: ports closed."),
        ("Spain left. May trade grow there.", "Spain left, may trade grow there."),
        ("Annex point b holds.", "Annex point c holds."),
        ("An iPhone is sold.", "An iPad is sold."),
        ("It is sold in Москва there.", "It is sold in Минск there."),
        ("It is the город there.", "It is the народ there."),
        # links, signs, questions
        ("See→https://a.org→ it.", "See→https://b.org→ it."),
        ("See→https://a.org→ it.", "See it."),
        ("See→[^1]→ it.", "See→[^2]→ it."),
        ("See it. / →[^a]:", "See it. / →[^b]:"),
        ("See https://a.org/x there.", "See https://a.org/y there."),
        ("Write to a@b.org there.", "Write to c@b.org there."),
        ("See wine.org there.", "See cork.org there."),
        ("See https://a.org/x. there", "See https://a.org/x there"),
        ("Ask @ada there.", "Ask @ben there."),
        ("It is safe.", "It is safe?"),
        ("Wine and/or cork.", "Wine and cork."),
        # titles, tables, order
        ("ports and roads / It fell.", "ports and rails / It fell."),
        ("→ports→https://a.org→", "→ports→https://b.org→"),
        ("→ports→wine,html→", "→ports→wine;html→"),
        ("it / →|5→|", "it / →|→|5"),
        ("it / →|a→|b / →|c→|d", "it / →|a→|b→|c→|d"),
        ("it / →|see→https://a.org→→|b", "it / →|see→https://b.org→→|b"),
        ("It fell.", "It fell. Spain rose."),
        ("", "It must."),
    ],
}
ROWS = [(*pair, kind) for kind, pairs in CHANGES.items() for pair in pairs]


def lines(text):
    return text.replace("→", "\t").split(" / ") if text else []


@pytest.mark.parametrize(("before", "after", "kind"), ROWS)
def test_a_change_is_of_the_kind_that_an_editor_expects(before, after, kind):
    assert between(lines(before), lines(after)) is kind
    assert between(lines(after), lines(before)) is kind


@pytest.mark.parametrize(("before", "after", "kind"), ROWS)
def test_every_change_is_told_and_no_more_than_is_asked_for(before, after, kind):
    phrases = told(lines(before), lines(after), limit=2)

    assert 1 <= len(phrases) <= 3
    assert all("\t" not in phrase and len(phrase) < 160 for phrase in phrases)


@pytest.mark.parametrize("text", [before for before, _, _ in ROWS])
def test_equal_lines_are_no_change(text):
    assert between(lines(text), lines(text)) is None
    assert told(lines(text), lines(text)) == []


def test_the_kinds_stand_with_the_gravest_last():
    assert [*Change] == ["typographic", "wording", "material"]


TOLD = [
    ("The rate was 3.2 % then.", "The rate was 2.3 % then.", ["signed 3.2 %, now 2.3 %"]),
    ("The rate was 3.2 %.", "The rate was 2.3 %.", ["signed 3.2 %, now 2.3 %"]),
    ("The rate was 3.2%.", "The rate was 2.3%.", ["signed 3.2%, now 2.3%"]),
    ("Trade must fall.", "Trade may fall.", ["signed “must”, now “may”"]),
    ("It is not safe.", "It is safe.", ["“not” was taken out"]),
    ("From Spain here.", "From Spain, Flanders here.", ["“Flanders” was put in"]),
    ("Exports grew quickly.", "Exports rose fast.", ["signed “grew quickly”, now “rose fast”"]),
    ("Exports grew.", "Exports grew", ["the same words: punctuation, letter case or layout alone"]),
    ("See→a.org→ it.", "See→b.org→ it.", ["signed “a.org”, now “b.org”"]),
    ("It was (safe).", "It was ?", ["signed “safe”, now “?”"]),
    (
        "It grew and Spain fell and 5 came.",
        "It rose and Italy fell and 6 came.",
        ["signed “Spain”, now “Italy”", "signed 5, now 6", "signed “grew”, now “rose”"],
    ),
]


@pytest.mark.parametrize(("before", "after", "phrases"), TOLD)
def test_a_change_is_told_in_a_phrase_and_material_ones_first(before, after, phrases):
    assert told(lines(before), lines(after)) == phrases


def numbered(start, count):
    return " ".join(f"and {number}" for number in range(start, start + count))


def test_what_is_beyond_the_limit_is_counted():
    before, after = numbered(10, 7), numbered(20, 7)

    assert told([before], [after])[4:] == ["signed 14, now 24", "and 2 more changes"]
    assert told([before], [after], limit=6)[-1] == "and 1 more change"
    assert len(told([before], [after], limit=7)) == 7


def test_a_long_change_is_cut_on_either_side():
    (phrase,) = told(["It was " + "very " * 99 + "dear."], ["It was " + "most " * 99 + "dear."])

    assert phrase == f"signed “{'very ' * 12}”, now “{'most ' * 12}”".replace(" ”", "…”")


def test_a_change_in_a_giant_section_is_told_by_its_bounds():
    before = "It is " + "so " * 50_000

    assert told([before + "5 now"], [before + "6 now"]) == ["signed 5, now 6"]
    assert told([before + "now"], [before + "not now"]) == ["“not” was put in"]
    assert told([before], ["x " + before]) == ["“x” was put in"]


def test_too_many_changes_are_told_as_one():
    before, after = (" ".join(f"{x}{n} word{n}" for n in range(1_500)) for x in "xy")

    (phrase,) = told([before], [after])

    assert phrase.startswith("signed “x0 word0 x1") and "now “y0 word0 y1" in phrase


# Laws, on texts that nobody thought of.

SAMPLES = """
the a it and port ports fell grew quickly not No may May must all or Spain Italy US us U.S. 5 3.2
1,000 -5 - — % $5 three km e.g. safe, safe. safe? wine: (wine) [it] *it* isn't and/or a.org no, …
https://a.org "no" non-binding →|x →u→
"""
WORDS = st.sampled_from(SAMPLES.replace("→", "\t").strip("\n").replace("\n", " ").split(" "))
TEXTS = st.lists(st.lists(WORDS, max_size=7).map(" ".join), max_size=4)
PLAIN = st.lists(
    st.sampled_from(["it", "port", "fell", "grew", "wine", "and", "here", "safe"]),
    min_size=2,
    max_size=9,
)
ANY = st.lists(st.text(max_size=30), max_size=4)
MANY = settings(max_examples=200)


@MANY
@given(TEXTS | ANY, TEXTS | ANY)
def test_one_plain_form_has_one_material_form(before, after):
    if plain(before) == plain(after):
        assert material(before) == material(after)


@st.composite
def edited(draw):
    """Return a text and one that differs from it by a few words or signs."""
    words = draw(st.lists(WORDS, min_size=1, max_size=8))
    at = draw(st.integers(0, len(words) - 1))
    new = draw(
        st.sampled_from([words[at] + ",", f"({words[at]})", words[at].swapcase(), ""]) | WORDS
    )
    return " ".join(words), " ".join([*words[:at], new, *words[at + 1 :]])


@MANY
@given(edited())
def test_the_kind_of_a_change_is_read_off_the_two_forms(pair):
    before, after = ([text] for text in pair)
    forms = [form(before) == form(after) for form in (plain, material)]
    kinds = {(True, True): TYPOGRAPHIC, (False, True): WORDING, (False, False): MATERIAL}

    assert between(before, after) is (kinds[*forms] if before != after else None)
    assert bool(told(before, after)) is (before != after)


@MANY
@given(st.lists(TEXTS, min_size=2, max_size=5))
def test_a_chain_of_changes_is_as_grave_as_its_gravest_at_most(revisions):
    order = [None, *Change]
    steps = [order.index(between(a, b)) for a, b in pairwise(revisions)]

    assert order.index(between(revisions[0], revisions[-1])) <= max(steps)


@MANY
@given(TEXTS, st.data())
def test_a_changed_digit_is_material_wherever_it_stands(text, data):
    whole = "\n".join(text)
    digits = [at for at, sign in enumerate(whole) if sign.isdigit()]
    assume(digits)
    at = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from("0123456789".replace(whole[at], "")))

    assert between(text, (whole[:at] + other + whole[at + 1 :]).split("\n")) is MATERIAL


@given(PLAIN, st.data())
def test_names_that_change_places_are_material(words, data):
    at = data.draw(st.integers(0, len(words)))
    behind = data.draw(st.integers(at, len(words)))

    def text(first, second):
        return [" ".join([*words[:at], first, *words[at:behind], second, *words[behind:]])]

    assert between(text("Spain", "Italy"), text("Italy", "Spain")) is MATERIAL


@MANY
@given(st.lists(WORDS.filter(lambda word: "\t" not in word), min_size=1, max_size=9), st.data())
def test_a_not_put_in_between_any_words_is_material(words, data):
    at = data.draw(st.integers(0, len(words)))

    assert between([" ".join(words)], [" ".join([*words[:at], "not", *words[at:]])]) is MATERIAL


@MANY
@given(PLAIN, st.data())
def test_a_not_that_moves_past_a_word_of_content_is_material(words, data):
    at = data.draw(st.integers(0, len(words) - 2))
    words = [f"{word}{'abcdefghi'[number]}" for number, word in enumerate(words)]
    first = [*words[:at], "not", *words[at:]]
    second = [*words[: at + 1], "not", *words[at + 1 :]]

    assert between([" ".join(first)], [" ".join(second)]) is MATERIAL


@MANY
@given(ANY)
def test_any_text_has_its_forms_and_no_text_is_refused(text):
    assert isinstance(plain(text), str) and isinstance(material(text), str)
    assert told(text, [*text, "Spain"])


SIZE = 1 << 20
HOSTILE = {
    "a word": "a", "a stop": "A.", "words": "a ", "negations": "not ", "contractions": "n't ",
    "modal verbs": "may be ", "numbers": "1 ", "digits": "1", "quotes": '"', "dashes": "- ",
    "long dashes": "—", "tabs": "\t", "cells": "\t|a", "links": "a\tb\t", "apostrophes": "a'",
    "hosts": "a.bb", "lines": "a\n", "questions": "? ", "script": "字 ", "brackets": "(1)",
    "hyphens": "a-", "stops": ". ", "initials": "a.", "caps": "Ab. ",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_section_is_read_in_time(piece):
    text = (piece * (SIZE // len(piece))).split("\n")

    # Generous: a busy machine measures ten times what a quiet one does.
    assert seconds(plain, text) < 5
    assert seconds(material, text) < 5
    assert seconds(told, text, ["x", *reversed(text), "y"]) < 2.5


def seconds(call, *arguments):
    start = time.process_time()
    call(*arguments)
    return time.process_time() - start
