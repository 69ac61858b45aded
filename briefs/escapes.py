"""Escapes that change nothing, which word processors leave in what they export."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final, TypeAlias

from briefs.brief import Brief
from briefs.markdown import Block, Kind, Part, Tree, parse
from briefs.trials import passing

_Place: TypeAlias = tuple[int, int]  # line and column, from 1
_ESCAPE: Final = re.compile(r"\\(.)")
# Marks that mean nothing in the midst of a line, to our parser or to any other that is common.
_HARMLESS: Final = frozenset("-.()!+&:;,'\"/=#>%?")
# Where a line, or an item in it, begins: there a mark may open a list, a heading or a quote.
_OPENING: Final = re.compile(r"[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*\d*")
# Before a parenthesis or a colon a link, before a bracket an image; an entity.
_NEEDED: Final = re.compile(r"(?<=\])\\[(:]|\\!(?=\[)|\\&(?=#?\w+;)")
_DEFINITION: Final = re.compile(r"[\s>]*\[[^\]]+\]:")
_ADDRESSES: Final = ("www", "http", "https", "ftp")  # what others make a link of
_MOST_READ: Final = 4 << 20  # characters that are read to see whether escapes are needed


def without_escapes(brief: Brief) -> dict[int, str]:
    """Return the lines with escapes that change nothing, each without them.

    That they change nothing is no guess: each block is read without them, and reads the same.
    """
    mended: dict[int, str] = {}
    places = list(_escapes(brief))
    blocks = brief.draft.blocks
    starts = [block.line for block in blocks]
    left = _MOST_READ
    for number, found in groupby(places, key=lambda place: bisect_right(starts, place[0]) - 1):
        block = blocks[number]
        inside = [place for place in found if block.line <= place[0] <= block.end_line]
        if inside and left > 0:
            mended |= _mended(brief.draft.lines, block, inside)
            left -= block.end - block.start
    return mended


def _mended(lines: Sequence[str], block: Block, places: Sequence[_Place]) -> dict[int, str]:
    own = range(block.line, block.end_line + 1)

    def shown(mended: dict[int, str]) -> list[Any]:
        text = "\n".join(mended.get(number, lines[number - 1]) for number in own)
        return _read(parse(text, block.line))

    before = shown({})

    def reads_the_same(some: Sequence[_Place]) -> bool:
        return shown(_taken_out(lines, some)) == before

    trials = min(max(_MOST_READ // max(block.end - block.start, 1), 4), 200)
    return _taken_out(lines, passing(places, reads_the_same, trials))


def _escapes(brief: Brief) -> Iterator[_Place]:
    """Yield the backslashes that may well be needless, outside of code."""
    end = brief.front.end
    escaped = [(n, line) for n, line in enumerate(brief.draft.lines, 1) if n > end and "\\" in line]
    if not escaped:
        return
    starts, ends = _code(brief)
    labelled = any(_DEFINITION.match(line) for line in brief.draft.lines[end:])
    for number, line in escaped:
        opening = _OPENING.match(line)
        for match in _ESCAPE.finditer(line, opening.end() if opening else 0):
            at = match.start()
            place = (number, at + 1)
            within = bisect_right(starts, place) - 1
            if (within >= 0 and ends[within] > place) or (labelled and _in_brackets(line, at)):
                continue
            if _may_go(line, at, opening):
                yield place


def _in_brackets(line: str, at: int) -> bool:
    # A label is compared with that of its definition as both are written, escapes and all.
    return line.rfind("[", 0, at) > line.rfind("]", 0, at)


def _may_go(line: str, at: int, opening: re.Match[str] | None) -> bool:
    mark, around = line[at + 1], line[at - 1 : at] + line[at + 2 : at + 3]
    if mark == "_":
        return len(around) == 2 and around.isalnum()
    return (
        mark in _HARMLESS
        and not (opening and opening.end() == at)
        and not _NEEDED.match(line, at)
        and not line[max(at - 5, 0) : at].casefold().endswith(_ADDRESSES)
    )


def _code(brief: Brief) -> tuple[list[_Place], list[_Place]]:
    """Return where code and raw HTML begin and end, in order: a backslash is itself there."""
    found = []
    for block in brief.draft.tree.flat:
        if block.kind in (Kind.CODE, Kind.HTML):
            found.append(((block.line, 1), (block.end_line + 1, 1)))
        for span in block.spans:
            if span.part in (Part.CODE, Part.HTML):
                found.append((_place(block, span.start), _place(block, span.end)))
    found.sort()
    return [start for start, _ in found], [end for _, end in found]


def _place(block: Block, offset: int) -> _Place:
    return block.source.line(offset), block.source.column(offset)


def _taken_out(lines: Sequence[str], places: Sequence[_Place]) -> dict[int, str]:
    mended: dict[int, str] = {}
    for number, column in sorted(places, reverse=True):
        text = mended.get(number, lines[number - 1])
        mended[number] = text[: column - 1] + text[column:]
    return dict(sorted(mended.items()))


def _read(tree: Tree) -> list[Any]:
    """Return all that the parser tells of a text but its columns."""
    return [
        (
            *(block.kind, block.line, block.end_line, block.level, block.number, block.info),
            *(block.text, block.label, block.lead, block.bold, block.italic),
            [(span.part, span.at, span.until, span.target) for span in block.spans],
        )
        for block in tree.flat
    ]
