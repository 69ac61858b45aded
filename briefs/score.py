"""The score: how complete a brief is, from 0 to 100, and on which line each point was lost.

Reckoned in hundredths of a point and whole numbers throughout, so that the points add up and the
same text under the same rubric never scores otherwise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ConfigDict

from briefs.brief import Brief
from briefs.outline import Section
from briefs.types import BriefType, SectionType

WHOLE: Final = 100_00


@dataclass(frozen=True, slots=True)
class Loss:
    """Points lost in a section, in hundredths, and what would earn them."""

    hundredths: int
    reason: str

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
    to what the type asks, and no more. A section that is not there earns nothing; one that the
    type does not name changes nothing. The total is rounded down: only a full brief scores 100.
    """
    scores = tuple(_section(brief, node, weight) for node, weight in _weights(brief.type))
    total = sum(score.earned for score in scores) // 100
    passed = total >= brief.type.pass_mark and all(s.percent >= s.floor for s in scores)
    rubric = f"{brief.type.type} {brief.type.version}"
    return Score(total, brief.type.pass_mark, passed, rubric, scores)


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
    criteria = list(_criteria(section))
    losses = []
    for (have, want, remedy), share in zip(
        criteria, shares(weight, [1] * len(criteria)), strict=True
    ):
        if missing := share - share * min(have, want) // want:
            losses.append(Loss(missing, remedy))
    earned = weight - sum(loss.hundredths for loss in losses)
    return SectionScore(
        node.path, node.title, section.line, weight, earned, node.floor, tuple(losses)
    )


def _criteria(section: Section) -> Iterator[tuple[int, int, str]]:
    """Yield what the section has, what it should have, and the remedy, for each criterion."""
    node, words = section.node, len(section.words())
    if node.words:
        yield words, node.words, f"write {node.words} words or more: it has {words}"
    if node.sources:
        sources = len(section.sources())
        yield sources, node.sources, f"name {node.sources} sources or more: it has {sources}"
    if node.fields:
        full = sum(
            len(section.fields[f.title].words()) >= f.words
            for f in node.fields
            if f.title in section.fields
        )
        want = len(node.fields)
        yield full, want, f"fill all {want} fields with 10 words or more: {full} are full"
    if not (node.words or node.sources or node.fields):
        yield min(words, 1), 1, "write the section"
