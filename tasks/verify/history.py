"""The history of one brief, replayed: every record against the table, every byte, every signature.

It shares with the writer the forms of the records, the table of stages and the reducer, all of
them pure; nothing that touches Git.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from briefs.authorship import Ledger, Wording
from briefs.brief import Around, Brief, day_of, hold_against, read
from briefs.canonical import sha256
from briefs.dossier import Act, Dossier, Proof
from briefs.errors import BriefError, TransitionRefused
from briefs.gates import publication_objections
from briefs.instants import read_stamp
from briefs.policy import Policy
from briefs.record import Event, State, Submission, read_event, read_state
from briefs.reducer import apply, numbers_after
from briefs.report import read_report
from briefs.signoff import SignOff, read_signoffs, statement, write_signoffs
from briefs.stages import advance
from briefs.submission import submission
from briefs.terms import Action
from tasks import signatures
from tasks.signers import revoked, signers
from tasks.verify.policies import Policies, signed_by_desk
from tasks.verify.raw import Broken, Clone, Commit, name_of

_DESK: Final = "Brief Desk <desk@briefs.invalid>"
_KEPT: Final = ("brief.md", "report.json")


@dataclass(frozen=True, slots=True)
class Signed:
    """A personal signature to be held against the keys of a policy, by OpenSSH."""

    where: str
    signoff: SignOff
    policy: Policy


@dataclass
class Replay:
    """What has been replayed so far of one brief."""

    clone: Clone
    policies: Policies
    slug: str
    state: State | None = None
    signoffs: tuple[SignOff, ...] = ()
    events: list[Event] = field(default_factory=list)
    personal: list[Signed] = field(default_factory=list)
    editions: dict[int, str] = field(default_factory=dict)
    published: tuple[State, tuple[SignOff, ...]] | None = None
    notes: list[str] = field(default_factory=list)
    _blobs: Mapping[str, str] = field(default_factory=dict)
    _policy: int = 0
    _ledger: Ledger = field(default_factory=Ledger)
    _text: Wording | None = None
    _blind: bool = False

    def run(self, tip: str) -> None:
        """Replay everything up to `tip`. Raises `Broken` at the first thing that does not hold."""
        chain = self.clone.chain(tip)
        self._load(chain)
        for number, commit in enumerate(chain, start=1):
            try:
                self._step(commit, number)
            except BriefError as error:
                raise Broken(f"commit {commit.sha[:12]} (record {number}): {error}") from error
            except (ValueError, LookupError, TypeError) as error:
                what = f"its record cannot be read ({str(error)[:120]})"
                raise Broken(f"commit {commit.sha[:12]} (record {number}): {what}") from error

    def _step(self, commit: Commit, number: int) -> None:
        blobs = self.clone.files(commit.tree)
        event = self._event(blobs, number)
        order, agreed = self.policies.of(event.policy, self._policy)
        if not signed_by_desk(commit, agreed):
            raise Broken("it is not signed by the desk")
        if commit.payload != _payload(commit, event):
            raise Broken("its author, message or moment is not what the record says")
        looked = self._look(event, agreed, blobs)
        _ask_the_table(looked, event)
        state = apply(self.state, event)
        if event.action is Action.SUBMIT:
            self._take_text(event, agreed, blobs)
        self.signoffs = self._signoffs(looked, blobs)
        self._hold_files(blobs, event, state)
        if event.action is Action.PUBLISH:
            self.editions[state.edition] = state.digests.bytes
            self.published = (state, self.signoffs)
            base = self._text or Wording((), {})
            self._ledger = Ledger(base.sections, base.given)
            self._blind = self._text is None
        self.state, self._blobs, self._policy = state, blobs, order
        self.events.append(event)

    def _load(self, chain: Sequence[Commit]) -> None:
        """Have everything that will be read fetched at once; what is wrong comes out later."""
        with suppress(BriefError):
            files = [self.clone.files(commit.tree) for commit in chain]
            self.clone.load(sha for names in files for sha in names.values())

    def _event(self, blobs: Mapping[str, str], number: int) -> Event:
        for name in ("event.json", "state.json", *_KEPT):
            if name not in blobs:
                raise Broken(f"{name} is missing")
        data = self._blob(blobs["event.json"])
        event = read_event(data)
        if event.json() != data:
            raise Broken("event.json is not in canonical form")
        if (event.slug, event.seq) != (self.slug, number):
            raise Broken(
                f"it is record {event.seq} of {event.slug}, where record {number} of "
                f"{self.slug} belongs"
            )
        if any(earlier.key == event.key for earlier in self.events):
            raise Broken("the key of its act was used before: it is a replay")
        if self.state and event.at < self.state.updated:
            raise Broken("its moment lies before that of the record before it")
        return event

    def _look(self, event: Event, agreed: Policy, blobs: Mapping[str, str]) -> Dossier:
        """Return the dossier that the desk had when it took this step."""
        details = event.details
        # What the desk adds to an act stands in the record, and is made again by the dossier.
        if event.action is Action.PUBLISH:
            details = replace(details, counted=())
        elif event.action is Action.OVERRIDE:
            details = replace(details, objections=())
        act = Act(event.action, event.slug, event.key, event.actor, details)
        looked = Dossier(self.state, act, agreed, read_stamp(event.at), self.signoffs)
        if event.action is Action.HOLD and self.state and details.objections:
            # That something objected is what counts; the words for it may be others by now.
            said = tuple(publication_objections(looked))
            looked = replace(looked, act=replace(act, details=replace(details, objections=said)))
        if event.action is not Action.SIGN_OFF:
            return looked
        if details.signature:
            looked = replace(looked, proof=Proof(signatures.signed_by(details.signature)))
        return looked

    def _signoffs(self, looked: Dossier, blobs: Mapping[str, str]) -> tuple[SignOff, ...]:
        """Return the sign-offs after this step, the one that it gives with its signature."""
        given = looked.given
        if given is None:
            return looked.signoffs_after
        recorded = self._recorded(given, blobs)
        witnessed = given.strength == "witnessed"
        if (replace(recorded, key="", signature="") if witnessed else recorded) != given:
            raise Broken(f"the sign-off of {given.reviewer} is not what its record says")
        self._check(recorded, looked.policy)
        return tuple(recorded if s is given or s == given else s for s in looked.signoffs_after)

    def _recorded(self, given: SignOff, blobs: Mapping[str, str]) -> SignOff:
        name = _file(given.reviewer)
        if name not in blobs:
            raise Broken(f"the sign-off of {given.reviewer} is missing")
        found = [s for s in read_signoffs(self._blob(blobs[name])) if s.nonce == given.nonce]
        if len(found) != 1:
            raise Broken(f"the sign-off of {given.reviewer} is missing, or stands twice")
        return found[0]

    def _check(self, signoff: SignOff, agreed: Policy) -> None:
        if signoff.strength == "personal":
            self.personal.append(Signed(f"record {signoff.seq}", signoff, agreed))
            return
        keys = {key.key for key in agreed.settings.desk_keys}
        held = signoff.key in keys and signatures.holds(
            signoff.signature, statement(signoff), signatures.NAMESPACE, signoff.key
        )
        if not held:
            raise Broken(f"the desk's signature on the sign-off of {signoff.reviewer} is false")

    def _take_text(self, event: Event, agreed: Policy, blobs: Mapping[str, str]) -> None:
        """Hold what the submission says against the text itself."""
        brought = event.details.submission
        data = self._blob(blobs["brief.md"])
        report = read_report(self._blob(blobs["report.json"]))
        if brought is None:
            raise Broken("it is a submission without its details")
        if sha256(data) != brought.digests.bytes or report.digest != brought.digests.bytes:
            raise Broken("brief.md holds another text than the record names")
        if brought.policy != agreed.version:
            raise Broken("the submission pins another policy than the one that counted")
        brief = self._brief(data, brought, agreed, report.on)
        if brief is None:
            self._blind, self._text = True, None
            self.notes.append(
                f"r{event.revision} of edition {event.edition}: the digests of its sections are as "
                f"the desk signed them, since its type {brought.type} of version "
                f"{brought.type_version} is not this program's"
            )
            return
        again = submission(brief, report, agreed, event.actor.person, brought.base, self)
        self._hold_submission(again, brought)

    def _hold_submission(self, again: Submission, brought: Submission) -> None:
        if self._blind:  # who holds what depends on wordings that cannot be read
            again = replace(again, holders=brought.holders)
        # Words may be put better one day: what they say is that something lapses, and when.
        lapses = [(lapse.on, lapse.line) for lapse in brought.lapses]
        if [(lapse.on, lapse.line) for lapse in again.lapses] == lapses:
            again = replace(again, lapses=brought.lapses)
        for name in ("digests", "rules", "terms", "authors", "holders", "report"):
            if getattr(again, name) != getattr(brought, name):
                raise Broken(f"the {name} of the submission are not those of its text")
        if again != brought:
            raise Broken("the submission says something else than its text")

    def holders(self, wording: Wording) -> Mapping[str, tuple[str, ...]]:
        """Return who has surviving text in each section of `wording`, which comes next."""
        self._ledger.take(wording)
        self._text = wording
        return dict(self._ledger.held())

    def _brief(self, data: bytes, brought: Submission, agreed: Policy, on: str) -> Brief | None:
        """Return the text as it was held against its type, on the day of its report.

        None where the type has another version by now.
        """
        found = agreed.types.get(brought.type)
        if found is None or found.version != brought.type_version:
            return None
        return hold_against(read(data, found.front_matter.style), found, Around(on=day_of(on)))

    def _hold_files(self, blobs: Mapping[str, str], event: Event, state: State) -> None:
        wanted = {"event.json": event.json(), "state.json": state.json()}
        mine = [s for s in self.signoffs if s.reviewer == event.actor.person]
        if mine:
            wanted[_file(event.actor.person)] = write_signoffs(mine)
        names = {name: name_of("blob", data) for name, data in wanted.items()}
        for person in {s.reviewer for s in self.signoffs} - {event.actor.person}:
            names[_file(person)] = self._blobs[_file(person)]
        if event.action is not Action.SUBMIT:
            names |= {name: self._blobs[name] for name in _KEPT}
        for name in sorted(blobs.keys() | names.keys()):
            if name not in names and name not in _KEPT:
                raise Broken(f"it holds a foreign file: {name[:80]!r}")
            if name in names and blobs.get(name) != names[name]:
                self._say_what(name, blobs)
            self._blob(blobs[name])  # the bytes on the disk are those of that name

    def _say_what(self, name: str, blobs: Mapping[str, str]) -> None:
        if name not in blobs:
            raise Broken(f"{name} is missing")
        if name == "state.json":
            read_state(self._blob(blobs[name]))
        raise Broken(f"{name} is not what the records before it make of it")

    def _blob(self, sha: str) -> bytes:
        return self.clone.read(sha, "blob")


def _ask_the_table(looked: Dossier, event: Event) -> None:
    source = looked.state.stage if looked.state else None
    numbers = numbers_after(looked.state, event.action)
    if event.source is not source or (event.seq, event.edition, event.revision) != numbers:
        raise Broken("its stage, edition or revision does not follow from the record before it")
    try:
        target = advance(source, event.action, looked)
    except (TransitionRefused, BriefError) as refusal:
        raise Broken(f"its gate would have refused it: {refusal}") from refusal
    if target is not event.target:
        raise Broken(f"it leads to {target}, and says {event.target}")
    said, recorded = looked.details, event.details
    if bool(said.objections) == bool(recorded.objections):
        said = replace(said, objections=recorded.objections)
    if said != recorded:
        raise Broken("what it records of the gates is not what they said")


def _payload(commit: Commit, event: Event) -> bytes:
    seconds = int(read_stamp(event.at).timestamp())
    parents = "".join(f"parent {sha}\n" for sha in commit.parents)
    who = f"{_DESK} {seconds} +0000"
    head = f"tree {commit.tree}\n{parents}author {who}\ncommitter {who}\n\n"
    return (head + event.message()).encode("utf-8")


def _file(person: str) -> str:
    return f"signoffs/{sha256(person.encode('utf-8'))}.json"


def unproven(signed: Signed) -> str:
    """Return why a personal signature does not hold, or "".

    Whose key it is, and whether it might sign then, the gate has asked. The keys that nearly
    everybody has are looked at here, the others by OpenSSH.
    """
    signoff, said = signed.signoff, statement(signed.signoff)
    if signatures.holds(signoff.signature, said, signatures.NAMESPACE, signoff.key):
        return ""
    fault = signatures.verified(
        signoff.signature,
        said,
        signoff.reviewer,
        signatures.allowed_signers(signers(signed.policy)),
        signatures.revocations(revoked(signed.policy)),
        signoff.at,
    )
    return fault and f"{signed.where}: the signature of {signoff.reviewer}: {fault}"
