"""What a person sees: answers on standard output, everything else on standard error."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

SCHEMA: Final = 1
_STYLES: Final = {"error": "31", "warning": "33", "good": "32", "dim": "2", "bold": "1"}


def envelope(**values: Any) -> None:
    """Print `values` as the JSON envelope that scripts read."""
    json.dump({"schema_version": SCHEMA, **values}, sys.stdout, indent=2, ensure_ascii=False)
    print()


def one_line(text: str) -> str:
    """Return `text` on one line, without anything that a terminal would act upon."""
    return "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(text.split())
    )


def say(text: str = "") -> None:
    """Print one answer."""
    print(text)


def note(text: str) -> None:
    """Print what is not the answer itself."""
    print(text, file=sys.stderr)


def styled(text: str, style: str) -> str:
    """Return `text` in a style, on a terminal that wants it (NO_COLOR is obeyed)."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{_STYLES[style]}m{text}\033[0m"


def table(rows: Iterable[Sequence[object]], head: Sequence[str]) -> str:
    """Return `rows` below `head` in columns as wide as they need to be."""
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(line.rstrip() for line in lines)


def bar(percent: int, width: int = 20) -> str:
    """Return a bar of `width` characters, filled to `percent`."""
    full = percent * width // 100
    return "█" * full + "·" * (width - full)
