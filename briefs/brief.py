"""A brief as read: bytes in, a value out. What cannot be read at all is refused here."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import accumulate, groupby
from re import Match, Pattern
from typing import Any, Final, TypeVar

from briefs.digests import Digests, Front, digests, front_of, lines
from briefs.errors import MalformedBrief
from briefs.frontmatter import FrontMatter, split, split_plain
from briefs.frontmatter import read as read_yaml
from briefs.markdown import DEEPEST, Block, Kind, Tree, parse
from briefs.outline import Section, locate
from briefs.prose import PLACEHOLDER, PLACEHOLDERS, holds_place, sentence_at, sentences
from briefs.repetition import Counted, count, key
from briefs.types.language import BriefType, Style

MOST_BYTES: Final = 1 << 20
MOST_HEADINGS: Final = 2_000
MOST_MARKS: Final = 30
_MANY_MARKS: Final = re.compile(rf"[^\x00-\u02ff]{{{MOST_MARKS + 1}}}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that intake can read: its bytes, its text, its front matter and its blocks.

    `lines` are those of `text`, which has `\\n` alone and no byte order mark.
    """

    data: bytes
    text: str
    lines: Sequence[str]
    front: FrontMatter
    tree: Tree

    @property
    def blocks(self) -> list[Block]:
        """The blocks of the text, without those within others."""
        return self.tree.blocks


@dataclass(frozen=True, slots=True)
class Around:
    """What a brief is judged among, beside its own text: all that findings may depend on.

    `on` is the day of the judgement; without one the brief is taken on the day of its facts.
    `file` is the name of the draft's file; `neighbours` the texts of files in its folder, by
    name; `others` the prints (see `briefs.repetition`) of a desk's other briefs, by slug.
    """

    on: date | None = None
    file: str = ""
    neighbours: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, frozenset[int]] = field(default_factory=dict)


