"""Find the sections of a type in a brief, whatever their shape; say how each was found.

A title is no key: two sections may share one at different depths. What stands below which
heading decides between them.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from briefs.markdown import Block, Kind
from briefs.types import BriefType, SectionType

_DASHES: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_QUOTES: Final = {ord(c): "'" for c in "‘’‚‛"} | {ord(c): '"' for c in "“”„‟«»"}
_SAME: Final = _DASHES | _QUOTES
_NUMBER: Final = re.compile(r"^\d+(?:\.\d+)*[.)]?\s+")


class How(StrEnum):
    """How a section was found."""

    FOUND = "found"
    DEMOTED = "demoted"
    MISPLACED = "misplaced"


@dataclass(slots=True)
class Section:
    """A section of the type, found in the brief: where, how, and the blocks below its title.

    `end` is the last line that belongs to it, up to the next section; `again` are the lines
    where its title stands once more.
    """

    node: SectionType
    how: How
    line: int
    heading: Block
    end: int = 0
    blocks: list[Block] = field(default_factory=list)
    fields: dict[str, Block] = field(default_factory=dict)
    again: list[int] = field(default_factory=list)

    def words(self) -> list[str]:
        """Return the words of the section, titles and labels excluded, its own children too."""
        own = self.heading.words() if self.heading.kind is not Kind.HEADING else []
        return own + [word for block in self.blocks for word in block.words()]

    def sources(self) -> set[str]:
        """Return the different link targets and footnotes of the section."""
        return {source for block in self.blocks for source in block.sources()}


def normal(title: str) -> str:
    """Return `title` as compared: case, numbering, quotes, dashes, `&`, end marks aside."""
    text = unicodedata.normalize("NFC", title).translate(_SAME).replace("&", " and ")
    text = " ".join(text.replace("\\", "").replace("*", "").split()).casefold()
    return _NUMBER.sub("", text).rstrip(" :.").strip()


def locate(
    blocks: Sequence[Block], brief_type: BriefType
) -> tuple[dict[str, Section], list[Block]]:
    """Return the sections found, by path in the order of the text, and the blocks outside them."""
    finder = _Finder(brief_type)
    for block in blocks:
        finder.take(block)
    finder.close(blocks[-1].end_line if blocks else 1)
    return finder.found, finder.rest


class _Finder:
    def __init__(self, brief_type: BriefType) -> None:
        self.found: dict[str, Section] = {}
        self.rest: list[Block] = []
        self._tops = list(brief_type.sections)
        self._parents = {c.path: top for top in self._tops for n in top.walk() for c in n.sections}
        self._titles: dict[str, list[SectionType]] = {}
        self._patterns: list[tuple[re.Pattern[str], SectionType]] = []
        for node in brief_type.nodes():
            for title in (node.title, *node.aliases):
                self._learn(title, node)
        self._top: SectionType | None = None
        self._current: Section | None = None
        self._outside = False

    def take(self, block: Block) -> None:
        if (title := _title(block)) and (node := self._choose(block, title)):
            self._enter(block, node)
        elif block.kind is Kind.HEADING and block.level <= 2:
            self.close(block.line - 1)
            self._current, self._outside = None, True
            self.rest.append(block)
        elif self._current and not self._outside:
            self._current.blocks.append(block)
        else:
            self.rest.append(block)

    def close(self, line: int) -> None:
        if section := self._current:
            section.end = max(line, section.line)
            section.fields = dict(_fields(section))

    def _learn(self, title: str, node: SectionType) -> None:
        if "{" in title:
            parts = re.split(r"\{\w+\}", normal(title))
            self._patterns.append((re.compile(".+".join(map(re.escape, parts))), node))
        else:
            self._titles.setdefault(normal(title), []).append(node)

    def _choose(self, block: Block, title: str) -> SectionType | None:
        """Return the node meant by a title that several may have.

        A heading means a section of its own, a label one below the section that is open; what
        was found already is meant again only where no other fits.
        """
        key = normal(title)
        nodes = self._titles.get(key) or [n for p, n in self._patterns if p.fullmatch(key)]
        if len(nodes) < 2:
            return nodes[0] if nodes else None
        here = self._top.path if self._top else ""
        below = [n for n in nodes if n.path in self._parents and self._parent(n) == here]
        tops = [n for n in nodes if n.path not in self._parents]
        if block.kind is Kind.HEADING and block.level <= 2:
            choice = (*self._fresh(tops), *self._fresh(below), *tops, *nodes)
        else:
            choice = (*self._fresh(below), *below, *self._fresh(tops), *self._fresh(nodes), *nodes)
        return choice[0]

    def _fresh(self, nodes: Sequence[SectionType]) -> list[SectionType]:
        return [node for node in nodes if node.path not in self.found]

    def _parent(self, node: SectionType) -> str:
        return self._parents[node.path].path if node.path in self._parents else ""

    def _enter(self, block: Block, node: SectionType) -> None:
        self.close(block.line - 1)
        self._outside = False
        if node.path in self.found:
            self._current = self.found[node.path]
            self._current.again.append(block.line)
            return
        self._current = Section(node, self._how(block, node), block.line, block)
        self.found[node.path] = self._current
        if node.form != "block":
            self._top = node

    def _how(self, block: Block, node: SectionType) -> How:
        if node.form != "block" and block.kind is not Kind.HEADING:
            return How.DEMOTED
        here = self._top.path if self._top else ""
        return How.FOUND if self._parent(node) in ("", here) else How.MISPLACED


def _title(block: Block) -> str:
    if block.kind is Kind.HEADING:
        return block.text
    if block.kind is Kind.PARAGRAPH and block.label:
        rest = block.text[len(block.label) :]
        if block.bold or rest.lstrip(" :").startswith("\n"):
            return block.label
    return ""


def _fields(section: Section) -> Iterator[tuple[str, Block]]:
    wanted = {
        normal(title): declared.title
        for declared in section.node.fields
        for title in (declared.title, *declared.aliases)
    }
    seen: set[str] = set()
    for block, label in (pair for top in section.blocks for pair in _labelled(top)):
        name = wanted.get(normal(label))
        if name and name not in seen:
            seen.add(name)
            yield name, block


def _labelled(block: Block) -> Iterator[tuple[Block, str]]:
    """Yield the blocks that a bold label opens; in a loose list the label is a paragraph's."""
    first = block.children[0] if block.kind is Kind.ITEM and block.children else None
    if label := block.label or (first.label if first else ""):
        yield block, label
    for child in block.children:
        yield from _labelled(child)
