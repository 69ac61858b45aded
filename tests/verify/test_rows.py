"""Rows 47 to 58 of the bad inputs: what the desk itself does in a repository tampered with."""

import json
import subprocess
from dataclasses import replace

import pytest

from briefs.amendment import Agreement, Amendment
from briefs.canonical import canonical, sha256
from briefs.dossier import Act
from briefs.errors import BriefError, TransitionRefused
from briefs.instants import read_stamp
from briefs.policy import policy
from briefs.record import Actor, Details, Schedule
from briefs.signoff import statement
from briefs.terms import Action, Stage
from tasks import acts, outbox, signatures, unfinished, verify
from tasks.agreed import agree, current_policy
from tasks.repository import Content, RepositoryError, remote, site_branch
from tasks.verify import raw
from tests.verify import holder, story
from tests.verify.hands import BRIEFS, MAIN, OUTBOX, POLICY, Hand, Record, by, kept, signoff_file
from tests.verify.tampering import TAMPERINGS
from tests.verify.test_tampering import faults

GREECE = BRIEFS + "greece"
BY_HAND = "a witnessed sign-off made by hand, its commit signed by nobody"


@pytest.fixture
def content(copy):
    with Content(copy.desk.content) as found:
        yield found


def refused(hand, work, error, *words):
    """Assert that `work` is refused with these words, and moves no ref."""
    before = hand.refs()
    with pytest.raises(error) as caught:
        work()
    assert hand.refs() == before
    said = str(caught.value)
    assert [word for word in words if word not in said] == [], said


# A branch whose tip is not the desk's


ACTS = {
    "a sign-off": lambda copy, content: copy.sign(content, "greece", "cleo"),
    "a personal sign-off": lambda copy, content: copy.sign(
        content, "greece", "cleo", personally=True
    ),
    "a comment": lambda copy, content: copy.act(
        content, Action.COMMENT, "greece", "ada", Details(comment="a word")
    ),
    "a request for changes": lambda copy, content: copy.act(
        content, Action.REQUEST_CHANGES, "greece", "ben", Details(reason="thin")
    ),
    "a veto": lambda copy, content: copy.act(
        content, Action.VETO, "greece", "ben", Details(reason="no")
    ),
    "a submission": lambda copy, content: copy.submit(content, "greece", story.text("more")),
    "a release": lambda copy, content: copy.schedule(content, "greece", minutes=0),
}


@pytest.mark.parametrize("what", ACTS)
def test_row_47_no_act_on_a_branch_that_somebody_else_moved(copy, content, hand, what):
    TAMPERINGS[BY_HAND](hand)

    work = ACTS[what]
    tip = hand.tip(GREECE)
    refused(
        hand,
        lambda: work(copy, content),
        RepositoryError,
        f"refs/heads/briefs/greece was moved by somebody else: commit {tip[:12]} is not signed",
    )


def test_row_47_a_sign_off_pushed_by_hand_publishes_nothing(content, hand):
    """The state says `approved`; a schedule made by hand does not help it out."""
    records = hand.records(BRIEFS + "portugal")[:13]  # scheduled
    hand.lay(BRIEFS + "portugal", records)
    last = records[-1]
    forged = Record("", dict(last.files), last.head, last.message, "")
    given = json.loads(hand.blob(last, signoff_file("cleo")))
    hand.put(forged, signoff_file("cleo"), canonical([g | {"comment": "forged"} for g in given]))
    hand.lay(BRIEFS + "portugal", [*records, forged], kept)

    work = lambda: acts.publish(content, "portugal")  # noqa: E731
    refused(hand, work, TransitionRefused, "restore the history, which is false", "(record 14)")


def test_row_47_the_whole_push_is_refused_by_whoever_verifies(hand):
    TAMPERINGS[BY_HAND](hand)

    assert [s.partition(":")[0] for s in faults(verify.briefs(hand.path))] == ["greece"]


def test_a_flow_goes_on_with_nothing_that_somebody_else_moved(content, hand):
    records = hand.records(BRIEFS + "malta")
    hand.edit(records[-1], "state.json", returned=None)
    records[-1].message += b"x"
    hand.lay(BRIEFS + "malta", records)

    with pytest.raises(BriefError):
        acts.perform(content, acts.by_desk(Action.CHECK, "malta", "cause"))
    assert "malta" not in [work.slug for work in unfinished.survey(content)[0] if work.publication]


