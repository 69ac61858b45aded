"""What counts as text: not what stands twice, not guidance, placeholders or the template's words.

Repeated text is found by two measures: the same sentence, bullet or cell, of whatever length,
standing twice; and any run of eight words that stands twice, which a changed word here and there
does not hide. Within a section, or a field of one, the first of two counts. What stands in two
sections or fields counts in neither, until one of them is written anew: else one could be filled
with the text of another that has more than enough. docs/decisions/0012 says more.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import accumulate, chain, groupby, pairwise
from typing import Final, NamedTuple

from briefs.digests import canonical_text
from briefs.markdown import Block, Kind, Part, Span
from briefs.outline import Section
from briefs.prose import begun_at, bounds, instructions, instructs, is_sentence, says_nothing
from briefs.spans import Spans

RUN: Final = 8
_SAMPLED: Final = 4
_MARKS: Final = {
    ord(c): " " for c in "\"“”„‘’'`´.,;:!?…()[]{}<>*_|\\/–—"
}  # a hyphen and a sign are part of their word
_BYTE_MARKS: Final = bytes(32 if code in _MARKS else code for code in range(256))
_ENDS: Final = " \n\t\"“”‘’'`.,;:!?…()[]*_"
_SHORTEST: Final = 30  # characters that eight words have at least
_OWN: Final = 3  # words beside its links by which a unit says something, rather than list them
_TEXTS: Final = frozenset((Kind.PARAGRAPH, Kind.ITEM, Kind.CELL))


class Place(NamedTuple):
    """Where text counts: in a section, by its path, and there in a field, by its title."""

    path: str
    field: str = ""


@dataclass(slots=True)
class Unit:
    """A sentence, or a fragment, of a block: where it stands in the block's text, and its words.

    `counted` are the words of it that count; `prose` says that it is a full sentence, and no part
    of a list or table; `sources` are those that it cites, each with the words of its link.
    """

    block: Block
    place: Place
    prose: bool
    at: int
    until: int
    words: int
    key: str
    counted: int
    sources: tuple[tuple[str, int], ...] = ()
    first: "Unit | None" = None

    @property
    def text(self) -> str:
        """The text of the unit."""
        return self.block.text[self.at : self.until]

    @property
    def lists(self) -> bool:
        """Whether the unit lists sources, rather than saying something that rests on them."""
        return bool(self.sources) and self.words - sum(n for _, n in self.sources) < _OWN


@dataclass(slots=True)
class Counted:
    """What counts of a brief's text, unit by unit; by section's path, "" for what is outside.

    `listed` are the sources that stand in more than one unit.
    """

    units: dict[str, list[Unit]] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    _total: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    _full: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _said: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    _stated: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def words(self, path: str) -> int:
        """Return how many words of a section count."""
        return self._total[path, ""]

    def prose(self, path: str) -> int:
        """Return how many words of a section count and stand in full sentences of paragraphs."""
        return self._full[path]

    def within(self, path: str, title: str) -> int:
        """Return how many words count in a field of a section."""
        return self._total[path, title]

    def said(self, path: str, title: str = "") -> int:
        """Return how many words a section has, or a field of it, whether they count or not."""
        return self._said[path, title]

    def stated(self, path: str) -> int:
        """Return how many of the words of a section stand in full sentences of paragraphs."""
        return self._stated[path]

    def add_up(self) -> None:
        """Reckon what each section and field has, once it is known what counts."""
        for path, units in self.units.items():
            self._said[path, ""] = sum(unit.words for unit in units)
            self._total[path, ""] = sum(unit.counted for unit in units)
            for unit in units:
                if unit.place.field:
                    self._said[unit.place] += unit.words
                    self._total[unit.place] += unit.counted
                if unit.prose:
                    self._stated[path] += unit.words
                    self._full[path] += unit.counted

    def sources(self, path: str) -> set[str]:
        """Return the different sources that stand in text of a section which counts.

        One that is merely listed, or that repeated words cite, counts if it stands nowhere else.
        """
        return {
            source
            for unit in self.units.get(path, ())
            if unit.counted or unit.first is not None
            for source, _ in unit.sources
            if source not in self.listed or (unit.counted and not unit.lists)
        }

    def repeats(self) -> Iterator[tuple[Unit, Unit]]:
        """Yield the units that say what another says, with that other, in the order of the text."""
        for units in self.units.values():
            yield from ((unit, unit.first) for unit in units if unit.first is not None)


def count(
    sections: Mapping[str, Section],
    rest: Iterable[Block],
    template: frozenset[str],
    held: Mapping[int, list[int]],
) -> Counted:
    """Return what counts of the text of `sections` and of the blocks outside them.

    `template` are the keys (see `key`) of the words that the type itself brings; `held` the places
    of placeholders in a block's text, in order, by the block's identity. What stands below a title
    that was there before does not count, until the two are merged.
    """
    counted = Counted()
    reader = _Reader(template, held)
    outside = [block for top in rest for block in top.walk()]
    counted.units[""] = [
        unit for block in outside if block.kind in _TEXTS for unit in reader.units(block, Place(""))
    ]
    for path, section in sections.items():
        counted.units[path] = list(_of_section(section, reader))
    _set_aside_lists(counted)
    _set_aside_units(counted)
    _set_aside_runs(counted)
    for path, section in sections.items():
        for unit in counted.units[path] if section.again else ():
            if unit.block.line > section.extents[0][1]:
                unit.counted = 0
    counted.add_up()
    return counted


def _of_section(section: Section, reader: "_Reader") -> Iterator[Unit]:
    path = section.node.path
    whole = Place(path)
    places = {
        id(block): Place(path, title)
        for title, top in section.fields.items()
        for block in top.walk()
    }
    prose = set(_paragraphs([*section.lead, *section.blocks]))
    for block in section.texts():
        if block.text and block.kind in _TEXTS:
            yield from reader.units(block, places.get(id(block), whole), id(block) in prose)


def _paragraphs(blocks: Iterable[Block]) -> Iterator[int]:
    """Yield the identities of the paragraphs that stand outside of lists and tables."""
    for block in blocks:
        if block.kind is Kind.PARAGRAPH:
            yield id(block)
        elif block.kind is Kind.QUOTE:
            yield from _paragraphs(block.children)


def key(text: str) -> str:
    """Return `text`, its words one space apart, as compared: case and marks at its ends aside."""
    text = text.lower() if text.isascii() else canonical_text(text).casefold()
    return text.strip(_ENDS)


def _plain_words(text: str) -> list[bytes]:
    """Return the words of `text` as compared one by one: case, quotes and marks aside."""
    if text.isascii():
        return text.encode("ascii").translate(_BYTE_MARKS).lower().split()
    return canonical_text(text).translate(_MARKS).casefold().encode("utf-8").split()


def prints(blocks: Iterable[Block]) -> frozenset[int]:
    """Return the prints of a text: a quarter of its runs of eight words, as numbers of 63 bits.

    Two texts that share a passage share its prints, wherever it stands in them.
    """
    found = set()
    for block in blocks:
        if block.kind in _TEXTS:
            for run in _runs(_plain_words(block.own())):
                number = _number(run)
                if number % _SAMPLED == 0:
                    found.add(number)
    return frozenset(found)


def copied(block: Block, others: Mapping[str, frozenset[int]]) -> str:
    """Return the name of the other text that holds most of a block, or an empty string."""
    own = prints([block])
    if len(own) < 2:
        return ""
    shares = {name: len(own & theirs) for name, theirs in others.items()}
    name = max(shares, key=lambda name: shares[name], default="")
    return name if name and 2 * shares[name] > len(own) else ""


def _number(run: tuple[bytes, ...]) -> int:
    return int.from_bytes(blake2b(b" ".join(run), digest_size=8).digest()) >> 1


def _runs(words: list[bytes]) -> Iterator[tuple[bytes, ...]]:
    return zip(*(words[place:] for place in range(RUN)), strict=False)


class _Reader:
    """Reads blocks as units, each with the words that count of it if nothing else says the same."""

    def __init__(self, template: frozenset[str], held: Mapping[int, list[int]]) -> None:
        self._template = template
        self._held = held
        self._links = Spans(Part.LINK, Part.MARK)

    def units(self, block: Block, place: Place, prose: bool = False) -> Iterator[Unit]:
        """Yield the units of `block`."""
        if not (text := block.own()):
            return
        lead = len(block.text) - len(text)
        idle = instructs(text, block.italic or text.startswith("*"))
        held: Sequence[int] = self._held.get(id(block), ())
        if block.italics and not idle:
            held = sorted((*held, *_told(block)))
        whole = len(block.text) + 1  # a footnote's mark may stand behind the last character
        cites = self._links.between(block, 0, whole) if block.spans else ()
        starts: Sequence[int] = bounds(text)
        if cites:
            # A link behind a sentence is none of it, in small letters or not.
            behind = {begun_at(block.text, s.at) - lead for s in cites}
            starts = sorted({*starts, *(at for at in behind if 0 < at < len(text))})
        for at, until in pairwise((*starts, len(text))):
            piece = text[at:until]
            parts = piece.split()
            words, said = len(parts), key(" ".join(parts))
            empty = idle or said in self._template or (words < 8 and says_nothing(piece))
            at, until = at + lead, until + lead
            if held and _any_between(held, at, until):
                empty = True
            full = prose and is_sentence(piece)
            unit = Unit(block, place, full, at, until, words, said, 0 if empty else words)
            if cites:
                end = whole if until == len(block.text) else until
                unit.sources = tuple(_sources(self._links.between(block, at, end), block))
            yield unit


def _told(block: Block) -> Iterator[int]:
    """Yield a place in each sentence of a block that tells the author what to write."""
    for start, until in instructions(block.text, block.lead, block.italics):
        yield start
        yield from (at for at in bounds(block.text) if start < at < until)


def _sources(links: Iterable[Span], block: Block) -> Iterator[tuple[str, int]]:
    for span in links:
        words = len(block.text[span.at : span.until].split())
        yield (span.target, words) if span.part is Part.LINK else (f"[^{span.target}]", 0)


def _any_between(places: Sequence[int], start: int, until: int) -> bool:
    at = bisect_left(places, start)
    return at < len(places) and places[at] < until


def _set_aside_lists(counted: Counted) -> None:
    """Count no words of links that are merely listed, and lead where other links do."""
    citing = [unit for unit in chain.from_iterable(counted.units.values()) if unit.sources]
    times = Counter(chain.from_iterable({source for source, _ in u.sources} for u in citing))
    counted.listed = {source for source, number in times.items() if number > 1}
    for unit in citing:
        if unit.counted and unit.lists:
            unit.counted -= sum(n for source, n in unit.sources if source in counted.listed)


def _set_aside_units(counted: Counted) -> None:
    """Count no unit that stands twice: none of the two, or the first of one place."""
    standing: dict[str, list[Unit]] = defaultdict(list)
    for unit in chain.from_iterable(counted.units.values()):
        if unit.key and unit.counted:
            standing[unit.key].append(unit)
    for found in standing.values():
        if len(found) > 1:
            _set_aside(found)


def _set_aside(found: list[Unit]) -> None:
    across = len({unit.place for unit in found}) > 1
    # Of two in one place that counts which is worth less, or moving it out of a list would earn.
    kept = None if across else next((unit for unit in found if not unit.prose), found[0])
    for unit in found:
        if unit is not kept:
            unit.counted = 0
            unit.first = found[0] if unit is not found[0] else found[1]


@dataclass(slots=True)
class _Shared:
    """The words of a block that stand elsewhere too, each marked, and a block that has them."""

    marks: bytearray
    other: Block


def _set_aside_runs(counted: Counted) -> None:
    """Count no word of a run of eight that stands elsewhere too."""
    blocks = [
        (units[0], _plain_words(units[0].block.own()))
        for of_section in counted.units.values()
        for units in _by_block(of_section)
        if len(units[0].block.text) >= _SHORTEST
    ]
    # Told apart by a word of its own behind each block, no run reaches into the next.
    text: list[bytes] = []
    for number, (_, words) in enumerate(blocks):
        text += words
        text.append(b"\0%d" % number)
    starts = list(accumulate((len(words) + 1 for _, words in blocks), initial=0))
    seen: dict[tuple[bytes, ...], int] = {}
    shared: dict[int, _Shared] = {}

    def share(one: int, at: int, other: int) -> None:
        unit, words = blocks[one]
        found = shared.get(id(unit.block))
        if found is None:
            found = _Shared(bytearray(len(words)), blocks[other][0].block)
            shared[id(unit.block)] = found
        at -= starts[one]
        found.marks[at : at + RUN] = _ALL

    for at in _candidates(text):
        if (before := seen.setdefault(tuple(text[at : at + RUN]), at)) != at:
            one, other = bisect_right(starts, at) - 1, bisect_right(starts, before) - 1
            share(one, at, other)
            if blocks[one][0].place != blocks[other][0].place:
                share(other, before, one)
    if shared:
        _uncount(counted, shared)


_ALL: Final = b"\1" * RUN


def _candidates(words: list[bytes]) -> Iterator[int]:
    """Yield where a run of eight may begin that stands twice: each word of it does."""
    twice = {word for word, times in Counter(words).items() if times > 1}
    flags = bytes(map(twice.__contains__, words))
    for stretch in _STRETCH.finditer(flags):
        yield from range(stretch.start(), stretch.end() - RUN + 1)


_STRETCH: Final = re.compile(b"\1{%d,}" % RUN)


def _by_block(units: Iterable[Unit]) -> Iterator[list[Unit]]:
    for _, group in groupby(units, key=lambda unit: id(unit.block)):
        yield list(group)


def _uncount(counted: Counted, shared: Mapping[int, _Shared]) -> None:
    units = list(chain.from_iterable(counted.units.values()))
    firsts = {id(unit.block): unit for unit in reversed(units)}
    for of_block in _by_block(units):
        if (found := shared.get(id(of_block[0].block))) is None:
            continue
        done = 0
        for unit in of_block:
            size = len(_plain_words(unit.text))
            lost = found.marks.count(1, done, done + size)
            done += size
            if unit.counted and (2 * lost >= size or lost > 2 * RUN):
                unit.first = firsts.get(id(found.other), unit)
            unit.counted = 0 if 2 * lost >= size else max(unit.counted - lost, 0)
