"""Policy: who the people are, and who may do what. Both are files that the team edits."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal, TypeAlias, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from briefs.canonical import canonical, sha256
from briefs.errors import BadPolicy
from briefs.frontmatter import read
from briefs.library import load
from briefs.types import BriefType, SignOffRule, refuse_gaps, validated, wrong

Role: TypeAlias = Literal["author", "reviewer", "editor", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

DESK: Final = "desk"

# What each role may do, where policy.yaml does not say otherwise. The desk's own actions (check,
# score, request review, hold, publish) are nobody's to take: a gate decides them. A further role,
# which a sign-off rule names, may do what a reviewer may.
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


RoleName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z](-?[a-z0-9]){0,39}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(_Strict):
    """A canonical person: one vote, whatever the channel or the alias.

    Roles are the four of `Role`, and those that a sign-off rule of a type or of the policy names.
    """

    id: Annotated[str, AfterValidator(_person_id)]
    name: Line
    email: Annotated[str, AfterValidator(_address)]
    aliases: tuple[Annotated[str, AfterValidator(_address)], ...] = ()
    roles: tuple[RoleName, ...]
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
    rights: dict[str, tuple[RoleName, ...]] = {}
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
    """What the team has agreed on, as one value; `version` is the digest of all of it.

    `own` are the names of the types that the desk writes itself.
    """

    people: tuple[Person, ...]
    settings: Settings
    types: dict[str, BriefType]
    version: str
    own: tuple[str, ...] = ()

    def person(self, name: str) -> Person | None:
        """Return the person of this id, or None."""
        return next((person for person in self.people if person.id == name), None)

    def by_address(self, address: str) -> Person | None:
        """Return the person of this e-mail address or alias, or None."""
        return next((p for p in self.people if address.lower() in p.addresses()), None)

    def known_as(self, name: str) -> list[Person]:
        """Return the persons of this e-mail address, alias, id or system account."""
        by_address = self.by_address(name)
        return (
            [by_address]
            if by_address
            else [p for p in self.people if p.id == name.lower()] + (self.of_account(name))
        )

    def of_account(self, account: str) -> list[Person]:
        """Return the persons that a system account may act as."""
        return [person for person in self.people if account in person.accounts]

    def with_role(self, role: str) -> list[Person]:
        """Return the persons that hold `role`."""
        return [person for person in self.people if role in person.roles]

    def may(self, action: str) -> tuple[str, ...]:
        """Return the roles that may take `action`; empty for the desk's own actions."""
        if (given := self.settings.rights.get(action)) is not None:
            return given
        usual = RIGHTS.get(action, ())
        held = {role for person in self.people for role in person.roles}
        return (*usual, *sorted(held.difference(ROLES))) if "reviewer" in usual else usual

    def in_use(self, name: str) -> bool:
        """Say whether the team has chosen a type: as its usual one, by rules, or as its own."""
        return name == self.settings.default_type or self.speaks_of(name)

    def speaks_of(self, name: str) -> bool:
        """Say whether the policy's own files speak of a type: they declare it, or rules of it."""
        return name in self.own or name in self.settings.signoff

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
    found = Policy(
        people=people.people,
        settings=settings,
        types=types,
        version=version,
        own=tuple(sorted(brief_type.type for brief_type in own)),
    )
    _refuse_unknown_roles(found, files)
    return found


def _refuse_unknown_roles(agreed: Policy, files: Mapping[str, str]) -> None:
    """Refuse a role that is none of the four and that no sign-off rule names."""
    rules = [*agreed.settings.signoff.values(), *(t.signoff for t in agreed.types.values())]
    known = list(dict.fromkeys([*ROLES, *sorted(rule.role for some in rules for rule in some)]))
    for file, entry, role in _roles(agreed):
        if role not in known:
            raise BadPolicy(
                f"{file}, line {read(files[file]).line(entry)}: {entry}: “{role}” is no role; "
                f"use {', '.join(known)}; correct the entry"
            )


def _roles(agreed: Policy) -> Iterator[tuple[str, str, str]]:
    """Yield each role that is given to people or gets a right: file, entry, role."""
    for place, person in enumerate(agreed.people):
        for number, role in enumerate(person.roles):
            yield "people.yaml", f"people.{place}.roles.{number}", role
    for action, roles in agreed.settings.rights.items():
        for number, role in enumerate(roles):
            yield "policy.yaml", f"rights.{action}.{number}", role


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
    """Return which sign-off rules nobody could meet, or everybody, as they name nothing."""
    paths = {node.path for node in brief_type.nodes()} | {"*", "@front", "@rest", "@assets"}
    keys, rules = brief_type.front_matter.keys, agreed.rules_for(brief_type)
    faults = [
        f"nobody holds the role “{rule.role}”: give it to somebody in people.yaml, "
        f"or use {', '.join(ROLES)}"
        for rule in rules
        if agreed.speaks_of(brief_type.type) and not _is_role(rule.role, agreed)
    ]
    faults += [
        f"“{path}” is no section of it"
        for rule in rules
        for path in rule.sections
        if path not in paths
    ]
    faults += [
        f"its front matter has no key “{key}”"
        for rule in rules
        for key in rule.when or {}
        if key not in keys
    ]
    return [f"signoff of {brief_type.type}: {fault}" for fault in faults]


def _is_role(role: str, agreed: Policy) -> bool:
    return role in ROLES or bool(agreed.with_role(role))


def shortages(agreed: Policy) -> list[str]:
    """Return which sign-off rules have too few people at present, one sentence each.

    Only those of types that the team has chosen: others may never be needed here.
    """
    return [
        f"{name}: {rule.count} sign-offs by role {rule.role} are asked"
        f"{' of some briefs' if rule.when else ''}, "
        f"and {len(agreed.with_role(rule.role))} hold it"
        for name, brief_type in sorted(agreed.types.items())
        for rule in agreed.rules_for(brief_type)
        if agreed.in_use(name) and len(agreed.with_role(rule.role)) < rule.count
    ]
