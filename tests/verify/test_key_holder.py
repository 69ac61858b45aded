"""Where somebody holds the desk's private key: what is still found, and what is not.

Whoever has the key can say anything that the desk alone attests: that a person signed by a channel,
that they gave a reason. They cannot say what a person's own key attests, nor what the table, the
digests and the arithmetic of the records refuse.
"""

import json
from dataclasses import replace

import pytest

from briefs.amendment import Agreement, Amendment
from briefs.canonical import canonical
from briefs.policy import policy
from briefs.record import Actor, Details, Schedule, read_event
from briefs.terms import Action, Stage
from tasks import verify
from tests.verify import holder, story
from tests.verify.hands import BRIEFS, MAIN, OUTBOX, POLICY, Record, by, signoff_file
from tests.verify.test_tampering import faults, found_in

GREECE = BRIEFS + "greece"
FOUND = {}


def found(function):
    FOUND[function.__name__.replace("_", " ")] = function
    return function


@pytest.mark.parametrize("kind", FOUND)
def test_it_is_found_all_the_same(hand, kind, capsys):
    expected = FOUND[kind](hand)

    said, code = found_in(hand.path, capsys)

    assert ([line for line in said if expected in line], code) == (said, 1), said
    assert len(said) == 1


def _resealed(hand, ref, number, edit):
    """Edit a record, and sign it and all that follow with the desk's key."""
    records = hand.records(ref)
    edit(records[number - 1])
    hand.lay(ref, records, by(hand.key("desk")))


def _edited(hand, ref, number, name, **changed):
    _resealed(hand, ref, number, lambda record: hand.edit(record, name, **changed))


# Found: what a person's own key attests


def a_signature(hand, slug, number):
    return holder.signature_of(hand, slug, number)


@found
def a_personal_sign_off_with_another_person_s_key(hand):
    ben = a_signature(hand, "portugal", 19)
    holder.sign_off(hand, "greece", "cleo", Stage.APPROVED, ben)
    return "greece: commit "


@found
def a_personal_sign_off_replayed_from_another_brief(hand):
    """Row 52."""
    cleo = a_signature(hand, "portugal", 20)
    holder.sign_off(hand, "greece", "cleo", Stage.APPROVED, cleo)
    return "greece: record 10: the signature of cleo: the signature is not one of these data"


@found
def a_personal_sign_off_replayed_from_another_revision(hand):
    """Row 52."""
    ben = a_signature(hand, "portugal", 5)
    record = hand.records(BRIEFS + "portugal")[10]
    swapped = json.loads(hand.blob(record, "event.json"))
    details = swapped["details"] | {"signature": ben}
    signoffs = json.loads(hand.blob(record, signoff_file("ben")))

    def edit(record):
        hand.edit(record, "event.json", details=details)
        given = [s | {"signature": ben} if s["revision"] == 2 else s for s in signoffs]
        hand.put(record, signoff_file("ben"), canonical(given))

    hand.move(BRIEFS + "portugal", record.sha)
    hand.drop(OUTBOX + "portugal", MAIN, *_tags(hand))
    _resealed(hand, BRIEFS + "portugal", 11, edit)
    return "portugal: record 11: the signature of ben: the signature is not one of these data"


@found
def a_comment_put_into_a_personal_sign_off(hand):
    """What they said is part of what they signed."""
    records = hand.records(BRIEFS + "spain")[:5]
    hand.lay(BRIEFS + "spain", records)
    hand.drop(OUTBOX + "spain", MAIN, BRIEFS + "portugal", OUTBOX + "portugal", *_tags(hand))
    details = json.loads(hand.blob(records[4], "event.json"))["details"]
    given = json.loads(hand.blob(records[4], signoff_file("dora")))

    def edit(record):
        hand.edit(record, "event.json", details=details | {"comment": "excellent"})
        data = canonical([s | {"comment": "excellent"} for s in given])
        hand.put(record, signoff_file("dora"), data)

    _resealed(hand, BRIEFS + "spain", 5, edit)
    return "spain: record 5: the signature of dora: the signature is not one of these data"


@found
def a_personal_sign_off_with_a_key_that_was_revoked(hand):
    dora = a_signature(hand, "spain", 5)
    holder.sign_off(hand, "greece", "dora", Stage.APPROVED, dora)
    return "its gate would have refused it: cannot sign off while in review: "


def _tags(hand):
    return [ref for ref in hand.refs() if ref.startswith("refs/tags/")]


# Found: what the table, the digests and the arithmetic refuse


