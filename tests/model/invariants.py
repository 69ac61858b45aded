"""The invariants I1 to I7, recounted from events, texts and policies as they are recorded.

Nothing of `briefs` counts here: a text is split again, a holder found again, a quorum seated again,
and the table of arrows stands here once more. Only the replay asks the reducer, as I6 wants it.

Where the text is followed, the count is bounded from two sides. Nobody who brought three words that
stand may count (`upper`); who never brought anything and is entitled must (`lower`).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from briefs.record import read_event
from briefs.reducer import apply
from tests.model.texts import Authorship, carries, covers, parts

_OPEN = ("draft", "checked", "scored", "in review", "approved", "scheduled")
_REVIEWED = ("in review", "approved", "scheduled")
_ALL = (*_OPEN, "published", "withdrawn")
_REQUIRED = {"1", "2", "2.1", "3"}


def _same(action, stages):
    return {(stage, action, stage) for stage in stages}


def _to(action, target, stages):
    return {(stage, action, target) for stage in stages}


ARROWS = (
    _to("submit", "draft", (None, *_ALL))
    | _to("check", "checked", ("draft",))
    | _to("score", "scored", ("checked",))
    | {("scored", "request review", target) for target in ("in review", "approved")}
    | {("in review", "request review", "approved")}
    | {("in review", "sign off", "approved"), ("scheduled", "publish", "published")}
    | _same("sign off", _REVIEWED)
    | _to("request changes", "draft", _REVIEWED)
    | _to("retract", "in review", _REVIEWED)
    | _same("retract", _REVIEWED)
    | _to("veto", "in review", _REVIEWED)
    | _same("lift", _OPEN)
    | _to("lift", "approved", ("in review",))
    | _same("comment", _OPEN)
    | _to("override", "approved", ("scored", "in review"))
    | _same("override", ("approved", "scheduled"))
    | _same("settle", _ALL)
    | _to("recall", "draft", _OPEN[1:])
    | _to("abandon", "draft", _OPEN)
    | _same("assign", _OPEN)
    | _to("schedule", "scheduled", ("approved", "scheduled"))
    | _to("release", "scheduled", ("approved", "scheduled"))
    | {("scheduled", "unschedule", "approved"), ("scheduled", "hold", "scheduled")}
    | {("published", "withdraw", "withdrawn")}
    | _same("withdraw", _OPEN)
)

RIGHTS = {
    "submit": {"author", "editor"},
    "recall": {"author", "editor"},
    "abandon": {"author", "editor"},
    "sign off": {"reviewer", "legal"},
    "request changes": {"reviewer", "legal", "editor"},
    "retract": {"reviewer", "legal"},
    "veto": {"reviewer", "legal", "editor", "admin"},
    "lift": {"author", "reviewer", "legal", "editor", "admin"},
    "comment": {"author", "reviewer", "legal", "editor"},
    "override": {"editor"},
    "settle": {"editor", "admin"},
    "assign": {"editor"},
    "schedule": {"editor"},
    "release": {"editor"},
    "unschedule": {"editor"},
    "withdraw": {"editor"},
}
_DESKS = {"check", "score", "request review", "hold", "publish"}
_UNSAY = {"retract", "request changes", "veto"}


class Broken(AssertionError):
    """An invariant does not hold; `name` is which."""

    def __init__(self, name, says):
        self.name = name
        super().__init__(says if says.startswith(name) else f"{name}: {says}")


@dataclass(frozen=True)
class Record:
    """One commit of a brief: its files as bytes, the sign-offs as they lie there."""

    event: bytes
    state: bytes
    text: bytes
    signoffs: tuple


# The people.


def _person(policy, name):
    return next((p for p in policy["people"] if p["id"] == name), None)


def away(person, day):
    return next((a for a in person["absences"] if a["since"] <= day <= a["until"]), None)


def stood_in_for(policy, name, day):
    found = [(p, away(p, day)) for p in policy["people"]]
    return [p for p, a in found if a and a.get("deputy") == name]


def roles_at(policy, name, day):
    person = _person(policy, name)
    if person is None:
        return set()
    lent = {role for p in stood_in_for(policy, name, day) for role in p["roles"]}
    return set(person["roles"]) | (lent - {"admin", "author"})


def _key(person, public):
    return next((k for k in person["keys"] if k["key"] == public), None)


def _holds(key, day):
    return key.get("since", day) <= day <= key.get("until", day)


def byline(front):
    """Return the addresses that a front matter names; whose they are is for the policy to say."""
    return {entry["email"].lower() for entry in front.get("authors", [])}


def known_by(policy, name):
    """Return all that stands for a person."""
    person = _person(policy, name) or {"email": name, "aliases": []}
    return {name, *(a.lower() for a in (person["email"], *person["aliases"]))}


def seated(places):
    """Say whether everybody's place can be filled, nobody sitting twice: by trying all."""
    if not places:
        return True
    first, *others = sorted(places, key=len)
    return any(seated([p - {person} for p in others]) for person in first)


