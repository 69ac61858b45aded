"""Laws of the judge, tried on texts that nobody thought of."""

import re
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from briefs.brief import Around, hold_against, read
from briefs.errors import MalformedBrief
from briefs.findings import Mode
from briefs.report import read_report, report
from briefs.rules import check
from briefs.score import WHOLE, completeness
from tests.briefs.mutants import FIELDS, LINES, SECTIONS
from tests.briefs.samples import COUNTRY, SAMPLE
from tests.briefs.test_frontmatter import TEXTS

ON = Around(on=date(2026, 11, 23))
HEAD = "---\ntitle: x\n---\n\n"
FIRST = SECTIONS["1"].start
BULLET = re.compile(r" *(?:- (?:\*\*[^*]+\*\* )?|\d\. )?")
HOMES = {name: part for name, part in (SECTIONS | FIELDS).items() if part.field or part.body}


def held(text):
    return hold_against(read(text.encode("utf-8", "surrogatepass")), COUNTRY, ON)


def earned(text):
    """Return the score of a text before it is rounded, in hundredths of a point."""
    return sum(section.earned for section in completeness(held(text)).sections)


def digests(text):
    return held(text).digests


# What is short: the sample with each line of text cut to its first words.


def cut(words):
    """Return the lines of the sample, each of its texts with no more than so many words."""

    def shortened(line):
        head = BULLET.match(line)[0]
        return head + " ".join(line[len(head) :].split(" ")[:words])

    titles = {part.start for part in SECTIONS.values()}
    return [
        line if number < FIRST or number in titles else shortened(line)
        for number, line in enumerate(LINES)
    ]


LENGTHS = (3, 6, 9, 14, 25, 1_000)
SPARSE = {words: cut(words) for words in LENGTHS}
EARNED = {words: earned("\n".join(lines)) for words, lines in SPARSE.items()}

# What can be copied: whatever stands in the sample, from a sentence to a section.

BODY = [line for line in LINES[FIRST:] if line and not line.startswith(("#", "**"))]
SENTENCES = [
    sentence
    for line in BODY
    for sentence in re.split(r"(?<!U\.S\.)(?<=[.!?])\s+", BULLET.sub("", line, count=1))
    if sentence.endswith((".", "?", "!"))
]
SOURCES = [found for line in BODY for found in re.findall(r"\[[^\]]*\]\([^)]*\)", line)]
WHOLES = ["\n".join(LINES[part.start : part.own]) for part in SECTIONS.values()]
BODIES = ["\n".join(part.body) for part in SECTIONS.values() if part.body]
COPIES = st.one_of(
    st.tuples(st.just("sentence"), st.sampled_from(SENTENCES)),
    st.tuples(st.just("line"), st.sampled_from(BODY)),
    st.tuples(st.just("source"), st.sampled_from(SOURCES)),
    st.tuples(st.just("body"), st.sampled_from(BODIES)),
    st.tuples(st.just("section"), st.sampled_from(WHOLES)),
)
WAYS = ("a paragraph", "an item", "appended", "before", "quoted")


def copied(lines, what, text, way, at):
    """Return the lines with a copy set in at one of them: none where that would change the rest."""
    line = lines[at]
    if what in ("body", "section"):
        return [*lines[:at], "", *text.split("\n"), "", *lines[at:]] if not line else None
    text = re.sub(r"^ *(?:- |\d\. )", "", text)
    if way == "appended":
        # Where a fragment goes on, the two are one sentence, and a new one.
        whole = line.endswith((".", "?", "!", '."')) and not line.endswith("U.S.")
        return [*lines[:at], f"{line} {text}", *lines[at + 1 :]] if whole else None
    if way == "quoted":
        return [*lines[:at], "", f"> {text}", "", *lines[at:]] if not line else None
    if way == "an item":
        return [*lines[:at], "", f"- {text}", "", *lines[at:]] if not line else None
    if way == "before" and (line.startswith("- ") or not line):
        return [*lines[:at], f"- {text}", *lines[at:]] if line else None
    return [*lines[:at], "", text, "", *lines[at:]] if not line else None


