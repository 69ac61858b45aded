"""People: who is who. One canonical person is one vote, whatever the channel or the alias."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from briefs.keys import public_key
from briefs.types import RoleName, wrong

Role: TypeAlias = Literal["author", "reviewer", "editor", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

DESK: Final = "desk"


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


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
        # No other form of ISO 8601; and ssh-keygen knows no moment before 1970.
        if day.isoformat() == text and 1970 < day.year < 3000:
            return text
    except ValueError:
        pass
    raise ValueError(f"“{text[:20]}” is no day; write one as 2026-11-24")


Line: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=200), AfterValidator(_one_clean_line)
]
Day: TypeAlias = Annotated[str, AfterValidator(_day)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Spell(_Strict):
    """A time from the first moment of `since` to the last of `until`, days in UTC."""

    since: Day | None = None
    until: Day | None = None

    def holds(self, at: str) -> bool:
        """Say whether the moment `at` (a stamp) lies within."""
        day = at[:10]
        return (self.since or day) <= day <= (self.until or day)

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> "_Spell":
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"it ends ({self.until}) before it begins ({self.since})")
        return self


class Key(_Spell):
    """A public SSH key and the days on which it may sign.

    `revoked`: it is lost or stolen, and nothing signed with it counts, whenever it was signed.
    """

    key: Annotated[str, AfterValidator(public_key)]
    revoked: bool = False


class Absence(_Spell):
    """Days on which a person does not sign, and who stands in for them."""

    since: Day
    until: Day
    deputy: str | None = None


class Person(_Strict):
    """A canonical person: one vote, whatever the channel or the alias.

    Roles are the four of `Role`, and those that a sign-off rule of a type or of the policy names.
    `names` are further names, such as the one in Git.
    """

    id: Annotated[str, AfterValidator(_person_id)]
    name: Line
    email: Annotated[str, AfterValidator(_address)]
    aliases: tuple[Annotated[str, AfterValidator(_address)], ...] = ()
    names: tuple[Line, ...] = ()
    roles: tuple[RoleName, ...]
    accounts: tuple[Line, ...] = ()
    slack: Annotated[str, Field(pattern=r"^[UW][A-Z0-9]+$")] | None = None
    keys: tuple[Key, ...] = ()
    absences: tuple[Absence, ...] = ()

    def addresses(self) -> set[str]:
        """Return all e-mail addresses of the person, in small letters."""
        return {address.lower() for address in (self.email, *self.aliases)}

    def marks(self) -> frozenset[str]:
        """Return what the person may stand under as an author: id, addresses, names, accounts."""
        others = (name.casefold() for name in (self.name, *self.names, *self.accounts))
        return frozenset({self.id, *self.addresses(), *others})

    def absence(self, at: str) -> Absence | None:
        """Return the absence that the moment `at` (a stamp) falls into, or None."""
        return next((absence for absence in self.absences if absence.holds(at)), None)

    def key(self, public: str) -> Key | None:
        """Return the person's key `public`, whether it may sign or not, or None."""
        return next((key for key in self.keys if key.key == public), None)

    def known_by(self) -> Iterator[str]:
        """Yield everything that stands for this person alone, in one spelling."""
        yield self.id
        yield from sorted(self.addresses())
        yield from (name.casefold() for name in self.names)
        if self.slack:
            yield self.slack
        yield from (key.key for key in self.keys)


class People(_Strict):
    """`people.yaml`."""

    people: tuple[Person, ...]

    @model_validator(mode="after")
    def _nobody_is_two(self) -> "People":
        seen: dict[str, int] = {}
        for place, person in enumerate(self.people):
            for name in person.known_by():
                if seen.setdefault(name, place) != place:
                    raise wrong(
                        f"people.{place}",
                        f"“{name[:80]}” stands above already, for {self.people[seen[name]].id}; "
                        "one person stands once",
                    )
        return self

    @model_validator(mode="after")
    def _deputies_exist(self) -> "People":
        ids = {person.id for person in self.people}
        for place, person in enumerate(self.people):
            for number, absence in enumerate(person.absences):
                if absence.deputy is not None and absence.deputy not in ids - {person.id}:
                    raise wrong(
                        f"people.{place}.absences.{number}.deputy",
                        f"“{absence.deputy[:60]}” is nobody else on this list",
                    )
        return self
