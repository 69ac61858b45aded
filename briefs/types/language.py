"""The type language: what a brief of a kind must hold, as data that pydantic validates.

A type is one YAML file. docs/types.md shows each entry; `briefs types schema` exports the JSON
Schema, so that editors complete and check it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from briefs.findings import Mode, Severity

KeyKind: TypeAlias = Literal[
    "text",  # one line of text
    "word",  # one line of text, which programs read
    "list",  # a list of words
    "sources",  # a list of sources: words or addresses
    "date",  # a day, as 2026-03-01
    "moment",  # a moment with its zone, as 2026-03-01 09:00 Europe/Brussels
    "integer",  # a whole number from 0
    "integers",  # whole numbers from 0, separated by commas
    "url",  # an address with its scheme
    "email",  # an e-mail address
    "people",  # a list of name and email
    "authors",  # on one line: Name (@handle), Name <mail> or Name, separated by commas
    "version",  # a release, as v1.21
    "iso-country",  # an ISO 3166-1 code
    "brief",  # the slug of another brief
    "briefs",  # a list of slugs
    "flag",  # true or false
    "map",  # entries of any form
]
Form: TypeAlias = Literal["title", "heading", "block"]
Style: TypeAlias = Literal["yaml", "lines", "beside"]
STYLES: tuple[Style, ...] = get_args(Style)
Evidence: TypeAlias = Literal[
    "score", "number", "year", "date", "rate", "link", "source", "as-of date"
]
RoleName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z](-?[a-z0-9]){0,39}$")]
Positive: TypeAlias = Annotated[int, Field(ge=0, le=10_000)]
Percent: TypeAlias = Annotated[int, Field(ge=0, le=100)]


def wrong(entry: str, reason: str) -> PydanticCustomError:
    """Return the error of a validator that looks at all of a file, and knows the entry at fault."""
    return PydanticCustomError("entry", "{reason}", {"reason": reason, "entry": entry})


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"“{pattern}” is no regular expression: {error}") from error
    return pattern


Regex: TypeAlias = Annotated[str, AfterValidator(_compiles)]


class Strict(BaseModel):
    """A part of the language: what it does not know is refused, what is read never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Test(Strict):
    """What a front-matter value must be: one of some values, or at least a release."""

    __test__ = False  # no test of pytest's

    one_of: tuple[str, ...] = ()
    at_least: str = ""


Condition: TypeAlias = Annotated[
    dict[str, str | Test],
    Field(description="Front-matter keys, each with a value or a test; all must hold."),
]


class Length(Strict):
    """How many characters a value has, the list of a list key how many entries."""

    min: Positive = 0
    max: Positive = 10_000


class Pattern(Strict):
    """A regular expression that a value must (`includes`) or must not (`excludes`) hold."""

    includes: Regex = ""
    excludes: Regex = ""
    rule: str = ""
    message: str = ""

    @model_validator(mode="after")
    def _one(self) -> "Pattern":
        if bool(self.includes) == bool(self.excludes):
            raise ValueError("give one of includes and excludes")
        return self


class FrontKey(Strict):
    """One key of the front matter.

    `rules` names the rule that speaks for a constraint, where the family has names of its own:
    `kind`, `required`, `required_when`, `one_of`, `length`.
    """

    kind: KeyKind = "text"
    required: bool = False
    required_when: Condition | None = None
    only_then: bool = False
    one_of: tuple[str, ...] = ()
    length: Length | None = None
    patterns: tuple[Pattern, ...] = ()
    rules: dict[str, str] = Field(default_factory=dict)
    guide: str = ""

    @model_validator(mode="after")
    def _only_when(self) -> "FrontKey":
        if self.only_then and self.required_when is None:
            raise ValueError("only_then needs required_when")
        return self


class FrontMatterType(Strict):
    """The front matter: how it is written, and its keys in order.

    `yaml` is a YAML block at the head of the text; `lines` one `key: value` a line there, taken
    as it stands; `beside` a YAML file of its own (`file`) in the same folder, or at the head.
    """

    style: Style = "yaml"
    file: str = ""
    keys: dict[str, FrontKey]


class Items(Strict):
    """A list: how many items at least, whether numbered, whether it claims to be complete."""

    min: Positive = 1
    numbered: bool = False
    complete: bool = False