@settings(max_examples=400)
@given(
    st.sampled_from(LENGTHS),
    COPIES,
    st.sampled_from(WAYS),
    st.integers(FIRST + 1, len(LINES) - 1),
)
def test_the_score_never_rises_by_repeating_text(length, copy, way, at):
    what, text = copy
    pieces = [piece for piece in text.split("\n") if piece]
    # What is repeated has to stand there.
    lines = [
        line if number >= FIRST and any(piece in line for piece in pieces) else short
        for number, (line, short) in enumerate(zip(LINES, SPARSE[length], strict=True))
    ]

    after = copied(lines, what, text, way, at)

    assume(after is not None)
    assert earned("\n".join(after)) <= earned("\n".join(lines))


LONG_SENTENCES = [sentence for sentence in SENTENCES if len(sentence.split(" ")) > 25]


@settings(max_examples=60)
@given(
    st.sampled_from(LENGTHS[:-1]),
    st.sampled_from(LONG_SENTENCES),
    st.integers(9, 15),
    st.sampled_from([n for n in range(FIRST + 1, len(LINES)) if not LINES[n]]),
)
def test_nor_does_it_rise_by_a_copy_in_which_a_word_is_another(length, sentence, place, at):
    lines = [
        line if number >= FIRST and sentence in line else short
        for number, (line, short) in enumerate(zip(LINES, SPARSE[length], strict=True))
    ]
    words = sentence.split(" ")
    assume("[" not in "".join(words[place - 2 : place + 2]) and "](" not in words[place])
    words[place] = "zebra"

    after = [*lines[:at], "", " ".join(words), "", *lines[at:]]

    assert earned("\n".join(after)) <= earned("\n".join(lines))


def original(words):
    """Return a sentence that stands nowhere else."""
    return f"Z{' z'.join(words)}."


ORIGINAL = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9), min_size=4, max_size=16
).map(original)


def added(part, lines, sentence, way):
    """Return the lines with a sentence added to a section or a field."""
    if part.field:
        return [*lines[: part.start], f"{lines[part.start]} {sentence}", *lines[part.start + 1 :]]
    if way == "appended":
        at = max(n for n in range(part.start + 2, part.own) if lines[n])
        return [*lines[:at], f"{lines[at]} {sentence}", *lines[at + 1 :]]
    bullet = "- " if way == "an item" else ""
    end = part.own
    return [
        *lines[:end],
        *([] if not lines[end - 1] else [""]),
        f"{bullet}{sentence}",
        "",
        *lines[end:],
    ]


@pytest.mark.parametrize("name", HOMES)
@settings(max_examples=4)
@given(
    st.sampled_from(LENGTHS),
    st.lists(ORIGINAL, min_size=1, max_size=3, unique=True).map(" ".join),
    st.sampled_from(("appended", "a paragraph", "an item")),
)
def test_the_score_never_falls_by_saying_more(name, length, sentences, way):
    after = "\n".join(added(HOMES[name], SPARSE[length], sentences, way))

    assert earned(after) >= EARNED[length]


# Where a list of three words an item is not short, even so.
LONG = ("5.4#Key Milestones in Bilateral Relations", "7.1")
SHORT = [name for name in HOMES if not name.startswith(LONG)]


@pytest.mark.parametrize("name", SHORT)
def test_a_short_section_or_field_earns_by_an_original_sentence(name):
    sentence = original([f"word{chr(97 + n)}" for n in range(9)])

    after = "\n".join(added(HOMES[name], SPARSE[3], sentence, "a paragraph"))

    assert earned(after) > EARNED[3]


@settings(max_examples=150)
@given(st.one_of(TEXTS, st.lists(st.sampled_from(LINES), max_size=60).map("\n".join)))
def test_whatever_is_read_is_judged_alike_each_time_and_its_points_add_up(text):
    try:
        first, second = (report(held(HEAD + text)) for _ in range(2))
    except MalformedBrief:
        return

    score = first.score
    lost = sum(loss.hundredths for section in score.sections for loss in section.lost)
    assert 0 <= score.total <= 100
    assert score.total == (WHOLE - lost) // 100
    assert first == second == read_report(first.json())
    assert all(1 <= f.line <= (HEAD + text).count("\n") + 1 for f in first.findings)


@settings(max_examples=100)
@given(st.binary(max_size=200), st.booleans())
def test_bytes_are_read_or_refused_and_nothing_else(data, headed):
    data = HEAD.encode() + data if headed else data

    try:
        read(data)
    except MalformedBrief as refusal:
        assert str(refusal)


# The same words in another hand.

