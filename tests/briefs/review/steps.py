"""The steps of cases.md: small, strict, and each the one act that a front door would hand in."""

import re
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from briefs.dossier import Act
from briefs.errors import BadPolicy, NotEntitled, TransitionRefused
from briefs.instants import instant, stamp
from briefs.record import Actor, Details, Schedule, State
from briefs.terms import Action, Stage
from tasks.signatures import DeskKey
from tests.briefs.review import texts
from tests.briefs.review.floors import Floor, Git, Pure, key
from tests.briefs.samples import SAMPLE

REFUSALS = (TransitionRefused, NotEntitled, BadPolicy)
NOBODY = "mallory"
_PLAIN = {
    "requests changes": (Action.REQUEST_CHANGES, {"reason": "the tariff is out of date"}),
    "retracts": (Action.RETRACT, {}),
    "vetoes": (Action.VETO, {"reason": "the treaty is not in force"}),
    "vetoes without a reason": (Action.VETO, {}),
    "lifts the veto": (Action.LIFT, {}),
    "comments": (Action.COMMENT, {"comment": "see the tariff once more"}),
    "unschedules": (Action.UNSCHEDULE, {}),
    "recalls": (Action.RECALL, {}),
    "abandons": (Action.ABANDON, {}),
    "withdraws": (Action.WITHDRAW, {"reason": "the figures were wrong"}),
}


class Unknown(Exception):
    """A step, a person or a policy that cases.md does not explain."""


@dataclass
class Play:
    """A case as it is played: the floor, the texts so far, and what was refused last."""

    floor: Floor
    people: dict[str, dict[str, Any]]
    settings: dict[str, Any]
    first: str = SAMPLE
    slug: str = "portugal"
    refused: str = ""
    texts: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.everybody = {NOBODY, *self.people}

    def play(self, steps: str) -> None:
        """Play `steps` in order. A refusal is told by the last step, or one `in vain`."""
        several = [step.strip() for step in steps.split(";")]
        for number, step in enumerate(several):
            self.refused, is_last = "", number == len(several) - 1
            slug, colon, rest = step.partition(": ")
            self.slug = slug if colon and slug == "spain" else "portugal"
            told = rest if colon and slug == "spain" else step
            vain = told.endswith(" in vain")
            try:
                self._take(told.removesuffix(" in vain"))
            except REFUSALS as error:
                parts = getattr(error, "objections", None)
                self.refused = " / ".join(parts) if parts else str(error)
                if not is_last and not vain:
                    raise AssertionError(f"“{step}” was refused: {self.refused}") from error
            else:
                assert not vain, f"“{step}” was not refused"
        self.slug = "portugal"

    def _take(self, step: str) -> None:
        for form, take in _STEPS.items():
            if found := re.fullmatch(form, step):
                take(self, *found.groups())
                return
        raise Unknown(f"cases.md explains no step “{step}”")

    # Who and what

    def actor(self, who: str) -> Actor:
        """Return who acts, by id or address, and by which channel, as front doors find them."""
        name, _, channel = who.partition(" by ")
        known = [person.id for person in self.floor.policy.known_as(name)]
        if len(known) != 1 and name not in self.everybody:
            raise Unknown(f"cases.md names nobody “{name}”")
        return Actor(known[0] if known else name, channel.lower() or "cli")

    @property
    def state(self) -> State:
        state = self.floor.state(self.slug)
        if state is None:
            raise Unknown(f"nothing of {self.slug} is submitted yet")
        return state

    def act(self, action: Action, who: str, signer: DeskKey | None = None, **said: Any) -> None:
        self.floor.act(action, self.slug, self.actor(who), Details(**said), signer)

    def written(self) -> list[str]:
        return self.texts.setdefault(self.slug, [])

    # People and policy

    def files(self) -> dict[str, str]:
        """Return the policy's files as they would be with the people and settings of now."""
        return written(self.people.values(), self.settings)

    def change(self, by: str = "max") -> None:
        files = {**self.floor.files, **self.files()}
        if isinstance(self.floor, Git):
            files["policy.yaml"] += f"desk_keys: [{{key: {self.floor._public}}}]\n"
        self.floor.agree(files, by)


