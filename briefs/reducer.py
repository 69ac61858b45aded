"""The reducer: where a brief stands after an event. Pure, so that a history can be replayed."""

from dataclasses import replace
from typing import Final

from briefs.errors import UnreadableRecord
from briefs.record import (
    Event,
    Override,
    Published,
    Returned,
    State,
    Veto,
    Withdrawal,
)
from briefs.terms import Action, Stage


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
        submitted=event.at,
        embargo=brought.embargo,
        publish_at=brought.publish_at,
        assigned=() if opens or state is None else state.assigned,
        published=state.published if state else None,
        terms=brought.terms,
        holders=brought.holders,
        figures=brought.figures,
        carries=brought.carries,
        lapses=brought.lapses,
        vetoes=state.vetoes if state else (),
        debts=state.debts if state else (),
        schedulers=state.schedulers if state and state.debts else (),
    )


def _returned(state: State, event: Event) -> State:
    reason = Returned(event.action, event.actor.person, event.details.reason)
    return replace(state, returned=reason, schedule=None, held=())


def _scheduled(state: State, event: Event) -> State:
    schedulers = tuple(sorted({*state.schedulers, event.actor.person}))
    return replace(state, schedule=event.details.schedule, held=(), schedulers=schedulers)


def _vetoed(state: State, event: Event) -> State:
    veto = Veto(
        by=event.actor.person,
        reason=event.details.reason,
        at=event.at,
        seq=event.seq,
        edition=event.edition,
        revision=event.revision,
    )
    vetoes = (*_others(state, event), veto)
    return replace(state, vetoes=vetoes, schedule=None, held=())


def _lifted(state: State, event: Event) -> State:
    return replace(state, vetoes=_others(state, event))


def _others(state: State, event: Event) -> tuple[Veto, ...]:
    return tuple(veto for veto in state.vetoes if veto.by != event.actor.person)


def _overridden(state: State, event: Event) -> State:
    details = event.details
    override = Override(
        key=event.key,
        by=event.actor.person,
        reason=details.reason,
        at=event.at,
        seq=event.seq,
        due=details.due,
        settler=details.settler,
        authors=authors(state),
        edition=event.edition,
        revision=event.revision,
        digest=state.digests.bytes,
        objections=details.objections,
    )
    return replace(state, override=override, debts=(*state.debts, override), held=())


def _settled(state: State, event: Event) -> State:
    debts = tuple(debt for debt in state.debts if debt.key != event.details.debt)
    return replace(state, debts=debts)


def authors(state: State) -> tuple[str, ...]:
    """Return everybody who has a part in the text: its contributors, and who has text in it."""
    held = {person for persons in state.holders.values() for person in persons}
    return tuple(sorted({*state.contributors, *held}))


def _unscheduled(state: State, event: Event) -> State:
    keeps = event.target is Stage.SCHEDULED
    return state if keeps else replace(state, schedule=None, held=())


def _published(state: State, event: Event) -> State:
    edition = Published(
        state.edition, state.revision, event.seq, event.at, state.title, state.digests.bytes
    )
    return replace(state, published=edition, schedule=None, held=(), returned=None, vetoes=())


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
    Action.VETO: _vetoed,
    Action.LIFT: _lifted,
    Action.OVERRIDE: _overridden,
    Action.SETTLE: _settled,
    Action.HOLD: lambda state, event: replace(state, held=event.details.objections),
    Action.PUBLISH: _published,
    Action.WITHDRAW: _withdrawn,
}
