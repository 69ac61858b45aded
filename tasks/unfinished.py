"""What is left to do for a brief, read from its records: the level that `reconcile` looks at."""

from dataclasses import dataclass

from briefs.dossier import Act
from briefs.errors import TransitionRefused
from briefs.instants import stamp
from briefs.record import State
from briefs.stages import advance
from briefs.terms import Action, Stage
from tasks import outbox
from tasks.acts import by_desk, dossier, now, perform, standings
from tasks.repository import site_branch
from tasks.repository.content import MAIN, Content

# Where a submission goes on by itself: the stage, and the desk's action that leads on from it.
TO_REVIEW = {
    Stage.DRAFT: Action.CHECK,
    Stage.CHECKED: Action.SCORE,
    Stage.SCORED: Action.REQUEST_REVIEW,
}


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a brief stands after the desk tried an action; `objections` say why it did not move."""

    slug: str
    stage: str
    revision: int
    cause: str
    objections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What is unfinished of one brief."""

    slug: str
    submission: bool = False
    approval: bool = False
    publication: bool = False
    page: bool = False
    announcements: bool = False

    def __bool__(self) -> bool:
        of_the_record = self.submission or self.approval or self.publication
        return of_the_record or self.page or self.announcements


def look(content: Content, slug: str, key: str = "") -> Taken:
    """Return where a brief stands; with a `key`, an objection unless an act of it is recorded.

    A flow never decides for a person. Raises `UnknownBrief`.
    """
    tip = content.known(slug)
    state = content.state(tip)
    missing = bool(key) and content.recorded(tip, key) is None
    objection = f"record the act first: none of the key {key[:60]} is in the history of {slug}"
    objections = (objection,) if missing else ()
    return Taken(slug, state.stage, state.revision, state.submission, objections)


def recount(content: Content, slug: str) -> Taken:
    """Let the desk approve a brief in review whose quorum is met without a further sign-off."""
    found = look(content, slug)
    state = content.state(content.known(slug))
    return take(content, slug, Action.REQUEST_REVIEW, f"{found.cause}/{state.seq}")


def take(content: Content, slug: str, action: Action, cause: str) -> Taken:
    """Let the desk take `action`; return where the brief stands then, with any objections."""
    act = by_desk(action, slug, cause)
    try:
        perform(content, act)
        found = look(content, slug)
        if TO_REVIEW.get(Stage(found.stage)) is action:
            # Taken once already, and a person sent the brief back since: its gate says so.
            advance(Stage(found.stage), action, dossier(content, act))
        return found
    except TransitionRefused as refusal:
        found = look(content, slug)
        return Taken(slug, found.stage, found.revision, found.cause, refusal.objections)


def survey(content: Content) -> tuple[list[Work], list[str]]:
    """Return what is unfinished over all briefs, and the faults of those that cannot be read."""
    entries = site_branch.manifest(content, content.git.resolve(MAIN))
    tags = content.git.refs(site_branch.TAGS)
    works, faults = [], []
    for state, fault in standings(content):
        if state is None:
            faults.append(fault)
        elif found := work(content, state, entries, tags):
            works.append(found)
    return works, faults


def work(content: Content, state: State, entries: dict[str, object], tags: dict[str, str]) -> Work:
    """Return what is unfinished of a brief; `entries` are of `main`'s manifest, `tags` its tags."""
    slug = state.slug
    return Work(
        slug,
        submission=_goes_on(content, state),
        approval=_is_approved(content, state),
        publication=_is_due(state),
        page=not site_branch.agrees(state, entries, tags),
        announcements=outbox.unsent(content, slug),
    )


def _goes_on(content: Content, state: State) -> bool:
    action = TO_REVIEW.get(state.stage)
    if action is None:
        return False
    act: Act = by_desk(action, state.slug, state.submission)
    try:
        advance(state.stage, action, dossier(content, act))
    except TransitionRefused:
        return False
    return True


def _is_approved(content: Content, state: State) -> bool:
    """Say whether the quorum is met by a brief in review: a change of the policy can do that."""
    if state.stage is not Stage.IN_REVIEW:
        return False
    return dossier(content, by_desk(Action.REQUEST_REVIEW, state.slug, "")).tally.met()


def _is_due(state: State) -> bool:
    return (
        state.stage is Stage.SCHEDULED
        and state.schedule is not None
        and state.schedule.at <= stamp(now())
    )
