"""Acts: read where a brief stands, ask the table, commit. The one way anything changes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from briefs.authorship import Wording
from briefs.brief import Around, Brief, hold_against
from briefs.dossier import Act, Dossier, Proof
from briefs.errors import BadPolicy, TransitionRefused, UnreadableRecord
from briefs.gates import publication_objections
from briefs.instants import read_stamp, stamp
from briefs.library import opened
from briefs.people import DESK
from briefs.policy import Policy
from briefs.record import Actor, Details, Event, State
from briefs.reducer import apply, numbers_after
from briefs.report import Report, report
from briefs.signoff import SignOff, statement, write_signoffs
from briefs.stages import advance
from briefs.submission import Before, submission, wording_of
from briefs.terms import Action, Stage
from briefs.types import BriefType
from tasks import likeness, signatures, verify
from tasks.agreed import current_policy, desk_key
from tasks.compared import text_at
from tasks.repository import remote
from tasks.repository.content import BRIEFS, OUTBOX, Change, Content, signoff_file
from tasks.repository.git import LostRace, RepositoryError
from tasks.signatures import DeskKey, SignatureError
from tasks.signers import revoked, signers

TRIES: Final = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an act: the record, where the brief stands after it, and the commit.

    `repeated`: the key was seen before, and this is what it did then. `unchanged`: there was
    nothing to do, and nothing was recorded.
    """

    commit: str
    state: State
    event: Event | None = None
    repeated: bool = False
    unchanged: bool = False


def now() -> datetime:
    """Return the moment, in UTC and whole seconds: the one place that asks the clock."""
    return datetime.now(UTC).replace(microsecond=0)


def perform(
    content: Content,
    act: Act,
    files: Mapping[str, bytes] | None = None,
    at: datetime | None = None,
    seen: tuple[str | None, str] | None = None,
) -> Outcome:
    """Take `act`: through the table, into Git, durable before it returns.

    A key that was seen before answers with its first result. A ref that moved meanwhile means
    that the gate looks again. `seen` are the commit and the policy's version that the act was made
    from, where it must be made anew if they are others now.

    Raises:
        TransitionRefused, NotEntitled: the table says no; nothing is written.
        RepositoryError: the content repository cannot be used.
    """
    for _ in range(TRIES):
        try:
            with content.locked():
                return _attempt(content, act, files or {}, at or now(), seen)
        except LostRace:
            continue
    raise RepositoryError(f"{act.slug} moved {TRIES} times while this was tried; try again")


def dossier(content: Content, act: Act, at: datetime | None = None) -> Dossier:
    """Return all that is known of the act's brief at this moment; nothing is written."""
    tip = content.tip(act.slug)
    state = content.state(tip) if tip else None
    moment = at or now()
    if state:
        # A clock that was put back does not make a brief's time run backwards.
        moment = max(moment, read_stamp(state.updated))
    looked = Dossier(
        state=state,
        act=act,
        policy=current_policy(content),
        now=moment,
        signoffs=content.signoffs(tip) if tip else (),
        owed=_owed(content, act, stamp(moment)),
    )
    return replace(looked, proof=_proof(looked)) if act.details.signature else looked


def _proof(looked: Dossier) -> Proof | None:
    """Return what OpenSSH says of the signature that a sign-off brings."""
    given = looked.given
    if given is None:
        return None
    try:
        key = signatures.signed_by(given.signature)
    except SignatureError as error:
        return Proof("", str(error))
    fault = signatures.verified(
        given.signature,
        statement(given),
        given.reviewer,
        signatures.allowed_signers(signers(looked.policy)),
        signatures.revocations(revoked(looked.policy)),
        looked.at,
    )
    return Proof(key, fault)


def _owed(content: Content, act: Act, at: str) -> tuple[str, ...]:
    """Return the briefs whose overrides the actor owes beyond their due date."""
    if act.action is not Action.OVERRIDE:
        return ()
    return tuple(
        state.slug
        for state, _ in standings(content)
        if state and any(d.by == act.actor.person and d.due < at[:10] for d in state.debts)
    )


