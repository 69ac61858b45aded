"""The gates: each looks at a dossier and answers with its objections, sentences for people.

An objection is imperative: it says what to do. An empty list opens the gate.
"""

from briefs.dossier import Dossier
from briefs.instants import objections_to, read_stamp, stamp
from briefs.policy import Policy
from briefs.record import State
from briefs.signoff import covered, eligible, lacking


def open_gate(dossier: Dossier) -> list[str]:
    """Ask nothing beyond the stage and the role."""
    return []


def says_why(dossier: Dossier) -> list[str]:
    """Ask for a reason."""
    return [] if dossier.act.details.reason.strip() else ["say why"]


def builds_on_the_newest(dossier: Dossier) -> list[str]:
    """Ask that a submission builds on the newest revision, and comes from who may revise."""
    state, brought = dossier.state, dossier.act.details.submission
    if state is None or brought is None:
        return []
    objections = []
    person = dossier.person
    if person and person.id not in state.contributors and "editor" not in person.roles:
        names = ", ".join(state.contributors)
        objections.append(f"leave it to its authors ({names}) or an editor, or take another slug")
    if brought.base != state.revision:
        objections.append(
            f"r{state.revision} by {state.submitter} is newer than r{brought.base}: "
            f"read it (briefs show {state.slug}), then submit with --base {state.revision}"
        )
    return objections


def has_no_error(dossier: Dossier) -> list[str]:
    """Ask that no rule found an error, and that the draft was not sent back."""
    state = dossier.brief
    objections = _waits_for_author(state)
    if state.report.errors:
        many = "error" if state.report.errors == 1 else "errors"
        objections.append(f"mend the {state.report.errors} {many} that the rules found")
    return objections


def reaches_pass_mark(dossier: Dossier) -> list[str]:
    """Ask for the pass mark, and the floor of each section that has one."""
    return list(dossier.brief.report.shortfalls)


def can_be_reviewed(dossier: Dossier) -> list[str]:
    """Ask that enough people could sign: authors never count for their own brief."""
    return shortages(dossier.brief, dossier.policy)


def quorum_met(dossier: Dossier) -> bool:
    """Say whether the standing sign-offs meet every rule that the revision pinned."""
    return not lacking(dossier.signoffs_after, dossier.brief, dossier.policy)


def may_sign(dossier: Dossier) -> list[str]:
    """Ask for the digest that is under review, a scope that exists, and a reviewer who counts."""
    state, details, person = dossier.brief, dossier.act.details, dossier.person
    if person and person.id in state.contributors:
        return ["let somebody else sign: authors never count for their own brief"]
    if state.assigned and person and person.id not in state.assigned:
        return [f"leave it to the reviewers assigned: {', '.join(state.assigned)}"]
    return _sees_the_newest(state, details.digest) + [
        f"name sections that the brief has: “{path}” is none (briefs show {state.slug} --sections)"
        for path in details.sections
        if not covered([path], state)
    ]


def has_signed(dossier: Dossier) -> list[str]:
    """Ask that the person has a sign-off to retract."""
    mine = any(s.reviewer == dossier.act.actor.person for s in dossier.signoffs)
    return [] if mine else ["sign first: no sign-off of yours is recorded"]


def is_own(dossier: Dossier) -> list[str]:
    """Ask that the person wrote the brief, or is an editor."""
    state, person = dossier.brief, dossier.person
    if person and (person.id in state.contributors or "editor" in person.roles):
        return []
    return [f"leave it to its authors: {', '.join(state.contributors)}"]


def names_reviewers(dossier: Dossier) -> list[str]:
    """Ask that those assigned exist and could count for some rule."""
    state, people = dossier.brief, dossier.act.details.people
    if not people:
        return ["name one reviewer or more: --to PERSON"]
    return [
        f"name somebody else than {name}: not a person who may sign this brief"
        for name in people
        if not _could_sign(name, state, dossier.policy)
    ]


def may_be_scheduled(dossier: Dossier) -> list[str]:
    """Ask for a moment to come, within two years, after any embargo, and the quorum."""
    state, wanted = dossier.brief, dossier.act.details.schedule
    if wanted is None:
        return ["name a moment: --at"]
    at = read_stamp(wanted.at)
    return (
        objections_to(at, dossier.now)
        + _pins_the_newest(dossier)
        + _under_embargo(state, wanted.at)
        + lacking(dossier.signoffs_after, state, dossier.policy)
    )


