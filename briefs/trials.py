"""Of changes that are proposed together, those that can be made: found by trying."""

from collections.abc import Callable, Sequence
from typing import TypeVar

_Change = TypeVar("_Change")


def passing(
    changes: Sequence[_Change], passes: Callable[[Sequence[_Change]], bool], trials: int
) -> list[_Change]:
    """Return the changes that pass together, in order: all of them, or what halving leaves.

    One change that does not pass costs as many trials as the changes can be halved. Once `trials`
    are used up, what has not passed by then is left out.
    """
    left = trials

    def tried(some: Sequence[_Change]) -> bool:
        nonlocal left
        left -= 1
        return left >= 0 and passes(some)

    def among(some: Sequence[_Change]) -> list[_Change]:
        if not some or tried(some):
            return list(some)
        if len(some) == 1:
            return []
        half = len(some) // 2
        first, second = among(some[:half]), among(some[half:])
        both = [*first, *second]
        return both if not (first and second) or tried(both) else first

    return among(changes)
