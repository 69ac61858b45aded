"""Markdown to a tree of blocks, every piece with its line and column; the words in plain text.

CommonMark with tables and footnotes, by pyromark (pulldown-cmark), which gives the byte range
of every node. docs/decisions/0003 says why.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from typing import Any, Final, NamedTuple

import pyromark

from briefs.errors import MalformedBrief

MOST_PIECES: Final = 100_000
DEEPEST: Final = 60
OPTIONS: Final = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    ITEM = "item"
    QUOTE = "quote"
    CODE = "code"
    TABLE = "table"
    ROW = "row"
    CELL = "cell"
    HTML = "html"
    RULE = "rule"
    FOOTNOTE = "footnote"


class Part(StrEnum):
    """What a span within a block is."""

    LINK = "link"
    IMAGE = "image"
    CODE = "code"
    HTML = "html"
    MARK = "footnote mark"


class Source:
    """The text that was parsed: from the byte offset of a piece to its line and column."""

    def __init__(self, text: str, first_line: int) -> None:
        """Take `text`, whose first line has the number `first_line`."""
        self._bytes = text.encode("utf-8")
        lengths = (len(line) + 1 for line in self._bytes.split(b"\n"))
        self._starts = [0, *accumulate(lengths)]
        self._first = first_line - 1
        self._size = len(self._bytes)
        self._plain = len(self._bytes) == len(text)

    def line(self, offset: int) -> int:
        """Return the line, from `first_line`, of the byte at `offset`."""
        return bisect_right(self._starts, offset) + self._first

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """Return the lines of the bytes at two offsets, the first before the second."""
        starts, first = self._starts, self._first
        line = bisect_right(starts, start)
        if end < (starts[line] if line < len(starts) else self._size):
            return line + first, line + first
        return line + first, bisect_right(starts, end, line) + first

    def column(self, offset: int) -> int:
        """Return the column, in characters from 1, of the byte at `offset`."""
        start = self._starts[bisect_right(self._starts, offset) - 1]
        if self._plain:
            return offset - start + 1
        return len(self._bytes[start:offset].decode("utf-8", "replace")) + 1

    def size(self, text: str, start: int, end: int) -> int:
        """Return how many bytes of the source the characters of `text` take from start to end."""
        return end - start if self._plain else len(text[start:end].encode("utf-8"))

    def begin(self, offset: int) -> int:
        """Return the offset of the first byte from `offset` on that is no white space."""
        while self._bytes[offset : offset + 1].isspace():
            offset += 1
        return offset

    def slice(self, start: int, end: int) -> str:
        """Return the source between two byte offsets."""
        return self._bytes[start:end].decode("utf-8", "replace")


class Span(NamedTuple):
    """A piece within a block's text: a link, an image, code, raw HTML or a footnote mark.

    `at` and `until` are its place in `Block.text`; `start` and `end` in bytes of the source.
    `target` is the address of a link or an image, or the label of a footnote.
    """

    part: Part
    at: int
    until: int
    start: int
    end: int
    target: str = ""
    style: str = ""


@dataclass(slots=True)
class Block:
    """One block of the document.

    `text` is what a reader sees of the block itself, without its children. `label` is the bold
    text that opens it, if any, and `lead` how many characters of `text` it takes, where a colon
    ends it or nothing follows on its line; `bold` says that all text is so, `italic` that all
    behind the label is; `italics` are the places in `text` that are. `number` is that of a
    numbered list's first item; `info` the language of a code block.
    """

    kind: Kind
    line: int
    source: Source
    start: int = 0
    end: int = 0
    end_line: int = 0
    level: int = 0
    text: str = ""
    label: str = ""
    lead: int = 0
    bold: bool = False
    italic: bool = False
    italics: Sequence[tuple[int, int]] = ()
    number: int | None = None
    info: str = ""
    spans: list[Span] = field(default_factory=list)
    runs: list[tuple[int, int]] = field(default_factory=list)
    children: list["Block"] = field(default_factory=list)

    @property
    def column(self) -> int:
        """The column at which the block begins, in characters from 1."""
        return self.source.column(self.start)

    def offset(self, index: int) -> int:
        """Return the byte offset in the source of the character of `text` at `index`."""
        place = bisect_right(self.runs, (index, 1 << 60)) - 1
        if place < 0:
            return self.start
        at, offset = self.runs[place]
        return offset + self.source.size(self.text, at, index)

    def place(self, index: int) -> tuple[int, int]:
        """Return line and column of the character of `text` at `index`."""
        offset = self.offset(index)
        return self.source.line(offset), self.source.column(offset)

    def own(self) -> str:
        """Return the block's own text behind its label."""
        return self.text if self.lead == 0 else self.text[self.lead :]

    def words(self) -> list[str]:
        """Return the words (white-space tokens) of the block and all below it, label excluded."""
        found = self.own().split()
        for child in self.children:
            found += child.words()
        return found

    def targets(self) -> Iterator[str]:
        """Yield the link targets and footnote marks of the block and all below it."""
        for span in self.spans:
            if span.part is Part.LINK:
                yield span.target
            elif span.part is Part.MARK:
                yield f"[^{span.target}]"
        for child in self.children:
            yield from child.targets()

    def walk(self) -> "Iterator[Block]":
        """Yield the block and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed text: its blocks, and all blocks of every depth in the order of the text."""

    blocks: list[Block]
    flat: list[Block]


