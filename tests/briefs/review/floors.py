"""Two floors that a case is played on: the pure one alone, and the same acts in real Git.

Both go through the table of stages. `Pure` keeps in memory what `tasks.acts` keeps in Git, and
adds nothing to it; it is there because it is fast, and since what counts is decided there.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Thread

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from briefs.dossier import Act, Dossier, Proof
from briefs.errors import BriefError, TransitionRefused
from briefs.gates import publication_objections
from briefs.instants import stamp
from briefs.policy import DESK, Policy, policy
from briefs.record import Actor, Details, Event, State, Submission
from briefs.reducer import apply, numbers_after
from briefs.report import Report
from briefs.signoff import SignOff, statement
from briefs.stages import advance
from briefs.submission import Before, submission, wording_of
from briefs.terms import Action, Stage
from tasks import acts, agreed
from tasks.repository.content import Content
from tasks.signatures import NAMESPACE, DeskKey, _public, holds, make_key, signed_by
from tests.briefs.samples import COUNTRY, brief_of, report_of

MORNING = datetime(2025, 7, 1, 8, tzinfo=UTC)
TO_REVIEW = {
    Stage.DRAFT: Action.CHECK,
    Stage.CHECKED: Action.SCORE,
    Stage.SCORED: Action.REQUEST_REVIEW,
}


@lru_cache
def key(name: str) -> DeskKey:
    """Return the key of that name: the same one each time, and on every machine."""
    private = Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())
    return DeskKey(_public(private), private)


class Floor:
    """What the two floors share: who acts, at which moment, and the desk's own acts."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files, self.now, self.acted = dict(files), MORNING, 0
        self.last: tuple[Act, Mapping[str, bytes]] | None = None
        self.given: list[SignOff] = []

    @property
    def policy(self) -> Policy:
        raise NotImplementedError

    def state(self, slug: str) -> State | None:
        raise NotImplementedError

    def signoffs(self, slug: str) -> tuple[SignOff, ...]:
        raise NotImplementedError

    def perform(self, act: Act) -> None:
        raise NotImplementedError

    def submit(self, slug: str, text: str, actor: Actor, base: int | None) -> None:
        raise NotImplementedError

    def publish(self, slug: str) -> None:
        raise NotImplementedError

    def dossier(self, act: Act) -> Dossier:
        raise NotImplementedError

    def act(
        self, action: Action, slug: str, actor: Actor, details: Details, signer: DeskKey | None
    ) -> None:
        """Take the act under a key of its own, signed by `signer`, if there is one."""
        self.acted += 1
        act = Act(action, slug, f"key-{self.acted}", actor, details)
        if signer:
            given = self.dossier(act).given
            if given is None:
                raise ValueError("a sign-off alone is signed")
            proof = signer.sign(statement(replace(given, strength="personal")), NAMESPACE)
            said = replace(details, signature=proof, policy=self.policy.version)
            act = replace(act, details=said)
        self.perform(act)

    def to_review(self, slug: str) -> None:
        """Let the desk carry a submission on, as far as its gates let it."""
        while (state := self.state(slug)) and (action := TO_REVIEW.get(state.stage)):
            self.perform(acts.by_desk(action, slug, state.submission))

    def agree(self, files: Mapping[str, str], by: str = "max") -> None:
        """Make `files` the policy."""
        raise NotImplementedError


# The text that was published last, and since then who brought which text.
_Past = tuple[str | None, tuple[tuple[tuple[str, ...], str], ...]]


class Pure(Floor):
    """The pure floor: the table, the gates, the reducer and the tally, and a memory."""

    report = staticmethod(report_of)

    def __init__(self, files: Mapping[str, str]) -> None:
        super().__init__(files)
        self._files = tuple(sorted(files.items()))
        self._states: dict[str, State] = {}
        self._signoffs: dict[str, tuple[SignOff, ...]] = {}
        self._texts: dict[str, _Past] = {}
        self.events: list[Event] = []

    @property
    def policy(self) -> Policy:
        return _policy(self._files)

    def state(self, slug: str) -> State | None:
        return self._states.get(slug)

    def signoffs(self, slug: str) -> tuple[SignOff, ...]:
        return self._signoffs.get(slug, ())

    def lay_beside(self, slug: str, more: Iterable[SignOff]) -> None:
        """Put sign-offs among those of a brief that nobody gave there."""
        self._signoffs[slug] = (*self.signoffs(slug), *more)

    def dossier(self, act: Act) -> Dossier:
        owed = tuple(
            slug
            for slug, state in sorted(self._states.items())
            if any(d.by == act.actor.person and d.due < stamp(self.now)[:10] for d in state.debts)
        )
        looked = Dossier(
            self.state(act.slug), act, self.policy, self.now, self.signoffs(act.slug), None, owed
        )
        return replace(looked, proof=self._proof(looked)) if act.details.signature else looked

    def _proof(self, looked: Dossier) -> Proof | None:
        given = looked.given
        if given is None:
            return None
        public = signed_by(given.signature)
        good = holds(given.signature, statement(given), NAMESPACE, public)
        return Proof(public, "" if good else "the signature is not one of these data")

    def perform(self, act: Act) -> None:
        state, looked = self.state(act.slug), self.dossier(act)
        source = state.stage if state else None
        target = advance(source, act.action, looked)
        seq, edition, revision = numbers_after(state, act.action)
        event = Event(
            slug=act.slug,
            seq=seq,
            action=act.action,
            key=act.key,
            actor=act.actor,
            at=looked.at,
            source=source,
            target=target,
            edition=edition,
            revision=revision,
            details=looked.details,
            policy=looked.policy.version,
        )
        self._states[act.slug] = apply(state, event)
        self._signoffs[act.slug] = looked.signoffs_after
        self.given += [looked.given] if looked.given else []
        self.events.append(event)

    def submit(self, slug: str, text: str, actor: Actor, base: int | None) -> None:
        state, brief = self.state(slug), brief_of(text)
        if state and state.digests.bytes == brief.digests.bytes:
            return
        based = (state.revision if state else 0) if base is None else base
        past = self._texts.get(slug, (None, ()))
        brought = _brought(text, self.report, self._files, actor.person, based, past)
        self.acted += 1
        act = Act(Action.SUBMIT, slug, f"key-{self.acted}", actor, Details(submission=brought))
        self.perform(act)
        persons = tuple(sorted({actor.person, *brought.authors}))
        self._texts[slug] = (past[0], (*past[1], (persons, text)))
        self.to_review(slug)

    def publish(self, slug: str) -> None:
        state = self.state(slug)
        cause = state.schedule.key if state and state.schedule else "none"
        try:
            self.perform(acts.by_desk(Action.PUBLISH, slug, cause))
        except TransitionRefused:
            looked = self.dossier(acts.by_desk(Action.HOLD, slug, cause))
            details = Details(objections=tuple(publication_objections(looked)))
            with suppress(TransitionRefused):  # not due yet
                self.perform(acts.by_desk(Action.HOLD, slug, cause, details))
            raise
        self._texts[slug] = (self._texts[slug][1][-1][1], ())

    def agree(self, files: Mapping[str, str], by: str = "max") -> None:
        self.files, self._files = dict(files), tuple(sorted(files.items()))


