"""Digests: what a sign-off, a publication and a receipt speak of.

A section's digest covers its words in their canonical form: white space, quotes, escapes, the
decoration and numbering of titles, bullets and what exporters add are set aside; every word,
number, sign and link target counts. The pseudo-sections `@front`, `@rest` and `@assets` cover the
front matter, the text outside the declared sections, and the assets, so that the digests of a
brief together cover all of it.
"""

import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final, TypeAlias
from urllib.parse import quote

from pydantic import ConfigDict

from briefs.canonical import canonical, sha256
from briefs.frontmatter import FrontMatter, Value
from briefs.markdown import Block, Kind, Part, Span, past_end_mark
from briefs.outline import Section, normal

Front: TypeAlias = Mapping[str, Value]

SHOWN: Final = 12

# Typographic twins that word processors put in each other's place, and what nobody sees at all.
_TWINS: Final = (
    {ord(c): "'" for c in "‘’‚‛"}
    | {ord(c): '"' for c in "“”„‟"}
    | dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-")
    | {ord("…"): "..."}
    | dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
)


@dataclass(frozen=True, slots=True)
class Digests:
    """The digests of one revision: of its exact bytes, of each section, and of these together."""

    bytes: str
    brief: str
    sections: Mapping[str, str]

    __pydantic_config__ = ConfigDict(extra="forbid")

    def shown(self) -> str:
        """Return the digest that people compare: the first 12 characters of that of the bytes."""
        return self.bytes[:SHOWN]


def digests(
    data: bytes, lines: Mapping[str, Sequence[str]], front: Front, rubric: tuple[str, int]
) -> Digests:
    """Return the digests of the brief whose bytes are `data`, made of the `lines` of its sections.

    `front` is what `front_of` makes of the front matter; `rubric` is the type's name and version,
    which are part of the digest of the brief.
    """
    found = {path: _digest(text) for path, text in lines.items()}
    found["@front"] = sha256(canonical(front))
    found["@assets"] = sha256(canonical([]))
    name, version = rubric
    whole = canonical({"type": name, "version": version, "sections": found})
    return Digests(bytes=sha256(data), brief=sha256(whole), sections=found)


def lines(
    front: Front, rest: Iterable[Block], sections: Mapping[str, Section], keys: Container[str]
) -> dict[str, tuple[str, ...]]:
    """Return what the digest of each section is taken of, as lines.

    Of the front matter: its keys and values, a line each. `rest` are the blocks outside of the
    sections; headings among them that repeat one of the front matter's `keys` are an exporter's.
    """
    found = {path: tuple(_section(section)) for path, section in sections.items()}
    found["@rest"] = tuple(_texts([b for b in rest if not _surfaced(b, keys)]))
    found["@front"] = tuple(f"{key}: {_told(value)}" for key, value in sorted(front.items()))
    found["@assets"] = ()
    return found


def front_of(front: FrontMatter, sections: Mapping[str, Section]) -> Front:
    """Return the front matter as it is digested: canonical text, without the title.

    The level-1 heading, where there is one, is the title, and is digested as a section.
    """
    titled = any(section.node.form == "title" for section in sections.values())
    return {
        key: _plain(value) for key, value in front.values.items() if not (titled and key == "title")
    }


@lru_cache(maxsize=8192)
def canonical_text(text: str) -> str:
    """Return `text` with white space, quotes, hyphens and invisible characters made one."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_TWINS)
    return " ".join(text.split())


def _told(value: Value) -> str:
    return value if isinstance(value, str) else canonical(value).decode("utf-8")


def _digest(texts: Iterable[str]) -> str:
    return sha256("\n".join(texts).encode("utf-8"))


# A digest is taken of lines. White space within a text is one space, so a tab can only be ours: it
# sets off what a reader sees without its being a word, and no words can pass for it.
def _section(section: Section) -> Iterator[str]:
    heading = section.heading
    title = heading.label or heading.text
    # A number at the head of the brief's own title is a part of it.
    yield normal(title if section.node.form != "title" else f"_{title}")
    if heading.spans and not section.lead:
        yield "\t" + _text(heading)
    holders = (b if b.text else b.children[0] for b in section.fields.values())
    labels = {id(block): block.label or block.text.partition(":")[0] for block in holders}
    yield from _texts([*section.lead, *section.blocks], labels)


def _texts(blocks: Iterable[Block], labels: Mapping[int, str] | None = None) -> Iterator[str]:
    """Yield the canonical text of each block that has some, its depth and its bullet aside."""
    for block in blocks:
        if block.kind is Kind.ROW:
            yield "\t|".join(["", *map(_text, block.children)])
            continue
        if text := _text(block, labels.get(id(block), "") if labels else ""):
            yield text
        if block.kind is Kind.FOOTNOTE:
            yield f"\t[^{block.info}]:"
        if block.children:
            yield from _texts(block.children, labels)


def _text(block: Block, label: str = "") -> str:
    text = _with_targets(block) if block.spans else canonical_text(block.text)
    label = canonical_text(label)
    if label and text.startswith(label):
        text = f"{normal(label)}: {text[past_end_mark(text, len(label)) :]}"
    # An asterisk at either end is emphasis that an exporter broke.
    return text.strip(" *")


def _with_targets(block: Block) -> str:
    """Return the text of a block with each link target behind its link."""
    pieces, marks, done = [], [], 0
    for span in sorted(block.spans, key=lambda span: span.until):
        if mark := _mark(span, block.text[span.at : span.until]):
            pieces += [block.text[done : span.until].replace(_HERE, ""), _HERE]
            marks.append(f"\t{mark}\t")
            done = span.until
    text = canonical_text("".join([*pieces, block.text[done:].replace(_HERE, "")]))
    plain = text.split(_HERE)
    return "".join(chain.from_iterable(zip(plain, [*marks, ""], strict=True)))


_HERE: Final = "\x01"


def _mark(span: Span, text: str) -> str:
    # A target may hold a tab or a line end; within its marks it would pass for their end.
    target = span.target
    if len(target.split()) != 1:
        target = "".join(quote(c) if c.isspace() else c for c in target)
    if span.part is Part.MARK:
        return f"[^{target}]"
    if span.part is Part.IMAGE:
        return f"!{target}"
    return target if span.part is Part.LINK and span.target != text else ""


def _surfaced(block: Block, keys: Container[str]) -> bool:
    """Say whether a heading is a front-matter key that an exporter brought to the surface."""
    key, colon, _ = block.text.partition(":")
    return block.kind is Kind.HEADING and bool(colon) and key in keys


def _plain(value: Value) -> Value:
    if isinstance(value, str):
        return canonical_text(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return {key: _plain(item) for key, item in value.items()}
