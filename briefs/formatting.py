"""The formatter: mends what is mechanical in a draft, and never changes a word of it.

What can be mended is what a rule's findings carry a fix for, and beside that the layout: white
space at the ends of lines, runs of blank lines, the end of the file, line ends that differ, a byte
order mark. A file keeps the line ends that most of its lines have, save where its type takes front
matter as it stands: there a line ends in a line feed. A byte order mark goes, since tools that look
for front matter in the first three bytes miss it.

Every fix is on trial: it is made only if afterwards every word stands where it stood, and every
digest is what it was. Begin with `formatted`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, NamedTuple

from briefs.brief import Brief, hold_against, read
from briefs.digests import canonical_text
from briefs.errors import MalformedBrief
from briefs.findings import Fix
from briefs.markdown import Block, Kind, Part
from briefs.rules import check
from briefs.rules.front_matter import stated
from briefs.trials import passing
from briefs.types.language import BriefType

MOST_PASSES: Final = 100  # a list within a list takes one more pass each, and 60 may be nested
_MOST_READ: Final = 4 << 20  # characters that are read in a pass to see which fixes hold
_MARK: Final = b"\xef\xbb\xbf"


class Change(NamedTuple):
    """What was mended, by the rule's name, and on which line (from 1) of the draft as it was."""

    rule: str
    line: int


@dataclass(frozen=True, slots=True)
class Formatted:
    """A draft with what is mechanical mended, and what that was, in the order of the lines.

    `settled` is false where the fixes never came to an end: then `data` is the draft as it was, and
    `changes` are those that went on.
    """

    data: bytes
    changes: tuple[Change, ...]
    settled: bool = True


def formatted(data: bytes, brief_type: BriefType, beside: bytes | None = None) -> Formatted:
    """Return the draft in `data`, of the type `brief_type`, with what is mechanical mended.

    `beside` is the file beside it that holds the front matter, where the type has one; it is left
    alone. What was returned once is returned as it is.

    Raises:
        MalformedBrief: intake cannot read the draft, or could not with its line ends made alike.
    """
    style = brief_type.front_matter.style
    form = _Form(b"\n" if style == "lines" else _line_end(data), brief_type, beside)
    lines = read(data, style, beside).lines
    text = _Text(tuple(lines), tuple(range(1, len(lines) + 1)))
    changes, made = _changed_bytes(data, form.end), list[Change]()
    for _ in range(MOST_PASSES):
        text, made = _passed(text, form)
        changes += made
        if not made:
            done = sorted({*changes}, key=lambda change: (change.line, change.rule))
            return Formatted(form.bytes(text.lines), tuple(done))
    return Formatted(data, tuple(made), settled=False)


@dataclass(frozen=True, slots=True)
class _Form:
    """What a draft is read and written with."""

    end: bytes
    type: BriefType
    beside: bytes | None

    def bytes(self, lines: Sequence[str]) -> bytes:
        return "\n".join(lines).encode("utf-8").replace(b"\n", self.end)

    def brief(self, lines: Sequence[str]) -> Brief:
        draft = read(self.bytes(lines), self.type.front_matter.style, self.beside)
        return hold_against(draft, self.type)


class _Text(NamedTuple):
    """The lines as they have become, and which line of the draft each was."""

    lines: tuple[str, ...]
    origins: tuple[int, ...]

    def mended(self, fixes: Sequence["_Mend"]) -> "_Text":
        """Return the text with `fixes` made, none of which reaches into another."""
        lines, origins = list(self.lines), list(self.origins)
        for _, fix in sorted(fixes, key=lambda mend: mend.fix.first, reverse=True):
            here = slice(fix.first - 1, fix.last)
            old = origins[here] or origins[fix.first - 2 : fix.first - 1]
            new = [*old, *old[-1:] * len(fix.lines)][: len(fix.lines)]
            lines[here], origins[here] = fix.lines, new
        return _Text(tuple(lines), tuple(origins))


class _Mend(NamedTuple):
    rule: str
    fix: Fix


