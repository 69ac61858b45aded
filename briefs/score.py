"""The score: how complete a brief is, from 0 to 100, and on which line each point was lost.

Reckoned in hundredths of a point and whole numbers throughout, so that the points add up and the
same text under the same rubric never scores otherwise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from pydantic import ConfigDict

from briefs.brief import Brief
from briefs.outline import Section
from briefs.types.language import BriefType, FieldType, SectionType

WHOLE: Final = 100_00


@dataclass(frozen=True, slots=True)
class Loss:
    """Points lost in a section, in hundredths, on which line, and what would earn them.

    `line` is 0 where nothing of the section is there.
    """

    hundredths: int
    reason: str
    line: int = 0

    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class SectionScore:
    """What a section earned of its weight; both in hundredths of a point of the whole score."""

    path: str
    title: str
    line: int
    weight: int
    earned: int
    floor: int
    lost: tuple[Loss, ...]

    __pydantic_config__ = ConfigDict(extra="forbid")

    @property
    def percent(self) -> int:
        """How much of its weight the section earned, rounded down."""
        return self.earned * 100 // self.weight


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one revision under one rubric."""

    total: int
    pass_mark: int
    passed: bool
    rubric: str
    sections: tuple[SectionScore, ...]

    __pydantic_config__ = ConfigDict(extra="forbid")

    def shortfalls(self) -> list[str]:
        """Return why the score does not pass, one sentence each; empty where it does."""
        low = [s for s in self.sections if s.percent < s.floor]
        below = f"raise the score from {self.total} to {self.pass_mark} or more"
        return ([below] if self.total < self.pass_mark else []) + [
            f"raise “{s.title}” ({s.path}) from {s.percent} to {s.floor} percent of its weight"
            for s in low
        ]


def completeness(brief: Brief) -> Score:
    """Return how complete `brief` is.

    A section earns its weight in equal parts for words, sources and fields, each in proportion
    to what the type asks, and no more. Words are those that count (see `briefs.repetition`): not
    what stands twice, not placeholders, guidance or the template's own. A section that is not
    there earns nothing; one that the type does not name changes nothing. A type that scores no
    section asks nothing, and a brief of it is complete. The total is rounded
    down: only a full brief scores 100.
    """
    scores = tuple(_section(brief, node, weight) for node, weight in _weights(brief.type))
    total = sum(score.earned for score in scores) // 100 if scores else 100
    passed = total >= brief.type.pass_mark and all(s.percent >= s.floor for s in scores)
    rubric = f"{brief.type.type} {brief.type.version}"
    return Score(total, brief.type.pass_mark, passed, rubric, scores)


@lru_cache(maxsize=64)
def _weights(brief_type: BriefType) -> list[tuple[SectionType, int]]:
    nodes = [node for node in brief_type.nodes() if node.weight]
    return list(zip(nodes, shares(WHOLE, [node.weight for node in nodes]), strict=True))


def shares(whole: int, weights: Sequence[int]) -> list[int]:
    """Return `whole` cut in proportion to `weights`, in whole numbers that sum up to it."""
    total, given, cut = sum(weights), 0, []
    running = 0
    for weight in weights:
        running += weight
        cut.append(whole * running // total - given)
        given += cut[-1]
    return cut


def _section(brief: Brief, node: SectionType, weight: int) -> SectionScore:
    section = brief.sections.get(node.path)
    if section is None:
        lost: tuple[Loss, ...] = (Loss(weight, "add the section"),)
        return SectionScore(node.path, node.title, 0, weight, 0, node.floor, lost)
    criteria = list(_criteria(brief, section))
    losses: list[Loss] = []
    for criterion, share in zip(criteria, shares(weight, [1] * len(criteria)), strict=True):
        parts = shares(share, [part.want for part in criterion])
        for part, whole in zip(criterion, parts, strict=True):
            if missing := whole - whole * min(part.have, part.want) // part.want:
                losses.append(Loss(missing, part.remedy, part.line))
    earned = weight - sum(loss.hundredths for loss in losses)
    return SectionScore(
        node.path, node.title, section.line, weight, earned, node.floor, tuple(losses)
    )


class _Part(NamedTuple):
    """What a section has of what it should have, where, and the remedy."""

    have: int
    want: int
    line: int
    remedy: str


def _criteria(brief: Brief, section: Section) -> Iterator[list[_Part]]:
    """Yield the criteria of a section, each in one part or, for fields, a part for each."""
    node, line, path, counted = section.node, section.line, section.node.path, brief.counted
    if node.words:
        words = counted.prose(path) if node.prose else counted.words(path)
        what = "words in full sentences" if node.prose else "words"
        remedy = f"write {node.words} {what} or more: {words} count"
        yield [_Part(words, node.words, line, remedy)]
    if node.sources:
        sources = len(counted.sources(path))
        many = "a source" if node.sources == 1 else f"{node.sources} sources"
        remedy = f"name {many} or more: {sources} count"
        yield [_Part(sources, node.sources, line, remedy)]
    if fields := [declared for declared in node.fields if declared.words]:
        yield [_field(brief, section, declared) for declared in fields]
    if not (node.words or node.sources or fields):
        yield [_Part(min(counted.words(path), 1), 1, line, "write the section")]


def _field(brief: Brief, section: Section, declared: FieldType) -> _Part:
    block = section.fields.get(declared.title)
    if block is None:
        remedy = f"add the field “{declared.title}”"
        return _Part(0, declared.words, section.line, remedy)
    have = brief.counted.within(section.node.path, declared.title)
    remedy = f"fill “{declared.title}” with {declared.words} words or more: {have} count"
    return _Part(have, declared.words, block.line, remedy)
