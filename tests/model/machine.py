"""The machine: people of many roles live a brief's life at random, and the ledger looks on.

`Life` draws acts: those that the table is likely to take, three times out of four; else anything by
anybody. `run` lives so many lives; `reached` tells what they came to.
"""

import hashlib
import os
import random
from datetime import timedelta
from functools import cache

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test, initialize, rule

from briefs.instants import read_stamp, stamp
from briefs.people import DESK
from briefs.terms import Action, Stage
from tests.model import drafts
from tests.model.desks import Pure
from tests.model.invariants import Broken, away, roles_at
from tests.model.world import (
    GOVERN,
    REACH,
    World,
    drawn,
    expires,
    leaves,
    loses,
    people,
    reviewer_is_away,
    revokes,
)

FULL = os.environ.get("BRIEFS_MODEL") == "full"
STEPS = 30


@cache
def seed():
    """Return the seed of this run: BRIEFS_SEED, else a new one; it is shown."""
    found = int(os.environ.get("BRIEFS_SEED") or random.SystemRandom().randrange(10**6))
    print(f"BRIEFS_SEED={found}")
    return found


# What people are likely to do at a stage, beside going on.
_SAYS = {
    Stage.IN_REVIEW: ["request changes", "retract", "veto", "lift", "comment", "override", "recall",
                      "assign", "settle", "abandon"],
    Stage.APPROVED: ["request changes", "retract", "veto", "override", "recall", "settle"],
    Stage.SCHEDULED: ["request changes", "retract", "veto", "unschedule", "schedule", "override",
                      "settle", "hold"],
    Stage.PUBLISHED: ["withdraw", "settle"],
    Stage.WITHDRAWN: ["settle"],
    Stage.DRAFT: ["assign", "abandon", "comment", "withdraw"],
    Stage.CHECKED: ["recall", "comment"],
    Stage.SCORED: ["assign", "recall", "withdraw"],
}  # fmt: skip
_REVIEWED = (Stage.IN_REVIEW, Stage.APPROVED, Stage.SCHEDULED)
_REVIEWERS = ["ben", "cleo", "dan", "lea", "leo", "eve", "ian"]
SCOPES = ((), (), (), ("1",), ("2",), ("@front",), ("1", "2.1", "3"), ("@figures",), ("9",))