def by_desk(action: Action, slug: str, cause: str, details: Details | None = None) -> Act:
    """Return an act of the desk itself; its key is derived from its `cause`, so it is one act."""
    key = f"{cause}/{action.replace(' ', '-')}"
    return Act(action, slug, key, Actor(DESK, "flow"), details or Details())


@dataclass(frozen=True, slots=True)
class Reading:
    """A draft as the desk would take it: held against its type, with its report."""

    brief: Brief
    report: Report
    brief_type: BriefType


def judge(
    content: Content,
    data: bytes,
    slug: str,
    named_type: str | None = None,
    at: datetime | None = None,
) -> Reading:
    """Return the draft in `data` held against its type; nothing is written.

    The type is `named_type`, else that of the brief's record, else `brief_type` in the front
    matter, else the desk's default. Raises `MalformedBrief`, or `BadPolicy` for an unknown type.
    """
    agreed = current_policy(content)
    tip = content.tip(slug)
    recorded = content.state(tip).type if tip else None

    def choose(name: str | None) -> BriefType:
        wanted = name or agreed.settings.default_type
        if (found := agreed.types.get(wanted)) is None:
            known = ", ".join(sorted(agreed.types))
            raise BadPolicy(f"“{wanted[:60]}” is no brief type; use {known}")
        return found

    draft, brief_type = opened(data, named_type or recorded, choose)
    alike = likeness.others(content, slug, data)
    around = Around(on=(at or now()).date(), file=f"{slug}.md", others=alike)
    brief = hold_against(draft, brief_type, around)
    return Reading(brief, report(brief), brief_type)


def submit(
    content: Content,
    reading: Reading,
    slug: str,
    actor: Actor,
    key: str,
    base: int | None = None,
    at: datetime | None = None,
    shown: tuple[int, ...] = (0, 0),
    dry_run: bool = False,
) -> Outcome | None:
    """Commit a draft that intake could read, with its report, whatever it found.

    Returns the outcome; None for a dry run. Equal bytes change nothing. Raises as `perform` does.
    """
    for _ in range(TRIES):
        try:
            return _submit(content, reading, slug, actor, key, base, at, shown, dry_run)
        except _Outdated:
            continue  # who wrote what, and which rules count, must be reckoned again
    raise RepositoryError(f"{slug} moved {TRIES} times while this was submitted; try again")


def _submit(
    content: Content,
    reading: Reading,
    slug: str,
    actor: Actor,
    key: str,
    base: int | None,
    at: datetime | None,
    shown: tuple[int, ...],
    dry_run: bool,
) -> Outcome | None:
    tip = content.tip(slug)
    state = content.state(tip) if tip else None
    agreed = current_policy(content)
    same = state is not None and _is_same(state, reading, agreed)
    if state and same:
        base = state.revision  # equal bytes build on the newest, whatever was seen before
    based = _base(content, state, actor.person, shown) if base is None else base
    if agreed.types.get(reading.brief_type.type) != reading.brief_type:
        raise RepositoryError(
            "the type of this brief changed while it was checked; submit it again"
        )
    earlier = before(content, tip)
    brought = submission(reading.brief, reading.report, agreed, actor.person, based, earlier)
    act = Act(Action.SUBMIT, slug, key, actor, Details(submission=brought))
    unchanged = same and content.recorded(tip, key) is None
    if dry_run or unchanged:
        advance(state.stage if state else None, act.action, dossier(content, act, at))
    if tip and state and unchanged:
        return Outcome(tip, state, unchanged=True)
    if dry_run:
        return None
    data = {"brief.md": reading.brief.draft.data, "report.json": reading.report.json()}
    return perform(content, act, data, at, seen=(tip, agreed.version))


