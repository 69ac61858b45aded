"""Records: one transition as written in Git. `event.json` says what happened, `state.json` where
the brief stands; `apply` makes the second from the first, so that a history can be replayed.

Commit messages repeat some of it for people. Nothing reads them back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from briefs.canonical import canonical
from briefs.digests import Digests
from briefs.errors import UnreadableRecord
from briefs.report import Report
from briefs.terms import Action, Stage
from briefs.types import SignOffRule

SCHEMA: Final = 1
_FORBID: Final = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a canonical person (or the desk), by which channel, with what evidence."""

    person: str
    channel: str
    evidence: Mapping[str, str] = field(default_factory=dict)

    __pydantic_config__ = _FORBID


@dataclass(frozen=True, slots=True)
class Summary:
    """What gates look at in a report."""

    errors: int
    warnings: int
    score: int
    pass_mark: int
    passed: bool
    shortfalls: tuple[str, ...]

    __pydantic_config__ = _FORBID


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a brief goes out, in UTC and as the editor wrote it, and which bytes are pinned."""

    at: str
    wall: str
    zone: str
    by: str
    key: str
    digest: str

    __pydantic_config__ = _FORBID


@dataclass(frozen=True, slots=True)
class Returned:
    """Why a draft waits for its author: changes requested, recalled, or abandoned."""

    action: Action
    by: str
    reason: str

    __pydantic_config__ = _FORBID


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When, by whom and why a published edition was withdrawn."""

    at: str
    by: str
    reason: str

    __pydantic_config__ = _FORBID


@dataclass(frozen=True, slots=True)
class Published:
    """The newest edition that went out; `seq` is that of its record."""

    edition: int
    revision: int
    seq: int
    at: str
    title: str
    digest: str
    withdrawn: Withdrawal | None = None

    __pydantic_config__ = _FORBID


@dataclass(frozen=True, slots=True)
class Submission:
    """What a submission brings: its digests, the summary of its report, and what is pinned."""

    title: str
    type: str
    type_version: int
    policy: str
    rules: tuple[SignOffRule, ...]
    digests: Digests
    report: Summary
    authors: tuple[str, ...]
    base: int
    embargo: str | None = None
    publish_at: str | None = None

    __pydantic_config__ = _FORBID


@dataclass(frozen=True, slots=True)
class Details:
    """What an act says beyond who and when; each action uses what it needs of it."""

    submission: Submission | None = None
    reason: str = ""
    comment: str = ""
    digest: str = ""
    sections: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    schedule: Schedule | None = None
    objections: tuple[str, ...] = ()

    __pydantic_config__ = _FORBID


@dataclass(frozen=True, slots=True)
class Event:
    """One transition: what happened, by whom, under which key. Times are UTC stamps."""

    slug: str
    seq: int
    action: Action
    key: str
    actor: Actor
    at: str
    source: Stage | None
    target: Stage
    edition: int
    revision: int
    details: Details
    schema_version: int = SCHEMA

    __pydantic_config__ = _FORBID

    def json(self) -> bytes:
        """Return the event as canonical JSON."""
        return _dump(_EVENT, self)

    def message(self) -> str:
        """Return the commit message: a subject in fixed words, trailers that repeat facts.

        Only values of a fixed form go in (slugs, ids, stages, numbers), never a person's text.
        """
        trailers = {
            "Brief": self.slug,
            "Brief-Action": self.action,
            "Brief-Stage": self.target,
            "Brief-Edition": self.edition,
            "Brief-Revision": self.revision,
            "Brief-Actor": self.actor.person,
            "Brief-Channel": self.actor.channel,
        }
        done = _PAST[self.action]
        stage = "" if done == self.target else f", {self.target}"
        subject = f"{self.slug} r{self.revision}: {done}{stage}"
        return subject + "\n\n" + "".join(f"{key}: {_line(v)}\n" for key, v in trailers.items())


@dataclass(frozen=True, slots=True)
class State:
    """Where a brief stands; the sum of its events."""

    slug: str
    seq: int
    stage: Stage
    edition: int
    revision: int
    title: str
    type: str
    type_version: int
    policy: str
    rules: tuple[SignOffRule, ...]
    digests: Digests
    report: Summary
    contributors: tuple[str, ...]
    submission: str
    submitter: str
    updated: str
    embargo: str | None = None
    publish_at: str | None = None
    assigned: tuple[str, ...] = ()
    returned: Returned | None = None
    schedule: Schedule | None = None
    held: tuple[str, ...] = ()
    published: Published | None = None
    schema_version: int = SCHEMA

    __pydantic_config__ = _FORBID

    def json(self) -> bytes:
        """Return the state as canonical JSON."""
        return _dump(_STATE, self)


def read_state(data: bytes) -> State:
    """Return the state in `data`. Raises `UnreadableRecord` for anything unknown in it."""
    return _load(_STATE, data, "state.json")


def read_event(data: bytes) -> Event:
    """Return the event in `data`. Raises `UnreadableRecord` for anything unknown in it."""
    return _load(_EVENT, data, "event.json")


def summary(report: Report) -> Summary:
    """Return what gates look at in `report`."""
    score = report.score
    return Summary(
        report.errors,
        report.warnings,
        score.total,
        score.pass_mark,
        score.passed,
        tuple(score.shortfalls()),
    )


