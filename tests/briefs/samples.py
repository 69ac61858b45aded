"""Samples for tests: a policy, a brief at any stage, a dossier; all made by the real code."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from briefs.brief import hold_against, read
from briefs.dossier import Act, Dossier
from briefs.gates import publication_objections
from briefs.instants import stamp
from briefs.library import shipped
from briefs.policy import DESK, policy
from briefs.record import (
    Actor,
    Details,
    Event,
    Schedule,
    Submission,
    apply,
    numbers_after,
    summary,
)
from briefs.report import report
from briefs.stages import advance
from briefs.terms import Action, Stage

ROOT = Path(__file__).parents[2]
SAMPLE = (ROOT / "templates/sample/portugal.md").read_text("utf-8")
COUNTRY = shipped("country")
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)

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
"""
SETTINGS = "default_type: country\n"

# Who does what, where a test does not say; what is not here is the desk's own.
USUAL = {
    Action.SUBMIT: "ada",
    Action.RECALL: "ada",
    Action.ABANDON: "ada",
    Action.SIGN_OFF: "dan",
    Action.REQUEST_CHANGES: "ben",
    Action.RETRACT: "ben",
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


def without(person):
    """Return the policy as it is once `person` has left the list."""
    return POLICY.model_copy(update={"people": tuple(p for p in POLICY.people if p.id != person)})


@lru_cache
def brief_of(text=SAMPLE):
    """Return the brief that `text` is."""
    return hold_against(read(text.encode("utf-8")), COUNTRY)


@lru_cache
def report_of(text=SAMPLE):
    """Return the report on `text`."""
    return report(brief_of(text))


def submission(text=SAMPLE, base=0, agreed=POLICY, **other):
    """Return what a submission of `text` brings; `other` names what is not as usual."""
    brief = brief_of(text)
    listed = (agreed.by_address(author["email"]) for author in brief.front.values["authors"])
    usual = Submission(
        title=brief.key("title"),
        type=COUNTRY.type,
        type_version=COUNTRY.version,
        policy=agreed.version,
        rules=agreed.rules_for(COUNTRY),
        digests=brief.digests,
        report=summary(report_of(text)),
        authors=tuple(sorted({person.id for person in listed if person})),
        base=base,
    )
    return replace(usual, **other)


class Life:
    """A brief's life, lived through the table: each act is advanced, recorded and applied."""

    def __init__(self, agreed=POLICY, slug="portugal"):
        self.policy, self.slug, self.now = agreed, slug, NOW
        self.state, self.signoffs, self.events = None, (), []

    @property
    def stage(self):
        return self.state.stage if self.state else None

    def dossier(self, action, person=None, key=None, **details):
        """Return the dossier of an act; its details are those that open the gate, save these."""
        person = person or USUAL.get(action, DESK)
        said = {**self._usual(action, person), **details}
        key = key or f"key-{len(self.events)}"
        act = Act(action, self.slug, key, Actor(person, "cli"), Details(**said))
        return Dossier(self.state, act, self.policy, self.now, self.signoffs)

    def take(self, action, person=None, **details):
        """Take the act; return the life that goes on."""
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
            details=looked.act.details,
        )
        self.state, self.signoffs = apply(self.state, event), looked.signoffs_after
        self.events.append(event)
        return self

    def wait(self, until=TOMORROW):
        self.now = until
        return self

    def schedule(self, at=None, digest=None):
        """Return a schedule of the newest text."""
        at = stamp(at or self.now + timedelta(days=1))
        digest = digest or (self.state.digests.bytes if self.state else "")
        return Schedule(at, at[:16].replace("T", " "), "UTC", "zoe", "key-s", digest)

    def _usual(self, action, person):
        if action is Action.SUBMIT:
            revision = self.state.revision if self.state else 0
            return {"submission": submission(base=revision, agreed=self.policy)}
        if action is Action.SIGN_OFF:
            return {"digest": self.state.digests.bytes if self.state else ""}
        if action is Action.ASSIGN:
            return {"people": ("ben", "dan")}
        if action is Action.SCHEDULE:
            return {"schedule": self.schedule()}
        if action is Action.RELEASE:
            return {"schedule": self.schedule(self.now)}
        if action in (Action.REQUEST_CHANGES, Action.WITHDRAW):
            return {"reason": "the tariff is out of date"}
        if action is Action.HOLD and self.state:
            act = Act(action, self.slug, "", Actor(DESK, "flow"))
            looked = Dossier(self.state, act, self.policy, self.now, self.signoffs)
            return {"objections": tuple(publication_objections(looked))}
        return {}


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