@found
def a_sign_off_of_an_author(hand):
    """Row 53."""
    hand.move(GREECE, hand.records(GREECE)[3].sha)  # before reviewers were assigned
    hand.drop(OUTBOX + "greece")
    holder.sign_off(hand, "greece", "ada", Stage.IN_REVIEW)
    return (
        "(record 5): its gate would have refused it: cannot sign off while in review: "
        "let somebody else sign"
    )


@found
def a_sign_off_of_a_stranger(hand):
    holder.sign_off(hand, "greece", "zoe-vance", Stage.APPROVED)
    return "(record 10): its gate would have refused it: zoe-vance may not sign off"


@found
def a_witnessed_sign_off_without_a_signature(hand):
    """Row 47."""
    digest = json.loads(hand.read(GREECE, "state.json"))["digests"]["bytes"]
    details = Details(digest=digest)
    forged = holder.event(hand, "greece", Action.SIGN_OFF, "cleo", Stage.APPROVED, details)
    holder.append(hand, "greece", forged, [holder.given(hand, "greece", forged)])
    return "(record 10): the desk's signature on the sign-off of cleo is false"


@found
def an_approval_that_one_sign_off_does_not_make(hand):
    holder.sign_off(hand, "greece", "cleo", Stage.IN_REVIEW)
    return "(record 10): it leads to approved, and says in review"


@found
def a_publication_without_a_quorum(hand):
    details = Details()
    forged = holder.event(hand, "greece", Action.PUBLISH, "desk", Stage.PUBLISHED, details)
    holder.append(hand, "greece", forged)
    return "(record 10): its gate would have refused it: cannot publish while in review"


@found
def a_release_without_a_quorum(hand):
    digest = json.loads(hand.read(GREECE, "state.json"))["digests"]["bytes"]
    pinned = Schedule(holder.LATER, holder.LATER, "UTC", "zoe-vance", "forged", digest)
    details = Details(schedule=pinned)
    forged = holder.event(hand, "greece", Action.RELEASE, "zoe-vance", Stage.SCHEDULED, details)
    holder.append(hand, "greece", forged)
    return "(record 10): its gate would have refused it: cannot release while in review"


@found
def another_text_under_the_same_record(hand):
    def edit(record):
        data = hand.blob(record, "brief.md").replace(b"close", b"hostile", 1)
        hand.put(record, "brief.md", data)

    _resealed(hand, GREECE, 1, edit)
    return "(record 1): brief.md holds another text than the record names"


@found
def another_text_after_the_sign_offs(hand):
    def edit(record):
        data = hand.blob(record, "brief.md").replace(b"close", b"hostile", 1)
        hand.put(record, "brief.md", data)

    _resealed(hand, GREECE, 9, edit)
    return "(record 9): brief.md is not what the records before it make of it"


@found
def fewer_rules_in_a_submission(hand):
    event = json.loads(hand.blob(hand.records(GREECE)[0], "event.json"))
    brought = event["details"]["submission"]
    rules = [rule | {"count": 1} for rule in brought["rules"]]
    details = event["details"] | {"submission": brought | {"rules": rules}}
    _edited(hand, GREECE, 1, "event.json", details=details)
    return "(record 1): the rules of the submission are not those of its text"


@found
def an_author_left_out_of_a_submission(hand):
    event = json.loads(hand.blob(hand.records(GREECE)[0], "event.json"))
    brought = event["details"]["submission"] | {"holders": {}}
    details = event["details"] | {"submission": brought}
    _edited(hand, GREECE, 1, "event.json", details=details)
    return "(record 1): the holders of the submission are not those of its text"


@found
def another_stage_in_the_state(hand):
    _edited(hand, GREECE, 9, "state.json", stage="approved")
    return "(record 9): state.json is not what the records before it make of it"


@found
def a_field_that_nobody_knows(hand):
    _edited(hand, GREECE, 9, "state.json", quorum=0)
    return "(record 9): state.json holds what this program does not know (quorum"


@found
def a_forged_trailer(hand):
    def edit(record):
        record.message += b"Reviewed-by: Chief <chief@gov.example>\n"

    _resealed(hand, GREECE, 9, edit)
    return "(record 9): its author, message or moment is not what the record says"


@found
def a_clock_put_back(hand):
    """Row 59."""
    forged = holder.event(hand, "greece", Action.COMMENT, "ada", Stage.IN_REVIEW, _word())
    holder.append(hand, "greece", replace(forged, at="2026-11-01T23:59:59Z"))
    return "(record 10): its moment lies before that of the record before it"


@found
def a_moment_that_is_none(hand):
    forged = holder.event(hand, "greece", Action.COMMENT, "ada", Stage.IN_REVIEW, _word())
    records = hand.records(GREECE)
    holder.append(hand, "greece", forged)
    added = hand.records(GREECE)[-1]
    hand.edit(added, "event.json", at="yesterday")
    hand.lay(GREECE, [*records, added], by(hand.key("desk")))
    return "greece: commit "


