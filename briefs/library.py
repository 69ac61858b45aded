"""The library of brief types: the shipped ones, and those that a desk writes itself."""

from collections.abc import Callable
from functools import cache, lru_cache

from pydantic_core import PydanticCustomError

from briefs.brief import Draft, read
from briefs.errors import BadPolicy, MalformedBrief
from briefs.frontmatter import read as read_yaml
from briefs.rules import asked
from briefs.types import BriefType, files, validated
from briefs.types.language import STYLES


def load(text: str, source: str) -> BriefType:
    """Return the brief type that `text` (YAML) declares; `source` names the file in messages.

    Raises:
        BadPolicy: it does not follow the type language, or names a rule or an option of one that
            there is not; the message names line and entry.
    """
    found = validated(BriefType, text, source)
    try:
        asked(found)
    except PydanticCustomError as error:
        entry = str((error.context or {}).get("entry", ""))
        line = read_yaml(text).line(entry)
        raise BadPolicy(
            f"{source}, line {line}: {entry}: {error.message()}; correct the entry"
        ) from error
    return found


@cache
def _texts() -> dict[str, str]:
    return dict(sorted(files()))


def names() -> list[str]:
    """Return the names of the shipped types."""
    return list(_texts())


@lru_cache
def shipped(name: str) -> BriefType | None:
    """Return the shipped type of this name, or None."""
    text = _texts().get(name)
    return load(text, f"{name}.yaml") if text is not None else None


def opened(
    data: bytes,
    named: str | None,
    choose: Callable[[str | None], BriefType],
    beside: Callable[[str], bytes | None] = lambda name: None,
) -> tuple[Draft, BriefType]:
    """Return the draft in `data`, and its type: the one `named`, else what its front matter says.

    `choose` returns the type of a name, and of None the type of a draft that names none; `beside`
    the bytes of a file beside the draft, or None. Raises `MalformedBrief`, and what `choose` does.
    """
    if not named:
        try:
            draft = read(data)
        except MalformedBrief:
            if (usual := choose(None)).front_matter.style == "yaml":
                raise
            return _read_as(data, usual, beside), usual
        declared = draft.front.values.get("brief_type")
        found = choose(declared if isinstance(declared, str) and declared else None)
        if found.front_matter.style == "yaml":
            return draft, found
        return _read_as(data, found, beside), found
    found = choose(named)
    return _read_as(data, found, beside), found


def readable(data: bytes) -> Draft | None:
    """Return the draft in `data`, in whatever style its front matter is; None if in no style."""
    for style in STYLES:
        try:
            return read(data, style)
        except MalformedBrief:
            continue
    return None


def _read_as(data: bytes, brief_type: BriefType, beside: Callable[[str], bytes | None]) -> Draft:
    front = brief_type.front_matter
    return read(data, front.style, beside(front.file) if front.file else None)
