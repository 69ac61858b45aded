"""For authors: hand a draft in, take it back, give it up."""

import base64
from pathlib import Path
from typing import Any

from briefs.terms import Action
from desk import output
from desk.commands.acting import act, ask, tell
from desk.commands.authoring import DONE, REFUSED, whole
from desk.options import Writing
from tasks.settings import find_desk
from tasks.shown import seen

SHOWN = 30


def submit(
    file: Path,
    /,
    *,
    slug: str | None = None,
    type: str | None = None,
    base: int | None = None,
    options: Writing | None = None,
) -> int:
    """Submit a draft: it is safe in Git when this returns, and goes to review if it passes.

    Parameters
    ----------
    file
        The draft.
    slug
        The brief; else the file's name without .md.
    type
        The brief type, for a new brief.
    base
        The revision that the draft builds on; else the last that you submitted or were shown.
    """
    options = options or Writing()
    data = whole(file, type)
    name = file.stem if slug is None else slug
    values = {
        "file": str(file),
        "data": base64.b64encode(data).decode("ascii"),
        "type": type,
        "base": base,
        "shown": seen(find_desk(options.desk), name),
    }
    answer = ask(Action.SUBMIT, name, options, values)
    if options.json:
        output.envelope(**answer)
        return DONE if answer["passed"] else REFUSED
    if not answer["passed"] and not answer.get("unchanged"):
        _findings(file, answer)
    tell(answer)
    if answer["passed"]:
        return DONE
    output.note(
        "refused: the draft is safe, and stays a draft until this is mended; "
        f"mend {file} and submit it again"
    )
    return REFUSED


def recall(slug: str, *, reason: str = "", options: Writing | None = None) -> int:
    """Take your brief back from review.

    Parameters
    ----------
    slug
        The brief.
    reason
        A word to the reviewers.
    """
    return act(Action.RECALL, slug, options or Writing(), {"reason": reason})


def abandon(slug: str, *, reason: str = "", options: Writing | None = None) -> int:
    """Give a draft up; what is published stays.

    Parameters
    ----------
    slug
        The brief.
    reason
        A word to the others.
    """
    return act(Action.ABANDON, slug, options or Writing(), {"reason": reason})


def _findings(file: Path, answer: dict[str, object]) -> None:
    findings = [f for f in _list(answer["findings"]) if f["severity"] == "error"]
    for f in findings[:SHOWN]:
        place = f"{file}:{f['line']}:{f['column']}"
        output.say(f"{place}: {output.styled('error', 'error')} {f['message']}")
    if len(findings) > SHOWN:
        output.say(f"… and {len(findings) - SHOWN} more: briefs check {file}")
    for sentence in _list(answer["shortfalls"]):
        output.say(f"{file}: {sentence}")


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
