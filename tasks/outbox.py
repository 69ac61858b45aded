"""The outbox: which announcements the records imply, which were sent, and the sending.

Before a message is sent a claim is committed to `refs/desk/outbox/<slug>`, after it the outcome.
A claim without an outcome, seen under the sender's lock, is a crash in between: the channel is
asked whether it has the message, and where it cannot tell, the message is left as ambiguous.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum

from briefs.announcements import Announcement, Audience, implied
from briefs.canonical import canonical
from briefs.errors import BriefError
from briefs.instants import stamp
from briefs.record import Event
from briefs.report import read_report
from tasks import messages
from tasks.acts import now
from tasks.agreed import current_policy
from tasks.channels import Channel, Files, NotDelivered, OutOfReach, Unclear
from tasks.repository.content import OUTBOX, Change, Content
from tasks.settings import Desk
from tasks.slack import SlackChannel

LOG = logging.getLogger("briefs.outbox")


class Status(StrEnum):
    """How far an announcement is."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    AMBIGUOUS = "ambiguous"
    FAILED = "failed"


_OPEN = frozenset({Status.PENDING, Status.CLAIMED, Status.FAILED})


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was done about one announcement. `mark` is the channel's own: a file's name, a `ts`."""

    key: str
    status: Status
    channel: str = ""
    mark: str = ""
    at: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An announcement, the record that implies it, and its delivery."""

    announcement: Announcement
    event: Event
    commit: str
    delivery: Delivery


def channel_of(desk: Desk) -> Channel:
    """Return the channel that the settings name: Slack, else files."""
    slack = desk.settings.slack
    return SlackChannel(slack) if slack else Files(desk.outbox)


def entries(content: Content, slug: str) -> list[Entry]:
    """Return every announcement that the records of a brief imply, in order, with its delivery."""
    done = _deliveries(content, slug)
    return [
        Entry(a, event, commit, done.get(a.key, Delivery(a.key, Status.PENDING)))
        for commit, event in content.history(slug)
        for a in implied(event, content.state(commit))
    ]


def deliver(desk: Desk, content: Content, slug: str) -> list[Entry]:
    """Send what is not sent yet of a brief's announcements, in order; return what was sent.

    A channel that fails stops the brief's queue, so that nothing overtakes; the next call goes on.
    """
    sent: list[Entry] = []
    with _sender(content, slug):
        thread: dict[tuple[int, int], str] = {}
        try:
            channel = channel_of(desk)
        except BriefError as error:
            LOG.warning("nothing of %s was announced: %s", slug, error)
            return sent
        for entry in entries(content, slug):
            root = (entry.event.edition, entry.event.revision)
            if entry.delivery.status in _OPEN:
                delivery = _take(content, channel, entry, thread.get(root))
                if delivery.status in _OPEN:
                    LOG.warning("%s was not announced: %s", delivery.key, delivery.fault)
                    break
                entry = Entry(entry.announcement, entry.event, entry.commit, delivery)
                sent.append(entry)
            if _roots(entry, channel):
                thread.setdefault(root, entry.delivery.mark)
    return sent


def _roots(entry: Entry, channel: Channel) -> bool:
    """Say whether later news of the revision goes below this message: the channel's own, sent."""
    delivery = entry.delivery
    to_all = entry.announcement.audience is Audience.CHANNEL
    return to_all and delivery.channel == channel.name and bool(delivery.mark)


def unsent(content: Content, slug: str) -> bool:
    """Say whether anything of a brief is still to be announced.

    Only the newest record is looked at: announcements go out in order, so that none before its
    own can be open when they are not.
    """
    tip = content.known(slug)
    done = _deliveries(content, slug, f"{slug}-{content.state(tip).seq:06d}-")
    keys = [a.key for a in implied(content.event(tip), content.state(tip))]
    return any(key not in done or done[key].status in _OPEN for key in keys)


def _take(content: Content, channel: Channel, entry: Entry, thread: str | None) -> Delivery:
    announcement = entry.announcement
    claimed = entry.delivery.status is Status.CLAIMED
    if claimed and (known := _resolve(content, channel, entry, thread)):
        return known
    text = _text(content, entry)
    _note(content, entry, Delivery(announcement.key, Status.CLAIMED, channel.name))
    try:
        mark = channel.send(announcement, text, thread)
    except NotDelivered as error:
        return _note(content, entry, _outcome(announcement, Status.FAILED, channel, str(error)))
    except Unclear:
        return _resolve(content, channel, entry, thread) or _note(
            content, entry, _outcome(announcement, Status.FAILED, channel, "it was not taken")
        )
    LOG.info("announced %s by %s:\n%s", announcement.key, channel.name, text.rstrip())
    return _note(content, entry, _outcome(announcement, Status.SENT, channel, mark=mark))


def _resolve(
    content: Content, channel: Channel, entry: Entry, thread: str | None
) -> Delivery | None:
    """Return the outcome of a claimed message; None when the channel has it not: send it.

    While the channel cannot be asked the claim stays, and the queue waits behind it.
    """
    announcement = entry.announcement
    try:
        mark = channel.find(announcement, thread)
    except OutOfReach as error:
        return _outcome(announcement, Status.CLAIMED, channel, str(error))
    except Unclear as error:
        outcome = _outcome(announcement, Status.AMBIGUOUS, channel, str(error))
        return _note(content, entry, outcome)
    if mark is None:
        return None
    return _note(content, entry, _outcome(announcement, Status.SENT, channel, mark=mark))


def _outcome(
    announcement: Announcement, status: Status, channel: Channel, fault: str = "", mark: str = ""
) -> Delivery:
    return Delivery(announcement.key, status, channel.name, mark, stamp(now()), fault[:300])


def _text(content: Content, entry: Entry) -> str:
    commit = entry.commit
    report = read_report(content.file(commit, "report.json"))
    return messages.text(
        entry.announcement,
        entry.event,
        content.state(commit),
        current_policy(content),
        report,
        content.signoffs(commit),
    )


def _deliveries(content: Content, slug: str, prefix: str = "") -> dict[str, Delivery]:
    tip = content.git.resolve(OUTBOX + slug)
    if tip is None:
        return {}
    names = (name for name in content.listing(tip) if name.startswith(prefix))
    read = (json.loads(content.file(tip, name)) for name in names)
    found = [Delivery(**{**values, "status": Status(values["status"])}) for values in read]
    return {delivery.key: delivery for delivery in found}


def _note(content: Content, entry: Entry, delivery: Delivery) -> Delivery:
    ref = OUTBOX + entry.announcement.slug
    change = Change(
        {f"{delivery.key}.json": canonical({**asdict(delivery), "status": str(delivery.status)})},
        f"{delivery.key}: {delivery.status}\n",
        now(),
    )
    with content.locked():
        content.commit(ref, content.git.resolve(ref), change)
    return delivery


@contextmanager
def _sender(content: Content, slug: str) -> Iterator[None]:
    """Be the one sender of a brief's announcements; whoever comes meanwhile waits."""
    folder = content.path / "senders"
    folder.mkdir(exist_ok=True)
    descriptor = os.open(folder / slug, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
