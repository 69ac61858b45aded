"""The formatter: what it mends, what it leaves alone, and that no word of a text ever changes."""

import os
import re
import unicodedata
from collections import Counter
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefs.brief import hold_against, read
from briefs.errors import MalformedBrief
from briefs.findings import Fix, Severity
from briefs.formatting import Change, formatted
from briefs.library import shipped
from briefs.markup import to_html
from briefs.rules import RULES, check
from briefs.rules.registry import Remark, rule
from briefs.trials import passing
from tests.briefs.samples import COUNTRY, ROOT, SAMPLE

SHARED = Path(os.environ.get("BRIEFS_SHARED", ROOT.parent / "shared"))
SEED = SHARED / "seed" / "belgium.md"
seeded = pytest.mark.skipif(not SEED.is_file(), reason=f"the seed is not there: {SEED}")

# Enough of the sample for every shape, and a quarter of its length.
SHORT = (
    SAMPLE[: SAMPLE.index("## 3. ")] + SAMPLE[SAMPLE.index("## 6. ") :][:6000].rsplit("\n", 1)[0]
)
SHORT = SHORT.rstrip() + "\n"


VERSIONS = count(1000)  # types are told apart by name and version


def brief_of(data):
    return hold_against(read(data), COUNTRY)


def mended(text, brief_type=COUNTRY):
    """Return `text` as the formatter leaves it."""
    found = formatted(text.encode("utf-8"), brief_type)
    assert found.settled
    return found.data.decode("utf-8")


def changed(*pairs, text=SAMPLE):
    for before, after in pairs:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def added(paragraph):
    """Return the sample with a paragraph of its own in “Crises”."""
    return changed(("## Crises\n", f"## Crises\n\n{paragraph}\n"))


def rules_of(data):
    return {finding.rule for finding in check(brief_of(data))}


# What is mended: the sample, bent out of shape, comes back as it was.

MILESTONES = ("1791:", "1795:", "1949:", "1974:", "1986:", "1995:", "2024:")
BENT = {
    "bold": (("## Crises", "## **Crises**"), ("## Preface", "## __Preface__")),
    "levels": (("## Preface", "### Preface"), ("## Crises", "#### Crises")),
    "bold and level": (("## Preface", "### **Preface** ###"),),
    "underlined": (("## Preface", "**Preface**\n---"),),
    "demoted": (("## Preface", "**Preface**"), ("## Crises", "**Crises**:")),
    "demoted and numbered": (("## 2. Strategic Importance", "**2. Strategic Importance**"),),
    "field": (("- **Burden:** Diseases", "- Burden: Diseases"),),
    "escapes": (
        ("## 1. Overview", r"## 1\. Overview"),
        ("the U.S. measures of 2 April", r"the U\.S\. measures of 2 April"),
        ("minority government.", r"minority government\."),
    ),
    "numbers": (("## 6. Policy Goals", "## 4. Policy Goals"),),
    "numbers of none other": (("## 6. Policy Goals", "## 12. Policy Goals"),),
    "hyphens": (("**Supply-Chain Resilience:**", "**Supply\u2011Chain Resilience:**"),),
    "soft hyphens": (("**Supply-Chain Resilience:**", "**Sup\u00adply-Chain Resilience:**"),),
    "indents": tuple((f"\n  - {item}", f"\n    - {item}") for item in MILESTONES),
    "second front matter": (("\n# Portugal", '\n---\n\n## title: "2. Portugal"\n\n# Portugal'),),
    "second front matter, underlined": (
        ("\n# Portugal", "\n---\n\ncountry: PT\nregion: Europe\n---\n\n# Portugal"),
    ),
    "title": (('title: "Portugal: Strategic', 'title: "  2. Portugal: Strategic'),),
    "white space": (("## Crises\n", "## Crises \n \t\n"), ("region: Europe", "region: Europe  ")),
    "blank lines": (("## Crises\n", "\n\n\n## Crises\n\n\n"),),
}


@pytest.mark.parametrize("bent", BENT)
def test_what_is_bent_out_of_shape_is_mended(bent):
    assert mended(changed(*BENT[bent])) == SAMPLE


@pytest.mark.parametrize("title", [r"\*\*Preface\*\*", "Preface", "Preface:"])
def test_a_title_that_is_no_more_than_text_is_made_a_heading(title):
    assert mended(changed(("## Preface", title))) == SAMPLE


def test_what_is_in_shape_stays_as_it_is():
    found = formatted(SAMPLE.encode("utf-8"), COUNTRY)

    assert (found.data, found.changes) == (SAMPLE.encode("utf-8"), ())