WORDS = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyzäöß", min_size=1, max_size=9), min_size=2, max_size=30
)
MARKS = st.sampled_from(["", "", "", ",", ";", "'s", "-x", ".", "?", "!", "…", ")", " (a)", ' "b"'])
PARAGRAPHS = st.lists(
    st.lists(
        st.tuples(st.text("abcdefgh", min_size=1, max_size=7), MARKS), min_size=1, max_size=25
    ).map(lambda pairs: [word + mark for word, mark in pairs]),
    min_size=1,
    max_size=4,
)


def drawn(paragraphs, bullet="- ", space=" ", every=1_000):
    """Return a section of these paragraphs and of a list of them, written in some way."""

    def flow(words, indent):
        pieces = [words[n : n + every] for n in range(0, len(words), every)]
        return f"\n{indent}".join(space.join(" ".join(piece).split()) for piece in pieces)

    texts = [flow(words, "") for words in paragraphs]
    items = [bullet + flow(words, " " * len(bullet)) for words in paragraphs]
    return HEAD + "## Crises\n\n" + "\n\n".join([*texts, "\n".join(items)]) + "\n"


@settings(max_examples=100)
@given(
    PARAGRAPHS,
    st.sampled_from(["- ", "* ", "+ ", "-   "]),
    st.sampled_from([" ", "  ", "\t", "\u00a0", "\u2003"]),
    st.integers(1, 12),
    st.sampled_from(["", "curly", "escaped", "invisible"]),
)
def test_digests_are_the_same_whatever_hand_wrote_the_words(
    paragraphs, bullet, space, every, letters
):
    usual, other = drawn(paragraphs), drawn(paragraphs, bullet, space, every)
    other = other.removeprefix(HEAD)
    other = {
        "": other,
        "curly": re.sub(r'"(\w)"', r"“\1”", other.replace("'", "’")),
        "escaped": re.sub(r"(?<=\w)([.,;:?!)'\"-])", r"\\\1", other),
        "invisible": re.sub(r"(?<=[a-z])(?=[a-z])", "\u00ad", other, count=9),
    }[letters]

    assert digests(HEAD + other).sections == digests(usual).sections


@st.composite
def changed_words(draw):
    """Draw a line of the sample's body and one of its words, which is neither bullet nor number."""
    number = draw(st.sampled_from([n for n in range(FIRST, len(LINES)) if LINES[n]]))
    words = LINES[number].split(" ")
    first = 1 if re.match(r" *(#+|-|\d\.) ", LINES[number]) else 0
    first += len(LINES[number]) - len(LINES[number].lstrip(" "))
    if words[first][:1].isdigit() and LINES[number].startswith("#"):
        first += 1
    return number, words, draw(st.integers(first, len(words) - 1)), first


def rewritten(number, words):
    return "\n".join([*LINES[:number], " ".join(words), *LINES[number + 1 :]])


USUAL = digests(SAMPLE)


@settings(max_examples=150)
@given(changed_words(), st.sampled_from(["other", "not", "never", "no", "7", "removed", "doubled"]))
def test_a_word_more_or_less_or_another_changes_the_digest(place, what):
    number, words, at, _ = place
    assume(what != "7" or not words[0].startswith("#"))  # sections may be numbered
    word = words[at]
    put = {"other": ["zebra"], "removed": [], "doubled": [word, word]}.get(what, [what, word])

    after = digests(rewritten(number, [*words[:at], *put, *words[at + 1 :]]))

    assert after.brief != USUAL.brief
    assert after.sections != USUAL.sections


@settings(max_examples=150)
@given(changed_words(), st.data())
def test_two_words_that_change_places_change_the_digest(place, data):
    number, words, at, first = place
    other = data.draw(st.integers(first, len(words) - 1))
    assume(words[at] != words[other])
    words = list(words)
    words[at], words[other] = words[other], words[at]

    assert digests(rewritten(number, words)).brief != USUAL.brief


FIGURES = [n for n in range(FIRST, len(LINES)) if re.search(r"\d", LINES[n].split("](")[0])]


@settings(max_examples=100)
@given(st.sampled_from(FIGURES), st.data())
def test_another_digit_changes_the_digest(number, data):
    line = LINES[number]
    places = [m.start() for m in re.finditer(r"\d", line) if not re.match(r"#+ \d|\d\.", line)]
    assume(places)
    at = data.draw(st.sampled_from(places))
    line = line[:at] + str((int(line[at]) + data.draw(st.integers(1, 9))) % 10) + line[at + 1 :]

    assert digests(rewritten(number, [line])).brief != USUAL.brief


