"""Find the sections of a type in a brief, whatever their shape; say how each was found.

A title is no key: two sections may share one at different depths. What stands open when a title
comes decides between them.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Final

from briefs.markdown import Block, Kind, past_end_mark
from briefs.types.language import BriefType, SectionType

_DASHES: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_QUOTES: Final = {ord(c): "'" for c in "‘’‚‛`´"} | {ord(c): '"' for c in "“”„‟«»"}
_NOISE: Final = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad\\*"))
_SAME: Final = _DASHES | _QUOTES | _NOISE
_NUMBER: Final = re.compile(r"^\d+(?:\.\d+)*[.)]?\s+(?=\S)")
_BARE_NUMBER: Final = re.compile(r"[\W_]*\d+\s")  # numbers a heading; in a label it is a word
LONGEST_TITLE: Final = 200


class How(StrEnum):
    """How a section was found."""

    FOUND = "found"
    DEMOTED = "demoted"
    MISPLACED = "misplaced"


@dataclass(slots=True)
class Section:
    """A section of the type, found in the brief: where, how, and the blocks below its title.

    `extents` are the first and last lines that belong to it, up to the next section; `again` the
    lines where its title stands once more. `fields` are the declared fields, by title;
    `plain_fields` those whose label is not bold; `fields_again` labels that stand twice.
    """

    node: SectionType
    how: How
    line: int
    heading: Block
    extents: list[tuple[int, int]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    fields: dict[str, Block] = field(default_factory=dict)
    plain_fields: dict[str, Block] = field(default_factory=dict)
    fields_again: list[tuple[str, Block]] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    _words: list[str] | None = None
    _texts: list[Block] | None = None

    @property
    def end(self) -> int:
        """The last line of the section."""
        return self.extents[-1][1]

    @property
    def lead(self) -> list[Block]:
        """The paragraph that opens a block and goes on with text below its label, if it is one."""
        labelled = self.heading.kind is Kind.PARAGRAPH and self.heading.label
        return [self.heading] if labelled and self.heading.own() else []

    def texts(self) -> list[Block]:
        """Return every block of the section that may hold text, in order, title excluded."""
        if self._texts is None:
            self._texts = [b for block in (*self.lead, *self.blocks) for b in block.walk()]
        return self._texts

    def filled(self) -> bool:
        """Say whether the section holds text below its title."""
        return any(block.own().strip() for block in self.texts())

    def words(self) -> list[str]:
        """Return the words of the section, titles and labels excluded, without its sections'."""
        if self._words is None:
            self._words = [word for block in self.texts() for word in block.own().split()]
        return self._words

    def sources(self) -> set[str]:
        """Return the different link targets and footnotes of the section."""
        return {target for block in (*self.lead, *self.blocks) for target in block.targets()}

    def field_at(self, line: int) -> str:
        """Return the title of the field that a line belongs to, or an empty string."""
        for title, block in self.fields.items():
            if block.line <= line <= block.end_line:
                return title
        return ""


@lru_cache(maxsize=8192)  # the titles of a type come again in each of its briefs
def normal(title: str) -> str:
    """Return `title` as compared: case, numbering, quotes, dashes, `&`, end marks aside."""
    text = unicodedata.normalize("NFC", title).translate(_SAME).replace("&", " and ")
    text = " ".join(text.split()).casefold()
    return _NUMBER.sub("", text).strip(" :.")


def locate(
    blocks: Sequence[Block], brief_type: BriefType
) -> tuple[dict[str, Section], list[Block]]:
    """Return the sections found, by path in the order of the text, and the blocks outside them."""
    finder = _Finder(_map(brief_type))
    for block in blocks:
        finder.take(block)
    finder.finish(blocks[-1].end_line if blocks else 1)
    return finder.found, finder.rest


