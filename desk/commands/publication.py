"""For editors: when a brief goes out, and what happens to it afterwards."""

from typing import Annotated

from cyclopts import Parameter

from briefs.errors import BriefError, TransitionRefused
from briefs.terms import Action
from desk import client, exits, output
from desk.commands.acting import act
from desk.options import Writing
from desk.refusals import code_of
from desk.request import BadRequest
from tasks import acts
from tasks.repository import Content
from tasks.settings import find_desk


def schedule(slugs: tuple[str, ...], /, *, at: str, options: Writing | None = None) -> int:
    """Set the moment of publication; the text is pinned.

    Parameters
    ----------
    slugs
        One brief or more.
    at
        The moment, as "2026-11-24 09:00 Europe/Brussels"; without a zone the desk's holds.
    """
    options = options or Writing()
    if len(slugs) > 1 and options.key:
        raise BadRequest("one key is one act: schedule these briefs one by one, or leave --key out")
    codes = []
    for slug in slugs:
        try:
            codes.append(act(Action.SCHEDULE, slug, options, {"at": at}))
        except BriefError as error:
            if len(slugs) == 1:
                raise
            output.note(f"briefs: {slug}: {error}")
            codes.append(code_of(error))
    return max(codes)


def unschedule(slug: str, *, options: Writing | None = None) -> int:
    """Take a brief off the schedule; it stays approved.

    Parameters
    ----------
    slug
        The brief.
    """
    return act(Action.UNSCHEDULE, slug, options or Writing())


def publish(
    slug: str | None = None,
    *,
    due: Annotated[bool, Parameter(negative="")] = False,
    options: Writing | None = None,
) -> int:
    """Publish a brief now, or everything that is due.

    Parameters
    ----------
    slug
        The brief; an editor releases it, and the gates decide.
    due
        Publish what is scheduled and due, as the clock does.
    """
    options = options or Writing()
    if due == (slug is not None):
        output.note("briefs: name one brief, or say --due")
        return exits.USAGE
    if slug is None:
        return _publish_due(options)
    return act(Action.RELEASE, slug, options)


def withdraw(slug: str, *, reason: str, options: Writing | None = None) -> int:
    """Withdraw what is published; its address stays and says why.

    Parameters
    ----------
    slug
        The brief.
    reason
        Why, for readers.
    """
    return act(Action.WITHDRAW, slug, options or Writing(), {"reason": reason})


def _publish_due(options: Writing) -> int:
    desk = find_desk(options.desk)
    with Content(desk.content) as content:
        slugs = acts.due(content)
        if options.dry_run or not slugs:
            output.say("due: " + (", ".join(slugs) or "nothing"))
            return exits.DONE
        if client.running(desk):
            output.say(str(client.call(desk, "POST", "/publish-due")["message"]))
            return exits.DONE
        codes = [_put_out(content, slug) for slug in slugs]
    output.note("pages and announcements are queued: briefs serve, or briefs reconcile")
    return max(codes)


def _put_out(content: Content, slug: str) -> int:
    try:
        acts.publish(content, slug)
    except TransitionRefused as refusal:
        output.say(f"{slug}: held: {'; '.join(refusal.objections)}")
        return exits.REFUSED
    except BriefError as error:  # one brief's fault keeps none of the others waiting
        output.note(f"briefs: {slug}: {error}")
        return code_of(error)
    output.say(f"{slug}: published")
    return exits.DONE
