"""The world of one brief: its people, its policy, its clock, and acts that are tried.

`World` takes acts on one of the two desks, says whether they were taken, and shows each record to a
ledger; `GOVERN` is what becomes of a policy.
"""

from collections import Counter
from copy import deepcopy
from datetime import timedelta

from briefs.dossier import Act
from briefs.errors import BadPolicy, NotEntitled, TransitionRefused
from briefs.gates import publication_objections
from briefs.instants import stamp
from briefs.people import DESK
from briefs.record import Actor, Details, Schedule
from briefs.terms import Action
from tests.briefs.samples import NOW
from tests.model import drafts
from tests.model.desks import SLUG, Pure, key_of
from tests.model.invariants import Broken, Ledger

REACH = Counter()  # what was reached, over all lives


def _one(name, *roles, alias=False, key=False):
    return {
        "id": name,
        "name": name.title(),
        "email": f"{name}@example.org",
        "aliases": [alias] if alias else [],
        "roles": list(roles),
        "keys": [{"key": key_of(name).public}] if key else [],
        "absences": [],
    }


def people():
    """Return the people of a desk: some of several roles, some with a key, some with an alias."""
    return [
        _one("ada", "author", alias="a.lopes@example.com"),
        _one("abe", "author"),
        _one("ian", "author", "reviewer"),
        _one("ben", "reviewer", alias="b.okafor@example.com", key=True),
        _one("cleo", "reviewer", key=True),
        _one("dan", "reviewer", key=True),
        _one("lea", "legal", "reviewer", key=True),
        _one("leo", "legal", key=True),
        _one("eve", "reviewer", "editor"),
        _one("zoe", "editor"),
        _one("max", "admin"),
        _one("mia", "admin", "editor"),
    ]


TWO = {"sections": ["*"], "role": "reviewer", "count": 2}
ONE = {"sections": ["*"], "role": "reviewer", "count": 1}
RULES = (
    [TWO],
    [ONE],
    [TWO, {"sections": ["2"], "role": "legal", "count": 1}],
    [ONE, {"sections": ["@figures"], "role": "legal", "count": 1, "shared": True}],
    [ONE, {"sections": ["1"], "role": "reviewer", "count": 1, "personal_key": True}],
    [ONE, {"sections": ["@front", "2"], "role": "legal", "count": 2, "when": {"level": "high"}}],
    [ONE, {"sections": ["2", "@front"], "role": "legal", "count": 1}],
)
TERMS = {
    "quorum": [1, 1, 2, 3],
    "veto": [[], ["legal"], ["legal", "admin", "reviewer"]],
    "valid_days": [None, 5, 30],
    "wait_hours": [0, 0, 30],
    "carry": ["nothing", "nothing", "typographic", "wording"],
    "expired_keys": ["void", "stand"],
    "debt_days": [2, 14],
}


def agreed(rules=(TWO,), **terms):
    """Return a policy as data."""
    return {
        "people": people(),
        "rules": deepcopy(list(rules)),
        "terms": {name: value for name, value in terms.items() if value is not None},
        "desk_keys": [{"key": key_of("desk").public}],
    }


def drawn(dice):
    """Return a policy of rules and terms as the dice fall."""
    terms = {name: dice.choice(values) for name, values in TERMS.items()}
    return agreed(dice.choice(RULES), **terms)


