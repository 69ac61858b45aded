"""Sign-offs: one reviewer's approval of exactly the text that its digests name.

A sign-off is given on sections, and stands or falls section by section. It is of one of two
strengths, and is shown as the one that it is: *personal*, signed with the reviewer's own SSH key,
or *witnessed*, signed by the desk's key with the evidence of the channel that it came by.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

from pydantic import ConfigDict, TypeAdapter, ValidationError

from briefs.canonical import canonical
from briefs.errors import UnreadableRecord
from briefs.record import State

ALL: Final = "*"
FIGURES: Final = "@figures"
PSEUDO: Final = ("@front", "@rest", "@assets")
MOST_NAMED: Final = 6  # sections, before it is shorter to say which are not meant

Strength: TypeAlias = Literal["personal", "witnessed"]

# What a person's own signature speaks of: all that they know when they sign.
_SAID: Final = (
    "schema_version",
    "slug",
    "edition",
    "revision",
    "bytes",
    "scope",
    "sections",
    "carries",
    "reviewer",
    "comment",
    "decision",
    "policy",
    "nonce",
)


@dataclass(frozen=True, slots=True)
class SignOff:
    """A sign-off: which edition, which sections with which digests, by whom and when.

    `nonce` is the key of the act; `bytes` the SHA-256 of the exact bytes that the reviewer saw;
    `carries` the digests by which it outlives small changes, where the terms let it. `seq` and
    `at` are those of the record in Git: the order of Git counts, and no clock but the desk's.
    `roles` are those that the reviewer held, by the policy of that version; those in `lent` only
    in the place of the people in `deputy_for`. `key` is the public key of a personal signature.
    """

    slug: str
    edition: int
    revision: int
    bytes: str
    scope: tuple[str, ...]
    sections: Mapping[str, str]
    reviewer: str
    at: str
    comment: str
    channel: str
    nonce: str
    evidence: Mapping[str, str] = field(default_factory=dict)
    decision: str = "approve"
    carries: Mapping[str, str] = field(default_factory=dict)
    policy: str = ""
    seq: int = 0
    roles: tuple[str, ...] = ()
    deputy_for: tuple[str, ...] = ()
    lent: tuple[str, ...] = ()
    strength: Strength = "witnessed"
    key: str = ""
    signature: str = ""
    schema_version: int = 1

    __pydantic_config__ = ConfigDict(extra="forbid")

    def supersedes(self, other: "SignOff") -> bool:
        """Say whether this later word of the same person leaves nothing of `other`."""
        return self.reviewer == other.reviewer and set(other.sections) <= set(self.sections)


_ONE: TypeAdapter[SignOff] = TypeAdapter(SignOff)
_LIST: TypeAdapter[tuple[SignOff, ...]] = TypeAdapter(tuple[SignOff, ...])


def statement(signoff: SignOff) -> bytes:
    """Return what the signature of a sign-off is of, as canonical JSON (RFC 8785).

    A personal one is of what the person said; the desk witnesses all of the record.
    """
    fields = fields_of(signoff)
    if signoff.strength == "personal":
        return canonical({name: fields[name] for name in _SAID})
    return canonical({name: value for name, value in fields.items() if name != "signature"})


def fields_of(signoff: SignOff) -> dict[str, Any]:
    """Return a sign-off as plain data, as its file and the receipts hold it."""
    fields: dict[str, Any] = _ONE.dump_python(signoff, mode="json")
    return fields


def write_signoffs(signoffs: Sequence[SignOff]) -> bytes:
    """Return one person's sign-offs as canonical JSON."""
    return canonical(_LIST.dump_python(tuple(signoffs), mode="json"))


def read_signoffs(data: bytes) -> tuple[SignOff, ...]:
    """Return the sign-offs in `data`. Raises `UnreadableRecord` for anything unknown in it."""
    try:
        return _LIST.validate_json(data)
    except ValidationError as error:
        raise UnreadableRecord("a sign-off is of a form that this program does not know") from error


def covered(scope: Iterable[str], state: State) -> tuple[str, ...]:
    """Return the sections of `state` that `scope` names: all for `*`, else paths and what is below.

    `10` takes in `10.1`; `@figures` the sections that hold figures; an unknown path names nothing.
    """
    wanted = set(scope)
    if FIGURES in wanted:
        wanted |= set(state.figures)
    return tuple(
        path
        for path in sorted(state.digests.sections)
        if ALL in wanted or not wanted.isdisjoint(_above(path))
    )


def stands(signoff: SignOff, path: str, state: State) -> bool:
    """Say whether `signoff` still speaks of the text of the section `path`.

    It does for this brief and edition, where the digest is unchanged, or the change is one after
    which the terms of the revision let a sign-off carry.
    """
    if (signoff.slug, signoff.edition) != (state.slug, state.edition):
        return False
    if path not in signoff.sections or path not in state.digests.sections:
        return False
    carry = state.carries.get(path)
    return signoff.sections[path] == state.digests.sections[path] or (
        carry is not None and signoff.carries.get(path) == carry
    )


def named(paths: Iterable[str], state: State) -> str:
    """Return sections in words for people: `all sections`, `section 3`, `all sections but 3`.

    A section whose parts are all there is named alone.
    """
    everything = set(state.digests.sections)
    wanted = everything.intersection(paths)
    if wanted == everything:
        return "all sections"
    tops, others = _tops(wanted, everything), _tops(everything - wanted, everything)
    if len(tops) > MOST_NAMED and len(others) <= MOST_NAMED:
        return f"all sections but {', '.join(others)}"
    return f"section{'s' if len(tops) > 1 else ''} {', '.join(tops)}"


def _tops(wanted: set[str], everything: set[str]) -> list[str]:
    broken = {above for path in everything - wanted for above in _above(path)}
    tops = [p for p in wanted if not (wanted - broken).intersection(_above(p)[:-1])]
    return sorted(tops, key=_by_number)


@lru_cache(maxsize=1024)
def _above(path: str) -> tuple[str, ...]:
    """Return the sections that a section lies in, itself last."""
    parts = path.split(".")
    return tuple(".".join(parts[:n]) for n in range(1, len(parts) + 1))


def _by_number(path: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdecimal() else 10**9, part) for part in path.split(".")]