def written(people: Iterable[dict[str, Any]], settings: dict[str, Any]) -> dict[str, str]:
    """Return the two files; a role that no rule and no veto of the policy names is left out."""
    rules = [rule for some in settings["signoff"].values() for rule in some]
    vetoing = {role for some in settings.get("terms", {}).values() for role in some.get("veto", ())}
    known = {"author", "reviewer", "editor", "admin", *vetoing, *(rule["role"] for rule in rules)}
    listed = [_entry(person, known) for person in people]
    return {
        "people.yaml": yaml.safe_dump(
            {"people": listed}, sort_keys=False, default_flow_style=False
        ),
        "policy.yaml": yaml.safe_dump(settings, sort_keys=False, default_flow_style=False),
    }


def _entry(person: dict[str, Any], known: set[str]) -> dict[str, Any]:
    entry = {**person, "roles": [role for role in person["roles"] if role in known]}
    if "keys" in entry:
        entry["keys"] = [{**one, "key": key(one["key"]).public} for one in entry["keys"]]
    return entry


# Acts


def _submits(play: Play, who: str, base: str | None, edits: str | None) -> None:
    texts_, before = play.written(), play.written()[-1] if play.written() else play.first
    after = before
    for edit in (edits or "").split(" and ") if edits else ():
        after = texts.edited(after, edit)
    _hand_in(play, who, after, int(base) if base else None)
    texts_.append(after)


def _submits_first(play: Play, who: str) -> None:
    _hand_in(play, who, play.written()[0], None)
    play.written().append(play.written()[0])


def _hand_in(play: Play, who: str, text: str, base: int | None) -> None:
    play.floor.submit(play.slug, text, play.actor(who), base)


def _approves(play: Play, who: str, scope: str | None, read: str | None, own: str | None) -> None:
    digest = _digest(play, read)
    signer = _key(play.actor(who).person, own) if own else None
    sections = _sections(play, scope)
    play.act(Action.SIGN_OFF, who, signer, digest=digest, sections=sections)


def _approve_at_once(play: Play, one: str, two: str) -> None:
    if not isinstance(play.floor, Git):
        raise Unknown("people act at once in Git alone")
    details = Details(digest=play.state.digests.bytes)
    play.floor.at_once(
        Act(Action.SIGN_OFF, play.slug, f"at-once-{who}", play.actor(who), details)
        for who in (one, two)
    )
    crossings = [e for e in play.floor.events if (e.source, e.target) == _REACHED]
    assert len(crossings) == 1, "the quorum is reached once"


_REACHED = (Stage.IN_REVIEW, Stage.APPROVED)


def _sections(play: Play, scope: str | None) -> tuple[str, ...]:
    if scope and scope.startswith("all but "):
        left = set(re.split(r", | and ", scope.removeprefix("all but ")))
        return tuple(path for path in play.state.digests.sections if path not in left)
    return tuple(re.split(r", | and ", scope)) if scope else ()


def _digest(play: Play, read: str | None) -> str:
    """Return the digest of the text as it was in a revision, or of the newest."""
    if read == "nothing":
        return ""
    if read is None:
        return play.state.digests.bytes
    return texts.brief_of(play.written()[int(read) - 1]).digests.bytes


def _key(person: str, own: str) -> DeskKey:
    whose = own.removeprefix("the key of ")
    return key({"their key": person, "their second key": f"{person} 2"}.get(own, whose))


def _overrides(play: Play, who: str, settler: str, due: str | None) -> None:
    day = due or stamp(play.floor.now + timedelta(days=7))[:10]
    settler = "" if settler == "nobody" else settler
    said = {"reason": "the ministers meet today", "digest": play.state.digests.bytes}
    play.act(Action.OVERRIDE, who, due=day, settler=settler, **said)


def _settles(play: Play, who: str) -> None:
    debts = play.state.debts
    play.act(Action.SETTLE, who, debt=debts[0].key if debts else "none")


def _assigns(play: Play, who: str, people: str) -> None:
    play.act(Action.ASSIGN, who, people=tuple(re.split(r", | and ", people)))


def _schedules(play: Play, who: str, read: str | None, at: str) -> None:
    moment = instant(at, "UTC")
    digest, by = _digest(play, read), play.actor(who).person
    schedule = Schedule(stamp(moment.at), moment.wall, moment.zone, by, "the hour", digest)
    play.act(Action.SCHEDULE, who, schedule=schedule)


