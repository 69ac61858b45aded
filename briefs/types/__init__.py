"""Brief types: the template of a kind of brief as data. The shipped ones stand beside this file."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from briefs.errors import BadPolicy, MalformedBrief
from briefs.frontmatter import read

KeyKind: TypeAlias = Literal[
    "text", "list", "date", "moment", "people", "iso-country", "sources", "word"
]
Form: TypeAlias = Literal["title", "h2", "h3", "block"]
Positive: TypeAlias = Annotated[int, Field(ge=0, le=10_000)]


_Model = TypeVar("_Model", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FrontKey(_Strict):
    """One key of the front matter: its kind, and whether it must be there."""

    kind: KeyKind = "text"
    required: bool = False


class FieldType(_Strict):
    """A bold label that opens a bullet within a block."""

    title: str
    aliases: tuple[str, ...] = ()
    words: Positive = 10


class SectionType(_Strict):
    """A node of the tree. `words` and `sources` are what a full section holds; 0 asks nothing."""

    path: str
    title: str
    form: Form
    aliases: tuple[str, ...] = ()
    weight: Positive = 0
    floor: Annotated[int, Field(ge=0, le=100)] = 0
    words: Positive = 0
    sources: Positive = 0
    fields: tuple[FieldType, ...] = ()
    sections: "tuple[SectionType, ...]" = ()

    def walk(self) -> "Iterator[SectionType]":
        """Yield the node and all below it, in order."""
        yield self
        for child in self.sections:
            yield from child.walk()


class SignOffRule(_Strict):
    """So many people of a role must sign off these sections (`*`: all of them)."""

    sections: tuple[str, ...] = ("*",)
    role: str = "reviewer"
    count: Annotated[int, Field(ge=1, le=20)] = 1


def refuse_gaps(rules: Sequence[SignOffRule], entry: str) -> None:
    """Refuse sign-off rules under which some text could go out unsigned. Raises `ValueError`."""
    if not any(rule.sections == ("*",) for rule in rules):
        raise wrong(entry, "one rule must cover all sections: sections: ['*']")


class BriefType(_Strict):
    """The template of a kind of brief: front matter, tree, weights, pass mark, sign-off."""

    type: str
    version: Positive
    title: str
    pass_mark: Annotated[int, Field(ge=0, le=100)] = 80
    front_matter: dict[str, FrontKey]
    sections: tuple[SectionType, ...]
    signoff: tuple[SignOffRule, ...] = (SignOffRule(),)

    @model_validator(mode="after")
    def _paths_are_unique(self) -> "BriefType":
        seen: set[str] = set()
        for entry, path in _paths(self.sections, "sections"):
            if path in seen:
                raise wrong(entry, f"the path {path} stands twice")
            seen.add(path)
        refuse_gaps(self.signoff, "signoff")
        return self

    def nodes(self) -> list[SectionType]:
        """Return every node of the tree in order."""
        return [node for top in self.sections for node in top.walk()]


def _paths(nodes: Sequence[SectionType], at: str) -> Iterator[tuple[str, str]]:
    for place, node in enumerate(nodes):
        yield f"{at}.{place}.path", node.path
        yield from _paths(node.sections, f"{at}.{place}.sections")


def load(text: str, source: str) -> BriefType:
    """Return the brief type that `text` (YAML) declares; `source` names the file in messages.

    Raises:
        BadPolicy: it does not follow the type language; the message names line and entry.
    """
    return validated(BriefType, text, source)


def wrong(entry: str, reason: str) -> PydanticCustomError:
    """Return the error of a validator that looks at all of a file, and knows the entry at fault."""
    return PydanticCustomError("entry", "{reason}", {"reason": reason, "entry": entry})


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
        first = error.errors()[0]
        path = first.get("ctx", {}).get("entry") or ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise BadPolicy(
            f"{source}, line {data.line(path)}: {path or 'the file'}: {reason}; correct the entry"
        ) from error


@lru_cache
def shipped(name: str) -> BriefType | None:
    """Return the shipped type of this name, or None."""
    file = resources.files(__name__) / f"{name}.yaml"
    if name not in names():
        return None
    return load(str(file.read_text("utf-8")), f"{name}.yaml")


def names() -> list[str]:
    """Return the names of the shipped types."""
    files = resources.files(__name__).iterdir()
    return sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))
