"""Rules on the tree: which sections and fields are there, where, and whether they hold text."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from briefs.brief import Brief
from briefs.findings import Fix, Severity
from briefs.markdown import Block, Kind
from briefs.outline import How, Section
from briefs.rules.registry import Options, Remark, Remarks, at, rule
from briefs.types.language import SectionType, holds


@rule(Severity.ERROR, unfinished=True)
def section_missing(brief: Brief) -> Remarks:
    """Every section of the type stands in the brief, in whatever shape.

    Bad:  no “Crises”.
    Good: `## Crises`, with text below it.
    """
    line = max(brief.front.end, 1)
    for node in brief.type.nodes():
        if section := brief.sections.get(node.path):
            line = section.line
        elif _is_required(brief, node):
            yield Remark(line, f"add the section “{node.title}” ({node.path})", node.path)


def _is_required(brief: Brief, node: SectionType) -> bool:
    if node.required_when is not None:
        return holds(node.required_when, brief.front.values, brief.type.front_matter.keys)
    return node.required


@rule(Severity.ERROR)
def section_demoted(brief: Brief) -> Remarks:
    """A section is written in its own form: a heading as a heading, a block as a bold label.

    Bad:  `**Crises**` alone on a line.
    Good: `## Crises`.
    """
    for section in _how(brief, How.DEMOTED):
        node, line = section.node, section.line
        if node.form == "block":
            message = f"make “{node.title}” a label that stands alone: **{node.title}:**"
            yield Remark(line, message, node.path, fix=_as_label(brief, section.heading))
        else:
            marks = "#" * (1 if node.form == "title" else node.level)
            message = f"make “{node.title}” a heading: {marks}"
            yield Remark(line, message, node.path, fix=_as_heading(brief, section.heading, marks))


def _as_heading(brief: Brief, block: Block, marks: str) -> Fix | None:
    if (title := _undecorated(brief, block)) is None:
        return None
    return Fix(block.line, block.line, (f"{marks} {title}",))


def _as_label(brief: Brief, block: Block) -> Fix | None:
    if (title := _undecorated(brief, block)) is None:
        return None
    return Fix(block.line, block.line, (f"**{title}:**",))


def _undecorated(brief: Brief, block: Block) -> str | None:
    """Return the source of a title that is a paragraph of one line, without asterisks and colon."""
    if block.kind is not Kind.PARAGRAPH or block.line != block.end_line:
        return None
    return _BOLD.sub("", brief.draft.lines[block.line - 1]).strip().rstrip(":")


# Bold as it should be, and as a word processor escapes it.
_BOLD: Final = re.compile(r"(?:\\?\*){2,}|(?<!\w)__|__(?!\w)")


@rule(Severity.ERROR)
def section_misplaced(brief: Brief) -> Remarks:
    """A section stands below the section that it belongs to.

    Bad:  “Country Profile” below “Policy Goals”.
    Good: “Country Profile” below “Overview”.
    """
    parents = {child.path: node for node in brief.type.nodes() for child in node.sections}
    for section in _how(brief, How.MISPLACED):
        parent = parents[section.node.path].title
        yield Remark(section.line, f"move “{section.node.title}” below “{parent}”")


def _how(brief: Brief, how: How) -> Iterator[Section]:
    return (section for section in brief.sections.values() if section.how is how)


@rule(Severity.WARNING)
def section_out_of_order(brief: Brief) -> Remarks:
    """Sections follow each other as the type lists them.

    Bad:  “Crises” before “Preface”.
    Good: “Preface”, then “Crises”.
    """
    yield from _order(brief, brief.type.sections)
    for node in brief.type.nodes():
        if len(node.sections) > 1:
            yield from _order(brief, node.sections)


def _order(brief: Brief, nodes: Sequence[SectionType]) -> Remarks:
    places = {node.path: place for place, node in enumerate(nodes)}
    found = [
        section
        for path, section in brief.sections.items()
        if path in places and section.how is not How.MISPLACED  # another rule's
    ]
    kept = set(_longest_rise([places[section.node.path] for section in found]))
    for place, section in enumerate(found):
        if place not in kept:
            own = places[section.node.path]
            after = [s for s in found if places[s.node.path] > own and s.line < section.line]
            # What came too late belongs before the first that overtook it, what came too early
            # behind the last that it overtook.
            if after:
                where = f"before “{min(after, key=lambda s: s.line).node.title}”"
            else:
                late = [s for s in found if places[s.node.path] < own and s.line > section.line]
                where = f"behind “{late[-1].node.title}”"
            yield Remark(section.line, f"move “{section.node.title}” {where}")


def _longest_rise(numbers: Sequence[int]) -> list[int]:
    """Return the places of a longest rising run within `numbers`: what need not be moved."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_left(tails, number)
        before.append(ends[at - 1] if at else -1)
        tails[at:] = [number, *tails[at + 1 :]]
        ends[at:] = [place, *ends[at + 1 :]]
    run, place = [], ends[-1] if ends else -1
    while place >= 0:
        run.append(place)
        place = before[place]
    return run[::-1]


@rule(Severity.ERROR)
def section_doubled(brief: Brief) -> Remarks:
    """A section stands once.

    Bad:  “Crises” in two places, and readers find one of them.
    Good: one section that holds both texts.
    """
    for section in brief.sections.values():
        for line in section.again:
            message = f"“{section.node.title}” stands at line {section.line} already: merge them"
            yield Remark(line, message)


