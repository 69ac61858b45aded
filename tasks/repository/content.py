"""Reading and writing the content repository: objects, then one ref, under one lock.

A writer takes the lock, reads the ref, asks the gate, writes objects, moves the ref from the value
that it read, and makes the folders durable before it answers. A ref that moved all the same (by
another machine) is a lost race: the caller begins again from reading.
"""

import fcntl
import os
import pkgutil
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from briefs.canonical import sha256
from briefs.errors import UnknownBrief, UnreadableRecord
from briefs.record import Event, State, read_event, read_state
from briefs.signoff import SignOff, read_signoffs
from briefs.slugs import valid
from tasks.repository.git import Plumbing, RepositoryError

if TYPE_CHECKING:
    from tasks.signatures import DeskKey

BRIEFS: Final = "refs/heads/briefs/"
POLICY: Final = "refs/desk/policy"
OUTBOX: Final = "refs/desk/outbox/"
MAIN: Final = "refs/heads/main"
NOTHING: Final = "0" * 40
LOCK: Final = "desk.lock"
KEY: Final = "keys/desk"
PATIENCE: Final = 60.0

_IDENTITY: Final = "Brief Desk <desk@briefs.invalid>"
_BLOB, _TREE = "100644", "40000"
_NAMES: Final = re.compile(
    r"state\.json|event\.json|brief\.md|report\.json"
    r"|signoffs/[0-9a-f]{64}\.json|assets/[0-9a-f]{64}\.[a-z0-9]{1,5}"
)


@dataclass(frozen=True, slots=True)
class Change:
    """One commit to make: files to write (None: to remove), message, moment."""

    files: Mapping[str, bytes | None]
    message: str
    at: datetime


