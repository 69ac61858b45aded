"""Raw Git, read without the code that writes it: any clone, bare or not, and no settings."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefs.errors import BriefError

_BLOB, _TREE = b"100644", b"40000"
_AT_ONCE: Final = 1_000  # names, which a pipe takes before anybody reads the answers
_ENVIRONMENT: Final = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    # A repository may say where to fetch what it lacks, by any command: nothing is fetched.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "LC_ALL": "C",
}


class Broken(BriefError):
    """Something that does not hold; the message says what, and at which commit."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as it is written: `payload` is what its signature is of."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    payload: bytes
    signature: str


class Clone:
    """A repository open for reading; every object is held against its name. Use it with `with`."""

    def __init__(self, path: Path) -> None:
        """Open the repository at `path`: a bare one, a clone with a work tree, or a desk."""
        self.path = _git_folder(path)
        _refuse_partial(self.path)
        self._reader: subprocess.Popen[bytes] | None = None
        self._loaded: dict[str, tuple[str, bytes]] = {}
        self._trees: dict[str, dict[str, str]] = {}

    def __enter__(self) -> "Clone":
        return self

    def __exit__(self, *exc: object) -> None:
        self._end()

    def refs(self) -> dict[str, str]:
        """Return every ref and the object that it names."""
        done = self._run("for-each-ref", "--format=%(objectname) %(refname)")
        return {ref: sha for sha, _, ref in (line.partition(" ") for line in done.splitlines())}

    def read(self, sha: str, kind: str) -> bytes:
        """Return the bytes of an object. Raises `Broken` if it is missing or another than named."""
        if sha not in self._loaded:
            self.load([sha])
        found, data = self._loaded[sha]
        if found != kind:
            what = f"is a {found} where a {kind} should be" if found else "is missing or unreadable"
            raise Broken(f"object {sha[:12]} {what}; restore it from another clone")
        if name_of(kind, data) != sha:
            raise Broken(f"object {sha[:12]} holds other bytes than its name says")
        return data

    def load(self, names: Iterable[str]) -> None:
        """Fetch objects, many at a time: `read` then has them at hand."""
        wanted = [name for name in dict.fromkeys(names) if name not in self._loaded]
        for at in range(0, len(wanted), _AT_ONCE):
            self._fetch(wanted[at : at + _AT_ONCE])

    def forget(self) -> None:
        """Let go of everything that was read."""
        self._loaded.clear()
        self._trees.clear()

    def _fetch(self, names: Sequence[str]) -> None:
        """Read objects. Git gives up at one that it cannot unpack: that one is unreadable."""
        left = list(names)
        while left:
            done = self._read_some(left)
            left = left[done:]
            if left:
                self._loaded[left.pop(0)] = ("", b"")
                self._end()

    def _read_some(self, names: Sequence[str]) -> int:
        """Read objects until Git gives up; return how many there were."""
        reader = self._batch()
        if reader.stdin is None or reader.stdout is None:
            raise Broken(f"git does not answer in {self.path}; try again")
        with suppress(OSError):
            reader.stdin.write("".join(f"{name}\n" for name in names).encode())
            reader.stdin.flush()
        for number, name in enumerate(names):
            head = reader.stdout.readline().split()
            if not head:
                return number
            kind, data = "", b""
            if head[-1] != b"missing" and len(head) == 3:
                kind, data = head[1].decode(), reader.stdout.read(int(head[2]))
                if len(data) < int(head[2]):
                    return number
                reader.stdout.read(1)
            self._loaded[name] = (kind, data)
        return len(names)

    def _end(self) -> None:
        if self._reader:
            with suppress(OSError):
                self._reader.communicate()
            self._reader = None

    def commit(self, sha: str) -> Commit:
        """Return a commit. Raises `Broken`."""
        data = self.read(sha, "commit")
        head, _, message = data.partition(b"\n\n")
        kept: list[bytes] = []
        signature: list[bytes] = []
        folded = False
        for line in head.split(b"\n"):
            if line.startswith(b"gpgsig "):
                folded = True
                signature.append(line[len(b"gpgsig ") :])
            elif folded and line.startswith(b" "):
                signature.append(line[1:])
            else:
                folded = False
                kept.append(line)
        words = [line.decode("ascii", "replace").partition(" ") for line in kept]
        trees = [value for name, _, value in words if name == "tree"]
        if len(trees) != 1:
            raise Broken(f"commit {sha[:12]} names {len(trees)} trees")
        return Commit(
            sha,
            trees[0],
            tuple(value for name, _, value in words if name == "parent"),
            b"\n".join(kept) + b"\n\n" + message,
            b"\n".join(signature).decode("ascii", "replace"),
        )

    def chain(self, tip: str) -> list[Commit]:
        """Return the commits up to `tip`, oldest first. Raises `Broken` where two lines meet."""
        # What Git lists only says what to fetch; which commit follows which, the commits say.
        with suppress(Broken):
            self.load(self._run("rev-list", "--first-parent", "--end-of-options", tip).split())
        found: list[Commit] = []
        sha: str | None = tip
        while sha:
            commit = self.commit(sha)
            if len(commit.parents) > 1:
                raise Broken(f"commit {sha[:12]} merges two lines; a history of the desk is one")
            found.append(commit)
            sha = commit.parents[0] if commit.parents else None
        self.load(commit.tree for commit in found)
        return found[::-1]

    def files(self, tree: str) -> dict[str, str]:
        """Return every file below `tree` and its blob. Raises `Broken` for links and the like."""
        return dict(self._walk(tree, ""))

    def _walk(self, tree: str, prefix: str) -> Iterator[tuple[str, str]]:
        if prefix:
            if tree not in self._trees:
                self._trees[tree] = dict(self._entries(tree, prefix))
            yield from self._trees[tree].items()
            return
        yield from self._entries(tree, prefix)

    def _entries(self, tree: str, prefix: str) -> Iterator[tuple[str, str]]:
        data, place = self.read(tree, "tree"), 0
        while place < len(data):
            end = data.index(b"\0", place)
            mode, _, raw = data[place:end].partition(b" ")
            name, sha = prefix + raw.decode("utf-8", "replace"), data[end + 1 : end + 21].hex()
            place = end + 21
            if mode == _BLOB:
                yield name, sha
            elif mode == _TREE and not prefix:
                yield from self._walk(sha, f"{name}/")
            else:
                raise Broken(f"{name!r} has the mode {mode.decode()}: no plain file")

    def _batch(self) -> "subprocess.Popen[bytes]":
        if self._reader is None:
            self._reader = subprocess.Popen(
                self._command("cat-file", "--batch"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment(),
            )
        return self._reader

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            self._command(*words), capture_output=True, check=False, env=self._environment()
        )
        if done.returncode:
            said = " ".join(done.stderr.decode("utf-8", "replace").split())
            raise Broken(f"git cannot read {self.path}: {said[:200]}")
        return done.stdout.decode("utf-8", "replace")

    def _command(self, *words: str) -> list[str]:
        return ["git", f"--git-dir={self.path}", *words]

    def _environment(self) -> dict[str, str]:
        return _ENVIRONMENT | {"PATH": os.environ.get("PATH", "")}


def name_of(kind: str, data: bytes) -> str:
    """Return the name that Git gives to an object: the SHA-1 of its kind, size and bytes."""
    return hashlib.sha1(f"{kind} {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()


def _refuse_partial(folder: Path) -> None:
    """Refuse a repository whose settings name a place to fetch from while it is read."""
    try:
        settings = (folder / "config").read_text("utf-8", "replace").casefold()
    except OSError:
        return
    for word in ("promisor", "partialclone", "[include"):
        if word in settings:
            raise Broken(
                f"{folder}/config holds “{word}”: reading it could run what it names; make a full "
                "clone without it, and verify that"
            )


def _git_folder(path: Path) -> Path:
    if shutil.which("git") is None:
        raise Broken("git is not installed; install it (for example apt install git)")
    for folder in (path, path / ".git", path / "content.git"):
        if (folder / "HEAD").is_file():
            return folder
        if folder.is_file() and (named := re.match(r"gitdir: (.+)", folder.read_text("utf-8"))):
            return (path / named.group(1).strip()).resolve()
    raise Broken(f"{path} is no Git repository and no desk; name one with --repository")