def _is_same(state: State, reading: Reading, agreed: Policy) -> bool:
    """Say whether a submission would change nothing: neither the text, nor what a review asks."""
    brief, keys = reading.brief, reading.brief_type.front_matter.keys
    rules = [r for r in agreed.rules_for(brief.type) if r.counts(brief.front.values, keys)]
    pinned = (state.type, state.rules, state.terms)
    now = (brief.type.type, tuple(rules), agreed.terms_for(brief.type))
    # Who was asked for changes owes some, whatever else has changed.
    asked = pinned == now or state.returned is not None
    return state.digests.bytes == brief.digests.bytes and asked


def due(content: Content, at: datetime | None = None) -> list[str]:
    """Return the slugs whose moment of publication has come, the earliest first."""
    limit = stamp(at or now())
    states = [state for state, _ in standings(content) if state]
    ready = [(s.schedule.at, s.slug) for s in states if s.stage is Stage.SCHEDULED and s.schedule]
    return [slug for moment, slug in sorted(ready) if moment <= limit]


def standings(content: Content) -> Iterator[tuple[State | None, str]]:
    """Yield the state of every brief, or None and the fault of one whose record is unreadable.

    One brief that cannot be read fails closed, and keeps none of the others waiting.
    """
    for slug, commit in content.slugs().items():
        try:
            yield content.state(commit), ""
        except UnreadableRecord as error:
            yield None, f"{slug}: {error}"


def publish(content: Content, slug: str, at: datetime | None = None) -> Outcome:
    """Publish a brief whose moment has come, or hold it: every gate is asked again.

    Returns the outcome of `publish`; nothing changes where it is out already, so that a second
    run goes on to what the first one left. Raises `TransitionRefused`: the objections; where the
    brief was due, a hold with them is recorded, once.
    """
    tip = content.known(slug)
    state = content.state(tip)
    if state.stage is Stage.PUBLISHED:
        return Outcome(tip, state, unchanged=True)
    if found := doubts(content, slug):
        raise TransitionRefused(Action.PUBLISH, state.stage, found)
    cause = state.schedule.key if state.schedule else f"edition-{state.edition}"
    try:
        return perform(content, by_desk(Action.PUBLISH, slug, cause), at=at)
    except TransitionRefused:
        _hold(content, slug, at)
        raise


def doubts(content: Content, slug: str) -> list[str]:
    """Return why what is recorded cannot be relied on; then nothing goes out, or is recorded."""
    said = [f"restore the remote, publication is stopped: {f}" for f in remote.alarm(content)]
    # A desk without a key has no proof of anything.
    if content.key:
        report = verify.briefs(content.path, [slug])
        found = [report.fault, *(verdict.fault for verdict in report.verdicts)]
        said += [f"restore the history, which is false: {fault}" for fault in found if fault]
    return said


def _hold(content: Content, slug: str, at: datetime | None) -> None:
    looked = dossier(content, by_desk(Action.HOLD, slug, ""), at)
    state = looked.brief
    if state.stage is not Stage.SCHEDULED or state.schedule is None:
        return
    details = Details(objections=tuple(publication_objections(looked)))
    cause = f"{state.schedule.key}/{state.seq}"
    try:
        perform(content, by_desk(Action.HOLD, slug, cause, details), at=at)
    except TransitionRefused:
        return  # not due yet, or held for this already


class _Outdated(Exception):
    """The brief or the policy is another than the one that the act was made from."""


def _attempt(
    content: Content,
    act: Act,
    files: Mapping[str, bytes],
    at: datetime,
    seen: tuple[str | None, str] | None = None,
) -> Outcome:
    tip = content.tip(act.slug)
    if earlier := content.recorded(tip, act.key):
        return _repeated(content, act, *earlier)
    looked = dossier(content, act, at)
    if seen and seen != (tip, looked.policy.version):
        raise _Outdated
    key = desk_key(content, looked.policy)
    state = looked.state
    _refuse_rewound(content, act.slug, state)
    target = advance(state.stage if state else None, act.action, looked)
    seq, edition, revision = numbers_after(state, act.action)
    event = Event(
        slug=act.slug,
        seq=seq,
        action=act.action,
        key=act.key,
        actor=act.actor,
        at=looked.at,
        source=state.stage if state else None,
        target=target,
        edition=edition,
        revision=revision,
        details=looked.details,
        policy=looked.policy.version,
    )
    after = apply(state, event)
    written: dict[str, bytes | None] = dict(files)
    written |= {"state.json": after.json(), "event.json": event.json(), **_signoffs(looked, key)}
    change = Change(written, event.message(), looked.now)
    return Outcome(content.commit(BRIEFS + act.slug, tip, change), after, event)


