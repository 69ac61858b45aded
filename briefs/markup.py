"""Markdown as HTML for readers: what a brief says, and nothing that a browser would obey.

Written from the events of the same parser that the rules read by, so that the page shows what was
checked. Raw HTML is shown as text, images as their description, links only to where they may go.
Nothing here recurses: what is open lies on a stack, and tags past a depth are left out.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final, TypeAlias

import pyromark

from briefs.markdown import OPTIONS

Entry: TypeAlias = tuple[int, str, str]
_Event: TypeAlias = tuple[str, str, Any]

DEEPEST: Final = 100
LONGEST_LABEL: Final = 120
_LONGEST_ID: Final = 64

# What may be a link: a plain host, no user name before it that could pass for one, no backslash
# that a browser would read as a slash.
_ADDRESS: Final = re.compile(
    r"https?://[^\s/?#@\\]+([/?#][^\s\\]*)?|mailto:[^\s@\\]+@[^\s@\\]+", re.IGNORECASE
)
_LANGUAGE: Final = re.compile(r"[a-z0-9+-]{1,20}")

_TAGS: Final[Mapping[str, tuple[str, str]]] = {
    "Paragraph": ("<p>", "</p>\n"),
    "HtmlBlock": ("<p>", "</p>\n"),
    "BlockQuote": ("<blockquote>\n", "</blockquote>\n"),
    "Item": ("<li>", "</li>\n"),
    "Emphasis": ("<em>", "</em>"),
    "Strong": ("<strong>", "</strong>"),
}
_SIDES: Final = {"Right": ' class="right"', "Center": ' class="center"'}
_BREAKS: Final = {"SoftBreak": "\n", "HardBreak": "<br>\n", "Rule": "<hr>\n"}


def to_html(text: str, title: str | None = None) -> str:
    """Return the Markdown `text`, front matter excluded, as HTML.

    With `title`, the HTML stands on a page that has this heading already: a first heading that
    says the same is left out, and no other takes level 1.
    """
    return _written(text, title).html()


def contents(text: str, title: str | None = None) -> list[Entry]:
    """Return level, id and title of what a contents list of `text` names, in its order.

    Levels 2 and 3 are named, bold block labels as level 3. Pass the `title` that `to_html` got.
    """
    return [entry for entry in _written(text, title).entries if entry[0] in (2, 3)]


def _written(text: str, title: str | None) -> "_Writer":
    writer = _Writer(title)
    for event in _labels_raised(_events(text)):
        writer.take(*event)
    return writer


def _events(text: str) -> Iterator[_Event]:
    """Yield (what happens, to which element, with which value)."""
    found: Iterable[Any] = pyromark.events(text, options=OPTIONS)
    for event in found:
        if isinstance(event, str):
            yield event, "", None
            continue
        ((kind, value),) = event.items()
        if kind not in ("Start", "End"):
            yield kind, "", value
        elif isinstance(value, str):
            yield kind, value, None
        else:
            ((name, inner),) = value.items()
            yield kind, name, inner


def _labels_raised(events: Iterable[_Event]) -> Iterator[_Event]:
    """Yield `events`, each paragraph below a section that is a bold label made a heading."""
    depth, below, held = 0, False, list[_Event]()
    for event in events:
        kind, name, value = event
        below = below or (kind == "Start" and name == "Heading" and value["level"] == "H2")
        if held or (event == ("Start", "Paragraph", None) and depth == 0 and below):
            held.append(event)
        else:
            yield event
        depth += (kind == "Start") - (kind == "End")
        if held and depth == 0:
            yield from _raised(held) if _is_label(held) else held
            held = []


def _is_label(paragraph: list[_Event]) -> bool:
    strong, inside, outside = 0, "", ""
    for kind, name, value in paragraph[1:-1]:
        if name == "Strong":
            strong += 1 if kind == "Start" else -1
        elif kind not in ("Text", "Code") and name != "Emphasis":
            return False
        elif strong:
            inside += value or ""
        else:
            outside += value or ""
    return bool(inside.strip(" :")) and not outside.strip(" :") and len(inside) <= LONGEST_LABEL


def _raised(paragraph: list[_Event]) -> list[_Event]:
    inner = [event for event in paragraph[1:-1] if event[1] != "Strong"]
    for place in range(len(inner) - 1, -1, -1):
        kind, name, value = inner[place]
        if kind == "Text":
            inner[place] = kind, name, value.rstrip(" :")
        if value is not None and inner[place][2]:
            break
    return [("Start", "Heading", {"level": "H3"}), *inner, ("End", "Heading", None)]


@dataclass(slots=True)
class _Heading:
    """The heading being written: its level, the place of its tag in the output, its words."""

    level: int
    place: int
    opens: bool
    outermost: bool
    words: list[str] = field(default_factory=list)


class _Writer:
    def __init__(self, title: str | None) -> None:
        self.entries: list[Entry] = []
        self._title = None if title is None else " ".join(title.split())
        self._out: list[str] = []
        self._open: list[str] = []
        self._ids = _Ids()
        self._notes = _Notes()
        self._heading: _Heading | None = None
        self._level = 0
        self._images = 0
        self._columns: tuple[str, ...] = ()
        self._column = 0
        self._cell_tag = "td"
        self._starts: Mapping[str, Callable[[Any], tuple[str, str]]] = {
            "Heading": self._start_heading,
            "List": _list,
            "CodeBlock": _code,
            "Link": _link,
            "Image": self._start_image,
            "Table": self._start_table,
            "TableHead": self._start_head,
            "TableRow": self._start_row,
            "TableCell": self._start_cell,
            "FootnoteDefinition": self._start_note,
        }

    def html(self) -> str:
        return "".join(self._out) + self._notes.html()

    def take(self, kind: str, name: str, value: Any) -> None:
        if kind == "Start":
            self._start(name, value)
        elif kind == "End":
            self._end(name)
        elif kind == "FootnoteReference":
            self._out.append("" if self._images else self._notes.refer(value))
        elif kind in _BREAKS:
            self._write(" ", _BREAKS[kind])
        else:
            shown = escape(value, quote=False)
            self._write(value, f"<code>{shown}</code>" if kind == "Code" else shown)

    def _write(self, plain: str, shown: str) -> None:
        if self._heading:
            self._heading.words.append(plain)
        self._out.append(escape(plain, quote=False) if self._images else shown)

    def _start(self, name: str, value: Any) -> None:
        opening, closing = "", ""
        # Images and notes change where and how we write: they count at any depth.
        bare = self._images or len(self._open) >= DEEPEST
        if not bare or name in ("Image", "FootnoteDefinition"):
            start = self._starts.get(name)
            opening, closing = start(value) if start else _TAGS.get(name, ("", ""))
        self._out.append(opening)
        self._open.append(closing)

    def _end(self, name: str) -> None:
        self._out.append(self._open.pop())
        if name == "Heading" and self._heading:
            self._end_heading(self._heading)
            self._heading = None
        elif name == "Image":
            self._images -= 1
        elif name == "FootnoteDefinition":
            self._out = self._notes.end()

    def _start_heading(self, value: Any) -> tuple[str, str]:
        written = int(value["level"][1])
        # No level is skipped, whatever the author did: screen readers walk them like stairs.
        above = self._level or 1
        level = max(1 if self._title is None else 2, min(written, above + 1))
        opens = written == 1 and self._level == 0
        self._heading = _Heading(level, len(self._out), opens, not self._open)
        return "", f"</h{level}>\n"

    def _end_heading(self, heading: _Heading) -> None:
        title = " ".join("".join(heading.words).split())
        name = self._ids.mint(title)
        if heading.opens and title == self._title:
            del self._out[heading.place :]
            self._level = 1
            return
        self._level = heading.level
        self._out[heading.place] = f'<h{heading.level} id="{name}">'
        if heading.outermost:
            self.entries.append((heading.level, name, title))

    def _start_image(self, value: Any) -> tuple[str, str]:
        self._images += 1
        return "", ""

    def _start_table(self, columns: tuple[str, ...]) -> tuple[str, str]:
        self._columns = columns
        return '<div class="table"><table>\n', "</tbody>\n</table></div>\n"

    def _start_head(self, value: Any) -> tuple[str, str]:
        self._column, self._cell_tag = 0, 'th scope="col"'
        return "<thead>\n<tr>", "</tr>\n</thead>\n<tbody>\n"

    def _start_row(self, value: Any) -> tuple[str, str]:
        self._column, self._cell_tag = 0, "td"
        return "<tr>", "</tr>\n"

    def _start_cell(self, value: Any) -> tuple[str, str]:
        side = _SIDES.get(self._columns[self._column], "")
        self._column += 1
        return f"<{self._cell_tag}{side}>", f"</{self._cell_tag[:2]}>"

    def _start_note(self, label: str) -> tuple[str, str]:
        self._out = self._notes.begin(label, self._out)
        return "", ""


class _Ids:
    """Ids of headings: letters and digits only, each once, none that a script could mistake."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._last: dict[str, int] = {}

    def mint(self, title: str) -> str:
        base = name = _anchor(title) or "user-section"
        while name in self._taken:
            # Counting on from the last one keeps a thousand equal headings from costing a million.
            self._last[base] = self._last.get(base, 1) + 1
            name = f"{base}-{self._last[base]}"
        self._taken.add(name)
        return name


