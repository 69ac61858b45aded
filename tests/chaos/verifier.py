"""The independent verifier: what a content repository must be, asked of Git alone.

Nothing of the desk is imported. The table of arrows stands here a second time, on purpose.
"""

import hashlib
import json
import os
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

BRIEFS = "refs/heads/briefs/"
Call = Mapping[str, Any]

_OPEN = ("draft", "checked", "scored", "in review", "approved", "scheduled")
_REVIEWED = ("in review", "approved", "scheduled")


def _same(action: str, stages: Iterable[str]) -> set[tuple[Any, str, str]]:
    return {(stage, action, stage) for stage in stages}


ARROWS = (
    {(stage, "submit", "draft") for stage in (None, *_OPEN, "published", "withdrawn")}
    | {("draft", "check", "checked"), ("checked", "score", "scored")}
    | {("scored", "request review", target) for target in ("in review", "approved")}
    | {("in review", "sign off", "approved"), ("scheduled", "publish", "published")}
    | _same("sign off", _REVIEWED)
    | {("in review", action, "approved") for action in ("request review", "lift", "override")}
    | {("scored", "override", "approved")}
    | _same("override", ("approved", "scheduled"))
    | {(stage, "veto", "in review") for stage in _REVIEWED}
    | _same("lift", _OPEN)
    | _same("comment", _OPEN)
    | _same("settle", (*_OPEN, "published", "withdrawn"))
    | {(stage, "request changes", "draft") for stage in _REVIEWED}
    | {(stage, "retract", "in review") for stage in _REVIEWED}
    | _same("retract", _REVIEWED)
    | {(stage, "recall", "draft") for stage in _OPEN[1:]}
    | {(stage, "abandon", "draft") for stage in _OPEN}
    | _same("assign", _OPEN)
    | {(s, a, "scheduled") for s in ("approved", "scheduled") for a in ("schedule", "release")}
    | {("scheduled", "unschedule", "approved"), ("scheduled", "hold", "scheduled")}
    | {("published", "withdraw", "withdrawn")}
    | _same("withdraw", _OPEN)
)