def _later(at, **span):
    moment = datetime.fromisoformat(at) + timedelta(**span)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Word:
    """A sign-off as the events tell it."""

    by: str
    at: str
    seq: int
    nonce: str
    parts: dict
    roles: set
    lent: set
    key: str


class Ledger:
    """A brief's history, taken record by record; it raises `Broken` at the first that is wrong."""

    def __init__(self, policies):
        self.policies = policies
        self.events, self.keys = [], set()
        self.stage, self.seq, self.edition, self.revision = None, 0, 0, 0
        self.at, self.text, self.sha, self.parts, self.front = "", b"", "", {}, {}
        self.forms, self.prints = {}, {}
        self.state, self.published = None, None
        self.authorship = Authorship(None)
        self.contributors, self.schedulers = set(), set()
        self.words, self.vetoes, self.override, self.debts = [], {}, None, {}
        self.assigned, self.schedule, self.returned = (), None, False
        self.reach = set()

    def ask(self, name, good, says):
        if not good:
            event = self.events[-1]
            where = f"#{event['seq']} {event['action']} by {event['actor']['person']}"
            raise Broken(name, f"{where}: {says}")

    def take(self, record):
        event = json.loads(record.event)
        self.events.append(event)
        policy = self.policies[event["policy"]]
        self._numbers(event)
        self._replayed(record)
        self._entitled(event, policy)
        getattr(self, "_" + event["action"].replace(" ", "_"), self._nothing)(event, policy, record)
        self._reviewed(event, policy)
        self._texts(event, record)
        if event["action"] in _UNSAY:
            self.words = [w for w in self.words if w.by != event["actor"]["person"]]
        self._stored(record)
        if event["target"] not in _REVIEWED[1:]:
            self.schedule = None
        self.stage, self.seq, self.at = event["target"], event["seq"], event["at"]

    # I4 to I6: numbers, keys, arrows, replay.

    def _numbers(self, event):
        self.ask("I4", event["seq"] == self.seq + 1, f"came after #{self.seq}")
        self.ask("I4", event["at"] >= self.at, f"{event['at']} is before {self.at}")
        self.ask("I5", event["key"] not in self.keys, f"the key {event['key']} was used before")
        self.keys.add(event["key"])
        arrow = (event["source"], event["action"], event["target"])
        self.ask("I6", event["source"] == self.stage, f"{self.stage} came before {arrow}")
        self.ask("I6", arrow in ARROWS, f"there is no arrow {arrow}")
        if event["action"] == "submit":
            opens = self.stage in (None, "published", "withdrawn")
            wanted = (self.edition + opens, 1 if opens else self.revision + 1)
        else:
            wanted = (self.edition, self.revision)
        self.ask("I4", (event["edition"], event["revision"]) == wanted, f"it should be {wanted}")

    def _replayed(self, record):
        self.state = apply(self.state, read_event(record.event))
        self.ask("I6", self.state.json() == record.state, "the replay gives another state")
        stage = json.loads(record.state)["stage"]
        self.ask("I6", stage == self.events[-1]["target"], f"the state says {stage}")

    def _entitled(self, event, policy):
        who, action, day = event["actor"]["person"], event["action"], event["at"][:10]
        if action in _DESKS:
            self.ask("I6", who == "desk", "this is the desk's own to do")
        else:
            may = RIGHTS[action] & roles_at(policy, who, day)
            self.ask("I6", may, "has no role for it")

    def _texts(self, event, record):
        if event["action"] != "submit":
            self.ask("I1", record.text == self.text, "the text changed without a submission")
        digests = json.loads(record.state)["digests"]
        self.ask("I1", digests["bytes"] == self.sha, "the state names other bytes")
        self.ask("I7", set(digests["sections"]) == set(self.parts), "a section has no digest")
        for path, digest in digests["sections"].items():
            form = (path, self.parts[path])
            again = self.forms.setdefault((path, digest), form)
            self.ask("I7", again == form, f"one digest for other words of {path}")
            other = self.prints.setdefault(form, digest)
            self.ask("I7", other == digest, f"another digest for the same words of {path}")

    # The acts.

    def _nothing(self, event, policy, record):
        pass

    def _submit(self, event, policy, record):
        who, brought = event["actor"]["person"], event["details"]["submission"]
        opens = self.stage in (None, "published", "withdrawn")
        if self.stage is not None:
            mine = self._wrote(who, policy) or "editor" in _person(policy, who)["roles"]
            self.ask("I6", mine, "wrote none of it")
            self.ask("I6", brought["base"] == self.revision, "built on an older revision")
        if opens:
            self.contributors, self.assigned = set(), ()
            self.words, self.override = [], None
        self.text, self.sha = record.text, hashlib.sha256(record.text).hexdigest()
        self.parts, self.front = parts(record.text.decode())
        persons = {who} | byline(self.front)
        self.authorship.take(persons, self.parts)
        self.contributors |= persons
        self.edition, self.revision = event["edition"], event["revision"]
        self.rules = [
            rule
            for rule in policy["rules"]
            if all(self.front.get(k) == v for k, v in rule.get("when", {}).items())
        ]
        self.terms, self.submitted, self.brought = policy["terms"], event["at"], event["seq"]
        self.schedule, self.returned = None, False
        self.schedulers = self.schedulers if self.debts else set()

    def _wrote(self, name, policy):
        return not known_by(policy, name).isdisjoint(self.contributors)

    def _check(self, event, policy, record):
        self.ask("I6", self.parts.keys() >= _REQUIRED, "a section is missing")
        self.ask("I6", not self.returned, "it waits for its author")

    def _request_review(self, event, policy, record):
        for rule in self.rules:
            for path in covers(rule["sections"], self.parts):
                able = [
                    p["id"]
                    for p in policy["people"]
                    if rule["role"] in roles_at(policy, p["id"], event["at"][:10])
                    and not self.authorship.holds(known_by(policy, p["id"]), path)
                ]
                enough = len(able) >= rule.get("count", 1)
                self.ask("I6", enough, f"only {able} could sign {path} for {rule}")

    def _sign_off(self, event, policy, record):
        who, day, said = event["actor"]["person"], event["at"][:10], event["details"]
        person, lent = _person(policy, who), {p["id"] for p in stood_in_for(policy, who, day)}
        self.ask("I7", not away(person, day), "is away")
        self.ask("I7", who not in self.vetoes, "has a veto standing")
        seen = said["digest"].lower()
        self.ask("I7", len(seen) >= 12 and self.sha.startswith(seen), f"read {seen[:12]}")
        scope = said["sections"] or ["*"]
        paths = covers(scope, self.parts)
        self.ask("I7", paths, "signed nothing")
        mine = sorted(p for p in paths if self.authorship.holds(known_by(policy, who), p))
        self.ask("I7", not mine, f"has text in {mine}")
        if self.assigned:
            self.ask("I7", {who, *lent} & set(self.assigned), "is not assigned")
        public = said["signature"] and self._public(record, event["key"])
        if public:
            key = _key(person, public)
            self.ask("I7", key and not key.get("revoked") and _holds(key, day), "the key is bad")
            self.reach.add("personal sign-off")
        if lent:
            self.reach.add("deputy")
        self.words.append(
            Word(
                by=who,
                at=event["at"],
                seq=event["seq"],
                nonce=event["key"],
                parts={path: self.parts[path] for path in paths},
                roles=roles_at(policy, who, day),
                lent=lent,
                key=public or "",
            )
        )

    def _public(self, record, nonce):
        (found,) = (s for s in record.signoffs if s["nonce"] == nonce)
        self.ask(
            "I7", found["strength"] == "personal", "an own signature passes for a witnessed one"
        )
        return found["key"]

    def _request_changes(self, event, policy, record):
        self.ask("I6", event["details"]["reason"].strip(), "says no reason")
        self.returned = True

    def _recall(self, event, policy, record):
        who = event["actor"]["person"]
        person = _person(policy, who) or {"roles": ()}
        mine = self._wrote(who, policy) or "editor" in person["roles"]
        self.ask("I6", mine, "wrote none of it")
        self.returned = True

    _abandon = _recall

    def _retract(self, event, policy, record):
        who = event["actor"]["person"]
        self.ask("I6", any(w.by == who for w in self.words), "has signed nothing")

    def _veto(self, event, policy, record):
        who = event["actor"]["person"]
        may = set(self.terms.get("veto", ())) & roles_at(policy, who, event["at"][:10])
        self.ask("I6", may, "has no veto")
        self.ask("I6", event["details"]["reason"].strip(), "says no reason")
        self.vetoes[who] = event["seq"]

    def _lift(self, event, policy, record):
        who = event["actor"]["person"]
        self.ask("I6", self.vetoes.pop(who, None), "has no veto to lift")

    def _override(self, event, policy, record):
        who, said, day = event["actor"]["person"], event["details"], event["at"][:10]
        seen = said["digest"].lower()
        self.ask("I7", len(seen) >= 12 and self.sha.startswith(seen), f"read {seen[:12]}")
        overdue = [d for d in self.debts.values() if d["by"] == who and d["due"] < day]
        self.ask("I6", not overdue, "owes an overdue override")
        last = _later(event["at"], days=int(self.terms.get("debt_days", 14)))[:10]
        self.ask("I6", said["reason"].strip() and day <= said["due"] <= last, "no reason or day")
        barred = {who} | self.contributors | self.schedulers
        settler = _person(policy, said["settler"]) or {"roles": ()}
        may = RIGHTS["settle"] & set(settler["roles"])
        free = known_by(policy, said["settler"]).isdisjoint(barred)
        self.ask("I6", may and free, "its settler may not settle it")
        if self.vetoes:
            self.reach.add("veto, then override")
        self.override = event["seq"], self.sha
        self.debts[event["key"]] = {
            "by": who,
            "due": said["due"],
            "barred": set(barred),
            "settler": said["settler"],
            "edition": self.edition,
        }

    def _settle(self, event, policy, record):
        who, debt = event["actor"]["person"], self.debts.pop(event["details"]["debt"], None)
        self.ask("I6", debt, "there is no such debt")
        barred = debt["barred"] | self.schedulers
        if debt["edition"] == self.edition:
            barred |= self.contributors
        self.ask(
            "I6",
            known_by(policy, who).isdisjoint(barred),
            "overrode, wrote or scheduled it, and settles it",
        )

    def _assign(self, event, policy, record):
        self.assigned = tuple(event["details"]["people"])
        self.ask("I6", self.assigned, "assigns nobody")

    def _schedule(self, event, policy, record):
        who, plan = event["actor"]["person"], event["details"]["schedule"]
        self.ask("I1", plan["digest"] == self.sha, "pins another text")
        # A release is of now: where the clock was put back, that is before the record's moment.
        released = event["action"] == "release"
        at = event["at"] if released else plan["at"]
        self.ask("I9", at >= event["at"], "lies in the past")
        settler = any(d["settler"] == who for d in self.debts.values())
        self.ask("I6", not settler, "schedules what it is to settle")
        self.ask("I9", at >= self._embargo(), "is under embargo")
        self._asked(policy, at, "I1")
        self.schedule = plan
        self.schedulers.add(who)

    _release = _schedule

    def _publish(self, event, policy, record):
        plan, at = self.schedule, event["at"]
        self.ask("I9", plan and plan["at"] <= at, f"its time is {plan and plan['at']}")
        self.ask("I1", plan["digest"] == self.sha, "another text was pinned")
        self.ask("I9", at >= self._embargo(), "is under embargo")
        self.ask("I1", self.parts.keys() >= _REQUIRED, "a section is missing")
        self._asked(policy, at, "I1")
        self._as_counted(event["details"]["counted"], policy, at)
        self._note_publication(policy, at)
        self.vetoes = {}
        self.published = self.edition
        self.authorship = Authorship(self.parts)

    def _withdraw(self, event, policy, record):
        self.ask("I6", self.published, "nothing was published")
        self.published = None

    # I1 and I7: what counts.

    def _embargo(self):
        day = self.front.get("embargo_until", "")
        return f"{day[:10]}T{day[11:16]}:00Z" if day else ""

    def overridden(self, upper=True):
        """Say whether an override holds; whether it does again when its text returns is open."""
        if self.override is None or self.override[1] != self.sha:
            return False
        return upper or self.override[0] > self.brought

    def standing(self, upper=True):
        """Return the vetoes that stand."""
        since = self.override[0] if self.overridden(upper) else 0
        return sorted(who for who, seq in self.vetoes.items() if seq > since)

    def counting(self, policy, at, upper):
        """Return, for each section and rule over it, who counts."""
        return {
            path: [
                (rule, self._people(rule, path, policy, at, upper))
                for rule in self.rules
                if path in covers(rule["sections"], self.parts)
            ]
            for path in self.parts
        }

    def _people(self, rule, path, policy, at, upper):
        """Return who counts for a rule in a section; a deputy not beside who lends the role."""
        words = [w for w in self.words if self._counts(w, rule, path, policy, at, upper)]
        people = {w.by for w in words}
        for word in words:
            person, role = _person(policy, word.by), rule["role"]
            lenders = {p["id"] for p in policy["people"] if role in p["roles"]} & set(word.lent)
            if role not in person["roles"] and lenders <= people:
                people.discard(word.by)
        return people

    def _counts(self, word, rule, path, policy, at, upper):
        person, day = _person(policy, word.by), at[:10]
        if person is None or path not in word.parts:
            return False
        newest = max(w.seq for w in self.words if w.by == word.by and path in w.parts)
        lent = [p for p in policy["people"] if p["id"] in word.lent]
        roles = {role for p in (person, *(lent if upper else ())) for role in p["roles"]}
        days = self.terms.get("valid_days")
        if newest != word.seq or rule["role"] not in roles & word.roles:
            return False
        if days and _later(word.at, days=int(days)) <= at:
            return False
        if self.assigned:
            now = {p["id"] for p in stood_in_for(policy, word.by, day)}
            if not {word.by, *word.lent, *now} & set(self.assigned):
                return False
        return self._by_hand(word, rule, person, day) and self._read(word, path, policy, upper)

    def _by_hand(self, word, rule, person, day):
        if not word.key:
            return not rule.get("personal_key")
        key = _key(person, word.key)
        if key is None or key.get("revoked") or not _holds(key, word.at[:10]):
            return False
        return _holds(key, day) or self.terms.get("expired_keys") == "stand"

    def _read(self, word, path, policy, upper):
        if not upper:
            return not self._wrote(word.by, policy) and word.parts[path] == self.parts[path]
        if self.authorship.holds(known_by(policy, word.by), path):
            return False
        # What the front matter says is data: every value of it may be one that a rule asks for.
        how = "nothing" if path == "@front" else self.terms.get("carry", "nothing")
        before, after = word.parts[path], self.parts[path]
        return before == after or carries(how, before, after)

    def lacking(self, policy, at, upper=True):
        """Return what the quorum lacks, in words; nothing where an override holds."""
        if self.overridden(upper):
            return []
        found, counting = [], self.counting(policy, at, upper)
        for path, rules in counting.items():
            places = [
                people
                for rule, people in rules
                if not rule.get("shared")
                for _ in range(rule.get("count", 1))
            ]
            if not seated(places):
                found.append(f"section {path} has {places}")
            for rule, people in rules:
                if rule.get("shared") and len(people) < rule.get("count", 1):
                    found.append(f"section {path} has {people} for {rule}")
        everybody = {p for rules in counting.values() for _, people in rules for p in people}
        # An author of anything never counts towards the quorum.
        everybody = {p for p in everybody if not self._has_text(p, policy)}
        if len(everybody) < self.terms.get("quorum", 1):
            found.append(f"{sorted(everybody)} are no quorum")
        return found

    def _has_text(self, name, policy):
        names = known_by(policy, name)
        return any(self.authorship.holds(names, path) for path in self.parts)

    def _asked(self, policy, at, name):
        """Ask for all that a text needs to go out at a moment."""
        self.ask(name, not (said := self.lacking(policy, at)), "; ".join(said))
        self.ask(name, not (said := self.standing()), f"a veto stands: {said}")
        waits = _later(self.submitted, hours=int(self.terms.get("wait_hours", 0)))
        self.ask("I9", self.overridden() or waits <= at, f"it waits until {waits}")

    def _reviewed(self, event, policy):
        """Ask that a text is approved when, and only when, its sign-offs are there."""
        action, target, at = event["action"], event["target"], event["at"]
        unsaid = action in _UNSAY
        words = self.words
        if unsaid:
            self.words = [w for w in words if w.by != event["actor"]["person"]]
        decided = action in ("sign off", "request review", "lift", "retract", "override")
        reached = event["source"] not in _REVIEWED[1:] or action == "retract"
        if decided and reached and target in _REVIEWED[1:]:
            said = self.lacking(policy, at) or self.standing()
            self.ask("I1", not said, f"is {target}, and {said}")
        if decided and target == "in review":
            lacks = self.lacking(policy, at, upper=False) or self.standing(upper=False)
            self.ask("I6", lacks, "is in review, and lacks nothing")
        self.words = words

    def _as_counted(self, counted, policy, at):
        counting = self.counting(policy, at, upper=True)
        for entry in counted:
            for path in entry["sections"]:
                able = set().union(
                    *(people for rule, people in counting[path] if rule["role"] == entry["role"])
                )
                said = f"{entry['person']} is recorded as counting in {path}, and {able} do"
                self.ask("I7", entry["person"] in able, said)

    def _stored(self, record):
        """Ask that what lies there as signed is what people have said, and have not unsaid."""
        live = {w.nonce: w for w in self.words}
        for signoff in record.signoffs:
            if signoff["edition"] != self.edition:
                continue
            word = live.get(signoff["nonce"])
            said = f"a sign-off by {signoff['reviewer']} lies there, which was unsaid"
            self.ask("I7", word and word.by == signoff["reviewer"], said)
            paths = set(signoff["sections"]) == set(word.parts)
            self.ask("I7", paths, f"{signoff['reviewer']} signed other sections")
            for path, digest in signoff["sections"].items():
                form = self.forms.get((path, digest))
                self.ask("I7", form == (path, word.parts[path]), f"another text of {path}")

    def _note_publication(self, policy, at):
        self.reach.add("published")
        if self.edition > 1:
            self.reach.add("published: second edition or later")
        here = self.parts.items()
        if self.overridden():
            self.reach.add("published: by override")
        elif any(w.parts.get(p) not in (None, now) for w in self.words for p, now in here):
            self.reach.add("published: some sign-off void or carried")
        if self.revision > 1:
            self.reach.add("published: after an edit")
