"""The published site: what readers see, made from the branch `main` alone. Begin at `build`.

It comes in generations, each in a folder of its own; `current` points at one, and moves only when
the next is whole and on disk. Names are looked up in folders that are held open, so that a link
planted on the way leads nowhere. The same commit gives the same bytes: no clock is asked.
"""

import errno
import fcntl
import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import nh3
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import TypeAdapter, ValidationError

from briefs import markdown, markup
from briefs.canonical import canonical, sha256
from briefs.errors import BriefError, UnreadableRecord
from briefs.frontmatter import split
from briefs.instants import read_stamp
from briefs.record import Withdrawal
from briefs.slugs import valid
from tasks.repository.content import MAIN, Content
from tasks.words import TEMPLATES

KEPT: Final = 3
_GENERATIONS: Final = "generations"
_CURRENT: Final = "current"
_NOTED: Final = ".build.json"
_UNFINISHED: Final = ".tmp-"
_GENERATION: Final = re.compile(r"[0-9a-f]{16}")
_LEFTWARD: Final = frozenset({"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})

# What `to_html` makes, and nothing else; a test holds the two together.
_ATTRIBUTES: Final = {
    "a": {"href", "rel", "id", "aria-label"},
    "code": {"class"},
    "div": {"class"},
    "li": {"id"},
    "ol": {"start"},
    "section": {"class"},
    "td": {"class"},
    "th": {"class", "scope"},
} | {f"h{level}": {"id"} for level in range(1, 7)}
_TAGS: Final = (
    set(_ATTRIBUTES)
    | {"blockquote", "br", "em", "hr", "p", "pre", "strong", "sup"}
    | {"table", "tbody", "thead", "tr", "ul"}
)
_LAWFUL: Final = {
    "class": re.compile(r"[a-z0-9+-]{1,20}"),
    "href": re.compile(r"(https?://|mailto:|#).+", re.IGNORECASE),
    "id": re.compile(r"user-[a-z0-9-]+|notes|note-\d+|ref-\d+-\d+"),
}


class SiteRefused(BriefError):
    """The site cannot be built as things are; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest on `main` says of one brief."""

    edition: int
    revision: int
    title: str
    published_at: str
    digest: str
    withdrawn: Withdrawal | None = None


@dataclass(frozen=True, slots=True)
class _Manifest:
    schema_version: Literal[1]
    briefs: Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class _Given:
    reviewer: str
    name: str
    at: str
    channel: str
    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Receipt:
    schema_version: Literal[1]
    slug: str
    edition: int
    revision: int
    type: str
    type_version: int
    signoffs: tuple[_Given, ...]


@dataclass(frozen=True, slots=True)
class _Note:
    """How a generation was made: by which program, and each page from what."""

    maker: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)


_Read = TypeVar("_Read", _Manifest, _Receipt)
_MANIFEST: Final = TypeAdapter(_Manifest)
_RECEIPT: Final = TypeAdapter(_Receipt)
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
        with _Folder(site) as root, root.locked(".building"):
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


def _advance(content: Content, root: "_Folder", tip: str) -> None:
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


def _generate(content: Content, generations: "_Folder", standing: str, tip: str) -> None:
    unfinished = _UNFINISHED + tip[:16]
    with ExitStack() as opened:
        folder = opened.enter_context(generations.inner(unfinished))
        before = None
        if _GENERATION.fullmatch(standing) and standing in generations.names():
            before = opened.enter_context(generations.inner(standing))
        _fill(folder, before, content, tip)
        folder.sync()
    generations.rename(unfinished, tip[:16])


def _sweep(generations: "_Folder") -> None:
    for left in generations.names():
        if left.startswith(_UNFINISHED):
            generations.remove(left)


def _retire(generations: "_Folder", current: str) -> None:
    others = [n for n in generations.names() if _GENERATION.fullmatch(n) and n != current]
    for old in sorted(others, key=generations.age, reverse=True)[KEPT - 1 :]:
        generations.remove(old)


def _fill(folder: "_Folder", before: "_Folder | None", content: Content, tip: str) -> None:
    press, blobs = _Press(content, tip), content.listing(tip)
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


def _note(before: "_Folder | None") -> _Note:
    try:
        return _NOTE.validate_json(before.read(_NOTED)) if before else _Note()
    except (OSError, ValidationError):
        return _Note()  # nothing is taken from a generation that cannot say how it was made


def _key(slug: str, entry: Entry, blobs: Mapping[str, str]) -> str:
    """Return in one word what the page of a brief is made from."""
    sources = [blobs.get(f"receipts/{slug}.json"), blobs.get(f"briefs/{slug}.md")]
    return sha256(canonical([asdict(entry), *sources]))


class _Press:
    """What `main` holds at one commit, and the pages made from it."""

    def __init__(self, content: Content, tip: str) -> None:
        self._content, self._tip = content, tip
        manifest = _known(_MANIFEST, content.file(tip, "manifest.json"), "manifest.json")
        self.entries = {valid(slug): entry for slug, entry in sorted(manifest.briefs.items())}
        self._words = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(TEMPLATES / "site"),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.maker = _maker()

    def receipt(self, slug: str) -> bytes:
        """Return the receipt of a brief, byte for byte."""
        return self._content.file(self._tip, f"receipts/{slug}.json")

    def style(self) -> bytes:
        return (TEMPLATES / "site" / "style.css").read_bytes()

    def index(self) -> bytes:
        newest = sorted(self.entries, key=lambda s: self.entries[s].published_at, reverse=True)
        briefs = [_head(slug, self.entries[slug]) for slug in newest]
        return self._print(
            "index.html.j2",
            {
                "language": "en",
                "direction": "ltr",
                "published": [brief for brief in briefs if not brief["withdrawn"]],
                "withdrawn": [brief for brief in briefs if brief["withdrawn"]],
            },
        )

    def page(self, slug: str) -> bytes:
        """Return the page of a brief, or what stands in its place since it was withdrawn."""
        entry = self.entries[slug]
        receipt = _known(_RECEIPT, self.receipt(slug), f"receipts/{slug}.json")
        named = (receipt.slug, receipt.edition, receipt.revision)
        if named != (slug, entry.edition, entry.revision):
            raise UnreadableRecord(
                f"receipts/{slug}.json is not the receipt of edition {entry.edition}, "
                f"revision {entry.revision}; see briefs verify"
            )
        if entry.withdrawn:
            return self._print("withdrawn.html.j2", _head(slug, entry))
        return self._print(
            "page.html.j2", _head(slug, entry) | self._body(slug, entry) | _facts(receipt)
        )

    def _body(self, slug: str, entry: Entry) -> dict[str, Any]:
        data = self._content.file(self._tip, f"briefs/{slug}.md")
        if sha256(data) != entry.digest:
            raise SiteRefused(
                f"briefs/{slug}.md on main is not the text that was released as "
                f"{entry.digest[:12]}; restore main from its remote, then build again"
            )
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        front, taken = split(text)
        body = "\n".join(text.split("\n")[taken:])
        language, summary = front.values.get("language"), front.values.get("summary")
        known = isinstance(language, str) and re.fullmatch(r"[A-Za-z]{2}", language)
        language = str(language).lower() if known else "en"
        return {
            "language": language,
            "direction": "rtl" if language in _LEFTWARD else "ltr",
            "summary": summary if isinstance(summary, str) else "",
            "contents": _grouped(markup.contents(body, entry.title)),
            "body": _cleaned(markup.to_html(body, entry.title)),
        }

    def _print(self, template: str, values: Mapping[str, Any]) -> bytes:
        return self._words.get_template(template).render(values).strip().encode() + b"\n"


def _maker() -> str:
    """Return a digest of all that turns a brief into a page, to see when old pages still hold."""
    sources = [
        *(TEMPLATES / "site").iterdir(),
        *(Path(str(module.__file__)) for module in (markdown, markup)),
    ]
    digests = {path.name: sha256(path.read_bytes()) for path in [*sources, Path(__file__)]}
    return sha256(canonical(digests | {p: version(p) for p in ("pyromark", "nh3", "jinja2")}))


def _known(adapter: TypeAdapter[_Read], data: bytes, name: str) -> _Read:
    try:
        return adapter.validate_json(data)
    except ValidationError as error:
        raise UnreadableRecord(
            f"{name} on main is of a form that this program does not know"
        ) from error


def _head(slug: str, entry: Entry) -> dict[str, Any]:
    gone = entry.withdrawn
    return {
        "language": "en",
        "direction": "ltr",
        "slug": slug,
        "title": entry.title,
        "edition": entry.edition,
        "revision": entry.revision,
        "digest": entry.digest,
        "published": _moment(entry.published_at),
        "withdrawn": gone and {"at": _moment(gone.at), "reason": gone.reason},
    }


def _facts(receipt: _Receipt) -> dict[str, Any]:
    return {
        "type": receipt.type,
        "type_version": receipt.type_version,
        "signoffs": [
            {
                "name": given.name or given.reviewer,
                "at": _moment(given.at),
                "channel": given.channel,
                "scope": "All sections" if "*" in given.scope else ", ".join(given.scope),
            }
            for given in receipt.signoffs
        ],
    }


def _moment(stamp: str) -> dict[str, str]:
    try:
        moment = read_stamp(stamp)
    except ValueError as error:
        raise UnreadableRecord(f"“{stamp[:40]}” on main is no moment; see briefs verify") from error
    day = f"{moment.day} {moment:%B %Y}"
    return {"stamp": stamp, "day": day, "full": f"{day}, {moment:%H:%M} UTC"}


def _grouped(entries: list[markup.Entry]) -> list[dict[str, Any]]:
    tops: list[dict[str, Any]] = []
    for level, name, title in entries:
        into = tops[-1]["below"] if level > 2 and tops else tops
        into.append({"id": name, "title": title, "below": []})
    return tops


def _cleaned(html: str) -> str:
    return nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=_lawful, link_rel=None
    )


