"""Policy: who the people are, and who may do what. Both are files that the team edits."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from briefs.canonical import canonical, sha256
from briefs.errors import BadPolicy
from briefs.frontmatter import read
from briefs.library import load
from briefs.people import DESK, ROLES, Key, People, Person, Role
from briefs.types import (
    BriefType,
    RoleName,
    SignOffRule,
    Terms,
    refuse_gaps,
    validated,
    wrong,
)

__all__ = ["DESK", "ROLES", "Key", "Person", "Policy", "Role", "policy"]

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
    "veto": ("reviewer", "editor", "admin"),
    "lift": ("author", "reviewer", "editor", "admin"),
    "comment": ("author", "reviewer", "editor"),
    "override": ("editor",),
    "settle": ("editor", "admin"),
    "assign": ("editor",),
    "schedule": ("editor",),
    "unschedule": ("editor",),
    "release": ("editor",),
    "withdraw": ("editor",),
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quorum(_Strict):
    """How many people of a role must agree to a change of the policy, its proposer included."""

    role: RoleName = "admin"
    count: Annotated[int, Field(ge=1, le=20)] = 1


class Settings(_Strict):
    """`policy.yaml`."""

    default_type: str
    rights: dict[str, tuple[RoleName, ...]] = {}
    signoff: dict[str, tuple[SignOffRule, ...]] = {}
    terms: dict[str, Terms] = {}
    change: Quorum = Quorum()
    desk_keys: tuple[Key, ...] = ()

    @model_validator(mode="after")
    def _rights_are_known(self) -> "Settings":
        for action in self.rights:
            if action not in RIGHTS:
                raise wrong(f"rights.{action}", f"“{action}” is no action; use {', '.join(RIGHTS)}")
        for name, rules in self.signoff.items():
            refuse_gaps(rules, f"signoff.{name}")
        if any(not key.key.startswith("ssh-ed25519 ") for key in self.desk_keys):
            raise wrong("desk_keys", "a key of the desk is an Ed25519 key: ssh-ed25519 …")
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
        if by_address:
            return [by_address]
        word = name.casefold()
        named = [
            p
            for p in self.people
            if word in (p.id, p.name.casefold(), *map(str.casefold, p.names)) or name in p.accounts
        ]
        return named

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
        own = (self.own, self.settings.signoff, self.settings.terms)
        return any(name in some for some in own)

    def rules_for(self, brief_type: BriefType) -> tuple[SignOffRule, ...]:
        """Return the sign-off rules of a type: the policy's where it has some, else the type's."""
        return self.settings.signoff.get(brief_type.type, brief_type.signoff)

    def terms_for(self, brief_type: BriefType) -> Terms:
        """Return the terms of a review: the policy's where it has some, else the type's."""
        return self.settings.terms.get(brief_type.type, brief_type.terms)

    def stood_in_for(self, person: Person, at: str) -> list[Person]:
        """Return the absent people whom `person` stands in for at the moment `at` (a stamp)."""
        found = ((p, p.absence(at)) for p in self.people)
        return [p for p, absence in found if absence and absence.deputy == person.id]

    def roles_of(self, person: Person, at: str) -> frozenset[str]:
        """Return the roles that `person` may act in at `at`: the own ones, and of whom they
        stand in for; to look after the policy is nobody's to lend."""
        lent = {role for p in self.stood_in_for(person, at) for role in p.roles}
        return frozenset(person.roles) | (lent - {"admin", "author"})


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
    _refuse_shared_keys(found)
    return found


def _refuse_shared_keys(agreed: Policy) -> None:
    desks = {key.key for key in agreed.settings.desk_keys}
    for person in agreed.people:
        if any(key.key in desks for key in person.keys):
            raise BadPolicy(
                f"people.yaml: {person.id} has a key of the desk; take one of their own"
            )


def _refuse_unknown_roles(agreed: Policy, files: Mapping[str, str]) -> None:
    """Refuse a role that is none of the four and that no sign-off rule and no veto names."""
    rules = [*agreed.settings.signoff.values(), *(t.signoff for t in agreed.types.values())]
    terms = [*agreed.settings.terms.values(), *(t.terms for t in agreed.types.values())]
    named = {rule.role for some in rules for rule in some} | {r for t in terms for r in t.veto}
    known = list(dict.fromkeys([*ROLES, *sorted(named)]))
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
