"""A desk with a past: four briefs, every kind of record, a policy that changed under its quorum.

All of it is made by the code that makes it for people, on a clock of its own.
"""

import contextlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from briefs.dossier import Act
from briefs.instants import stamp
from briefs.record import Actor, Details, Schedule
from briefs.signoff import statement
from briefs.terms import Action
from desk.commands import setup
from desk.commands.policy import policy_files
from tasks import acts, outbox, signatures
from tasks.agreed import agree, current_policy, propose
from tasks.repository import Content, site_branch
from tasks.settings import Desk, open_desk
from tasks.unfinished import TO_REVIEW
from tasks.words import TEMPLATES

EDITOR, ADMIN = "zoe-vance", "max"
SAMPLE = (TEMPLATES / "sample" / "portugal.md").read_text("utf-8")
MARK = "Relations are close"
_BEGAN = datetime(2026, 11, 2, 8, tzinfo=UTC)

PEOPLE = """\
people:
  - {id: zoe-vance, name: Zoe Vance, email: zoe@example.org, roles: [admin, editor]}
  - {id: max, name: Max Berg, email: max@example.org, roles: [admin, editor]}
  - {id: ada, name: Ada Lopes, email: ada@example.org, roles: [author, reviewer]}
  - {id: ben, name: Ben Okafor, email: ben@example.org, roles: [reviewer], keys: [{key: BEN}]}
  - {id: cleo, name: Cleo Marchi, email: cleo@example.org, roles: [reviewer], keys: [{key: CLEO}]}
  - {id: dora, name: Dora Lind, email: dora@example.org, roles: [reviewer], keys: [{key: DORA}]}
"""
POLICY = """\
default_type: country
terms:
  country: {veto: [reviewer], carry: typographic}
change: {role: admin, count: 2}
desk_keys: [{key: DESK}]
"""


def text(mark: object) -> bytes:
    """Return a draft that passes, worded for `mark` alone."""
    assert MARK in SAMPLE
    return SAMPLE.replace(MARK, f"{MARK} (as {mark} tells)", 1).encode()


def lacking(mark: object) -> bytes:
    """Return a draft that is accepted, and stays one: it has no section on crises."""
    return re.sub(r"(?ms)^## Crises\n.*?(?=^## How)", "", text(mark).decode()).encode()


@dataclass
class Story:
    """A desk, its clock, and the private keys of its people, which lie beside the desk."""

    desk: Desk
    clock: datetime = _BEGAN

    @property
    def keys(self) -> Path:
        """The folder of the people's keys."""
        return self.desk.root / "people"

    def now(self) -> datetime:
        """Return the moment, a minute after the one before."""
        self.clock += timedelta(minutes=1)
        return self.clock

    def act(
        self, content: Content, action: Action, slug: str, person: str, details: Details
    ) -> acts.Outcome:
        """Let a person act."""
        at = self.now()
        key = f"{person}-{slug}-{at:%d-%H%M}"
        return acts.perform(content, Act(action, slug, key, Actor(person, "test"), details), at=at)

    def submit(self, content: Content, slug: str, data: bytes, person: str = "ada") -> None:
        """Hand in a draft, and let the desk carry it on to review."""
        at = self.now()
        reading = acts.judge(content, data, slug, at=at)
        tip = content.tip(slug)
        base = content.state(tip).revision if tip else 0
        key = f"{person}-{slug}-{at:%d-%H%M}"
        acts.submit(content, reading, slug, Actor(person, "test"), key, base, at)
        while (action := TO_REVIEW.get(content.state(content.known(slug)).stage)) is not None:
            try:
                acts.perform(content, acts.by_desk(action, slug, key), at=self.now())
            except acts.TransitionRefused:
                return

    def sign(self, content: Content, slug: str, person: str, *, personally: bool = False) -> None:
        """Sign what stands there now."""
        details = Details(digest=digest_of(content, slug), comment=f"fine by {person}")
        if not personally:
            self.act(content, Action.SIGN_OFF, slug, person, details)
            return
        at = self.now()
        key = f"{person}-{slug}-{at:%d-%H%M}"
        act = Act(Action.SIGN_OFF, slug, key, Actor(person, "test"), details)
        given = acts.dossier(content, act, at).given
        assert given is not None
        said = statement(replace(given, strength="personal"))
        signature = signatures.sign_personally(self.keys / person, said)
        agreed = current_policy(content)
        details = replace(details, signature=signature, policy=agreed.version)
        acts.perform(content, replace(act, details=details), at=at)

    def schedule(self, content: Content, slug: str, *, minutes: int) -> None:
        """Pin what stands there now; minutes 0: release it at once."""
        at = self.now()
        moment = stamp(at + timedelta(minutes=minutes))
        key = f"{EDITOR}-{slug}-{at:%d-%H%M}"
        pinned = Schedule(moment, moment, "UTC", EDITOR, key, digest_of(content, slug))
        action = Action.SCHEDULE if minutes else Action.RELEASE
        details = Details(schedule=pinned)
        acts.perform(content, Act(action, slug, key, Actor(EDITOR, "test"), details), at=at)

    def publish(self, content: Content, slug: str) -> None:
        """Let what is due go out, to `main` too."""
        acts.publish(content, slug, self.now())
        self.reflect(content, slug)

    def reflect(self, content: Content, slug: str) -> None:
        """Bring `main` into agreement, and announce."""
        site_branch.reflect(content, slug, current_policy(content))
        outbox.deliver(self.desk, content, slug)

    def apply(self, content: Content, *people: str, **replaced: str) -> str:
        """Let people agree on the policy of the files, with some words `replaced`."""
        files = {"people.yaml": PEOPLE, "policy.yaml": POLICY, **replaced}
        files = {name.replace("_yaml", ".yaml"): words for name, words in files.items()}
        written = {name: self._with_keys(words).encode() for name, words in files.items()}
        for name, data in written.items():
            (self.desk.policy / name).write_bytes(data)
        first, *others = (Actor(person, "test") for person in people)
        version = propose(content, policy_files(self.desk.policy), first, self.now()).version
        for actor in others:
            agree(content, version, actor, self.now())
        return version

    def _with_keys(self, words: str) -> str:
        paths = {name: self.keys / f"{name}.pub" for name in ("ben", "cleo", "dora")}
        paths["desk"] = self.desk.root / "keys" / "desk.pub"
        for name, path in paths.items():
            key = " ".join(path.read_text("ascii").split()[:2])
            words = words.replace(f"key: {name.upper()}", f"key: {key}")
        return words


