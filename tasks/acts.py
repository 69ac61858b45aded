"""Acts: read where a brief stands, ask the table, commit. The one way anything changes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from briefs.brief import Around, Brief, hold_against
from briefs.dossier import Act, Dossier
from briefs.errors import BadInstant, BadPolicy, TransitionRefused, UnreadableRecord
from briefs.gates import publication_objections
from briefs.instants import instant, stamp
from briefs.library import names, opened, shipped
from briefs.policy import DESK, Policy, policy
from briefs.record import (
    Actor,
    Details,
    Event,
    State,
    Submission,
    apply,
    numbers_after,
    summary,
)
from briefs.report import Report, report
from briefs.signoff import write_signoffs
from briefs.stages import advance
from briefs.terms import Action, Stage
from briefs.types import BriefType
from tasks import likeness
from tasks.repository.content import BRIEFS, POLICY, Change, Content, signoff_file
from tasks.repository.git import LostRace, RepositoryError

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


def current_policy(content: Content) -> Policy:
    """Return the newest policy applied. Raises `RepositoryError`, `BadPolicy`."""
    commit = content.git.resolve(POLICY)
    if commit is None:
        raise RepositoryError("the content repository holds no policy; run briefs policy apply")
    texts = {name: content.file(commit, name).decode("utf-8") for name in content.listing(commit)}
    return _parsed(tuple(sorted(texts.items())))


def perform(
    content: Content,
    act: Act,
    files: Mapping[str, bytes] | None = None,
    at: datetime | None = None,
) -> Outcome:
    """Take `act`: through the table, into Git, durable before it returns.

    A key that was seen before answers with its first result. A ref that moved meanwhile means
    that the gate looks again.

    Raises:
        TransitionRefused, NotEntitled: the table says no; nothing is written.
        RepositoryError: the content repository cannot be used.
    """
    for _ in range(TRIES):
        try:
            with content.locked():
                return _attempt(content, act, files or {}, at or now())
        except LostRace:
            continue
    raise RepositoryError(f"{act.slug} moved {TRIES} times while this was tried; try again")


def dossier(content: Content, act: Act, at: datetime | None = None) -> Dossier:
    """Return all that is known of the act's brief at this moment; nothing is written."""
    tip = content.tip(act.slug)
    return Dossier(
        state=content.state(tip) if tip else None,
        act=act,
        policy=current_policy(content),
        now=at or now(),
        signoffs=content.signoffs(tip) if tip else (),
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
    tip = content.tip(slug)
    state = content.state(tip) if tip else None
    agreed = current_policy(content)
    same = state is not None and state.digests.bytes == reading.brief.digests.bytes
    if state and same:
        base = state.revision  # equal bytes build on the newest, whatever was seen before
    based = _base(content, state, actor.person, shown) if base is None else base
    brought = _submission(reading, agreed, based)
    act = Act(Action.SUBMIT, slug, key, actor, Details(submission=brought))
    unchanged = same and content.recorded(tip, key) is None
    if dry_run or unchanged:
        advance(state.stage if state else None, act.action, dossier(content, act, at))
    if tip and state and unchanged:
        return Outcome(tip, state, unchanged=True)
    if dry_run:
        return None
    data = {"brief.md": reading.brief.draft.data, "report.json": reading.report.json()}
    return perform(content, act, data, at)


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
    cause = state.schedule.key if state.schedule else f"edition-{state.edition}"
    try:
        return perform(content, by_desk(Action.PUBLISH, slug, cause), at=at)
    except TransitionRefused:
        _hold(content, slug, at)
        raise


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


def _attempt(content: Content, act: Act, files: Mapping[str, bytes], at: datetime) -> Outcome:
    tip = content.tip(act.slug)
    if seen := content.recorded(tip, act.key):
        return _repeated(content, act, *seen)
    looked = dossier(content, act, at)
    state = looked.state
    target = advance(state.stage if state else None, act.action, looked)
    seq, edition, revision = numbers_after(state, act.action)
    event = Event(
        slug=act.slug,
        seq=seq,
        action=act.action,
        key=act.key,
        actor=act.actor,
        at=stamp(at),
        source=state.stage if state else None,
        target=target,
        edition=edition,
        revision=revision,
        details=act.details,
    )
    after = apply(state, event)
    written: dict[str, bytes | None] = dict(files)
    written |= {"state.json": after.json(), "event.json": event.json(), **_signoffs(looked)}
    change = Change(written, event.message(), at)
    return Outcome(content.commit(BRIEFS + act.slug, tip, change), after, event)


def _repeated(content: Content, act: Act, commit: str, event: Event) -> Outcome:
    brought, bringing = event.details.submission, act.details.submission
    another = brought and bringing and brought.digests.bytes != bringing.digests.bytes
    if another or (event.action, event.actor.person) != (act.action, act.actor.person):
        what = f"{event.action}{' another text' if another else ''}"
        raise TransitionRefused(
            act.action, event.target, [f"take another key: {act.key[:60]} was used to {what}"]
        )
    return Outcome(commit, content.state(commit), event, repeated=True)


def _signoffs(looked: Dossier) -> dict[str, bytes | None]:
    """Return the file of the actor's sign-offs, where the act changes it."""
    if looked.signoffs_after == looked.signoffs:
        return {}
    person = looked.act.actor.person
    mine = [signoff for signoff in looked.signoffs_after if signoff.reviewer == person]
    return {signoff_file(person): write_signoffs(mine) if mine else None}


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


def _submission(reading: Reading, agreed: Policy, base: int) -> Submission:
    brief, keys = reading.brief, reading.brief_type.front_matter.keys
    rules = agreed.rules_for(reading.brief_type)
    return Submission(
        title=_title(brief),
        type=reading.brief_type.type,
        type_version=reading.brief_type.version,
        policy=agreed.version,
        rules=tuple(rule for rule in rules if rule.counts(brief.front.values, keys)),
        digests=brief.digests,
        report=summary(reading.report),
        authors=_authors(brief, agreed),
        base=base,
        embargo=_moment(brief.key("embargo_until")),
        publish_at=_moment(brief.key("publish_at")),
    )


def _title(brief: Brief) -> str:
    return "".join(c for c in brief.title if c.isprintable())[:300] or "Untitled"


def _authors(brief: Brief, agreed: Policy) -> tuple[str, ...]:
    """Return the persons whom the front matter names as authors: by e-mail, handle or account."""
    known = (agreed.known_as(name) for name in _names(brief))
    return tuple(sorted({person.id for found in known for person in found}))


def _names(brief: Brief) -> Iterator[str]:
    for key in ("authors", "author"):
        listed = brief.front.values.get(key)
        for entry in [listed] if isinstance(listed, str) else listed or ():
            if isinstance(entry, dict):
                yield str(entry.get("email", ""))
            elif isinstance(entry, str):
                yield from re.findall(r"[^\s<>,;()]+@[^\s<>,;()]+|(?<=@)[\w-]+", entry)


def _moment(text: str) -> str | None:
    try:
        return stamp(instant(text, "UTC").at) if text else None
    except BadInstant:
        return None  # a finding says so, on its line


@lru_cache(maxsize=8)
def _parsed(files: tuple[tuple[str, str], ...]) -> Policy:
    known = {name: found for name in names() if (found := shipped(name))}
    return policy(dict(files), known)
