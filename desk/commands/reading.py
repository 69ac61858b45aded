"""Where things stand, what happened, what changed. Only `outbox deliver` writes."""

import difflib
import re
from dataclasses import asdict, replace

from briefs.canonical import sha256
from briefs.dossier import Act, Dossier
from briefs.errors import BriefError, UnreadableRecord
from briefs.instants import instant, stamp
from briefs.readiness import Readiness, readiness, standing_before_review
from briefs.record import Actor, Event, State
from briefs.signoff import named
from briefs.tally import Tally
from briefs.terms import Action, Stage
from desk import exits, output
from desk.doors import summary_of
from desk.options import Where
from tasks import acts
from tasks.agreed import current_policy
from tasks.compared import changes_between
from tasks.messages import place_of
from tasks.repository import Content
from tasks.settings import find_desk
from tasks.shown import remember


def status(slug: str | None = None, *, options: Where | None = None) -> int:
    """Show where one brief stands, or all of them.

    Parameters
    ----------
    slug
        The brief.
    """
    options = options or Where()
    faults, needs = [], []
    with Content(find_desk(options.desk).content) as content:
        if slug is not None:
            tip = content.known(slug)
            states = [content.state(tip)]
            needs = _needs(content, states[0], tip)
        else:
            found = list(acts.standings(content))
            states = [state for state, _ in found if state]
            faults = [fault for state, fault in found if state is None]
    for fault in faults:
        output.note(f"briefs: {fault}")
    if options.json:
        output.envelope(briefs=[summary_of(state) for state in states], needs=needs)
    elif slug is not None:
        _one(states[0], needs)
    elif states:
        rows = [
            (s.slug, s.stage, f"r{s.revision}", s.digests.shown(), s.report.score, s.updated)
            for s in states
        ]
        output.say(output.table(rows, ("slug", "stage", "rev", "digest", "score", "updated")))
    else:
        output.say("no brief yet: briefs submit FILE hands one in")
    return exits.INTERNAL if faults else exits.DONE


def show(
    slug: str,
    *,
    revision: int | None = None,
    sections: bool = False,
    options: Where | None = None,
) -> int:
    """Show the text of a brief, with the digest to sign it by.

    Parameters
    ----------
    slug
        The brief.
    revision
        A revision of the open edition; else the newest.
    sections
        Show the digest of each section in place of the text.
    """
    options = options or Where()
    desk = find_desk(options.desk)
    with Content(desk.content) as content:
        commit = _commit_of(content, slug, revision)
        state = content.state(commit)
        text = _text(content, commit)
    remember(desk, state)
    digests = state.digests
    if options.json:
        output.envelope(**summary_of(state), sections=dict(digests.sections), text=text)
        return exits.DONE
    if sections:
        rows = [(path, digest[:12]) for path, digest in sorted(digests.sections.items())]
        output.say(output.table(rows, ("section", "digest")))
    else:
        output.say(text.rstrip("\n"))
    output.note(f"{slug} r{state.revision}, {state.stage}, digest {digests.shown()}")
    return exits.DONE


def history(slug: str, *, options: Where | None = None) -> int:
    """Show what happened to a brief, oldest first.

    Parameters
    ----------
    slug
        The brief.
    """
    options = options or Where()
    with Content(find_desk(options.desk).content) as content:
        records = content.history(slug)
    if options.json:
        output.envelope(slug=slug, history=[_plain(commit, event) for commit, event in records])
        return exits.DONE
    rows = [
        (e.seq, e.at, e.action, e.actor.person, f"r{e.revision}", e.target, commit[:12])
        for commit, e in records
    ]
    output.say(output.table(rows, ("#", "when", "action", "who", "rev", "stage", "commit")))
    for event in (event for _, event in records):
        if said := event.details.reason or event.details.comment:
            # On one line, so that nobody's words pass for another record.
            output.say(f"{event.seq}{place_of(event)}: “{output.one_line(said)}”")
    return exits.DONE