def _releases(play: Play, who: str) -> None:
    now, by = stamp(play.floor.now), play.actor(who).person
    schedule = Schedule(now, now[:16].replace("T", " "), "UTC", by, "the hour", _digest(play, None))
    play.act(Action.RELEASE, who, schedule=schedule)


def _plainly(play: Play, who: str, words: str) -> None:
    action, said = _PLAIN[words]
    play.act(action, who, **said)


def _takes_by_hand(play: Play, who: str) -> None:
    play.act(Action.PUBLISH, who)


def _publishes(play: Play) -> None:
    play.floor.publish(play.slug)


def _clock(play: Play, at: str) -> None:
    play.floor.now = instant(at, "UTC").at


def _again(play: Play) -> None:
    if not isinstance(play.floor, Git):
        raise Unknown("keys are remembered in Git alone")
    play.floor.again()


# Sign-offs from elsewhere


def _lays_beside(play: Play, who: str, elsewhere: str) -> None:
    """Put among the sign-offs of this brief what a person once gave, here or on another."""
    if not isinstance(play.floor, Pure):
        raise Unknown("in Git, sign-offs are laid nowhere")
    slug = elsewhere.removeprefix("on ") if elsewhere.startswith("on ") else play.slug
    mine = play.actor(who).person
    found = [s for s in play.floor.given if s.reviewer == mine and s.slug == slug]
    if not found:
        raise Unknown(f"{mine} signed nothing {elsewhere}")
    play.floor.lay_beside("portugal", found)


def _hands_in_old(play: Play, who: str) -> None:
    """Hand in the signature of the last sign-off of this person once more, as a new one."""
    actor = play.actor(who)
    old = next(s for s in reversed(play.floor.given) if s.reviewer == actor.person)
    said = Details(
        digest=play.state.digests.bytes,
        signature=old.signature,
        policy=play.floor.policy.version,
    )
    play.floor.act(Action.SIGN_OFF, play.slug, actor, said, None)


# People and policy


def _person(play: Play, who: str) -> dict[str, Any]:
    if who not in play.people:
        raise Unknown(f"cases.md names nobody “{who}”")
    return play.people[who]


def _leaves(play: Play, who: str) -> None:
    _person(play, who)
    del play.people[who]


def _loses(play: Play, who: str, role: str) -> None:
    _person(play, who)["roles"].remove(role)


def _gains(play: Play, who: str, role: str) -> None:
    _person(play, who)["roles"].append(role)


def _is_away(play: Play, who: str, since: str, until: str, deputy: str | None) -> None:
    absence = {"since": since, "until": until} | ({"deputy": deputy} if deputy else {})
    _person(play, who)["absences"] = [absence]


def _comes_back(play: Play, who: str) -> None:
    del _person(play, who)["absences"]


def _gets_address(play: Play, who: str, address: str) -> None:
    _person(play, who).setdefault("aliases", []).append(address)


def _revokes(play: Play, who: str) -> None:
    _person(play, who)["keys"][0]["revoked"] = True


def _ends_key(play: Play, who: str, day: str) -> None:
    _person(play, who)["keys"][0]["until"] = day


def _joins(play: Play, who: str, role: str) -> None:
    entry = {"id": who, "name": who.title(), "email": f"{who}@example.org", "roles": [role]}
    play.people[who] = entry
    play.everybody.add(who)


def _becomes(play: Play, names: str) -> None:
    play.settings = POLICIES.settings(names)


_CHANGES: dict[str, Callable[..., None]] = {
    r"([a-z]+) leaves": _leaves,
    r"([a-z]+) loses ([a-z]+)": _loses,
    r"([a-z]+) gains ([a-z]+)": _gains,
    r"([a-z]+) is away from (\S+) to ([^\s,]+)(?:, ([a-z]+) stands in)?": _is_away,
    r"([a-z]+) is back": _comes_back,
    r"([a-z]+) gets the address (\S+@\S+)": _gets_address,
    r"([a-z]+)'s key is revoked": _revokes,
    r"([a-z]+)'s key ends on (\S+)": _ends_key,
    r"([a-z]+) joins as ([a-z]+)": _joins,
    r"the policy becomes (.+)": _becomes,
}