class Life(RuleBasedStateMachine):
    """A brief's life at random."""

    desk = Pure
    script = None  # what happened before the dice are thrown
    dice = st.integers(0, 2**32 - 1)

    @initialize(dice=dice, steps=st.integers(0, 9))
    def begin(self, dice, steps):
        self.salt, self.rolled = dice, 0
        self.world = World(drawn(self._dice(dice)), type(self).desk)
        REACH["lives"] += 1
        self.onwards(dice, 1 + steps)

    def _dice(self, dice):
        # Small numbers are drawn most often: each throw is another one all the same.
        self.rolled += 1
        return random.Random(f"{self.salt}/{self.rolled}/{dice}")

    @rule(dice=dice, steps=st.integers(1, 5))
    def onwards(self, dice, steps):
        """Go on as a brief usually does."""
        dice = self._dice(dice)
        for _ in range(steps):
            self._onwards(dice)

    @rule(dice=dice, steps=st.integers(1, 5))
    def further(self, dice, steps):
        """Go on: twice as likely."""
        self.onwards(dice, steps)

    @rule(dice=dice)
    def sign(self, dice):
        dice = self._dice(dice)
        if self.world.stage in _REVIEWED:
            self._sign(dice, dice.choice(SCOPES))
        else:
            self._onwards(dice)

    @rule(dice=dice)
    def lend(self, dice):
        """Go away, and let somebody stand in, who signs."""
        dice, world = self._dice(dice), self.world
        world.reform(lambda policy: reviewer_is_away(policy, dice, world))
        lent = [a["deputy"] for p in world.policy["people"] for a in p["absences"]]
        if lent and world.stage in _REVIEWED:
            world.go("sign off", dice.choice(lent), sections=dice.choice(((), (), ("2",))))

    @rule(dice=dice)
    def late(self, dice):
        """Let something come between the schedule and its hour."""
        dice, world = self._dice(dice), self.world
        if world.stage is not Stage.SCHEDULED:
            self._onwards(dice)
            return
        signed = {s.reviewer for s in world.desk.signoffs}
        change = dice.choice([leaves, loses, revokes, expires])
        world.reform(lambda policy: change(policy, dice, world, signed))
        self._publish(dice, surely=True)

    @rule(dice=dice)
    def misread(self, dice):
        """Sign what one did not read, or with a key of another."""
        dice, world = self._dice(dice), self.world
        if world.stage not in _REVIEWED:
            self._onwards(dice)
            return
        stale = [world.state.digests.bytes[:11], "0" * 64, ""]
        if world.memos[:-1]:
            text = dice.choice(world.memos[:-1]).text().encode()
            stale.append(hashlib.sha256(text).hexdigest())
        names = [p["id"] for p in world.policy["people"]]
        world.go("sign off", dice.choice(names), digest=dice.choice(stale))
        world.go("sign off", dice.choice(names), own=dice.choice(["ben", "cleo", "stranger"]))

    @rule(dice=dice)
    def edit(self, dice):
        self._edit(self._dice(dice))

    @rule(dice=dice)
    def edit_again(self, dice):
        """Edit by one who reviews too, and let review begin anew."""
        dice, world = self._dice(dice), self.world
        if world.state is None:
            return
        self._edit(dice, by=dice.choice(["ian", "eve", "mia", "ada"]))
        for action in ("check", "score", "request review"):
            world.go(action)

    @rule(dice=dice)
    def restore(self, dice):
        """Hand in an old text again, or one built on what is not the newest."""
        dice, world = self._dice(dice), self.world
        if world.state is None:
            return
        memo = dice.choice(world.memos)
        stale = dice.random() < 0.25
        world.submit(self._writer(dice), memo, base=world.state.revision - 1 if stale else None)

    @rule(dice=dice)
    def say(self, dice):
        dice, world = self._dice(dice), self.world
        if world.stage:
            action = dice.choice(_SAYS[world.stage])
            self._by_some(action, dice, **self._said(action, dice))

    @rule(dice=dice)
    def object(self, dice):
        """Say a word against the text, or take one back."""
        dice, world = self._dice(dice), self.world
        actions = ["veto", "veto", "request changes", "retract", "lift", "lift"]
        if world.stage in _REVIEWED:
            action = dice.choice(actions if world.state.vetoes else actions[:4])
            if action == "veto":
                self._by_some(action, dice, among=set(world.state.terms.veto))
            else:
                self._by_some(action, dice)

    @rule(dice=dice)
    def owe(self, dice):
        """Override, or settle what was overridden."""
        dice, world = self._dice(dice), self.world
        if world.stage and world.state.debts and dice.random() < 0.7:
            able = [world.state.debts[0].settler, *world.settlers("")]
            world.go("settle", dice.choice(able))
        elif world.stage in _REVIEWED:
            self._by_some("override", dice, **self._said("override", dice))

    @rule(dice=dice)
    def name(self, dice):
        """Assign reviewers, while that can be."""
        dice, world = self._dice(dice), self.world
        if world.stage in (Stage.SCORED, Stage.IN_REVIEW):
            self._by_some("assign", dice, **self._said("assign", dice))

    @rule(dice=dice)
    def govern(self, dice):
        dice = self._dice(dice)
        change = dice.choice(GOVERN)
        self.world.reform(lambda policy: change(policy, dice, self.world))

    @rule(hours=st.sampled_from([1, 5, 26, 31, 24 * 3, 24 * 6, 24 * 40]))
    def wait(self, hours):
        self.world.wait(hours=hours)

    @rule(hours=st.sampled_from([1, 30, 24 * 9]))
    def wait_back(self, hours):
        self.world.wait(hours=-hours)

    @rule(dice=dice)
    def stranger(self, dice):
        """Anything by anybody."""
        dice, world = self._dice(dice), self.world
        action = dice.choice([a for a in Action if a is not Action.SUBMIT])
        name = dice.choice([*(p["id"] for p in people()), "stranger", DESK])
        if world.state or action is not Action.HOLD:
            world.go(action, name, **self._said(action, dice))

    @rule(dice=dice)
    def again(self, dice):
        """Say the last thing again, under its key: it happened once."""
        world, last = self.world, self.world.last
        if last is None or last.action is Action.SUBMIT:
            return
        seen = world.state.seq if world.state else 0
        if last.key in world.keys:
            world._try(last, lambda: world.desk.perform(last, world.moment))
            assert world.state.seq == seen, "I5: one key, two events"

    def teardown(self):
        if not hasattr(self, "world"):
            return
        try:
            ledger = self.world.ledger if self.world.judges else self._judged()
            for name in ledger.reach:
                REACH["life", name] += 1
            for name in {e["action"] for e in ledger.events}:
                REACH["life", f"with {name}"] += 1
            for name in {e["target"] for e in ledger.events}:
                REACH["stage", name] += 1
            if any(e["edition"] > 1 for e in ledger.events):
                REACH["life", "second edition or later"] += 1
            REACH["events"] += len(ledger.events)
        finally:
            self.world.desk.close()

    def _judged(self):
        try:
            return self.world.judge()
        except Broken as broken:
            raise Broken(broken.name, f"{broken}\n{self.world.story()}") from None

    # How a life goes on.

    def _onwards(self, dice):  # noqa: C901 - a table of stages
        world = self.world
        match world.stage:
            case None:
                world.submit(dice.choice(["ada", "ada", "abe", "ian", "zoe"]))
            case Stage.DRAFT:
                world.go("check") or self._mend(dice)
            case Stage.CHECKED:
                world.go("score") or self._mend(dice)
            case Stage.SCORED:
                world.go("request review") or self._mend(dice)
            case Stage.IN_REVIEW:
                self._review(dice)
            case Stage.APPROVED:
                self._plan(dice)
            case Stage.SCHEDULED:
                self._publish(dice)
            case _:
                if dice.random() < 0.8:
                    self._edit(dice)
                else:
                    self._by_some("withdraw", dice, reason="out of date")

    def _mend(self, dice):
        """Hand in a text that has what it needs, by somebody who may."""
        world = self.world
        memo = drafts.lacking(world.memo, dice) if "1" not in world.memo.sections else world.memo
        gone = [p for p in ("1", "2", "2.1", "3") if p not in memo.sections]
        memo = drafts.lacking(memo, dice) if gone else drafts.digit(memo, dice)
        world.submit(self._writer(dice), memo)

    def _review(self, dice):
        world = self.world
        if world.state.vetoes and dice.random() < 0.6:
            world.go("lift", dice.choice(world.state.vetoes).by)
            return
        if dice.random() < 0.04:
            self._by_some("override", dice)
            return
        signed = {s.reviewer for s in world.desk.signoffs}
        self._sign(dice, (), signed if dice.random() < 0.9 else ())

    def _plan(self, dice):
        world = self.world
        if dice.random() < 0.3 and self._by_some("release", dice):
            return
        hours = dice.choice([1, 3, 26, 31, 31, 100])
        at = world.moment + timedelta(hours=hours)
        if not self._by_some("schedule", dice, schedule=world.plan(at)):
            world.wait(hours=31)
            self._sign(dice, ())

    def _publish(self, dice, surely=False):
        world = self.world
        due = read_stamp(world.state.schedule.at)
        if world.moment < due and (surely or dice.random() < 0.9):
            world.wait(hours=int((due - world.moment).total_seconds() // 3600) + 1)
        if world.go("publish"):
            return
        if world.moment >= due and dice.random() < 0.8:
            world.go("hold")
        if dice.random() < 0.5:
            self._sign(dice, ())
        elif dice.random() < 0.5:
            self._by_some("unschedule", dice)
        elif world.state.vetoes:
            world.go("lift", dice.choice(world.state.vetoes).by)

    def _sign(self, dice, scope, but=()):
        own = dice.random() < 0.35
        day = self.world.day
        able = [
            p["id"]
            for p in self.world.policy["people"]
            if {"reviewer", "legal"} & roles_at(self.world.policy, p["id"], day)
            and not away(p, day)
            and p["id"] not in but
        ]
        dice.shuffle(able)
        if dice.random() < 0.75:  # whoever wrote is refused, and who is not assigned
            others = set(self.world.contributors)
            if self.world.state.assigned:
                others |= set(able) - set(self.world.state.assigned)
            able.sort(key=others.__contains__)
        for name in able[:3]:
            keys = (self.world.person(name) or {}).get("keys")
            if self.world.go(
                "sign off", name, sections=scope, own=name if keys and own else None
            ) or self.world.go("sign off", name, sections=scope or ("2", "3"), own=keys and name):
                return True
        return False

    def _by_some(self, action, dice, among=None, **said):
        """Let one of those take an act who may; now and then somebody else."""
        world = self.world
        roles = set(world.desk.agreed.may(action)) if among is None else among
        names = [p["id"] for p in world.policy["people"]]
        able = [n for n in names if roles & roles_at(world.policy, n, world.day)]
        dice.shuffle(able)
        if dice.random() < 0.1:
            able = [dice.choice([*names, "stranger"])]
        if action == "hold":
            able = [DESK]
        if action == "lift" and world.state:
            able = [v.by for v in world.state.vetoes] or able[:1]
        if action == "retract":
            able.sort(key=lambda n: all(s.reviewer != n for s in world.desk.signoffs))
        return any(world.go(action, name, **said) for name in able[:4])

    def _edit(self, dice, by=None):
        world = self.world
        memo = world.memo
        for _ in range(dice.choice([1, 1, 1, 2, 3])):
            memo = dice.choice(drafts.EDITS)(memo, dice)
        if dice.random() < 0.1:
            memo = memo.other(front={**memo.front, "embargo_until": self._embargo(dice)})
        return world.submit(by or self._writer(dice), memo)

    def _embargo(self, dice):
        return f"{stamp(self.world.moment + timedelta(days=dice.randrange(4)))[:10]} 09:00 UTC"

    def _writer(self, dice):
        known = sorted(self.world.contributors) or ["ada"]
        return dice.choice([*known, *known, "ada", "abe", "ian", "ben", "zoe", "eve"])

    def _said(self, action, dice):
        world = self.world
        names = [p["id"] for p in people()]
        match str(action):
            case "override":
                settlers = world.settlers("") or names
                due = stamp(world.moment + timedelta(days=dice.randrange(4)))[:10]
                return {"settler": dice.choice([*settlers, dice.choice(names)]), "due": due}
            case "assign":
                able = [n for n in _REVIEWERS if n not in world.contributors]
                return {"people": tuple(dice.sample(able if len(able) > 2 else _REVIEWERS, 3))}
            case "comment":
                return {"sections": dice.choice(SCOPES)}
            case "schedule" | "release":
                digest = dice.choice([None, None, None, "0" * 64])
                return {"schedule": world.plan(digest=digest)}
        return {"reason": dice.choice(["say it again", "say it again", "say it again", " "])}


def run(life, examples, steps=STEPS, number=None, shrink=FULL):
    """Live so many lives of the machine `life`."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=False,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
    seeded(seed() if number is None else number)(get_state_machine_test(life, settings=chosen))()


def reached():
    """Return what was reached, a line each."""
    lives = REACH["lives"] or 1
    yield f"{lives} lives, {REACH['events']} events, {REACH['policy changed']} policies"
    for kind in ("stage", "life"):
        for key, count in sorted(REACH.items(), key=str):
            if isinstance(key, tuple) and key[0] == kind:
                yield f"  {kind} {key[1]}: {count} ({100 * count / lives:.0f} %)"
    for action in Action:
        taken, refused = REACH["taken", action], REACH["refused", action]
        share = 100 * taken / max(1, taken + refused)
        yield f"  {action}: taken {taken}, refused {refused} ({share:.0f} % taken)"
