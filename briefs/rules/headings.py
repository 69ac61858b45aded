"""Rules on headings, labels and marks: levels, decoration, numbers, escapes, indents."""

import re
from typing import Any, Final, TypeAlias

from briefs.brief import Brief
from briefs.escapes import without_escapes
from briefs.findings import Fix, Severity
from briefs.markdown import Block, Kind, Tree, parse
from briefs.outline import How, Section
from briefs.rules.registry import Remark, Remarks, at, rule

_MARKS: Final = re.compile(r"\s{0,3}#{1,6}(?:\s+|$)")
_UNDERLINE: Final = re.compile(r"^\s{0,3}(?:=+|-+)\s*$")
_NUMBERED: Final = re.compile(r"^(\s*#*\s*)(\**)(\d+)(\\?[.)])(\s+)")
_HYPHENS: Final = ("\u2010", "\u2011", "\u00ad")
_ODD_HYPHENS: Final = re.compile(f"[{''.join(_HYPHENS)}]")
_BOLD: Final = re.compile(r"(?<!\\)(?:\*\*|__)")
_BULLET: Final = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")


def _headings(brief: Brief) -> list[Block]:
    return [block for block in brief.draft.blocks if block.kind is Kind.HEADING]


def _source(brief: Brief, block: Block) -> str:
    return brief.draft.lines[block.line - 1]


def _content(brief: Brief, block: Block) -> str | None:
    """Return the source of a heading's text, or None where that has several lines."""
    lines = brief.draft.lines[block.line - 1 : block.end_line]
    if len(lines) == 1 and (marks := _MARKS.match(lines[0])):
        text = lines[0][marks.end() :].rstrip()
        closed = text.rstrip("#")
        return closed.rstrip() if closed[-1:] in ("", " ", "\t") else text
    if len(lines) == 2 and _UNDERLINE.match(lines[1]):
        return lines[0].strip()
    return None


@rule(Severity.WARNING)
def heading_first(brief: Brief) -> Remarks:
    """The first heading is the title, of level 1.

    Bad:  `## Background`, and the title below it.
    Good: `# Belgium: Strategic U.S. Foreign Policy Analysis` at the head.
    """
    titled = any(node.form == "title" for node in brief.type.sections)
    headings = _headings(brief)
    if titled and headings and headings[0].level != 1:
        yield at(headings[0], "begin with the title, as a heading of level 1: #")


@rule(Severity.WARNING)
def heading_skips_level(brief: Brief) -> Remarks:
    """Headings go down one level at a time; outlines and accessible PDF depend on it.

    Bad:  `# Belgium`, then `### Preface`.
    Good: `# Belgium`, then `## Preface`.
    """
    declared = _declared_levels(brief)
    right = brief.once(_right_levels)
    latest = 0
    for line, (block, level) in sorted({**_demoted(brief), **_written(brief)}.items()):
        skips = latest and level > latest + 1
        latest = level
        if block is None or right[line] == level or not (skips or line not in declared):
            continue
        message = f"make this a heading of level {right[line]}: {'#' * right[line]}"
        yield Remark(line, message, fix=_at_level(brief, block, right[line]))


_Written: TypeAlias = dict[int, tuple[Block | None, int]]


def _written(brief: Brief) -> _Written:
    return {block.line: (block, block.level) for block in _headings(brief)}


def _demoted(brief: Brief) -> _Written:
    """Return the levels that sections would have if they were headings, as they should be."""
    return {
        section.line: (None, _level(section))
        for section in brief.sections.values()
        if section.how is How.DEMOTED and section.node.form != "block"
    }


def _declared_levels(brief: Brief) -> dict[int, int]:
    return {s.line: _level(s) for s in brief.sections.values() if s.node.form != "block"}


def _level(section: Section) -> int:
    return 1 if section.node.form == "title" else section.node.level


def _right_levels(brief: Brief) -> dict[int, int]:
    """Return the level that the heading of each line should have.

    A section has the level of its type. Any other heading keeps the one that is written, unless a
    level is skipped above it: then it stands one below, and its like with it.
    """
    declared, right = _declared_levels(brief), dict[int, int]()
    above: list[tuple[int, int]] = []  # the levels that are open, as written and as they should be
    inside = 0
    for line, (_, level) in sorted({**_demoted(brief), **_written(brief)}.items()):
        while above and above[-1][0] >= level:
            above.pop()
        if line in declared:
            right[line] = inside = declared[line]
        else:
            inside = inside if level > inside else 0
            over = max(above[-1][1] if above else level - 1, inside)
            right[line] = min(level, over + 1)
        above.append((level, right[line]))
    return right