def _agreed(change: Callable[..., None]) -> Callable[..., None]:
    def take(play: Play, *words: str) -> None:
        change(play, *words)
        play.change()

    return take


def _proposes(play: Play, who: str, words: str) -> None:
    """Put a change of people or policy forward as one person, with no more words than theirs."""
    if not isinstance(play.floor, Git):
        raise Unknown("the policy's own quorum is kept in Git")
    for form, change in _CHANGES.items():
        if found := re.fullmatch(form, words):
            change(play, *found.groups())
            play.change(play.actor(who).person)
            return
    raise Unknown(f"cases.md explains no change “{words}”")


def _agrees(play: Play, who: str) -> None:
    if not isinstance(play.floor, Git):
        raise Unknown("the policy's own quorum is kept in Git")
    play.floor.word(play.actor(who).person)


_WHO = r"([a-z0-9.@]+(?: by (?:Slack|web|CLI|mail))?)"
_SCOPE = r"(?: ((?:all but )?(?:[\d.]+|@\w+|\*)(?:(?:, | and )(?:[\d.]+|@\w+))*))?"

_STEPS: dict[str, Callable[..., None]] = {
    rf"{_WHO} submits(?: on r(\d+))?(?: with (.+))?": _submits,
    rf"{_WHO} submits the first text again": _submits_first,
    rf"{_WHO} approves{_SCOPE}(?: having read (?:r(?=\d))?(\d+|nothing))?"
    r"(?: with (their key|their second key|the key of [a-z]+))?": _approves,
    rf"{_WHO} and {_WHO} approve at once": _approve_at_once,
    rf"{_WHO} overrides, ([a-z]+) to settle(?: by (\S+))?": _overrides,
    rf"{_WHO} settles": _settles,
    rf"{_WHO} assigns (.+)": _assigns,
    rf"{_WHO} schedules(?: the text of r(\d+))? for (.+)": _schedules,
    rf"{_WHO} releases": _releases,
    rf"{_WHO} ({'|'.join(_PLAIN)})": _plainly,
    rf"{_WHO} publishes by hand": _takes_by_hand,
    r"the desk publishes": _publishes,
    r"the clock shows (.+)": _clock,
    r"the last act comes again": _again,
    r"([a-z]+)'s sign-off (on spain|of old) is laid beside": _lays_beside,
    rf"{_WHO} hands in the old signature": _hands_in_old,
    rf"{_WHO} proposes: (.+)": _proposes,
    rf"{_WHO} agrees to the policy": _agrees,
    **{form: _agreed(change) for form, change in _CHANGES.items()},
}


# The policies of cases.md, by name


class _Policies:
    """What the fenced blocks at the top of cases.md name."""

    def __init__(self) -> None:
        self.named: dict[str, dict[str, Any]] = {}

    def settings(self, names: str) -> dict[str, Any]:
        """Return `policy.yaml` of policies joined by `+`: their rules and terms together."""
        rules: list[Any] = []
        terms: dict[str, Any] = {}
        rest: dict[str, Any] = {}
        for name in names.split(" + "):
            if name not in self.named:
                raise Unknown(f"cases.md names no policy “{name}”")
            part = deepcopy(self.named[name])  # a rule that stands twice is written out twice
            rules += part.pop("signoff", [])
            terms |= part.pop("terms", {})
            rest |= part
        found: dict[str, Any] = {"default_type": "country", "signoff": {"country": rules}}
        return found | ({"terms": {"country": terms}} if terms else {}) | rest


POLICIES = _Policies()


def begin(
    people: list[dict[str, Any]], names: str, text: str, folder: Path | None = None
) -> Iterator[Play]:
    """Yield a play of a case before its first step; in Git, where there is a `folder`."""
    settings = POLICIES.settings(names)
    listed = {str(person["id"]): person for person in people}
    files = written(listed.values(), settings)
    floor: Floor = Git(files, folder) if folder else Pure(files)
    first = SAMPLE
    for edit in text.removeprefix("sample").removeprefix(" with ").split(" and "):
        first = texts.edited(first, edit) if edit else first
    if not text.startswith("sample"):
        raise Unknown(f"cases.md explains no text “{text}”")
    try:
        yield Play(floor, listed, settings, first)
    finally:
        if isinstance(floor, Git):
            floor.close()


__all__ = ["POLICIES", "Play", "Unknown", "begin"]
