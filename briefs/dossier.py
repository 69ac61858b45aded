"""The dossier: all that is known of one brief at one moment, and all that a gate may look at."""

from dataclasses import dataclass, field
from datetime import datetime

from briefs.instants import stamp
from briefs.policy import DESK, Person, Policy
from briefs.record import Actor, Details, State
from briefs.signoff import SignOff, covered
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
class Dossier:
    """What a gate looks at: the brief and its sign-offs before the act, the act, policy, moment."""

    state: State | None
    act: Act
    policy: Policy
    now: datetime
    signoffs: tuple[SignOff, ...] = ()

    @property
    def person(self) -> Person | None:
        """The canonical person who acts, or None for the desk and for strangers."""
        return self.policy.person(self.act.actor.person)

    @property
    def by_desk(self) -> bool:
        """Whether the desk itself acts."""
        return self.act.actor.person == DESK

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
        details, digests = self.act.details, self.state.digests
        scope = details.sections or ("*",)
        return SignOff(
            slug=self.state.slug,
            edition=self.state.edition,
            revision=self.state.revision,
            bytes=digests.bytes,
            scope=scope,
            sections={path: digests.sections[path] for path in covered(scope, self.state)},
            reviewer=self.act.actor.person,
            at=stamp(self.now),
            comment=details.comment,
            channel=self.act.actor.channel,
            nonce=self.act.key,
            evidence=self.act.actor.evidence,
        )

    @property
    def signoffs_after(self) -> tuple[SignOff, ...]:
        """The sign-offs as they stand recorded after the act."""
        if self.act.action is Action.RETRACT:
            return tuple(s for s in self.signoffs if s.reviewer != self.act.actor.person)
        return (*self.signoffs, self.given) if self.given else self.signoffs
