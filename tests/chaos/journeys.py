"""Six journeys of one brief: where each begins, which flow carries on, and what it leaves."""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from briefs.record import Details
from briefs.terms import Action
from tasks import acts, outbox, site, unfinished
from tasks.agreed import current_policy
from tasks.repository import Content, site_branch
from tasks.settings import Desk
from tests.chaos import desks, verifier

SLUG = "portugal"
NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Journey:
    """A flow, the key of the act that it carries on from, and what was done before it."""

    flow: str
    key: str
    prepare: Callable[[Desk, Content], None]


def stop_the_clock() -> None:
    """Let it be noon for ever, so that the same history has the same bytes, whoever wrote it."""
    for module in (acts, outbox, unfinished):
        module.now = lambda: NOON  # type: ignore[attr-defined]


def _submitted(desk: Desk, content: Content) -> None:
    desks.submit(content, SLUG, "submission", desks.good("ada"))


def _lacking(desk: Desk, content: Content) -> None:
    desks.submit(content, SLUG, "submission", desks.lacking("ada"))


def _in_review(desk: Desk, content: Content) -> None:
    _submitted(desk, content)
    desks.carry_on(content, SLUG)
    desks.sign(content, SLUG, "ben-signs", "ben")
    outbox.deliver(desk, content, SLUG)


def _signed(desk: Desk, content: Content) -> None:
    _in_review(desk, content)
    desks.sign(content, SLUG, "cleo-signs", "cleo")


def _returned(desk: Desk, content: Content) -> None:
    _in_review(desk, content)
    details = Details(reason="say how close relations are")
    acts.perform(content, desks.act(Action.REQUEST_CHANGES, SLUG, "cleo-asks", "cleo", details))


def _released(desk: Desk, content: Content) -> None:
    _signed(desk, content)
    outbox.deliver(desk, content, SLUG)
    desks.release(content, SLUG, "zoe-releases")


def _withdrawn(desk: Desk, content: Content) -> None:
    _released(desk, content)
    acts.publish(content, SLUG)
    _put_out(desk, content)
    details = Details(reason="overtaken")
    act = desks.act(Action.WITHDRAW, SLUG, "zoe-withdraws", desks.EDITOR, details)
    acts.perform(content, act)


def _put_out(desk: Desk, content: Content) -> None:
    site_branch.reflect(content, SLUG, current_policy(content))
    site.build(content, desk.site)
    outbox.deliver(desk, content, SLUG)


JOURNEYS = {
    "submit": Journey("flows.submission:submit", "submission", _submitted),
    "submit-refused": Journey("flows.submission:submit", "submission", _lacking),
    "sign-off": Journey("flows.review:sign_off", "cleo-signs", _signed),
    "request-changes": Journey("flows.review:request_changes", "cleo-asks", _returned),
    "publish": Journey("flows.publication:publish", "zoe-releases", _released),
    "withdraw": Journey("flows.publication:withdraw", "zoe-withdraws", _withdrawn),
}


def prepare(name: str, root: Path) -> Desk:
    """Return a desk at which the act of a journey is recorded, and its flow has not run."""
    desk = desks.make(root)
    with Content(desk.content) as content:
        JOURNEYS[name].prepare(desk, content)
    (desk.root / "sends.log").unlink(missing_ok=True)
    return desk


def left(root: Path) -> dict[str, Any]:
    """Return all that a journey leaves behind: history, `main`, tags, messages, pages.

    Asked of Git and the file system alone.
    """
    ledger = verifier.Ledger(root / "content.git")
    refs = ledger.refs()
    outbox_tree = ledger.git("rev-parse", f"refs/desk/outbox/{SLUG}^{{tree}}").decode().strip()
    sends = root / "sends.log"
    return {
        "refs": {n: sha for n, sha in refs.items() if not n.startswith("refs/desk/outbox/")},
        "history": [told(event) for _, event in ledger.history(SLUG)],
        "deliveries": ledger.tree(outbox_tree),
        "outbox": outbox_tree,
        "main": len(ledger.commits("refs/heads/main")) if "refs/heads/main" in refs else 0,
        "messages": _digests(root / "outbox"),
        "sends": dict(Counter(sends.read_text().split())) if sends.exists() else {},
        "site": _digests(root / "site"),
        "current": _target(root / "site" / "current"),
    }


def settled(root: Path) -> list[str]:
    """Return which deliveries do not end as sent."""
    ledger = verifier.Ledger(root / "content.git")
    ref = f"refs/desk/outbox/{SLUG}"
    found = ledger.files(f"{ref}:{name}" for name in ledger.tree(ref))
    read = {name: json.loads(data)["status"] for name, data in found.items()}
    return [f"{name} is {status}" for name, status in read.items() if status != "sent"]


def told(event: dict[str, Any]) -> str:
    """Return an event without its time and without what it says: one line."""
    words = ("action", "source", "target", "edition", "revision", "key")
    return " ".join(str(event[w]) for w in words) + " by " + event["actor"]["person"]


def _target(link: Path) -> str:
    return os.readlink(link) if link.is_symlink() else "nothing"


def _digests(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _lock(path)]
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in files
        if "current" not in path.relative_to(folder).parts
    }


def _lock(path: Path) -> bool:
    return bool(re.fullmatch(r"\.building|.*\.lock", path.name))