def numbers_after(state: State | None, action: Action) -> tuple[int, int, int]:
    """Return seq, edition and revision of the event that follows `state` by `action`."""
    if state is None:
        return 1, 1, 1
    if action is not Action.SUBMIT:
        return state.seq + 1, state.edition, state.revision
    if state.stage in (Stage.PUBLISHED, Stage.WITHDRAWN):
        return state.seq + 1, state.edition + 1, 1
    return state.seq + 1, state.edition, state.revision + 1


def apply(state: State | None, event: Event) -> State:
    """Return where the brief stands after `event`. Pure: the same events give the same bytes."""
    if event.action is Action.SUBMIT:
        return _submitted(state, event)
    if state is None:
        raise UnreadableRecord(f"{event.slug}: its history does not begin with a submission")
    moved = replace(state, seq=event.seq, stage=event.target, updated=event.at)
    change = _CHANGES.get(event.action)
    return change(moved, event) if change else moved


def _submitted(state: State | None, event: Event) -> State:
    brought = event.details.submission
    if brought is None:
        raise UnreadableRecord(f"{event.slug}: a submission without its details")
    opens = state is None or event.edition > state.edition
    earlier = () if opens or state is None else state.contributors
    return State(
        slug=event.slug,
        seq=event.seq,
        stage=event.target,
        edition=event.edition,
        revision=event.revision,
        title=brought.title,
        type=brought.type,
        type_version=brought.type_version,
        policy=brought.policy,
        rules=brought.rules,
        digests=brought.digests,
        report=brought.report,
        contributors=tuple(sorted({*earlier, event.actor.person, *brought.authors})),
        submission=event.key,
        submitter=event.actor.person,
        updated=event.at,
        embargo=brought.embargo,
        publish_at=brought.publish_at,
        assigned=() if opens or state is None else state.assigned,
        published=state.published if state else None,
    )


def _returned(state: State, event: Event) -> State:
    reason = Returned(event.action, event.actor.person, event.details.reason)
    return replace(state, returned=reason, schedule=None, held=())


def _scheduled(state: State, event: Event) -> State:
    return replace(state, schedule=event.details.schedule, held=())


def _unscheduled(state: State, event: Event) -> State:
    keeps = event.target is Stage.SCHEDULED
    return state if keeps else replace(state, schedule=None, held=())


def _published(state: State, event: Event) -> State:
    edition = Published(
        state.edition, state.revision, event.seq, event.at, state.title, state.digests.bytes
    )
    return replace(state, published=edition, schedule=None, held=(), returned=None)


def _withdrawn(state: State, event: Event) -> State:
    if state.published is None:
        raise UnreadableRecord(f"{event.slug}: withdrawn before it was published")
    why = Withdrawal(event.at, event.actor.person, event.details.reason)
    return replace(state, published=replace(state.published, withdrawn=why))


_CHANGES: Final = {
    Action.REQUEST_CHANGES: _returned,
    Action.RECALL: _returned,
    Action.ABANDON: _returned,
    Action.ASSIGN: lambda state, event: replace(state, assigned=event.details.people),
    Action.SCHEDULE: _scheduled,
    Action.RELEASE: _scheduled,
    Action.UNSCHEDULE: _unscheduled,
    Action.RETRACT: _unscheduled,
    Action.HOLD: lambda state, event: replace(state, held=event.details.objections),
    Action.PUBLISH: _published,
    Action.WITHDRAW: _withdrawn,
}

_PAST: Final = {
    Action.SUBMIT: "draft submitted",
    Action.CHECK: "structure checked",
    Action.SCORE: "completeness scored",
    Action.REQUEST_REVIEW: "review requested",
    Action.SIGN_OFF: "signed off",
    Action.REQUEST_CHANGES: "changes requested",
    Action.RETRACT: "sign-off retracted",
    Action.RECALL: "recalled by its author",
    Action.ABANDON: "abandoned",
    Action.ASSIGN: "reviewers assigned",
    Action.SCHEDULE: "publication scheduled",
    Action.RELEASE: "publication released",
    Action.UNSCHEDULE: "publication unscheduled",
    Action.HOLD: "held at its hour",
    Action.PUBLISH: "published",
    Action.WITHDRAW: "withdrawn",
}


def _line(value: object) -> str:
    text = str(value)
    # A line break here would let the value write a trailer of its own.
    if text.splitlines() != [text] or not text.isprintable():
        raise ValueError(f"a trailer is one line, not {text!r}")
    return text


_EVENT: TypeAdapter[Event] = TypeAdapter(Event)
_STATE: TypeAdapter[State] = TypeAdapter(State)
_T = TypeVar("_T")


def _dump(adapter: TypeAdapter[_T], value: _T) -> bytes:
    return canonical(adapter.dump_python(value, mode="json"))


def _load(adapter: TypeAdapter[_T], data: bytes, name: str) -> _T:
    try:
        return adapter.validate_json(data)  # refuses what json.loads takes: lone surrogates, NaN
    except ValidationError as error:
        fault = error.errors()[0]
        where = ": ".join(filter(None, [".".join(map(str, fault["loc"])), fault["msg"]]))
        raise UnreadableRecord(
            f"{name} holds what this program does not know ({where[:200]}); "
            "use the version that wrote it, or briefs verify"
        ) from error
