"""Rules on references: footnotes, sources that are promised, sections that the text names."""

import re
from collections.abc import Iterator
from typing import Final

from briefs.brief import Brief
from briefs.findings import Severity
from briefs.markdown import Block, Kind, Part
from briefs.rules.links import spans
from briefs.rules.registry import Remark, Remarks, at, rule
from briefs.spans import Spans

_MARK: Final = re.compile(r"\[\^([^\]\s][^\]]{0,80})\]")
_UNMADE: Final = re.compile(r"\](?:\s\((?=https?://|www\.|#)|\[[^\]\n]*\])|\)\[(?:https?://|www\.)")
_DEFINED: Final = re.compile(r" {0,3}\[([^\]^][^\]]*)\]:\s*<?([^\s>]+)")
_PROMISED: Final = re.compile(
    r"\[(?:citation|source|reference|ref|cite)s?"
    r"(?:\s?(?:needed|missing|required|to (?:come|follow)|\?)\s?)?\]"
    r"|【\d[^】]{0,60}†[^】]{0,60}】|\[(?:cite_start|cite:|oaicite:)[^\]]{0,60}\]"
    r"|error! (?:reference source not found|bookmark not defined|hyperlink reference not valid)",
    re.IGNORECASE,
)
_SECTION: Final = re.compile(r"section\s(\d{1,2}(?:\.\d{1,2}){0,3})(?![\d(]|\.\d)", re.IGNORECASE)
_REFERRING: Final = re.compile(r"\b(?:see|cf\.|compare) (?:also )?$", re.IGNORECASE)
_WITHIN: Final = re.compile(r"\s(?:above|below|of this (?:brief|analysis|paper))\b")
_ELSEWHERE: Final = re.compile(r"\s(?:of|to|in|under) (?!this\b)")
_NUMBERED: Final = re.compile(r"(\d+(?:\.\d+)*)[.)]?\s")


def _shown(brief: Brief, pattern: re.Pattern[str]) -> Iterator[tuple[Block, int, re.Match[str]]]:
    """Yield what of `pattern` a reader sees, outside of code."""
    code = Spans(Part.CODE)
    return (found for found in brief.running.search(pattern) if not code.cover(*found[:2]))


@rule(Severity.ERROR)
def footnote_undefined(brief: Brief) -> Remarks:
    """A footnote mark has its note.

    Bad:  `Exports fell.[^3]`, and no `[^3]:` anywhere: the reader sees the brackets.
    Good: `Exports fell.[^3]`, and `[^3]: Statistics Portugal, …` below.
    """
    if "[" in brief.running.text:
        for block, index, match in _shown(brief, _MARK):
            yield at(block, f"write the note: [^{match[1][:40]}]: …", index)


@rule(Severity.WARNING)
def footnote_unused(brief: Brief) -> Remarks:
    """A footnote belongs to a mark in the text.

    Bad:  `[^3]: Statistics Portugal, …`, and no `[^3]` in the text.
    Good: the mark behind the sentence that the note is about.
    """
    marked = {span.target.casefold() for _, span in brief.once(spans) if span.part is Part.MARK}
    for note in brief.once(_notes):
        if note.info.casefold() not in marked:
            yield at(note, f"put the mark [^{note.info[:40]}] into the text, or remove the note")


@rule(Severity.ERROR)
def footnote_doubled(brief: Brief) -> Remarks:
    """A footnote's mark is its own.

    Bad:  two notes `[^1]:`, of two authors whose texts were put together.
    Good: `[^1]:` and `[^2]:`.
    """
    first: dict[str, int] = {}
    for note in brief.once(_notes):
        line = first.setdefault(note.info.casefold(), note.line)
        if line != note.line:
            message = f"give the note a mark of its own: [^{note.info[:40]}] stands at line {line}"
            yield at(note, message)


def _notes(brief: Brief) -> list[Block]:
    return [block for block in brief.draft.tree.flat if block.kind is Kind.FOOTNOTE]


@rule(Severity.ERROR)
def link_unmade(brief: Brief) -> Remarks:
    """What is meant as a link is one; the reader sees no brackets.

    Bad:  `[figures] (https://example.org)`, `(figures)[https://…]`, `[figures][no-such-name]`.
    Good: `[figures](https://example.org)`.
    """
    for block, index, _ in _shown(brief, _UNMADE) if "[" in brief.running.text else ():
        yield at(block, "write the link as [text](address)", index)


@rule(Severity.WARNING)
def reference_unused(brief: Brief) -> Remarks:
    """An address that is set apart is referred to; by itself it is not shown.

    Bad:  `[1]: https://example.org/trade` below “Sources”, and no `[…][1]` in the text.
    Good: `The [trade figures][1] show …`.
    """
    if "]:" not in brief.draft.text:
        return
    used = {span.target for _, span in brief.once(spans)}
    for number, line in enumerate(brief.draft.lines[brief.front.end :], brief.front.end + 1):
        match = _DEFINED.match(line) if "]:" in line else None
        if match and match[2] not in used and number not in brief.once(_written):
            message = f"refer to [{match[1][:40]}] in the text: by itself it is not shown"
            yield Remark(number, message, column=match.start(1))


def _written(brief: Brief) -> set[int]:
    """Return the lines that hold text; those that define addresses are not among them."""
    leaves = (block for block in brief.draft.tree.flat if not block.children)
    return {line for block in leaves for line in range(block.line, block.end_line + 1)}


@rule(Severity.ERROR)
def source_promised(brief: Brief) -> Remarks:
    """A source is given, not promised.

    Bad:  `[citation needed]`, `【12†source】`, `Error! Reference source not found.`
    Good: the link or the footnote.
    """
    text = brief.running.text
    if "[" in text or "【" in text or "Error!" in text:
        for block, index, match in _shown(brief, _PROMISED):
            yield at(block, f"give the source in place of “{match.group()[:40]}”", index)


@rule(Severity.WARNING)
def reference_lost(brief: Brief) -> Remarks:
    """A section that the text refers to by its number is there.

    Bad:  “see section 9” in a brief whose last section is 6.
    Good: “see section 6”. “Section 232 of the Trade Expansion Act” is another's.
    """
    for block, index, match in brief.running.search(_SECTION, ("section ",)):
        text, end = block.text, index + len(match.group())
        before = text[max(index - 20, 0) : index]
        if _ELSEWHERE.match(text, end) or not (
            _REFERRING.search(before) or _WITHIN.match(text, end)
        ):
            continue
        numbers = brief.once(_numbers)
        if numbers and match[1] not in numbers:
            message = f"refer to a section that is there: none has the number {match[1]}"
            yield at(block, message, index)


def _numbers(brief: Brief) -> set[str]:
    shown = (b.label or b.text for b in brief.draft.blocks if b.label or b.kind is Kind.HEADING)
    meant = (section.node.title for section in brief.sections.values())
    return {match[1] for title in (*shown, *meant) if (match := _NUMBERED.match(title))}
