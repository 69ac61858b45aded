"""Pages: a receipt and a text in, the bytes of a page out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import nh3
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import TypeAdapter, ValidationError

from briefs import markdown, markup
from briefs.canonical import canonical, sha256
from briefs.errors import UnreadableRecord
from briefs.instants import read_stamp
from briefs.library import readable
from briefs.record import Withdrawal
from briefs.slugs import valid
from tasks.repository.content import Content
from tasks.site.folder import SiteRefused
from tasks.words import TEMPLATES

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
    strength: Literal["personal", "witnessed"] = "witnessed"


@dataclass(frozen=True, slots=True)
class _Override:
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Receipt:
    schema_version: Literal[1]
    slug: str
    edition: int
    revision: int
    type: str
    type_version: int
    signoffs: tuple[_Given, ...]
    override: _Override | None = None


_Read = TypeVar("_Read", _Manifest, _Receipt)
_MANIFEST: Final = TypeAdapter(_Manifest)
_RECEIPT: Final = TypeAdapter(_Receipt)


class Press:
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
        """Return the style sheet of all pages."""
        return (TEMPLATES / "site" / "style.css").read_bytes()

    def index(self) -> bytes:
        """Return the page that lists all briefs, the newest first."""
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
        draft = readable(data)
        if draft is None:
            raise SiteRefused(f"briefs/{slug}.md on main cannot be read; restore main, build again")
        body = "\n".join(draft.lines[draft.front.end :])
        values = draft.front.values
        language, summary = values.get("language"), values.get("summary", values.get("description"))
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
                "strength": "Own key" if given.strength == "personal" else "Witnessed",
                "scope": "All sections" if "*" in given.scope else ", ".join(given.scope),
            }
            for given in receipt.signoffs
        ],
        "override": receipt.override
        and {"at": _moment(receipt.override.at), "reason": receipt.override.reason},
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
