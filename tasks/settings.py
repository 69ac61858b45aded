"""A desk on disk: one folder, made by `briefs init`, and its settings in `desk.yaml`."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from briefs.errors import BriefError
from briefs.types import validated

FILE: Final = "desk.yaml"
VARIABLE: Final = "BRIEFS_DESK"


class NoDesk(BriefError):
    """No desk was found, or its folder is not one; the message says how to name or make one."""


def _without_password(address: str) -> str:
    if "://" in address and "@" in address.split("://", 1)[1].split("/", 1)[0]:
        raise ValueError("keep user names and passwords out of addresses; use a credential helper")
    if address.startswith("-"):
        raise ValueError("an address does not begin with a hyphen")
    return address


Address = Annotated[str, AfterValidator(_without_password)]


class Slack(BaseModel):
    """Where announcements go in Slack: `channel` is its id, `token_env` names a variable."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    channel: Annotated[str, Field(pattern=r"^[CG][A-Z0-9]{2,}$")]
    token_env: str = "SLACK_BOT_TOKEN"
    base_url: Address = "https://slack.com/api/"


class Settings(BaseModel):
    """`desk.yaml`: this machine's settings. Secrets are named here, never held."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    zone: str = "UTC"
    publisher: bool = True
    prefect_port: Annotated[int, Field(ge=1024, le=65535)] = 4200
    tick_minutes: Annotated[int, Field(ge=1, le=60)] = 5
    remote: Address | None = None
    slack: Slack | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk: its folder and its settings."""

    root: Path
    settings: Settings

    @property
    def content(self) -> Path:
        """The content repository."""
        return self.root / "content.git"

    @property
    def policy(self) -> Path:
        """The policy as files to edit; what counts is in the content repository."""
        return self.root / "policy"

    @property
    def site(self) -> Path:
        """What is published."""
        return self.root / "site"

    @property
    def outbox(self) -> Path:
        """Announcements as files, where no channel is set."""
        return self.root / "outbox"

    @property
    def state(self) -> Path:
        """What may be deleted at any time: Prefect's home, the socket, caches."""
        return self.root / "state"


def open_desk(root: Path) -> Desk:
    """Return the desk in the folder `root`. Raises `NoDesk`, or `BadPolicy` for its settings."""
    file = root / FILE
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NoDesk(f"{root} holds no readable {FILE}; make a desk with briefs init") from error
    return Desk(root.resolve(), validated(Settings, text, str(file)))


def find_desk(named: Path | None = None, start: Path | None = None) -> Desk:
    """Return the desk `named`, else the one of BRIEFS_DESK, else the nearest one upwards.

    Raises:
        NoDesk: there is none.
    """
    if named := named or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None):
        return open_desk(named)
    for folder in _upwards(start or Path.cwd()):
        if (folder / FILE).is_file():
            return open_desk(folder)
    raise NoDesk(f"no desk here: name one with --desk or {VARIABLE}, or make one with briefs init")


def _upwards(start: Path) -> Iterator[Path]:
    yield start
    yield from start.parents
