"""Generations of the site: made whole in a folder apart, then switched to in one step."""

import os
import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from briefs.canonical import canonical, sha256
from tasks.repository.content import MAIN, Content
from tasks.site.folder import UNFINISHED, Folder, SiteRefused
from tasks.site.press import Entry, Press

KEPT: Final = 3
_GENERATIONS: Final = "generations"
_CURRENT: Final = "current"
_NOTED: Final = ".build.json"
_GENERATION: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class _Note:
    """How a generation was made: by which program, and each page from what."""

    maker: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)


_NOTE: Final = TypeAdapter(_Note)


def build(content: Content, site: Path) -> Path | None:
    """Bring `site` into agreement with `main`; return the folder of the generation that stands.

    None where nothing was ever published. Safe to run again, at any time, by several at once.

    Raises:
        SiteRefused: a link stands where a folder should, or a text is not the one released.
        UnreadableRecord: `main` is not of a form that this program knows.
    """
    if os.path.realpath(site) != os.path.abspath(site):
        raise SiteRefused(f"{site} leads through a symbolic link; put a plain folder there")
    tip = content.git.resolve(MAIN)
    if tip is None:
        return None
    if not _stands(site, tip[:16]):
        with Folder(site) as root, root.locked(".building"):
            # Another builder may have held the lock while main moved on.
            tip = content.git.resolve(MAIN) or tip
            _advance(content, root, tip)
    return site / _GENERATIONS / tip[:16]


def _stands(site: Path, name: str) -> bool:
    try:
        target = os.readlink(site / _CURRENT)
    except OSError:
        return False
    place = site.absolute() / _GENERATIONS / name
    straight = os.path.realpath(place) == str(place)
    return target == f"{_GENERATIONS}/{name}" and straight and place.is_dir()


def _advance(content: Content, root: "Folder", tip: str) -> None:
    name, standing = tip[:16], root.target(_CURRENT).removeprefix(f"{_GENERATIONS}/")
    with root.inner(_GENERATIONS) as generations:
        _sweep(generations)
        try:
            if name not in generations.names():
                _generate(content, generations, standing, tip)
        finally:
            _sweep(generations)
        generations.inner(name).close()
        root.point(_CURRENT, f"{_GENERATIONS}/{name}")
        _retire(generations, name)


def _generate(content: Content, generations: "Folder", standing: str, tip: str) -> None:
    unfinished = UNFINISHED + tip[:16]
    with ExitStack() as opened:
        folder = opened.enter_context(generations.inner(unfinished))
        before = None
        if _GENERATION.fullmatch(standing) and standing in generations.names():
            before = opened.enter_context(generations.inner(standing))
        _fill(folder, before, content, tip)
        folder.sync()
    generations.rename(unfinished, tip[:16])


def _sweep(generations: "Folder") -> None:
    for left in generations.names():
        if left.startswith(UNFINISHED):
            generations.remove(left)


def _retire(generations: "Folder", current: str) -> None:
    others = [n for n in generations.names() if _GENERATION.fullmatch(n) and n != current]
    for old in sorted(others, key=generations.age, reverse=True)[KEPT - 1 :]:
        generations.remove(old)


def _fill(folder: "Folder", before: "Folder | None", content: Content, tip: str) -> None:
    press, blobs = Press(content, tip), content.listing(tip)
    note = _note(before)
    kept = note.pages if note.maker == press.maker else {}
    keys: dict[str, str] = {}
    for slug, entry in press.entries.items():
        keys[slug] = _key(slug, entry, blobs)
        same = before if kept.get(slug) == keys[slug] else None
        for name, make in ((f"{slug}.json", press.receipt), (f"{slug}.html", press.page)):
            if not (same and folder.take(name, same)):
                folder.write(name, make(slug))
    folder.write("index.html", press.index())
    folder.write("style.css", press.style())
    folder.write(_NOTED, canonical(asdict(_Note(press.maker, keys))))


def _note(before: "Folder | None") -> _Note:
    try:
        return _NOTE.validate_json(before.read(_NOTED)) if before else _Note()
    except (OSError, ValidationError):
        return _Note()  # nothing is taken from a generation that cannot say how it was made


def _key(slug: str, entry: Entry, blobs: Mapping[str, str]) -> str:
    """Return in one word what the page of a brief is made from."""
    sources = [blobs.get(f"receipts/{slug}.json"), blobs.get(f"briefs/{slug}.md")]
    return sha256(canonical([asdict(entry), *sources]))
