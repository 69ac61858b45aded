"""What an announcement says: plain values out of the records, words out of `templates/chat/`."""

from typing import Any, Final

from briefs.announcements import Announcement
from briefs.findings import Severity
from briefs.policy import Policy
from briefs.record import Event, State
from briefs.report import Report
from briefs.signoff import SignOff, named, stands
from briefs.tally import Tally
from tasks.words import render

SHOWN_FINDINGS: Final = 8


def text(
    announcement: Announcement,
    event: Event,
    state: State,
    policy: Policy,
    report: Report,
    signoffs: tuple[SignOff, ...],
) -> str:
    """Return the words of `announcement`, plain text that stands alone.

    No draft prose goes in: titles, section names, numbers, and what people said of the brief.
    """
    values = _of_event(event, state, policy) | _of_report(report)
    tally = Tally(state, policy, signoffs, state.updated)
    needs = [*tally.lacking(), *tally.vetoed()]
    values |= {"needs": needs, "author": _name(policy, state.submitter)}
    values["again"] = _again(tally)
    values["objections"] = list(event.details.objections) or _shortfalls(state)
    return render(f"chat/{announcement.template}.txt.j2", values)


def _of_event(event: Event, state: State, policy: Policy) -> dict[str, Any]:
    details, schedule = event.details, event.details.schedule
    edition = state.published.edition if state.published else state.edition
    return {
        "slug": event.slug,
        "title": state.title,
        "revision": event.revision,
        "edition": edition,
        "stage": str(state.stage),
        "actor": _name(policy, event.actor.person),
        "digest": state.digests.shown(),
        "reason": details.reason,
        "comment": details.comment,
        "place": place_of(event),
        "due": details.due,
        "settler": _name(policy, details.settler),
        "people": ", ".join(_name(policy, person) for person in details.people),
        "at": schedule.at if schedule else "",
        "wall": schedule.wall if schedule else "",
        "zone": schedule.zone if schedule else "",
        "score": state.report.score,
        "pass_mark": state.report.pass_mark,
        "errors": state.report.errors,
        "warnings": state.report.warnings,
    }


def _again(tally: Tally) -> list[dict[str, str]]:
    """Return who has signed what has changed since, and which sections those are."""
    found: dict[str, set[str]] = {}
    for signoff in tally.signoffs:
        if signoff.edition != tally.state.edition:
            continue
        paths = tally.state.digests.sections
        gone = {p for p in signoff.sections if p in paths and not stands(signoff, p, tally.state)}
        found.setdefault(signoff.reviewer, set()).update(gone)
    return [
        {"person": person, "name": _name(tally.policy, person), "where": named(paths, tally.state)}
        for person, paths in sorted(found.items())
        if paths
    ]


def place_of(event: Event) -> str:
    """Return which sections and which line an act speaks of, as ` on section 3, line 40`."""
    sections = [f"section {path}" for path in event.details.sections]
    line = [f"line {event.details.line}"] if event.details.line else []
    return " on " + ", ".join(sections + line) if sections or line else ""


def _of_report(report: Report) -> dict[str, Any]:
    errors = [f for f in report.findings if f.severity is Severity.ERROR]
    shown = [{"line": f.line, "message": f.message} for f in errors[:SHOWN_FINDINGS]]
    return {"findings": shown, "more": max(0, len(errors) - SHOWN_FINDINGS)}


def _shortfalls(state: State) -> list[str]:
    errors = state.report.errors
    blocking = [f"mend {errors} {'error' if errors == 1 else 'errors'}"] if errors else []
    return blocking + list(state.report.shortfalls)


def _name(policy: Policy, person: str) -> str:
    found = policy.person(person)
    return found.name if found else "the desk"