@found
def a_channel_with_a_line_break(hand):
    forged = holder.event(hand, "greece", Action.COMMENT, "ada", Stage.IN_REVIEW, _word())
    records = hand.records(GREECE)
    holder.append(hand, "greece", forged)
    added = hand.records(GREECE)[-1]
    hand.edit(added, "event.json", actor={"person": "ada", "channel": "a\nb", "evidence": {}})
    hand.lay(GREECE, [*records, added], by(hand.key("desk")))
    return "greece: commit "


@found
def a_key_used_twice(hand):
    """Row 52."""
    used = read_event(hand.read(GREECE, "event.json")).key
    forged = holder.event(hand, "greece", Action.COMMENT, "ada", Stage.IN_REVIEW, _word())
    holder.append(hand, "greece", replace(forged, key=used))
    return "(record 10): the key of its act was used before: it is a replay"


@found
def a_foreign_file(hand):
    _resealed(hand, GREECE, 9, lambda record: hand.put(record, "notes.txt", b"hello"))
    return "(record 9): it holds a foreign file: 'notes.txt'"


@found
def an_asset_that_no_digest_covers(hand):
    name = f"assets/{'0' * 64}.png"
    _resealed(hand, GREECE, 9, lambda record: hand.put(record, name, b"no picture"))
    return f"(record 9): it holds a foreign file: '{name}'"


@found
def a_witness_of_the_desk_in_the_file_of_another(hand):
    def edit(record):
        record.files[signoff_file("cleo")] = record.files[signoff_file("ben")]

    _resealed(hand, GREECE, 9, edit)
    return "(record 9): it holds a foreign file: "


@found
def a_policy_changed_by_one_of_two(hand):
    """Row 58."""
    _amend(hand, [Agreement("max", "test", holder.LATER)])
    return "(version 4): it was applied before enough people agreed: 1 more of role admin must"


@found
def a_policy_changed_by_one_who_agrees_twice(hand):
    _amend(hand, [Agreement("max", "test", holder.LATER)] * 2)
    return "(version 4): it was applied before enough people agreed: 1 more of role admin must"


@found
def a_policy_changed_by_who_may_not(hand):
    words = [Agreement(name, "test", holder.LATER) for name in ("max", "ben", "nobody")]
    _amend(hand, words)
    return "(version 4): it was applied before enough people agreed: 1 more of role admin must"


def _amend(hand, agreements, edit=lambda text: text.replace("count: 2", "count: 1")):
    records = hand.records(POLICY)
    last = records[-1]
    record = Record("", dict(last.files), last.head, last.message, "")
    hand.put(record, "policy.yaml", edit(hand.blob(last, "policy.yaml").decode()).encode())
    texts = {n: hand.blob(record, n).decode() for n in ("people.yaml", "policy.yaml")}
    version, before = policy(texts, {}).version, json.loads(hand.blob(last, "amendment.json"))
    amendment = Amendment(4, version, before["version"], "max", holder.LATER, tuple(agreements))
    hand.put(record, "amendment.json", amendment.json())
    hand.lay(POLICY, [*records, record], by(hand.key("desk")))
    return version


# Found: what readers see


def _on_main(hand, edit):
    records = hand.records(MAIN)
    last = records[-1]
    record = Record("", dict(last.files), list(last.head), last.message, "")
    edit(record)
    hand.lay(MAIN, [*records, record], by(hand.key("desk")))


@found
def another_page_on_main(hand):
    _on_main(hand, lambda record: hand.put(record, "briefs/portugal.md", b"# Another\n"))
    return "portugal: main holds another text of edition 2 than the one signed"


@found
def no_page_on_main(hand):
    _on_main(hand, lambda record: record.files.pop("briefs/portugal.md"))
    return "portugal: main does not hold the text of edition 2"


@found
def another_digest_in_a_receipt(hand):
    _on_main(hand, lambda r: hand.edit(r, "receipts/portugal.json", digest="0" * 64))
    return "portugal: the receipt of edition 2 is not what its records make of it"


@found
def a_receipt_that_names_more_sign_offs(hand):
    receipt = json.loads(hand.read(MAIN, "receipts/portugal.json"))
    more = [*receipt["signoffs"], receipt["signoffs"][0] | {"reviewer": "chief", "name": "Chief"}]
    _on_main(hand, lambda r: hand.edit(r, "receipts/portugal.json", signoffs=more))
    return "portugal: the receipt of edition 2 "


@found
def a_receipt_that_is_no_json(hand):
    _on_main(hand, lambda record: hand.put(record, "receipts/portugal.json", b"{"))
    return "portugal: "