class World:
    """One brief, its people and its clock. Each act is tried, recorded, and looked upon."""

    def __init__(self, policy=None, desk=Pure):
        self.policy = policy or agreed()
        self.desk = desk(self.policy)
        self.ledger = Ledger(self.desk.policies)
        self.moment, self.memo, self.memos = NOW, drafts.first(), []
        self.told, self.tried, self.last = [], 0, None
        self.judges = desk is Pure
        self._state, self.keys = None, set()
        self._tell("begin", self._difference())

    # What a life is made of.

    @property
    def state(self):
        return self._state

    @property
    def contributors(self):
        """Return who wrote the edition, as the desk has it."""
        return self._state.contributors if self._state else ()

    @property
    def stage(self):
        return self._state.stage if self._state else None

    @property
    def day(self):
        return stamp(self.moment)[:10]

    def person(self, name):
        return next((p for p in self.policy["people"] if p["id"] == name), None)

    def submit(self, person="ada", memo=None, base=None, key=None):
        """Hand in a memo; say whether it was taken."""
        memo = memo or self.memo
        newest = self._state.revision if self._state else 0
        act = self._act(Action.SUBMIT, person, key)
        based = newest if base is None else base
        done = self._try(
            act, lambda: self.desk.submit(person, memo.text().encode(), based, act, self.moment)
        )
        if done:
            self.memo = memo
            self.memos.append(memo)
        return done

    def go(self, action, person=DESK, key=None, **said):
        """Take an act; its details are those that open the gate, save what is `said`."""
        action = Action(action)
        own = said.pop("own", None)
        said = {**self._usual(action, person), **said}
        act = self._act(action, person, key, **said)
        if own and self._state:
            said |= {"policy": self.desk.agreed.version}
            act = self._act(action, person, act.key, **said)
            try:
                signature = self.desk.signed(act, own, self.moment)
            except AttributeError:
                return False  # nobody here by that name: no sign-off to speak of
            act = self._act(action, person, act.key, **said, signature=signature)
        return self._try(act, lambda: self.desk.perform(act, self.moment))

    def reform(self, change):
        """Change the policy by a function of its data; say whether it was agreed on."""
        policy = deepcopy(self.policy)
        change(policy)
        admin = next((p["id"] for p in self.policy["people"] if "admin" in p["roles"]), "max")
        try:
            self.desk.reform(policy, admin, self.moment)
        except BadPolicy as error:
            self._tell("reform", f"refused: {error}")
            return False
        self.policy = policy
        REACH["policy changed"] += 1
        self._tell("reform", self._difference())
        return True

    def wait(self, **span):
        """Put the clock on, or back."""
        self.moment += timedelta(**span)
        self._tell("wait", span)
        return True

    def objections(self):
        """Return what stands against publication now."""
        act = Act(Action.HOLD, SLUG, "", Actor(DESK, "flow"))
        return tuple(publication_objections(self.desk.dossier(act, self.moment)))

    def plan(self, at=None, digest=None, by="zoe"):
        at = stamp(at or self.moment + timedelta(hours=2))
        digest = digest or (self._state.digests.bytes if self._state else "")
        return Schedule(at, at[:16].replace("T", " "), "UTC", by, "key-plan", digest)

    def judge(self):
        """Take what raw storage holds to a ledger of its own."""
        ledger = Ledger(self.desk.policies)
        for record in self.desk.records:
            ledger.take(record)
        return ledger

    # How it is done.

    def _act(self, action, person, key=None, **said):
        self.tried += key is None
        channel = "flow" if person == DESK else "test"
        return Act(
            action, SLUG, key or f"key-{self.tried}", Actor(person, channel), Details(**said)
        )

    def _try(self, act, take):
        self.last = act
        try:
            event = take()
        except (TransitionRefused, NotEntitled) as refused:
            REACH["refused", act.action] += 1
            self._state = self.desk.state  # a publication that is refused may be recorded as held
            self._tell(f"{act.action} by {act.actor.person}", f"refused: {refused}")
            return False
        self._state = self.desk.state
        self._tell(f"{act.action} by {act.actor.person}", self._state.stage)
        if event is None:
            return True
        REACH["taken", act.action] += 1
        self.keys.add(event.key)
        if self.judges:
            try:
                self.ledger.take(self.desk.records[-1])
            except Broken as broken:
                raise Broken(broken.name, f"{broken}\n{self.story()}") from None
        return True

    def story(self):
        """Return what happened so far."""
        return "\n".join(self.told)

    def _tell(self, what, then):
        self.told.append(f"  {stamp(self.moment)} {what}: {then}")

    def _difference(self):
        rest = {k: v for k, v in self.policy.items() if k not in ("people", "desk_keys")}
        usual = {p["id"]: p for p in people()}
        there = [p for p in self.policy["people"] if usual.get(p["id"]) != p]
        gone = sorted(set(usual) - {p["id"] for p in self.policy["people"]})
        return f"{rest}; gone {gone}; others {there}"

    def _usual(self, action, person):  # noqa: C901 - a table of what each action says
        digest = self._state.digests.bytes if self._state else ""
        match action:
            case Action.SIGN_OFF:
                return {"digest": digest}
            case Action.SCHEDULE:
                return {"schedule": self.plan(by=person)}
            case Action.RELEASE:
                return {"schedule": self.plan(self.moment, by=person)}
            case Action.OVERRIDE:
                settler = self.settlers(person)
                return {
                    "reason": "the minister asks",
                    "digest": digest,
                    "due": stamp(self.moment + timedelta(days=1))[:10],
                    "settler": settler[0] if settler else "max",
                }
            case Action.SETTLE:
                return {
                    "debt": self._state.debts[0].key if self._state and self._state.debts else ""
                }
            case Action.ASSIGN:
                return {"people": ("ben", "dan")}
            case Action.HOLD:
                return {"objections": self.objections() if self._state else ()}
            case Action.COMMENT:
                return {"comment": "well"}
        return {"reason": "the tariff is out of date"}

    def settlers(self, person):
        """Return who may settle an override by `person`."""
        may = [p["id"] for p in self.policy["people"] if {"editor", "admin"} & set(p["roles"])]
        return [n for n in may if n != person and n not in self.contributors]