def diff(
    slug: str,
    revisions: str | None = None,
    *,
    since: str | None = None,
    options: Where | None = None,
) -> int:
    """Show what changed between two revisions, and of which class each section's change is.

    Parameters
    ----------
    slug
        The brief.
    revisions
        As 1..3; else the last two.
    since
        A person: from the revision that they signed last, to the newest.
    """
    options = options or Where()
    desk = find_desk(options.desk)
    with Content(desk.content) as content:
        newest = content.state(content.known(slug)).revision
        signed = _signed_last(content, slug, since) if since else None
        old, new = (signed, newest) if signed else _range(revisions, newest)
        commits = [_commit_of(content, slug, number) for number in (old, new)]
        texts = [_text(content, commit) for commit in commits]
        changed = changes_between(content, *commits)
        remember(desk, content.state(commits[1]))
    lines = difflib.unified_diff(
        texts[0].splitlines(), texts[1].splitlines(), f"r{old}", f"r{new}", lineterm="", n=2
    )
    if options.json:
        output.envelope(
            slug=slug,
            old=old,
            new=new,
            diff=list(lines),
            sections=[asdict(section) for section in changed],
        )
        return exits.DONE
    for line in lines:
        style = {"+": "good", "-": "error", "@": "dim"}.get(line[:1], "")
        output.say(output.styled(line, style) if style else line)
    for section in changed:
        output.say(f"section {section.path}, {section.change}: {'; '.join(section.told)}")
    return exits.DONE


def ready(slug: str, *, at: str | None = None, options: Where | None = None) -> int:
    """Show everything that stands between a brief and publication.

    Exit code 0: nothing does; 8: sign-offs alone are lacking; 1: more than that.

    Parameters
    ----------
    slug
        The brief.
    at
        The moment to judge by; else now.
    """
    options = options or Where()
    desk = find_desk(options.desk)
    with Content(desk.content) as content:
        content.known(slug)
        looked = acts.dossier(content, Act(Action.PUBLISH, slug, "", Actor("desk", "")))
        doubts = acts.doubts(content, slug)
    found = readiness(looked, instant(at, desk.settings.zone).at if at else looked.now)
    found = replace(found, objections=(*found.objections, *doubts))
    if options.json:
        people = [asdict(signer) for signer in found.people]
        output.envelope(
            slug=slug,
            at=found.at,
            ready=found.ready,
            objections=[*found.objections, *found.waiting],
            people=people,
            notes=found.notes,
        )
    else:
        _tell_readiness(looked.brief, found, looked.at)
    if found.ready:
        return exits.DONE
    return exits.REFUSED if found.objections else exits.WAITING


def _tell_readiness(state: State, found: Readiness, now: str) -> None:
    digest = state.digests.shown()
    output.say(f"{state.slug} r{state.revision}, {state.stage}, digest {digest}, at {found.at}")
    for objection in (*found.objections, *found.waiting):
        output.say(f"  - {objection}")
    if found.ready:
        output.say("  nothing stands against publication")
    if found.people:
        output.say(f"  the fewest who can sign what is lacking ({len(found.people)}):")
    for signer in found.people:
        where = named(signer.sections, state)
        last = f", by {signer.until}" if signer.until > now else ""
        output.say(f"    {signer.person}: {where}{last}")
    for note in found.notes:
        output.say(f"  note: {note}")


