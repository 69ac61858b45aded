"""Who has surviving text in a section, and so must not sign it off: authors, co-authors, editors.

Text is followed in runs of three words. Whoever brings a run holds the section for as long as the
run stands there; a run is remembered when it is taken out, so that text which comes back is still
its first bringer's, and also that of whoever put it back.

Three kinds of run are followed side by side, because an edit counts as soon as the digest changes,
and yet no edit of a few signs may free those who wrote the words:

- words alone, letter case and punctuation aside: these keep a writer whose words another has
  punctuated anew;
- words as they stand, with every sign, tab and line end: these make a holder of whoever moved a
  comma, for as long as that comma stands;
- the section as a whole: this makes a holder of whoever changed it in a way that brings no run,
  as by taking out one of two equal sentences, for as long as exactly these lines stand.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import Final, TypeAlias

_Run: TypeAlias = tuple[str, ...]
_Persons: TypeAlias = frozenset[str]

_FEW: Final = 4  # of so few words, one edit in their midst would break each run of three
_MOST: Final = 20_000  # words of a section that is followed word by word
_LONG: Final = 8  # words of a run that keeps its holders in another section
_WORD: Final = re.compile(r"\w+")
_NOBODY: Final[_Persons] = frozenset()


@dataclass(frozen=True, slots=True)
class Wording:
    """One revision: who brought it (uploader and everybody its front matter names), and its text.

    `sections` holds the canonical lines of each section, by path; `given` the titles and labels
    that its type gives, as canonical lines hold them.
    """

    persons: tuple[str, ...]
    sections: Mapping[str, Sequence[str]]
    given: frozenset[str] = frozenset()


def holders(
    base: Mapping[str, Sequence[str]] | None,
    wordings: Sequence[Wording],
    given: Collection[str] = (),
) -> dict[str, tuple[str, ...]]:
    """Return who has surviving text in each section of the last of `wordings`, by path.

    `base` is the text of the last publication, `None` where there is none: nobody holds it, unless
    it was taken out and put back while the section as a whole is another. Text moved to another
    section is the mover's there; in runs of eight words or more, of a section of fewer words all
    of them, it stays its holders' as well, but for what stood in `base`.

    `given` are the titles and labels that the type gives, as canonical lines hold them: nobody
    writes them, so a person whose text is wholly replaced below a title holds nothing by the title.

    Returns:
        Sorted persons by path, in the order of the last wording; without the sections that nobody
        holds.
    """
    ledger = Ledger(base, frozenset(given))
    for wording in wordings:
        ledger.take(wording)
    return dict(ledger.held())


class _Section:
    """The lines of a section and the runs in them."""

    __slots__ = ("lines", "runs", "text", "words", "written")

    def __init__(self, lines: Sequence[str], given: frozenset[str]) -> None:
        self.lines = tuple(lines)
        self.text = "\n".join(self.lines)
        self.runs: set[_Run] = {(self.text,)}
        self.written = written = "\n".join(_written(self.lines, given))
        self.words = _WORD.findall(written.casefold())
        if len(self.words) > _MOST:
            # No brief has such a section: whole lines must do, and who first wrote it stays.
            self.words = []
            self.runs.update((line, "") for line in ("", *self.lines))
            return
        self.runs.update(_exact_runs(written.split(" ")), _short_runs(self.words))
        if len(self.words) <= _FEW:
            self.runs.update(pairwise(["", *self.words, ""]))

    def long_runs(self) -> set[_Run]:
        """Return each run of eight words, or of all words where they are fewer."""
        if len(self.words) < _LONG:
            return {tuple(self.words)} if self.words else set()
        return set(zip(*(self.words[start:] for start in range(_LONG)), strict=False))


def _written(lines: Iterable[str], given: frozenset[str]) -> Iterator[str]:
    """Yield `lines` without the titles and labels that the type gives."""
    for line in lines:
        label, colon, text = line.partition(": ")
        if colon and label in given:
            yield text
        elif line not in given:
            yield line


# A mark at either end, so that words put in or taken out there change a run as well.
def _short_runs(words: Sequence[str]) -> Iterator[_Run]:
    marked = ["", *words, ""]
    return zip(marked, marked[1:], marked[2:], strict=False)


# One item longer than the runs of words alone, so that neither passes for the other.
def _exact_runs(words: Sequence[str]) -> Iterator[_Run]:
    marked = ["", *words, ""]
    return zip(marked, marked[1:], marked[2:], repeat("="), strict=False)


def _parts(run: _Run) -> Iterator[_Run]:
    """Return the short runs in a long one; what is shorter is all of its section, ends included."""
    return _short_runs(run) if len(run) < _LONG else zip(run, run[1:], run[2:], strict=False)


class Ledger:
    """Who brought which run, in each section and, for the long ones, anywhere."""

    def __init__(
        self,
        base: Mapping[str, Sequence[str]] | None = None,
        given: frozenset[str] = frozenset(),
    ) -> None:
        """Begin with the text of the last publication, which nobody holds."""
        self._given = given
        self._base = {path: _Section(lines, given) for path, lines in (base or {}).items()}
        self._now = self._base
        self._changed: list[str] = []
        self._owners: dict[str, dict[_Run, _Persons]] = {}
        self._published = set[_Run]().union(*(text.long_runs() for text in self._base.values()))
        self._anywhere: dict[_Run, _Persons] = {}
        self._held: dict[str, tuple[str, ...]] = {}

    def take(self, wording: Wording) -> None:
        """Note what `wording` brings to each section that it changes."""
        # Only now: what one wording brings to two sections it does not move from one to the other.
        for path in self._changed:
            self._remember(path)
        before, persons = self._now, frozenset(wording.persons)
        given = wording.given | self._given
        self._now = {
            path: self._read(before.get(path), text, given)
            for path, text in wording.sections.items()
        }
        self._changed = [path for path, now in self._now.items() if now is not before.get(path)]
        for path in self._changed:
            self._bring(path, before.get(path), persons)
            self._held[path] = self._holders(path)

    def held(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each section that somebody holds, and who."""
        for path in self._now:
            if persons := self._held.get(path):
                yield path, persons

    def _holders(self, path: str) -> tuple[str, ...]:
        section = self._now[path]
        if path in self._base and self._base[path].text == section.text:
            return ()
        owners = self._owners.get(path, {})
        return tuple(sorted(_NOBODY.union(*{owners.get(run, _NOBODY) for run in section.runs})))

    def _read(
        self, before: _Section | None, lines: Sequence[str], given: frozenset[str]
    ) -> _Section:
        same = before and (before.lines == tuple(lines) or before.text == "\n".join(lines))
        return before if before and same else _Section(lines, given)

    def _bring(self, path: str, before: _Section | None, persons: _Persons) -> None:
        owners, now = self._owners.setdefault(path, {}), self._now[path]
        if before is None and not now.written:
            return  # nobody has written anything here, or taken anything out
        _grant(owners, now.runs - before.runs if before else now.runs, persons)
        if self._anywhere:
            for run in now.long_runs() - (before.long_runs() if before else set()):
                if moved := self._anywhere.get(run):
                    _grant(owners, _parts(run), moved)

    def _remember(self, path: str) -> None:
        """Note whose each long run of a section is, wherever it may be moved."""
        owners = self._owners[path]
        for run in self._now[path].long_runs() - self._published:
            held = {owners.get(part, _NOBODY) for part in _parts(run)}
            self._anywhere[run] = self._anywhere.get(run, _NOBODY).union(*held)


def _grant(owners: dict[_Run, _Persons], runs: Iterable[_Run], persons: _Persons) -> None:
    for run in runs:
        had = owners.get(run)
        owners[run] = had | persons if had else persons