def begin(root: Path) -> Story:
    """Return a desk without a brief, whose policy names the people and their keys."""
    with contextlib.redirect_stdout(io.StringIO()):
        setup.init(root, admin="Zoe Vance <zoe@example.org>", sample=True)
    story = Story(open_desk(root))
    story.keys.mkdir()
    for name in ("ben", "cleo", "dora"):
        signatures.make_key(story.keys / name)
    with Content(story.desk.content) as content:
        story.apply(content, EDITOR)
    return story


def tell(root: Path) -> Story:
    """Return a desk with the whole past.

    Spain: vetoed, overridden, published, settled, withdrawn. Portugal: two editions, three
    revisions, sign-offs of both strengths. Greece: in review, signed, witnessed alone. Malta: a
    draft that lacks a section. The policy: v1 the first, v2 the people, v3 agreed on by two.
    """
    story = begin(root)
    with Content(story.desk.content) as content:
        _spain(story, content)
        _first_edition(story, content)
        dora = PEOPLE.replace("key: DORA}", "key: DORA, revoked: true}")
        story.apply(content, ADMIN, EDITOR, people_yaml=dora)
        _second_edition(story, content)
        _greece(story, content)
        story.submit(content, "malta", lacking("malta"))
        outbox.deliver(story.desk, content, "malta")
    return story


def _spain(story: Story, content: Content) -> None:
    story.submit(content, "spain", text("spain"))
    story.sign(content, "spain", "dora", personally=True)
    story.act(content, Action.VETO, "spain", "cleo", Details(reason="too soon"))
    story.act(content, Action.LIFT, "spain", "cleo", Details())
    details = Details(
        reason="it cannot wait", digest=digest_of(content, "spain"), due="2026-11-06", settler=ADMIN
    )
    story.act(content, Action.OVERRIDE, "spain", EDITOR, details)
    story.schedule(content, "spain", minutes=0)
    story.publish(content, "spain")
    debt = content.state(content.known("spain")).debts[0].key
    story.act(content, Action.SETTLE, "spain", ADMIN, Details(comment="seen", debt=debt))


def _first_edition(story: Story, content: Content) -> None:
    story.submit(content, "portugal", text("a first friend"))
    story.sign(content, "portugal", "ben", personally=True)
    details = Details(reason="say how close")
    story.act(content, Action.REQUEST_CHANGES, "portugal", "cleo", details)
    story.submit(content, "portugal", text("a second friend"))
    story.sign(content, "portugal", "ben", personally=True)
    story.sign(content, "portugal", "cleo")
    story.schedule(content, "portugal", minutes=30)
    story.clock += timedelta(minutes=30)
    story.publish(content, "portugal")


def _second_edition(story: Story, content: Content) -> None:
    story.submit(content, "portugal", text("a third friend"))
    story.sign(content, "portugal", "ben", personally=True)
    story.sign(content, "portugal", "cleo", personally=True)
    story.schedule(content, "portugal", minutes=0)
    story.publish(content, "portugal")
    story.act(content, Action.WITHDRAW, "spain", EDITOR, Details(reason="overtaken"))
    story.reflect(content, "spain")


def _greece(story: Story, content: Content) -> None:
    story.submit(content, "greece", text("greece"))
    story.act(content, Action.ASSIGN, "greece", EDITOR, Details(people=("ben", "cleo", "dora")))
    story.sign(content, "greece", "dora")
    story.act(content, Action.RETRACT, "greece", "dora", Details())
    story.act(content, Action.COMMENT, "greece", "ada", Details(comment="thank you", line=3))
    story.sign(content, "greece", "ben")
    outbox.deliver(story.desk, content, "greece")


def digest_of(content: Content, slug: str) -> str:
    """Return the digest of the bytes that stand there now."""
    return content.state(content.known(slug)).digests.bytes


def actions(content: Content, slug: str) -> Mapping[str, int]:
    """Return the number of the last record of each action of a brief."""
    return {str(event.action): event.seq for _, event in content.history(slug)}