def _one(state: State, needs: list[str]) -> None:
    output.say(f"{state.slug}: {output.styled(str(state.stage), 'bold')}  {state.title}")
    output.say(f"  edition {state.edition}, r{state.revision}, digest {state.digests.shown()}")
    r = state.report
    output.say(f"  score {r.score} of 100, {r.errors} errors, {r.warnings} warnings")
    output.say(f"  by {', '.join(state.contributors)}; last moved {state.updated}")
    if state.schedule:
        output.say(f"  goes out {state.schedule.wall} {state.schedule.zone} ({state.schedule.at})")
    if state.publish_at and not state.schedule:
        output.say(f"  its author wishes publication at {state.publish_at}")
    if state.returned:
        reason = state.returned.reason or "no reason given"
        output.say(f"  {state.returned.action} by {state.returned.by}: “{reason}”")
    if state.published:
        p = state.published
        gone = f", withdrawn {p.withdrawn.at}: “{p.withdrawn.reason}”" if p.withdrawn else ""
        output.say(f"  edition {p.edition} went out {p.at}{gone}")
    for objection in state.held:
        output.say(f"  held: {objection}")
    for debt in state.debts:
        output.say(
            f"  owed: {debt.by} overrode the review of r{debt.revision} (“{debt.reason}”); "
            f"{debt.settler} settles it by {debt.due}, key {debt.key}"
        )
    for need in needs:
        output.say(f"  {need}")


def _needs(content: Content, state: State, tip: str) -> list[str]:
    """Return whose turn it is, in sentences."""
    policy = current_policy(content)
    if state.stage is Stage.IN_REVIEW:
        tally = Tally(state, policy, content.signoffs(tip), stamp(acts.now()))
        return [*tally.lacking(), *tally.vetoed()]
    if state.stage in (Stage.DRAFT, Stage.CHECKED, Stage.SCORED):
        act = acts.by_desk(Action.CHECK, state.slug, "")
        return standing_before_review(Dossier(state, act, policy, acts.now()))
    if state.stage in (Stage.APPROVED, Stage.SCHEDULED):
        tally = Tally(state, policy, content.signoffs(tip), stamp(acts.now()))
        return tally.objections()
    return []


def _commit_of(content: Content, slug: str, revision: int | None) -> str:
    tip = content.known(slug)
    state = content.state(tip)
    if revision is None or revision == state.revision:
        return tip
    for commit, event in reversed(content.history(slug)):
        if (event.edition, event.revision) == (state.edition, revision):
            return commit
    raise BriefError(f"{slug} has no r{revision} in edition {state.edition}; see briefs history")


def _text(content: Content, commit: str) -> str:
    """Return the text at `commit`, if it is the one that its record names.

    Whoever signs by the digest that is shown beside a text must have read that text.

    Raises:
        UnreadableRecord: another text, a link, or a foreign file beside it.
    """
    content.files(commit)
    data = content.file(commit, "brief.md")
    if sha256(data) != content.state(commit).digests.bytes:
        raise UnreadableRecord(
            f"commit {commit[:12]} holds another text than its record names; "
            "restore the branch from its remote"
        )
    return data.decode("utf-8", "replace")


def _range(text: str | None, newest: int) -> tuple[int, int]:
    if text is None:
        return max(1, newest - 1), newest
    match = re.fullmatch(r"r?(\d{1,6})(?:\.\.r?(\d{1,6}))?", text)
    if not match:
        raise BriefError(f"“{text[:40]}” is no range of revisions; write 1..{newest}")
    return int(match.group(1)), int(match.group(2) or newest)


def _signed_last(content: Content, slug: str, person: str) -> int:
    tip = content.known(slug)
    state = content.state(tip)
    mine = [
        s.revision
        for s in content.signoffs(tip)
        if s.reviewer == person and s.edition == state.edition
    ]
    if mine:
        return max(mine)
    raise BriefError(f"no sign-off of {person[:60]} stands in this edition; see briefs history")


def _plain(commit: str, event: Event) -> dict[str, object]:
    return {
        "seq": event.seq,
        "at": event.at,
        "action": str(event.action),
        "key": event.key,
        "person": event.actor.person,
        "channel": event.actor.channel,
        "from": event.source and str(event.source),
        "to": str(event.target),
        "edition": event.edition,
        "revision": event.revision,
        "reason": event.details.reason,
        "comment": event.details.comment,
        "sections": list(event.details.sections),
        "line": event.details.line or None,
        "objections": list(event.details.objections),
        "commit": commit,
    }
