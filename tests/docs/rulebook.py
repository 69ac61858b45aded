"""What docs/rules.md says of each rule, made from the rule itself."""

import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from briefs.findings import Mode
from briefs.library import names, shipped
from briefs.rules import RULES, Rule, asked, check
from tests.briefs.specimens import FAIL

# The order of the page; modules that are not named follow.
ORDER: Final = (
    *("front_matter", "structure", "headings", "prose", "evidence", "repetition"),
    *("links", "references", "tables", "characters"),
)
_TYPES: Final = {"string": "text", "integer": "a number", "boolean": "true or false"}


def rules() -> str:
    """Return every rule below the heading of its module: severity, sentence, examples, options."""
    parts = []
    for module, found in groupby(sorted(RULES.values(), key=_place), key=_module):
        about, _, what = _summary(sys.modules[module]).removeprefix("Rules on ").partition(":")
        parts.append(f"## {about[0].upper()}{about[1:].rstrip('.')}")
        if what:
            parts.append(f"{what.strip()[0].upper()}{what.strip()[1:]}")
        parts += [part for rule in found for part in _page(rule)]
    return "\n\n".join(parts)


def _module(rule: Rule) -> str:
    return str(rule.judge.__module__)


def _place(rule: Rule) -> tuple[int, str]:
    name = _module(rule).rpartition(".")[2]
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def _summary(of: Any) -> str:
    return " ".join((inspect.getdoc(of) or "").partition("\n\n")[0].split())


def _page(rule: Rule) -> Iterator[str]:
    yield f"### {rule.name}"
    yield f"*{_gravity(rule)}.* {_summary(rule.judge)}{_mended(rule)}"
    example = (inspect.getdoc(rule.judge) or "").partition("\n\n")[2].strip()
    yield f"```text\n{example}\n```"
    if named := _named(rule):
        yield named
    if options := list(_options(rule)):
        yield "\n".join([f"Options: {_lowered(_summary(rule.options))}", "", *options])


def _gravity(rule: Rule) -> str:
    draft = rule.severity_in(Mode.DRAFT)
    return f"{rule.severity}" if draft is rule.severity else f"{rule.severity}, in a draft {draft}"


def _mended(rule: Rule) -> str:
    """Say whether `briefs fmt` mends what the rule finds: whether its specimen is mended."""
    specimen = FAIL.get(rule.name)
    mends = specimen and any(finding.fix for finding in check(specimen.brief()))
    return " `briefs fmt` mends it." if mends else ""


def _named(rule: Rule) -> str:
    """Say which of the shipped types ask a rule that a type has to name, and as what."""
    if rule.house:
        return ""
    calls = []
    for name in names():
        found = shipped(name)
        if found and (own := [f"`{one.name}`" for one in asked(found) if one.rule is rule]):
            calls.append(f"`{name}` calls it {_several(own)}")
    return f"It holds in types that name it{': ' if calls else ''}{'; '.join(calls)}."


def _several(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _options(rule: Rule) -> Iterator[str]:
    schema = rule.options.model_json_schema()
    for name, entry in schema.get("properties", {}).items():
        usual = "must be given" if name in schema.get("required", ()) else _usual(entry)
        yield f"- `{name}`: {_takes(entry)}; {usual}"


def _usual(entry: Mapping[str, Any]) -> str:
    given = entry.get("default")
    return "none by default" if given in (None, "", [], {}) else f"`{json.dumps(given)}` by default"


def _takes(entry: Mapping[str, Any]) -> str:
    if "anyOf" in entry:
        return _takes(entry["anyOf"][0])
    if entry["type"] == "array":
        return f"a list, each {_takes(entry['items'])}"
    if entry["type"] == "object":
        return f"entries, each {_takes(entry['additionalProperties'])}"
    return _TYPES[entry["type"]]


def _lowered(sentence: str) -> str:
    head = re.match(r"[A-Z][a-z]*\s", sentence)
    return f"{sentence[0].lower()}{sentence[1:]}" if head else sentence