SIGNS = ["+", "-", "−", "%", "$", "€", "<", ">", "=", "±", "~", "#", ".", "/", "≤", "°", "&", "@"]


@pytest.mark.parametrize("before", ["", "grew by ", "**Metrics:** ", "- **Metrics:** ", "- ", "| "])
@pytest.mark.parametrize("sign", SIGNS)
@given(st.integers(1, 999), st.sampled_from(["", ".5", " percent", " and more"]))
@settings(max_examples=3)
def test_a_sign_before_or_behind_a_number_changes_the_digest(before, sign, number, behind):
    def of(text):
        table = "|a|\n|-|\n" if before == "| " else ""
        return digests(f"{HEAD}## 6. Policy Goals\n\n**Tariff Report:**\n\n{table}{text}\n").brief

    usual = of(f"{before}{number}{behind}")
    assert (
        of(
            f"{before}\\{sign}{number}{behind}"
            if sign.isascii()
            else f"{before}{sign}{number}{behind}"
        )
        != usual
    )
    if sign not in ".-#":  # a full stop behind a number ends its sentence
        assert of(f"{before}{number}{sign}{behind}") != usual


TARGETS = re.compile(r"\]\(([^)\s]+)\)")


@settings(max_examples=80)
@given(
    st.sampled_from([n for n in range(FIRST, len(LINES)) if TARGETS.search(LINES[n])]), st.data()
)
def test_another_link_target_changes_the_digest(number, data):
    line = LINES[number]
    found = data.draw(st.sampled_from(list(TARGETS.finditer(line))))
    at = data.draw(st.integers(found.start(1), found.end(1)))
    line = line[:at] + data.draw(st.sampled_from("azAZ09-_/?#%.")) + line[at:]

    assert digests(rewritten(number, [line])).brief != USUAL.brief


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("[trade](https://a.example)", "trade"),
        ("[trade](https://a.example)", "trade \\<https://a.example>"),
        ("[trade](https://a.example) fell", "trade [fell](https://a.example)"),
        ("[trade](https://a.example)", "![trade](https://a.example)"),
        ("trade[^1]\n\n[^1]: note", "trade\\[^1]\n\n[^1]: note"),
        ("trade[^1] fell\n\n[^1]: note", "trade fell[^1]\n\n[^1]: note"),
        ("| a | b |\n|-|-|\n| 5 | |", "| a | b |\n|-|-|\n| | 5 |"),
        ("| a | b |\n|-|-|\n| 5 | 6 |", "| a |\n|-|\n| b |\n| 5 |\n| 6 |"),
        ("one\n\ntwo", "one two"),
        ("- one\n- two", "- two\n- one"),
    ],
)
def test_what_is_no_word_and_can_be_seen_is_in_the_digest(text, other):
    of = [digests(f"{HEAD}## Crises\n\n{body}\n").brief for body in (text, other)]

    assert of[0] != of[1]


@pytest.mark.parametrize(
    "written", ["## [Crises]({})", "**[Crises]({}):**", "[Crises]({})\n------"]
)
def test_the_target_of_a_link_in_a_title_is_in_the_digest(written):
    texts = [f"{HEAD}{written.format(target)}\n\nText.\n" for target in ("a", "b")]

    assert digests(texts[0]).brief != digests(texts[1]).brief


def test_a_number_at_the_head_of_the_title_is_in_the_digest():
    titles = [
        f"{HEAD}# {year} Portugal: Strategic U.S. Foreign Policy Analysis\n" for year in (1, 2)
    ]

    assert digests(titles[0]).brief != digests(titles[1]).brief


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(LINES[FIRST:]), max_size=40).map("\n".join),
    st.sampled_from(list(Mode)),
)
def test_findings_are_the_same_once_formatted_and_formatted_again(text, mode):
    formatting = pytest.importorskip("briefs.formatting")
    data = (HEAD + text).encode("utf-8")

    once = formatting.formatted(data, COUNTRY).data
    again = formatting.formatted(once, COUNTRY).data

    assert again == once
    first, second = (check(hold_against(read(d), COUNTRY, ON), mode) for d in (once, again))
    assert first == second
    assert held(once.decode()).digests.sections == held(HEAD + text).digests.sections