@found
def a_manifest_that_is_no_json(hand):
    _on_main(hand, lambda record: hand.put(record, "manifest.json", b"{"))
    return "main"


@found
def a_page_of_a_brief_never_published(hand):
    def edit(record):
        entries = json.loads(hand.blob(record, "manifest.json"))["briefs"]
        entries["greece"] = entries["portugal"]
        hand.edit(record, "manifest.json", briefs=entries)

    _on_main(hand, edit)
    return "greece: main shows it, and no record published it"


@found
def a_page_that_the_manifest_hides(hand):
    _on_main(hand, lambda record: hand.put(record, "briefs/greece.md", b"# Greece\n"))
    return "greece"


@found
def a_withdrawn_text_on_main_again(hand):
    text = hand.read("refs/tags/published/spain/1", "briefs/spain.md")
    _on_main(hand, lambda record: hand.put(record, "briefs/spain.md", text))
    return "main holds 'briefs/spain.md', which its manifest does not list"


@found
def a_manifest_with_another_title(hand):
    def edit(record):
        entries = json.loads(hand.blob(record, "manifest.json"))["briefs"]
        entries["portugal"]["title"] = "Spain"
        hand.edit(record, "manifest.json", briefs=entries)

    _on_main(hand, edit)
    return "portugal: main shows "


@found
def a_record_signed_with_a_desk_key_that_was_revoked(hand):
    """The newest policy says so; under it the key signs nothing any more."""
    stranger = hand.key("stranger").with_suffix(".pub").read_text().strip()
    words = [Agreement(name, "test", holder.LATER) for name in ("max", "zoe-vance")]

    def both(text):
        key = text.partition("desk_keys: [{key: ")[2].partition("}")[0]
        return text.replace(
            f"{{key: {key}}}", f"{{key: {key}, revoked: true}}, {{key: {stranger}}}"
        )

    version = _amend(hand, words, both)
    forged = holder.event(hand, "greece", Action.COMMENT, "ada", Stage.IN_REVIEW, _word())
    holder.append(hand, "greece", replace(forged, policy=version))
    return "(record 10): it is not signed by the desk"


def _word():
    return Details(comment="a word")


# Not found: what the desk alone attests


def test_a_witnessed_sign_off_that_nobody_gave_is_not_found(hand):
    """Its only proof is the desk's key. A rule with `personal_key` is proof against this."""
    holder.sign_off(hand, "greece", "cleo", Stage.APPROVED)

    assert faults(verify.briefs(hand.path)) == []


def test_words_put_into_a_mouth_are_not_found(hand):
    details = Details(comment="I have read it with pleasure")
    forged = holder.event(hand, "greece", Action.COMMENT, "ada", Stage.IN_REVIEW, details)
    holder.append(hand, "greece", replace(forged, actor=Actor("ada", "slack", {"team": "T1"})))

    assert faults(verify.briefs(hand.path)) == []


def test_a_policy_that_nobody_agreed_to_is_not_found(hand):
    """Agreements are witnessed by the desk: nobody signs them with a key of their own."""
    _amend(hand, [Agreement(name, "test", holder.LATER) for name in ("max", "zoe-vance")])

    assert faults(verify.briefs(hand.path)) == []


# Not found without any key: what only another clone can know


def test_a_brief_taken_back_with_its_announcements_is_not_found(hand):
    """Both are true records of the desk, only older ones. Another clone, or the remote, knows."""
    hand.move(GREECE, hand.records(GREECE)[3].sha)
    hand.drop(OUTBOX + "greece")

    assert faults(verify.briefs(hand.path)) == []


def test_a_brief_that_was_never_published_can_vanish(hand):
    hand.drop(GREECE, OUTBOX + "greece")

    assert faults(verify.briefs(hand.path)) == []


def test_a_main_taken_back_before_a_withdrawal_is_a_note(hand):
    """It looks as after a crash between the record and the page; `briefs reconcile` mends it."""
    hand.move(MAIN, hand.records(MAIN)[-2].sha)

    report = verify.briefs(hand.path)

    notes = {verdict.slug: verdict.notes for verdict in report.verdicts if verdict.notes}
    assert notes == {"spain": ("main does not show the withdrawal yet: briefs reconcile",)}
    assert report.holds


def test_the_whole_of_another_past_is_told_by_the_desk_s_key_alone(hand, scratch):
    """Who replaces every ref has another key than the one that you know from elsewhere."""
    other = story.begin(scratch / "other")
    key = (other.desk.root / "keys" / "desk.pub").read_text().strip()

    assert verify.briefs(other.desk.content).holds
    assert faults(verify.briefs(hand.path, trusted=[key])) == [
        "the desk that made this repository has another key than the one you trust"
    ]
