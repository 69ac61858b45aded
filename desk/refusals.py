"""Which error gets which exit code."""

from typing import Final

from briefs.errors import (
    BadInstant,
    BadName,
    BadPolicy,
    BriefError,
    NotEntitled,
    UnknownBrief,
    UnreadableRecord,
)
from desk.exits import INTERNAL, NOT_ENTITLED, REFUSED, USAGE
from desk.request import BadRequest
from tasks.repository import RepositoryError
from tasks.settings import NoDesk

_CODES: Final[tuple[tuple[type[BriefError], int], ...]] = (
    (NotEntitled, NOT_ENTITLED),
    (UnreadableRecord, INTERNAL),
    (BadInstant, USAGE),
    (BadName, USAGE),
    (BadPolicy, USAGE),
    (BadRequest, USAGE),
    (UnknownBrief, USAGE),
    (NoDesk, USAGE),
    (RepositoryError, USAGE),
)


def code_of(error: BriefError) -> int:
    """Return the exit code for `error`: 1, a refusal, unless it is one of the others."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), REFUSED)