class Content:
    """The content repository, open. Use it with `with`, in one thread."""

    def __init__(self, path: Path) -> None:
        """Open the repository at `path`."""
        self.path = path
        self.git = Plumbing(path)

    @cached_property
    def key(self) -> "DeskKey | None":
        """The desk's key, which lies beside the repository, never in it; None where there is none.

        Raises:
            SignatureError: it is none, or others may read it.
        """
        path = self.path.parent / KEY
        # Reading needs no key, and so does not pay for its library.
        try:
            found: DeskKey | None = _signatures().DeskKey.open(path) if path.exists() else None
        except PermissionError:
            return None  # another account than the desk's: it reads, and signs nothing
        return found

    @cached_property
    def trusted(self) -> tuple[str, ...]:
        """The public keys of this desk, its present one and those it has had: `keys/*.pub`."""
        files = sorted((self.path.parent / KEY).parent.glob("*.pub"))
        known = [_signatures().public_key(path.read_text("utf-8")) for path in files]
        return tuple(dict.fromkeys([*([self.key.public] if self.key else []), *known]))

    def refuse_foreign(self, commit: str, what: str) -> None:
        """Raise `RepositoryError` for a commit that this desk, which has a key, did not sign."""
        if self.key is None:
            return
        found = self.git.read(commit)
        payload, armored = unsealed(found[2]) if found and found[1] == "commit" else (b"", "")
        made = _signatures()
        if not any(made.holds(armored, payload, made.COMMITS, key) for key in self.trusted):
            raise RepositoryError(
                f"{what} was moved by somebody else: commit {commit[:12]} is not signed by the "
                "desk; see briefs verify, and restore it from its remote"
            )

    def __enter__(self) -> "Content":
        return self

    def __exit__(self, *exc: object) -> None:
        self.git.close()

    # Reading

    def slugs(self) -> dict[str, str]:
        """Return the slug and the newest commit of every brief, in the order of the slugs."""
        refs = self.git.refs(BRIEFS)
        return {ref.removeprefix(BRIEFS): sha for ref, sha in sorted(refs.items())}

    def tip(self, slug: str) -> str | None:
        """Return the newest commit of a brief, or None where there is no such brief."""
        return self.git.resolve(BRIEFS + valid(slug))

    def known(self, slug: str) -> str:
        """Return the newest commit of a brief. Raises `UnknownBrief` where there is none."""
        if tip := self.tip(slug):
            return tip
        raise UnknownBrief(f"there is no brief “{slug}” on this desk; briefs status lists them")

    def state(self, commit: str) -> State:
        """Return where the brief stood at `commit`. Raises `UnreadableRecord`."""
        return read_state(self.file(commit, "state.json"))

    def event(self, commit: str) -> Event:
        """Return what `commit` records. Raises `UnreadableRecord`."""
        return read_event(self.file(commit, "event.json"))

    def file(self, commit: str, name: str) -> bytes:
        """Return the bytes of the file `name` at `commit`. Raises `UnreadableRecord`."""
        found = self.git.read(f"{commit}:{name}")
        if found is None or found[1] != "blob":
            raise UnreadableRecord(f"commit {commit[:12]} holds no file {name}; see briefs verify")
        return found[2]

    def files(self, commit: str) -> dict[str, str]:
        """Return every file of a brief's commit and its blob, folders flattened.

        Raises:
            UnreadableRecord: a name or a mode that the desk does not write (a link, say).
        """
        files = self.listing(commit)
        for name in files:
            if not _NAMES.fullmatch(name):
                raise UnreadableRecord(f"commit {commit[:12]} holds a foreign file: {name[:80]!r}")
        return files

    def listing(self, commit: str) -> dict[str, str]:
        """Return every file of any commit and its blob; plain files and folders only."""
        found = self.git.read(f"{commit}^{{tree}}")
        if found is None:
            raise UnreadableRecord(f"commit {commit[:12]} has no tree; run git fsck")
        return dict(self._walk(found[2], ""))

    def signoffs(self, commit: str) -> tuple[SignOff, ...]:
        """Return all sign-offs recorded at `commit`, standing or not."""
        names = [name for name in self.files(commit) if name.startswith("signoffs/")]
        found = (read_signoffs(self.file(commit, n)) for n in names if n.endswith(".json"))
        return tuple(signoff for signoffs in found for signoff in signoffs)

    def history(self, slug: str) -> list[tuple[str, Event]]:
        """Return the commits and events of a brief, oldest first. Raises `UnknownBrief`."""
        return [(c, self.event(c)) for c in self.git.ancestry(self.known(slug))]

    def recorded(self, tip: str | None, key: str) -> tuple[str, Event] | None:
        """Return the commit and the event that carry `key` in the history of `tip`, or None."""
        for commit in reversed(self.git.ancestry(tip) if tip else []):
            event = self.event(commit)
            if event.key == key:
                return commit, event
        return None

    # Writing

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the writer's lock; every writer on this machine waits for its turn.

        Raises:
            RepositoryError: another process held it for over a minute, or it cannot be opened.
        """
        try:
            descriptor = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
        except OSError as error:
            raise RepositoryError(
                f"{self.path} cannot be written to: {error.strerror}; mend that, then try again"
            ) from error
        try:
            _wait_for(descriptor)
            self.git.hold(descriptor)
            yield
        finally:
            self.git.hold()
            os.close(descriptor)

    def commit(self, ref: str, old: str | None, change: Change) -> str:
        """Write `change` on top of `old` and move `ref` to it; return the new commit.

        On disk, folders included, before it returns. Call it under `locked`.

        Raises:
            LostRace: `ref` is not at `old`.
            RepositoryError: the desk did not write `old`, or the disk failed.
        """
        if old:
            self.refuse_foreign(old, ref)
        kept = self.listing(old) if old else {}
        for name, data in change.files.items():
            if data is None:
                kept.pop(name, None)
            else:
                kept[name] = self.git.write("blob", data)
        tree = self._tree(kept)
        seconds = int(change.at.astimezone(UTC).timestamp())
        who = f"{_IDENTITY} {seconds} +0000"
        parent = f"parent {old}\n" if old else ""
        text = f"tree {tree}\n{parent}author {who}\ncommitter {who}\n\n{change.message}"
        commit = self.git.write("commit", self._sealed(text.encode("utf-8")))
        self.move(ref, commit, old)
        return commit

    def move(self, ref: str, new: str, old: str | None) -> None:
        """Move `ref` from `old` to `new`, and make its folders durable. Call it under `locked`."""
        # Git makes the bytes of an object durable, and leaves its name in the folder to luck.
        for folder in self.git.written():
            _sync_folder(folder)
        try:
            self.git.move(ref, new, old or NOTHING)
        except RepositoryError:
            # Under the lock no live writer of ours can hold this: a killed one left it.
            stale = self.path / f"{ref}.lock"
            if not stale.exists():
                raise
            stale.unlink()
            self.git.move(ref, new, old or NOTHING)
        folder = (self.path / ref).parent
        while folder != self.path.parent:
            _sync_folder(folder)
            folder = folder.parent

    def sweep(self) -> list[str]:
        """Remove the lock files that killed writers left; return their names. Under `locked`."""
        stale = [*self.path.glob("*.lock"), *(self.path / "refs").rglob("*.lock")]
        removed = [path for path in stale if path.name != LOCK]
        for path in removed:
            path.unlink(missing_ok=True)
        return [str(path.relative_to(self.path)) for path in removed]

    def _sealed(self, commit: bytes) -> bytes:
        """Return `commit` with the desk's signature, in the header that Git keeps for it."""
        if self.key is None:
            return commit
        armored = self.key.sign(commit, _signatures().COMMITS).rstrip("\n")
        head, _, message = commit.partition(b"\n\n")
        folded = armored.replace("\n", "\n ").encode("ascii")
        return head + b"\ngpgsig " + folded + b"\n\n" + message

    def _walk(self, tree: bytes, prefix: str) -> Iterator[tuple[str, str]]:
        place = 0
        while place < len(tree):
            end = tree.index(b"\0", place)
            mode, _, name = tree[place:end].decode("utf-8", "surrogateescape").partition(" ")
            sha, place = tree[end + 1 : end + 21].hex(), end + 21
            if mode == _BLOB:
                yield prefix + name, sha
            elif mode == _TREE and not prefix and (found := self.git.read(sha)):
                yield from self._walk(found[2], f"{name}/")
            else:
                raise UnreadableRecord(
                    f"{prefix + name!r} has the mode {mode}; the desk writes plain files alone"
                )

    def _tree(self, files: Mapping[str, str]) -> str:
        entries: dict[str, tuple[str, str]] = {}
        folders: dict[str, dict[str, str]] = {}
        for path, sha in files.items():
            folder, _, name = path.rpartition("/")
            if folder:
                folders.setdefault(folder, {})[name] = sha
            else:
                entries[name] = (_BLOB, sha)
        for folder, inner in folders.items():
            entries[folder] = (_TREE, self._tree(inner))
        # Git sorts a folder as if its name ended in a slash.
        order = sorted(entries.items(), key=lambda e: e[0] + ("/" if e[1][0] == _TREE else ""))
        data = b"".join(
            f"{mode} {name}".encode() + b"\0" + bytes.fromhex(sha) for name, (mode, sha) in order
        )
        return self.git.write("tree", data)


