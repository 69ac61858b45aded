"""Readiness: everything between a brief and its publication at an instant, and the fewest people
who can clear it. Pure, over a frozen dossier: to ask what would be if, change the dossier."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, combinations
from typing import Final

from briefs.dossier import Dossier
from briefs.gates import (
    has_no_error,
    publication_objections,
    reaches_pass_mark,
    stale_claims,
)
from briefs.instants import read_stamp, stamp
from briefs.people import Person
from briefs.signoff import SignOff
from briefs.tally import Tally
from briefs.terms import Stage

MOST_TRIES: Final = 300

_BEFORE_REVIEW: Final = (Stage.DRAFT, Stage.CHECKED, Stage.SCORED)


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who can clear what is lacking: the sections to sign, and until when at the latest.

    `until` is the last moment, a stamp: the instant itself, or before an absence that reaches it
    begins, or the last day of the only key they may use.
    """

    person: str
    sections: tuple[str, ...]
    until: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands against publication at the instant `at`.

    `waiting` are the objections that sign-offs alone can clear, `objections` the others; `people`
    the fewest who can clear the former, empty where nobody can; `notes` block nothing.
    """

    at: str
    objections: tuple[str, ...]
    waiting: tuple[str, ...]
    people: tuple[Signer, ...]
    notes: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing stands against publication."""
        return not self.objections and not self.waiting


def readiness(dossier: Dossier, at: datetime) -> Readiness:
    """Return what stands between the brief of `dossier` and its publication at `at`.

    `dossier.now` is the moment from which people can act; `at` the one that is asked about.
    """
    then = replace(dossier, now=at)
    tally, state = then.tally, then.brief
    waiting = tally.lacking()
    objections = [o for o in publication_objections(then) if o not in waiting]
    objections += _of_its_stage(dossier, at)
    if state.stage in (Stage.PUBLISHED, Stage.WITHDRAWN):
        done = f"nothing is left to do: edition {state.edition} is {state.stage}"
        return Readiness(stamp(at), (done,), (), (), ())
    claims = stale_claims(state, then.at, all_of_them=True)
    notes = [claim for claim in claims if claim not in objections]
    notes += [f"settle the override of r{d.revision} by {d.due}: {d.settler}" for d in state.debts]
    people = _fewest(replace(tally, since=dossier.at)) if waiting else ()
    return Readiness(stamp(at), tuple(objections), tuple(waiting), people, tuple(notes))


def _of_its_stage(dossier: Dossier, at: datetime) -> Iterator[str]:
    state = dossier.brief
    if state.stage in _BEFORE_REVIEW:
        yield from standing_before_review(dossier) or [
            "have it taken to review: briefs serve does so, or briefs reconcile here and now"
        ]
    if state.schedule and at < read_stamp(state.schedule.at):
        yield f"wait until {state.schedule.at}"
    if state.stage is Stage.APPROVED:
        yield "schedule it, or publish it now: briefs schedule, briefs publish"


def standing_before_review(dossier: Dossier) -> list[str]:
    """Return why a brief does not go to review."""
    return has_no_error(dossier) + reaches_pass_mark(dossier) + dossier.tally.blocked()


def _fewest(tally: Tally) -> tuple[Signer, ...]:
    """Return the fewest people whose sign-offs would meet the quorum at the tally's moment.

    With very many people: few, none of whom can be left out.
    """
    able = [signer for p in tally.policy.people if (signer := _signer(tally, p))]
    if not able or not _would_do(tally, able):
        return ()
    tries = chain.from_iterable(combinations(able, size) for size in range(1, len(able)))
    for number, some in enumerate(tries):
        if number == MOST_TRIES:
            return _none_to_spare(tally, able)
        if _would_do(tally, some):
            return some
    return tuple(able)


def _none_to_spare(tally: Tally, signers: Sequence[Signer]) -> tuple[Signer, ...]:
    kept = list(signers)
    for signer in signers:
        rest = [other for other in kept if other is not signer]
        if _would_do(tally, rest):
            kept = rest
    return tuple(kept)


def _would_do(tally: Tally, signers: Sequence[Signer]) -> bool:
    return tally.with_signoffs([_as_if(tally, signer) for signer in signers]).complete()


def _signer(tally: Tally, person: Person) -> Signer | None:
    """Return what `person` could sign and until when, or None where they can sign nothing."""
    state = tally.state
    if any(veto.by == person.id for veto in state.vetoes):
        return None
    paths = tuple(path for path in tally.filled if _is_wanted(tally, person, path))
    until = _last_moment(tally, person, paths) if paths else None
    return Signer(person.id, paths, until) if until else None


def _is_wanted(tally: Tally, person: Person, path: str) -> bool:
    """Say whether a sign-off of `person` on a section could help: they do not count there yet."""
    rules = tally.filled[path]
    if any(person.id in people for _, people in rules):
        return False
    short = any(len(people) < rule.count for rule, people in rules)
    fits = any(not tally.why_not(person, rule, path) for rule, _ in rules)
    return fits and (short or tally.state.terms.quorum > 1)


def _last_moment(tally: Tally, person: Person, paths: Sequence[str]) -> str | None:
    """Return the last moment before the tally's at which `person` can sign `paths`, or None."""
    last = tally.at
    keys = [key for key in person.keys if not key.revoked]
    if _needs_key(tally, person, paths) and all(key.until for key in keys):
        last = min(last, max((f"{key.until}T23:59:59Z" for key in keys), default=last))
    while absence := person.absence(last):
        last = stamp(read_stamp(f"{absence.since}T00:00:00Z") - timedelta(seconds=1))
    return last if last >= tally.since else None


def _needs_key(tally: Tally, person: Person, paths: Sequence[str]) -> bool:
    return any(
        rule.personal_key and not tally.why_not(person, rule, path)
        for path in paths
        for rule, _ in tally.filled[path]
    )


def _as_if(tally: Tally, signer: Signer) -> SignOff:
    """Return the sign-off that `signer` would give, with their own key where they have one."""
    state, policy = tally.state, tally.policy
    person = policy.person(signer.person)
    if person is None:
        raise ValueError(f"{signer.person} is nobody")
    absent = policy.stood_in_for(person, signer.until)
    roles = policy.roles_of(person, signer.until)
    key = next((k.key for k in person.keys if not k.revoked and k.holds(signer.until)), "")
    own = key if _needs_key(tally, person, signer.sections) else ""
    return SignOff(
        slug=state.slug,
        edition=state.edition,
        revision=state.revision,
        bytes=state.digests.bytes,
        scope=signer.sections,
        sections={path: state.digests.sections[path] for path in signer.sections},
        reviewer=signer.person,
        at=signer.until,
        comment="",
        channel="",
        nonce="",
        seq=state.seq + 1,
        roles=tuple(sorted(roles)),
        deputy_for=tuple(sorted(p.id for p in absent)),
        lent=tuple(sorted(roles.difference(person.roles))),
        strength="personal" if own else "witnessed",
        key=own,
    )