def test_a_list_within_a_list_is_indented_as_far_as_the_text_above():
    deep = ["- One", "    - Two", "        1. Three", "", "           Four", "           ```"]
    right = ["- One", "  - Two", "    1. Three", "", "       Four", "       ```"]

    assert mended(added("\n".join(deep))) == added("\n".join(right))


def test_tabs_before_an_item_become_spaces():
    assert mended(added("- One\n\t- Two\n\t- Three")) == added("- One\n  - Two\n  - Three")


def test_headings_that_are_no_sections_move_with_their_like():
    written = "# T\n\n### One\n\nText.\n\n#### Deep\n\n### Two\n\nText.\n"
    text = SAMPLE.split("# Portugal")[0] + written.replace("# T", "# Portugal: Strategic", 1)

    assert [line for line in mended(text).split("\n") if line.startswith("##")] == [
        *("## One", "### Deep", "## Two")
    ]


def test_a_heading_within_a_section_stays_below_it():
    inside = "{}# Preface\n\nText.\n\n### Notes\n"
    text = changed(("## Preface\n", inside.format("##")))

    found = [f for f in check(brief_of(text.encode("utf-8"))) if f.fix]

    assert [(f.rule, f.fix.lines) for f in found] == [("heading-skips-level", ("## Preface",))]
    assert mended(text) == changed(("## Preface\n", inside.format("#")))


def test_white_space_that_breaks_no_line_goes():
    assert mended(added("- One\n- Two  \n\nText.  ")) == added("- One\n- Two\n\nText.")


def test_broken_emphasis_is_closed_and_stays_emphasis():
    for broken in (r"\**A remark in passing.* \*", r"\*A remark in passing.\*"):
        assert mended(added(broken)) == added("*A remark in passing.*")


def test_the_end_of_the_file_is_one_line_end():
    for end in ("", "\n\n\n", "\n\n---\n", "\n\n***\n\n---", " \n \n  "):
        assert mended(SAMPLE.rstrip() + end) == SAMPLE


def test_the_changes_name_rule_and_line_of_the_draft_as_it_was():
    text = changed(("## Crises", "### **Crises**"), ("\n# Portugal", "\n\n\n# Portugal"))
    number = text.split("\n").index("### **Crises**") + 1
    front = text.split("\n").index("---", 1) + 1

    found = formatted(text.encode("utf-8"), COUNTRY)

    assert found.changes == (
        Change("blank-lines", front + 2),
        Change("blank-lines", front + 3),
        Change("heading-bold", number),
        Change("heading-level", number),
    )


# Bytes


def test_a_file_keeps_the_line_ends_that_most_of_its_lines_have():
    windows = SAMPLE.replace("\n", "\r\n").encode("utf-8")
    mixed = windows.replace(b"\r\n", b"\n", 3)

    assert formatted(windows, COUNTRY).data == windows
    assert formatted(mixed, COUNTRY).data == windows
    assert formatted(windows.replace(b"\r\n", b"\r"), COUNTRY).data == SAMPLE.encode("utf-8")
    assert formatted(mixed, COUNTRY).changes == tuple(Change("line-ends", n) for n in (1, 2, 3))
    assert formatted(windows[:-2], COUNTRY).data == windows


def test_where_front_matter_is_taken_as_it_stands_lines_end_in_a_line_feed():
    data = b"---\neip: 1\ntitle: One \n---\n\r\n## **One**\r\n\r\nText.\r\n\r\nMore.\r\n\r\nMore."

    assert formatted(data, shipped("eip")).data == (
        b"---\neip: 1\ntitle: One\n---\n\n## **One**\n\nText.\n\nMore.\n\nMore.\n"
    )


def test_front_matter_beside_the_text_is_left_alone():
    apart = COUNTRY.front_matter.model_copy(update={"style": "beside", "file": "brief.yaml"})
    beside = COUNTRY.model_copy(update={"front_matter": apart, "version": next(VERSIONS)})
    front, text = SAMPLE.replace('title: "', 'title: "2. ', 1)[4:].split("---\n\n", 1)
    bent = text.replace("## Crises", "### **Crises**").encode("utf-8")

    found = formatted(bent, beside, front.encode("utf-8"))

    assert found.data.decode("utf-8") == text


def test_a_byte_order_mark_is_removed():
    found = formatted(b"\xef\xbb\xbf" + SAMPLE.encode("utf-8"), COUNTRY)

    assert (found.data, found.changes) == (SAMPLE.encode("utf-8"), (Change("byte-order-mark", 1),))


