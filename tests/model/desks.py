"""Two desks that take the same acts: the pure reducer alone, and the same over real Git."""

import hashlib
import json
import subprocess
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from briefs.authorship import Wording
from briefs.brief import Around, hold_against, read
from briefs.dossier import Act, Dossier, Proof
from briefs.errors import TransitionRefused
from briefs.instants import read_stamp, stamp
from briefs.library import load
from briefs.people import DESK
from briefs.record import Event
from briefs.reducer import apply, numbers_after
from briefs.report import report
from briefs.signoff import statement, write_signoffs
from briefs.stages import advance
from briefs.submission import Before, submission
from briefs.terms import Action, Stage
from tasks import acts, signatures
from tasks.agreed import current_policy, establish, propose, sound
from tasks.repository.content import Content
from tests.chaos.verifier import Ledger as Raw
from tests.model.drafts import TYPE
from tests.model.invariants import Broken, Record

SLUG = "rail"


@lru_cache(maxsize=64)
def key_of(name):
    """Return the key pair of this name: the same in every run."""
    seed = hashlib.sha256(name.encode()).digest()
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return signatures.DeskKey(signatures._public(private), private)


def files_of(policy):
    """Return the files of a policy that is data: JSON is YAML."""
    settings = {
        "default_type": "memo",
        "signoff": {"memo": policy["rules"]},
        "terms": {"memo": policy["terms"]},
        "desk_keys": policy["desk_keys"],
    }
    return {
        "people.yaml": json.dumps({"people": policy["people"]}),
        "policy.yaml": json.dumps(settings),
        "types/memo.yaml": TYPE,
    }


@lru_cache(maxsize=2000)
def _agreed(texts):
    return sound(dict(texts))


@lru_cache(maxsize=2000)
def _read(text, day):
    """Return a memo as its type sees it, with its report."""
    brief = hold_against(read(text), load_type(), Around(on=day, file=f"{SLUG}.md"))
    return brief, report(brief)


@lru_cache
def load_type():
    return load(TYPE, "memo.yaml")


class Pure:
    """A desk in the head: `advance` and `apply`, and nothing else of the house."""

    def __init__(self, policy):
        self.policies, self.records = {}, []
        self.state, self.signoffs, self._keys = None, (), {}
        self._text, self._wordings, self._published = b"", [], None
        self.reform(policy, None, None)

    def close(self):
        """Leave nothing behind."""

    def reform(self, policy, by, at):
        """Agree on a policy. Raises `BadPolicy`."""
        self.agreed = _agreed(tuple(sorted(files_of(policy).items())))
        self.policies[self.agreed.version] = policy

    def dossier(self, act, at):
        """Return all that is known, as `tasks.acts` puts it together."""
        moment = max(at, read_stamp(self.state.updated)) if self.state else at
        owed = ()
        if self.state and act.action is Action.OVERRIDE:
            mine = (d for d in self.state.debts if d.by == act.actor.person)
            owed = (SLUG,) if any(d.due < stamp(moment)[:10] for d in mine) else ()
        proof = Proof(act.details.signature, "") if act.details.signature else None
        return Dossier(self.state, act, self.agreed, moment, self.signoffs, proof, owed)

    def signed(self, act, name, at):
        """Return the signature of the sign-off in `act` by the key of this name."""
        return key_of(name).public

    def submit(self, person, text, base, act, at):
        """Hand in a text; return the event, or None where there was nothing to do."""
        brief, found = _read(text, at.date())
        same = self.state and self.state.digests.bytes == brief.digests.bytes
        based = self.state.revision if same else base
        before = Before(self._published, tuple(self._wordings))
        brought = submission(brief, found, self.agreed, person, based, before)
        act = replace(act, details=replace(act.details, submission=brought))
        if same and act.key not in self._keys:
            advance(self.state.stage, act.action, self.dossier(act, at))
            return None
        event = self.perform(act, at, text)
        if event is not None:
            persons = tuple(sorted({person, *brought.authors}))
            self._wordings.append(Wording(persons, brief.lines))
        return event

    def perform(self, act, at, text=None):
        """Take an act; return the event, or None where its key was seen before."""
        if act.key in self._keys:
            if self._keys[act.key] != (act.action, act.actor.person):
                raise TransitionRefused(act.action, "", ["take another key"])
            return None
        looked = self.dossier(act, at)
        source = self.state.stage if self.state else None
        target = advance(source, act.action, looked)
        seq, edition, revision = numbers_after(self.state, act.action)
        event = Event(
            slug=SLUG,
            seq=seq,
            action=act.action,
            key=act.key,
            actor=act.actor,
            at=looked.at,
            source=source,
            target=target,
            edition=edition,
            revision=revision,
            details=looked.details,
            policy=self.agreed.version,
        )
        self.state, self.signoffs = apply(self.state, event), looked.signoffs_after
        self._keys[act.key] = (act.action, act.actor.person)
        self._text = self._text if text is None else text
        if act.action is Action.PUBLISH:
            self._published, self._wordings = self._wordings[-1], []
        stored = tuple(json.loads(write_signoffs(self.signoffs)))
        self.records.append(Record(event.json(), self.state.json(), self._text, stored))
        return event

    def _lines(self):
        return self._wordings[-1].sections


