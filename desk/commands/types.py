"""Brief types: which there are, what each asks of an author, and what a type may say."""

import json as js
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from briefs import guide
from briefs.errors import BadPolicy
from briefs.findings import Mode
from briefs.library import load, names
from briefs.rules import asked
from briefs.rules.registry import Asked
from briefs.schema import schema as language_schema
from briefs.types import BriefType, FieldType, FrontKey, SectionType
from briefs.types.explained import KINDS
from desk import exits, output
from desk.commands import authoring
from desk.commands.authoring import brief_type
from tasks.words import render

app = App(name="types", help="Brief types: which there are, and what each asks of an author.")
Json = Annotated[bool, Parameter(name="--json", negative="")]


@app.default
def types(*, desk: Path | None = None, json: Json = False) -> int:
    """List the brief types: those that are shipped, and a desk's own.

    Parameters
    ----------
    desk
        A desk whose own types count too.
    json
        Answer in JSON.
    """
    own = own_types(desk)
    head = ("type", "version", "sections", "pass mark", "title")
    rows = []
    for name in sorted({*names(), *own}):
        found = brief_type(name, own)
        rows.append((found.type, found.version, len(found.nodes()), found.pass_mark, found.title))
    if json:
        keys = [word.replace(" ", "_") for word in head]
        output.envelope(types=[dict(zip(keys, row, strict=True)) for row in rows])
    else:
        output.say(output.table(rows, head))
    return exits.DONE


@app.command
def show(named: str, /, *, desk: Path | None = None, json: Json = False) -> int:
    """Print what a type asks of an author, as Markdown.

    Parameters
    ----------
    named
        The type, or a YAML file that declares one.
    desk
        A desk whose own types count too.
    json
        Answer in JSON.
    """
    found = _declared(named) or brief_type(named, own_types(desk))
    points = {path: share / 100 for path, share in guide.points(found).items()}
    if json:
        rules = [_rule(one) for one in asked(found)]
        declared = found.model_dump(mode="json", by_alias=True)
        output.envelope(type=declared, points=points, rules=rules)
    else:
        output.say(render("guide.md.j2", _plain(found, points)).rstrip("\n"))
    return exits.DONE


@app.command
def schema() -> int:
    """Print the JSON Schema of the type language, for editors to complete and check a type by."""
    output.say(js.dumps(language_schema(), indent=2, ensure_ascii=False))
    return exits.DONE


def own_types(desk: Path | None) -> dict[str, BriefType]:
    """Return the types of the desk that is named, as its files stand now."""
    return authoring.own_types(desk)


def _declared(named: str) -> BriefType | None:
    if not named.endswith((".yaml", ".yml")):
        return None
    try:
        return load(Path(named).read_text("utf-8"), named)
    except (OSError, UnicodeDecodeError) as error:
        raise BadPolicy(f"{named} cannot be read as UTF-8 text ({error}); name another") from error


def _plain(found: BriefType, points: Mapping[str, float]) -> dict[str, Any]:
    """Return all that the guide of a type says, as plain values."""
    front = found.front_matter
    return {
        "type": found.model_dump(include={"type", "title", "version", "about", "pass_mark"}),
        "front": front.model_dump(include={"style", "file"}),
        "keys": [_key(name, key) for name, key in front.keys.items()],
        "sections": [_section(node, deep, points) for node, deep in _nodes(found.sections, 0)],
        "extras": found.extras,
        "rules": [_rule(one) for one in asked(found)],
        "modifiers": [(guide.in_words(m.when), str(m.severity)) for m in found.modifiers],
        "signoff": [guide.signoff_in_words(rule) for rule in found.signoff],
    }


def _nodes(nodes: Sequence[SectionType], deep: int) -> Iterator[tuple[SectionType, int]]:
    for node in nodes:
        yield node, deep
        yield from _nodes(node.sections, deep + 1)


def _key(name: str, key: FrontKey) -> dict[str, str]:
    return {
        "name": name,
        "what": "; ".join([KINDS[key.kind], *guide.asked_of_key(key)]),
        "when": guide.when_asked(key.required, key.required_when, key.only_then),
        "guide": key.guide,
    }


def _section(node: SectionType, deep: int, points: Mapping[str, float]) -> dict[str, Any]:
    facts = [guide.form(node), guide.when_asked(node.required, node.required_when)]
    if node.path in points:
        facts.append(f"{points[node.path]:g} points")
    if node.floor:
        facts.append(f"at least {node.floor} percent of them")
    return {
        "indent": "  " * deep,
        "path": node.path,
        "title": node.title,
        "facts": "; ".join(facts),
        "guide": node.guide,
        "asked": "; ".join(guide.asked_of_section(node)),
        "fields": [_field(declared) for declared in node.fields],
    }


def _field(declared: FieldType) -> dict[str, str]:
    return {
        "title": declared.title,
        "facts": "field; " + guide.when_asked(declared.required, None),
        "guide": declared.guide,
        "asked": "; ".join(guide.asked_of_field(declared)),
    }


def _rule(one: Asked) -> dict[str, str]:
    severity, draft = one.severity_in(Mode.SUBMIT), one.severity_in(Mode.DRAFT)
    about = (one.rule.judge.__doc__ or "").partition("\n\n")[0]
    return {
        "name": one.name,
        "is": one.rule.name,
        "severity": str(severity),
        "in_draft": str(draft),
        "asks": " ".join(about.split()),
    }