@rule(Severity.ERROR, unfinished=True)
def section_empty(brief: Brief) -> Remarks:
    """A section holds text, or sections that do.

    Bad:  `**Tariff Report:**` with nothing below it.
    Good: the rate, its date and its source.
    """
    for path, section in brief.sections.items():
        below = any(n.path in brief.sections for n in section.node.walk() if n.path != path)
        if section.node.form != "title" and not below and not section.filled():
            yield Remark(section.line, f"write the section “{section.node.title}”", path)


class Thin(Options):
    """How many words are too few."""

    words: int = 40


@rule(Severity.WARNING, options=Thin)
def section_thin(brief: Brief, asked: Thin) -> Remarks:
    """A section says more than a phrase.

    Bad:  `**Visa Requirements for U.S. Citizens:**` and “None.”
    Good: what is asked, for how long a stay, on which date, and where that is written.
    """
    for section in brief.sections.values():
        least = min(asked.words, section.node.words) if section.node.words else 0
        if section.node.sections or not least:
            continue
        if 0 < (count := brief.counted.said(section.node.path)) < least:
            message = f"say more in “{section.node.title}”: {count} words, and {least} are few"
            yield Remark(section.line, message)


@rule(Severity.WARNING)
def section_extra(brief: Brief) -> Remarks:
    """Where the type has no room for further sections, there is none.

    Bad:  `## My thoughts` among the sections of a type whose list is complete.
    Good: the text in the section that it belongs to.
    """
    if not brief.type.extras:
        for block in brief.rest:
            if block.kind is Kind.HEADING:
                yield at(block, f"move the text of “{block.text}” into a section of the type")
    for section in brief.sections.values():
        if not section.node.extras:
            for block in section.blocks:
                if block.kind is Kind.HEADING:
                    yield at(block, f"take “{block.text}” out of “{section.node.title}”")


@rule(Severity.ERROR, unfinished=True)
def field_missing(brief: Brief) -> Remarks:
    """Every field of a section is there, under its label.

    Bad:  “Historical Context” without “Key Milestones in Bilateral Relations”.
    Good: `- **Key Milestones in Bilateral Relations:** …`.
    """
    for path, section in brief.sections.items():
        for declared in section.node.fields:
            if declared.required and declared.title not in section.fields:
                message = f"add the field “{declared.title}”: - **{declared.title}:** …"
                yield Remark(section.line, message, f"{path}#{declared.title}")


@rule(Severity.ERROR)
def field_demoted(brief: Brief) -> Remarks:
    """The label of a field is bold, so that readers and programs find it.

    Bad:  `- Burden: Diseases of the heart …`.
    Good: `- **Burden:** Diseases of the heart …`.
    """
    for section in brief.sections.values():
        for title, block in section.plain_fields.items():
            yield Remark(
                block.line, f"make the label bold: **{title}:**", fix=_in_bold(brief, block, title)
            )


def _in_bold(brief: Brief, block: Block, title: str) -> Fix | None:
    source = brief.draft.lines[block.line - 1]
    label = f"{block.text.partition(':')[0]}:"
    bullet = _BULLET.match(source)
    head = bullet.group() if bullet else ""
    if "*" in label or not source.startswith(label, len(head)):
        return None
    return Fix(block.line, block.line, (f"{head}**{label}**{source[len(head + label) :]}",))


_BULLET: Final = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")


@rule(Severity.ERROR)
def field_doubled(brief: Brief) -> Remarks:
    """A field stands once in its section.

    Bad:  two bullets **Needs:** in one block.
    Good: one bullet that holds both texts.
    """
    for section in brief.sections.values():
        for title, block in section.fields_again:
            line = section.fields[title].line
            message = f"“{title}” stands at line {line} already: merge them"
            yield Remark(block.line, message, f"{section.node.path}#{title}")


@rule(Severity.WARNING)
def field_out_of_order(brief: Brief) -> Remarks:
    """Fields follow each other as the type lists them.

    Bad:  **Outcomes:** before **Status:**.
    Good: the status, the initiatives, the outcomes.
    """
    for section in brief.sections.values():
        order = {declared.title: place for place, declared in enumerate(section.node.fields)}
        if list(section.fields) == [title for title in order if title in section.fields]:
            continue
        found = sorted(section.fields.items(), key=lambda pair: pair[1].line)
        kept = set(_longest_rise([order[title] for title, _ in found]))
        for place, (title, block) in enumerate(found):
            if place not in kept:
                listed = ", ".join(order)
                yield Remark(block.line, f"move “{title}”: the order is {listed}")


@rule(Severity.ERROR, unfinished=True)
def field_empty(brief: Brief) -> Remarks:
    """A field holds text behind its label or in the bullets below it.

    Bad:  `- **Metrics:**`.
    Good: `- **Metrics:** 2 GW of offshore wind by 2030.`
    """
    for section in brief.sections.values():
        for title, block in section.fields.items():
            if not any(inner.own().strip() for inner in block.walk()):
                yield Remark(block.line, f"write the field “{title}”")


@rule(Severity.WARNING)
def field_thin(brief: Brief) -> Remarks:
    """A field says more than a phrase.

    Bad:  `- **Outcomes:** Strong innovation.`
    Good: what came of it, in a full sentence, with a number and a date.
    """
    for path, section in brief.sections.items():
        for declared in section.node.fields:
            title, least = declared.title, declared.words
            block = section.fields.get(title)
            if block and 0 < (count := brief.counted.said(path, title)) < least:
                message = f"say more in “{title}”: {count} words, and {least} are asked"
                yield Remark(block.line, message)