@pytest.mark.parametrize("data", [b"", b"# No front matter\n", b"\xff\xfe", b"---\na: [\n---\n"])
def test_what_cannot_be_read_is_refused(data):
    with pytest.raises(MalformedBrief):
        formatted(data, COUNTRY)


# What is left alone: each of these changes something, for a reader or for another program.

LEFT = {
    "an escape that a list needs": r"1\. January was cold." + "\n" + r"\- So was May.",
    "an escape that a link needs": r"See \[the notes\](below) and [there]\(here).",
    "an escape that an image needs": r"Alas\![no](https://example.org/x.png) image.",
    "an escape that an entity needs": r"AT\&amp; is what they typed.",
    "an escape that emphasis needs": r"2 \* 3 \* 4, and \_init\_.",
    "an escape that a backslash needs": r"C:\\. and \\- too.",
    "an escape that an address needs": r"www\.example.org, https\://example.org.",
    "a backslash in code": "`a\\-b`, and\n\n```\na\\-b  \n\n\n\tc\n```\n\n    d\\-e  \n\n\n    f",
    "a backslash in HTML": "<pre>a\\-b  \n\n\n</pre>",
    "an escape in a definition": "As [one] has it.\n\n[one]: https://example.org/a\\-b (a\\-b)",
    "an escape in the label of a link": "As [a\\-b] has it.\n\n[a-b]: https://example.org/1",
    "white space at the end of code": "```\nx  \n```",
    "white space in code of two lines": "As `one  \ntwo` has it.",
    "an open code block": "```\nx\n\n",
    "a line break": "One line  \nand another\\\nand a third.",
    "a mark of its own": r"\* Estimated.",
    "a hyphen in a text": "The F\u201135 flies.",
    "front matter that says something else": "## region: Africa\n\nText.",
    "what is no front matter": "## Summary: the coming year\n\nText.",
    "a heading of two lines": "**A heading\nof two lines**\n---\n\nText.",
    "numbers of other headings": "### 4. Four\n\nText.\n\n### 4. Four again\n\nText.",
}


@pytest.mark.parametrize("left", LEFT)
def test_what_is_there_for_a_reason_is_left_alone(left):
    text = SAMPLE.rstrip() + f"\n\n{LEFT[left]}\n"

    assert mended(text) == text
    assert not any(finding.fix for finding in check(brief_of(text.encode("utf-8"))))


def test_a_title_with_a_comment_beside_it_is_left_to_its_author():
    text = changed(
        ('title: "Portugal: S', 'title: "2. Portugal: S'), ('Analysis"\n', 'Analysis" # x\n')
    )

    assert mended(text) == text


def test_a_title_of_two_lines_is_left_to_its_author():
    title = "# Portugal: Strategic U.S. Foreign Policy Analysis"
    text = changed((title, "Portugal: Strategic U.S. Foreign\nPolicy Analysis\n---"))

    assert "heading-level" in rules_of(text.encode("utf-8"))
    assert mended(text) == text


def test_front_matter_that_surfaced_with_news_is_left_to_its_author():
    text = changed(
        ("\n# Portugal", "\n---\n\ncountry: PT\nsummary: Another one.\n---\n\n# Portugal")
    )

    assert mended(text) == text


def test_escapes_that_change_nothing_are_taken_out_whatever_stands_beside_them():
    text = added(r"1\. The 2\-year plan \& a file\_name \[x\](y), \(in all\).")

    assert mended(text) == added(r"1\. The 2-year plan & a file_name \[x\](y), (in all).")


# The guard


@pytest.fixture
def planted(monkeypatch):
    """Plant a rule; return the type that asks it."""

    def plant(judge):
        monkeypatch.setitem(RULES, judge.__name__.replace("_", "-"), None)
        rule(Severity.WARNING)(judge)
        return COUNTRY.model_copy(update={"version": next(VERSIONS)})

    return plant


def every(pattern, replacement):
    """Return a judge whose fixes put `replacement` for `pattern`, line by line."""

    def planted_rule(brief):
        for number, line in enumerate(brief.draft.lines, start=1):
            if number > brief.front.end and (new := re.sub(pattern, replacement, line)) != line:
                yield Remark(number, "mend this", fix=Fix(number, number, (new,)))

    return planted_rule


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        ("treaty", "Treaty"),
        (r"\b2025\b", "2024"),
        ("American", "American American"),
        (r"\]\(https://", "](http://"),
        (r"^- ", ""),
        (r"^(- .*)", r"\1\n- "),
        (r"^1\. ", "7. "),
        (r"^## Crises", "## Crisis"),
        (r"^(Portugal can also.*)", r"    \1"),
        (r"^(## 1\. Overview)", r"\1\n\n## Extra"),
        (r"^", "\0"),
        (r"^.*", ""),
    ],
)
def test_a_fix_that_changes_what_is_said_is_never_made(planted, pattern, replacement):
    brief_type = planted(every(pattern, replacement))

    assert mended(SAMPLE, brief_type) == SAMPLE


