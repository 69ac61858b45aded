"""The dossier: all that is known of one brief at one moment, and all that a gate may look at."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from briefs.instants import stamp
from briefs.people import DESK, Person
from briefs.policy import Policy
from briefs.record import Actor, Details, State
from briefs.signoff import ALL, SignOff, covered
from briefs.tally import Tally
from briefs.terms import Action


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a person or the clock does, recorded once under its key."""

    action: Action
    slug: str
    key: str
    actor: Actor
    details: Details = field(default_factory=Details)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found of the signature that an act brings: its key, and why it does not hold."""

    key: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a gate looks at: the brief and its sign-offs before the act, the act, policy, moment.

    `owed`: briefs for which the actor owes an override that is past its due date.
    """

    state: State | None
    act: Act
    policy: Policy
    now: datetime
    signoffs: tuple[SignOff, ...] = ()
    proof: Proof | None = None
    owed: tuple[str, ...] = ()

    @property
    def person(self) -> Person | None:
        """The canonical person who acts, or None for the desk and for strangers."""
        return self.policy.person(self.act.actor.person)

    @property
    def by_desk(self) -> bool:
        """Whether the desk itself acts."""
        return self.act.actor.person == DESK

    @property
    def at(self) -> str:
        """The moment, as records write it."""
        return stamp(self.now)

    @property
    def brief(self) -> State:
        """The brief before the act; only for gates of arrows that begin at a stage."""
        if self.state is None:
            raise ValueError("this gate stands on an arrow from nowhere")
        return self.state

    @property
    def given(self) -> SignOff | None:
        """The sign-off that the act gives, if it gives one: on the sections as they are now."""
        if self.act.action is not Action.SIGN_OFF or self.state is None:
            return None
        details, state, actor = self.act.details, self.state, self.act.actor
        scope = details.sections or (ALL,)
        paths = covered(scope, state)
        person = self.person
        absent = self.policy.stood_in_for(person, self.at) if person else ()
        roles = self.policy.roles_of(person, self.at) if person else frozenset()
        return SignOff(
            slug=state.slug,
            edition=state.edition,
            revision=state.revision,
            bytes=state.digests.bytes,
            scope=scope,
            sections={path: state.digests.sections[path] for path in paths},
            carries={path: state.carries[path] for path in paths if path in state.carries},
            reviewer=actor.person,
            at=self.at,
            comment=details.comment,
            channel=actor.channel,
            nonce=self.act.key,
            evidence=actor.evidence,
            policy=self.policy.version,
            seq=state.seq + 1,
            roles=tuple(sorted(roles)),
            deputy_for=tuple(sorted(p.id for p in absent)),
            lent=tuple(sorted(roles.difference(person.roles))) if person else (),
            strength="personal" if details.signature else "witnessed",
            key=self.proof.key if self.proof else "",
            signature=details.signature,
        )

    @property
    def signoffs_after(self) -> tuple[SignOff, ...]:
        """The sign-offs as they stand recorded after the act.

        The newest word of a person counts, and for good: who asks for changes, vetoes or retracts
        has not signed any more, whatever becomes of that word later.
        """
        if self.act.action in _UNSAYS:
            me, edition = self.act.actor.person, self.brief.edition
            return tuple(s for s in self.signoffs if (s.reviewer, s.edition) != (me, edition))
        new = self.given
        if new is None:
            return self.signoffs
        return (*(s for s in self.signoffs if not new.supersedes(s)), new)

    @property
    def tally(self) -> Tally:
        """The sign-offs as they count after the act, at this moment."""
        state, action, me = self.brief, self.act.action, self.act.actor.person
        if action is Action.LIFT:
            state = replace(state, vetoes=tuple(v for v in state.vetoes if v.by != me))
        return Tally(state, self.policy, self.signoffs_after, self.at)

    @property
    def details(self) -> Details:
        """What is recorded of the act: what it says, and what it stands on.

        A publication records who counted; an override what every gate of the review said.
        """
        if self.act.action is Action.PUBLISH:
            return replace(self.act.details, counted=self.tally.counted())
        if self.act.action is Action.OVERRIDE:
            tally = self.tally
            return replace(self.act.details, objections=tuple(tally.objections()))
        return self.act.details


_UNSAYS: Final = (Action.RETRACT, Action.REQUEST_CHANGES, Action.VETO)
