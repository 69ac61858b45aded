"""Announcements: what was sent, what waits, and sending it."""

from dataclasses import asdict

from cyclopts import App

from desk import exits, output
from desk.options import Where
from tasks import acts, outbox
from tasks.repository import Content
from tasks.settings import find_desk

app = App(name="outbox", help="Announcements: pending, sent, ambiguous, failed.")


@app.default
def show(slug: str | None = None, *, options: Where | None = None) -> int:
    """Show the announcements and what became of them.

    Parameters
    ----------
    slug
        The brief; else all of them.
    """
    options = options or Where()
    with Content(find_desk(options.desk).content) as content:
        slugs, faults = ([slug], []) if slug is not None else _readable(content)
        deliveries = [entry.delivery for s in slugs for entry in outbox.entries(content, s)]
    if options.json:
        output.envelope(announcements=[asdict(d) | {"status": str(d.status)} for d in deliveries])
    else:
        rows = [(d.key, d.status, d.channel, d.mark or d.fault) for d in deliveries]
        output.say(output.table(rows, ("announcement", "status", "channel", "where")))
    return _said(faults) or exits.DONE


@app.command
def deliver(*, options: Where | None = None) -> int:
    """Send what is not sent yet, here and now."""
    options = options or Where()
    desk = find_desk(options.desk)
    with Content(desk.content) as content:
        slugs, faults = _readable(content)
        waiting = [slug for slug in slugs if outbox.unsent(content, slug)]
        sent = [entry for slug in waiting for entry in outbox.deliver(desk, content, slug)]
        left = [slug for slug in waiting if outbox.unsent(content, slug)]
    if options.json:
        output.envelope(sent=[entry.delivery.key for entry in sent], waiting=left)
    else:
        output.say(f"{len(sent)} sent" + (f"; still waiting: {', '.join(left)}" if left else ""))
    return _said(faults) or (exits.REFUSED if left else exits.DONE)


def _readable(content: Content) -> tuple[list[str], list[str]]:
    """Return the briefs whose records can be read, and the faults of the others."""
    found = list(acts.standings(content))
    return [s.slug for s, _ in found if s], [fault for state, fault in found if state is None]


def _said(faults: list[str]) -> int:
    for fault in faults:
        output.note(f"briefs: {fault}")
    return exits.INTERNAL if faults else exits.DONE