# What becomes of a policy.


def _someone(policy, dice, *roles, among=()):
    able = [p for p in policy["people"] if not roles or set(roles) & set(p["roles"])]
    able = [p for p in able if p["id"] in among] or able
    return dice.choice(able or policy["people"])


def leaves(policy, dice, world, among=()):
    policy["people"].remove(_someone(policy, dice, "reviewer", "legal", among=among))


def loses(policy, dice, world, among=()):
    person = _someone(policy, dice, "reviewer", "legal", among=among)
    person["roles"] = [r for r in person["roles"] if r not in ("reviewer", "legal")] or ["author"]


def _gains(policy, dice, world):
    person = _someone(policy, dice)
    person["roles"] = sorted({*person["roles"], dice.choice(["reviewer", "legal", "editor"])})


def _is_away(policy, dice, world):
    person, other = dice.sample(policy["people"], 2)
    until = stamp(world.moment + timedelta(days=dice.choice([1, 9])))[:10]
    person["absences"] = [{"since": world.day, "until": until, "deputy": other["id"]}]


def reviewer_is_away(policy, dice, world):
    person = _someone(policy, dice, "legal", "reviewer")
    other = dice.choice([p for p in policy["people"] if p is not person])
    until = stamp(world.moment + timedelta(days=9))[:10]
    person["absences"] = [{"since": world.day, "until": until, "deputy": other["id"]}]


def _keyed(policy, dice, among):
    able = [p for p in policy["people"] if p["keys"]]
    return dice.choice([p for p in able if p["id"] in among] or able or policy["people"])


def revokes(policy, dice, world, among=()):
    for key in _keyed(policy, dice, among)["keys"]:
        key["revoked"] = True


def expires(policy, dice, world, among=()):
    for key in _keyed(policy, dice, among)["keys"]:
        key["until"] = stamp(world.moment + timedelta(days=dice.choice([-1, 0, 1])))[:10]


def _quorum(policy, dice, world):
    policy["terms"]["quorum"] = dice.choice([1, 2, 3])


def _rules(policy, dice, world):
    policy["rules"] = deepcopy(dice.choice(RULES))


def _terms(policy, dice, world):
    name = dice.choice(sorted(TERMS))
    value = dice.choice(TERMS[name])
    policy["terms"].pop(name, None)
    if value is not None:
        policy["terms"][name] = value


def _renamed(policy, dice, world):
    """An address that a byline may name is found to be somebody's, or nobody's any more."""
    for name, alias in (("ben", "b.okafor@example.com"), ("ada", "a.lopes@example.com")):
        for person in policy["people"]:
            if person["id"] == name:
                person["aliases"] = [] if person["aliases"] else [alias]


def _restored(policy, dice, world):
    policy["people"] = people()


GOVERN = (
    leaves, loses, loses, _gains, _is_away, reviewer_is_away, revokes, expires, _quorum,
    _rules, _terms, _renamed, _restored,
)  # fmt: skip