@lru_cache(maxsize=512)
def _brought(
    text: str,
    report: Callable[[str], Report],
    files: tuple[tuple[str, str], ...],
    by: str,
    base: int,
    past: _Past,
) -> Submission:
    """Return what a submission brings, as `tasks.acts` has it made from what stands in Git."""
    published, since = past
    before = Before(
        wording_of(brief_of(published), ()) if published else None,
        tuple(wording_of(brief_of(known), persons) for persons, known in since),
    )
    return submission(brief_of(text), report(text), _policy(files), by, base, before)


@lru_cache
def _policy(files: tuple[tuple[str, str], ...]) -> Policy:
    return policy(dict(files), {"country": COUNTRY})


class Git(Floor):
    """The same in a content repository of its own, whose desk signs what it commits."""

    def __init__(self, files: Mapping[str, str], folder: Path) -> None:
        public = make_key(_beside(folder) / "desk")
        with_key = {
            **files,
            "policy.yaml": f"{files['policy.yaml']}desk_keys: [{{key: {public}}}]\n",
        }
        super().__init__(with_key)
        self.path = folder / "content.git"
        written = {name: text.encode() for name, text in with_key.items()}
        agreed.establish(self.path, written, "max", MORNING)
        self.content = Content(self.path)
        self._public = public

    def close(self) -> None:
        self.content.git.close()

    @property
    def policy(self) -> Policy:
        return agreed.current_policy(self.content)

    def state(self, slug: str) -> State | None:
        tip = self.content.tip(slug)
        return self.content.state(tip) if tip else None

    def signoffs(self, slug: str) -> tuple[SignOff, ...]:
        tip = self.content.tip(slug)
        return self.content.signoffs(tip) if tip else ()

    @property
    def events(self) -> list[Event]:
        return [e for slug in self.content.slugs() for _, e in self.content.history(slug)]

    def dossier(self, act: Act) -> Dossier:
        return acts.dossier(self.content, act, self.now)

    def perform(self, act: Act) -> None:
        if act.actor.person != DESK:
            self.last = act, {}
        outcome = acts.perform(self.content, act, at=self.now)
        if outcome.event and act.action is Action.SIGN_OFF:
            self.given += [s for s in self.signoffs(act.slug) if s.nonce == act.key]

    def again(self) -> None:
        """Let the last act of a person come once more, as after a double click."""
        if self.last is None:
            raise ValueError("nobody has acted yet")
        outcome = acts.perform(self.content, self.last[0], at=self.now)
        assert outcome.repeated

    def at_once(self, several: Iterable[Act]) -> None:
        """Let several people act at the same moment, each by a door of their own."""
        faults: list[BriefError] = []

        def take(act: Act) -> None:
            try:
                with Content(self.path) as content:
                    acts.perform(content, act, at=self.now)
            except BriefError as error:
                faults.append(error)

        threads = [Thread(target=take, args=(act,)) for act in several]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]

    def submit(self, slug: str, text: str, actor: Actor, base: int | None) -> None:
        reading = acts.judge(self.content, text.encode(), slug, at=self.now)
        self.acted += 1
        name, state = f"key-{self.acted}", self.state(slug)
        based = (state.revision if state else 0) if base is None else base
        outcome = acts.submit(self.content, reading, slug, actor, name, based, self.now)
        if outcome and not outcome.unchanged:
            self.to_review(slug)

    def publish(self, slug: str) -> None:
        acts.publish(self.content, slug, self.now)

    def agree(self, files: Mapping[str, str], by: str = "max") -> None:
        written = {name: text.encode() for name, text in files.items()}
        agreed.propose(self.content, written, Actor(by, "cli"), self.now)
        self.files = dict(files)

    def word(self, who: str) -> None:
        """Let an admin agree to the policy that waits."""
        found = agreed.proposal(self.content)
        if found is None:
            raise ValueError("no policy waits")
        agreed.agree(self.content, found.version, Actor(who, "cli"), self.now)


def _beside(folder: Path) -> Path:
    (folder / "keys").mkdir()
    return folder / "keys"