@rule(Severity.WARNING)
def heading_level(brief: Brief) -> Remarks:
    """A section's heading has the level that the type gives it.

    Bad:  `### Preface` where the other sections of the brief are `##`.
    Good: `## Preface`.
    """
    skipping = {remark.line for remark in heading_skips_level(brief)}
    for section in brief.sections.values():
        block, node = section.heading, section.node
        right = block.level if node.form == "block" else _level(section)
        if block.kind is Kind.HEADING and block.level != right and block.line not in skipping:
            message = f"make “{node.title}” a heading of level {right}: {'#' * right}"
            yield Remark(block.line, message, fix=_at_level(brief, block, right))


def _at_level(brief: Brief, block: Block, level: int) -> Fix | None:
    if (content := _content(brief, block)) is None:
        return None
    return Fix(block.line, block.end_line, (f"{'#' * level} {content}",))


@rule(Severity.WARNING)
def heading_bold(brief: Brief) -> Remarks:
    """A heading is not wrapped in bold; it is a heading already.

    Bad:  `## **Crises**`.
    Good: `## Crises`.
    """
    for block in _headings(brief):
        if block.bold:
            yield at(block, "take the asterisks out of the heading", fix=_plain(brief, block))


def _plain(brief: Brief, block: Block) -> Fix | None:
    if (content := _content(brief, block)) is None:
        return None
    marks = "#" * block.level
    before, after = f"{marks} {content}", f"{marks} {_BOLD.sub('', content).strip()}"
    same = _said(parse(before)) == _said(parse(after))
    return Fix(block.line, block.end_line, (after,)) if same else None


def _said(tree: Tree) -> list[Any]:
    """Return what blocks say and where they point, whatever their decoration."""
    return [
        (block.kind, block.level, block.text, [(s.part, s.target) for s in block.spans])
        for block in tree.flat
    ]


@rule(Severity.WARNING)
def heading_escaped(brief: Brief) -> Remarks:
    r"""A heading holds no escapes that change nothing.

    Bad:  `## 1\. Overview`, as a word processor exports it.
    Good: `## 1. Overview`.
    """
    needless = brief.once(without_escapes)
    for block in _headings(brief):
        for line in range(block.line, block.end_line + 1):
            if line in needless:
                fix = Fix(line, line, (needless[line],))
                yield at(block, "take the backslash out", fix=fix)


@rule(Severity.WARNING)
def escape_needless(brief: Brief) -> Remarks:
    r"""Text holds no escapes that change nothing, and make the draft hard to read and to search.

    Bad:  `The 2\-year program cost US\$ 3 million \& more\.`, as a word processor exports it.
    Good: `The 2-year program cost US\$ 3 million & more.`
    """
    needless = brief.once(without_escapes)
    titles = {line for b in _headings(brief) for line in range(b.line, b.end_line + 1)}
    for line, text in needless.items():
        if line not in titles:
            source = brief.draft.lines[line - 1]
            column = next(
                c for c, pair in enumerate(zip(source, text, strict=False)) if len({*pair}) > 1
            )
            count = len(source) - len(text)
            message = "take the backslash out" if count == 1 else f"take {count} backslashes out"
            yield Remark(line, message, column=column + 1, fix=Fix(line, line, (text,)))


@rule(Severity.ERROR)
def number_doubled(brief: Brief) -> Remarks:
    """A section's number is its own.

    Bad:  `## 4. Impact`, and `## 4. Policy Goals` further down.
    Good: `## 6. Policy Goals`.
    """
    seen: dict[tuple[int, str], int] = {}
    level = {s.line: s.node.level for s in brief.sections.values() if s.node.form == "heading"}
    for block in _headings(brief):
        if not (match := re.match(r"(\d+(?:\.\d+)*)[.)]?\s+\S", block.text)):
            continue
        key = (level.get(block.line, block.level), match.group(1))
        if key in seen:
            own = _own_number(brief, block)
            hint = f"write {own}" if own and own != match.group(1) else "count on"
            message = f"the number {match.group(1)} stands at line {seen[key]} already: {hint}"
            yield Remark(block.line, message, fix=_renumbered(brief, block))
        else:
            seen[key] = block.line