class _Map:
    """The titles of a type: which nodes each may mean, and where each node stands."""

    def __init__(self, brief_type: BriefType) -> None:
        self.parents: dict[str, SectionType] = {}
        self.titles: dict[str, list[SectionType]] = {}
        self.patterns: list[tuple[re.Pattern[str], SectionType]] = []
        self.fields: dict[str, dict[str, str]] = {}
        for node in brief_type.nodes():
            self.parents |= {child.path: node for child in node.sections}
            for title in (node.title, *node.aliases):
                self._learn(title, node)
            self.fields[node.path] = {
                normal(title): declared.title
                for declared in node.fields
                for title in (declared.title, *declared.aliases)
            }

    def _learn(self, title: str, node: SectionType) -> None:
        if "{" in title:
            parts = re.split(r"\{\w+\}", normal(title))
            self.patterns.append((re.compile(".+".join(map(re.escape, parts))), node))
        else:
            self.titles.setdefault(normal(title), []).append(node)

    def meant(self, title: str) -> list[SectionType]:
        key = normal(title)
        return self.titles.get(key) or [node for p, node in self.patterns if p.fullmatch(key)]

    @cached_property
    def labels(self) -> set[str]:
        """The titles of blocks, which a label in a list may stand for."""
        return {t for t, nodes in self.titles.items() if any(n.form == "block" for n in nodes)}


@lru_cache(maxsize=64)
def _map(brief_type: BriefType) -> _Map:
    return _Map(brief_type)


class _Finder:
    def __init__(self, titles: _Map) -> None:
        self.found: dict[str, Section] = {}
        self.rest: list[Block] = []
        self._map = titles
        self._open: list[SectionType] = []  # the node that is open, below those that hold it
        self._current: Section | None = None
        self._since = 0

    def take(self, block: Block) -> None:
        if block.kind is Kind.LIST and any(map(self._names_block, block.children)):
            for item in block.children:
                self._take_item(item)
            return
        if (title := _title(block)) and (node := self._choose(block, title)):
            self._enter(block, node)
        elif block.kind is Kind.HEADING and block.level <= self._level():
            self._close(block.line - 1)
            self._current = None
            self.rest.append(block)
        else:
            (self._current.blocks if self._current else self.rest).append(block)

    def finish(self, line: int) -> None:
        self._close(line)
        for section in self.found.values():
            parent = self._map.parents.get(section.node.path)
            if section.how is How.MISPLACED and parent and parent.path not in self.found:
                section.how = How.FOUND  # it is its parent that lacks
            _enter_fields(section, self._map.fields[section.node.path])

    def _close(self, line: int) -> None:
        if section := self._current:
            section.extents.append((self._since, max(line, self._since)))

    def _level(self) -> int:
        """Return the level down to which an unknown heading ends what is open."""
        return next((node.level for node in reversed(self._open) if node.form != "block"), 6)

    def _names_block(self, item: Block) -> bool:
        """Say whether an item of a list carries the label of a block that is not there yet."""
        label = normal(_label(item))
        if label not in self._map.labels or not self._current:
            return False
        own = self._map.fields[self._current.node.path]
        return label not in own and bool(self._fresh(self._map.titles[label]))

    def _take_item(self, item: Block) -> None:
        if self._names_block(item) and (node := self._choose(item, _label(item))):
            self._enter(item, node)
            self.found[node.path].blocks += item.children
        elif self._current:
            self._current.blocks.append(item)

    def _choose(self, block: Block, title: str) -> SectionType | None:
        """Return the node meant by a title that several may have.

        A heading means a section of its own, a label one below the section that is open; what
        was found already is meant again only where no other fits.
        """
        nodes = self._map.meant(title)
        if len(nodes) < 2:
            return nodes[0] if nodes else None
        here = {node.path for node in self._open}
        below = [n for n in nodes if self._parent(n) in here]
        tops = [n for n in nodes if not self._parent(n)]
        if block.kind is Kind.HEADING and block.level <= 2:
            choice = (*self._fresh(tops), *self._fresh(below), *tops, *nodes)
        else:
            choice = (*self._fresh(below), *below, *self._fresh(tops), *self._fresh(nodes), *nodes)
        return choice[0]

    def _fresh(self, nodes: Sequence[SectionType]) -> list[SectionType]:
        return [node for node in nodes if node.path not in self.found]

    def _parent(self, node: SectionType) -> str:
        parent = self._map.parents.get(node.path)
        return parent.path if parent else ""

    def _enter(self, block: Block, node: SectionType) -> None:
        self._close(block.line - 1)
        self._since = block.line
        if node.path in self.found:
            self._current = self.found[node.path]
            self._current.again.append(block.line)
            return
        self._current = Section(node, self._how(block, node), block.line, block)
        self.found[node.path] = self._current
        while self._open and self._open[-1].path != self._parent(node):
            if node.form == "block" and self._open[-1].form != "block":
                break  # a label that strayed here does not end the section that it strayed into
            self._open.pop()
        self._open.append(node)

    def _how(self, block: Block, node: SectionType) -> How:
        if block.kind is not Kind.HEADING and (node.form != "block" or not _is_label(block)):
            return How.DEMOTED
        here = {"", *(node.path for node in self._open)}
        return How.FOUND if self._parent(node) in here else How.MISPLACED


