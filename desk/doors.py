"""The one front door behind all others: a request in plain data, an answer in plain data.

The command line calls it directly or through the socket of a running desk; either way the same
function parses, knows who acts, and records the act. It decides nothing.
"""

import base64
import binascii
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from briefs.dossier import Act
from briefs.errors import BriefError, MalformedBrief, TransitionRefused
from briefs.findings import Finding
from briefs.instants import instant, stamp
from briefs.record import Actor, Details, Schedule, State
from briefs.slugs import valid
from briefs.stages import advance
from briefs.tally import Tally
from briefs.terms import Action, Stage
from desk.persons import person_of
from desk.request import BadRequest, Request
from tasks import acts
from tasks.acts import Outcome, Reading
from tasks.agreed import current_policy
from tasks.repository import Content
from tasks.settings import Desk

# Which flow carries on from which act.
FLOWS: Final[Mapping[Action, str]] = {
    Action.SUBMIT: "flows.submission:submit",
    Action.SIGN_OFF: "flows.review:sign_off",
    Action.REQUEST_CHANGES: "flows.review:request_changes",
    Action.SCHEDULE: "flows.publication:schedule",
    Action.RELEASE: "flows.publication:publish",
    Action.WITHDRAW: "flows.publication:withdraw",
    Action.RETRACT: "flows.review:tell",
    Action.VETO: "flows.review:tell",
    Action.LIFT: "flows.review:tell",
    Action.COMMENT: "flows.review:tell",
    Action.OVERRIDE: "flows.review:tell",
    Action.SETTLE: "flows.review:tell",
    Action.RECALL: "flows.review:tell",
    Action.ABANDON: "flows.review:tell",
    Action.ASSIGN: "flows.review:tell",
    Action.UNSCHEDULE: "flows.review:tell",
}

LONGEST_KEY: Final = 128
LONGEST_TEXT: Final = 4_000
LONGEST_SIGNATURE: Final = 1 << 14
MOST_WORDS: Final = 500


def handle(desk: Desk, request: Request, account: str, channel: str) -> dict[str, Any]:
    """Record the act that `request` asks for, by the person behind `account`; return the answer.

    The answer holds what a person wants to know: key, commit, stage, revision, digest, and for a
    submission the report. Raises `BriefError` for every refusal; then nothing was recorded.
    """
    slug = valid(request.slug)
    key = _key(request.key)
    with Content(desk.content) as content:
        agreed = current_policy(content)
        person = person_of(agreed, account, request.person)
        actor = Actor(person.id, channel, {"account": account})
        request = replace(request, slug=slug)
        if request.action is Action.SUBMIT:
            return _submit(content, request, actor, key)
        act = Act(request.action, slug, key, actor, _details(desk, content, request, actor, key))
        content.known(slug)
        if request.dry_run:
            looked = acts.dossier(content, act)
            stage = advance(looked.brief.stage, act.action, looked)
            return _answer(content, looked.brief, key) | {"dry_run": True, "would_be": stage}
        outcome = acts.perform(content, act)
        return _answer(content, outcome.state, key, outcome)


def _submit(content: Content, request: Request, actor: Actor, key: str) -> dict[str, Any]:
    data = _bytes(request.value("data", ""))
    reading = _judged(content, request, data)
    outcome = acts.submit(
        content,
        reading,
        request.slug,
        actor,
        key,
        request.value("base"),
        shown=tuple(request.value("shown", (0, 0))),
        dry_run=request.dry_run,
    )
    report = _report(reading)
    if outcome is None:
        return {"slug": request.slug, "key": key, "dry_run": True, **report}
    if outcome.unchanged and outcome.state.returned:
        why = outcome.state.returned
        raise TransitionRefused(
            "submit",
            outcome.state.stage,
            [
                f"change the text: r{outcome.state.revision} has these bytes, and {why.by} sent "
                f"it back" + (f" ({why.reason})" if why.reason else "")
            ],
        )
    return _answer(content, outcome.state, key, outcome) | {"accepted": True, **report}


def _judged(content: Content, request: Request, data: bytes) -> acts.Reading:
    try:
        return acts.judge(content, data, request.slug, request.value("type"))
    except MalformedBrief as error:
        file = request.value("file")  # as the author knows it
        raise BriefError(f"{file}: {error}" if file else str(error)) from error


def _details(desk: Desk, content: Content, request: Request, actor: Actor, key: str) -> Details:
    _refuse_unused(request)
    return Details(
        reason=clean(request.value("reason", "")),
        comment=clean(request.value("comment", "")),
        digest=_word(request, "digest", 64),
        sections=_words(request, "sections"),
        people=_words(request, "people"),
        schedule=_schedule(desk, content, request, actor, key),
        line=_line(content, request),
        signature=str(request.value("signature", ""))[:LONGEST_SIGNATURE],
        policy=_word(request, "policy", 64),
        due=_word(request, "due", 10),
        settler=_word(request, "settler", 64),
        debt=_debt(content, request),
    )


# What each action takes beside reason, comment and schedule; anything else is refused.
_TAKES: Final[Mapping[str, tuple[Action, ...]]] = {
    "digest": (Action.SIGN_OFF, Action.OVERRIDE),
    "sections": (Action.SIGN_OFF, Action.COMMENT),
    "people": (Action.ASSIGN,),
    "policy": (Action.SIGN_OFF,),
    "signature": (Action.SIGN_OFF,),
    "due": (Action.OVERRIDE,),
    "settler": (Action.OVERRIDE,),
    "debt": (Action.SETTLE,),
    "line": (Action.COMMENT,),
}


