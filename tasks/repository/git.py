"""Git itself: GitPython, cut down to fixed verbs in an environment of our own.

This folder alone imports `git`. GitPython's porcelain is not used: its index loses acknowledged
commits when two processes write, and it inherits whatever the caller's environment holds.
"""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

# GitPython looks for the program when it is imported; a machine without it is told so by us.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

from git import Git
from git.exc import GitCommandError

from briefs.errors import BriefError


class RepositoryError(BriefError):
    """The content repository cannot be used as it is; the message says what to do."""


class LostRace(RepositoryError):
    """The ref moved since it was read: the gate must look again."""


# A remote that hangs must not hold the desk.
PUSH_SECONDS: Final = 120.0

# Settings that hold whatever a configuration file says.
SETTINGS: Final = {
    "core.fsync": "committed",
    "core.fsyncMethod": "fsync",
    "core.hooksPath": "/dev/null",
    "core.filesRefLockTimeout": "2000",
    "gc.auto": "0",
    "protocol.ext.allow": "never",
    "protocol.file.allow": "always",
    "transfer.fsckObjects": "true",
}

# What Git sees of our environment, and what we add; everything else, all GIT_* above all, is gone.
_PASSED: Final = ("PATH", "HOME", "SSH_AUTH_SOCK", "TMPDIR")
_ADDED: Final = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
    "LC_ALL": "C",
}


class _FixedGit(Git):
    """`git` in an environment of our own, its children holding the writer's lock with us.

    A child that outlives a killed writer keeps the lock until it ends, so that nobody sweeps
    its lock files from under it.
    """

    held: tuple[int, ...] = ()
    # Without a name, Git would look for a repository in the folders above.
    named = True

    def execute(self, command: Any, *args: Any, **kwargs: Any) -> Any:
        passed = {name: os.environ[name] for name in _PASSED if name in os.environ}
        environment = [f"{name}={value}" for name, value in (passed | _ADDED).items()]
        settings = [word for item in SETTINGS.items() for word in ("-c", "=".join(item))]
        program, *rest = command
        where = [f"--git-dir={self._working_dir}"] if self.named else []
        if not kwargs.get("as_process") and self.held:
            kwargs["pass_fds"] = self.held
        return super().execute(
            ["env", "-i", *environment, program, *where, *settings, *rest], *args, **kwargs
        )


def need_git() -> None:
    """Raise `RepositoryError` where this machine has no Git."""
    if shutil.which("git") is None:
        raise RepositoryError("git is not installed; install it (for example apt install git)")


