"""A disk that is full, limited or read-only: said in a sentence, and nothing is half-written."""

import os
import resource
import shutil
import subprocess
from contextlib import contextmanager

import pytest

from tasks.repository import Content, RepositoryError
from tests.chaos import desks
from tests.chaos.cases import signs_at_last, tip
from tests.chaos.journeys import SLUG
from tests.chaos.verifier import faults


@pytest.fixture
def small(desk, tmp_path):
    """A content repository on a disk of its own, of a few megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=6m,nr_inodes=2000", "none", str(disk)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        shutil.copytree(desk.root / "keys", disk / "keys")
        with Content(shutil.copytree(desk.content, disk / "content.git")) as found:
            yield found
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_is_said_and_nothing_is_half_written(small):
    before, filler = tip(small), small.path.parent / "filler"
    with suppress_full(), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)

    with pytest.raises(RepositoryError, match=r"nothing was recorded.*No space left") as raised:
        desks.sign(small, SLUG, "cleo-signs-again", "cleo")

    assert "\n" not in str(raised.value)
    assert tip(small) == before
    filler.unlink()
    assert signs_at_last(small)


def test_a_disk_that_fills_at_any_point_of_a_write_leaves_nothing_half_written(small):
    filler, done = small.path.parent / "filler", 0
    for number in range(16):
        with suppress_full(), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
        os.truncate(filler, filler.stat().st_size - number * 4096)
        before, key = tip(small), f"sign-{number}"
        try:
            commit = desks.sign(small, SLUG, key, desks.REVIEWERS[number % 8]).commit
            done += 1
        except RepositoryError:
            commit = before
        filler.unlink()
        assert tip(small) == commit
        assert faults(small.path) == []
    assert 0 < done < 16


@contextmanager
def suppress_full():
    with pytest.raises(OSError, match="No space left"):
        yield


def test_a_repository_that_became_read_only_is_said(small):
    disk = str(small.path.parent)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)

    with pytest.raises(RepositoryError, match="cannot be written to: Read-only file system"):
        desks.sign(small, SLUG, "cleo-signs-again", "cleo")

    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert signs_at_last(small)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write to anything")
def test_folders_without_permission_are_said(content):
    (content.path / "desk.lock").unlink()
    content.path.chmod(0o500)

    with pytest.raises(RepositoryError, match="cannot be written to"):
        desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    content.path.chmod(0o700)
    assert signs_at_last(content)


def test_a_limit_on_the_size_of_files_that_kills_git_is_said(content, monkeypatch):
    before, kind = tip(content), type(content.git._git)
    execute = kind.execute

    def limited(self, command, *args, **kwargs):
        if "hash-object" not in command:
            return execute(self, command, *args, **kwargs)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
        try:
            return execute(self, command, *args, **kwargs)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    with monkeypatch.context() as patch:
        patch.setattr(kind, "execute", limited)
        with pytest.raises(RepositoryError, match="nothing was recorded"):
            desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert tip(content) == before
    assert signs_at_last(content)


def test_a_limit_on_the_size_of_files_in_our_own_process_is_said(content):
    before = tip(content)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        with pytest.raises(RepositoryError, match=r"nothing was recorded.*File too large"):
            desks.sign(content, SLUG, "cleo-signs-again", "cleo")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert tip(content) == before
    assert signs_at_last(content)
