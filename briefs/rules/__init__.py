"""The rules: one generator each, which yields a place and what to do there.

A rule's name is its function's, hyphenated; its docstring says what is right, with a Bad and a
Good. Every rule has a specimen in `tests/briefs/specimens/`. Begin with `registry`.
"""

# Each module enters its rules when it is imported; `registry.FAMILIES` are, when a type asks.
from briefs.rules import (
    characters,
    evidence,
    front_matter,
    headings,
    links,
    prose,
    references,
    repetition,
    structure,
    tables,
)
from briefs.rules.registry import RULES, Rule, asked, check

__all__ = [
    "RULES",
    "Rule",
    "asked",
    "characters",
    "check",
    "evidence",
    "front_matter",
    "headings",
    "links",
    "prose",
    "references",
    "repetition",
    "structure",
    "tables",
]
