"""What somebody could do who holds the desk's private key: whole records, signed as by the desk."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace

from briefs.instants import read_stamp
from briefs.record import Actor, Details, Event, read_event, read_state
from briefs.reducer import apply, numbers_after
from briefs.signoff import SignOff, statement, write_signoffs
from briefs.terms import Action, Stage
from tasks import signatures
from tasks.signatures import DeskKey
from tests.verify.hands import BRIEFS, Hand, Record, by, signoff_file

WHO = b"Brief Desk <desk@briefs.invalid>"
LATER = "2026-11-03T08:00:00Z"


def append(
    hand: Hand,
    slug: str,
    event: Event,
    signoffs: Iterable[SignOff] = (),
    change: Callable[[Record], None] = lambda record: None,
    key: str = "desk",
) -> str:
    """Append a record as the desk would, with these sign-offs of its actor; return the commit."""
    records = hand.records(BRIEFS + slug)
    last = records[-1]
    record = Record("", dict(last.files), who(event.at), event.message().encode(), "")
    after = apply(read_state(hand.blob(last, "state.json")), event)
    hand.put(record, "event.json", event.json())
    hand.put(record, "state.json", after.json())
    if given := list(signoffs):
        hand.put(record, signoff_file(event.actor.person), write_signoffs(given))
    change(record)
    return hand.lay(BRIEFS + slug, [*records, record], by(hand.key(key)))[-1]


def event(
    hand: Hand, slug: str, action: Action, person: str, target: Stage, details: Details
) -> Event:
    """Return the event of an act that nobody took."""
    last = hand.record(hand.tip(BRIEFS + slug))
    state = read_state(hand.blob(last, "state.json"))
    policy = read_event(hand.blob(last, "event.json")).policy
    seq, edition, revision = numbers_after(state, action)
    return Event(
        slug=slug,
        seq=seq,
        action=action,
        key=f"{person}-forged-{seq}",
        actor=Actor(person, "test"),
        at=LATER,
        source=state.stage,
        target=target,
        edition=edition,
        revision=revision,
        details=details,
        policy=policy,
    )


def given(hand: Hand, slug: str, forged: Event) -> SignOff:
    """Return the sign-off that goes with a forged event; nobody has signed it yet."""
    last = hand.record(hand.tip(BRIEFS + slug))
    state = read_state(hand.blob(last, "state.json"))
    personal = bool(forged.details.signature)
    signature = forged.details.signature
    return SignOff(
        slug=slug,
        edition=state.edition,
        revision=state.revision,
        bytes=state.digests.bytes,
        scope=("*",),
        sections=state.digests.sections,
        carries=state.carries,
        reviewer=forged.actor.person,
        at=forged.at,
        comment=forged.details.comment,
        channel=forged.actor.channel,
        nonce=forged.key,
        policy=forged.policy,
        seq=forged.seq,
        roles=("author", "reviewer") if forged.actor.person == "ada" else ("reviewer",),
        strength="personal" if personal else "witnessed",
        key=signatures.signed_by(signature) if personal else "",
        signature=signature,
    )


def witnessed(hand: Hand, signoff: SignOff) -> SignOff:
    """Return a sign-off with the desk's signature."""
    key = DeskKey.open(hand.key("desk"))
    ready = replace(signoff, key=key.public)
    return replace(ready, signature=key.sign(statement(ready), signatures.NAMESPACE))


def sign_off(hand: Hand, slug: str, person: str, target: Stage, signature: str = "") -> str:
    """Append a sign-off of somebody who gave none; with a `signature` taken from elsewhere."""
    digest = read_state(hand.read(BRIEFS + slug, "state.json")).digests.bytes
    policy = read_event(hand.read(BRIEFS + slug, "event.json")).policy if signature else ""
    details = Details(digest=digest, signature=signature, policy=policy)
    forged = event(hand, slug, Action.SIGN_OFF, person, target, details)
    signoff = given(hand, slug, forged)
    return append(hand, slug, forged, [signoff if signature else witnessed(hand, signoff)])


def signature_of(hand: Hand, slug: str, number: int) -> str:
    """Return the personal signature that a record brought."""
    sha = hand.records(BRIEFS + slug)[number - 1].sha
    return str(json.loads(hand.read(sha, "event.json"))["details"]["signature"])


def who(at: str) -> list[bytes]:
    """Return author and committer as the desk writes them."""
    seconds = int(read_stamp(at).timestamp())
    return [b"%s %s %d +0000" % (role, WHO, seconds) for role in (b"author", b"committer")]