class Running:
    """The running text: every block's own text, one after the other, so that one search does."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        """Join the texts of `blocks`."""
        self._blocks = [block for block in blocks if block.text]
        lengths = (len(block.text) + 2 for block in self._blocks)
        self._starts = [0, *accumulate(lengths)]
        # Where a line ends within a paragraph is no matter; every place stays what it is.
        self.text = "\n\n".join(block.text.replace("\n", " ") for block in self._blocks)
        self._small = self.text.replace("\u0130", "i").lower()
        self._bytes = self._small.encode("utf-8")  # to look into these is far quicker

    def search(
        self, pattern: Pattern[str], hints: Iterable[str] = (), unless: Container[str] = ()
    ) -> Iterator[tuple[Block, int, Match[str]]]:
        """Yield each match with its block, and its place in the block's text.

        With `hints`, in small letters, only where one of them begins: a search for words is ten
        times as fast as one for an alternation of them. What is in `unless` is passed over.
        """
        starts, place, until = self._starts, 0, -1
        for match in self._beginning(pattern, hints) if hints else pattern.finditer(self.text):
            if unless and match.group() in unless:
                continue
            at = match.start()
            if at >= until:
                place = bisect_right(starts, at) - 1
                until = starts[place + 1]
            yield self._blocks[place], at - starts[place], match

    def _beginning(self, pattern: Pattern[str], hints: Iterable[str]) -> Iterator[Match[str]]:
        places: list[int] = []
        for hint in hints:
            at = self._small.find(hint) if hint.encode("utf-8") in self._bytes else -1
            while at >= 0:
                places.append(at)
                at = self._small.find(hint, at + len(hint))
        done = 0
        for at in sorted(places):
            if at >= done and (match := pattern.match(self.text, at)):
                done = match.end()
                yield match


_Made = TypeVar("_Made")


def first_of_each_sentence(
    found: Iterable[tuple[Block, int, Match[str]]],
    meant: Callable[[Block, int, Match[str]], bool] = lambda block, index, match: True,
) -> Iterator[tuple[Block, int, Match[str], tuple[int, int]]]:
    """Yield what was found first in each sentence and is meant, and where the sentence stands.

    What was found comes in the order of the text, each with its block and its place there. What
    stands in a label is no part of the sentence behind it.
    """
    of, until = None, 0
    for block, index, match in found:
        if (block is not of or index >= until) and meant(block, index, match):
            start, until = sentence_at(block.text, index)
            if index < block.lead:
                until = min(until, block.lead)
            of = block
            yield block, index, match, (start, until)


@dataclass(frozen=True)
class Brief:
    """A draft held against its type."""

    draft: Draft
    type: BriefType
    sections: Mapping[str, Section]
    rest: Sequence[Block]
    around: Around

    def once(self, make: "Callable[[Brief], _Made]") -> _Made:
        """Return what `make` makes of the brief, made once."""
        if make not in self._made:
            self._made[make] = make(self)
        made: _Made = self._made[make]
        return made

    @cached_property
    def _made(self) -> dict[Any, Any]:
        return {}

    @property
    def front(self) -> FrontMatter:
        """The front matter."""
        return self.draft.front

    def key(self, name: str) -> str:
        """Return the front-matter value `name` as text, or an empty string."""
        value = self.front.values.get(name)
        return value.strip() if isinstance(value, str) else ""

    @property
    def title(self) -> str:
        """The title: the level-1 heading's, else the front matter's; in one line."""
        heading = self.heading
        return " ".join((heading.text if heading else self.key("title")).split())

    @property
    def heading(self) -> Block | None:
        """The first heading of level 1."""
        return next((b for b in self.draft.blocks if b.kind is Kind.HEADING and b.level == 1), None)

    @cached_property
    def digests(self) -> Digests:
        """The digests of the brief."""
        rubric = (self.type.type, self.type.version)
        return digests(self.draft.data, self.lines, self._front, rubric)

    @cached_property
    def lines(self) -> dict[str, tuple[str, ...]]:
        """What the digest of each section is taken of, as lines."""
        return lines(self._front, self.rest, self.sections, self.front.values)

    @cached_property
    def _front(self) -> Front:
        return front_of(self.front, self.sections)

    @cached_property
    def running(self) -> Running:
        """The running text of all blocks but code, headings included."""
        return Running([b for b in self.draft.tree.flat if b.kind not in (Kind.CODE, Kind.HTML)])

    @cached_property
    def counted(self) -> Counted:
        """What counts of the text of each section."""
        held: dict[int, list[int]] = {}
        for block, index, _ in self.placeholders:
            held.setdefault(id(block), []).append(index)  # in the order of the text
        return count(self.sections, self.rest, _template(self.type), held)

    @cached_property
    def placeholders(self) -> list[tuple[Block, int, str]]:
        """What stands in for a text to come: the block, the place in its text, and what."""
        found = self.running.search(PLACEHOLDER, PLACEHOLDERS)
        return [
            (block, index, match.group())
            for block, index, match in found
            if holds_place(block.text, index, match.group())
        ]

    @cached_property
    def _owners(self) -> tuple[list[tuple[int, int]], list[Section]]:
        extents = sorted(
            ((extent, s) for s in self.sections.values() for extent in s.extents),
            key=lambda pair: pair[0],
        )
        return [extent for extent, _ in extents], [section for _, section in extents]

    def section_at(self, line: int) -> Section | None:
        """Return the section that a line belongs to: it reaches to the next one's title."""
        extents, sections = self._owners
        place = bisect_right(extents, (line, 1 << 60)) - 1
        return sections[place] if place >= 0 and line <= extents[place][1] else None

    def node_at(self, line: int) -> str:
        """Return the path of the section at a line, and behind `#` that of its field, if any."""
        section = self.section_at(line)
        if section is None:
            return ""
        title = section.field_at(line)
        return f"{section.node.path}#{title}" if title else section.node.path

    @property
    def day(self) -> date | None:
        """The day of the judgement: as given, else that of the facts."""
        return self.around.on or day_of(self.key("as_of"))


