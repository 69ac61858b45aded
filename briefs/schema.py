"""The JSON Schema of the type language: by it, editors complete and check the YAML of a type.

The desk reads every scalar as a string; an editor sees numbers, truth values and nulls. The schema
takes both. What only the whole of a type shows (a path that stands twice, a condition on a key
that there is not) is left to the desk.
"""

from typing import Any, Final, TypeAlias

from briefs.rules import RULES, Rule
from briefs.types import BriefType
from briefs.types.explained import ENTRIES

Schema: TypeAlias = dict[str, Any]

# The draft that editors know best; nothing here needs a newer one.
_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_FLAG: Final = "^(true|false|yes|no|on|off)$"


def schema() -> Schema:
    """Return the JSON Schema of a type's YAML file, with every rule and its options."""
    made = BriefType.model_json_schema()
    models: dict[str, Schema] = made["$defs"]
    for entry, text in ENTRIES.items():
        model, _, name = entry.partition(".")
        holder = made if model == BriefType.__name__ else models[model]
        holder["properties"]["is" if name == "of" else name]["description"] = text.replace("`", "")
    use = models.pop("RuleUse")["properties"]
    for rule in RULES.values():
        models[_definition(rule.name)] = _rule(rule, use, models)
    models["named"] = _named(use)
    made["properties"]["rules"] |= {
        "properties": {
            name: {"anyOf": [_ref(_definition(name)), _ref("named")]} for name in sorted(RULES)
        },
        "additionalProperties": _ref("named"),
    }
    loosened: Schema = _loosened(made)
    return {"$schema": _DRAFT, **loosened}


def _definition(rule: str) -> str:
    return f"rule-{rule}"


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _rule(rule: Rule, use: Schema, models: dict[str, Schema]) -> Schema:
    """Return what may stand below a rule's name: its options, beside what any rule has."""
    options = rule.options.model_json_schema()
    models |= options.pop("$defs", {})
    found: Schema = {
        "type": "object",
        "description": _about(rule),
        "properties": {**use, "is": {"const": rule.name}, **options.get("properties", {})},
        "additionalProperties": False,
    }
    if required := options.get("required"):
        off = {"properties": {"off": {"enum": [True, "true", "yes", "on"]}}, "required": ["off"]}
        found["anyOf"] = [{"required": required}, off]
    return found


def _named(use: Schema) -> Schema:
    """Return what may stand below a name that a family gives to one of the rules."""
    return {
        "type": "object",
        "required": ["is"],
        "properties": {"is": {**use["is"], "enum": sorted(RULES)}},
        "allOf": [
            {"if": {"properties": {"is": {"const": name}}}, "then": _ref(_definition(name))}
            for name in sorted(RULES)
        ],
    }


def _about(rule: Rule) -> str:
    return " ".join((rule.judge.__doc__ or "").partition("\n\n")[0].split())


def _loosened(node: Any) -> Any:
    """Return a schema that takes what an editor sees of a scalar, as well as what the desk does."""
    if isinstance(node, list):
        return [_loosened(part) for part in node]
    if not isinstance(node, dict):
        return node
    found = {key: _loosened(value) for key, value in node.items()}
    found |= _scalar(found)
    # An empty entry is an empty string to the desk, and stands for nothing else.
    if "anyOf" in found and {"type": "null"} in found["anyOf"]:
        left = [part for part in found.pop("anyOf") if part != {"type": "null"}]
        found |= left[0] if len(left) == 1 else {"anyOf": left}
        found.pop("default", None)
    return found


def _scalar(node: Schema) -> Schema:
    kind = node.get("type")
    if kind == "integer":
        return {"type": ["integer", "string"], "pattern": "^[0-9]+$"}
    if kind == "boolean":
        return {"type": ["boolean", "string"], "pattern": _FLAG}
    if kind == "string" and not {"enum", "pattern", "const"} & set(node):
        return {"type": ["string", "number", "boolean", "null"]}
    return {}
