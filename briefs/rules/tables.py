"""Rules on tables and lists: what the page shows of them, against what the source says."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from briefs.brief import Brief
from briefs.findings import Fix, Severity
from briefs.markdown import Block, Kind
from briefs.rules.registry import Remark, Remarks, at, rule

_EDGE: Final = re.compile(r"(?<!\\)\|")
_DRAWN: Final = re.compile(r"^\|.*\|[ \t]*$", re.MULTILINE)
_MARKER: Final = re.compile(r"(\d{1,9})([.)])|[-*+]")
_BULLETS: Final = "•●▪◦‣∙■□○➢"
_BULLET: Final = re.compile(rf"^[{_BULLETS}][ \t\u00a0]*", re.MULTILINE)


def _tables(brief: Brief) -> list[Block]:
    return [block for block in brief.draft.tree.flat if block.kind is Kind.TABLE]


def _rows(brief: Brief) -> Iterator[tuple[Block, list[int], int]]:
    """Yield each row but the head: where its cells begin in its source, how many there are."""
    for table in brief.once(_tables):
        wanted = len(table.children[0].children)
        for row in table.children[1:]:
            yield row, _cells(row.source.slice(row.start, row.end)), wanted


def _cells(row: str) -> list[int]:
    """Return where the cells of a row begin, in characters of its source."""
    text = row.rstrip()
    edges = [match.start() for match in _EDGE.finditer(text)]
    starts = [place + 1 for place in edges if place + 1 < len(text)]
    return starts if text.startswith("|") else [0, *starts]


@rule(Severity.WARNING)
def table_head_empty(brief: Brief) -> Remarks:
    """Every column of a table says in its head what it holds; the corner may be empty.

    Bad:  `| Year | |`.
    Good: `| Year | Exports, billion dollars |`.
    """
    for table in brief.once(_tables):
        for place, head in enumerate(table.children[0].children, start=1):
            if not head.text and place > 1:
                yield at(head, f"name in the head what column {place} holds")


@rule(Severity.ERROR)
def table_cells_lost(brief: Brief) -> Remarks:
    """A row has no more cells than the head; what is beyond is not shown.

    Bad:  `| 2024 | 5.1 | 6.2 |` below `| Year | Exports |`.
    Good: a head for the third column, too.
    """
    for row, cells, wanted in _rows(brief):
        if len(cells) > wanted:
            line, column = row.line, row.column + cells[wanted]
            message = f"give the row {wanted} cells as the head has: it has {len(cells)}"
            yield Remark(line, f"{message}, and the rest is lost", column=column)


@rule(Severity.WARNING)
def table_cells_missing(brief: Brief) -> Remarks:
    """A row has as many cells as the head, and what is no row stands apart from the table.

    Bad:  `| 2024 |` below `| Year | Exports |`; “Source: …” on the line below a table.
    Good: `| 2024 | 5.1 |`; an empty line between the table and its source.
    """
    for row, cells, wanted in _rows(brief):
        if len(cells) >= wanted:
            continue
        if "|" not in row.source.slice(row.start, row.end):
            fix = Fix(row.line, row.line - 1, ("",)) if row.column == 1 else None
            yield at(row, "leave an empty line between the table and this", fix=fix)
        else:
            yield at(row, f"give the row {wanted} cells as the head has: it has {len(cells)}")


@rule(Severity.WARNING)
def table_narrow(brief: Brief) -> Remarks:
    """A table has two columns or more; one column is a list.

    Bad:  `| Agreements |`, and an agreement in each row.
    Good: a bullet for each agreement.
    """
    for table in brief.once(_tables):
        if len(table.children[0].children) == 1:
            yield at(table, "make the table a list: it has one column")


@rule(Severity.ERROR)
def table_broken(brief: Brief) -> Remarks:
    """What is drawn as a table is one: its second line has a dash for each column of its head.

    Bad:  `| Year | Exports |` above `|---|`.
    Good: `| Year | Exports |` above `|---|---|`.
    """
    for block, match in _lined(brief, _DRAWN) if "|" in brief.running.text else ():
        message = "mend the table: below its head, write |---| with as many columns"
        yield at(block, message, match.start())


def _lined(brief: Brief, pattern: re.Pattern[str]) -> Iterator[tuple[Block, re.Match[str]]]:
    """Yield the first line of each paragraph or item that is of a pattern."""
    for block in brief.draft.tree.flat:
        if block.kind in (Kind.PARAGRAPH, Kind.ITEM) and (match := pattern.search(block.text)):
            yield block, match


def _marker(brief: Brief, item: Block) -> re.Match[str] | None:
    return _MARKER.match(brief.draft.lines[item.line - 1], item.column - 1)


@rule(Severity.WARNING)
def numbering_broken(brief: Brief) -> Remarks:
    """The numbers of a list count on; the page counts for itself, and text may refer to them.

    Bad:  `1.`, `2.`, `2.`, `4.`, which the page shows as 1 to 4.
    Good: `1.`, `2.`, `3.`, `4.`, or `1.` for each.
    """
    for items in brief.draft.tree.flat:
        if items.number is None:
            continue
        found = [(item, mark) for item in items.children if (mark := _marker(brief, item))]
        numbers = [int(mark[1] or 0) for _, mark in found]
        right = range(items.number, items.number + len(numbers))
        wrong = [place for place, n in enumerate(numbers) if n != right[place]]
        if wrong and len(set(numbers)) > 1:
            item, want = found[wrong[0]][0], right[wrong[0]]
            new = [(found[place], f"{right[place]}{found[place][1][2]}") for place in wrong]
            message = f"number this {want}, as the page does: the source says {numbers[wrong[0]]}"
            yield Remark(item.line, message, column=item.column, fix=_marked(brief, new))


@rule(Severity.WARNING)
def markers_mixed(brief: Brief) -> Remarks:
    """One list has one kind of marker; another kind begins another list.

    Bad:  `-` and `*` in turn; `1.`, then `2)`.
    Good: `-` throughout.
    """
    for blocks in _sequences(brief):
        above: tuple[str, bool] | None = None
        for before, after in pairwise(blocks):
            is_one = before.kind is after.kind is Kind.LIST
            if not is_one or (before.number is None) is not (after.number is None):
                above = None
                continue
            above = above or _style_of(brief, before)
            if above != _style_of(brief, after):
                yield _alike(brief, after, above)


def _sequences(brief: Brief) -> Iterator[list[Block]]:
    yield brief.draft.blocks
    for block in brief.draft.tree.flat:
        if len(block.children) > 1:
            yield block.children


def _style_of(brief: Brief, items: Block) -> tuple[str, bool]:
    """Return the sign of a list's markers, and whether a number stands before it."""
    mark = _marker(brief, items.children[0])
    return (mark[2] or mark[0], bool(mark[2])) if mark else ("", False)


