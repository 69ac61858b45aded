"""Markdown to a tree of blocks, every one with its line; the words of each in plain text.

CommonMark with tables and footnotes, by pyromark (pulldown-cmark), which gives the byte range
of every node. docs/decisions/0003 says why.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from typing import Any, Final

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


@dataclass(slots=True)
class Block:
    """One block of the document.

    `text` is what a reader sees of the block itself, without its children. `label` is the bold
    text that opens it, if any; `bold` and `italic` say that all of its text is so.
    """

    kind: Kind
    line: int
    end_line: int = 0
    level: int = 0
    text: str = ""
    label: str = ""
    bold: bool = False
    italic: bool = False
    links: list[str] = field(default_factory=list)
    images: int = 0
    children: list["Block"] = field(default_factory=list)

    def words(self) -> list[str]:
        """Return the words (white-space tokens) of the block and all below it, label excluded."""
        own = self.text[len(self.label) :].lstrip(" :.")
        return own.split() + [word for child in self.children for word in child.words()]

    def sources(self) -> list[str]:
        """Return the link targets and footnote marks of the block and all below it."""
        return self.links + [link for child in self.children for link in child.sources()]

    def walk(self) -> "list[Block]":
        """Return the block and all below it, in the order of the text."""
        return [self] + [block for child in self.children for block in child.walk()]


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


def parse(text: str, first_line: int = 1) -> list[Block]:
    """Return the blocks of `text` in order; its first line has the number `first_line`.

    Raises:
        MalformedBrief: over 100,000 pieces of markup, or nested over 60 deep.
    """
    return _Builder(text, first_line).blocks()


@dataclass(slots=True)
class _Open:
    """A block that is still being read. Its text is joined at the end: adding up is quadratic."""

    block: Block
    parts: list[str] = field(default_factory=list)
    begun: bool = False
    plain: bool = False
    upright: bool = False

    def close(self) -> None:
        text = "".join(self.parts).strip()
        self.block.text = text
        self.block.bold = bool(text) and not self.plain
        self.block.italic = bool(text) and not self.upright


class _Builder:
    def __init__(self, text: str, first_line: int) -> None:
        self._text = text
        lengths = (len(line) + 1 for line in text.encode("utf-8").split(b"\n"))
        self._starts = [0, *accumulate(lengths)]
        self._first = first_line
        self._stack = [_Open(Block(Kind.PARAGRAPH, first_line))]
        self._strong: list[str] | None = None
        self._leads = False  # whether the bold text that is open begins its block
        self._emphasis = 0

    def blocks(self) -> list[Block]:
        events = pyromark.events_with_range(self._text, options=OPTIONS)
        for number, (event, place) in enumerate(events):
            if number == MOST_PIECES:
                raise MalformedBrief(
                    f"over {MOST_PIECES:,} pieces of markup",
                    "split the draft",
                    self._line(place["start"]),
                )
            self._take(event, place["start"], place["end"])
        return self._stack[0].block.children

    def _take(self, event: Any, start: int, end: int) -> None:
        if isinstance(event, str):
            self._atom(event, start)
            return
        ((name, value),) = event.items()
        if name == "Start":
            self._open(*_named(value), start, end)
        elif name == "End":
            self._close(_named(value)[0])
        elif name == "FootnoteReference":
            self._stack[-1].block.links.append(f"[^{value}]")
        else:
            self._write(str(value))

    def _atom(self, event: str, start: int) -> None:
        if event == "Rule":
            line = self._line(start)
            self._stack[-1].block.children.append(Block(Kind.RULE, line, line))
        else:  # soft and hard breaks
            self._write("\n")

    def _open(self, name: str, value: Any, start: int, end: int) -> None:
        if kind := _KINDS.get(name):
            block = Block(kind, self._line(start), self._line(max(start, end - 1)))
            if kind is Kind.HEADING:
                block.level = int(value["level"][1])
            self._nest(block)
        elif name == "Strong" and self._strong is None:
            self._strong = []
            self._leads = not self._stack[-1].begun
        elif name == "Emphasis":
            self._emphasis += 1
        elif name == "Link":
            self._stack[-1].block.links.append(str(value["dest_url"]))
        elif name == "Image":
            self._stack[-1].block.images += 1

    def _nest(self, block: Block) -> None:
        if len(self._stack) > 2 * DEEPEST:  # a list and its item are two blocks, and one level
            raise MalformedBrief(
                f"the text is nested over {DEEPEST} levels deep", "flatten it", block.line
            )
        self._stack[-1].block.children.append(block)
        self._stack.append(_Open(block))

    def _close(self, name: str) -> None:
        if name in _KINDS:
            self._stack.pop().close()
        elif name == "Strong" and self._strong is not None:
            label = "".join(self._strong).strip()
            self._strong = None
            if label and self._leads:
                self._stack[-1].block.label = label
        elif name == "Emphasis":
            self._emphasis -= 1

    def _write(self, text: str) -> None:
        here = self._stack[-1]
        here.parts.append(text)
        here.begun = here.begun or bool(text.strip())
        if self._strong is not None:
            self._strong.append(text)
        else:
            here.plain = here.plain or bool(text.strip(" \n:."))
        if not self._emphasis:
            here.upright = here.upright or bool(text.strip(" \n*"))

    def _line(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1 + self._first


def _named(value: Any) -> tuple[str, Any]:
    if isinstance(value, str):
        return value, None
    ((name, inner),) = value.items()
    return name, inner
