"""What every command that writes does: ask the desk, show the answer, return the exit code."""

import secrets
from dataclasses import replace
from typing import Any

from briefs.terms import Action
from desk import client, exits, output
from desk.options import Writing
from desk.request import Request
from tasks.settings import find_desk


def act(action: Action, slug: str, options: Writing, values: dict[str, Any] | None = None) -> int:
    """Have `action` taken on `slug`; print where the brief stands; return the exit code."""
    answer = ask(action, slug, options, values)
    if options.json:
        output.envelope(**answer)
    else:
        tell(answer)
    return exits.DONE


def ask(
    action: Action, slug: str, options: Writing, values: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Have `action` taken on `slug`; return the answer. Raises `BriefError` for a refusal."""
    desk = find_desk(options.desk)
    options = with_key(options)
    request = Request(action, slug, options.person, options.key, options.dry_run, values or {})
    return client.act(desk, request, wait=options.wait)


def with_key(options: Writing) -> Writing:
    """Return `options` with the key of the act: a new one, where none was given."""
    return replace(options, key=secrets.token_hex(8)) if options.key is None else options


def tell(answer: dict[str, Any]) -> None:
    """Print where the brief stands after an act, and what carries on from here."""
    if answer.get("dry_run"):
        output.say(f"{answer['slug']}: this would be taken; nothing was changed")
        return
    done = "said before; " if answer.get("repeated") else ""
    same = "nothing changed; " if answer.get("unchanged") else ""
    output.say(
        f"{answer['slug']}: {done}{same}{output.styled(answer['stage'], 'bold')}, "
        f"r{answer['revision']}, digest {answer['digest'][:12]}, key {answer['key']}"
    )
    for need in answer.get("needs", []):
        output.say(f"  {need}")
    if not answer.get("served") and answer.get("flow"):
        output.note(
            "recorded; announcements and pages are queued: "
            "briefs serve runs them, or briefs reconcile here and now"
        )
