"""A body as nodes: what validators of the comrak family look at one by one, each with its line.

`Block.text` joins what a reader sees of a block. Those validators hold their patterns against
every text node by itself, title and footnote mark included, and link bare addresses as GitHub
does. Begin with `nodes`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

import pyromark

from briefs.markdown import OPTIONS, Source
from briefs.rules.leaves import Heading, Html, Leaf, Nodes, Text


def nodes(text: str, first_line: int) -> Nodes:
    """Return the nodes of `text`, whose first line has the number `first_line`.

    A footnote that nothing refers to is left out, as readers never see it; of two with one label
    the last counts.
    """
    return _Walker(text, first_line).nodes()


_Act: TypeAlias = Callable[[Any, int, int], None]
_LEAVES: Final = frozenset(("Paragraph", "Heading", "TableCell"))
_SPANS: Final = frozenset(("Emphasis", "Strong", "Link", "Image"))


class _Walker:
    """Reads the parser's events: blocks here, what stands within a text in `Leaf`."""

    def __init__(self, text: str, first_line: int) -> None:
        self._text, self._raw = text, text.encode("utf-8")
        self._source = Source(text, first_line)
        self._main = self._out = Nodes()
        self._notes: dict[str, Nodes] = {}
        self._used: set[str] = set()
        self._floor = 0  # where the block before ends, or the one around begins
        self._leaf: Leaf | None = None
        self._items: list[int] = []  # the ends of the items that are open
        self._verbatim: list[str] | None = None
        self._starts: Mapping[str, _Act] = {
            "Paragraph": self._paragraph,
            "Heading": self._heading,
            "TableCell": self._cell,
            "Item": self._enter,
            "CodeBlock": self._raw_block,
            "HtmlBlock": self._raw_block,
            "FootnoteDefinition": self._note,
            "Emphasis": lambda value, start, end: self._here(start).enter(start),
            "Strong": lambda value, start, end: self._here(start).enter(start),
            "Link": lambda value, start, end: self._link(value, start, image=False),
            "Image": lambda value, start, end: self._link(value, start, image=True),
        }
        self._ends: Mapping[str, _Act] = {
            "Item": self._leave,
            "Heading": self._end_heading,
            "CodeBlock": self._end_raw,
            "HtmlBlock": self._end_html,
            "FootnoteDefinition": self._end_note,
            "Emphasis": lambda value, start, end: self._here(start).leave(start),
            "Strong": lambda value, start, end: self._here(start).leave(start),
            "Link": lambda value, start, end: self._here(start).unlink(start, end),
            "Image": lambda value, start, end: self._here(start).unlink(start, end),
        }

    def nodes(self) -> Nodes:
        found: Iterable[Any] = pyromark.events_with_range(self._text, options=OPTIONS)
        for event, place in found:
            start, end = place["start"], place["end"]
            if isinstance(event, str):
                if event != "Rule":
                    self._here(start).line_break(start)
                continue
            ((name, value),) = event.items()
            if name == "Text":
                self._write(value, start, end)
            elif name in ("Start", "End"):
                self._bound(name, value, start, end)
            else:
                self._atom(name, str(value), start)
        for label, note in self._notes.items():
            if label in self._used:
                self._main.take(note)
        return self._main

    def _write(self, value: str, start: int, end: int) -> None:
        if self._verbatim is None:
            self._here(start).text(value, start, end)

    def _bound(self, name: str, value: Any, start: int, end: int) -> None:
        kind, inner = (value, None) if isinstance(value, str) else next(iter(value.items()))
        act = (self._starts if name == "Start" else self._ends).get(kind)
        if act and kind in _SPANS:
            act(inner, start, end)
            return
        if self._leaf:
            self._leaf.flush()
        if act:
            act(inner, start, end)
        if name == "End" or kind not in _LEAVES:
            self._leaf = None
        self._floor = start if name == "Start" else end

    def _atom(self, name: str, value: str, start: int) -> None:
        if self._verbatim is not None:
            self._verbatim.append(value)
        elif name == "Code":
            self._here(start).code(value, start)
        elif name == "InlineHtml":
            self._here(start).html(value)
        else:  # the mark of a footnote
            self._used.add(_label(value))
            self._here(start).mark(value)

    def _here(self, start: int) -> Leaf:
        """Return the open leaf; a tight item opens one with its first piece of text."""
        if self._leaf is None:
            end = self._items[-1] if self._items else len(self._raw)
            self._leaf = Leaf(self._raw, self._out, self._top(start), start, end)
        return self._leaf

    def _top(self, start: int) -> int:
        """Return the first line of the paragraph at `start`: that of definitions that open it."""
        line = self._source.line(start)
        between = self._raw[self._floor : start]
        if b"]:" in between:
            for above in reversed(between.split(b"\n")[:-1]):
                if not above.strip(b" \t>"):
                    break
                line -= 1
        return line

    def _enter(self, value: Any, start: int, end: int) -> None:
        self._items.append(end)

    def _leave(self, value: Any, start: int, end: int) -> None:
        self._items.pop()

    def _paragraph(self, value: Any, start: int, end: int) -> None:
        self._leaf = Leaf(self._raw, self._out, self._top(start), start, end)

    def _heading(self, value: Any, start: int, end: int) -> None:
        marked = self._raw[start : start + 1] == b"#"
        line = self._source.line(start) if marked else self._top(start)
        self._leaf = Leaf(self._raw, self._out, line, start, end)
        self._out.headings.append(Heading(int(value["level"][1]), "", line))

    def _end_heading(self, value: Any, start: int, end: int) -> None:
        heading = self._out.headings[-1]
        self._out.headings[-1] = heading._replace(text="".join(self._here(start).title))

    def _cell(self, value: Any, start: int, end: int) -> None:
        self._leaf = Leaf(self._raw, self._out, self._source.line(start), start, end)

    def _raw_block(self, value: Any, start: int, end: int) -> None:
        self._verbatim = []

    def _end_raw(self, value: Any, start: int, end: int) -> None:
        self._verbatim = None

    def _end_html(self, value: Any, start: int, end: int) -> None:
        self._out.html.append(Html("".join(self._verbatim or ()), self._source.line(start), True))
        self._verbatim = None

    def _note(self, value: Any, start: int, end: int) -> None:
        self._out = self._notes[_label(str(value))] = Nodes()
        self._out.texts.append(Text(str(value), self._source.line(start), prose=False))

    def _end_note(self, value: Any, start: int, end: int) -> None:
        self._out = self._main

    def _link(self, value: Any, start: int, image: bool) -> None:
        self._here(start).link(str(value["dest_url"]), str(value["title"]), image, start)


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()