class FieldType(Strict):
    """A bold label that opens a bullet within a block."""

    title: str
    aliases: tuple[str, ...] = ()
    required: bool = True
    words: Positive = 10
    items: Items | None = None
    must_hold: tuple[Evidence, ...] = ()
    should_hold: tuple[Evidence, ...] = ()
    guide: str = ""


class Facet(Strict):
    """One of the parts that a section's text must have, told by the words that mark it."""

    title: str
    pattern: Regex


class Band(Strict):
    """Another section, of whose words and sources this one has at least so many percent."""

    section: str
    percent: Percent


class SectionType(Strict):
    """A node of the tree. `words` and `sources` are what a full section holds; 0 asks nothing.

    `prose`: only words in full sentences outside of lists count. `sources_required`: without any
    source the section is in error. `history`: what it tells does not lapse. `bare`: its bullets
    need no labels. `facets` are parts that the text must have.
    """

    path: str
    title: str
    form: Form = "heading"
    level: Annotated[int, Field(ge=1, le=6)] = 2
    aliases: tuple[str, ...] = ()
    required: bool = True
    required_when: Condition | None = None
    extras: bool = True
    weight: Positive = 0
    floor: Percent = 0
    words: Positive = 0
    prose: bool = False
    sources: Positive = 0
    sources_required: bool = False
    recommendations: Positive = 0
    matches: Band | None = None
    history: bool = False
    bare: bool = False
    items: Items | None = None
    must_hold: tuple[Evidence, ...] = ()
    should_hold: tuple[Evidence, ...] = ()
    facets: tuple[Facet, ...] = ()
    fields: tuple[FieldType, ...] = ()
    sections: "tuple[SectionType, ...]" = ()
    guide: str = ""

    def walk(self) -> "Iterator[SectionType]":
        """Yield the node and all below it, in order."""
        yield self
        for child in self.sections:
            yield from child.walk()


class SignOffRule(Strict):
    """So many people of a role must sign off these sections (`*`: all; `@figures`: with figures).

    With `when`, only a brief whose front matter meets it, as it is submitted. Let the sections of
    such a rule name `@front`, so that a front matter changed afterwards voids what was signed.
    With `personal_key`, only what is signed with the person's own key counts. In each section a
    person counts for one rule alone, except for rules that are `shared`.
    """

    sections: tuple[str, ...] = ("*",)
    role: RoleName = "reviewer"
    count: Annotated[int, Field(ge=1, le=20)] = 1
    when: Condition | None = None
    personal_key: bool = False
    shared: bool = False

    def counts(self, values: Mapping[str, object], keys: Mapping[str, FrontKey]) -> bool:
        """Say whether the rule counts for a brief with these front-matter `values`."""
        return self.when is None or holds(self.when, values, keys)

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        # Records of rules that ask for nothing special keep their bytes.
        return {k: v for k, v in written.items() if k not in _SPECIAL or v}


_SPECIAL: Final = ("when", "personal_key", "shared")


class Terms(Strict):
    """What a review asks beside its sign-off rules; fixed with them at a submission.

    `quorum` is of distinct people in all. A sign-off older than `valid_days` counts no more. A
    text waits `wait_hours` from its submission to its publication. `carry`: after which changes
    of a section a sign-off still stands; after a material one it never does. A key that has
    expired since it signed takes its sign-offs along, unless `expired_keys` says `stand`. Claims
    out of date at the moment of publication are a `note`, or `hold` the brief. An override is to
    be settled within `debt_days`.
    """

    quorum: Annotated[int, Field(ge=1, le=50)] = 1
    veto: tuple[RoleName, ...] = ()
    valid_days: Annotated[int, Field(ge=1, le=3_650)] | None = None
    wait_hours: Annotated[int, Field(ge=0, le=8_760)] = 0
    carry: Literal["nothing", "typographic", "wording"] = "nothing"
    expired_keys: Literal["void", "stand"] = "void"
    stale_claims: Literal["note", "hold"] = "note"
    debt_days: Annotated[int, Field(ge=1, le=365)] = 14


def refuse_gaps(rules: Sequence[SignOffRule], entry: str) -> None:
    """Refuse sign-off rules under which some text could go out unsigned. Raises `ValueError`."""
    if not any(rule.sections == ("*",) and rule.when is None for rule in rules):
        raise wrong(entry, "one rule must cover all sections, always: sections: ['*'], no when")
    if any(rule in rules[:place] for place, rule in enumerate(rules)):
        raise wrong(entry, "the same rule stands twice; raise its count")