# Row 48


def test_row_48_the_desk_does_not_see_replaced_objects(content, hand):
    record = hand.records(GREECE)[-1]
    ours = record.files["state.json"][1]
    data = hand.blob(record, "state.json").replace(b'"in review"', b'"approved"')
    hand.move(f"refs/replace/{ours}", hand.write("blob", data))

    assert content.state(content.known("greece")).stage is Stage.IN_REVIEW


def test_row_48_replaced_objects_are_not_pushed(copy, content, hand, there):
    TAMPERINGS["an object in anothers place"](hand)

    remote.push(content, str(there.path), copy.now())

    assert there.tip(GREECE) == hand.tip(GREECE)
    assert not [ref for ref in there.refs() if "replace" in ref]


# Row 49


@pytest.fixture
def there(scratch):
    """A remote, empty."""
    path = scratch / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", str(path)], check=True)
    return Hand(path)


def _rewound(there):
    there.move(GREECE, there.records(GREECE)[3].sha)
    return f"{GREECE} was rewound there"


def _deleted(there):
    there.drop(BRIEFS + "malta")
    return f"{BRIEFS}malta is gone from it"


def _foreign(there):
    records = there.records(GREECE)
    records[-1].message += b"foreign\n"
    there.lay(GREECE, records)
    return f"{GREECE} holds there what this desk never wrote"


def _strange(there):
    there.move(BRIEFS + "italy", there.tip(GREECE))
    return f"it holds {BRIEFS}italy, which this desk never wrote"


@pytest.mark.parametrize("tamper", [_rewound, _deleted, _foreign, _strange])
def test_row_49_a_remote_tampered_with_is_an_alarm(copy, content, hand, there, tamper):
    """It is neither forced nor merged, and nothing is published until it agrees again."""
    hand.lay(BRIEFS + "portugal", hand.records(BRIEFS + "portugal")[:13])  # scheduled
    hand.drop(OUTBOX + "portugal", MAIN, *(r for r in hand.refs() if r.startswith("refs/tags/")))
    remote.push(content, str(there.path), copy.now())
    expected = tamper(there)
    before = there.refs(), hand.tip(GREECE)

    with pytest.raises(RepositoryError, match="publication is stopped") as caught:
        remote.push(content, str(there.path), copy.now())

    assert expected in str(caught.value)
    assert (there.refs(), hand.tip(GREECE)) == before
    with pytest.raises(TransitionRefused, match="publication is stopped"):
        acts.publish(content, "portugal", copy.now())


def test_row_49_nothing_goes_out_from_a_branch_that_was_rewound(content, hand):
    hand.move(BRIEFS + "portugal", hand.records(BRIEFS + "portugal")[20].sha)

    work = lambda: acts.publish(content, "portugal")  # noqa: E731
    refused(hand, work, TransitionRefused, "the branch ends at record 21: it was rewound")


def test_row_49_no_act_on_a_branch_that_was_rewound(copy, content, hand):
    """Its announcements speak of records that are gone: this is an older past of the brief."""
    TAMPERINGS["a rewound branch"](hand)

    work = lambda: copy.sign(content, "greece", "cleo")  # noqa: E731
    refused(hand, work, BriefError, "rewound")


def test_row_49_no_brief_begins_where_one_was_deleted(copy, content, hand):
    hand.drop(GREECE)

    work = lambda: copy.submit(content, "greece", story.text("another past"))  # noqa: E731
    refused(hand, work, BriefError, "greece")


# Row 50


def test_row_50_the_bytes_are_held_by_their_sha_256_where_sha_1_is_broken(hand, monkeypatch):
    """As if two texts had one name in Git: the record of the bytes tells them apart."""
    record = hand.records(GREECE)[0]
    blob = record.files["brief.md"][1]
    twin = hand.blob(record, "brief.md").replace(b"close", b"hostile", 1)
    hand.overwrite(blob, "blob", twin)
    true = raw.name_of
    broken = lambda kind, data: blob if data == twin else true(kind, data)  # noqa: E731
    monkeypatch.setattr(raw, "name_of", broken)

    said = faults(verify.briefs(hand.path))

    assert said == [
        f"greece: commit {record.sha[:12]} (record 1): "
        "brief.md holds another text than the record names"
    ]


