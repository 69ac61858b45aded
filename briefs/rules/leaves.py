"""Texts of a body, read piece by piece into nodes, each with the line that comrak gives it."""

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from briefs.rules.autolinks import (
    LONGEST_DOMAIN,
    SIGN,
    is_domain,
    mails,
    opens_www,
    scheme,
    trimmed,
)


class Text(NamedTuple):
    """A text node. `margin`: it begins its line; not `prose`: a title or a footnote mark."""

    text: str
    line: int
    margin: bool = False
    prose: bool = True


class Link(NamedTuple):
    """A link or an image, and where it leads."""

    target: str
    line: int
    image: bool = False


class Html(NamedTuple):
    """Raw HTML: a block, or one tag within a text."""

    source: str
    line: int
    block: bool


class Heading(NamedTuple):
    """A heading: its level, and its text without code."""

    level: int
    text: str
    line: int


class Code(NamedTuple):
    """Code within a text."""

    text: str
    line: int


@dataclass(slots=True)
class Nodes:
    """The nodes of a body, each kind in the order of the text, footnotes last."""

    texts: list[Text] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    html: list[Html] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    code: list[Code] = field(default_factory=list)

    def take(self, other: "Nodes") -> None:
        """Add the nodes of `other` behind these."""
        self.texts += other.texts
        self.links += other.links
        self.html += other.html
        self.headings += other.headings
        self.code += other.code