def test_a_fix_that_is_not_made_keeps_no_other_from_being_made(planted):
    bent = changed(
        ("## Crises", "### **Crises**"), ("minority government.", r"minority government\.")
    )

    assert mended(bent, planted(every("treaty|minority|Crises", "other"))) == SAMPLE


def test_the_front_matter_is_kept_but_for_its_title(planted):
    def planted_rule(brief):
        yield Remark(2, "empty it", fix=Fix(2, brief.front.end - 1, ('title: "x"',)))

    assert mended(SAMPLE, planted(planted_rule)) == SAMPLE


def test_the_title_becomes_that_of_the_heading_or_stays(planted):
    brief_type = planted(every("^# Portugal", "# Spain"))
    other = planted(lambda brief: iter([Remark(2, "other", fix=Fix(2, 2, ("title: Other",)))]))

    assert mended(SAMPLE, brief_type) == mended(SAMPLE, other) == SAMPLE


def test_fixes_that_undo_each_other_leave_the_draft_as_it_was(planted, monkeypatch):
    monkeypatch.setattr("briefs.formatting.MOST_PASSES", 9)

    def planted_rule(brief):
        for number, line in enumerate(brief.draft.lines, start=1):
            if line.startswith(("- 1", "* 1")):
                new = {"-": "*", "*": "-"}[line[0]] + line[1:]
                yield Remark(number, "turn it", fix=Fix(number, number, (new,)))

    text = added("- 1").encode("utf-8")

    found = formatted(text, planted(planted_rule))

    assert (found.data, found.settled) == (text, False)
    assert {change.rule for change in found.changes} == {"planted-rule"}


def test_of_many_changes_those_that_pass_are_found_by_halves():
    tried = []

    def passes(some):
        tried.append(some)
        return not {3, 11} & set(some)

    assert passing(range(16), passes, 100) == [n for n in range(16) if n not in (3, 11)]
    assert (before := len(tried)) < 25
    assert passing(range(16), lambda some: tried.append(some), 5) == []
    assert len(tried) == before + 5
    assert passing([1, 2], lambda some: len(some) < 2, 100) == [1]
    assert passing([], lambda some: False, 5) == []


# The seed

MENDED = {
    "front-matter-twice",
    "title-differs",
    "heading-first",
    "heading-escaped",
    "heading-bold",
    "heading-skips-level",
    "heading-level",
    "section-demoted",
    "number-doubled",
    "emphasis-broken",
    "list-indented",
    "label-hyphen",
    "rule-trailing",
}


def said_of(data):
    """Return the findings on a draft, the numbers of lines in their messages aside."""
    found = check(brief_of(data))
    return Counter((f.rule, f.node, re.sub(r"\bline \d+", "line", f.message)) for f in found)


@seeded
def test_the_seed_is_rid_of_what_is_mechanical_and_of_nothing_else():
    seed = SEED.read_bytes()

    data = formatted(seed, COUNTRY).data

    before, after = said_of(seed), said_of(data)
    assert {one[0] for one in before} - {one[0] for one in after} == MENDED
    assert after == Counter({one: n for one, n in before.items() if one[0] not in MENDED})
    assert said_of(data) == after and not any(f.fix for f in check(brief_of(data)))


@seeded
def test_the_seed_says_what_it_said_and_its_digests_are_what_they_were():
    seed = SEED.read_bytes()

    data = formatted(seed, COUNTRY).data

    before, after = brief_of(seed).digests, brief_of(data).digests
    assert (after.brief, after.sections) == (before.brief, before.sections)
    assert letters(data) == letters(seed)
    assert formatted(data, COUNTRY).data == data


# Laws. What is random is the shape: nothing that these do to a line is a word.


