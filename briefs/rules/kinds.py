"""The kinds of front-matter values: for each, what is wrong with a value, or nothing."""

import pkgutil
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any, Final

from briefs.errors import BadInstant
from briefs.frontmatter import Value
from briefs.instants import instant
from briefs.outline import normal

_SLUG: Final = re.compile(r"[a-z0-9](-?[a-z0-9])*")
_MAIL: Final = re.compile(r"[^@\s<>]+@[^@\s<>.]+(?:\.[^@\s<>.]+)+")
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#]\S*", re.IGNORECASE)
_AUTHOR: Final = re.compile(r"[^()<>,@]+?(?: \(@[\w-]+\))?(?: <[^@\s<>]+@[^@\s<>]+>)?")


def fault_of(kind: str, value: Value) -> str:
    """Return what is wrong with `value` as one of `kind`, with the remedy; empty where nothing."""
    return _FAULTS[kind](value)


def _text(value: Value) -> str:
    if not isinstance(value, str):
        return "write one line of text"
    return "" if len(value.splitlines()) == 1 else "keep it on one line"


def _list(value: Value) -> str:
    plain = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return "" if plain else "write a list of words"


def _date(value: Value) -> str:
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            date.fromisoformat(value)
            return ""
    except ValueError as error:
        return f"“{value}” is no date ({error}); write it as 2026-03-01"
    return "write a date as 2026-03-01"


def _moment(value: Value) -> str:
    if not isinstance(value, str):
        return "write a moment as 2026-03-01 09:00 Europe/Brussels"
    try:
        instant(value, "UTC")
    except BadInstant as error:
        return str(error)
    return ""


def _integer(value: Value) -> str:
    return "" if isinstance(value, str) and _whole(value) else "write a whole number, as 12"


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _integers(value: Value) -> str:
    parts = value.split(",") if isinstance(value, str) else []
    good = parts and all(_whole(part.strip()) for part in parts)
    return "" if good else "write whole numbers, separated by commas"


@cache
def _countries() -> Any:
    # Loaded by the first brief that names a country: many a check needs none of it.
    return pkgutil.resolve_name("pycountry:countries")


def _country(value: Value) -> str:
    text = value if isinstance(value, str) else ""
    key = {2: "alpha_2", 3: "alpha_3"}.get(len(text))
    if key and any(getattr(one, key) == text for one in _countries()):
        return ""
    near = next((c for c in _countries() if normal(c.name) == normal(text)), None)
    remedy = f"write {near.alpha_2}" if near else "write its two letters, as BE"
    return f"“{text[:40]}” is no ISO 3166-1 code; {remedy}"


def _people(value: Value) -> str:
    if not isinstance(value, list) or not value:
        return "write a list of authors, each with name and email"
    for person in value:
        if not isinstance(person, dict) or set(person) != {"name", "email"}:
            return "write each author as name: … and email: …"
        name, email = person["name"], person["email"]
        if not isinstance(name, str) or not isinstance(email, str):
            return "write each author as name: … and email: …"
        if not _MAIL.fullmatch(email):
            return f"“{email[:60]}” is no e-mail address"
    return ""


def _authors(value: Value) -> str:
    for author in value.split(", ") if isinstance(value, str) else [""]:
        if not _AUTHOR.fullmatch(author):
            return f"“{author[:60]}” is no author; write Name (@handle), Name <mail> or Name"
    return ""


def _slugs(value: Value) -> str:
    bad = [v for v in value if not (isinstance(v, str) and _SLUG.fullmatch(v))]
    if isinstance(value, list) and not bad:
        return ""
    return "write a list of briefs' names" if not bad else f"“{str(bad[0])[:60]}” names no brief"


def _matching(pattern: re.Pattern[str], example: str) -> Callable[[Value], str]:
    def fault(value: Value) -> str:
        good = isinstance(value, str) and pattern.fullmatch(value)
        return "" if good else f"“{str(value)[:60]}” will not do; write it as {example}"

    return fault


_FAULTS: Final[dict[str, Callable[[Value], str]]] = {
    "text": _text,
    "word": _text,
    "list": _list,
    "sources": _list,
    "date": _date,
    "moment": _moment,
    "integer": _integer,
    "integers": _integers,
    "url": _matching(_URL, "https://example.org/page"),
    "email": _matching(_MAIL, "ada@example.org"),
    "people": _people,
    "authors": _authors,
    "version": _matching(re.compile(r"v?\d+(\.\d+){0,2}"), "v1.21"),
    "iso-country": _country,
    "brief": _matching(_SLUG, "belgium"),
    "briefs": _slugs,
    "flag": _matching(re.compile("true|false"), "true or false"),
    "map": lambda value: "",
}
