"""Digests: what a sign-off, a publication and a receipt speak of.

A section's digest covers its normalised source; the pseudo-sections `@front`, `@rest` and
`@assets` cover the front matter, the text outside the declared sections, and the assets, so that
the digests of a brief together cover all of it.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import ConfigDict

from briefs.canonical import canonical, sha256
from briefs.frontmatter import FrontMatter
from briefs.outline import Section

SHOWN: Final = 12


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
    data: bytes,
    text: str,
    front: FrontMatter,
    sections: Mapping[str, Section],
    rubric: tuple[str, int],
) -> Digests:
    """Return the digests of the brief whose bytes are `data` and whose text is `text`.

    `rubric` is the type's name and version; both are part of the digest of the brief.
    """
    lines = text.split("\n")
    owner = _owners(len(lines), sections)
    parts: dict[str, list[str]] = {path: [] for path in [*sections, "@rest"]}
    for number, line in enumerate(lines[front.end :], start=front.end + 1):
        parts[owner.get(number, "@rest")].append(line)
    found = {path: sha256(_normal(part).encode("utf-8")) for path, part in parts.items()}
    found["@front"] = sha256(canonical(dict(front.values)))
    found["@assets"] = sha256(canonical([]))
    name, version = rubric
    whole = canonical({"type": name, "version": version, "sections": found})
    return Digests(bytes=sha256(data), brief=sha256(whole), sections=found)


def _owners(count: int, sections: Mapping[str, Section]) -> dict[int, str]:
    """Return which section each line belongs to; a section reaches to the next one's title."""
    owner: dict[int, str] = {}
    for path, section in sections.items():
        for number in range(section.line, min(section.end, count) + 1):
            owner[number] = path  # a later section's lines are its own
    return owner


def _normal(lines: list[str]) -> str:
    # White space alone is set aside here. Everything else counts, so that no change of a word,
    # a digit, a sign or a link can keep a digest.
    return " ".join(unicodedata.normalize("NFC", "\n".join(lines)).split())
