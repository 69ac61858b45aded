"""Hostile drafts, through the whole judge: each ends in findings or in a refusal, and soon.

Rows 19 to 36 of the list of bad inputs stand here, each under its number; the tests of the parts
(front matter, reading, outline, rules) say more of each.
"""

import gc
import itertools
import json
import os
import resource
import string
import unicodedata
from datetime import date

import pytest

from briefs.brief import MOST_BYTES, MOST_HEADINGS, Around, hold_against, read
from briefs.errors import MalformedBrief
from briefs.library import names, shipped
from briefs.report import report
from tests.briefs.samples import COUNTRY, SAMPLE, brief_of

ON = Around(on=date(2026, 11, 23))
HEAD = "---\ntitle: x\n---\n\n"
CRISES = HEAD + "## Crises\n\n"
GOALS = HEAD + "## 6. Policy Goals\n\n"
SECONDS = 2
MEMORY = 256 << 20


def judged(data, brief_type=COUNTRY):
    """Return the report on a draft, as the front doors do it, or the refusal of intake."""
    data = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    try:
        draft = read(data, brief_type.front_matter.style)
        made = report(hold_against(draft, brief_type, ON))
        made.json()
        return made
    except MalformedBrief as refusal:
        return refusal


def in_a_child(data, *brief_type):
    """Return how judging ends within the limits, and the processor seconds that it took."""
    listener, speaker = os.pipe()
    gc.collect()
    child = os.fork()
    if child == 0:  # pragma: no cover
        os.close(listener)
        outcome = "no end"
        try:
            outcome = type(_limited(data, *brief_type)).__name__
        except BaseException as error:
            outcome = f"{type(error).__name__}: {error}"
        finally:
            used = resource.getrusage(resource.RUSAGE_SELF)
            os.write(speaker, json.dumps([outcome[:200], used.ru_utime + used.ru_stime]).encode())
            os._exit(0)
    os.close(speaker)
    with os.fdopen(listener, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return json.loads(told) if told else ["killed at its limits", float("inf")]


def _limited(data, *brief_type):
    with open("/proc/self/statm") as pages:
        size = int(pages.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    return judged(data, *brief_type)


def brim(piece, head=CRISES, tail=""):
    """Return a draft of as many pieces as are taken by bytes."""
    room = MOST_BYTES - len((head + tail).encode())
    return head + piece * (room // len(piece.encode())) + tail


def capitals(count, size):
    letters = itertools.product(string.ascii_uppercase, repeat=size)
    return ["".join(name) for name in itertools.islice(letters, count)]


# What makes work for rules: as much of it as a draft may hold.
WORDS = {
    "capitals": lambda: brim("A"),
    "capitals apart": lambda: brim("AB "),
    "capitals, each another": lambda: CRISES + " ".join(capitals(170_000, 5)),
    "capitals behind an accent": lambda: CRISES + "é " + " ".join(capitals(170_000, 5)),
    "parentheses": lambda: brim("("),
    "parentheses of capitals": lambda: brim("(AB)"),
    "parentheses, each another": lambda: (
        CRISES + "".join(f"a ({n}) " for n in capitals(110_000, 4))
    ),
    "parentheses behind capitals": lambda: brim("AB (a b) "),
    "long parentheses": lambda: brim("(Abcdefghi " + "b " * 35 + ") "),
    "digits": lambda: brim("1"),
    "digits in a rate": lambda: brim("1", GOALS + "**Tariff Report:**\n\n- "),
    "digits apart": lambda: brim("1 "),
    "digits and commas": lambda: brim("1,"),
    "shares in one sentence": lambda: brim("5% "),
    "shares in one old sentence": lambda: brim("5% ", tail="in 2014."),
    "shares in sentences": lambda: brim("It is 5% now. "),
    "shares with sources": lambda: CRISES + "It is 5%, [a](b). " * 16_000,
    "shares in one field": lambda: (
        GOALS
        + "**Energy Transition & Green Finance:**\n\n- **Metrics:**\n"
        + "  - It is 5%.\n" * 16_000
    ),
    "ranks": lambda: brim("rank 5 "),
    "goals": lambda: brim("goal 5 "),
    "money": lambda: brim("$5 "),
    "claims": lambda: brim("current "),
    "claims since": lambda: brim("current since "),
    "hypotheses": lambda: brim("hypothetical "),
    "days": lambda: brim("as of ", GOALS + "**Visa Requirements for U.S. Citizens:**\n\n- "),
    "scores": lambda: brim("score ", HEAD + "## 1. Overview\n\n**Democracy Score:**\n\n- "),
    "advice": lambda: brim(
        "They should go. ", HEAD + "## What Does This Country Need from the U.S./World?\n\n"
    ),
    "one sentence, again and again": lambda: brim("It is so and it was so. "),
    "short sentences": lambda: brim("It is. "),
    "long sentences": lambda: brim("One two three four five six seven eight nine ten. "),
    "one paragraph, again and again": lambda: (
        CRISES + "It is so and it was so and more is to come, they say.\n\n" * 16_000
    ),
    "one word": lambda: brim("a "),
    "sentences by tabs": lambda: brim("A.\t", CRISES + "a"),
    "sentences by lines": lambda: CRISES + "A.\n" * 49_000,
    "stops": lambda: brim("."),
    "stops and quotes": lambda: brim("a." + "'" * 1_000),
    "stops and white space": lambda: brim("a." + " " * 1_000),
    "dashes": lambda: brim("-", CRISES + "x\n\n", "a"),
    "question marks": lambda: brim("?", CRISES + "a"),
    "placeholders": lambda: brim("TBD. "),
    "placeholders without an end": lambda: brim("[insert "),
    "marks of changes": lambda: brim("~", CRISES + "a"),
    "marks of comments": lambda: brim("[comment "),
    "braces": lambda: brim("{++ "),
    "a note of years": lambda: brim("2020 ", CRISES + "Note: "),
    "a note of dashes": lambda: brim("- ", CRISES + "Note: "),
    "notes": lambda: CRISES + "Note: x.\n\n" * 16_000,
    "nothing applies": lambda: brim("-" * 70_000 + "a\n\n"),
    "instructions in italics": lambda: brim("this is ", CRISES + "*x ", "x*"),
    "items that go on": lambda: brim(
        "etc. ",
        HEAD + "## 3. Current Challenges and Opportunities\n\n**Political & Governance Issues:**\n"
        "\n- **Shared Agreements, Treaties, and Organizations:** x\n  - ",
    ),
    "letters that grow": lambda: brim("İ TBD "),
    "invisible characters": lambda: brim("\u200b", CRISES + "a"),
    "marks on a letter": lambda: brim("\u0301\u0316", CRISES + "a"),
    "marks on letters": lambda: brim("a" + "\u0301\u0316" * 15),
    "look-alikes": lambda: brim("а\u0435a "),
    "addresses": lambda: brim("http://a.b "),
    "addresses in one": lambda: brim("www.http://", CRISES + "www."),
    "addresses in parentheses": lambda: brim(")", CRISES + "http://a.b/"),
    "mail": lambda: brim("a@b.c "),
}

# What makes work for the parser and the outline.
MARKUP = {
    "asterisks": lambda: brim("*", CRISES + "a "),
    "asterisks before a parenthesis": lambda: brim("*", CRISES + "a ", " (b"),
    "asterisks before a letter": lambda: brim("*", CRISES + "a ", "b"),
    "asterisks apart": lambda: brim(" *", CRISES + "a"),
    "bold that is not closed": lambda: CRISES + "**a " * 24_000,
    "bold to the brim": lambda: brim("**a "),
    "italics that are not closed": lambda: CRISES + "*a " * 40_000,
    "underscores": lambda: CRISES + "_a " * 40_000,
    "asterisks escaped among links": lambda: CRISES + "[a](b) a\\* " * 12_000,
    "asterisks escaped among code": lambda: CRISES + "`a` a\\* " * 12_000,
    "marks of changes among code": lambda: CRISES + "`a` {++ " * 12_000,
    "brackets": lambda: HEAD + "[" * 100_000,
    "brackets and links": lambda: HEAD + "[" * 40_000 + "a](b) " * 10_000,
    "quotes, 100,000 deep": lambda: HEAD + "> " * 100_000 + "a",
    "quotes without white space": lambda: HEAD + "\n" + ">" * 100_000,
    "quotes, 50 deep": lambda: HEAD + ("> " * 50 + "a\n\n") * 900,
    "lists, 50 deep": lambda: HEAD + "".join(f"{'  ' * n}- a\n" for n in range(50)) * 300,
    "lists on a line": lambda: HEAD + "- " * 100_000,
    "a million headings": lambda: (HEAD + "# \n" * 1_000_000)[:MOST_BYTES],
    "headings": lambda: HEAD + "## Crises\n\na\n\n" * MOST_HEADINGS,
    "headings with numbers": lambda: HEAD + "".join(f"## {n}. a\n\n" for n in range(MOST_HEADINGS)),
    "headings of all levels": lambda: HEAD + "# a\n\n#### b\n\n" * (MOST_HEADINGS // 2),
    "a heading of digits": lambda: brim("1.", HEAD + "## ", " a"),
    "a heading of words": lambda: brim("a ", HEAD + "## "),
    "a line over two lines": lambda: HEAD + "a\n" * 40_000 + "---\n",
    "labels that instruct": lambda: CRISES + "**List them all here**\n\n" * 16_000,
    "labels in a list": lambda: CRISES + "".join(f"- **Label {n}:** a\n" for n in range(12_000)),
    "labels of a field": lambda: (
        GOALS + "**Technology & Cyber Cooperation:**\n\n" + "**Needs:**\n\na\n\n" * 10_000
    ),
    "labels of a section": lambda: HEAD + "**Crises**\n\n" * 16_000,
    "labels of sections in a list": lambda: (
        GOALS + "- **Tariff Report:** a\n- **Economic Strategies:** a\n" * 6_000
    ),
    "links": lambda: CRISES + "[a](b) " * 24_000,
    "links, each another": lambda: CRISES + "".join(f"[a{n}](b{n}) " for n in range(24_000)),
    "links to nowhere": lambda: CRISES + "[a](http://[) " * 24_000,
    "links by reference": lambda: (
        HEAD + "".join(f"[a{n}]: b\n" for n in range(40_000)) + "[a1] " * 10_000
    ),
    "images": lambda: CRISES + "![a](b) " * 24_000,
    "footnotes": lambda: (
        CRISES
        + "".join(f"a[^{n}] " for n in range(15_000))
        + "\n\n"
        + "".join(f"[^{n}]: b\n\n" for n in range(10_000))
    ),
    "footnotes of footnotes": lambda: (
        CRISES + "a[^1]\n\n" + "".join(f"[^{n}]: b[^{n + 1}]\n\n" for n in range(10_000))
    ),
    "a wide table": lambda: (
        CRISES + "|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n" + ("|a" * 2_000 + "|\n") * 10
    ),
    "a wide table without cells": lambda: (
        CRISES + "|a" * 10_000 + "|\n" + "|-" * 10_000 + "|\n" + "|\n" * 1_000
    ),
    "a tall table": lambda: CRISES + "|a|b|\n|-|-|\n" + "|5 %|$6|\n" * 11_000,
    "tags": lambda: CRISES + "<b>" * 80_000,
    "tags that are not closed": lambda: brim("<a ", CRISES),
    "comments that are not closed": lambda: brim("<!--"),
    "code that is not closed": lambda: HEAD + "".join("`" * n + " " for n in range(1_400)),
    "fences that are not closed": lambda: brim("```\n", HEAD),
    "escapes": lambda: brim("\\-", CRISES + "a"),
    "entities": lambda: CRISES + "&amp; " * 40_000,
    "other line breaks": lambda: brim("a\r\n"),
    "a line of two megabytes": lambda: "a" * (2 << 20),
}

FRONT = {
    "keys": lambda: "".join(f"autho{n:04d}: x\n" for n in range(4_900)),
    "long keys": lambda: "".join(f"{'embargountil' * 16}{n}: x\n" for n in range(4_900)),
    "authors": lambda: "authors:\n" + "  - {name: x, email: a@b.c}\n" * 1_600,
    "a mail address of dots": lambda: f"authors:\n  - {{name: x, email: a@{'.' * 999_000}@}}\n",
    "a date of digits": lambda: f"as_of: {'1' * 999_000}\n",
    "a moment of white space": lambda: f"publish_at: '2026-01-01{' ' * 999_000}x'\n",
    "a country of letters": lambda: f"country: {'x' * 999_000}\n",
    "a title of words": lambda: f"title: {'x ' * 499_000}\n",
    "tags": lambda: f"tags: [{'a, ' * 4_900}a]\n",
    "sources": lambda: "sources:\n" + "  - https://a.example/[\n" * 4_900,
    "brackets": lambda: f"a: {'[' * 100_000}\n",
    "braces": lambda: f"a: {'{a: ' * 100_000}\n",
    "a quotation that is not closed": lambda: 'a: "' + "\\n" * 400_000 + "\n",
    "aliases": lambda: (
        "a0: &a0 [lol]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
    ),
}
HOSTILE = {f"words: {name}": made for name, made in WORDS.items()}
HOSTILE |= {f"markup: {name}": made for name, made in MARKUP.items()}
HOSTILE |= {
    f"front matter: {name}": lambda made=made: f"---\n{made()}---\n\n# x\n"
    for name, made in FRONT.items()
}


@pytest.fixture(scope="module", autouse=True)
def warmed_up():
    """Load what is loaded on first use, so that the limits are those of the judging alone."""
    judged(SAMPLE)
    for name in names():
        judged("---\ncountry: XX\nautors: x\n---\n\n# x\n", shipped(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_draft_ends_in_findings_or_a_refusal_within_its_limits(name):
    data = HOSTILE[name]().encode("utf-8")
    assert name.endswith("two megabytes") or len(data) <= MOST_BYTES

    outcome, seconds = in_a_child(data)

    assert outcome in ("Report", "MalformedBrief")
    assert seconds < SECONDS


@pytest.mark.slow
@pytest.mark.parametrize("name", list(HOSTILE)[::5])
@pytest.mark.parametrize("other", [name for name in names() if name != COUNTRY.type])
def test_so_it_does_under_every_other_type(other, name):
    outcome, seconds = in_a_child(HOSTILE[name]().encode("utf-8"), shipped(other))

    assert outcome in ("Report", "MalformedBrief")
    assert seconds < SECONDS


def test_the_limits_hold_what_goes_beyond_them(monkeypatch):
    def endless(data):
        while data:
            data += data

    monkeypatch.setitem(globals(), "judged", endless)

    outcome, _ = in_a_child(b"a")

    assert outcome.startswith("MemoryError")


def refusal_of(data):
    refusal = judged(data)
    assert isinstance(refusal, MalformedBrief), "it is taken"
    return refusal.line, refusal.args[0] if refusal.line is None else str(refusal)


def in_front(*lines):
    return "\n".join(["---", "title: x", *lines, "---", "", "# x", ""])


def said(text, rule):
    """Return what a rule says: line, severity, node, message."""
    return [
        (f.line, str(f.severity), f.node, f.message)
        for f in judged(text).findings
        if f.rule == rule
    ]


def test_row_19_a_tag_that_names_a_python_object_is_refused():
    assert refusal_of(in_front('run: !!python/object/apply:os.system ["id"]')) == (
        3,
        "line 3: YAML tags are not accepted; write the plain value",
    )


def test_row_20_an_alias_bomb_is_refused_at_its_first_anchor():
    bomb = FRONT["aliases"]().splitlines()

    assert refusal_of(in_front(*bomb)) == (
        3,
        "line 3: anchors and aliases are not accepted; write it out",
    )


def test_row_21_a_key_that_stands_twice_is_refused():
    assert refusal_of(in_front("status: draft", "status: approved")) == (
        4,
        "line 4: the key “status” stands twice; keep one of them",
    )


def test_row_22_merge_keys_are_refused_and_a_stage_decides_nothing():
    assert refusal_of(in_front("<<: {approved_by: chief}")) == (
        3,
        "line 3: merge keys are not accepted; write the keys out",
    )
    assert [found[0] for found in said(in_front("stage: approved"), "front-matter-unknown")] == [3]


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("country: no", "no"),
        ("version: 1.10", "1.10"),
        ("time: 12:30", "12:30"),
        ("time: 190:20:30", "190:20:30"),
    ],
)
def test_row_23_what_yaml_would_take_for_another_type_is_text(entry, value):
    draft = read(in_front(entry).encode())

    assert draft.front.values[entry.partition(":")[0]] == value


@pytest.mark.parametrize("value", ["2024-02-30", "9" * 100_000, ".nan"], ids=["day", "int", "nan"])
def test_row_24_a_value_that_is_no_date_is_a_finding_on_its_line(value):
    found = said(in_front(f"as_of: {value}"), "front-matter-invalid")

    assert [(line, severity) for line, severity, _, _ in found] == [(3, "error")]


@pytest.mark.parametrize(
    "entry",
    ["a: " + "[" * 5_000, "\n".join(f"{' ' * n}a:" for n in range(1_000))],
    ids=["brackets", "map"],
)
def test_row_25_yaml_that_is_nested_too_deeply_is_refused(entry):
    assert refusal_of(in_front(entry))[1].endswith(
        "the YAML is nested too deeply; at most 12 levels"
    )


def test_row_26_a_lone_surrogate_is_refused_however_it_is_written():
    assert refusal_of(in_front(r'region: "\ud800"'))[0] == 3
    assert refusal_of(in_front("region: \ud800")) == (
        3,
        "line 3: the draft is not UTF-8; save it as UTF-8",
    )


@pytest.mark.parametrize("entry", ["region: \0", "region:\n\t- x", "a: x\n\tb: y"])
def test_row_27_a_nul_and_tabs_that_indent_are_refused(entry):
    assert isinstance(judged(in_front(entry)), MalformedBrief)


def test_row_27_a_second_document_is_text_of_the_body_and_found_there():
    text = "---\ntitle: x\n---\n\n---\ntitle: y\n---\n\n# x\n"

    assert [found[:2] for found in said(text, "front-matter-twice")] == [(6, "error")]


@pytest.mark.parametrize("entry", ["quorum: 0", "published: true"])
def test_row_28_a_key_that_the_type_does_not_know_is_an_error_on_its_line(entry):
    found = said(in_front(entry), "front-matter-unknown")

    assert [(line, severity) for line, severity, _, _ in found] == [(3, "error")]


def test_row_29_a_draft_beyond_its_limits_is_refused():
    assert refusal_of(b"a" * 100_000_000)[1].startswith("the draft has over 1,048,576 bytes")
    assert refusal_of(HEAD + "# a\n" * 1_000_000)[1].startswith("the draft has over")
    assert refusal_of(HEAD + "a" * 50_000_000)[1].startswith("the draft has over")
    assert refusal_of(HEAD + "# a\n" * (MOST_HEADINGS + 1))[1].startswith("over 2000 headings")


@pytest.mark.parametrize("text", [">" * 10_000, "- " * 1_500 + "x"], ids=["quotes", "lists"])
def test_row_30_what_is_nested_too_deeply_is_refused(text):
    assert "nested over 60 levels deep" in refusal_of(f"{HEAD}\n{text}")[1]


@pytest.mark.parametrize("text", ["[" * 20_000, "**a " * 20_000], ids=["brackets", "bold"])
def test_row_30_what_is_not_closed_is_judged(text):
    outcome, seconds = in_a_child((CRISES + text).encode())

    assert (outcome, seconds < SECONDS) == ("Report", True)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (SAMPLE.encode("utf-16"), 1),
        ("---\ntitle: x\n---\n".encode("utf-16-le"), 1),
        (SAMPLE.encode("latin-1", "replace"), 29),
        (SAMPLE.replace("Crises", "Cr\x80").encode("latin-1", "replace"), 29),
    ],
    ids=["UTF-16", "UTF-16 without a mark", "Latin-1", "0x80"],
)
def test_row_31_what_is_not_utf_8_is_refused(data, line):
    assert refusal_of(data)[0] == line


def test_row_31_a_byte_order_mark_changes_nothing_but_the_bytes():
    marked, plain = judged(b"\xef\xbb\xbf" + SAMPLE.encode()), judged(SAMPLE)

    assert (marked.findings, marked.score) == (plain.findings, plain.score)
    assert marked.digest != plain.digest


@pytest.mark.parametrize("line_break", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_row_32_other_line_breaks_change_nothing_but_the_bytes(line_break):
    broken, plain = judged(SAMPLE.replace("\n", line_break)), judged(SAMPLE)

    assert (broken.findings, broken.score) == (plain.findings, plain.score)
    assert broken.digest != plain.digest


def test_row_32_a_line_separator_breaks_no_line_that_findings_count():
    text = SAMPLE.replace("recognized", "recog\u2028nized").replace("## Crises", "**Crises**")

    assert [found[0] for found in said(text, "section-demoted")] == [31]


@pytest.mark.parametrize("place", ["title: ", "\n## Crises", "recognized"])
def test_row_33_a_nul_is_refused_wherever_it_stands(place):
    assert SAMPLE.count(place) >= 1
    assert "U+0000 stands here" in refusal_of(SAMPLE.replace(place, f"{place}\0", 1))[1]


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u200b"])
def test_row_34_what_turns_or_hides_letters_is_an_error_in_the_front_matter(character):
    found = said(SAMPLE.replace("region: Eu", f"region: Eu{character}"), "front-matter-misleading")

    assert [(line, severity, node) for line, severity, node, _ in found] == [(5, "error", "@front")]


@pytest.mark.parametrize("written", ["{}", "`{}`"])
@pytest.mark.parametrize("character", ["\u202e", "\u2066"])
def test_row_34_what_turns_letters_is_an_error_in_the_text_and_in_code(written, character):
    text = SAMPLE.replace("Relations are close", written.format(f"a{character}b"), 1)

    assert [found[:3] for found in said(text, "text-misleading")] == [(29, "error", "1")]


def test_row_34_what_turns_letters_is_an_error_however_it_is_written():
    text = SAMPLE.replace("Relations are close", "a&#x202e;b", 1)

    assert [found[:3] for found in said(text, "text-misleading")] == [(29, "error", "1")]


def test_row_34_a_zero_width_space_in_a_heading_is_found_and_hides_no_section():
    text = SAMPLE.replace("## Crises", "## Cri\u200bses")

    assert [found[:3] for found in said(text, "character-invisible")] == [(31, "warning", "2")]
    assert "2" in brief_of(text).sections


def test_row_35_a_title_in_letters_that_look_alike_is_no_section_and_is_found():
    text = SAMPLE.replace("## Crises", "## Cris\u0435s")

    assert said(text, "section-missing") == [(25, "error", "2", "add the section “Crises” (2)")]
    assert [found[:2] for found in said(text, "title-confusable")] == [(31, "error")]
    assert judged(text).score.total < 100


def test_row_36_letters_and_their_accents_apart_are_the_same_title_and_digest():
    apart = unicodedata.normalize("NFD", SAMPLE)

    assert apart != SAMPLE
    assert brief_of(apart).digests.sections == brief_of(SAMPLE).digests.sections
    assert judged(apart).score == judged(SAMPLE).score
