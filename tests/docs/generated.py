"""The parts of the documents that are made from the code, each between two markers."""

import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from cyclopts import App

from briefs.findings import Mode
from briefs.policy import RIGHTS
from briefs.rules import RULES
from briefs.stages import DESKS_OWN, TRANSITIONS, Transition, diagram
from briefs.terms import Action, Stage
from desk.cli import COMMANDS

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


def rules() -> str:
    """Return every rule with its severity and its docstring."""
    parts = []
    for rule in RULES.values():
        draft = rule.severity_in(Mode.DRAFT)
        note = "" if draft is rule.severity else f", in a draft {draft}"
        text = inspect.getdoc(rule.judge) or ""
        head, _, example = text.partition("\n\n")
        parts.append(f"### {rule.name}\n\n*{rule.severity}{note}.* {' '.join(head.split())}")
        if example:
            parts.append(f"```text\n{example.strip()}\n```")
    return "\n\n".join(parts)


PARTS: Final[Mapping[str, tuple[tuple[str, Callable[[], str]], ...]]] = {
    "README.md": (("stages", stages), ("who", who), ("commands", commands)),
    "docs/rules.md": (("rules", rules),),
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
    required = parameter.default is inspect.Parameter.empty
    word = parameter.name.upper().rstrip("S" if "tuple" in str(parameter.annotation) else "")
    if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
        return f"--{parameter.name.replace('_', '-')} {word}" if required else ""
    word += "..." if "tuple" in str(parameter.annotation) else ""
    return word if required else f"[{word}]"
