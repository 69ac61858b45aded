"""Words: the templates of messages, filled with plain values. Loops and ifs, no decisions."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

TEMPLATES: Final = Path(__file__).resolve().parent.parent / "templates"


def render(name: str, values: Mapping[str, Any]) -> str:
    """Return the template `name`, filled with `values`: plain values only, never live objects."""
    return _environment().get_template(name).render(values).strip() + "\n"


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,  # a misspelt name fails
        autoescape=False,  # chat text: each channel escapes for itself
        trim_blocks=True,
        lstrip_blocks=True,
    )
