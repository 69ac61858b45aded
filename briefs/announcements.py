"""Announcements: what every record implies, for whom, and the key under which it is sent once.

Derived from records alone, so that deciding and queueing are one commit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from briefs.record import Event, State
from briefs.terms import Action


class Audience(StrEnum):
    """For whom an announcement is: the review channel, or only those who must act."""

    CHANNEL = "channel"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Announcement:
    """One message about one transition. `template` names its words in `templates/chat/`."""

    slug: str
    seq: int
    audience: Audience
    template: str

    @property
    def key(self) -> str:
        """The name under which it is claimed, sent and looked up: once for ever."""
        return f"{self.slug}-{self.seq:06d}-{self.audience}"


def implied(event: Event, state: State) -> Iterator[Announcement]:
    """Yield the announcements of the record `event`, after which the brief stands as `state`."""
    template = event.action.replace(" ", "-")
    yield Announcement(event.slug, event.seq, Audience.CHANNEL, template)
    if event.action is Action.SUBMIT and state.report.errors:
        yield Announcement(event.slug, event.seq, Audience.AUTHOR, "refused")
    if event.action is Action.CHECK and not state.report.passed:
        yield Announcement(event.slug, event.seq, Audience.AUTHOR, "refused")
    if event.action in (Action.REQUEST_CHANGES, Action.HOLD):
        yield Announcement(event.slug, event.seq, Audience.AUTHOR, template)
