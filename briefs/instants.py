"""Moments of publication: written by people in a zone, kept in UTC, never ambiguous."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from briefs.errors import BadInstant

HORIZON: Final = timedelta(days=2 * 366)
_FORM: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)\s*(Z|[+-]\d\d:\d\d|[A-Za-z][A-Za-z0-9_+/-]{0,63})?"
)


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment: in UTC, and as the person wrote it."""

    at: datetime
    wall: str
    zone: str


def stamp(moment: datetime) -> str:
    """Return `moment` as records write it: UTC, whole seconds, `2026-11-24T08:00:00Z`."""
    # Not strftime, which leaves out the leading zeros of a year before 1000.
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def read_stamp(text: str) -> datetime:
    """Return the moment that `stamp` wrote. Raises `ValueError` for any other form."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def instant(text: str, default_zone: str) -> Instant:
    """Return the moment that `text` names.

    Forms: `2026-11-24 09:00`, with an optional zone (`Europe/Brussels`), offset (`+01:00`)
    or `Z` behind it; without one, `default_zone` holds.

    Raises:
        BadInstant: not of this form, no such zone, or a local time that does not exist or
            exists twice when the clocks change; both readings are named.
    """
    match = _FORM.fullmatch(text.strip())
    if not match:
        raise BadInstant(f"“{text[:40]}” is no moment; write 2026-11-24 09:00 Europe/Brussels")
    day, hour, zone = match.group(1), match.group(2), match.group(3) or default_zone
    try:
        naive = datetime.fromisoformat(f"{day}T{hour}")
    except ValueError as error:
        raise BadInstant(f"“{day} {hour}” does not exist ({error}); correct the date") from error
    aware = _offset(naive, zone) if zone == "Z" or zone[0] in "+-" else _local(naive, zone)
    try:
        return Instant(aware.astimezone(UTC), f"{day} {hour[:5]}", zone)
    except OverflowError as error:
        raise BadInstant(f"“{day} {hour}” lies outside the calendar; correct the date") from error


def objections_to(moment: datetime, now: datetime) -> list[str]:
    """Return what stands against publishing at `moment`, seen from `now`: past, or absurdly far."""
    if moment < now:
        return [f"choose a moment to come, or publish now: {stamp(moment)} is past"]
    if moment - now > HORIZON:
        return [f"choose a moment within two years: {stamp(moment)} is further"]
    return []


def _offset(naive: datetime, zone: str) -> datetime:
    try:
        return datetime.fromisoformat(f"{naive.isoformat()}{zone}")
    except ValueError as error:
        raise BadInstant(f"“{zone}” is no offset; write one as +01:00") from error


def _local(naive: datetime, zone: str) -> datetime:
    try:
        info = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInstant(f"“{zone}” is no time zone; name one as Europe/Brussels") from error
    try:
        early, late = (naive.replace(tzinfo=info, fold=fold).astimezone(UTC) for fold in (0, 1))
    except OverflowError as error:
        raise BadInstant(f"“{naive}” lies outside the calendar; correct the date") from error
    if early == late:
        return early
    readings = f"{stamp(min(early, late))} and {stamp(max(early, late))}"
    exists = early.astimezone(info).replace(tzinfo=None) == naive
    fault = "exists twice" if exists else "does not exist"
    raise BadInstant(
        f"{naive:%Y-%m-%d %H:%M} {fault} in {zone}, as the clocks change; "
        f"it could be {readings}: write the one you mean"
    )
