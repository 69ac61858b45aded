"""Which revision of a brief an account was shown last: a cache, and nothing but a convenience.

A submission says which revision it builds on; what its author was shown is the default. Where the
cache is gone, the program asks.
"""

import json
import os
import re
from contextlib import suppress
from pathlib import Path

from briefs.canonical import canonical
from briefs.record import State
from tasks.settings import Desk


def remember(desk: Desk, state: State) -> None:
    """Note that the account that runs this was shown `state`; a read-only cache is no fault."""
    file = _file(desk)
    known = _read(file) | {state.slug: f"{state.edition}.{state.revision}"}
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        temporary = file.with_suffix(f".{os.getpid()}")
        temporary.write_bytes(canonical(known))
        temporary.replace(file)


def seen(desk: Desk, slug: str) -> tuple[int, int]:
    """Return edition and revision of a brief as this account was shown it last, or zeros."""
    match = re.fullmatch(r"(\d{1,6})\.(\d{1,6})", _read(_file(desk)).get(slug, ""))
    return (int(match.group(1)), int(match.group(2))) if match else (0, 0)


def _file(desk: Desk) -> Path:
    return desk.state / "shown" / f"{os.getuid()}.json"


def _read(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
