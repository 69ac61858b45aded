"""The hands of somebody with push access, or with access to the disk: plain Git, and no desk."""

import json
import os
import subprocess
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from briefs.canonical import canonical, sha256
from tasks import signatures
from tasks.signatures import DeskKey

BRIEFS = "refs/heads/briefs/"
MAIN = "refs/heads/main"
POLICY = "refs/desk/policy"
OUTBOX = "refs/desk/outbox/"

Entry = tuple[str, str]  # mode, name of the object
Seal = Callable[[bytes, str], str]  # of what is signed, and of the signature there was


def kept(payload: bytes, old: str) -> str:
    """Leave the signature as it was."""
    return old


def stripped(payload: bytes, old: str) -> str:
    """Leave the signature out."""
    return ""


def by(path: Path) -> Seal:
    """Sign as Git does, with the private key at `path`."""
    key = DeskKey.open(path)
    return lambda payload, old: key.sign(payload, signatures.COMMITS).rstrip("\n")


@dataclass
class Record:
    """A commit taken apart, to be laid down again."""

    sha: str
    files: dict[str, Entry]
    head: list[bytes]  # author, committer
    message: bytes
    signature: str
    payload: bytes = b""
    merged: tuple[str, ...] = ()


class Hand:
    """A repository in somebody's hands; `people` and `desk` are folders of private keys."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = path.parent

    def git(self, *words: str, data: bytes = b"") -> bytes:
        """Return what `git` prints."""
        done = subprocess.run(
            ["git", f"--git-dir={self.path}", *words],
            input=data,
            capture_output=True,
            check=True,
            env={"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null"}
            | {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_CONFIG_NOSYSTEM": "1"},
        )
        return done.stdout

    def key(self, name: str) -> Path:
        """Return the path of a private key: of a person, of `desk`, or of a `stranger`."""
        if name == "desk":
            return self.root / "keys" / "desk"
        path = self.root / "people" / name
        if not path.exists():
            signatures.make_key(path)
        return path

    # Reading

    def refs(self) -> dict[str, str]:
        """Return every ref."""
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)").decode().splitlines()
        return dict(line.split(" ") for line in lines)  # type: ignore[arg-type]

    def tip(self, ref: str) -> str:
        """Return where a ref points."""
        return self.refs()[ref]

    def read(self, commit: str, name: str) -> bytes:
        """Return a file of a commit."""
        return self.git("cat-file", "blob", f"{commit}:{name}")

    def records(self, ref: str) -> list[Record]:
        """Return the commits of a ref, oldest first."""
        names = self.git("rev-list", "--reverse", "--first-parent", ref).decode().split()
        return [self.record(name) for name in names]

    def record(self, commit: str) -> Record:
        """Return a commit taken apart."""
        data = self.git("cat-file", "commit", commit)
        head, _, message = data.partition(b"\n\n")
        who, signature, folded = [], [], False
        for line in head.split(b"\n"):
            folded = line.startswith(b"gpgsig ") or (folded and line.startswith(b" "))
            if folded:
                signature.append(line.removeprefix(b"gpgsig ").removeprefix(b" "))
            elif line.startswith((b"author ", b"committer ")):
                who.append(line)
        lines = self.git("ls-tree", "-r", commit).decode().splitlines()
        files = {}
        for line in lines:
            about, _, name = line.partition("\t")
            mode, _, blob = about.split(" ")
            files[name] = (mode, blob)
        record = Record(commit, files, who, message, b"\n".join(signature).decode())
        tree = next(line for line in head.split(b"\n") if line.startswith(b"tree ")).decode()[5:]
        parents = [x.decode()[7:] for x in head.split(b"\n") if x.startswith(b"parent ")]
        record.payload = _payload(record, tree, parents)
        return record

    # Writing

    def write(self, kind: str, data: bytes) -> str:
        """Write an object, and return its name."""
        words = ("hash-object", "-t", kind, "-w", "--stdin", "--literally")
        return self.git(*words, data=data).decode().strip()

    def put(self, record: Record, name: str, data: bytes, mode: str = "100644") -> None:
        """Put a file into a record."""
        record.files[name] = (mode, self.write("blob", data))

    def edit(self, record: Record, name: str, **changed: Any) -> None:
        """Change fields of a JSON file of a record; it stays canonical."""
        data = json.loads(self.blob(record, name))
        self.put(record, name, canonical(data | changed))

    def blob(self, record: Record, name: str) -> bytes:
        """Return a file of a record."""
        return self.git("cat-file", "blob", record.files[name][1])

    def tree(self, files: Mapping[str, Entry]) -> str:
        """Write a tree of files, folders flattened, and return its name."""
        lines, folders = [], dict[str, dict[str, Entry]]()
        for path, (mode, sha) in files.items():
            folder, slash, name = path.partition("/")
            if slash:
                folders.setdefault(folder, {})[name] = (mode, sha)
            else:
                kind = {"160000": "commit", "40000": "tree"}.get(mode, "blob")
                lines.append(f"{mode} {kind} {sha}\t{path}")
        lines += [f"40000 tree {self.tree(inner)}\t{name}" for name, inner in folders.items()]
        return self.git("mktree", "--missing", data="\n".join([*lines, ""]).encode()).decode()[:40]

    def lay(self, ref: str, records: Sequence[Record], seal: Seal = kept) -> list[str]:
        """Lay records down as the whole history of a ref; seal anew what is not as it was."""
        names: list[str] = []
        for record in records:
            payload = _payload(record, self.tree(record.files), [*names[-1:], *record.merged])
            same = payload == record.payload
            armored = record.signature if same else seal(payload, record.signature)
            names.append(self.write("commit", _sealed(payload, armored)))
        self.move(ref, names[-1])
        return names

    def move(self, ref: str, sha: str) -> None:
        """Move a ref, wherever it was."""
        self.git("update-ref", ref, sha)

    def drop(self, *refs: str) -> None:
        """Delete refs."""
        for ref in refs:
            self.git("update-ref", "-d", ref)

    # The disk

    def loose(self, sha: str) -> Path:
        """Return the file of a loose object."""
        return self.path / "objects" / sha[:2] / sha[2:]

    def overwrite(self, sha: str, kind: str, data: bytes) -> None:
        """Write other bytes under the name of an object."""
        path = self.loose(sha)
        path.unlink()
        path.write_bytes(zlib.compress(f"{kind} {len(data)}\0".encode() + data))


def signoff_file(person: str) -> str:
    """Return the name of the file of a person's sign-offs."""
    return f"signoffs/{sha256(person.encode())}.json"


def _payload(record: Record, tree: str, parents: Sequence[str]) -> bytes:
    head = [f"tree {tree}".encode(), *(f"parent {sha}".encode() for sha in parents), *record.head]
    return b"\n".join(head) + b"\n\n" + record.message


def _sealed(payload: bytes, armored: str) -> bytes:
    if not armored:
        return payload
    head, _, message = payload.partition(b"\n\n")
    folded = armored.replace("\n", "\n ").encode()
    return head + b"\ngpgsig " + folded + b"\n\n" + message
