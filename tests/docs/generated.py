"""The parts of the documents that are made from the code, each between two markers."""

import inspect
import json
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from cyclopts import App

from briefs.policy import RIGHTS
from briefs.stages import DESKS_OWN, TRANSITIONS, Transition, diagram
from briefs.terms import Action, Stage
from briefs.types import BriefType
from briefs.types.explained import ENTRIES, EVIDENCE, KINDS
from desk.cli import COMMANDS
from tests.docs.rulebook import rules

ROOT: Final = Path(__file__).resolve().parents[2]


def stages() -> str:
    """Return the diagram of the stages, as a Mermaid block."""
    return f"```mermaid\n{diagram()}```"


def who() -> str:
    """Return the table of actions: who may, from where to where, and what the gate asks."""
    rows = []
    for action in Action:
        arrows = [row for row in TRANSITIONS if row.action is action]
        rows.append((action, _who(action), _sources(arrows), _targets(arrows), _asks(arrows)))
    return table(("action", "who may", "while", "leads to", "the gate asks"), rows)


def commands() -> str:
    """Return the table of commands: how each is called, and what it does."""
    rows = ((f"`{usage}`", does) for name in COMMANDS for usage, does in _calls(name))
    return table(("command", "does"), rows)


# Where each part of the type language stands.
PLACES: Final = {
    "BriefType": "The file",
    "FrontMatterType": "Front matter",
    "FrontKey": "Key",
    "Length": "Length",
    "Pattern": "Pattern",
    "Test": "Test",
    "SectionType": "Section",
    "FieldType": "Field",
    "Items": "Items",
    "Facet": "Facet",
    "Band": "Match",
    "RuleUse": "Rule",
    "Modifier": "Modifier",
    "SignOffRule": "Sign-off rule",
    "Terms": "Terms",
}


def language() -> str:
    """Return every entry of the type language: what it takes, its default, what it means."""
    whole = BriefType.model_json_schema()
    models = {**whole["$defs"], BriefType.__name__: whole}
    parts = []
    for model, title in PLACES.items():
        about = " ".join(models[model]["description"].split())
        required = models[model].get("required", ())
        rows = [
            (f"`{name}`", _takes(entry), _usual(entry, name in required), _means(model, name))
            for name, entry in models[model]["properties"].items()
        ]
        rows_of = table(("entry", "takes", "default", "means"), rows)
        parts.append(f"### {title}\n\n{about}\n\n{rows_of}")
    return "\n\n".join(parts)


def kinds() -> str:
    """Return the kinds of front-matter values."""
    return table(("kind", "the value is"), ((f"`{kind}`", text) for kind, text in KINDS.items()))


def evidence() -> str:
    """Return what a section or a field may have to state."""
    return table(("evidence", "found by"), ((f"`{kind}`", t) for kind, t in EVIDENCE.items()))


def _takes(entry: Mapping[str, Any]) -> str:
    """Return in words what a JSON Schema takes."""
    if "anyOf" in entry:
        parts = [part for part in entry["anyOf"] if part != {"type": "null"}]
        return ", or ".join(dict.fromkeys(map(_takes, parts)))
    if "$ref" in entry:
        name = entry["$ref"].rpartition("/")[2]
        return _linked(PLACES[name]) if name in PLACES else _VALUES[name]
    if "enum" in entry:
        many = len(entry["enum"]) > 8
        return "one of a list, below" if many else ", ".join(f"`{v}`" for v in entry["enum"])
    if entry["type"] == "array":
        return f"a list: {_takes(entry['items'])}"
    if entry["type"] == "object":
        return f"entries, each with {_takes(entry['additionalProperties'])}"
    if entry["type"] == "integer":
        return f"a number, {entry['minimum']} to {entry['maximum']}" if "maximum" in entry else "…"
    return {"string": "text", "boolean": "true or false"}[entry["type"]]


_VALUES: Final = {
    "Severity": "`error`, `warning` or `info`",
    "Mode": "`draft`, `submit` or `publish`",
}


def _linked(title: str) -> str:
    return f"[{title.lower()}](#{title.lower().replace(' ', '-')})"


def _usual(entry: Mapping[str, Any], required: bool) -> str:
    if required:
        return "must be given"
    usual = entry.get("default")
    return "" if usual in (None, "", [], {}) else f"`{json.dumps(usual)}`"


def _means(model: str, name: str) -> str:
    return ENTRIES[f"{model}.{'of' if name == 'is' else name}"]


PARTS: Final[Mapping[str, tuple[tuple[str, Callable[[], str]], ...]]] = {
    "README.md": (("stages", stages), ("who", who), ("commands", commands)),
    "docs/rules.md": (("rules", rules),),
    "docs/types.md": (("language", language), ("kinds", kinds), ("evidence", evidence)),
}


def renewed(document: str) -> str:
    """Return the text of `document` with its generated parts made anew.

    Raises:
        ValueError: one of its markers is missing.
    """
    text = (ROOT / document).read_text("utf-8")
    for name, make in PARTS[document]:
        between = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
        made = f"\n{make().strip()}\n"
        text, count = between.subn(lambda m, made=made: m[1] + made + m[2], text)
        if count != 1:
            raise ValueError(f"{document}: write <!-- {name} --> and <!-- /{name} --> once")
    return text


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *(list(row) for row in rows)]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", r"\|") for cell in r) + " |" for r in lines
    )


def _who(action: Action) -> str:
    return "the desk alone" if action in DESKS_OWN else ", ".join(RIGHTS[action])


def _sources(arrows: list[Transition]) -> str:
    found = [stage for stage in (None, *Stage) if any(stage in row.sources for row in arrows)]
    if len(found) == len(Stage) + 1:
        return "any stage, or none yet"
    return ", ".join("none yet" if stage is None else str(stage) for stage in found)


def _targets(arrows: list[Transition]) -> str:
    found = dict.fromkeys(
        (f"{row.target}" if row.target else "the same stage")
        + (f" ({row.when.__name__.replace('_', ' ')})" if row.when else "")
        for row in arrows
    )
    return "; ".join(found)


def _asks(arrows: list[Transition]) -> str:
    first = (inspect.getdoc(arrows[0].gate) or "").split("\n\n")[0]
    return " ".join(first.split()).removeprefix("Ask ").rstrip(".")


def _calls(name: str) -> Iterator[tuple[str, str]]:
    found = pkgutil.resolve_name(f"desk.commands.{COMMANDS[name]}")
    if not isinstance(found, App):
        yield _call(f"briefs {name}", found)
        return
    if found.default_command:
        yield _call(f"briefs {name}", found.default_command)
    for inner in found:
        if not inner.startswith("-"):
            yield _call(f"briefs {name} {inner}", found[inner].default_command)


def _call(words: str, function: Any) -> tuple[str, str]:
    doc = inspect.getdoc(function) or ""
    given = inspect.signature(function).parameters.values()
    return " ".join([words, *filter(None, map(_argument, given))]), doc.split("\n")[0]


def _argument(parameter: inspect.Parameter) -> str:
    if parameter.kind is inspect.Parameter.VAR_KEYWORD:
        return "[--KEY VALUE]..."
    required = parameter.default is inspect.Parameter.empty
    word = parameter.name.upper().rstrip("S" if "tuple" in str(parameter.annotation) else "")
    if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
        return f"--{parameter.name.replace('_', '-')} {word}" if required else ""
    word += "..." if "tuple" in str(parameter.annotation) else ""
    return word if required else f"[{word}]"
