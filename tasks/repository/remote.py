"""The remote: a copy that gets everything, is never forced, and is never merged from.

What was pushed is remembered in `refs/pushed/`, for each address, and stays here. A remote that has
lost some of it, or holds what this desk did not write, is an alarm: it stands in `refs/desk/alarm`,
and stops publication until the remote agrees again.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from git.exc import GitCommandError

from briefs.canonical import canonical, sha256
from tasks.repository.content import MAIN, Change, Content
from tasks.repository.git import PUSH_SECONDS, RepositoryError

PUSHED: Final = "refs/pushed/"
ALARM: Final = "refs/desk/alarm"
FILE: Final = "alarm.json"
_OURS: Final = ("refs/heads/briefs/", "refs/desk/", MAIN, "refs/tags/published/")
_MOST_TOLD: Final = 5


def push(content: Content, remote: str, at: datetime) -> None:
    """Push every brief, the desk's records, `main` and its tags to `remote`, never by force.

    Raises:
        RepositoryError: it has been tampered with, refused, or could not be reached.
    """
    there, pushed = _ours(_listed(content, remote)), _pushed(remote)
    faults = _faults(content, there, pushed)
    _sound(content, faults, at)
    if faults:
        raise RepositoryError(
            f"publication is stopped, the remote is not what was pushed: {'; '.join(faults)}; if "
            "this desk was restored from an older backup, fetch what it lacks from there; else "
            "find out who moved it, and set the remote right; then run briefs reconcile"
        )
    refs = _ours(content.git.refs("refs/"))
    behind = sorted(ref for ref, sha in refs.items() if there.get(ref) != sha)
    if behind:
        # By object, as a ref may move on meanwhile.
        content.git.push(remote, [f"{refs[ref]}:{ref}" for ref in behind])
    _remember(content, refs, pushed)


def without(content: Content, at: datetime) -> None:
    """End the alarm of a remote that the desk has no longer."""
    _sound(content, [], at)


def pushed_of(content: Content, slug: str) -> list[str]:
    """Return the commits of a brief that were pushed last, one for each remote."""
    return list(content.git.refs(f"{PUSHED}*/heads/briefs/{slug}").values())


def _pushed(remote: str) -> str:
    return f"{PUSHED}{sha256(remote.encode())[:16]}/"


def _faults(content: Content, there: Mapping[str, str], place: str) -> list[str]:
    """Return how the refs of a remote differ from what was pushed, other than by being behind."""
    here = _ours(content.git.refs("refs/"))
    known = content.git.refs(place)
    pushed = {f"refs/{ref.removeprefix(place)}": sha for ref, sha in known.items()}
    faults = []
    for ref in sorted(there.keys() | pushed.keys()):
        found, last = there.get(ref), pushed.get(ref)
        if found is None:
            faults.append(f"{ref} is gone from it")
        elif ref not in here:
            faults.append(f"it holds {ref}, which this desk never wrote")
        elif found not in (here[ref], last) and not _descends(content, here[ref], found):
            faults.append(f"{ref} holds there what this desk never wrote ({found[:12]})")
        elif last and found != last and not _descends(content, found, last):
            faults.append(f"{ref} was rewound there, from {last[:12]} to {found[:12]}")
    more = len(faults) - _MOST_TOLD
    return faults[:_MOST_TOLD] + ([f"and {more} more refs"] if more > 0 else [])


def alarm(content: Content) -> list[str]:
    """Return what was wrong with the remote when it was last looked at; empty when nothing."""
    commit = content.git.resolve(ALARM)
    if commit is None:
        return []
    return [str(fault) for fault in json.loads(content.file(commit, FILE))["faults"]]


def _sound(content: Content, faults: list[str], at: datetime) -> None:
    """Raise the alarm, or end it; nothing is written where it stands as it should."""
    if alarm(content) == faults:
        return
    with content.locked():
        data = canonical({"schema_version": 1, "faults": faults})
        message = "remote: alarm\n" if faults else "remote: agrees again\n"
        content.commit(ALARM, content.git.resolve(ALARM), Change({FILE: data}, message, at))


def _remember(content: Content, refs: Mapping[str, str], place: str) -> None:
    before = content.git.refs(place)
    changed = {
        name: sha
        for ref, sha in refs.items()
        if before.get(name := place + ref.removeprefix("refs/")) != sha
    }
    if changed:
        lines = "".join(f"update {name} {sha}\n" for name, sha in changed.items())
        with content.locked():
            content.git.run("update-ref", "--stdin", data=lines.encode())


def _ours(refs: Mapping[str, str]) -> dict[str, str]:
    return {ref: sha for ref, sha in refs.items() if ref.startswith(_OURS)}


def _listed(content: Content, remote: str) -> dict[str, str]:
    try:
        words = ("ls-remote", "--refs", "--end-of-options", remote)
        lines = content.git.run(*words, seconds=PUSH_SECONDS).splitlines()
    except GitCommandError as error:
        said = " ".join(str(error.stderr).split())[:300]
        raise RepositoryError(f"the remote cannot be reached: {said}; try again later") from error
    return {ref: sha for sha, _, ref in (line.partition("\t") for line in lines)}


def _descends(content: Content, commit: str, from_commit: str) -> bool:
    """Say whether `from_commit` lies in the history of `commit`; a foreign one does not."""
    try:
        content.git.run("merge-base", "--is-ancestor", "--end-of-options", from_commit, commit)
    except GitCommandError:
        return False
    return True