class RuleUse(BaseModel):
    """How a type uses a rule. Further entries are the rule's own options.

    `is` names the rule where the family calls it otherwise.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    of: str = Field("", alias="is")
    off: bool = False
    severity: Severity | dict[Mode, Severity] | None = None

    @property
    def options(self) -> Mapping[str, Any]:
        """The rule's own options, as written."""
        return self.model_extra or {}


class Modifier(Strict):
    """A severity that all findings have, save those of a severity of their own, when this holds."""

    when: Condition
    severity: Severity


class BriefType(Strict):
    """The template of a kind of brief: front matter, tree, weights, rules, pass mark, sign-off.

    `house_rules`: the rules of the house apply, beside those that `rules` names.
    """

    type: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
    version: Positive
    title: str
    about: str = ""
    pass_mark: Percent = 80
    front_matter: FrontMatterType
    sections: tuple[SectionType, ...] = ()
    extras: bool = True
    house_rules: bool = True
    rules: dict[str, RuleUse] = Field(default_factory=dict)
    modifiers: tuple[Modifier, ...] = ()
    signoff: tuple[SignOffRule, ...] = (SignOffRule(),)
    terms: Terms = Terms()

    def __hash__(self) -> int:
        return hash((self.type, self.version))

    @model_validator(mode="after")
    def _holds_together(self) -> "BriefType":
        seen: dict[str, SectionType] = {}
        for entry, node in _nodes(self.sections, "sections"):
            if node.path in seen:
                raise wrong(f"{entry}.path", f"the path {node.path} stands twice")
            seen[node.path] = node
        for entry, node in _nodes(self.sections, "sections"):
            if node.matches and node.matches.section not in seen:
                raise wrong(f"{entry}.matches", f"there is no section {node.matches.section}")
            _refuse_unknown(node.required_when, f"{entry}.required_when", self.front_matter)
        for name, key in self.front_matter.keys.items():
            entry = f"front_matter.keys.{name}.required_when"
            _refuse_unknown(key.required_when, entry, self.front_matter)
        for place, modifier in enumerate(self.modifiers):
            _refuse_unknown(modifier.when, f"modifiers.{place}.when", self.front_matter)
        for place, rule in enumerate(self.signoff):
            _refuse_unknown(rule.when, f"signoff.{place}.when", self.front_matter)
        refuse_gaps(self.signoff, "signoff")
        return self

    def nodes(self) -> list[SectionType]:
        """Return every node of the tree in order."""
        return [node for top in self.sections for node in top.walk()]


def holds(condition: Condition, values: Mapping[str, object], keys: Mapping[str, FrontKey]) -> bool:
    """Say whether front-matter `values` meet `condition`, which asks for something.

    Fails closed: a value that is none of those its key allows meets every condition on the key,
    so that a misspelt status asks for no less than a right one.
    """
    return all(
        _may_meet(values.get(name), test, keys.get(name)) for name, test in condition.items()
    )


def holds_surely(condition: Condition, values: Mapping[str, object]) -> bool:
    """Say whether front-matter `values` meet `condition`, which lets something pass.

    A value that cannot be told meets none.
    """
    return all(_meets(values.get(name), test) is True for name, test in condition.items())


def _may_meet(value: object, test: str | Test, key: FrontKey | None) -> bool:
    text = value.strip() if isinstance(value, str) else ""
    unsure = bool(text and key and key.one_of and text not in key.one_of)
    return unsure or _meets(value, test) is not False


def _meets(value: object, test: str | Test) -> bool | None:
    """Say whether `value` meets `test`; None where that cannot be told."""
    if not isinstance(value, str) or not value.strip():
        return False
    text = value.strip()
    if isinstance(test, str):
        return text == test
    if test.one_of and text not in test.one_of:
        return False
    if not test.at_least:
        return True
    release = _release(text)
    return release >= _release(test.at_least) if release else None


def _release(text: str) -> Any:
    numbers = re.fullmatch(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?", text)
    return tuple(int(part or 0) for part in numbers.groups()) if numbers else None


def _nodes(nodes: Sequence[SectionType], at: str) -> Iterator[tuple[str, SectionType]]:
    for place, node in enumerate(nodes):
        yield f"{at}.{place}", node
        yield from _nodes(node.sections, f"{at}.{place}.sections")


def _refuse_unknown(condition: Condition | None, entry: str, front: FrontMatterType) -> None:
    for name in condition or {}:
        if name not in front.keys:
            raise wrong(entry, f"the front matter has no key “{name}”")