_KINDS: Final = {
    "Heading": Kind.HEADING,
    "Paragraph": Kind.PARAGRAPH,
    "List": Kind.LIST,
    "Item": Kind.ITEM,
    "BlockQuote": Kind.QUOTE,
    "CodeBlock": Kind.CODE,
    "Table": Kind.TABLE,
    "TableHead": Kind.ROW,
    "TableRow": Kind.ROW,
    "TableCell": Kind.CELL,
    "HtmlBlock": Kind.HTML,
    "FootnoteDefinition": Kind.FOOTNOTE,
}
_END_MARK: Final = re.compile(r"(?:\s|[:.](?!\d))*")  # “.5” begins a number
_LISTED: Final = (Kind.LIST, Kind.ITEM)
_SPANS: Final = {"Link": Part.LINK, "Image": Part.IMAGE}
_ATOMS: Final = {
    "Code": Part.CODE,
    "InlineHtml": Part.HTML,
    "Html": Part.HTML,
    "FootnoteReference": Part.MARK,
}


def parse(text: str, first_line: int = 1) -> Tree:
    """Return the blocks of `text`; its first line has the number `first_line`.

    Raises:
        MalformedBrief: over 100,000 pieces of markup, or nested over 60 deep.
    """
    return _Builder(text, first_line).tree()


class _Open:
    """A block that is still being read. Its text is joined at the end: adding up is quadratic."""

    begun = plain = upright = upright_label = False

    def __init__(self, block: Block) -> None:
        self.block = block
        self.runs = block.runs
        self.parts: list[str] = []
        self.size = 0

    def close(self) -> None:
        if not self.parts:
            return
        block, whole = self.block, "".join(self.parts)
        block.text = text = whole.strip()
        block.bold = bool(text) and not self.plain
        if block.label:
            block.lead = _lead(text, block.label)
        upright = self.upright or (self.upright_label and not block.lead)
        block.italic = len(text) > block.lead and not upright
        if whole[:1].isspace():
            lead = len(whole) - len(whole.lstrip())
            block.italics = [(at - lead, until - lead) for at, until in block.italics]
            block.runs = [(at - lead, offset) for at, offset in block.runs]
            block.spans = [s._replace(at=s.at - lead, until=s.until - lead) for s in block.spans]


def _lead(text: str, label: str) -> int:
    behind = text[len(label) :]
    if label.endswith(":") or behind.lstrip(" \u00a0")[:1] in ("", "\n", ":"):
        return past_end_mark(text, len(label))
    return 0


def past_end_mark(text: str, end: int) -> int:
    """Return the place in `text` behind the colon or full stop that ends a label at `end`."""
    found = _END_MARK.match(text, end)
    return found.end() if found else end