def spoiled(draw, lines, at):
    """Bend a line, or what stands around it, out of shape."""
    line = lines[at]
    bullet = re.match(r"\s*(?:[-*+]|\d+[.)])?\s*#*\s*", line).group()
    text = line[len(bullet) :]
    lines[at] = draw(
        st.sampled_from(
            [
                re.sub(r"(?=[-.()&:;,*_#\[\]])", lambda m: draw(st.sampled_from(["", "\\"])), line),
                f"{bullet}**{text}**",
                f"**{text}**",
                f"{bullet}\\*{text}\\*",
                f"{bullet}\\**{text}* \\*",
                f"\\*\\*{text}\\*\\*",
                f"`{line}`",
                line.replace("**", ""),
                text,
                f"#{line}",
                f"## {text}",
                f"{text}\n---",
                f"{text}\n===",
                f" {line}",
                f"    {line}",
                f"\t{line}",
                f"  - {text}",
                f"> {line}",
                f"```\n{line}",
                f"<div>\n{line}",
                line.replace("-", "\u2011"),
                line.replace("a", "a\u00ad"),
                f"{line} ",
                f"{line}   ",
                f"{line}\\ ",
                f"{line}\r",
                f"\n\n{line}\n\n",
                f"---\n{line}",
                f"\n***\n{line}",
                f'---\n\n## title: "2. Title"\n\n{line}',
                f'\n---\ntitle: "2. Title"\n---\n{line}',
                re.sub(r"^(#+ )\d+", r"\g<1>4", line),
                re.sub(r"^- ", "* ", line),
            ]
        )
    )


@st.composite
def drafts(draw, text):
    """Draw the bytes of `text`, some of its lines bent out of shape."""
    lines = text.split("\n")
    head = lines.index("---", 1) + 1
    for _ in range(draw(st.integers(1, 6))):
        spoiled(draw, lines, draw(st.integers(head, len(lines) - 1)))
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    data = "\n".join(lines).replace("\n", end).encode("utf-8")
    tail = draw(st.sampled_from(["", "", "---", "\n\n---\n", " \n"]))
    return draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"])) + data + tail.encode("utf-8")


def letters(data):
    """Return the letters and digits below the front matter.

    Set aside are the numbers of titles and items, and titles that surfaced from the front matter.
    """
    text = unicodedata.normalize("NFC", data.decode("utf-8-sig").replace("\u00ad", ""))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next(n for n, line in enumerate(lines[1:], start=1) if line.rstrip() in ("---", "..."))
    numbered = re.compile(r"^[\s>]*(?:#|\\?\*|_)*\s*(?:\\?\*|_)*\d+\\?[.)]\s")
    body = (line for line in lines[end + 1 :] if not re.match(r"\W*title:", line))
    return "".join(filter(str.isalnum, "".join(numbered.sub("", line) for line in body)))


def holds(data):
    """Assert the laws of the formatter on a draft."""
    try:
        before = brief_of(data)
    except MalformedBrief:
        with pytest.raises(MalformedBrief):
            formatted(data, COUNTRY)
        return
    for fix in filter(None, (finding.fix for finding in check(before))):
        assert before.draft.lines[fix.first - 1 : fix.last] != [*fix.lines]
    found = formatted(data, COUNTRY)
    after = brief_of(found.data)
    assert found.settled
    assert bool(found.changes) == (found.data != data)
    assert formatted(found.data, COUNTRY).data == found.data
    assert (after.digests.brief, after.digests.sections) == (
        *(before.digests.brief, before.digests.sections),
    )
    assert letters(found.data) == letters(data)


@settings(max_examples=60)
@given(drafts(SHORT))
def test_whatever_is_bent_no_word_and_no_digest_changes_and_once_is_enough(data):
    holds(data)


@pytest.mark.slow
@settings(max_examples=25)
@given(drafts(SAMPLE))
def test_the_laws_hold_for_the_whole_sample(data):
    holds(data)


@seeded
@pytest.mark.slow
@settings(max_examples=25)
@given(st.data())
def test_the_laws_hold_for_the_seed(data):
    holds(data.draw(drafts(SEED.read_text("utf-8"))))


@settings(max_examples=60)
@given(st.text("ab \t\\*_-#>`|\n12.[]()&;!", min_size=1, max_size=60))
def test_the_laws_hold_for_any_marks(text):
    holds(SHORT.encode("utf-8") + b"\n" + text.encode("utf-8"))


@settings(max_examples=60)
@given(st.text("ab \\.-()!+&;:,'\"/=#>%?_12[]\n", min_size=1, max_size=60))
def test_readers_see_the_same_page_without_needless_escapes(text):
    brief_type = COUNTRY.model_copy(update={"house_rules": False, "version": next(VERSIONS)})
    only = {"rules": {"escape-needless": {}, "heading-escaped": {}}}
    brief_type = type(COUNTRY).model_validate({**brief_type.model_dump(exclude={"rules"}), **only})

    after = mended(f"---\ntitle: x\n---\n\n{text}\n", brief_type)

    assert shown(after.split("---\n", 2)[2]) == shown(f"\n{text}\n")


def shown(text):
    return re.sub(r"\s*\n\s*|\s+(?=<)", "\n", to_html(text)).strip()
