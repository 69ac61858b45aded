"""cases.md, read: the people, the policies and the cases, one row each."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("cases.md")
COLUMNS = ["name", "policy", "text", "what happens", "then", "in these words"]


@dataclass(frozen=True)
class Case:
    """One row: what happens, what comes of it, and the sentences that people get."""

    name: str
    policy: str
    text: str
    steps: str
    then: str
    words: str
    in_git: bool
    line: int


@cache
def _text() -> str:
    return FILE.read_text("utf-8")


def named(heading: str) -> Any:
    """Return the YAML below a heading of level 2."""
    found = re.search(rf"^## {heading}\n.*?^```yaml\n(.*?)^```", _text(), re.M | re.S)
    if not found:
        raise ValueError(f"cases.md has no “{heading}”")
    # As in the desk's own files, a day is written as a word.
    return yaml.load(found[1], yaml.BaseLoader)


def cases() -> list[Case]:
    """Return every row of every table, in order. Raises `ValueError` for one that is no case."""
    found: list[Case] = []
    heading, is_open = "", False
    for number, line in enumerate(_text().split("\n"), start=1):
        if line.startswith("#"):
            heading, is_open = line, False
        if not line.startswith("|"):
            is_open = False
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells == COLUMNS:
            is_open = True
        elif is_open and set("".join(cells)) != {"-"}:
            if len(cells) != len(COLUMNS):
                raise ValueError(f"cases.md, line {number}: a case has {len(COLUMNS)} cells")
            found.append(Case(*cells, heading.endswith("(in Git)"), number))
    return found