def _refuse_rewound(content: Content, slug: str, state: State | None) -> None:
    """Refuse to go on from a branch that ends before what was announced or pushed of it."""
    seq = state.seq if state else 0
    outbox = content.git.resolve(OUTBOX + slug)
    names = content.listing(outbox) if outbox else {}
    told = [int(found.group(1)) for name in names if (found := re.search(r"-(\d{6})-", name))]
    pushed = [content.state(commit).seq for commit in remote.pushed_of(content, slug)]
    known = max([*told, *pushed], default=0)
    if known > seq:
        raise RepositoryError(
            f"the branch of {slug} ends at record {seq}, and record {known} is known of: it was "
            "rewound; see briefs verify, and restore it from its remote"
        )


def _repeated(content: Content, act: Act, commit: str, event: Event) -> Outcome:
    brought, bringing = event.details.submission, act.details.submission
    another = brought and bringing and brought.digests.bytes != bringing.digests.bytes
    said, saying = event.details, act.details
    other = (said.sections, said.digest[:12]) != (saying.sections, saying.digest[:12])
    if act.action is Action.SIGN_OFF and other:
        what = "sign off other sections or another text"
        raise TransitionRefused(
            act.action, event.target, [f"take another key: {act.key[:60]} was used to {what}"]
        )
    if another or (event.action, event.actor.person) != (act.action, act.actor.person):
        what = f"{event.action}{' another text' if another else ''}"
        raise TransitionRefused(
            act.action, event.target, [f"take another key: {act.key[:60]} was used to {what}"]
        )
    return Outcome(commit, content.state(commit), event, repeated=True)


def _signoffs(looked: Dossier, key: DeskKey | None) -> dict[str, bytes | None]:
    """Return the file of the actor's sign-offs, where the act changes it."""
    if looked.signoffs_after == looked.signoffs:
        return {}
    person = looked.act.actor.person
    mine = [_witnessed(s, key) for s in looked.signoffs_after if s.reviewer == person]
    return {signoff_file(person): write_signoffs(mine) if mine else None}


def _witnessed(signoff: SignOff, key: DeskKey | None) -> SignOff:
    """Return a sign-off with a signature: its giver's own, or the desk's."""
    if signoff.signature or key is None:
        return signoff
    ready = replace(signoff, key=key.public)
    return replace(ready, signature=key.sign(statement(ready), signatures.NAMESPACE))


def _base(content: Content, state: State | None, person: str, shown: tuple[int, ...]) -> int:
    """Return the revision that a submission builds on: the last that its author knows of."""
    if state is None or state.stage in (Stage.PUBLISHED, Stage.WITHDRAWN):
        return state.revision if state else 0
    mine = [
        event.revision
        for _, event in content.history(state.slug)
        if event.action is Action.SUBMIT
        and event.actor.person == person
        and event.edition == state.edition
    ]
    edition, revision = shown
    return max([*mine, revision if edition == state.edition else 0])


def before(content: Content, tip: str | None) -> Before:
    """Return the text before a submission: what was published last, and every wording since."""
    published: Wording | None = None
    since: list[Wording] = []
    newest: Wording | None = None
    for commit in content.git.ancestry(tip) if tip else ():
        event = content.event(commit)
        if event.action is Action.PUBLISH:
            published, since = newest, []
        brought = event.details.submission
        if event.action is Action.SUBMIT and brought:
            newest = wording_of(text_at(content, commit), {event.actor.person, *brought.authors})
            since.append(newest)
    return Before(published, tuple(since))
