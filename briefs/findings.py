"""What a rule says of one line: a value, not an error."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import ConfigDict


class Severity(StrEnum):
    """An error blocks, a warning advises."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Mode(StrEnum):
    """What the brief is held ready for; in a draft, what is merely not there yet is a warning."""

    DRAFT = "draft"
    SUBMIT = "submit"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True)
class Fix:
    """A mechanical remedy: lines `first` to `last` of the draft become `lines`.

    Lines count from 1. `last` below `first` inserts before `first`; no `lines` removes.
    """

    first: int
    last: int
    lines: tuple[str, ...]

    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about one line; lines and columns count from 1.

    `node` is the path of the section that it is about, with the field's title behind `#`; empty
    for what belongs to none. `fix` is what `briefs fmt` would do about it.
    """

    line: int
    column: int
    rule: str
    severity: Severity
    message: str
    node: str = ""
    fix: Fix | None = None

    __pydantic_config__ = ConfigDict(extra="forbid")