class InGit:
    """The desk itself: a content repository, its key, and `tasks.acts`."""

    def __init__(self, policy, folder):
        self.path = folder / "content.git"
        (folder / "keys").mkdir(parents=True)
        private = key_of("desk")._private
        file = folder / "keys" / "desk"
        with pytest.MonkeyPatch.context() as patch:
            made = type("Made", (), {"generate": staticmethod(lambda: private)})
            patch.setattr(signatures, "Ed25519PrivateKey", made)
            signatures.make_key(file)
        establish(self.path, _encoded(policy), "max", acts.read_stamp("2026-11-23T08:00:00Z"))
        self.content = Content(self.path)
        self.policies = {self.agreed.version: policy}

    def close(self):
        self.content.git.close()

    @property
    def agreed(self):
        return current_policy(self.content)

    @property
    def state(self):
        tip = self.content.tip(SLUG)
        return self.content.state(tip) if tip else None

    @property
    def signoffs(self):
        tip = self.content.tip(SLUG)
        return self.content.signoffs(tip) if tip else ()

    def reform(self, policy, by, at):
        result = propose(self.content, _encoded(policy), acts.Actor(by, "test"), at)
        self.policies[result.version] = policy

    def dossier(self, act, at):
        return acts.dossier(self.content, act, at)

    def signed(self, act, name, at):
        given = self.dossier(act, at).given
        said = statement(replace(given, strength="personal"))
        return key_of(name).sign(said, signatures.NAMESPACE)

    def submit(self, person, text, base, act, at):
        reading = acts.judge(self.content, text, SLUG, at=at)
        outcome = acts.submit(self.content, reading, SLUG, act.actor, act.key, base, at)
        return None if outcome.unchanged or outcome.repeated else outcome.event

    def perform(self, act, at, text=None):
        if act.action is Action.PUBLISH and act.actor.person == DESK:
            return self._publish(at)
        outcome = acts.perform(self.content, act, at=at)
        return None if outcome.repeated else outcome.event

    def _publish(self, at):
        """Publish by the door of the clock, which verifies first, and holds what is refused."""
        try:
            outcome = acts.publish(self.content, SLUG, at)
        except TransitionRefused as refused:
            if any("restore" in objection for objection in refused.objections):
                raise Broken("I6", f"the desk doubts its own history: {refused}") from refused
            raise
        return None if outcome.unchanged else outcome.event

    @property
    def records(self):
        """Return the brief's records as raw Git has them."""
        raw = Raw(self.path)
        commits = raw.commits(f"refs/heads/briefs/{SLUG}")
        for (before, _), (_, parents) in pairwise(commits):
            assert parents == [before], "I4: the history is not linear"
        names = [f"{c}:{n}" for c, _ in commits for n in ("event.json", "state.json", "brief.md")]
        signed = {
            c: [f"{c}:{n}" for n in raw.tree(c) if n.startswith("signoffs/")] for c, _ in commits
        }
        found = raw.files([*names, *(n for some in signed.values() for n in some)])
        return [
            Record(
                found[f"{c}:event.json"],
                found[f"{c}:state.json"],
                found[f"{c}:brief.md"],
                tuple(s for name in signed[c] for s in json.loads(found[name])),
            )
            for c, _ in commits
        ]

    def unsealed(self):
        """Return the commits that Git itself does not find signed by the desk's key."""
        allowed = self.path.parent / "allowed"
        allowed.write_text(f'desk namespaces="git" {key_of("desk").public}\n', "utf-8")
        commits = [c for c, _ in Raw(self.path).commits(f"refs/heads/briefs/{SLUG}")]
        words = ["git", "--git-dir", str(self.path), "-c", "gpg.format=ssh"]
        words += ["-c", f"gpg.ssh.allowedSignersFile={allowed}", "log", "--format=%H %G?"]
        done = subprocess.run(
            [*words, f"refs/heads/briefs/{SLUG}"], capture_output=True, check=True, text=True
        )
        good = dict(line.split() for line in done.stdout.splitlines())
        return [c for c in commits if good.get(c) != "G"]


def _encoded(policy):
    return {name: text.encode() for name, text in files_of(policy).items()}


__all__ = ["SLUG", "Act", "InGit", "Pure", "Stage", "files_of", "key_of"]
