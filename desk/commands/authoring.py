"""For authors: check a draft. Needs no desk, no Git and no network."""

import pkgutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from cyclopts import Parameter

from briefs.brief import MOST_BYTES, hold_against, read
from briefs.errors import BadPolicy, BriefError, MalformedBrief
from briefs.findings import Mode
from briefs.report import Report, report
from briefs.types import BriefType, load, names, shipped
from desk import output
from desk.commands.reports import FORMATS, clean

DONE, REFUSED = 0, 1
Format: TypeAlias = Literal["text", "json", "github", "sarif"]


def check(
    files: tuple[Path, ...],
    /,
    *,
    type: str | None = None,
    mode: Mode = Mode.SUBMIT,
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
    format
        text for people, json for programs, github or sarif for code hosts.
    desk
        A desk whose own types hold too.
    """
    own = _own_types(desk)
    reports: dict[Path, Report | MalformedBrief] = {}
    for file in files:
        try:
            reports[file] = _report(file, type, mode, own)
        except MalformedBrief as error:
            reports[file] = error
    FORMATS[format](reports)
    return DONE if all(clean(found) for found in reports.values()) else REFUSED


def types(*, json: Annotated[bool, Parameter(name="--json", negative="")] = False) -> int:
    """List the brief types that are shipped.

    Parameters
    ----------
    json
        Answer in JSON.
    """
    head = ("type", "version", "sections", "pass mark", "title")
    rows = []
    for name in names():
        found = brief_type(name, {})
        rows.append((found.type, found.version, len(found.nodes()), found.pass_mark, found.title))
    if json:
        keys = [word.replace(" ", "_") for word in head]
        output.envelope(types=[dict(zip(keys, row, strict=True)) for row in rows])
    else:
        output.say(output.table(rows, head))
    return DONE


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


def _report(file: Path, named: str | None, mode: Mode, own: Mapping[str, BriefType]) -> Report:
    draft = read(read_file(file))
    declared = draft.front.values.get("brief_type")
    name = named or (declared if isinstance(declared, str) and declared else None)
    return report(hold_against(draft, brief_type(name or default_type(), own)), mode)


def default_type() -> str:
    """Return the type of a draft that names none: the first that is shipped."""
    return names()[0]


def _own_types(desk: Path | None) -> dict[str, BriefType]:
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
