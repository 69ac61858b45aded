"""The life of a brief: stages, actions, transitions and gates, in one table. Begin here.

There is no way round the table: `advance` is the one function that reads it, and every front
door, every flow and the clock go through it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from briefs import gates
from briefs.dossier import Dossier
from briefs.errors import NotEntitled, TransitionRefused
from briefs.terms import Action, Stage

Gate: TypeAlias = Callable[[Dossier], list[str]]
When: TypeAlias = Callable[[Dossier], bool]

NEW: Final = None  # the brief does not exist yet
OPEN: Final = frozenset(
    {
        Stage.DRAFT,
        Stage.CHECKED,
        Stage.SCORED,
        Stage.IN_REVIEW,
        Stage.APPROVED,
        Stage.SCHEDULED,
    }
)
_SUBMITTED: Final = OPEN - {Stage.DRAFT}
_REVIEWED: Final = frozenset({Stage.IN_REVIEW, Stage.APPROVED, Stage.SCHEDULED})


@dataclass(frozen=True, slots=True)
class Transition:
    """An arrow: from any of `sources`, by `action`, to `target` (None: the stage stays).

    `gate` answers with its objections. Where an action has several targets, `when` says which:
    the first row that fits is taken.
    """

    action: Action
    sources: frozenset[Stage | None]
    target: Stage | None
    gate: Gate
    when: When | None = None


def _rows() -> Iterable[Transition]:
    def arrow(
        action: Action,
        sources: Iterable[Stage | None],
        target: Stage | None,
        gate: Gate,
        when: When | None = None,
    ) -> Transition:
        return Transition(action, frozenset(sources), target, gate, when)

    a, s, g = Action, Stage, gates
    stays = None
    return (
        arrow(a.SUBMIT, {NEW, *OPEN, s.PUBLISHED, s.WITHDRAWN}, s.DRAFT, g.builds_on_the_newest),
        arrow(a.CHECK, {s.DRAFT}, s.CHECKED, g.has_no_error),
        arrow(a.SCORE, {s.CHECKED}, s.SCORED, g.reaches_pass_mark),
        arrow(a.REQUEST_REVIEW, {s.SCORED}, s.APPROVED, g.can_be_reviewed, g.quorum_met),
        arrow(a.REQUEST_REVIEW, {s.SCORED}, s.IN_REVIEW, g.can_be_reviewed),
        arrow(a.REQUEST_REVIEW, {s.IN_REVIEW}, s.APPROVED, g.is_met),
        arrow(a.SIGN_OFF, {s.IN_REVIEW}, s.APPROVED, g.may_sign, g.quorum_met),
        arrow(a.SIGN_OFF, _REVIEWED, stays, g.may_sign),
        arrow(a.REQUEST_CHANGES, _REVIEWED, s.DRAFT, g.says_why),
        arrow(a.RETRACT, _REVIEWED, stays, g.has_signed, g.quorum_met),
        arrow(a.RETRACT, _REVIEWED, s.IN_REVIEW, g.has_signed),
        arrow(a.VETO, _REVIEWED, s.IN_REVIEW, g.may_veto),
        arrow(a.LIFT, {s.IN_REVIEW}, s.APPROVED, g.has_vetoed, g.quorum_met),
        arrow(a.LIFT, OPEN, stays, g.has_vetoed),
        arrow(a.COMMENT, OPEN, stays, g.may_comment),
        arrow(a.OVERRIDE, {s.SCORED, s.IN_REVIEW}, s.APPROVED, g.may_override),
        arrow(a.OVERRIDE, {s.APPROVED, s.SCHEDULED}, stays, g.may_override),
        arrow(a.SETTLE, Stage, stays, g.may_settle),
        arrow(a.RECALL, _SUBMITTED, s.DRAFT, g.is_own),
        arrow(a.ABANDON, OPEN, s.DRAFT, g.is_own),
        arrow(a.ASSIGN, OPEN, stays, g.names_reviewers),
        arrow(a.SCHEDULE, {s.APPROVED, s.SCHEDULED}, s.SCHEDULED, g.may_be_scheduled),
        arrow(a.RELEASE, {s.APPROVED, s.SCHEDULED}, s.SCHEDULED, g.may_be_released),
        arrow(a.UNSCHEDULE, {s.SCHEDULED}, s.APPROVED, g.open_gate),
        arrow(a.HOLD, {s.SCHEDULED}, stays, g.is_newly_blocked),
        arrow(a.PUBLISH, {s.SCHEDULED}, s.PUBLISHED, g.may_be_published),
        arrow(a.WITHDRAW, {s.PUBLISHED}, s.WITHDRAWN, g.may_be_withdrawn),
        arrow(a.WITHDRAW, OPEN, stays, g.may_be_withdrawn),
    )


TRANSITIONS: Final[tuple[Transition, ...]] = tuple(_rows())

# What no person may do by hand: these are decided by their gates alone.
DESKS_OWN: Final = frozenset(
    {Action.CHECK, Action.SCORE, Action.REQUEST_REVIEW, Action.HOLD, Action.PUBLISH}
)


def advance(stage: Stage | None, action: Action, dossier: Dossier) -> Stage:
    """Return the stage that `action` leads to from `stage`.

    Raises:
        NotEntitled: the actor holds no role that may take this action.
        TransitionRefused: no arrow of this action begins here, or its gate objects.
    """
    _refuse_strangers(action, dossier)
    rows = [row for row in TRANSITIONS if row.action is action]
    fitting = [row for row in rows if stage in row.sources]
    if not fitting:
        raise TransitionRefused(action, stage or "new", [f"this is possible only {_sources(rows)}"])
    if objections := fitting[0].gate(dossier):
        raise TransitionRefused(action, stage, objections)
    row = next(row for row in fitting if row.when is None or row.when(dossier))
    target = row.target or stage
    if target is None:  # an arrow from nowhere that stays there: the table has none
        raise TransitionRefused(action, stage, ["submit the brief first"])
    return target


def _refuse_strangers(action: Action, dossier: Dossier) -> None:
    if action in DESKS_OWN:
        if not dossier.by_desk:
            raise NotEntitled(f"nobody may {action} a brief by hand: its gate decides")
        return
    roles, person = dossier.policy.may(action), dossier.person
    if person is None or not set(roles) & dossier.policy.roles_of(person, dossier.at):
        who = [p.id for p in dossier.policy.people if set(p.roles) & set(roles)]
        raise NotEntitled(
            f"{dossier.act.actor.person} may not {action}: that is for the role "
            f"{' or '.join(roles)}" + (f" (ask {', '.join(who)})" if who else "")
        )


def _sources(rows: Iterable[Transition]) -> str:
    stages = [s for s in Stage if any(s in row.sources for row in rows)]
    return "while " + " or ".join(stages)


def diagram() -> str:
    """Return the table as a Mermaid state diagram, as the README shows it."""

    def name(stage: Stage | None) -> str:
        return "[*]" if stage is None else stage.replace(" ", "_")

    lines = ["stateDiagram-v2", "    in_review: in review"]
    arrows: dict[tuple[Stage | None, Stage], list[str]] = {}
    for row in TRANSITIONS:
        for source in (None, *Stage):
            target = row.target or source
            if source in row.sources and target and target is not source:
                words = arrows.setdefault((source, target), [])
                words.append(row.action + (f" [{row.when.__name__}]" if row.when else ""))
    for (source, target), words in arrows.items():
        label = " / ".join(dict.fromkeys(words)).replace("_", " ")
        lines.append(f"    {name(source)} --> {name(target)}: {label}")
    return "\n".join(lines) + "\n"
