import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import desks

FULL = os.environ.get("BRIEFS_CHAOS") == "full"


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