class Plumbing:
    """The verbs of Git that the desk uses, on one bare repository. Not for several threads."""

    def __init__(self, path: Path) -> None:
        """Open the bare repository at `path`."""
        need_git()
        if not (path / "HEAD").is_file():
            raise RepositoryError(
                f"{path} is no bare Git repository; restore it from its remote, or run briefs init"
            )
        self._git = _FixedGit(path)
        self._written: set[Path] = set()
        self.path = path
        try:
            bare = self.run("rev-parse", "--is-bare-repository")
        except GitCommandError as error:
            raise RepositoryError(
                f"{path} cannot be read: {_said(error)}; restore it from its remote"
            ) from error
        if bare != "true":
            raise RepositoryError(f"{path} is not bare; the desk writes to bare repositories alone")

    def close(self) -> None:
        """End the reader process."""
        self._git.clear_cache()

    def hold(self, *descriptors: int) -> None:
        """Let the commands that follow inherit `descriptors`, the writer's lock."""
        self._git.held = descriptors

    def run(self, *words: str, data: bytes | None = None, seconds: float | None = None) -> str:
        """Run `git` with `words`, `data` on its standard input; return what it prints.

        Raises:
            GitCommandError: it ends with a status other than 0, or takes longer than `seconds`.
        """
        command = [Git.GIT_PYTHON_GIT_EXECUTABLE, *words]
        if data is None:
            return str(self._git.execute(command, kill_after_timeout=seconds))
        with tempfile.TemporaryFile() as stream:
            stream.write(data)
            stream.seek(0)
            return str(self._git.execute(command, istream=stream))

    def write(self, kind: str, data: bytes) -> str:
        """Write an object, on disk before it returns; return its name.

        Raises:
            RepositoryError: the disk is full, or cannot be written to. Nothing is recorded.
        """
        try:
            sha = self.run("hash-object", "-t", kind, "-w", "--stdin", data=data)
        except (GitCommandError, OSError) as error:
            said = _said(error) if isinstance(error, GitCommandError) else error.strerror
            raise RepositoryError(
                f"nothing was recorded, {self.path} cannot be written to ({said}): "
                "make room, or mend its permissions, then try again"
            ) from error
        self._written.add(self.path / "objects" / sha[:2])
        return sha

    def written(self) -> list[Path]:
        """Return the folders that objects were written to since this was last asked."""
        folders, self._written = self._written, set()
        # An object that Git had in a pack already makes no folder.
        return [self.path / "objects", *(folder for folder in folders if folder.exists())]

    def move(self, ref: str, new: str, old: str) -> None:
        """Move `ref` from `old` to `new` (40 zeros: it must not exist yet).

        Raises:
            LostRace: it is not at `old`.
        """
        try:
            self.run("update-ref", "--no-deref", "--end-of-options", ref, new, old)
        except GitCommandError as error:
            if self.resolve(ref) == new:
                return  # an error after the move is none
            if (self.resolve(ref) or "0" * 40) != old:
                raise LostRace(f"{ref} moved meanwhile; try again") from error
            raise RepositoryError(f"git could not move {ref}: {_said(error)}") from error

    def read(self, name: str) -> tuple[str, str, bytes] | None:
        """Return name, kind and bytes of the object `name` (`HEAD`, `ref:path`, …), or None."""
        try:
            sha, kind, _, data = self._git.get_object_data(name)
        except ValueError as error:
            if "SHA is empty" in str(error):
                raise RepositoryError(f"git cannot read {self.path}; see briefs doctor") from error
            return None
        return _text(sha), _text(kind), bytes(data)

    def resolve(self, name: str) -> str | None:
        """Return the object name that `name` stands for, or None."""
        found = self.read(name)
        return found[0] if found else None

    def refs(self, prefix: str) -> dict[str, str]:
        """Return the refs below `prefix` and where they point."""
        lines = self.run("for-each-ref", "--format=%(objectname) %(refname)", prefix).splitlines()
        return {ref: sha for sha, _, ref in (line.partition(" ") for line in lines)}

    def ancestry(self, tip: str) -> list[str]:
        """Return the commits of the history of `tip`, oldest first."""
        return self.run(
            "rev-list", "--reverse", "--first-parent", "--end-of-options", tip
        ).splitlines()

    def push(self, remote: str, refspecs: Sequence[str]) -> None:
        """Push `refspecs` to `remote`, never by force.

        Raises:
            RepositoryError: the remote refused, or could not be reached.
        """
        try:
            words = ("push", "--porcelain", "--atomic", "--end-of-options", remote, *refspecs)
            self.run(*words, seconds=PUSH_SECONDS)
        except GitCommandError as error:
            raise RepositoryError(
                f"the remote did not take the push: {_said(error)}; "
                "nothing was forced: compare it with git ls-remote before going on"
            ) from error


def create(path: Path) -> None:
    """Make an empty bare repository at `path`, with the settings written into it."""
    git = _FixedGit(path.parent)
    git.named = False
    program = Git.GIT_PYTHON_GIT_EXECUTABLE
    git.execute([program, "init", "-q", "--bare", "--template=", "-b", "main", "--", str(path)])
    for name, value in SETTINGS.items():
        git.execute([program, "--git-dir", str(path), "config", name, value])


def _text(value: str | bytes) -> str:
    # GitPython declares text here and hands out bytes.
    return value.decode("ascii") if isinstance(value, bytes) else value


def _said(error: GitCommandError) -> str:
    text = str(error.stderr).strip().removeprefix("stderr:").strip(" '\n")
    return " ".join(text.split())[:300]
