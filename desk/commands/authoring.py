"""For authors: check a draft. Needs no desk, no Git and no network."""

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from briefs.brief import MOST_BYTES, Around, day_of, hold_against
from briefs.errors import BadPolicy, BriefError, MalformedBrief
from briefs.findings import Mode
from briefs.instants import instant
from briefs.library import load, names, opened, shipped
from briefs.report import report
from briefs.types import BriefType
from desk.commands.reports import FORMATS, Judged, clean

DONE, REFUSED = 0, 1
Format: TypeAlias = Literal["text", "json", "github", "sarif"]


def check(
    files: tuple[Path, ...],
    /,
    *,
    type: str | None = None,
    mode: Mode = Mode.SUBMIT,
    at: str | None = None,
    format: Format = "text",
    desk: Path | None = None,
) -> int:
    """Say what is wrong in a draft, on which line, and how complete it is.

    Parameters
    ----------
    files
        Drafts.
    type
        The brief type; else `brief_type` of the front matter, else country.
    mode
        What the brief is held ready for.
    at
        The day, or the moment, to judge it for, as 2026-03-01; else today. What is out of date
        then is found.
    format
        text for people, json for programs, github or sarif for code hosts.
    desk
        A desk whose own types hold too, and whose other briefs the draft is compared with.
    """
    judged_on = day(at)
    own = own_types(desk)
    reports: dict[Path, Judged | MalformedBrief] = {}
    for file in files:
        try:
            reports[file] = _report(file, type, mode, judged_on, own, desk)
        except MalformedBrief as error:
            reports[file] = error
    FORMATS[format](reports)
    return DONE if all(clean(found) for found in reports.values()) else REFUSED


def read_file(file: Path) -> bytes:
    """Return the bytes of a draft, at most one more than intake takes.

    Raises:
        BriefError: it is no file that can be read.
    """
    try:
        if not file.is_file():
            raise BriefError(f"{file} is no file; name a Markdown file")
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise BriefError(f"{file} cannot be read: {error.strerror}") from error


def whole(file: Path, named: str | None) -> bytes:
    """Return the bytes of a draft to submit: with its front matter, where that stands beside it.

    Raises:
        BriefError: it is no file that can be read.
    """
    data = read_file(file)
    if data.startswith(b"---"):
        return data
    beside = _beside(file)
    for declared in map(shipped, [named] if named else names()):
        front = declared.front_matter if declared else None
        if front and front.style == "beside" and (found := beside(front.file)):
            return b"---\n" + found.strip() + b"\n---\n\n" + data
    return data


def day(at: str | None) -> date:
    """Return the day that `--at` names, in UTC; today without it. Raises `BadInstant`."""
    if at is None:
        return datetime.now(UTC).date()
    return day_of(at) or instant(at, "UTC").at.date()


class _Folder(Mapping[str, str]):
    """The texts of the Markdown files beside a draft, by name; read when asked for."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __getitem__(self, name: str) -> str:
        if "/" in name or name == self._file.name:
            raise KeyError(name)
        try:
            return read_file(self._file.parent / name).decode("utf-8", "replace")
        except BriefError as error:
            raise KeyError(name) from error

    def __iter__(self) -> Iterator[str]:
        names = (path.name for path in sorted(self._file.parent.glob("*.md")))
        return (name for name in names if name != self._file.name)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _beside(file: Path) -> Callable[[str], bytes | None]:
    def read_beside(name: str) -> bytes | None:
        path = file.parent / name
        return read_file(path) if path.is_file() else None

    return read_beside


def _report(
    file: Path,
    named: str | None,
    mode: Mode,
    on: date,
    own: Mapping[str, BriefType],
    desk: Path | None,
) -> Judged:
    data = read_file(file)

    def choose(name: str | None) -> BriefType:
        return brief_type(name or default_type(), own)

    draft, held = opened(data, named, choose, _beside(file))
    around = Around(on, file.name, _Folder(file), _alike(desk, file, data))
    apart = held.front_matter.style == "beside" and not draft.front.end
    front = file.parent / held.front_matter.file if apart else file
    return Judged(report(hold_against(draft, held, around), mode), front)


def _alike(desk: Path | None, file: Path, data: bytes) -> Mapping[str, frozenset[int]]:
    """Return the prints that a desk's other briefs share with a draft; none without a desk."""
    if desk is None:
        return {}
    # Loaded here: a check without a desk needs no Git.
    where = pkgutil.resolve_name("tasks.settings:find_desk")(desk)
    content = pkgutil.resolve_name("tasks.repository.content:Content")
    others = pkgutil.resolve_name("tasks.likeness:others")
    with content(where.content) as opened_content:
        found: Mapping[str, frozenset[int]] = others(opened_content, file.stem, data)
        return found


def default_type() -> str:
    """Return the type of a draft that names none: the first that is shipped."""
    return names()[0]


def own_types(desk: Path | None) -> dict[str, BriefType]:
    """Return the types of the desk that is named, as its files stand now."""
    if desk is None:
        return {}
    # Loaded here: a check without a desk needs no settings.
    folder = pkgutil.resolve_name("tasks.settings:find_desk")(desk).policy / "types"
    found = [load(file.read_text("utf-8"), str(file)) for file in sorted(folder.glob("*.yaml"))]
    return {declared.type: declared for declared in found}


def brief_type(name: str, own: Mapping[str, BriefType]) -> BriefType:
    """Return the type of this name: the desk's own, else the shipped one. Raises `BadPolicy`."""
    if found := own.get(name) or shipped(name):
        return found
    known = ", ".join(sorted({*names(), *own}))
    raise BadPolicy(f"“{name[:60]}” is no brief type; use {known}")