class _Notes:
    """Footnotes: numbered as they are referred to, written at the end, each with its way back."""

    def __init__(self) -> None:
        self._bodies: dict[str, list[str]] = {}
        self._numbers: dict[str, int] = {}
        self._uses: dict[str, int] = {}
        self._outer: list[list[str]] = []

    def refer(self, label: str) -> str:
        key = label.casefold()
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        use = self._uses[key] = self._uses.get(key, 0) + 1
        return f'<sup><a id="ref-{number}-{use}" href="#note-{number}">{number}</a></sup>'

    def begin(self, label: str, outer: list[str]) -> list[str]:
        self._outer.append(outer)
        return self._bodies.setdefault(label.casefold(), [])

    def end(self) -> list[str]:
        return self._outer.pop()

    def html(self) -> str:
        if not self._bodies:
            return ""
        for key in self._bodies:
            self._numbers.setdefault(key, len(self._numbers) + 1)
        notes = "".join(self._note(key, number) for key, number in self._numbers.items())
        return (
            f'<section class="notes">\n<h2 id="notes">Notes</h2>\n<ol>\n{notes}</ol>\n</section>\n'
        )

    def _note(self, key: str, number: int) -> str:
        back = "".join(
            f' <a href="#ref-{number}-{use}" aria-label="Back to the text">↩</a>'
            for use in range(1, self._uses.get(key, 0) + 1)
        )
        body = "".join(self._bodies.get(key, []))
        head = body.removesuffix("</p>\n")
        return f'<li id="note-{number}">{head}{back}{body[len(head) :]}</li>\n'


