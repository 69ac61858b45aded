"""The campaigns themselves on trial: with a bug planted in the desk, each must fail.

Collected in the whole campaign alone: the slice trusts what this has shown.
"""

import pytest

from tests.chaos import boundaries, crew, verifier, writers

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("bug", ["no lock, no compare", "answers early", "quorum of one"])
def test_many_writers_bring_a_planted_bug_to_light(scratch, seed, bug):
    crew.run(scratch, work="one", writers=8, rounds=12, seed=seed, plant=bug)

    assert faults(scratch)


@pytest.mark.parametrize("bug", ["no keys", "no lock, no compare"])
def test_kills_bring_a_planted_bug_to_light(scratch, seed, bug):
    crew.run(
        scratch, work="wild", writers=6, briefs=3, seed=seed, kills=600, group=False, plant=bug
    )

    assert faults(scratch)


@pytest.mark.parametrize(
    ("bug", "journey"),
    [
        ("no claim", "sign-off"),
        ("no look", "sign-off"),
        ("no tag", "publish"),
        ("publishes once", "publish"),
    ],
)
def test_kills_at_boundaries_bring_a_planted_bug_to_light(scratch, seed, bug, journey):
    (report,) = boundaries.run(
        scratch, journeys=[journey], seed=seed, engine=False, every=1, plant=bug
    )

    assert report["faults"]


def faults(scratch):
    found = verifier.faults(scratch / "desk" / "content.git", writers.calls(scratch / "logs"))
    print("\n".join(found[:5]))
    return found
