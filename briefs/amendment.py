"""Amendments: how the policy changes, under its own quorum, and the record of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import ConfigDict, TypeAdapter, ValidationError

from briefs.canonical import canonical
from briefs.errors import UnreadableRecord
from briefs.policy import Policy

FILE: Final = "amendment.json"
_FORBID: Final = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One person's word for an amendment."""

    person: str
    channel: str
    at: str
    evidence: Mapping[str, str] = field(default_factory=dict)

    __pydantic_config__ = _FORBID


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change of the policy from the version `before` (empty: the first) to `version`."""

    seq: int
    version: str
    before: str
    by: str
    at: str
    agreements: tuple[Agreement, ...] = ()
    schema_version: int = 1

    __pydantic_config__ = _FORBID

    def json(self) -> bytes:
        """Return the amendment as canonical JSON."""
        return canonical(_ADAPTER.dump_python(self, mode="json"))


_ADAPTER: TypeAdapter[Amendment] = TypeAdapter(Amendment)


def read_amendment(data: bytes) -> Amendment:
    """Return the amendment in `data`. Raises `UnreadableRecord` for anything unknown in it."""
    try:
        return _ADAPTER.validate_json(data)
    except ValidationError as error:
        raise UnreadableRecord(f"{FILE} is of a form that this program does not know") from error


def agreed_by(amendment: Amendment, before: Policy) -> list[str]:
    """Return the people whose word counts for an amendment of the policy `before`, each once."""
    role = before.settings.change.role
    names = dict.fromkeys(agreement.person for agreement in amendment.agreements)
    found = (before.person(name) for name in names)
    return [person.id for person in found if person and role in person.roles]


def missing(amendment: Amendment, before: Policy) -> str:
    """Return who must still agree to an amendment of the policy `before`, or ""."""
    change, have = before.settings.change, agreed_by(amendment, before)
    lacking = change.count - len(have)
    if lacking <= 0:
        return ""
    able = [person.id for person in before.with_role(change.role) if person.id not in have]
    return (
        f"{lacking} more of role {change.role} must agree ({', '.join(able) or 'nobody can'}): "
        f"briefs policy approve --version {amendment.version[:12]}"
    )
