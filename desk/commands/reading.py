"""Where things stand, what happened, what changed. Only `outbox deliver` writes."""

import difflib
import re
from datetime import datetime

from briefs.canonical import sha256
from briefs.dossier import Act, Dossier
from briefs.errors import BriefError, UnreadableRecord
from briefs.gates import has_no_error, publication_objections, reaches_pass_mark
from briefs.instants import instant, read_stamp
from briefs.record import Actor, Event, State
from briefs.signoff import lacking
from briefs.terms import Action, Stage
from desk import exits, output
from desk.doors import summary_of
from desk.options import Where
from tasks import acts
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
    for event in (event for _, event in records if event.details.reason):
        output.say(f"{event.seq}: “{event.details.reason}”")
    return exits.DONE


def diff(slug: str, revisions: str | None = None, *, options: Where | None = None) -> int:
    """Show what changed between two revisions.

    Parameters
    ----------
    slug
        The brief.
    revisions
        As 1..3; else the last two.
    """
    options = options or Where()
    desk = find_desk(options.desk)
    with Content(desk.content) as content:
        newest = content.state(content.known(slug)).revision
        old, new = _range(revisions, newest)
        commits = [_commit_of(content, slug, number) for number in (old, new)]
        texts = [_text(content, commit) for commit in commits]
        remember(desk, content.state(commits[1]))
    lines = difflib.unified_diff(
        texts[0].splitlines(), texts[1].splitlines(), f"r{old}", f"r{new}", lineterm="", n=2
    )
    if options.json:
        output.envelope(slug=slug, old=old, new=new, diff=list(lines))
        return exits.DONE
    for line in lines:
        style = {"+": "good", "-": "error", "@": "dim"}.get(line[:1], "")
        output.say(output.styled(line, style) if style else line)
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
    moment = instant(at, desk.settings.zone).at if at else acts.now()
    with Content(desk.content) as content:
        content.known(slug)
        looked = acts.dossier(content, Act(Action.PUBLISH, slug, "", Actor("desk", "")), moment)
    waiting = lacking(looked.signoffs, looked.brief, looked.policy)
    objections = _standing_between(looked, moment)
    if options.json:
        output.envelope(slug=slug, ready=not objections, objections=objections)
    else:
        digest = looked.brief.digests.shown()
        output.say(f"{slug} r{looked.brief.revision}, {looked.brief.stage}, digest {digest}")
        for objection in objections:
            output.say(f"  - {objection}")
        if not objections:
            output.say("  nothing stands against publication")
    if not objections:
        return exits.DONE
    return exits.WAITING if objections == waiting else exits.REFUSED


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
    for need in needs:
        output.say(f"  {need}")


def _needs(content: Content, state: State, tip: str) -> list[str]:
    """Return whose turn it is, in sentences."""
    policy = acts.current_policy(content)
    if state.stage is Stage.IN_REVIEW:
        return lacking(content.signoffs(tip), state, policy)
    if state.stage in (Stage.DRAFT, Stage.CHECKED):
        act = acts.by_desk(Action.CHECK, state.slug, "")
        looked = Dossier(state, act, policy, acts.now())
        return has_no_error(looked) + reaches_pass_mark(looked)
    return []


def _standing_between(looked: Dossier, moment: datetime) -> list[str]:
    state = looked.brief
    if state.stage is Stage.PUBLISHED:
        return [f"nothing is left to do: edition {state.edition} is published"]
    objections = publication_objections(looked)
    if state.stage in (Stage.DRAFT, Stage.CHECKED, Stage.SCORED):
        objections += has_no_error(looked) + reaches_pass_mark(looked) or [
            "have it taken to review: briefs serve does so, or briefs reconcile here and now"
        ]
    if state.schedule and moment < read_stamp(state.schedule.at):
        objections.append(f"wait until {state.schedule.at}")
    if state.stage is Stage.APPROVED:
        objections.append("schedule it, or publish it now: briefs schedule, briefs publish")
    return objections


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
        "objections": list(event.details.objections),
        "commit": commit,
    }
