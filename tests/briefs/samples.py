"""Samples for tests: a policy, a brief at any stage, a dossier; all made by the real code."""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from briefs.authorship import Wording
from briefs.brief import hold_against, read
from briefs.dossier import Act, Dossier
from briefs.gates import publication_objections
from briefs.instants import stamp
from briefs.library import shipped
from briefs.policy import DESK, Person, policy
from briefs.record import Actor, Details, Event, Schedule
from briefs.reducer import apply, numbers_after
from briefs.report import report
from briefs.stages import advance
from briefs.submission import Before
from briefs.submission import submission as brought
from briefs.terms import Action, Stage
from briefs.types import Terms

ROOT = Path(__file__).parents[2]
SAMPLE = (ROOT / "templates/sample/portugal.md").read_text("utf-8")
COUNTRY = shipped("country")
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
NOTHING = Before()

PEOPLE = """\
people:
  - {id: ada, name: Ada Lopes, email: ada@example.org, roles: [author]}
  - {id: ben, name: Ben Okafor, email: ben@example.org, roles: [reviewer]}
  - id: cleo
    name: Cleo Marchetti
    email: cleo@example.org
    aliases: [c.marchetti@example.com]
    roles: [reviewer]
  - {id: dan, name: Dan Novak, email: dan@example.org, roles: [reviewer]}
  - {id: zoe, name: Zoe Brandt, email: zoe@example.org, roles: [admin, editor]}
  - {id: max, name: Max Ito, email: max@example.org, roles: [editor]}
"""
SETTINGS = "default_type: country\nterms: {country: {veto: [reviewer]}}\n"

# Who does what, where a test does not say; what is not here is the desk's own.
USUAL = {
    Action.SUBMIT: "ada",
    Action.RECALL: "ada",
    Action.ABANDON: "ada",
    Action.SIGN_OFF: "dan",
    Action.REQUEST_CHANGES: "ben",
    Action.RETRACT: "ben",
    Action.VETO: "ben",
    Action.LIFT: "ben",
    Action.COMMENT: "ben",
    Action.OVERRIDE: "zoe",
    Action.SETTLE: "max",
    Action.ASSIGN: "zoe",
    Action.SCHEDULE: "zoe",
    Action.RELEASE: "zoe",
    Action.UNSCHEDULE: "zoe",
    Action.WITHDRAW: "zoe",
}


def agreed(people=PEOPLE, settings=SETTINGS):
    """Return the policy of these two files, over the shipped types."""
    files = {"people.yaml": people, "policy.yaml": settings}
    return policy(files, {"country": COUNTRY})


POLICY = agreed()


def without(*persons):
    """Return the policy as it is once these persons have left the list."""
    kept = tuple(p for p in POLICY.people if p.id not in persons)
    return POLICY.model_copy(update={"people": kept})


def but(policy=POLICY, **people):
    """Return the policy with people of whom something is other than it was, or who are new."""
    known = {person.id: person for person in policy.people}
    for name, change in people.items():
        new = {"id": name, "name": name.title(), "email": f"{name}@example.org"}
        person = known.get(name) or Person(**new, roles=())
        known[name] = person.model_copy(update=change)
    return policy.model_copy(update={"people": tuple(known.values())})


def under(*rules, policy=POLICY, **terms):
    """Return the policy with other sign-off rules, where some are named, and other terms."""
    change = {"terms": {"country": Terms(**{"veto": ("reviewer",), **terms})}}
    if rules:
        change["signoff"] = {"country": rules}
    return policy.model_copy(update={"settings": policy.settings.model_copy(update=change)})


def public(number):
    """Return an Ed25519 public key, one for each number; nobody has the other half."""
    parts = (b"ssh-ed25519", bytes([number + 2]) * 32)
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return f"ssh-ed25519 {b64encode(blob).decode('ascii')}"


@lru_cache
def brief_of(text=SAMPLE):
    """Return the brief that `text` is."""
    return hold_against(read(text.encode("utf-8")), COUNTRY)


@lru_cache
def report_of(text=SAMPLE):
    """Return the report on `text`."""
    return report(brief_of(text))


def submission(text=SAMPLE, base=0, agreed=POLICY, by="ada", before=NOTHING, **other):
    """Return what a submission of `text` brings; `other` names what is not as usual."""
    usual = brought(brief_of(text), report_of(text), agreed, by, base, before)
    _LINES[usual.digests.bytes] = brief_of(text).lines
    return replace(usual, **other)


_LINES = {}  # of each text that was submitted, by the digest of its bytes