def test_row_50_a_sign_off_names_the_sha_256_of_the_bytes_that_were_read(told):
    hand = Hand(told.desk.content)
    record = hand.records(GREECE)[-1]
    signed = json.loads(hand.blob(record, signoff_file("ben")))[0]

    assert signed["bytes"] == sha256(hand.blob(record, "brief.md"))


# Row 52


def _with(copy, content, slug, person, signature, key="replayed"):
    details = Details(digest=story.digest_of(content, slug), signature=signature)
    details = replace(details, policy=current_policy(content).version, comment=f"fine by {person}")
    act = Act(Action.SIGN_OFF, slug, key, Actor(person, "test"), details)
    return acts.perform(content, act, at=copy.now())


def _signature(hand, slug, number):
    sha = hand.records(BRIEFS + slug)[number - 1].sha
    event = json.loads(hand.read(sha, "event.json"))
    return event["details"]["signature"], event["key"]


def test_row_52_a_sign_off_of_one_brief_is_none_of_another(copy, content, hand):
    cleo, key = _signature(hand, "portugal", 20)

    for used in ("replayed", key):
        refused(
            hand,
            lambda used=used: _with(copy, content, "greece", "cleo", cleo, used),
            TransitionRefused,
            "the signature is not one of these data",
        )


def test_row_52_a_sign_off_of_an_edition_is_none_of_the_next(copy, content, hand):
    copy.submit(content, "portugal", story.text("a fourth friend"))
    ben, key = _signature(hand, "portugal", 19)

    with pytest.raises(TransitionRefused, match="not one of these data"):
        _with(copy, content, "portugal", "ben", ben)
    # Its own key was used for another text: it signs nothing either.
    with pytest.raises(TransitionRefused, match="take another key"):
        _with(copy, content, "portugal", "ben", ben, key)
    assert content.state(content.known("portugal")).stage is Stage.IN_REVIEW


def test_row_52_a_sign_off_from_before_a_withdrawal_is_none_after_it(copy, content, hand):
    copy.submit(content, "spain", story.text("spain"))
    dora, _ = _signature(hand, "spain", 5)

    with pytest.raises(TransitionRefused):
        _with(copy, content, "spain", "dora", dora)


def test_row_52_a_signature_for_commits_is_none_for_sign_offs(copy, content):
    key = signatures.DeskKey.open(copy.keys / "cleo")
    act = Act(Action.SIGN_OFF, "greece", "replayed", Actor("cleo", "test"), Details())
    given = acts.dossier(content, act, copy.clock).given
    said = statement(replace(given, strength="personal", comment="fine by cleo"))

    with pytest.raises(TransitionRefused, match="the signature is for “git”"):
        _with(copy, content, "greece", "cleo", key.sign(said, signatures.COMMITS))


# Row 58


def _push_policy(hand, words, seal, ref=POLICY, agreements=()):
    records = hand.records(POLICY)
    last = records[-1]
    record = Record("", dict(last.files), last.head, last.message, "")
    data = hand.blob(last, "policy.yaml")
    for old, new in words.items():
        assert old in data
        data = data.replace(old, new)
    hand.put(record, "policy.yaml", data)
    texts = {name: hand.blob(record, name).decode() for name in ("people.yaml", "policy.yaml")}
    before = json.loads(hand.blob(last, "amendment.json"))["version"]
    version = policy(texts, {}).version
    words = tuple(Agreement(name, "test", "2026-11-02T20:00:00Z") for name in agreements)
    amendment = Amendment(4, version, before, "max", "2026-11-02T20:00:00Z", words)
    hand.put(record, "amendment.json", amendment.json())
    hand.lay(ref, [*records, record] if ref == POLICY else [record], seal)
    return version


ONE = {b"terms:": b"signoff:\n  country: [{sections: ['*'], role: reviewer, count: 1}]\nterms:"}


@pytest.mark.parametrize("by_whom", ["nobody", "a stranger"])
def test_row_58_no_act_under_a_policy_that_somebody_pushed(copy, content, hand, by_whom):
    seal = kept if by_whom == "nobody" else by(hand.key("stranger"))
    _push_policy(hand, ONE, seal)

    work = lambda: copy.sign(content, "greece", "cleo")  # noqa: E731
    refused(hand, work, BriefError, "policy", "not signed by the desk")


