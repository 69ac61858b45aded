"""For authors: mend what is mechanical in a draft. Needs no desk, no Git and no network."""

import difflib
import os
import re
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from briefs.errors import BriefError, MalformedBrief
from briefs.formatting import Formatted, formatted
from briefs.library import opened
from briefs.types import BriefType
from desk import output
from desk.commands.authoring import brief_type, default_type, read_file
from desk.exits import DONE, REFUSED

_SIDES: Final = {"+": "good", "-": "error", "@": "dim"}


def fmt(
    files: tuple[Path, ...],
    /,
    *,
    check: Annotated[bool, Parameter(negative="")] = False,
    diff: Annotated[bool, Parameter(negative="")] = False,
    type: str | None = None,
) -> int:
    """Mend what is mechanical in drafts; no word changes.

    Headings, their levels and numbers, needless escapes, hyphens of labels,
    indents of lists, white space, front matter that stands twice: whatever
    findings of `check` carry a fix for. No digest of a section changes, so
    that a sign-off stands as it stood. Done again, it changes nothing.

    Files are rewritten in place, as black and gofmt do it. With --check or
    --diff nothing is written. A file keeps its mode, and the line ends that
    most of its lines have; a byte order mark is removed. A file that cannot
    be read as a brief is left as it is.

    Exit code 0: done, or nothing to do; 1: a file could not be read or
    written, or, with --check, something would change.

    Parameters
    ----------
    files
        Drafts.
    check
        Write nothing; exit with 1 if something would change.
    diff
        Write nothing; show what would change, as a patch.
    type
        The brief type; else `brief_type` of the front matter, else country.
    """
    if type:
        brief_type(type, {})  # unknown, it is refused before any file is touched
    done = [_formatted(file, type, write=not (check or diff), diff=diff) for file in files]
    failed = None in done
    return REFUSED if failed or (check and any(done)) else DONE


def _formatted(file: Path, named: str | None, *, write: bool, diff: bool) -> bool | None:
    """Format a file; say whether something changes, None if it could not be done."""
    try:
        data = read_file(file)
        found = _mended(file, data, named)
        if diff:
            _show(data.decode("utf-8"), found.data.decode("utf-8"), output.one_line(str(file)))
        if write and found.data != data:
            _write(file, found.data)
    except BriefError as error:
        where = f"{file}: " if isinstance(error, MalformedBrief) else ""
        output.note(f"briefs: {output.one_line(f'{where}{error}')}")
        return None
    output.note(output.one_line(f"{file}: {_summary(found, write)}"))
    return found.data != data


def _mended(file: Path, data: bytes, named: str | None) -> Formatted:
    def choose(name: str | None) -> BriefType:
        return brief_type(name or default_type(), {})

    def beside(name: str) -> bytes | None:
        path = file.parent / name
        return read_file(path) if path.is_file() else None

    _, held = opened(data, named, choose, beside)
    apart = held.front_matter.file
    found = formatted(data, held, beside(apart) if apart else None)
    if not found.settled:
        rules = ", ".join(sorted({change.rule for change in found.changes}))
        raise BriefError(
            f"{file} is left as it was: the fixes of {rules} undo each other; report this"
        )
    return found


def _summary(found: Formatted, written: bool) -> str:
    lines = len({change.line for change in found.changes})
    if not lines:
        return "nothing to mend"
    rules = Counter(change.rule for change in found.changes).most_common()
    said = f"{lines} line{'s' if lines > 1 else ''} {'mended' if written else 'to mend'}"
    return f"{said}: {', '.join(f'{rule} {count}' for rule, count in rules)}"


def _show(before: str, after: str, name: str) -> None:
    """Print the unified diff of two texts, as `patch` takes it; in colours on a terminal."""
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (before, after))
    for line in difflib.unified_diff(old, new, name, name):
        text = line.removesuffix("\n")
        if sys.stdout.isatty():
            text = text.replace("\r", "␍")  # for `patch`, line ends are part of the lines
        output.say(output.styled(text, _SIDES[line[0]]) if line[0] in _SIDES else text)
        if text == line:
            output.say("\\ No newline at end of file")


def _write(file: Path, data: bytes) -> None:
    """Put `data` in the place of a file at once: whoever reads it sees the old or the new text."""
    try:
        target = file.resolve(strict=True)
        if not os.access(target, os.W_OK):
            raise BriefError(f"{file} may not be written; change its mode first")
        old = target.stat()
        number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(number, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            with suppress(PermissionError):
                os.chown(name, old.st_uid, old.st_gid)
            os.chmod(name, old.st_mode & 0o7777)
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise BriefError(f"{file} cannot be written: {error.strerror}") from error
