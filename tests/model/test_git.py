"""The same lives over real Git; at the end of each, raw Git is read and recounted."""

import os
import tempfile
from pathlib import Path

import pytest

from tasks import verify
from tests.model.desks import InGit
from tests.model.invariants import Broken
from tests.model.machine import FULL, STEPS, Life, reached, run
from tests.model.world import REACH, World

_MEMORY = Path("/dev/shm")


@pytest.fixture
def scratch(tmp_path):
    """Lend a folder, in memory where there is one."""
    usable = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    if not usable:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="briefs-model-", dir=_MEMORY) as folder:
        yield Path(folder)


def _life_in(scratch):
    """Return a machine whose desks stand in `scratch`."""

    class Desk(InGit):
        def __init__(self, policy):
            self.folder = tempfile.TemporaryDirectory(dir=scratch)
            super().__init__(policy, Path(self.folder.name))

        def close(self):
            super().close()
            self.folder.cleanup()

    class Recorded(Life):
        desk = Desk

        def _judged(self):
            ledger = super()._judged()
            desk = self.world.desk
            if ledger.events:
                if unsealed := desk.unsealed():
                    raise Broken("I4", f"not signed by the desk: {unsealed}")
                _verify(desk.path)
            return ledger

    return Recorded


def _verify(path):
    """Ask the desk's own verifier."""
    found = verify.briefs(path)
    faults = [found.fault, *(verdict.fault for verdict in found.verdicts)]
    if any(faults):
        raise Broken("I1", f"briefs verify finds fault: {faults}")


@pytest.mark.slow
def test_the_invariants_hold_in_git_whatever_people_do(scratch):
    REACH.clear()

    run(_life_in(scratch), *((250, STEPS) if FULL else (10, 16)))

    print("\n".join(reached()))
    assert REACH["stage", "published"] >= max(1, REACH["lives"] // 8)


@pytest.mark.slow
def test_a_clock_put_back_does_not_turn_a_history_round(scratch):
    world = World(desk=_life_in(scratch).desk)
    world.submit()
    world.wait(hours=-9)

    world.go("check")

    first, second = (event["at"] for event in world.judge().events)
    world.desk.close()
    assert first <= second


@pytest.mark.slow
def test_a_policy_that_returns_is_no_forgery(scratch):
    world = World(desk=_life_in(scratch).desk)
    world.submit()
    world.reform(lambda policy: policy["terms"].update(quorum=2))
    world.go("check")
    world.reform(lambda policy: policy["terms"].clear())
    world.go("score")

    _verify(world.desk.path)
    world.desk.close()