class Life:
    """A brief's life, lived through the table: each act is advanced, recorded and applied."""

    def __init__(self, agreed=POLICY, slug="portugal"):
        self.policy, self.slug, self.now = agreed, slug, NOW
        self.state, self.signoffs, self.events = None, (), []
        self.before = NOTHING

    @property
    def stage(self):
        return self.state.stage if self.state else None

    def dossier(self, action, person=None, key=None, text=SAMPLE, **details):
        """Return the dossier of an act; its details are those that open the gate, save these.

        `text` is what a submission brings, where its details do not say.
        """
        person = person or USUAL.get(action, DESK)
        said = {**self._usual(action, person, text), **details}
        key = key or f"key-{len(self.events)}"
        act = Act(action, self.slug, key, Actor(person, "cli"), Details(**said))
        return Dossier(self.state, act, self.policy, self.now, self.signoffs)

    def take(self, action, person=None, **details):
        """Take the act; return the life that goes on. A submission may be given as its `text`."""
        looked = self.dossier(action, person, **details)
        target = advance(self.stage, action, looked)
        seq, edition, revision = numbers_after(self.state, action)
        event = Event(
            slug=self.slug,
            seq=seq,
            action=action,
            key=looked.act.key,
            actor=looked.act.actor,
            at=stamp(self.now),
            source=self.stage,
            target=target,
            edition=edition,
            revision=revision,
            details=looked.details,
            policy=self.policy.version,
        )
        self.state, self.signoffs = apply(self.state, event), looked.signoffs_after
        self.events.append(event)
        self.before = self._after(event)
        return self

    def wait(self, until=TOMORROW):
        self.now = until
        return self

    def schedule(self, at=None, digest=None):
        """Return a schedule of the newest text."""
        at = stamp(at or self.now + timedelta(days=1))
        digest = digest or (self.state.digests.bytes if self.state else "")
        return Schedule(at, at[:16].replace("T", " "), "UTC", "zoe", "key-s", digest)

    def _after(self, event):
        """Return the text before the submission that may follow `event`."""
        if event.action is Action.PUBLISH:
            return Before(self.before.since[-1])
        if event.action is not Action.SUBMIT:
            return self.before
        brought = event.details.submission
        persons = tuple(sorted({event.actor.person, *brought.authors}))
        wording = Wording(persons, _LINES[brought.digests.bytes])
        return replace(self.before, since=(*self.before.since, wording))

    def _usual(self, action, person, text):
        return _SAID[action](self, person, text) if action in _SAID else {}

    def _submission(self, person, text):
        base = self.state.revision if self.state else 0
        return submission(text, base, self.policy, person, self.before)

    def _digest(self):
        return self.state.digests.bytes if self.state else ""

    def _debt(self):
        debts = self.state.debts if self.state else ()
        return debts[0].key if debts else ""

    def _objections(self):
        if self.state is None:
            return ()
        act = Act(Action.HOLD, self.slug, "", Actor(DESK, "flow"))
        looked = Dossier(self.state, act, self.policy, self.now, self.signoffs)
        return tuple(publication_objections(looked))


OUTDATED = "the tariff is out of date"

# What an act says, so that its gate opens, of a life, a person and a text.
_SAID = {
    Action.SUBMIT: lambda life, person, text: {"submission": life._submission(person, text)},
    Action.SIGN_OFF: lambda life, *_: {"digest": life._digest()},
    Action.REQUEST_CHANGES: lambda *_: {"reason": OUTDATED},
    Action.VETO: lambda *_: {"reason": OUTDATED},
    Action.COMMENT: lambda *_: {"comment": "cite the tariff"},
    Action.OVERRIDE: lambda life, *_: {
        "reason": "the summit is tomorrow",
        "digest": life._digest(),
        "due": stamp(life.now + timedelta(days=7))[:10],
        "settler": "max",
    },
    Action.SETTLE: lambda life, *_: {"debt": life._debt()},
    Action.ASSIGN: lambda *_: {"people": ("ben", "dan")},
    Action.SCHEDULE: lambda life, *_: {"schedule": life.schedule()},
    Action.RELEASE: lambda life, *_: {"schedule": life.schedule(life.now)},
    Action.HOLD: lambda life, *_: {"objections": life._objections()},
    Action.WITHDRAW: lambda *_: {"reason": OUTDATED},
}


_STEPS = {
    Stage.DRAFT: [Action.SUBMIT],
    Stage.CHECKED: [Action.CHECK],
    Stage.SCORED: [Action.SCORE],
    Stage.IN_REVIEW: [Action.REQUEST_REVIEW],
    Stage.APPROVED: [(Action.SIGN_OFF, "ben"), (Action.SIGN_OFF, "cleo")],
    Stage.SCHEDULED: [Action.SCHEDULE],
    Stage.PUBLISHED: [Action.PUBLISH],
    Stage.WITHDRAWN: [Action.WITHDRAW],
}


def at(stage, life=None):
    """Return a life that has come as far as `stage`, from where `life` stands."""
    life = life or Life()
    for reached, steps in _STEPS.items():
        if stage is None:
            break
        if reached is Stage.PUBLISHED:
            life.wait()
        for step in steps:
            action, person = step if isinstance(step, tuple) else (step, None)
            life.take(action, person)
        if reached is stage:
            break
    return life


def again(stage):
    """Return a life at `stage` of its second edition, while the first stays published."""
    return at(stage, at(Stage.PUBLISHED))