def test_row_58_a_pushed_policy_without_desk_keys_opens_no_door(copy, content, hand):
    """Where a policy names no keys, the desk asks for no signatures: so this one must not count."""
    _push_policy(hand, {**ONE, b"desk_keys:": b"# desk_keys:"}, kept)
    TAMPERINGS[BY_HAND](hand)

    work = lambda: copy.act(  # noqa: E731
        content, Action.COMMENT, "greece", "ada", Details(comment="a word")
    )
    refused(hand, work, BriefError, "none of desk_keys in the policy that counts")


def test_row_58_a_pushed_policy_without_desk_keys_publishes_nothing(content, hand):
    """All of it by hand, with push access alone: policy, two sign-offs, a release."""
    _push_policy(hand, {b"desk_keys:": b"# desk_keys:"}, kept)
    digest = story.digest_of(content, "greece")
    for person, target in (("cleo", Stage.IN_REVIEW), ("dora", Stage.APPROVED)):
        details = Details(digest=digest)
        forged = holder.event(hand, "greece", Action.SIGN_OFF, person, target, details)
        signoffs = [holder.given(hand, "greece", forged)]
        holder.append(hand, "greece", forged, signoffs, key="stranger")
    pinned = Schedule(holder.LATER, holder.LATER, "UTC", story.EDITOR, "forged", digest)
    forged = holder.event(
        hand, "greece", Action.RELEASE, story.EDITOR, Stage.SCHEDULED, Details(schedule=pinned)
    )
    holder.append(hand, "greece", forged, key="stranger")

    work = lambda: acts.publish(content, "greece", read_stamp(holder.LATER))  # noqa: E731
    refused(hand, work, BriefError, "not signed by the desk")


def test_row_58_an_agreement_pushed_into_a_proposal_does_not_count(content, hand, copy):
    """One admin pushes a proposal with the other's word in it, and agrees to it."""
    version = _push_policy(hand, ONE, kept, "refs/desk/proposal", ["zoe-vance"])

    work = lambda: agree(content, version, Actor("max", "test"), copy.now())  # noqa: E731
    refused(hand, work, BriefError, "not signed by the desk")


def test_row_58_a_rule_lowered_later_does_not_lower_what_a_revision_pinned(copy, content):
    rules = ONE[b"terms:"].decode().removesuffix("terms:")
    dora = story.PEOPLE.replace("key: DORA}", "key: DORA, revoked: true}")
    copy.apply(content, "max", "zoe-vance", policy_yaml=story.POLICY + rules, people_yaml=dora)

    state = content.state(content.known("greece"))

    assert [rule.count for rule in state.rules] == [2]
    with pytest.raises(TransitionRefused):
        copy.schedule(content, "greece", minutes=0)


# What the desk builds on


def test_the_desk_adds_no_page_to_a_main_that_somebody_else_moved(copy, content, hand):
    """Else its own signature would cover what it never wrote."""
    TAMPERINGS["an edited page"](hand)
    copy.act(content, Action.WITHDRAW, "portugal", story.EDITOR, Details(reason="late"))

    agreed = current_policy(content)
    work = lambda: site_branch.reflect(content, "portugal", agreed)  # noqa: E731
    refused(hand, work, BriefError, "not signed by the desk")


def test_the_desk_does_not_go_on_from_an_outbox_that_somebody_else_moved(copy, content, hand):
    TAMPERINGS["an edited outbox"](hand)
    copy.sign(content, "greece", "cleo")
    forged = hand.tip(OUTBOX + "greece")

    with pytest.raises(RepositoryError, match=f"outbox/greece was moved.* {forged[:12]}"):
        outbox.deliver(copy.desk, content, "greece")

    assert [s.partition(" of the outbox")[0] for s in faults(verify.briefs(hand.path))] == [
        f"greece: commit {forged[:12]}"
    ]


def test_what_was_published_by_nobody_is_seen_on_main_alone(hand):
    before = hand.tip(MAIN)
    TAMPERINGS["a page of a brief never published"](hand)

    said = faults(verify.briefs(hand.path))

    assert hand.tip(MAIN) != before
    assert said == [f"commit {hand.tip(MAIN)[:12]} of main is not signed by the desk"]
