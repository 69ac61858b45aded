"""Records: one transition as written in Git. `event.json` says what happened, `state.json` where
the brief stands; `briefs.reducer` makes the second from the first.

Commit messages repeat some of it for people. Nothing reads them back.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from briefs.canonical import canonical_of_typed
from briefs.digests import Digests
from briefs.errors import UnreadableRecord
from briefs.report import Report
from briefs.terms import Action, Stage
from briefs.types import SignOffRule, Terms

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
class Lapse:
    """A claim of the text that is out of date from the day `on`."""

    on: str
    line: int
    message: str

    __pydantic_config__ = _FORBID


@dataclass(frozen=True, slots=True)
class Veto:
    """A word against publication that stands until its giver lifts it, or an override is taken."""

    by: str
    reason: str
    at: str
    seq: int
    edition: int
    revision: int

    __pydantic_config__ = _FORBID


@dataclass(frozen=True, slots=True)
class Override:
    """A transition past the gates of review, and the debt that it leaves.

    It holds for the bytes of `digest` alone. `objections` is what the gates said; `authors` who
    had text in the brief; `settler` who is asked to look at it, by the end of the day `due`.
    """

    key: str
    by: str
    reason: str
    at: str
    seq: int
    due: str
    settler: str
    authors: tuple[str, ...]
    edition: int
    revision: int
    digest: str
    objections: tuple[str, ...]

    __pydantic_config__ = _FORBID


@dataclass(frozen=True, slots=True)
class Counted:
    """A person who counts at publication: for which role, in which sections, how attested."""

    person: str
    role: str
    sections: tuple[str, ...]
    nonces: tuple[str, ...]

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
    terms: Terms = field(default_factory=Terms)
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    figures: tuple[str, ...] = ()
    carries: Mapping[str, str] = field(default_factory=dict)
    lapses: tuple[Lapse, ...] = ()

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
    line: int = 0
    signature: str = ""
    policy: str = ""
    due: str = ""
    settler: str = ""
    debt: str = ""
    counted: tuple[Counted, ...] = ()

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
    policy: str = ""
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
    """Where a brief stands; the sum of its events.

    `holders` are the people with surviving text since the last publication, by section.
    """

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
    submitted: str = ""
    terms: Terms = field(default_factory=Terms)
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    figures: tuple[str, ...] = ()
    carries: Mapping[str, str] = field(default_factory=dict)
    lapses: tuple[Lapse, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    override: Override | None = None
    debts: tuple[Override, ...] = ()
    schedulers: tuple[str, ...] = ()
    schema_version: int = SCHEMA

    __pydantic_config__ = _FORBID

    @property
    def written(self) -> Collection[str]:
        """The sections with text: before a first publication, all that nobody holds is empty."""
        return self.digests.sections if self.published else self.holders

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


_PAST: Final = {
    Action.SUBMIT: "draft submitted",
    Action.CHECK: "structure checked",
    Action.SCORE: "completeness scored",
    Action.REQUEST_REVIEW: "review requested",
    Action.SIGN_OFF: "signed off",
    Action.REQUEST_CHANGES: "changes requested",
    Action.RETRACT: "sign-off retracted",
    Action.VETO: "vetoed",
    Action.LIFT: "veto lifted",
    Action.COMMENT: "commented",
    Action.OVERRIDE: "review overridden",
    Action.SETTLE: "override settled",
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
    return canonical_of_typed(adapter.dump_python(value, mode="json"))


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
