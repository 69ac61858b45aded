"""Policy: who the people are, and who may do what. Both are files that the team edits."""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal, TypeAlias, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from briefs.canonical import canonical, sha256
from briefs.types import BriefType, SignOffRule, load, refuse_gaps, validated, wrong

Role: TypeAlias = Literal["author", "reviewer", "editor", "admin"]

DESK: Final = "desk"

# What each role may do, where policy.yaml does not say otherwise. The desk's own actions (check,
# score, request review, hold, publish) are nobody's to take: a gate decides them.
RIGHTS: Final[Mapping[str, tuple[Role, ...]]] = {
    "submit": ("author", "editor"),
    "recall": ("author", "editor"),
    "abandon": ("author", "editor"),
    "sign off": ("reviewer",),
    "request changes": ("reviewer", "editor"),
    "retract": ("reviewer",),
    "assign": ("editor",),
    "schedule": ("editor",),
    "unschedule": ("editor",),
    "release": ("editor",),
    "withdraw": ("editor",),
}


def _one_clean_line(text: str) -> str:
    # A line break or an angle bracket here would let a name forge a part of a commit's header.
    if text != text.strip() or not text.isprintable() or set(text) & set("<>"):
        raise ValueError("write one line without < and >")
    return text


def _address(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", text):
        raise ValueError(f"“{text[:60]}” is no e-mail address")
    return text


def _person_id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9](-?[a-z0-9])*", text) or text == DESK:
        raise ValueError(f"“{text[:60]}” is no person's id; write small letters, digits, hyphens")
    return text


Line: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=200), AfterValidator(_one_clean_line)
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(_Strict):
    """A canonical person: one vote, whatever the channel or the alias."""

    id: Annotated[str, AfterValidator(_person_id)]
    name: Line
    email: Annotated[str, AfterValidator(_address)]
    aliases: tuple[Annotated[str, AfterValidator(_address)], ...] = ()
    roles: tuple[Role, ...]
    accounts: tuple[Line, ...] = ()
    slack: Annotated[str, Field(pattern=r"^[UW][A-Z0-9]+$")] | None = None

    def addresses(self) -> set[str]:
        """Return all e-mail addresses of the person, in small letters."""
        return {address.lower() for address in (self.email, *self.aliases)}


class People(_Strict):
    """`people.yaml`."""

    people: tuple[Person, ...]

    @model_validator(mode="after")
    def _nobody_is_two(self) -> "People":
        seen: dict[str, str] = {}
        for place, person in enumerate(self.people):
            for name in (person.id, *sorted(person.addresses())):
                if name in seen:
                    raise wrong(
                        f"people.{place}",
                        f"“{name}” stands above already, for {seen[name]}; one person stands once",
                    )
                seen[name] = person.id
        return self


class Settings(_Strict):
    """`policy.yaml`."""

    default_type: str
    rights: dict[str, tuple[Role, ...]] = {}
    signoff: dict[str, tuple[SignOffRule, ...]] = {}

    @model_validator(mode="after")
    def _rights_are_known(self) -> "Settings":
        for action in self.rights:
            if action not in RIGHTS:
                raise wrong(f"rights.{action}", f"“{action}” is no action; use {', '.join(RIGHTS)}")
        for name, rules in self.signoff.items():
            refuse_gaps(rules, f"signoff.{name}")
        return self


class Policy(_Strict):
    """What the team has agreed on, as one value; `version` is the digest of all of it."""

    people: tuple[Person, ...]
    settings: Settings
    types: dict[str, BriefType]
    version: str

    def person(self, name: str) -> Person | None:
        """Return the person of this id, or None."""
        return next((person for person in self.people if person.id == name), None)

    def by_address(self, address: str) -> Person | None:
        """Return the person of this e-mail address or alias, or None."""
        return next((p for p in self.people if address.lower() in p.addresses()), None)

    def of_account(self, account: str) -> list[Person]:
        """Return the persons that a system account may act as."""
        return [person for person in self.people if account in person.accounts]

    def with_role(self, role: str) -> list[Person]:
        """Return the persons that hold `role`."""
        return [person for person in self.people if role in person.roles]

    def may(self, action: str) -> tuple[Role, ...]:
        """Return the roles that may take `action`; empty for the desk's own actions."""
        return self.settings.rights.get(action, RIGHTS.get(action, ()))

    def rules_for(self, brief_type: BriefType) -> tuple[SignOffRule, ...]:
        """Return the sign-off rules of a type: the policy's where it has some, else the type's."""
        return self.settings.signoff.get(brief_type.type, brief_type.signoff)


FILES: Final = ("people.yaml", "policy.yaml")


def policy(files: Mapping[str, str], shipped: Mapping[str, BriefType]) -> Policy:
    """Return the policy that `files` (name to YAML text) declare, over the `shipped` types.

    Raises:
        BadPolicy: an entry is wrong, or a rule can never be met; the message names it.
    """
    people: People = validated(People, files["people.yaml"], "people.yaml")
    settings: Settings = validated(Settings, files["policy.yaml"], "policy.yaml")
    own = [load(text, name) for name, text in files.items() if name.startswith("types/")]
    version = sha256(canonical(dict(files)))
    types = {**shipped, **{brief_type.type: brief_type for brief_type in own}}
    return Policy(people=people.people, settings=settings, types=types, version=version)


def objections_to(agreed: Policy) -> list[str]:
    """Return what nobody could ever satisfy in `agreed`, one sentence each."""
    objections = []
    if agreed.settings.default_type not in agreed.types:
        objections.append(f"name a default_type that exists: {', '.join(sorted(agreed.types))}")
    if not agreed.with_role("admin"):
        objections.append("give somebody the role admin, or nobody can change the policy")
    for name in agreed.settings.signoff:
        if name not in agreed.types:
            objections.append(
                f"signoff: “{name}” is no type; use {', '.join(sorted(agreed.types))}"
            )
    for brief_type in agreed.types.values():
        objections += _unmeetable(brief_type, agreed)
    return objections


def _unmeetable(brief_type: BriefType, agreed: Policy) -> list[str]:
    """Return which sign-off rules name a role or a section that is none: all would meet them."""
    paths = {node.path for node in brief_type.nodes()} | {"*", "@front", "@rest", "@assets"}
    name, roles = brief_type.type, get_args(Role)
    rules = agreed.rules_for(brief_type)
    return [
        f"signoff of {name}: “{rule.role}” is no role; use {', '.join(roles)}"
        for rule in rules
        if rule.role not in roles
    ] + [
        f"signoff of {name}: “{path}” is no section of it"
        for rule in rules
        for path in rule.sections
        if path not in paths
    ]


def shortages(agreed: Policy) -> list[str]:
    """Return which sign-off rules have too few people at present, one sentence each."""
    return [
        f"{name}: {rule.count} sign-offs by role {rule.role} are asked, "
        f"and {len(agreed.with_role(rule.role))} hold it"
        for name, brief_type in sorted(agreed.types.items())
        for rule in agreed.rules_for(brief_type)
        if len(agreed.with_role(rule.role)) < rule.count
    ]
