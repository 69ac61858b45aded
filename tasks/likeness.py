"""Likeness: which briefs of a desk share passages with a draft.

An index of prints (see `briefs.repetition`) stands in `state/`, which may be deleted at any time:
it is renewed from Git, brief by brief, where a tip has moved.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from briefs.errors import BriefError
from briefs.library import readable
from briefs.repetition import prints
from tasks.repository.content import Content

MOST_AT_ONCE: Final = 500  # briefs that one submission renews; the next one goes on
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS tips (slug TEXT PRIMARY KEY, tip TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS prints (print INTEGER NOT NULL, slug TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS by_print ON prints (print);
CREATE INDEX IF NOT EXISTS by_slug ON prints (slug);
"""


def others(content: Content, slug: str, data: bytes) -> Mapping[str, frozenset[int]]:
    """Return the prints that other briefs share with the draft in `data`, by slug.

    What cannot be indexed is left out: likeness advises, and keeps no draft from being safe.
    """
    own = _prints(data)
    file = content.path.parent / "state" / "likeness.sqlite"
    if not own or not file.parent.is_dir():
        return {}
    try:
        with closing(_opened(file)) as index, index:
            _renew(index, content)
            return _sharing(index, own, slug)
    except sqlite3.Error:
        return {}


def _opened(file: Path) -> sqlite3.Connection:
    index = sqlite3.connect(file, timeout=5)
    index.execute("PRAGMA synchronous = OFF")  # it can be made anew
    index.executescript(_TABLES)
    return index


def _renew(index: sqlite3.Connection, content: Content) -> None:
    tips = content.slugs()
    known = dict(index.execute("SELECT slug, tip FROM tips").fetchall())
    moved = [slug for slug, tip in tips.items() if known.get(slug) != tip]
    for slug in [*(known.keys() - tips.keys()), *moved[:MOST_AT_ONCE]]:
        index.execute("DELETE FROM prints WHERE slug = ?", (slug,))
        index.execute("DELETE FROM tips WHERE slug = ?", (slug,))
        if slug in tips:
            found = _prints(_text(content, tips[slug]))
            index.executemany("INSERT INTO prints VALUES (?, ?)", ((p, slug) for p in found))
            index.execute("INSERT INTO tips VALUES (?, ?)", (slug, tips[slug]))


def _sharing(
    index: sqlite3.Connection, own: Iterable[int], slug: str
) -> Mapping[str, frozenset[int]]:
    index.execute("CREATE TEMP TABLE own (print INTEGER PRIMARY KEY)")
    index.executemany("INSERT INTO own VALUES (?)", ((p,) for p in own))
    found: dict[str, set[int]] = defaultdict(set)
    query = "SELECT slug, print FROM prints JOIN own USING (print) WHERE slug != ?"
    for other, number in index.execute(query, (slug,)):
        found[other].add(number)
    return {other: frozenset(shared) for other, shared in found.items()}


def _text(content: Content, tip: str) -> bytes:
    try:
        return content.file(tip, "brief.md")
    except BriefError:
        return b""


def _prints(data: bytes) -> frozenset[int]:
    draft = readable(data)
    return prints(draft.tree.flat) if draft else frozenset()
