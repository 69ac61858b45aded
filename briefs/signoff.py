"""Sign-offs: one reviewer's approval of exactly the text that its digests name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ConfigDict, TypeAdapter, ValidationError

from briefs.canonical import canonical
from briefs.errors import UnreadableRecord
from briefs.policy import Person, Policy
from briefs.record import State
from briefs.types import SignOffRule


@dataclass(frozen=True, slots=True)
class SignOff:
    """A sign-off: which edition, which sections with which digests, by whom and when.

    `nonce` is the key of the act; `bytes` the SHA-256 of the exact bytes that the reviewer saw.
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
    schema_version: int = 1

    __pydantic_config__ = ConfigDict(extra="forbid")


_LIST: TypeAdapter[tuple[SignOff, ...]] = TypeAdapter(tuple[SignOff, ...])


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

    `10` takes in `10.1`; an unknown path names nothing.
    """
    wanted = tuple(scope)
    return tuple(
        path
        for path in sorted(state.digests.sections)
        if "*" in wanted or any(path == w or path.startswith(f"{w}.") for w in wanted)
    )


def standing(signoff: SignOff, state: State) -> bool:
    """Say whether `signoff` still counts: this brief, this edition, every digest unchanged."""
    return (signoff.slug, signoff.edition) == (state.slug, state.edition) and all(
        state.digests.sections.get(path) == digest for path, digest in signoff.sections.items()
    )


def eligible(person: Person, rule: SignOffRule, state: State) -> bool:
    """Say whether `person` may count for `rule`: has the role, is no author, is assigned if any."""
    return (
        rule.role in person.roles
        and person.id not in state.contributors
        and (not state.assigned or person.id in state.assigned)
    )


def signed(
    rule: SignOffRule, signoffs: Iterable[SignOff], state: State, policy: Policy
) -> list[str]:
    """Return the eligible persons whose standing sign-offs cover all sections of `rule`."""
    wanted = set(covered(rule.sections, state))
    have: dict[str, set[str]] = {}
    for signoff in signoffs:
        if standing(signoff, state):
            have.setdefault(signoff.reviewer, set()).update(signoff.sections)
    people = [(policy.person(name), paths) for name, paths in sorted(have.items())]
    return [p.id for p, paths in people if p and eligible(p, rule, state) and wanted <= paths]


def lacking(signoffs: Iterable[SignOff], state: State, policy: Policy) -> list[str]:
    """Return what the quorum lacks, a sentence for each rule; empty when it is met."""
    given = tuple(signoffs)
    return [
        sentence
        for rule in state.rules
        if (sentence := _lack(rule, signed(rule, given, state, policy), state, policy))
    ]


def _lack(rule: SignOffRule, have: list[str], state: State, policy: Policy) -> str:
    missing = rule.count - len(have)
    if missing <= 0:
        return ""
    able = [p.id for p in policy.people if eligible(p, rule, state) and p.id not in have]
    what = "all sections" if "*" in rule.sections else f"sections {', '.join(rule.sections)}"
    need = f"get {missing} more sign-off{'s' if missing > 1 else ''} by role {rule.role} on {what}"
    if len(able) < missing:
        who = f"only {', '.join(able)} can" if able else "nobody can: authors never count"
        return f"{need}: {who}; name more reviewers in people.yaml"
    return f"{need}: {' or '.join(able) if missing == 1 else ', '.join(able)} can give it"
