"""Bugs to plant in the desk, in the test's own process: each check has to be seen failing once."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from unittest import mock

from briefs import gates
from briefs.errors import TransitionRefused
from briefs.record import State
from briefs.stages import TRANSITIONS
from tasks import acts, outbox
from tasks.channels import Files
from tasks.repository import site_branch
from tasks.repository.content import Content
from tasks.repository.git import Plumbing


def plant(name: str) -> None:
    """Break the desk as `name` says; an empty name leaves it whole."""
    if name:
        _PLANTS[name]()


def _no_lock() -> None:
    @contextlib.contextmanager
    def locked(self: Content) -> Iterator[None]:
        yield

    Content.locked = locked  # type: ignore[method-assign]


def _no_compare() -> None:
    def move(self: Plumbing, ref: str, new: str, old: str) -> None:
        self.run("update-ref", "--no-deref", "--end-of-options", ref, new)

    Plumbing.move = move  # type: ignore[method-assign]


def _no_lock_no_compare() -> None:
    _no_lock()
    _no_compare()


def _no_keys() -> None:
    Content.recorded = lambda self, tip, key: None  # type: ignore[method-assign]


def _quorum_of_one() -> None:
    gates.lacking = lambda signoffs, state, policy: []
    for number, row in enumerate(TRANSITIONS):
        if row.when is gates.quorum_met:
            object.__setattr__(TRANSITIONS[number], "when", lambda dossier: True)


def _answers_early() -> None:
    """Acknowledge before the ref has moved."""
    commit = Content.commit

    def early(self: Content, ref: str, old: str | None, change: object) -> str:
        if ref.startswith("refs/heads/briefs/") and hash(str(change)) % 10 == 0:
            return "0" * 40
        return commit(self, ref, old, change)  # type: ignore[arg-type]

    Content.commit = early  # type: ignore[method-assign]


def _no_claim() -> None:
    """Send without a claim before it."""
    note = outbox._note

    def late(content: Content, entry: outbox.Entry, delivery: outbox.Delivery) -> outbox.Delivery:
        claimed = delivery.status is outbox.Status.CLAIMED
        return delivery if claimed else note(content, entry, delivery)

    outbox._note = late


def _no_look() -> None:
    """Send what was claimed again, and never ask the channel whether it has it."""
    Files.find = lambda self, announcement: None  # type: ignore[method-assign]


def _no_tag() -> None:
    """Take `main` for finished when its commit is there, tag or not."""
    agrees = site_branch.agrees

    def shows(state: State, entries: Mapping[str, Any], tags: object) -> bool:
        everything = mock.MagicMock(__contains__=lambda self, name: True)
        return agrees(state, entries, everything)

    site_branch.agrees = shows


def _publishes_once() -> None:
    """Refuse to publish what is out already, and so never finish what the first run left."""
    publish = acts.publish

    def once(content: Content, slug: str, at: datetime | None = None) -> acts.Outcome:
        outcome = publish(content, slug, at)
        if outcome.unchanged:
            raise TransitionRefused("publish", outcome.state.stage, ["only while scheduled"])
        return outcome

    acts.publish = once


_PLANTS: dict[str, Callable[[], None]] = {
    "no lock, no compare": _no_lock_no_compare,
    "no keys": _no_keys,
    "quorum of one": _quorum_of_one,
    "answers early": _answers_early,
    "no claim": _no_claim,
    "no look": _no_look,
    "no tag": _no_tag,
    "publishes once": _publishes_once,
}
