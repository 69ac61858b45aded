import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.verify import story
from tests.verify.hands import Hand


def _memory() -> Path | None:
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and os.access(memory, os.W_OK) else None


@pytest.fixture(scope="session")
def told() -> Iterator[story.Story]:
    """The desk with the whole past, made once. Nobody writes to it: take a copy."""
    folder = Path(tempfile.mkdtemp(prefix="briefs-verify-", dir=_memory()))
    try:
        yield story.tell(folder / "desk")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Lend a folder in memory, where there is one."""
    folder = Path(tempfile.mkdtemp(prefix="briefs-verify-", dir=_memory()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def copy(told: story.Story, scratch: Path) -> story.Story:
    """A copy of the desk with the whole past, to do with as one likes."""
    shutil.copytree(told.desk.root, scratch / "desk")
    return story.Story(story.open_desk(scratch / "desk"), told.clock)


@pytest.fixture
def hand(copy: story.Story) -> Hand:
    """The copy, in somebody's hands."""
    return Hand(copy.desk.content)
