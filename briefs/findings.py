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


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What one rule says about one line; lines and columns count from 1."""

    line: int
    column: int
    rule: str
    severity: Severity
    message: str

    __pydantic_config__ = ConfigDict(extra="forbid")