@lru_cache(maxsize=64)
def _template(brief_type: BriefType) -> frozenset[str]:
    """Return the keys of what the type itself brings: titles, labels, the sentences of guidance."""
    nodes = brief_type.nodes()
    fields = [declared for node in nodes for declared in node.fields]
    own = [text for node in nodes for text in (node.title, *node.aliases)]
    own += [declared.title for declared in fields]
    guides = [node.guide for node in nodes] + [declared.guide for declared in fields]
    return frozenset(key(t) for t in (*own, *(s for g in guides for s in sentences(g))) if t)


def day_of(text: str) -> date | None:
    """Return the day that `text` names as 2026-03-01, or None."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None  # no other form of ISO 8601


def read(data: bytes, style: Style = "yaml", beside: bytes | None = None) -> Draft:
    """Return the draft in `data`, its front matter taken in the `style` of its type.

    `beside` is the file beside the text that holds the front matter, where the type has one.

    Raises:
        MalformedBrief: over 1 MiB, empty, not UTF-8, a NUL or another control character, no front
            matter, YAML that does not parse, over 2,000 headings, or nested over 60 deep.
    """
    text = _decoded(data)
    lines = text.split("\n")
    front, taken = _front(data, text, style, beside)
    _refuse_depth(lines, taken)
    tree = parse("\n".join(lines[taken:]), taken + 1)
    if sum(block.kind is Kind.HEADING for block in tree.flat) > MOST_HEADINGS:
        raise MalformedBrief(f"over {MOST_HEADINGS} headings", "split the draft")
    return Draft(data, text, lines, front, tree)


def hold_against(draft: Draft, brief_type: BriefType, around: Around | None = None) -> Brief:
    """Return `draft` with its sections found; `around` is what it is judged among."""
    sections, rest = locate(draft.blocks, brief_type)
    return Brief(draft, brief_type, sections, rest, around or Around())


def _front(data: bytes, text: str, style: Style, beside: bytes | None) -> tuple[FrontMatter, int]:
    if style == "lines":
        return split_plain(data.decode("utf-8"))
    if style == "beside" and not text.startswith("---"):
        return read_yaml(_decoded(beside) if beside else ""), 0
    return split(text)


def _decoded(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        # A front door reads one byte more than is taken, so the whole size is not known here.
        raise MalformedBrief(f"the draft has over {MOST_BYTES:,} bytes", "shorten or split it")
    if not data.strip():
        raise MalformedBrief("the draft is empty", "write it first: briefs new makes a skeleton")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise MalformedBrief("the draft is UTF-16", "save it as UTF-8", 1)
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MalformedBrief("the draft is not UTF-8", "save it as UTF-8", line) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_characters(text.split("\n"))
    return text


def _refuse_characters(lines: Iterable[str]) -> None:
    for number, line in enumerate(lines, start=1):
        if not line.isprintable() and (bad := _control(line)):
            raise MalformedBrief(
                f"a control character U+{ord(bad):04X} stands here", "remove it", number
            )
        if not line.isascii() and _MANY_MARKS.search(line) and _stacked(line):
            raise MalformedBrief("over 30 marks stand on one letter", "remove them", number)


def _control(line: str) -> str:
    return next((c for c in line if unicodedata.category(c) == "Cc" and c != "\t"), "")


def _stacked(line: str) -> bool:
    # To put marks in order takes the square of their number: Unicode (UAX 15) knows of 30 at most.
    runs = groupby(map(unicodedata.combining, line), bool)
    return any(marked and sum(1 for _ in run) > MOST_MARKS for marked, run in runs)


def _refuse_depth(lines: Sequence[str], taken: int) -> None:
    # Quotes and lists nest at the cost of two characters; every level is a level of our stack too.
    for number, line in enumerate(lines[taken:], start=taken + 1):
        if line[:1] not in " \t>":
            continue
        indent = len(line) - len(line.lstrip(" \t>"))
        if indent > DEEPEST * 2 or line.count(">", 0, indent) > DEEPEST:
            raise MalformedBrief(
                f"the text is nested over {DEEPEST} levels deep", "flatten it", number
            )