def _passed(text: _Text, form: _Form) -> tuple[_Text, list[Change]]:
    """Return the text with all fixes made that go together, and what they changed."""
    brief = form.brief(text.lines)
    kept = _kept(brief)

    def holds(some: Sequence[_Mend]) -> bool:
        try:
            after = form.brief(text.mended(some).lines)
        except MalformedBrief:
            return False
        return _kept(after) == kept and after.key("title") in (brief.key("title"), after.title)

    trials = min(max(_MOST_READ // len(brief.draft.text), 8), 200)
    left = [m for m in (*_of_rules(brief), *_of_layout(brief)) if _mends(text, m.fix)]
    while left:
        tried = _apart(left)
        if made := passing(tried, holds, trials):
            return text.mended(made), [change for mend in made for change in _changes(text, mend)]
        refused = {*tried}  # no longer in the way of another
        left = [mend for mend in left if mend not in refused]
    return text, []


def _mends(text: _Text, fix: Fix) -> bool:
    return text.lines[fix.first - 1 : fix.last] != fix.lines


def _apart(mends: Sequence[_Mend]) -> list[_Mend]:
    """Return the fixes in the order of the lines, without those that reach into one before."""
    chosen: list[_Mend] = []
    taken: set[int] = set()
    for mend in mends:
        lines = range(mend.fix.first, max(mend.fix.last, mend.fix.first) + 1)
        if taken.isdisjoint(lines):
            taken.update(lines)
            chosen.append(mend)
    return sorted(chosen, key=lambda mend: mend.fix.first)


def _changes(text: _Text, mend: _Mend) -> Iterator[Change]:
    """Yield a change for each line that a fix changes."""
    rule, fix = mend
    old = text.lines[fix.first - 1 : fix.last]
    origins = text.origins[fix.first - 1 : fix.last] or text.origins[fix.first - 2 : fix.first - 1]
    alike = len(old) == len(fix.lines)
    for place, origin in enumerate(origins):
        if not alike or old[place] != fix.lines[place]:
            yield Change(rule, origin)


def _of_rules(brief: Brief) -> Iterator[_Mend]:
    for finding in check(brief):
        if finding.fix is not None:
            yield _Mend(finding.rule, finding.fix)


# Layout: what no reader sees, and no rule speaks of.


def _of_layout(brief: Brief) -> Iterator[_Mend]:
    lines, end = brief.draft.lines, brief.front.end
    verbatim, goes_on = _verbatim(brief), _goes_on(brief)
    for number, line in enumerate(lines, start=1):
        plain = line.rstrip(" \t")
        if number in goes_on and line.endswith("  ") and lines[number].strip():
            plain += "  "  # two spaces break the line here, for readers too
        if plain != line and number not in verbatim:
            yield _Mend("space-trailing", Fix(number, number, (plain,)))
    numbered = enumerate(lines[end:], start=end + 1)
    for blank, run in groupby(numbered, key=lambda one: not one[1].strip(" \t")):
        numbers = [number for number, _ in run]
        if blank and verbatim.isdisjoint(numbers):
            yield from _at_most_one(numbers, at_end=numbers[-1] == len(lines))
    if lines[-1].strip(" \t"):
        yield _Mend("newline-final", Fix(len(lines) + 1, len(lines), ("",)))


def _at_most_one(blanks: Sequence[int], at_end: bool) -> Iterator[_Mend]:
    # What stands behind the last line end is no line, though it is the last of `lines`.
    if len(blanks) > 1:
        name = "newline-final" if at_end else "blank-lines"
        yield _Mend(name, Fix(blanks[0] + 1, blanks[-1], ()))


def _verbatim(brief: Brief) -> set[int]:
    """Return the lines whose white space is text, or may be: of code and raw HTML."""
    found: set[int] = set()
    for block in brief.draft.tree.flat:
        if block.kind in (Kind.CODE, Kind.HTML):
            found.update(range(block.line, block.end_line + 1))
        for span in block.spans:
            if span.part in (Part.CODE, Part.HTML):
                found.update(range(block.source.line(span.start), block.source.line(span.end)))
    return found


def _goes_on(brief: Brief) -> set[int]:
    """Return the lines of texts that another line of the same text may follow."""
    found: set[int] = set()
    for block in brief.draft.tree.flat:
        if block.kind in (Kind.PARAGRAPH, Kind.ITEM):
            last = block.children[0].line - 1 if block.children else block.end_line
            found.update(range(block.line, last))
        elif block.kind is Kind.HEADING:
            found.update(range(block.line, block.end_line - 1))
    return found


def _line_end(data: bytes) -> bytes:
    windows = data.count(b"\r\n")
    return b"\r\n" if windows > data.count(b"\n") - windows + data.count(b"\r") - windows else b"\n"


def _changed_bytes(data: bytes, end: bytes) -> list[Change]:
    """Return what is mended of the bytes: the byte order mark, and line ends unlike the others."""
    found = [Change("byte-order-mark", 1)] if data.startswith(_MARK) else []
    ends = [line[len(line.rstrip(b"\r\n")) :] for line in data.splitlines(keepends=True)]
    odd = (number for number, own in enumerate(ends, start=1) if own and own != end)
    return found + [Change("line-ends", number) for number in odd]


# The guard: what must be the same before and after.

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)*[.)]?\s+")


def _kept(brief: Brief) -> tuple[Any, ...]:
    """Return what no fix may change: the digests, every word, the depth and number of each item.

    Words are compared as digests take them. Set aside are the numbers and end marks of sections'
    titles, asterisks at the ends of a text, and headings that are front matter which surfaced.
    """
    titles = {id(section.heading) for section in brief.sections.values()}
    return brief.digests.brief, tuple(_said(brief, brief.draft.blocks, titles))


def _said(
    brief: Brief, blocks: Sequence[Block], titles: set[int], depth: int = 0
) -> Iterator[tuple[Any, ...]]:
    for block in blocks:
        if stated(brief, block):
            continue
        if block.text or block.spans:
            yield depth, _words(block, id(block) in titles), _targets(block)
        if block.kind is Kind.LIST:
            for place, item in enumerate(block.children):
                yield depth, None if block.number is None else block.number + place
                yield from _said(brief, [item], titles, depth)
        else:
            below = depth + (block.kind in (Kind.ITEM, Kind.QUOTE, Kind.FOOTNOTE))
            yield from _said(brief, block.children, titles, below)


def _words(block: Block, title: bool) -> tuple[str, ...]:
    if block.kind in (Kind.CODE, Kind.HTML):
        return block.kind, block.info, block.text
    text = canonical_text(block.text).strip("* ")
    if title:
        numbered = _NUMBER.match(text)
        text = text[numbered.end() if numbered else 0 :].strip(" :")
    return tuple(text.split())


def _targets(block: Block) -> tuple[tuple[Part, str], ...]:
    # An address that is its own text is there as text.
    return tuple(
        (span.part, span.target)
        for span in block.spans
        if span.target != block.text[span.at : span.until] or span.part is not Part.LINK
    )
