"""Slugs: the brief's name for life, and a part of a ref, a file name and an address."""

import re
import unicodedata
from typing import Final

from briefs.errors import BadName

LONGEST: Final = 64
_SLUG: Final = re.compile(r"[a-z0-9](-?[a-z0-9])*")

# Names that a file system, Git or the published site keeps for itself.
RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", "git", "index", "feed", "sitemap", "search", "robots"}
    | {"assets", "receipts", "manifest", "desk", "briefs", "head", "main", "policy"}
    | {f"{device}{digit}" for device in ("com", "lpt") for digit in range(10)}
)


def valid(text: str) -> str:
    """Return `text` if it is a slug: `[a-z0-9](-?[a-z0-9])*`, at most 64 characters, not reserved.

    Raises:
        BadName: it is none; the message names the nearest one.
    """
    if not _SLUG.fullmatch(text) or len(text) > LONGEST:
        raise BadName(f"{_shown(text)} is not a slug{_hint(text)}")
    if text in RESERVED:
        raise BadName(f"“{text}” is a reserved name; use for example “{text}-brief”")
    return text


def nearest(text: str) -> str:
    """Return the valid slug nearest to `text`, or an empty string where nothing is left of it."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:LONGEST].rstrip("-")
    return f"{slug}-brief" if slug in RESERVED else slug


def _hint(text: str) -> str:
    near = nearest(text)
    rule = "; a slug has small letters, digits and single hyphens, at most 64"
    return f"{rule}; the nearest is “{near}”" if near else rule


def _shown(text: str) -> str:
    # Control characters and direction marks must not reach the terminal.
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:80])
    return f"“{clean}{'…' if len(text) > 80 else ''}”"
