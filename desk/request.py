"""What a person asks for, in plain data: the same from every front door."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from briefs.errors import BriefError
from briefs.terms import Action


class BadRequest(BriefError):
    """A request that is none, whatever the brief: an unusable key, words without end."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks for: an action on a brief, as plain data, with what it needs."""

    action: Action
    slug: str
    person: str | None = None
    key: str | None = None
    dry_run: bool = False
    values: Mapping[str, Any] | None = None

    def value(self, name: str, default: Any = None) -> Any:
        """Return one of the values, or `default`."""
        return (self.values or {}).get(name, default)