def _title(block: Block) -> str:
    if block.kind is Kind.HEADING:
        return block.text
    if block.kind is not Kind.PARAGRAPH or _BARE_NUMBER.match(block.text):
        return ""
    if block.label:
        rest = block.text[len(block.label) :]
        return block.label if block.bold or rest.lstrip(" :").startswith("\n") else ""
    alone = len(block.text) <= LONGEST_TITLE and "\n" not in block.text
    return block.text if alone else ""


def _is_label(block: Block) -> bool:
    return block.kind is Kind.PARAGRAPH and bool(block.label)


def _label(block: Block) -> str:
    """Return the bold label that opens a block; in a loose list it is its first paragraph's."""
    first = block.children[0] if block.kind is Kind.ITEM and block.children else None
    return block.label or (first.label if first and first.kind is Kind.PARAGRAPH else "")


def _enter_fields(section: Section, titles: dict[str, str]) -> None:
    if not titles:
        return
    for block, label, bold in _labelled(section.blocks):
        if (title := titles.get(normal(label))) is None or _BARE_NUMBER.match(label):
            continue
        if title in section.fields:
            section.fields_again.append((title, block))
            continue
        section.fields[title] = block
        holder = block if block.text else block.children[0]
        holder.lead = past_end_mark(holder.text, len(label))  # a label, whatever ends it
        if not bold:
            section.plain_fields[title] = block


def _labelled(blocks: Sequence[Block]) -> Iterator[tuple[Block, str, bool]]:
    """Yield the blocks that a label opens, the label, and whether it is bold.

    A bold label that stands alone on its line takes in what follows, up to the next label.
    """
    for place, block in enumerate(blocks):
        if label := _label(block):
            yield _taking_in(blocks, place), label, True
        elif block.kind is Kind.ITEM and (plain := _plain_label(block)):
            yield block, plain, False
        if block.kind in (Kind.LIST, Kind.ITEM, Kind.QUOTE):
            leads = block.kind is Kind.ITEM and not block.text  # its first paragraph has the label
            yield from _labelled(block.children[1:] if leads else block.children)


def _plain_label(item: Block) -> str:
    first = item.children[0] if not item.text and item.children else item
    label, colon, _ = first.text.partition(":")
    return label if colon and len(label) <= LONGEST_TITLE and "\n" not in label else ""


def _taking_in(blocks: Sequence[Block], place: int) -> Block:
    block = blocks[place]
    if block.kind is not Kind.PARAGRAPH or not block.bold:
        return block
    following = []
    for other in blocks[place + 1 :]:
        if other.kind is Kind.HEADING or _label(other):
            break
        following.append(other)
    if not following:
        return block
    whole = Block(Kind.ITEM, block.line, block.source, block.start, following[-1].end)
    whole.end_line, whole.label = following[-1].end_line, block.label
    whole.children = [block, *following]
    return whole
