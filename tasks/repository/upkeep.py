"""What keeps the content repository fit: made once, asserted at start-up, packed on the clock."""

import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from git.exc import GitCommandError

from tasks.repository.content import POLICY, Change, Content
from tasks.repository.git import SETTINGS, RepositoryError, create, need_git

_STALE_TEMP: Final = 24 * 3600

__all__ = ["establish", "faults_of", "maintain", "need_git", "start_up"]


def establish(path: Path, policy: Mapping[str, bytes], at: datetime) -> None:
    """Make a content repository at `path` that holds the files of `policy`.

    Raises:
        RepositoryError: something is there already.
    """
    if path.exists():
        raise RepositoryError(f"{path} exists; a content repository is made once")
    create(path)
    with Content(path) as content, content.locked():
        content.commit(POLICY, None, Change(policy, "policy: first\n", at))


def start_up(content: Content) -> list[str]:
    """Make the repository safe to write to; return what was mended, one sentence each.

    Sweeps what killed writers left, asserts the settings, checks that all is connected.

    Raises:
        RepositoryError: a setting is wrong, or objects are missing.
    """
    with content.locked():
        mended = [f"removed the stale lock {name}" for name in content.sweep()]
    faults = faults_of(content)
    if faults:
        raise RepositoryError(f"{content.path}: {'; '.join(faults)}")
    return mended


def faults_of(content: Content) -> list[str]:
    """Return what is wrong with the repository, one sentence each; nothing is changed."""
    faults = []
    for name, wanted in SETTINGS.items():
        try:
            found = content.git.run("config", "--local", "--get", name)
        except GitCommandError:
            found = ""
        if found != wanted:
            faults.append(f"set {name} to {wanted}: the repository says {found or 'nothing'}")
    try:
        content.git.run("fsck", "--connectivity-only", "--no-dangling", "--no-progress")
    except GitCommandError as error:
        faults.append(f"restore it from its remote: git fsck says {str(error.stderr)[:200]}")
    return faults


def maintain(content: Content) -> None:
    """Pack refs and objects. Never prunes what is young: a writer may still need it."""
    with content.locked():
        content.git.run("pack-refs", "--all")
    content.git.run("-c", "gc.packRefs=false", "gc", "--quiet")
    for left in (content.path / "objects").glob("*/tmp_obj_*"):
        if time.time() - left.stat().st_mtime > _STALE_TEMP:
            left.unlink(missing_ok=True)
