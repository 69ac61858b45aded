"""Fragments of HTML, as a browser would read them in a page's body: attributes and comments."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final, NamedTuple


class Attribute(NamedTuple):
    """An attribute of an element."""

    element: str
    name: str
    value: str


_TAG: Final = re.compile(
    r"""<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)
        (?P<rest>(?:[\s/]++|(?:[^\s/>=]|(?<![^\s/])=)[^\s/>=]*+
           (?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+|(?=>)))?+)*+)>
     |<!--(?P<comment>>|->|.*?(?:-->|--!>|\Z))
     |<!doctype[^>]*>?
     |<(?P<bogus>[!?]|/[^a-zA-Z>])[^>]*(?:>|\Z)
     |<(?P<unclosed>/?[a-zA-Z])""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(
    r"""([^\s/>=][^\s/>=]*|=[^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)?))?"""
)
_TEXTUAL: Final = frozenset(
    ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
)
# Without what they belong in, these are no elements of a body.
_STRAY: Final = frozenset(
    ("body", "caption", "col", "colgroup", "frame", "frameset", "head", "tbody", "td", "tfoot")
) | {"th", "thead", "tr"}


def attributes(source: str) -> Iterator[Attribute]:
    """Yield the attributes of the elements in `source`; of two with one name the first counts."""
    tables = 0
    for tag in _marks(source):
        element, rest = (tag["name"] or "").lower(), tag["rest"] or ""
        if element == "table":
            tables = max(tables + (-1 if tag["close"] else 1), 0)
        if not element or tag["close"] or (element in _STRAY and not tables):
            continue
        seen: set[str] = set()
        for match in _ATTRIBUTE.finditer(rest):
            name = match.group(1).lower()
            if name not in seen:
                seen.add(name)
                value = next((v for v in match.groups()[1:] if v is not None), "")
                yield Attribute(element, name, unescape(value))


def comments(source: str) -> int:
    """Return how many comments are in `source`; what no browser understands is one too."""
    return sum(bool(match["bogus"]) or match["comment"] is not None for match in _marks(source))


def _marks(source: str) -> Iterator[re.Match[str]]:
    """Yield the tags and comments; what stands within a script and its like is text."""
    place = 0
    while (match := _TAG.search(source, place)) and not match["unclosed"]:
        place = match.end()
        yield match
        name = (match["name"] or "").lower()
        if name in _TEXTUAL and not match["close"]:
            end = re.compile(rf"</{name}[\s/>]", re.IGNORECASE).search(source, place)
            place = end.start() if end else len(source)