def _lawful(tag: str, name: str, value: str) -> str | None:
    form = _LAWFUL.get(name)
    return value if form is None or form.fullmatch(value) else None


class _Folder:
    """A folder held open: what happens in it happens there, wherever its path may lead by now."""

    def __init__(self, path: Path, above: int | None = None) -> None:
        # `above` is the folder that it lies in, where that is held open too.
        self._path = path
        name = path if above is None else path.name
        with suppress(FileExistsError):
            os.mkdir(name, 0o755, dir_fd=above)
        self._open = _entered(name, os.O_RDONLY | os.O_DIRECTORY, above, path)
        os.fsync(self._open if above is None else above)

    def __enter__(self) -> "_Folder":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        os.close(self._open)

    def inner(self, name: str) -> "_Folder":
        return _Folder(self._path / name, self._open)

    def names(self) -> list[str]:
        return sorted(os.listdir(self._open))

    def age(self, name: str) -> int:
        return os.stat(name, dir_fd=self._open, follow_symlinks=False).st_mtime_ns

    def read(self, name: str) -> bytes:
        with os.fdopen(self._file(name, os.O_RDONLY), "rb") as file:
            return file.read()

    def write(self, name: str, data: bytes) -> None:
        """Make the file `name`, which must not be there, and bring it to disk."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(self._file(name, flags), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def take(self, name: str, other: "_Folder") -> bool:
        """Link the file `name` of `other` into this folder; say whether that could be done."""
        try:
            found = os.stat(name, dir_fd=other._open, follow_symlinks=False)
            if not stat.S_ISREG(found.st_mode):
                return False
            os.link(
                name, name, src_dir_fd=other._open, dst_dir_fd=self._open, follow_symlinks=False
            )
        except OSError:
            return False  # gone, or a file system without such links: it is made anew
        return True

    def rename(self, old: str, new: str) -> None:
        os.rename(old, new, src_dir_fd=self._open, dst_dir_fd=self._open)
        self.sync()

    def remove(self, name: str) -> None:
        if stat.S_ISDIR(os.stat(name, dir_fd=self._open, follow_symlinks=False).st_mode):
            shutil.rmtree(name, dir_fd=self._open)
        else:
            os.unlink(name, dir_fd=self._open)

    def target(self, name: str) -> str:
        """Return where the link `name` points, or nothing where there is none."""
        try:
            return os.readlink(name, dir_fd=self._open)
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise SiteRefused(
                f"{self._path / name} is not the link that the site makes; move it away"
            ) from error

    def point(self, name: str, target: str) -> None:
        """Make `name` a link to `target`, at once: a reader finds the old or the new."""
        fresh = f"{_UNFINISHED}{name}"
        with suppress(FileNotFoundError):
            os.unlink(fresh, dir_fd=self._open)
        os.symlink(target, fresh, dir_fd=self._open)
        os.replace(fresh, name, src_dir_fd=self._open, dst_dir_fd=self._open)
        self.sync()

    def sync(self) -> None:
        os.fsync(self._open)

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold the lock `name`; whoever else wants it waits, and a killed holder lets go."""
        descriptor = self._file(name, os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _file(self, name: str, flags: int) -> int:
        return _entered(name, flags, self._open, self._path / name)


def _entered(name: str | Path, flags: int, above: int | None, shown: Path) -> int:
    """Return `name`, below the open folder `above`, opened. Raises `SiteRefused` for a link."""
    try:
        return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=above)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.ENOTDIR):
            raise
        raise SiteRefused(
            f"{shown} is a symbolic link, or no folder; move it away and build again"
        ) from error
