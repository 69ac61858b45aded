"""For reviewers, and for editors who ask them."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from briefs.dossier import Act
from briefs.record import Actor, Details
from briefs.signoff import covered, statement
from briefs.terms import Action
from desk.commands.acting import act, with_key
from desk.doors import clean
from desk.options import Writing
from desk.persons import account_name, person_of
from desk.request import BadRequest
from tasks import acts, signatures
from tasks.agreed import current_policy
from tasks.repository import Content
from tasks.settings import find_desk


def approve(
    slug: str,
    *,
    digest: str,
    sections: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    all_but: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    comment: str = "",
    ssh_key: Path | None = None,
    options: Writing | None = None,
) -> int:
    """Sign off exactly the text that you read.

    Parameters
    ----------
    slug
        The brief.
    digest
        The digest of the text that you read, 12 characters or more, as `briefs show` prints it.
    sections
        The sections that you sign, as 3 or 10.12; all of them if none is named.
    all_but
        The sections that you do not sign, such as those with text of yours; all others you do.
    comment
        A word to the author and the editors.
    ssh_key
        Your own SSH key, which people.yaml names, to sign with; its .pub, if an agent holds it.
    """
    options = with_key(options or Writing())
    if all_but:
        if sections:
            raise BadRequest("name the sections that you sign, or those that you do not")
        sections = _others(slug, all_but, options)
    values: dict[str, Any] = {"digest": digest, "sections": list(sections), "comment": comment}
    if ssh_key is not None:
        values |= _signed(slug, ssh_key, values, options)
    return act(Action.SIGN_OFF, slug, options, values)


def _others(slug: str, paths: Sequence[str], options: Writing) -> tuple[str, ...]:
    with Content(find_desk(options.desk).content) as content:
        state = content.state(content.known(slug))
    unknown = [path for path in paths if not covered([path], state)]
    if unknown:
        raise BadRequest(f"{slug} has no section {unknown[0][:40]}; see briefs show --sections")
    if others := tuple(sorted(set(state.digests.sections).difference(covered(paths, state)))):
        return others
    raise BadRequest("no section is left to sign; leave some of --all-but out")


def _signed(slug: str, ssh_key: Path, values: dict[str, Any], options: Writing) -> dict[str, str]:
    """Return the signature of the sign-off that is about to be given, and the policy it names."""
    # As the desk will record it, or the signature would be of other words.
    details = Details(sections=tuple(values["sections"]), comment=clean(values["comment"]))
    with Content(find_desk(options.desk).content) as content:
        agreed = current_policy(content)
        person = person_of(agreed, account_name(os.getuid()), options.person)
        actor = Actor(person.id, "")
        given = acts.dossier(
            content, Act(Action.SIGN_OFF, slug, str(options.key), actor, details)
        ).given
    if given is None or not given.bytes.startswith(values["digest"].lower()):
        return {}  # the desk says which text is the newest
    said = statement(replace(given, strength="personal"))
    signature = signatures.sign_personally(ssh_key.expanduser(), said)
    return {"signature": signature, "policy": agreed.version}


def request_changes(slug: str, *, reason: str, options: Writing | None = None) -> int:
    """Return a brief to its author.

    Parameters
    ----------
    slug
        The brief.
    reason
        What should change, and why.
    """
    return act(Action.REQUEST_CHANGES, slug, options or Writing(), {"reason": reason})


def retract(slug: str, *, options: Writing | None = None) -> int:
    """Take your own sign-off back.

    Parameters
    ----------
    slug
        The brief.
    """
    return act(Action.RETRACT, slug, options or Writing())


def assign(
    slug: str,
    *,
    to: Annotated[tuple[str, ...], Parameter(name="--to", consume_multiple=True)],
    options: Writing | None = None,
) -> int:
    """Ask these reviewers, and no others.

    Parameters
    ----------
    slug
        The brief.
    to
        Ids of people.yaml.
    """
    return act(Action.ASSIGN, slug, options or Writing(), {"people": list(to)})


def veto(slug: str, *, reason: str, options: Writing | None = None) -> int:
    """Stand against publication until you lift it, whoever else signs.

    Parameters
    ----------
    slug
        The brief.
    reason
        Why.
    """
    return act(Action.VETO, slug, options or Writing(), {"reason": reason})


def lift(slug: str, *, options: Writing | None = None) -> int:
    """Lift your own veto; to approve, sign off afterwards.

    Parameters
    ----------
    slug
        The brief.
    """
    return act(Action.LIFT, slug, options or Writing())


def comment(
    slug: str,
    *,
    comment: str,
    section: str | None = None,
    line: int = 0,
    options: Writing | None = None,
) -> int:
    """Say something about a brief, a section, or a line, without deciding anything.

    Parameters
    ----------
    slug
        The brief.
    comment
        What you have to say.
    section
        The section that it is about, as 3 or 10.12.
    line
        The line that it is about, of the newest revision.
    """
    values = {"comment": comment, "sections": [section] if section else [], "line": line}
    return act(Action.COMMENT, slug, options or Writing(), values)


def override(
    slug: str,
    *,
    reason: str,
    digest: str,
    due: str,
    settler: str,
    options: Writing | None = None,
) -> int:
    """Go past the review of exactly this text, as a debt that somebody else settles.

    Parameters
    ----------
    slug
        The brief.
    reason
        Why it cannot wait for the sign-offs.
    digest
        The digest of the text, 12 characters or more, as `briefs show` prints it.
    due
        The day to settle it by, as 2026-12-01.
    settler
        Who is to look at it: an id of people.yaml, neither author nor scheduler of the brief.
    """
    values = {"reason": reason, "digest": digest, "due": due, "settler": settler}
    return act(Action.OVERRIDE, slug, options or Writing(), values)


def settle(slug: str, *, comment: str = "", debt: str = "", options: Writing | None = None) -> int:
    """Settle an override: you have looked at what went past the review.

    Parameters
    ----------
    slug
        The brief.
    comment
        What you found.
    debt
        The key of the override, where there are several; briefs status shows it.
    """
    return act(Action.SETTLE, slug, options or Writing(), {"comment": comment, "debt": debt})