def _list(start: int | None) -> tuple[str, str]:
    if start is None:
        return "<ul>\n", "</ul>\n"
    return "<ol>\n" if start == 1 else f'<ol start="{start}">\n', "</ol>\n"


def _code(value: str | Mapping[str, str]) -> tuple[str, str]:
    words = value["Fenced"].split() if isinstance(value, Mapping) else []
    known = words and _LANGUAGE.fullmatch(words[0])
    return f'<pre><code class="{words[0]}">' if known else "<pre><code>", "</code></pre>\n"


def _link(value: Mapping[str, str]) -> tuple[str, str]:
    address = value["dest_url"]
    if value["link_type"] == "Email":
        address = f"mailto:{address}"
    if address.startswith("#"):
        address = f"#{_anchor(address)}" if _anchor(address) else ""
    elif not (_ADDRESS.fullmatch(address) and address.isprintable()):
        address = ""
    if not address:
        return "", ""
    rel = ' rel="noopener noreferrer"' if address[:4].lower() == "http" else ""
    return f'<a href="{escape(address)}"{rel}>', "</a>"


def _anchor(title: str) -> str:
    """Return the id of a heading of this title, or that a link means: `#crises`, `#user-crises`."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-").removeprefix("user-")
    return f"user-{slug[:_LONGEST_ID].rstrip('-')}" if slug else ""
