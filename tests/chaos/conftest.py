import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefs.terms import Action
from tasks import acts
from tasks.repository import Content
from tests.chaos import desks, journeys
from tests.chaos.journeys import SLUG

FULL = os.environ.get("BRIEFS_CHAOS") == "full"

collect_ignore = [] if FULL else ["test_planted.py"]


@pytest.fixture(scope="session")
def seed() -> int:
    """Return the seed of all dice: BRIEFS_SEED, else a new one; it is shown where a test fails."""
    return int(os.environ.get("BRIEFS_SEED") or random.SystemRandom().randrange(10**6))


@pytest.fixture(autouse=True)
def _shown(seed: int) -> None:
    print(f"BRIEFS_SEED={seed}")


@pytest.fixture(scope="session")
def full() -> bool:
    """Say whether the whole campaign is wanted."""
    return FULL


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Lend a folder in memory."""
    with desks.scratch() as folder:
        yield folder


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A desk with a brief in review that ben has signed, and one message out of all."""
    root = tmp_path_factory.mktemp("prepared") / "desk"
    journeys.prepare("sign-off", root)
    with Content(root / "content.git") as content:
        acts.perform(content, desks.act(Action.RETRACT, SLUG, "cleo-retracts", "cleo"))
    return root


@pytest.fixture
def desk(prepared, tmp_path):
    return desks.open_desk(shutil.copytree(prepared, tmp_path / "desk"))


@pytest.fixture
def content(desk):
    with Content(desk.content) as found:
        yield found
