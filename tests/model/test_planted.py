"""The ledger can fail: each planted bug breaks the invariant that it is said to break."""

import pytest

from tests.model.bugs import BUGS
from tests.model.invariants import Broken
from tests.model.machine import FULL, Life, run
from tests.model.world import World


@pytest.mark.parametrize("name", BUGS)
def test_without_the_bug_its_story_breaks_nothing(name):
    found = BUGS[name]

    found.story(World(found.policy))


@pytest.mark.parametrize("name", BUGS)
def test_each_planted_bug_breaks_an_invariant(name, monkeypatch):
    found = BUGS[name]
    found.plant(monkeypatch)

    with pytest.raises(Broken) as broken:
        found.story(World(found.policy))

    assert broken.value.name == found.breaks, str(broken.value)


@pytest.mark.slow
@pytest.mark.skipif(not FULL, reason="BRIEFS_MODEL=full")
def test_the_dice_find_most_planted_bugs_without_a_story():
    """What a story shows, chance should show too: else the machine does not get there."""
    found = {name for name in BUGS if _broken_by_dice(name)}

    print(f"found by dice: {len(found)} of {len(BUGS)}; not {sorted(set(BUGS) - found)}")
    assert len(found) > 2 * len(BUGS) // 3


def _broken_by_dice(name):
    with pytest.MonkeyPatch.context() as patch:
        BUGS[name].plant(patch)
        try:
            run(Life, 400, shrink=False)
        except (Broken, AssertionError):
            return True
    return False
