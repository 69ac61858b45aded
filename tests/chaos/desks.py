"""Desks, drafts and acts to be cruel to. What a crew of writers and a kill at a boundary share."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from briefs.dossier import Act
from briefs.record import Actor, Details, Schedule
from briefs.terms import Action
from desk.commands import policy, setup
from desk.options import Writing
from tasks import acts, unfinished
from tasks.acts import Outcome
from tasks.repository import Content
from tasks.settings import Desk, open_desk
from tasks.words import TEMPLATES

REVIEWERS = tuple(f"reviewer-{number}" for number in range(1, 9))
EDITOR = "zoe-vance"
_SAMPLE = (TEMPLATES / "sample" / "portugal.md").read_text("utf-8")
_MARK = "Relations are close"


@contextmanager
def scratch() -> Iterator[Path]:
    """Lend a folder in memory where there is one: what was written outlives a SIGKILL there too."""
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    folder = Path(tempfile.mkdtemp(prefix="briefs-chaos-", dir=memory if usable else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make(root: Path) -> Desk:
    """Return a new desk whose policy knows ada (author), ben, cleo and eight more reviewers."""
    setup.init(root, admin="Zoe Vance <zoe@example.org>", sample=True)
    people = root / "policy" / "people.yaml"
    people.write_text(people.read_text("utf-8") + "".join(map(_person, REVIEWERS)), "utf-8")
    policy.apply(options=Writing(desk=root, person=EDITOR))
    return open_desk(root)


def _person(name: str) -> str:
    return f"""\
  - id: {name}
    name: {name.title()}
    email: {name}@example.org
    roles: [reviewer]
"""


def good(mark: object) -> bytes:
    """Return a draft that passes, worded for `mark` alone."""
    assert _MARK in _SAMPLE
    return _SAMPLE.replace(_MARK, f"{_MARK} (as {mark} tells)", 1).encode()


def lacking(mark: object) -> bytes:
    """Return a draft that is accepted and refused: it has no section on crises."""
    whole = good(mark).decode()
    return re.sub(r"(?ms)^## Crises\n.*?(?=^## How)", "", whole).encode()


def act(action: Action, slug: str, key: str, person: str, details: Details | None = None) -> Act:
    """Return an act of a person."""
    return Act(action, slug, key, Actor(person, "test"), details or Details())


def submit(content: Content, slug: str, key: str, data: bytes, base: int | None = None) -> Outcome:
    """Hand in `data` as ada."""
    reading = acts.judge(content, data, slug)
    outcome = acts.submit(content, reading, slug, Actor("ada", "test"), key, base)
    assert outcome is not None
    return outcome


def carry_on(content: Content, slug: str) -> None:
    """Let the desk take its actions until review is reached or a gate objects."""
    taken = unfinished.look(content, slug)
    while not taken.objections and (action := unfinished.TO_REVIEW.get(taken.stage)):
        taken = unfinished.take(content, slug, action, taken.cause)


def sign(content: Content, slug: str, key: str, person: str, digest: str | None = None) -> Outcome:
    """Sign what stands there now, or what has `digest`."""
    details = Details(digest=digest or digest_of(content, slug))
    return acts.perform(content, act(Action.SIGN_OFF, slug, key, person, details))


def release(content: Content, slug: str, key: str) -> Outcome:
    """Let what stands there now go out at once."""
    moment = acts.stamp(acts.now())
    schedule = Schedule(moment, moment, "UTC", EDITOR, key, digest_of(content, slug))
    return acts.perform(content, act(Action.RELEASE, slug, key, EDITOR, Details(schedule=schedule)))


def digest_of(content: Content, slug: str) -> str:
    """Return the digest of the bytes that stand there now."""
    return content.state(content.known(slug)).digests.bytes
