"""Brief types: the template of a kind of brief as data. The shipped ones stand beside this file."""

from collections.abc import Iterator
from difflib import get_close_matches
from importlib import resources
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from briefs.errors import BadPolicy, MalformedBrief
from briefs.frontmatter import read
from briefs.types.language import (
    BriefType,
    FieldType,
    FrontKey,
    RoleName,
    SectionType,
    SignOffRule,
    Terms,
    refuse_gaps,
    wrong,
)

__all__ = [
    "BriefType",
    "FieldType",
    "FrontKey",
    "RoleName",
    "SectionType",
    "SignOffRule",
    "Terms",
    "files",
    "gravest",
    "refuse_gaps",
    "validated",
    "wrong",
]

_Model = TypeVar("_Model", bound=BaseModel)


def validated(model: type[_Model], text: str, source: str) -> _Model:
    """Return `text` (YAML, every scalar a string) validated as `model`.

    Raises:
        BadPolicy: with file, line, entry and reason.
    """
    try:
        data = read(text)
    except MalformedBrief as error:
        raise BadPolicy(f"{source}, {error}") from error
    try:
        return model.model_validate(data.values)
    except ValidationError as error:
        path, reason = gravest(error, model)
        raise BadPolicy(
            f"{source}, line {data.line(path)}: {path or 'the file'}: {reason}; correct the entry"
        ) from error


def gravest(error: ValidationError, model: type[BaseModel]) -> tuple[str, str]:
    """Return the entry and the reason to speak of first: a key that is unknown explains others."""
    errors = error.errors()
    unknown = [e for e in errors if e["type"] == "extra_forbidden"]
    first = unknown[0] if unknown else errors[0]
    path = first.get("ctx", {}).get("entry") or ".".join(str(part) for part in first["loc"])
    if not unknown:
        return path, first["msg"].removeprefix("Value error, ")
    *above, name = first["loc"]
    missing = [str(e["loc"][-1]) for e in errors if e["loc"][:-1] == tuple(above)]
    known = [*missing, *(() if above else model.model_fields)]
    near = get_close_matches(str(name), [word for word in known if word != name], 1)
    return path, f"“{name}” is no entry here{f': write “{near[0]}”' if near else ''}"


def files() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each shipped type."""
    for file in resources.files(__name__).iterdir():
        if file.name.endswith(".yaml"):
            yield file.name.removesuffix(".yaml"), file.read_text("utf-8")