def _alike(brief: Brief, items: Block, style: tuple[str, bool]) -> Remark:
    found = [(item, mark) for item in items.children if (mark := _marker(brief, item))]
    new = [((item, mark), f"{mark[1] or ''}{style[0]}") for item, mark in found]
    shown = f"1{style[0]}" if style[1] else style[0]
    message = f"mark the items with {shown} as those above, or divide the lists by a sentence"
    # With an empty line between them, all items of the one list would stand further apart.
    fix = _marked(brief, new) if brief.draft.lines[items.line - 2].strip() else None
    return Remark(items.line, message, column=items.column, fix=fix)


def _marked(brief: Brief, new: list[tuple[tuple[Block, re.Match[str]], str]]) -> Fix | None:
    """Return the fix that gives each of these items its marker, where none changes in length."""
    first, last = new[0][0][0].line, new[-1][0][0].line
    lines = list(brief.draft.lines[first - 1 : last])
    for (item, mark), marker in new:
        if len(marker) != len(mark[0]):
            return None  # what is below the item would no longer be indented to its text
        line = lines[item.line - first]
        lines[item.line - first] = line[: mark.start()] + marker + line[mark.end() :]
    return Fix(first, last, tuple(lines))


@rule(Severity.WARNING)
def bullet_typed(brief: Brief) -> Remarks:
    """A list is written as one; typed bullets run together on the page.

    Bad:  `• Trade` and `• Defense` on lines below each other.
    Good: `- Trade` and `- Defense`.
    """
    if not any(sign in brief.running.text for sign in _BULLETS):
        return
    for block, match in _lined(brief, _BULLET):
        remedy = "write - instead of" if block.kind is Kind.PARAGRAPH else "take out the"
        yield at(block, f"{remedy} {match.group().strip()}", match.start())