class Leaf:
    """A paragraph, a heading, a cell or a tight item: text that is being read, piece by piece.

    Lines count as comrak counts them: breaks of the text do, line breaks within code, tags and
    addresses and those written with a backslash do not.
    """

    __slots__ = (
        "_begins",
        "_bracket",
        "_end",
        "_first",
        "_inside",
        "_last",
        "_line",
        "_links",
        "_out",
        "_parents",
        "_parts",
        "_raw",
        "_start",
        "_taken",
        "title",
    )

    def __init__(self, raw: bytes, out: Nodes, line: int, start: int, end: int) -> None:
        self.title: list[str] = []
        self._raw, self._out = raw, out
        self._start, self._end = start, start + len(raw[start:end].rstrip())
        self._last = start  # the end of the text that was read last
        self._line = line
        self._parents = [line]
        self._begins = True  # a line that was counted begins
        self._links: list[bool] = []
        self._inside = 0  # how many links and images are open
        self._bracket = False  # bare addresses within [ ] are no links
        self._taken = 0  # the end of the bare address that was read last
        self._parts: list[str] = []
        self._first = (line, False)

    def flush(self) -> None:
        """End the text node."""
        if not self._parts:
            return
        whole = "".join(self._parts)
        self._parts = []
        line, margin = self._first
        if "@" not in whole:
            self._put(Text(whole, line, margin))
            return
        for text in mails(whole):
            if text:
                self._put(Text(text, line, margin))
            line, margin = self._parents[-1], True  # as comrak counts an address and what follows

    def text(self, value: str, start: int, end: int) -> None:
        """Take `value`, which stands at `start` to `end` of the source."""
        self._last = end
        if start < self._taken:
            start = self._taken
            value = self._raw[start:end].decode()
        if not value:
            return
        margin = self._begins and self._at_margin(start)
        self._begins = False
        if self._inside:
            for place, piece in enumerate(_PIECE.findall(value)):
                self._put(Text(piece, self._line, margin and not place))
            return
        if not self._parts:
            self._first = (self._line, margin)
        if start and self._raw[start - 1] == _BACKSLASH:
            self._parts.append(value[0])  # escaped: it opens and closes nothing
            value, start = value[1:], start + len(value[0].encode())
        if SIGN.search(value) and self._raw[start:end] == value.encode():
            value = self._linked(value, start)
        self._parts.append(value)
        self._note(value)

    def line_break(self, start: int) -> None:
        """Take a break, soft or hard."""
        self.flush()
        self._begins = start < self._taken or self._raw[start : start + 1] != b"\\"
        self._line += self._begins

    def enter(self, start: int) -> None:
        """Take the start of emphasis."""
        if start >= self._taken:
            self.flush()
        self._parents.append(self._line)

    def leave(self, start: int) -> None:
        """Take the end of emphasis that began at `start`."""
        if start >= self._taken:
            self.flush()
        self._parents.pop()

    def link(self, target: str, title: str, image: bool, start: int) -> None:
        """Take the start of a link or an image."""
        self.enter(start)
        self._links.append(start >= self._taken)
        self._inside += self._links[-1]
        if start >= self._taken:
            self._out.links.append(Link(target, self._line, image))
            self.mark(title)

    def unlink(self, start: int, end: int) -> None:
        """Take the end of a link or an image that stands at `start` to `end`."""
        self.leave(start)
        whole = self._links.pop()
        self._inside -= whole
        if not whole:  # a bare address holds its beginning: the rest is text
            self.text(self._raw[self._last : end].decode(), self._last, end)
        self._bracket = False

    def code(self, value: str, start: int) -> None:
        """Take code."""
        if start >= self._taken:
            self.flush()
            self._begins = False
            self._out.code.append(Code(value, self._line))

    def html(self, value: str) -> None:
        """Take a tag."""
        self.flush()
        self._begins = False
        self._out.html.append(Html(value, self._line, False))

    def mark(self, value: str) -> None:
        """Take a title, or the mark of a footnote."""
        self.flush()
        if value:
            self._out.texts.append(Text(value, self._line, prose=False))

    def _put(self, text: Text) -> None:
        self._out.texts.append(text)
        self.title.append(text.text)

    def _at_margin(self, start: int) -> bool:
        if start and self._raw[start - 1] == _BACKSLASH:
            start -= 1
        return start == 0 or self._raw[start - 1] == _NEWLINE

    def _note(self, value: str) -> None:
        if "[" in value or "]" in value:
            self._bracket = value.rfind("[") > value.rfind("]")

    def _linked(self, value: str, start: int) -> str:
        """Take the bare addresses out of `value`; return what follows the last."""
        place, offset = 0, start  # in `value`, and the same in the source
        for sign in SIGN.finditer(value):
            if sign.start() < place:
                continue
            before = value[place : sign.start()]
            self._note(before)
            at = offset + len(before.encode())
            letters, address = self._address(before, at)
            self._parts.append(before.removesuffix(letters))
            if address:
                self._bare(letters + address)
            place = sign.start() + len(address)
            offset = at + len(address.encode())
        self._taken = offset
        return value[place:]

    def _address(self, before: str, at: int) -> tuple[str, str]:
        """Return the scheme that ends `before` and the address at `at`; empty where none is."""
        www = self._raw[at] == _W
        letters = "" if www else scheme(before)
        begins = opens_www(self._before(at)) if www else letters
        if self._bracket or not begins or self._end - at < _SHORTEST:
            return "", ""
        host = at if www else at + len("://")
        name = self._raw[host : min(host + LONGEST_DOMAIN, self._end)]
        if not is_domain(name.decode("utf-8", "ignore")):
            return "", ""
        blank = _BLANK.search(self._raw, host, self._end)
        return letters, trimmed(self._raw[at : blank.start() if blank else self._end].decode())

    def _before(self, at: int) -> str:
        return self._raw[at - 1 : at].decode("utf-8", "replace") if at > self._start else ""

    def _bare(self, address: str) -> None:
        """Take a bare address."""
        self.flush()
        target = address if "://" in address[:8] else f"http://{address}"
        self._out.links.append(Link(target, self._parents[-1]))
        self._put(Text(address, self._parents[-1]))
        self._first = (self._line, False)


_W: Final = ord("w")
_SHORTEST: Final = 4
_BLANK: Final = re.compile(rb"[ \t\n\x0b\x0c\r]")
_BACKSLASH: Final = ord("\\")
_NEWLINE: Final = ord("\n")
# Within a link or an image the pieces between which the parser halts are never joined.
_PIECE: Final = re.compile(r"""_+|\*+|["`\\&<\[\]!:w]|[^_*"`\\&<\[\]!:w]+""")
