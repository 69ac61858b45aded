"""For reviewers, and for editors who ask them."""

from typing import Annotated

from cyclopts import Parameter

from briefs.terms import Action
from desk.commands.acting import act
from desk.options import Writing


def approve(
    slug: str,
    *,
    digest: str,
    sections: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    comment: str = "",
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
    comment
        A word to the author and the editors.
    """
    values = {"digest": digest, "sections": list(sections), "comment": comment}
    return act(Action.SIGN_OFF, slug, options or Writing(), values)


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
