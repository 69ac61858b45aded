from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.matching import matched

PLACES = st.lists(st.lists(st.sampled_from("abcde"), max_size=4), max_size=5)


def most(places):
    """Return how many places can be filled, by trying every way of filling them."""
    ways = product(*([None, *people] for people in places))
    taken = ([person for person in way if person] for way in ways)
    return max(len(people) for people in taken if len(set(people)) == len(people))


@given(PLACES)
def test_as_many_places_are_filled_as_can_be(places):
    assert len(matched(places)) == most(places)


@given(PLACES)
def test_each_place_has_one_who_could_fill_it_and_nobody_has_two(places):
    seats = matched(places)

    assert all(person in places[place] for place, person in seats.items())
    assert len(set(seats.values())) == len(seats)


@given(PLACES)
def test_earlier_places_are_preferred(places):
    seats = matched(places)

    # One more place takes the seat of no earlier one.
    assert all(set(matched(places[:n])) <= set(seats) for n in range(len(places)))


@pytest.mark.parametrize(
    ("places", "seats"),
    [
        ([], {}),
        ([[]], {}),
        ([["ben"], ["ben"]], {0: "ben"}),
        ([["ben", "cleo"], ["ben"]], {0: "cleo", 1: "ben"}),
        ([["ben", "cleo"], ["ben", "dan"], ["cleo"]], {0: "ben", 1: "dan", 2: "cleo"}),
    ],
)
def test_whoever_sits_where_others_could_makes_way(places, seats):
    assert matched(places) == seats