def _refuse_unused(request: Request) -> None:
    for name, actions in _TAKES.items():
        if request.value(name) and request.action not in actions:
            raise BadRequest(f"{request.action} takes no {name}; leave it out")


def _word(request: Request, name: str, longest: int) -> str:
    word = str(request.value(name, ""))
    if len(word) > longest or not word.isprintable():
        raise BadRequest(f"{name} is over {longest} characters, or not printable; correct it")
    return word


def _words(request: Request, name: str) -> tuple[str, ...]:
    words = dict.fromkeys(str(word) for word in request.value(name, ()))
    if len(words) > MOST_WORDS or not all(w.isprintable() and len(w) <= 100 for w in words):
        raise BadRequest(f"{name} are over {MOST_WORDS}, or not printable; correct them")
    return tuple(words)


def _line(content: Content, request: Request) -> int:
    line = int(request.value("line", 0))
    if line:
        text = content.file(content.known(request.slug), "brief.md")
        last = len(text.splitlines())
        if not 0 < line <= last:
            raise BadRequest(f"{request.slug} has no line {line}: its last is {last}")
    return line


def _debt(content: Content, request: Request) -> str:
    """Return the key of the debt to settle: the one named, else the only one there is."""
    named = str(request.value("debt", ""))[:LONGEST_KEY]
    if named or request.action is not Action.SETTLE:
        return named
    debts = content.state(content.known(request.slug)).debts
    return debts[0].key if len(debts) == 1 else ""


def _schedule(
    desk: Desk, content: Content, request: Request, actor: Actor, key: str
) -> Schedule | None:
    if request.action not in (Action.SCHEDULE, Action.RELEASE):
        return None
    digest = content.state(content.known(request.slug)).digests.bytes
    if request.action is Action.RELEASE:
        moment = stamp(acts.now())
        return Schedule(moment, moment, "UTC", actor.person, key, digest)
    read = instant(str(request.value("at", "")), desk.settings.zone)
    return Schedule(stamp(read.at), read.wall, read.zone, actor.person, key, digest)


def _answer(
    content: Content, state: State, key: str, outcome: Outcome | None = None
) -> dict[str, Any]:
    answer: dict[str, Any] = summary_of(state) | {"key": key}
    if outcome:
        signoffs = content.signoffs(outcome.commit)
        agreed = current_policy(content)
        answer |= {
            "commit": outcome.commit,
            "repeated": outcome.repeated,
            "unchanged": outcome.unchanged,
            "needs": _needs(Tally(state, agreed, signoffs, state.updated)),
            "flow": FLOWS.get(outcome.event.action) if outcome.event else None,
        }
    return answer


def _needs(tally: Tally) -> list[str]:
    reviewed = tally.state.stage is Stage.IN_REVIEW
    return [*tally.lacking(), *tally.vetoed()] if reviewed else []


def summary_of(state: State) -> dict[str, Any]:
    """Return where a brief stands, as plain data: what `status` and every answer show."""
    return {
        "slug": state.slug,
        "title": state.title,
        "stage": str(state.stage),
        "edition": state.edition,
        "revision": state.revision,
        "digest": state.digests.bytes,
        "score": state.report.score,
        "errors": state.report.errors,
        "warnings": state.report.warnings,
        "updated": state.updated,
        "scheduled_at": state.schedule.at if state.schedule else None,
        "held": list(state.held),
        "returned": state.returned.reason if state.returned else None,
        "published_edition": state.published.edition if state.published else None,
        "vetoes": [{"by": v.by, "reason": v.reason, "at": v.at} for v in state.vetoes],
        "debts": [
            {"by": d.by, "settler": d.settler, "due": d.due, "reason": d.reason, "key": d.key}
            for d in state.debts
        ],
        "withdrawn": bool(state.published and state.published.withdrawn),
    }


def _report(reading: Reading) -> dict[str, Any]:
    report = reading.report
    return {
        "findings": [_finding(f) for f in report.findings],
        "passed": report.errors == 0 and report.score.passed,
        "shortfalls": report.score.shortfalls(),
        "score": report.score.total,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "line": finding.line,
        "column": finding.column,
        "severity": str(finding.severity),
        "rule": finding.rule,
        "message": finding.message,
    }


def _key(given: str | None) -> str:
    if given is None:
        return secrets.token_hex(8)
    if not 0 < len(given) <= LONGEST_KEY or not given.isprintable() or "/" in given:
        raise BadRequest(
            f"the key is not usable; take 1 to {LONGEST_KEY} printable characters without a slash"
        )
    return given


def clean(text: object) -> str:
    """Return what a person says as it is recorded. Raises `BadRequest` for control characters."""
    words = str(text).replace("\r\n", "\n")
    if len(words) > LONGEST_TEXT:
        raise BadRequest(f"the text has {len(words)} characters; write at most {LONGEST_TEXT}")
    # Others read it on their terminals, where a control character is a command.
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in words):
        raise BadRequest("the text holds a control character or a broken one; remove it")
    return words.strip()


def _bytes(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedBrief("the draft did not arrive whole", "send it again") from error
