"""Options that many commands share."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


@Parameter(name="*")
@dataclass(frozen=True)
class Where:
    """Which desk, and how to answer."""

    desk: Annotated[Path | None, Parameter(name="--desk")] = None
    "The desk's folder; else BRIEFS_DESK, else the nearest one upwards."
    json: Annotated[bool, Parameter(name="--json", negative="")] = False
    "Answer in JSON."


@Parameter(name="*")
@dataclass(frozen=True)
class Writing(Where):
    """Who acts, under which key, and whether at all."""

    person: Annotated[str | None, Parameter(name="--as")] = None
    "Who you are: an id of people.yaml that maps to your account."
    key: Annotated[str | None, Parameter(name="--key")] = None
    "The key of this act; say it again to retry. One is made if none is given."
    dry_run: Annotated[bool, Parameter(name="--dry-run", negative="")] = False
    "Ask the gates and change nothing."
    wait: Annotated[bool, Parameter(name="--wait", negative="")] = False
    "With a running desk, answer when the act's flow has ended."
