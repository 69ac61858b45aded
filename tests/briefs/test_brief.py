import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.brief import MOST_BYTES, MOST_HEADINGS, hold_against, read
from briefs.errors import MalformedBrief
from briefs.markdown import Kind
from briefs.report import report
from tests.briefs.samples import COUNTRY, SAMPLE, brief_of
from tests.briefs.test_frontmatter import TEXTS

HEAD = "---\ntitle: x\n---\n"
BUDGET = 2.0  # seconds of the processor


def filled(piece):
    """Return a draft of as many pieces as are taken by bytes."""
    room = MOST_BYTES - len(HEAD)
    return HEAD + piece * (room // len(piece.encode("utf-8")))


def refusal_of(data):
    with pytest.raises(MalformedBrief) as refusal:
        read(data if isinstance(data, bytes) else data.encode("utf-8"))
    return refusal.value.line, str(refusal.value)


def test_row_29_more_bytes_than_are_taken_are_refused_before_they_are_decoded():
    begun = time.process_time()

    line, sentence = refusal_of(b"\xff" * 100_000_000)

    assert (line, sentence) == (
        None,
        "the draft has over 1,048,576 bytes; shorten or split it",
    )
    assert time.process_time() - begun < BUDGET


def test_a_draft_of_exactly_as_many_bytes_as_are_taken_is_read():
    data = (HEAD + "a" * (MOST_BYTES - len(HEAD))).encode("utf-8")

    assert len(read(data).data) == MOST_BYTES
    assert refusal_of(data + b"a")[0] is None


def test_row_29_two_thousand_headings_are_taken_and_not_one_more():
    most = HEAD + "# a\n" * MOST_HEADINGS

    assert len(read(most.encode("utf-8")).blocks) == MOST_HEADINGS
    assert refusal_of(most + "# a\n") == (None, "over 2000 headings; split the draft")


NESTED = "the text is nested over 60 levels deep; flatten it"
PIECES = "over 100,000 pieces of markup; split the draft"

# Rows 29 and 30: refused, on the line and with the sentence; or read. Within two seconds.
HEAVY = {
    "29 headings": (filled("# a\n"), 33_337, PIECES),
    "29 one line": (filled("a"), None, None),
    "29 short lines": (filled("a\n"), 50_003, PIECES),
    "29 words": (filled("a "), None, None),
    "30 quotes": (HEAD + "\n" + ">" * 10_000, 5, NESTED),
    "30 quotes apart": (HEAD + "> " * 10_000, 4, NESTED),
    "30 lists": (HEAD + "".join(f"{'  ' * n}- a\n" for n in range(700)), 65, NESTED),
    "30 lists on a line": (HEAD + "a\n\n" + "- " * 1_500 + "x", 6, NESTED),
    "30 numbers on a line": (HEAD + "1. " * 1_500 + "x", 4, NESTED),
    "30 lists and quotes": (HEAD + "> - " * 1_500 + "x", 4, NESTED),
    "30 brackets": (HEAD + "[" * 20_000, None, None),
    "30 bold": (HEAD + "**a " * 20_000, None, None),
    "30 bold to the brim": (filled("**a "), 4, PIECES),
    "30 bold paragraphs": (filled("**a**\n\n"), 40_004, PIECES),
    "30 both emphases": (filled("*a **a "), 4, PIECES),
    "30 links": (filled("[a](b) "), 4, PIECES),
    "30 HTML": (filled("<a "), 4, PIECES),
    "30 loose lists": (filled("- a\n\n"), 40_002, PIECES),
    "30 table": (HEAD + "|a|b|\n|-|-|\n" + "|a|b|\n" * 140_000, 12_504, PIECES),
    "30 code marks": (HEAD + "".join("`" * n + " " for n in range(1_400)), None, None),
    "30 stars": (filled("*"), None, None),
    "30 references": (
        HEAD + "".join(f"[a{n}]: b\n" for n in range(40_000)) + "[a1] " * 10_000,
        None,
        None,
    ),
}


@pytest.mark.parametrize("row", HEAVY)
def test_what_is_heavy_is_read_or_refused_within_two_seconds(row):
    text, line, sentence = HEAVY[row]
    data = text.encode("utf-8")
    begun = time.process_time()

    if sentence is None:
        report(hold_against(read(data), COUNTRY))
    else:
        assert refusal_of(data) == (line, f"line {line}: {sentence}")

    assert len(data) <= MOST_BYTES
    assert time.process_time() - begun < BUDGET


@pytest.mark.parametrize(
    ("data", "line", "sentence"),
    [
        (SAMPLE.encode("utf-16"), 1, "line 1: the draft is UTF-16; save it as UTF-8"),
        (
            "---\ntitle: x".encode("utf-16-be"),
            1,
            "line 1: a control character U+0000 stands here; remove it",
        ),
        (b"\xfe\xff\x00a", 1, "line 1: the draft is UTF-16; save it as UTF-8"),
        (b"---\ntitle: x\n---\n\xc4rger\n", 4, "line 4: the draft is not UTF-8; save it as UTF-8"),
        (b"---\ntitle: \x80\n---\n", 2, "line 2: the draft is not UTF-8; save it as UTF-8"),
        (
            b"---\ntitle: x\n---\n\xed\xa0\x80",
            4,
            "line 4: the draft is not UTF-8; save it as UTF-8",
        ),
        (b"", None, "the draft is empty; write it first: briefs new makes a skeleton"),
        (b" \r\n\t\n", None, "the draft is empty; write it first: briefs new makes a skeleton"),
    ],
    ids=["UTF-16", "UTF-16 unmarked", "UTF-16 BE", "Latin-1", "0x80", "surrogate", "none", "blank"],
)
def test_row_31_what_is_not_utf_8_is_refused(data, line, sentence):
    assert refusal_of(data) == (line, sentence)


def test_row_31_a_byte_order_mark_is_removed_from_the_text_and_kept_in_the_bytes():
    data = b"\xef\xbb\xbf" + SAMPLE.encode("utf-8")

    draft = read(data)

    assert draft.text == SAMPLE
    assert draft.data == data
    assert hold_against(draft, COUNTRY).digests.sections == brief_of().digests.sections


@pytest.mark.parametrize("line_break", ["\r\n", "\r"], ids=["CRLF", "lone CR"])
def test_row_32_other_line_breaks_count_as_lines_and_change_no_section(line_break):
    broken = SAMPLE.replace("\n", line_break)

    brief = hold_against(read(broken.encode("utf-8")), COUNTRY)

    lines = {path: section.line for path, section in brief.sections.items()}
    assert lines == {path: section.line for path, section in brief_of().sections.items()}
    assert brief.digests.sections == brief_of().digests.sections
    assert brief.digests.bytes != brief_of().digests.bytes


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_row_33_a_nul_is_refused_on_its_line(line_break):
    text = line_break.join(["---", "title: x", "---", "a", "b\0c"])

    assert refusal_of(text) == (5, "line 5: a control character U+0000 stands here; remove it")


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\x9b"])
def test_a_control_character_is_refused_and_a_tab_is_not(character):
    assert refusal_of(HEAD + f"a{character}b")[1] == (
        f"line 4: a control character U+{ord(character):04X} stands here; remove it"
    )
    assert read(f"{HEAD}a\tb".encode()).blocks[0].text == "a\tb"


def test_row_32_a_line_separator_in_the_body_shifts_no_line():
    draft = read((HEAD + "a\u2028b\n\n## c\n").encode("utf-8"))

    assert [(block.kind, block.line) for block in draft.blocks] == [
        (Kind.PARAGRAPH, 4),
        (Kind.HEADING, 6),
    ]


def test_rows_13_and_14_what_looks_like_a_template_is_text():
    draft = read((HEAD + "{{ 7*7 }} {% include '/etc/passwd' %}\n").encode("utf-8"))

    assert draft.blocks[0].text == "{{ 7*7 }} {% include '/etc/passwd' %}"


def test_a_brief_that_is_all_front_matter_has_no_section():
    brief = hold_against(read(b"---\ntitle: x\n---"), COUNTRY)

    assert (dict(brief.sections), list(brief.rest)) == ({}, [])


def test_a_key_is_its_text_trimmed_and_nothing_where_it_is_no_text():
    brief = brief_of("---\ntitle: ' x '\ntags: [a]\n---\n")

    assert [brief.key(name) for name in ("title", "tags", "region")] == ["x", "", ""]


def test_the_digests_cover_every_line_once():
    brief = brief_of()

    assert set(brief.digests.sections) == {*brief.sections, "@front", "@rest", "@assets"}
    assert brief.digests.shown() == brief.digests.bytes[:12]


def test_the_type_and_its_version_are_part_of_the_digest_of_the_brief():
    newer = COUNTRY.model_copy(update={"version": 2})

    other = hold_against(brief_of().draft, newer).digests

    assert other.sections == brief_of().digests.sections
    assert other.brief != brief_of().digests.brief


@given(
    st.one_of(TEXTS, st.lists(st.sampled_from(SAMPLE.splitlines(True)), max_size=60).map("".join))
)
def test_whatever_can_be_read_can_be_judged(text):
    try:
        draft = read(HEAD.encode() + text.encode("utf-8", "surrogatepass"))
    except MalformedBrief:
        return

    judged = report(hold_against(draft, COUNTRY))

    assert all(1 <= finding.line <= draft.text.count("\n") + 1 for finding in judged.findings)
    assert 0 <= judged.score.total <= 100