class Ledger:
    """A content repository as `git` shows it."""

    def __init__(self, repository: Path) -> None:
        self.path = repository

    def git(self, *words: str, data: bytes | None = None) -> bytes:
        """Return what `git` prints; raises where it fails."""
        done = subprocess.run(
            ["git", "--git-dir", str(self.path), *words],
            input=data,
            capture_output=True,
            check=True,
            env={"PATH": os.environ["PATH"], "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C"}
            | {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"},
        )
        return done.stdout

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        """Return refs and what they point at."""
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)", prefix)
        return dict(line.split(" ") for line in lines.decode().splitlines())

    def files(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return the bytes of the objects `names` that exist."""
        wanted = list(names)
        out = self.git("cat-file", "--batch", data="".join(f"{n}\n" for n in wanted).encode())
        found, place = {}, 0
        for name in wanted:
            end = out.index(b"\n", place)
            head, place = out[place:end].split(b" "), end + 1
            if head[-1] != b"missing":
                size = int(head[2])
                found[name] = out[place : place + size]
                place += size + 1
        return found

    def tree(self, commit: str) -> list[str]:
        """Return the names of all files of a commit."""
        return self.git("ls-tree", "-r", "--name-only", commit).decode().splitlines()

    def commits(self, ref: str) -> list[tuple[str, list[str]]]:
        """Return the commits of a ref with their parents, oldest first."""
        lines = self.git("log", "--format=%H %P", "--reverse", "--topo-order", ref).decode()
        return [(line.split()[0], line.split()[1:]) for line in lines.splitlines()]

    def history(self, slug: str) -> list[tuple[str, dict[str, Any]]]:
        """Return commits and events of a brief, oldest first."""
        commits = [commit for commit, _ in self.commits(BRIEFS + slug)]
        found = self.files(f"{commit}:event.json" for commit in commits)
        return [(c, json.loads(found[f"{c}:event.json"])) for c in commits]


def faults(repository: Path, calls: Iterable[Call] = ()) -> list[str]:
    """Return all that is wrong with a repository and with what `calls` were told, in sentences."""
    ledger = Ledger(repository)
    found = list(_unsound(ledger))
    if found:
        return found
    keys: dict[tuple[str, str], list[str]] = defaultdict(list)
    for ref in ledger.refs(BRIEFS):
        slug = ref.removeprefix(BRIEFS)
        found += _broken(ledger, slug)
        for commit, event in ledger.history(slug):
            keys[slug, event["key"]].append(commit)
    return found + list(_lies(keys, calls)) + list(_astray(ledger))


def _unsound(ledger: Ledger) -> Iterator[str]:
    try:
        ledger.git("fsck", "--full", "--strict", "--no-dangling", "--no-progress")
    except subprocess.CalledProcessError as error:
        yield f"fsck: {error.stdout.decode()} {error.stderr.decode()}"
    for lock in ledger.path.rglob("*.lock"):
        if lock.name != "desk.lock":
            yield f"a lock is left: {lock.relative_to(ledger.path)}"


def _broken(ledger: Ledger, slug: str) -> Iterator[str]:
    """Yield what is wrong with the history of one brief: it is linear, gapless, and adds up."""
    before, stage = None, None
    seen: set[str] = set()
    commits = ledger.commits(BRIEFS + slug)
    files = ledger.files(f"{c}:{n}.json" for c, _ in commits for n in ("event", "state"))
    for seq, (commit, parents) in enumerate(commits, 1):
        event, state = (json.loads(files[f"{commit}:{n}.json"]) for n in ("event", "state"))
        arrow = (event["source"], event["action"], event["target"])
        where = f"{slug} #{seq} ({event['action']}, {event['key']})"
        if parents != ([before] if before else []):
            yield f"{where}: its parents are {parents}, not {before}"
        if (event["seq"], state["seq"]) != (seq, seq):
            yield f"{where}: event and state say {event['seq']} and {state['seq']}"
        if event["source"] != stage or state["stage"] != event["target"]:
            yield f"{where}: {stage} came before {arrow}, {state['stage']} after"
        if arrow not in ARROWS:
            yield f"{where}: there is no arrow {arrow}"
        if event["key"] in seen:
            yield f"{where}: the key was used before"
        if state["stage"] in ("approved", "scheduled", "published"):
            yield from _unsigned(ledger, commit, state, where)
        seen.add(event["key"])
        before, stage = commit, event["target"]


def _unsigned(ledger: Ledger, commit: str, state: Mapping[str, Any], where: str) -> Iterator[str]:
    names = [n for n in ledger.tree(commit) if n.startswith("signoffs/")]
    files = ledger.files(f"{commit}:{name}" for name in [*names, "brief.md"])
    digest = hashlib.sha256(files.pop(f"{commit}:brief.md")).hexdigest()
    given = [signoff for data in files.values() for signoff in json.loads(data)]
    signers = {s["reviewer"] for s in given if s["bytes"] == digest} - set(state["contributors"])
    if digest != state["digests"]["bytes"]:
        yield f"{where}: the bytes are not those that the state names"
    if len(signers) < 2:
        yield f"{where}: {state['stage']} with sign-offs by {sorted(signers) or 'nobody'} alone"


def _lies(keys: Mapping[tuple[str, str], list[str]], calls: Iterable[Call]) -> Iterator[str]:
    """Yield where what a caller was told is not what is in Git."""
    told: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in calls:
        told[call["slug"], call["key"]].append(call)
    for name, answers in told.items():
        outcomes = Counter(answer["outcome"] for answer in answers)
        yield from _miscounted(name, outcomes, keys.get(name, []))
        for answer in answers:
            if answer["outcome"] == "ok" and answer.get("commit") not in (None, *keys[name]):
                yield f"{name}: acknowledged as {answer['commit']}, recorded as {keys[name]}"
            if answer["outcome"] == "fault":
                yield f"{name}: {answer['said']}"
    if told:
        for name in keys.keys() - told.keys():
            yield f"{name}: in Git, and nobody asked for it"


def _miscounted(name: tuple[str, str], outcomes: Counter[str], commits: list[str]) -> Iterator[str]:
    if outcomes["ok"] and len(commits) != 1:
        yield f"{name}: acknowledged, and in {len(commits)} events"
    elif len(commits) > 1:
        yield f"{name}: one key, {len(commits)} events"
    if outcomes["refused"] and not outcomes["ok"] and commits:
        yield f"{name}: refused, and in Git as {commits}"


def _astray(ledger: Ledger) -> Iterator[str]:
    """Yield where `main` and its tags do not say what they must."""
    refs = ledger.refs()
    main = refs.get("refs/heads/main")
    if main is None:
        return
    commits = ledger.commits(main)
    if any(len(parents) > 1 for _, parents in commits):
        yield "main is not linear"
    entries = json.loads(ledger.files([f"{main}:manifest.json"])[f"{main}:manifest.json"])
    for slug, entry in entries["briefs"].items():
        text = ledger.files([f"{main}:briefs/{slug}.md"])
        digests = [hashlib.sha256(data).hexdigest() for data in text.values()]
        if digests != ([] if entry["withdrawn"] else [entry["digest"]]):
            yield f"main: {slug} is not the text of {entry['digest'][:12]}"
        tag = refs.get(f"refs/tags/published/{slug}/{entry['edition']}")
        if tag not in [commit for commit, _ in commits]:
            yield f"main: {slug} has no tag of edition {entry['edition']} on main"
