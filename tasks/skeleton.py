"""The skeleton of a new brief: every section of its type, with guidance to be written over."""

import json
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

import pycountry

from briefs.errors import BadPolicy
from briefs.frontmatter import Value
from briefs.guide import asked_of_field, asked_of_key, asked_of_section, when_asked
from briefs.rules.kinds import fault_of
from briefs.slugs import valid
from briefs.types import BriefType, FieldType, FrontKey, SectionType
from tasks.words import render

_LISTS: Final = ("list", "sources", "briefs")
_SLOT: Final = re.compile(r"\{(\w+)\}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9][\w@/. -]*")


def skeleton(slug: str, brief_type: BriefType, given: Mapping[str, str]) -> str:
    """Return the text of a new brief, whose front matter has the values `given`.

    The front matter stands at its head, whatever the style of its type.

    Raises:
        BadName: `slug` is none.
        BadPolicy: the type has no such key, or the value is not of its kind.
    """
    valid(slug)
    keys = brief_type.front_matter.keys
    given = {_spelled(name, keys): text for name, text in given.items()}
    values = {name: _value(name, keys, text) for name, text in given.items()}
    head = next((node for node in brief_type.nodes() if node.form == "title"), None)
    named = _name(slug)
    title = _SLOT.sub(lambda m: _filled(m.group(1), keys, given, named), head.title) if head else ""
    # A number in a slug is not of the title: a title that is guessed wrong is not mended.
    plain = named if named.replace(" ", "").isalpha() else ""
    usual = {"title": title or plain, "brief_type": brief_type.type}
    values = {**{name: text for name, text in usual.items() if name in keys}, **values}
    lines = brief_type.front_matter.style == "lines"
    entered = [_key(name, key, values.get(name, ""), lines) for name, key in keys.items()]
    parts = [_section(node) for node in brief_type.nodes() if node is not head]
    return render(
        "skeleton.md.j2",
        {
            "keys": entered,
            "lines": lines,
            "title": title,
            "about": _guidance(head.guide, []) if head and head.guide else "",
            "sections": parts,
        },
    )


def _spelled(name: str, keys: Mapping[str, FrontKey]) -> str:
    """Return the key that an option names: command lines write hyphens."""
    return next((key for key in keys if key.replace("_", "-") == name.replace("_", "-")), name)


def _value(name: str, keys: Mapping[str, FrontKey], text: str) -> Value:
    if (key := keys.get(name)) is None:
        near = get_close_matches(name, keys, 1)
        remedy = f"write --{near[0]}" if near else f"use {', '.join(keys)}"
        raise BadPolicy(f"“{name[:60]}” is no key of this type; {remedy}")
    value: Value = text.strip()
    if key.kind in _LISTS:
        value = [part.strip() for part in text.split(",")]
    elif key.kind == "iso-country":
        value = text.strip().upper()
    if fault := fault_of(key.kind, value):
        raise BadPolicy(f"--{name}: {fault}")
    return value


def _name(slug: str) -> str:
    return re.sub(r"^\d+-", "", slug).replace("-", " ").title()


def _filled(slot: str, keys: Mapping[str, FrontKey], given: Mapping[str, str], named: str) -> str:
    """Return what stands for a slot of a title: the value given for the key of its name."""
    if not (text := given.get(slot, "").strip()):
        return named
    if keys[slot].kind != "iso-country":
        return text
    code = text.upper()
    found = pycountry.countries.get(alpha_2=code) or pycountry.countries.get(alpha_3=code)
    return str(found.name) if found else named


def _key(name: str, key: FrontKey, value: Value, lines: bool) -> dict[str, Any]:
    asked = asked_of_key(key)
    if key.required_when is not None:
        asked.append(f"asked {when_asked(key.required, key.required_when, key.only_then)}")
    return {
        "name": name,
        "value": _written(value, lines) if value else "[]" if key.kind in _LISTS else "",
        "given": bool(value),
        "wanted": key.required or bool(value),
        "people": key.kind == "people",
        "guide": _asking(key.guide, asked),
    }


def _written(value: Value, lines: bool) -> str:
    if isinstance(value, list):
        listed = ", ".join(_written(item, lines) for item in value)
        return listed if lines else f"[{listed}]"
    plain = lines or (isinstance(value, str) and _PLAIN.fullmatch(value))
    return str(value) if plain else json.dumps(value, ensure_ascii=False)


def _section(node: SectionType) -> dict[str, Any]:
    asked = asked_of_section(node)
    if node.required_when is not None or not node.required:
        when = when_asked(node.required, node.required_when)
        asked.append("optional: leave it out where it says nothing" if when == "optional" else when)
    return {
        "title": node.title,
        "block": node.form == "block",
        "marks": "#" * node.level,
        "guidance": _guidance(node.guide, asked),
        "fields": [_field(declared) for declared in node.fields],
    }


def _field(declared: FieldType) -> dict[str, str]:
    asked = asked_of_field(declared) + ([] if declared.required else ["optional"])
    return {"title": declared.title, "guidance": _guidance(declared.guide, asked)}


def _guidance(guide: str, asked: list[str]) -> str:
    """Return guidance for the text: within emphasis, a mark of Markdown would end it."""
    text = _asking(guide or "write this.", asked)
    return re.sub(r"([*<\\_`\[])", r"\\\1", text)


def _asking(guide: str, asked: list[str]) -> str:
    text = f"{guide} ({'; '.join(asked)})" if asked else guide
    return " ".join(text.split())
