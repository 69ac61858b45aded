"""Who fills which place, so that nobody fills two."""

from collections.abc import Sequence


def matched(places: Sequence[Sequence[str]]) -> dict[int, str]:
    """Return a person for as many `places` as can be filled, each person at one place at most.

    `places` lists who could fill each. The answer is by the number of the place, from 0; no other
    fills more places (Kuhn's algorithm, by way of augmenting paths). Earlier places are preferred.
    """
    held: dict[str, int] = {}

    def seat(place: int, tried: set[str]) -> bool:
        for person in places[place]:
            if person in tried:
                continue
            tried.add(person)
            if person not in held or seat(held[person], tried):
                held[person] = place
                return True
        return False

    for place in range(len(places)):
        seat(place, set())
    return {place: person for person, place in held.items()}