def unsealed(commit: bytes) -> tuple[bytes, str]:
    """Return a commit without its signature, which is what was signed, and the signature or ""."""
    head, _, message = commit.partition(b"\n\n")
    lines: list[bytes] = []
    armored: list[bytes] = []
    inside = False
    for line in head.split(b"\n"):
        inside = line.startswith(b"gpgsig ") or (inside and line.startswith(b" "))
        (armored if inside else lines).append(line)
    text = b"\n".join(line.removeprefix(b"gpgsig").removeprefix(b" ") for line in armored)
    return b"\n".join(lines) + b"\n\n" + message, text.decode("ascii", "replace")


def signoff_file(person: str) -> str:
    """Return the name of the file that holds a person's sign-offs."""
    return f"signoffs/{sha256(person.encode('utf-8'))}.json"


def _signatures() -> Any:
    return pkgutil.resolve_name("tasks.signatures")


def _wait_for(descriptor: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise RepositoryError(
                    f"another process has held the desk's lock for {PATIENCE:.0f} s; "
                    "see which one with fuser on content.git/desk.lock, then try again"
                ) from None
            time.sleep(0.002)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise RepositoryError(
            f"the disk failed under {folder} ({error.strerror}), and what was asked is recorded "
            "or not: look after the disk, then say it again with the same key"
        ) from error
    finally:
        os.close(descriptor)
