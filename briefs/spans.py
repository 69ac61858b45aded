"""The spans of a block asked by place: each question costs a bisection, not a walk through all."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from briefs.markdown import Block, Part, Span


class Spans:
    """The spans of some parts, in the block that was asked about last."""

    def __init__(self, *parts: Part) -> None:
        """Look at the spans of `parts` alone."""
        self._parts = parts
        self._block: Block | None = None
        self._spans: list[Span] = []
        self._starts: list[int] = []
        self._ends: list[int] = []  # the furthest end up to each span: spans may hold others

    def between(self, block: Block, start: int, until: int) -> Sequence[Span]:
        """Return the spans that begin from `start` to before `until` in the text of `block`."""
        self._turn_to(block)
        return self._spans[bisect_left(self._starts, start) : bisect_left(self._starts, until)]

    def cover(self, block: Block, index: int) -> bool:
        """Say whether the character at `index` of the text of `block` lies in one."""
        self._turn_to(block)
        place = bisect_right(self._starts, index) - 1
        return place >= 0 and index < self._ends[place]

    def _turn_to(self, block: Block) -> None:
        if block is self._block:
            return
        self._block, furthest = block, 0
        self._spans = sorted(
            (span for span in block.spans if span.part in self._parts), key=lambda span: span.at
        )
        self._starts, self._ends = [], []
        for span in self._spans:
            furthest = max(furthest, span.until)
            self._starts.append(span.at)
            self._ends.append(furthest)