@rule(Severity.WARNING)
def number_differs(brief: Brief) -> Remarks:
    """A section bears the number that the type gives it, or none.

    Bad:  `## 5. Policy Goals` where the type has 6.
    Good: `## 6. Policy Goals`.
    """
    doubled = {remark.line for remark in number_doubled(brief)}
    for section in brief.sections.values():
        block, own = section.heading, _own_number(brief, section.heading)
        match = re.match(r"(\d+)[.)]?\s+\S", block.text)
        if own and match and match.group(1) != own and block.line not in doubled:
            message = f"number “{section.node.title}” {own}, as the type does"
            yield Remark(block.line, message, fix=_renumbered(brief, block))


def _own_number(brief: Brief, block: Block) -> str:
    section = brief.section_at(block.line)
    found = re.match(r"(\d+)[.)]?\s", section.node.title) if section else None
    return found.group(1) if found and section and section.line == block.line else ""


def _renumbered(brief: Brief, block: Block) -> Fix | None:
    source, own = _source(brief, block), _own_number(brief, block)
    if not own or not (match := _NUMBERED.match(source)) or match.group(3) == own:
        return None
    head = f"{match.group(1)}{match.group(2)}{own}{match.group(4)}{match.group(5)}"
    return Fix(block.line, block.line, (head + source[match.end() :],))


@rule(Severity.WARNING)
def label_hyphen(brief: Brief) -> Remarks:
    """Titles and labels are written with the plain hyphen, so that a search finds them.

    Bad:  `**Supply‑Chain Resilience:**`, with the hyphen that does not break.
    Good: `**Supply-Chain Resilience:**`.
    """
    for block in {id(b): b for b, _, _ in brief.running.search(_ODD_HYPHENS, _HYPHENS)}.values():
        text = block.text if block.kind is Kind.HEADING else block.label
        if found := _ODD_HYPHENS.search(text):
            source = _source(brief, block)
            head, tail = _around_label(source, text)
            plain = head.replace("\u00ad", "").translate({0x2010: "-", 0x2011: "-"})
            fix = Fix(block.line, block.line, (plain + tail,)) if plain != head else None
            yield at(block, "write the plain hyphen - in the label", found.start(), fix)


def _around_label(source: str, label: str) -> tuple[str, str]:
    end = source.find(label)
    return (source[: end + len(label)], source[end + len(label) :]) if end >= 0 else ("", source)


@rule(Severity.WARNING)
def rule_trailing(brief: Brief) -> Remarks:
    """A line across the page divides two texts; none ends the brief.

    Bad:  `---` as the last line.
    Good: the last sentence.
    """
    blocks = brief.draft.blocks
    if len(blocks) > 1 and blocks[-1].kind is Kind.RULE:
        last = blocks[-1].line
        yield Remark(
            last, "remove the line across the page: nothing follows", fix=Fix(last, last, ())
        )


@rule(Severity.WARNING)
def list_indented(brief: Brief) -> Remarks:
    """Lists within lists are indented alike: as far as the text of the item above.

    Bad:  four spaces before a bullet below `- `.
    Good: two.
    """
    for block in brief.draft.tree.flat:
        if block.kind is not Kind.ITEM:
            continue
        for child in block.children:
            if child.kind is Kind.LIST and (fix := _outdented(brief, block, child)):
                yield Remark(child.line, "indent the list as far as the text above", fix=fix)


def _outdented(brief: Brief, item: Block, inner: Block) -> Fix | None:
    source = _source(brief, item)
    bullet = _BULLET.match(source, item.column - 1)
    body = [_spaced(line) for line in brief.draft.lines[inner.line - 1 : inner.end_line]]
    while not body[-1].strip():
        body.pop()
    indent = len(body[0]) - len(body[0].lstrip(" "))
    excess = indent - len(source[: bullet.end()].expandtabs(4)) if bullet else 0
    if excess <= 0 or any(line.strip() and not line.startswith(" " * indent) for line in body):
        return None
    return Fix(inner.line, inner.line + len(body) - 1, tuple(line[excess:] for line in body))


def _spaced(line: str) -> str:
    """Return `line` with spaces for the tabs that indent it."""
    text = line.lstrip(" \t")
    return line[: len(line) - len(text)].expandtabs(4) + text