def may_be_released(dossier: Dossier) -> list[str]:
    """Ask that no embargo holds, and the quorum."""
    state = dossier.brief
    return (
        _pins_the_newest(dossier)
        + _under_embargo(state, stamp(dossier.now))
        + lacking(dossier.signoffs_after, state, dossier.policy)
    )


def may_be_published(dossier: Dossier) -> list[str]:
    """Ask everything again, at the moment of publication, on the pinned digest."""
    state = dossier.brief
    if state.schedule is None:
        return ["schedule it first"]
    if dossier.now < read_stamp(state.schedule.at):
        return [f"wait until {state.schedule.at}"]
    return publication_objections(dossier)


def is_newly_blocked(dossier: Dossier) -> list[str]:
    """Ask that the brief is due, that something objects, and that this was not said before."""
    state = dossier.brief
    if state.schedule is None or dossier.now < read_stamp(state.schedule.at):
        return ["wait until it is due"]
    objections = publication_objections(dossier)
    if not objections or tuple(objections) != dossier.act.details.objections:
        return ["look again: what stood against publication has changed"]
    return ["wait: it is held for this already"] if tuple(objections) == state.held else []


def may_be_withdrawn(dossier: Dossier) -> list[str]:
    """Ask for a reason, and for a published edition that is still in force."""
    state = dossier.brief
    if state.published is None:
        return ["publish it first: no edition is out"]
    if state.published.withdrawn:
        return [f"edition {state.published.edition} is withdrawn already"]
    return says_why(dossier)


def publication_objections(dossier: Dossier) -> list[str]:
    """Return what stands against publishing the pinned text now; the clock aside."""
    state = dossier.brief
    objections = []
    if state.schedule and state.schedule.digest != state.digests.bytes:
        objections.append("schedule it again: the text is not the one that was pinned")
    if state.report.errors or not state.report.passed:
        objections.append("mend the findings: the report does not pass")
    objections += _under_embargo(state, stamp(dossier.now))
    return objections + lacking(dossier.signoffs_after, state, dossier.policy)


def shortages(state: State, policy: Policy) -> list[str]:
    """Return which rules nobody, or too few, could meet."""
    return [
        f"find {rule.count} people of role {rule.role} who did not write this brief: "
        f"there {'is' if len(able) == 1 else 'are'} {len(able)}"
        for rule in state.rules
        if len(able := [p for p in policy.people if eligible(p, rule, state)]) < rule.count
    ]


def _could_sign(name: str, state: State, policy: Policy) -> bool:
    person = policy.person(name)
    roles = {rule.role for rule in state.rules}
    return bool(person and roles & set(person.roles) and person.id not in state.contributors)


def _waits_for_author(state: State) -> list[str]:
    if state.returned is None:
        return []
    reason = f" ({state.returned.reason})" if state.returned.reason else ""
    return [
        f"submit a new revision: {state.returned.by} took r{state.revision} "
        f"out of review by “{state.returned.action}”{reason}"
    ]


def _sees_the_newest(state: State, digest: str) -> list[str]:
    least = 12
    if len(digest) >= least and state.digests.bytes.startswith(digest.lower()):
        return []
    if not digest:
        return ["say which text you read: --digest, as briefs show prints it"]
    if len(digest) < least:
        return [f"give {least} characters or more of the digest, as briefs show prints it"]
    return [
        f"read it again: r{state.revision} has the digest {state.digests.shown()}, "
        f"not {digest[:least]} (briefs diff {state.slug})"
    ]


def _pins_the_newest(dossier: Dossier) -> list[str]:
    state, wanted = dossier.brief, dossier.act.details.schedule
    if wanted and wanted.digest == state.digests.bytes:
        return []
    return [f"read it again: r{state.revision} came while you decided (briefs ready {state.slug})"]


def _under_embargo(state: State, at: str) -> list[str]:
    if state.embargo and at < state.embargo:
        return [f"wait for the embargo: not before {state.embargo}"]
    return []