class _Builder:
    def __init__(self, text: str, first_line: int) -> None:
        self._text = text
        self._source = Source(text, first_line)
        self._stack = [_Open(Block(Kind.PARAGRAPH, first_line, self._source))]
        self._flat: list[Block] = []
        self._links: list[tuple[Part, int, int, int, str, str]] = []
        self._strong: list[str] | None = None
        self._leads = False  # whether the bold text that is open begins its block
        self._emphasis = 0
        self._slanted = 0  # where in the text of its block the emphasis that is open begins

    def tree(self) -> Tree:
        events: Any = pyromark.events_with_range(self._text, options=OPTIONS)
        for number, (event, place) in enumerate(events):
            if number == MOST_PIECES:
                raise MalformedBrief(
                    f"over {MOST_PIECES:,} pieces of markup",
                    "split the draft",
                    self._source.line(place["start"]),
                )
            if event.__class__ is str:
                self._bare(event, place["start"], place["end"])
                continue
            ((name, value),) = event.items()
            if name == "Text":
                self._write(value, place["start"])
            elif name == "End":
                self._close(value if value.__class__ is str else next(iter(value)))
            elif name != "Start":
                self._atom(name, str(value), place["start"], place["end"])
            elif value.__class__ is str:
                self._open(value, None, place)
            else:
                ((kind, inner),) = value.items()
                self._open(kind, inner, place)
        return Tree(self._stack[0].block.children, self._flat)

    def _bare(self, event: str, start: int, end: int) -> None:
        if event == "Rule":
            line = self._source.line(start)
            self._add(Block(Kind.RULE, line, self._source, start, end, line))
        else:  # soft and hard breaks
            self._write("\n", start)

    def _atom(self, name: str, value: str, start: int, end: int) -> None:
        here = self._stack[-1]
        at = here.size
        if name == "Code":  # behind its marks
            self._write(value, start + max(self._source.slice(start, end).find(value), 0))
        elif name != "FootnoteReference":
            self._write(value, start)
        if part := _ATOMS.get(name):
            target = value if part is Part.MARK else ""
            here.block.spans.append(Span(part, at, here.size, start, end, target))

    def _open(self, name: str, value: Any, place: Mapping[str, int]) -> None:
        if name == "Strong":
            if self._strong is None:
                self._strong = []
                self._leads = not self._stack[-1].begun
        elif kind := _KINDS.get(name):
            self._begin(kind, value, place["start"], place["end"])
        elif name == "Emphasis":
            if not self._emphasis:
                self._slanted = self._stack[-1].size
            self._emphasis += 1
        elif part := _SPANS.get(name):
            target, style = str(value["dest_url"]), _style(value)
            self._links.append(
                (part, self._stack[-1].size, place["start"], place["end"], target, style)
            )

    def _begin(self, kind: Kind, value: Any, start: int, end: int) -> None:
        if kind in _LISTED:  # where a tab indents it, the parser says the line above
            start = self._source.begin(start)
        line, last = self._source.lines(start, max(start, end - 1))
        block = Block(kind, line, self._source, start, end, last)
        if value is not None:
            _describe(block, value)
        self._nest(block)

    def _add(self, block: Block) -> None:
        self._stack[-1].block.children.append(block)
        self._flat.append(block)

    def _nest(self, block: Block) -> None:
        if len(self._stack) > 2 * DEEPEST:  # a list and its item are two blocks, and one level
            raise MalformedBrief(
                f"the text is nested over {DEEPEST} levels deep", "flatten it", block.line
            )
        self._add(block)
        self._stack.append(_Open(block))

    def _close(self, name: str) -> None:
        if name == "Strong":
            if self._strong is not None:
                self._label("".join(self._strong).strip())
        elif name in _KINDS:
            self._stack.pop().close()
        elif name == "Emphasis":
            self._emphasis -= 1
            if not self._emphasis:
                here = self._stack[-1]
                here.block.italics = [*here.block.italics, (self._slanted, here.size)]
        elif name in _SPANS:
            part, at, start, end, target, style = self._links.pop()
            here = self._stack[-1]
            here.block.spans.append(Span(part, at, here.size, start, end, target, style))

    def _label(self, label: str) -> None:
        self._strong = None
        if label and self._leads:
            here = self._stack[-1]
            here.block.label = label
            here.upright_label, here.upright = here.upright, False

    def _write(self, text: str, start: int) -> None:
        here, strong = self._stack[-1], self._strong
        here.runs.append((here.size, start))
        here.parts.append(text)
        here.size += len(text)
        if strong is not None:
            strong.append(text)
        elif here.plain and here.upright:
            return
        if text.isspace():
            return
        here.begun = True
        if strong is None and not here.plain:
            here.plain = bool(text.strip(" \n:."))
        if not self._emphasis and not here.upright:
            here.upright = bool(text.strip(" \n*:."))


def _describe(block: Block, value: Any) -> None:
    if block.kind is Kind.HEADING:
        block.level = int(value["level"][1])
    elif block.kind is Kind.LIST:
        block.number = value
    elif block.kind is Kind.CODE:
        block.info = _info(value)
    elif block.kind is Kind.FOOTNOTE:
        block.info = str(value)


def _info(value: Any) -> str:
    return str(value["Fenced"]) if isinstance(value, dict) and "Fenced" in value else ""


def _style(value: Any) -> str:
    return str(value.get("link_type", ""))
