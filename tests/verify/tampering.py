"""Kinds of tampering: each changes a repository without the desk's key, and says what is found.

What it returns is how the sentence begins that names the brief, the commit or the ref.
"""

import json
from collections.abc import Callable

from briefs.canonical import canonical
from tests.verify.hands import (
    BRIEFS,
    MAIN,
    OUTBOX,
    POLICY,
    Hand,
    Record,
    Seal,
    by,
    kept,
    signoff_file,
    stripped,
)

Tampering = Callable[[Hand], str]
TAMPERINGS: dict[str, Tampering] = {}
PORTUGAL, GREECE, SPAIN = BRIEFS + "portugal", BRIEFS + "greece", BRIEFS + "spain"
UNSIGNED = "it is not signed by the desk"


def tampering(function: Tampering) -> Tampering:
    """Add a kind of tampering, named as its function is."""
    TAMPERINGS[function.__name__.replace("_", " ")] = function
    return function


def _at(slug: str, commit: str, number: int, fault: str) -> str:
    return f"{slug}: commit {commit[:12]} (record {number}): {fault}"


def _rewritten(number: int, edit: Callable[[Hand, Record], None]) -> Callable[[Hand, Seal], str]:
    """Return how to edit one record of Portugal, and to lay down all that follows."""

    def run(hand: Hand, seal: Seal) -> str:
        records = hand.records(PORTUGAL)
        edit(hand, records[number - 1])
        names = hand.lay(PORTUGAL, records, seal)
        return _at("portugal", names[number - 1], number, UNSIGNED)

    return run


# The history of a brief


def _other_text(hand: Hand, record: Record) -> None:
    data = hand.blob(record, "brief.md")
    hand.put(record, "brief.md", data.replace(b"close", b"hostile", 1))


def _other_words(hand: Hand, record: Record) -> None:
    event = json.loads(hand.blob(record, "event.json"))
    event["details"]["reason"] = "it is perfect"
    hand.edit(record, "event.json", details=event["details"])


def _other_stage(hand: Hand, record: Record) -> None:
    hand.edit(record, "state.json", stage="approved")


def _other_report(hand: Hand, record: Record) -> None:
    hand.edit(record, "report.json", on="2026-11-01")


def _other_comment(hand: Hand, record: Record) -> None:
    _change_signoffs(hand, record, "ben", comment="not read")


def _change_signoffs(hand: Hand, record: Record, person: str, **changed: object) -> None:
    name = signoff_file(person)
    found = [signoff | changed for signoff in json.loads(hand.blob(record, name))]
    hand.put(record, name, canonical(found))


def _swap_signatures(hand: Hand, record: Record) -> None:
    names = [signoff_file("ben"), signoff_file("cleo")]
    ben, cleo = (json.loads(hand.blob(record, name))[-1] for name in names)
    for name, mine, other in ((names[0], ben, cleo), (names[1], cleo, ben)):
        swapped = mine | {"signature": other["signature"], "key": other["key"]}
        hand.put(record, name, canonical([swapped]))


def _lend_signature(hand: Hand, record: Record) -> None:
    record.files[signoff_file("dora")] = record.files[signoff_file("ben")]


def _forge_author(hand: Hand, record: Record) -> None:
    record.head[0] = record.head[0].replace(
        b"Brief Desk <desk@briefs.invalid>", b"Chief <chief@gov.example>"
    )


def _forge_committer(hand: Hand, record: Record) -> None:
    record.head[1] = record.head[1].replace(
        b"Brief Desk <desk@briefs.invalid>", b"Chief <chief@gov.example>"
    )


def _forge_moment(hand: Hand, record: Record) -> None:
    record.head = [line[:-16] + b"1700000000 +0000" for line in record.head]


def _forge_trailer(hand: Hand, record: Record) -> None:
    record.message += b"Reviewed-by: Chief <chief@gov.example>\n"


def _remove_signoff(hand: Hand, record: Record) -> None:
    del record.files[signoff_file("ben")]


for _name, _number, _edit in (
    ("an edited text", 8, _other_text),
    ("an edited event", 6, _other_words),
    ("an edited state", 11, _other_stage),
    ("an edited report", 7, _other_report),
    ("an edited sign-off", 11, _other_comment),
    ("two people's signatures swapped", 20, _swap_signatures),
    ("a sign-off in another person's name", 11, _lend_signature),
    ("a removed sign-off", 12, _remove_signoff),
    ("a forged author", 9, _forge_author),
    ("a forged committer", 9, _forge_committer),
    ("a forged moment", 9, _forge_moment),
    ("a forged trailer", 12, _forge_trailer),
):
    _run = _rewritten(_number, _edit)
    TAMPERINGS[f"{_name}, the signatures kept"] = lambda hand, run=_run: run(hand, kept)  # type: ignore[misc]

for _who in ("stripped", "stranger", "ben", "cleo"):

    def _text(hand: Hand, who: str = _who) -> str:
        seal = stripped if who == "stripped" else by(hand.key(who))
        return _rewritten(8, _other_text)(hand, seal)

    TAMPERINGS[f"an edited text, the signatures of {_who}".replace("of stripped", "gone")] = _text


@tampering
def a_dropped_commit(hand: Hand) -> str:
    records = hand.records(PORTUGAL)
    del records[5]
    name = hand.lay(PORTUGAL, records)[5]
    return _at(
        "portugal", name, 6, "it is record 7 of portugal, where record 6 of portugal belongs"
    )


@tampering
def two_commits_in_another_order(hand: Hand) -> str:
    records = hand.records(PORTUGAL)
    records[10], records[11] = records[11], records[10]
    name = hand.lay(PORTUGAL, records)[10]
    return _at("portugal", name, 11, "it is record 12 of portugal")


@tampering
def a_beginning_cut_off(hand: Hand) -> str:
    records = hand.records(PORTUGAL)[14:]
    name = hand.lay(PORTUGAL, records)[0]
    return _at("portugal", name, 1, "it is record 15 of portugal")


@tampering
def a_rewound_branch(hand: Hand) -> str:
    hand.move(GREECE, hand.records(GREECE)[7].sha)
    return "greece: record 9 was announced, and the branch ends at record 8: it was rewound"


@tampering
def a_rewound_branch_whose_edition_is_out(hand: Hand) -> str:
    hand.move(PORTUGAL, hand.records(PORTUGAL)[17].sha)
    hand.drop(OUTBOX + "portugal")
    return "portugal: edition 2 is tagged, and no record published it"


@tampering
def a_deleted_branch(hand: Hand) -> str:
    hand.drop(GREECE)
    return "the branch of greece is gone"


@tampering
def a_deleted_branch_and_its_outbox(hand: Hand) -> str:
    hand.drop(PORTUGAL, OUTBOX + "portugal")
    return "the branch of portugal is gone"


@tampering
def a_branch_under_another_name(hand: Hand) -> str:
    hand.move(BRIEFS + "italy", hand.tip(PORTUGAL))
    first = hand.records(PORTUGAL)[0].sha
    return _at("italy", first, 1, "it is record 1 of portugal, where record 1 of italy belongs")


@tampering
def a_branch_that_names_no_commit(hand: Hand) -> str:
    blob = hand.write("blob", b"hello")
    (hand.path / GREECE).write_text(blob + "\n")
    return f"greece: object {blob[:12]} is a blob where a commit should be"


@tampering
def a_merge(hand: Hand) -> str:
    records = hand.records(PORTUGAL)
    records[-1].merged = (hand.tip(GREECE),)
    name = hand.lay(PORTUGAL, records)[-1]
    return f"portugal: commit {name[:12]} merges two lines"


@tampering
def a_merge_in_the_middle(hand: Hand) -> str:
    records = hand.records(PORTUGAL)
    records[8].merged = (hand.tip(GREECE),)
    name = hand.lay(PORTUGAL, records)[8]
    return f"portugal: commit {name[:12]} merges two lines"


def _planted(name: str, mode: str, fault: str) -> Tampering:
    def run(hand: Hand) -> str:
        records = hand.records(GREECE)
        record = records[-1]
        if mode == "160000":
            record.files[name] = (mode, hand.tip(PORTUGAL))
        else:
            hand.put(record, name, b"/etc/passwd", mode)
        tip = hand.lay(GREECE, records)[-1]
        return _at("greece", tip, 9, fault)

    return run


for _what, _name, _mode, _fault in (
    ("a foreign file", "notes.txt", "100644", UNSIGNED),
    ("a foreign folder", "more/notes.txt", "100644", UNSIGNED),
    ("Git's attributes", ".gitattributes", "100644", UNSIGNED),
    ("a link for the text", "brief.md", "120000", "'brief.md' has the mode 120000"),
    ("a link beside it", "other", "120000", "'other' has the mode 120000"),
    ("a gitlink", "report.json", "160000", "'report.json' has the mode 160000"),
    ("an executable", "report.json", "100755", "'report.json' has the mode 100755"),
):
    TAMPERINGS[_what] = _planted(_name, _mode, _fault)


@tampering
def a_record_without_its_event(hand: Hand) -> str:
    records = hand.records(GREECE)
    del records[-1].files["event.json"]
    return _at("greece", hand.lay(GREECE, records)[-1], 9, "event.json is missing")


@tampering
def an_event_not_in_canonical_form(hand: Hand) -> str:
    records = hand.records(GREECE)
    event = json.loads(hand.blob(records[-1], "event.json"))
    hand.put(records[-1], "event.json", json.dumps(event, indent=1).encode())
    tip = hand.lay(GREECE, records)[-1]
    return _at("greece", tip, 9, "event.json is not in canonical form")


@tampering
def an_event_with_a_field_twice(hand: Hand) -> str:
    records = hand.records(GREECE)
    data = hand.blob(records[-1], "event.json")
    hand.put(records[-1], "event.json", data[:-1] + b',"slug":"greece"}')
    tip = hand.lay(GREECE, records)[-1]
    return _at("greece", tip, 9, "event.json is not in canonical form")


@tampering
def an_event_with_an_unknown_field(hand: Hand) -> str:
    records = hand.records(GREECE)
    hand.edit(records[-1], "event.json", quorum=0)
    tip = hand.lay(GREECE, records)[-1]
    return _at("greece", tip, 9, "event.json holds what this program does not know (quorum")


@tampering
def a_moment_before_the_one_before(hand: Hand) -> str:
    records = hand.records(GREECE)
    hand.edit(records[-1], "event.json", at="2026-11-01T00:00:00Z")
    tip = hand.lay(GREECE, records)[-1]
    return _at("greece", tip, 9, "its moment lies before that of the record before it")


@tampering
def a_key_that_was_used_before(hand: Hand) -> str:
    records = hand.records(GREECE)
    used = json.loads(hand.blob(records[5], "event.json"))["key"]
    hand.edit(records[-1], "event.json", key=used)
    tip = hand.lay(GREECE, records)[-1]
    return _at("greece", tip, 9, "the key of its act was used before: it is a replay")


@tampering
def a_record_of_a_policy_that_nobody_agreed_on(hand: Hand) -> str:
    records = hand.records(GREECE)
    hand.edit(records[-1], "event.json", policy="0" * 64)
    tip = hand.lay(GREECE, records)[-1]
    return _at("greece", tip, 9, "its policy 000000000000 was never agreed on")


def _appended(hand: Hand, seal: Seal, person: str) -> str:
    """Append a sign-off made by hand to Greece: event, state and record, as the desk would."""
    records = hand.records(GREECE)
    last = records[-1]
    record = Record("", dict(last.files), list(last.head), last.message, "")
    event = json.loads(hand.blob(last, "event.json"))
    actor = event["actor"] | {"person": person}
    hand.edit(record, "event.json", seq=10, key=f"{person}-by-hand", actor=actor)
    hand.edit(record, "state.json", seq=10, stage="approved")
    signoff = json.loads(hand.blob(last, signoff_file("ben")))[0]
    signoff |= {"reviewer": person, "nonce": f"{person}-by-hand", "signature": "", "key": ""}
    hand.put(record, signoff_file(person), canonical([signoff]))
    name = hand.lay(GREECE, [*records, record], seal)[-1]
    return _at("greece", name, 10, UNSIGNED)


for _who in ("nobody", "stranger", "cleo"):

    def _by_hand(hand: Hand, who: str = _who) -> str:
        return _appended(hand, stripped if who == "nobody" else by(hand.key(who)), "cleo")

    TAMPERINGS[f"a witnessed sign-off made by hand, its commit signed by {_who}"] = _by_hand


@tampering
def a_sign_off_of_the_author_by_hand(hand: Hand) -> str:
    return _appended(hand, stripped, "ada")


@tampering
def a_record_of_another_brief_replayed(hand: Hand) -> str:
    """Take a true sign-off of Portugal, with its commit's true signature, to Greece."""
    records = hand.records(GREECE)
    signed = hand.records(PORTUGAL)[11]
    hand.lay(GREECE, [*records, signed])
    return _at(
        "greece", hand.tip(GREECE), 10, "it is record 12 of portugal, where record 10 of greece"
    )


@tampering
def a_record_of_its_own_past_replayed(hand: Hand) -> str:
    """Take the sign-off that was retracted to the end of the brief again."""
    records = hand.records(GREECE)
    hand.lay(GREECE, [*records, records[5]])
    return _at("greece", hand.tip(GREECE), 10, "it is record 6 of greece, where record 10 of gre")


# The policy


@tampering
def an_edited_policy(hand: Hand) -> str:
    records = hand.records(POLICY)
    data = hand.blob(records[1], "policy.yaml").replace(b"count: 2", b"count: 1")
    hand.put(records[1], "policy.yaml", data)
    names = hand.lay(POLICY, records)
    return f"policy, commit {names[1][:12]} (version 2): {UNSIGNED}"


@tampering
def a_quorum_lowered_in_the_push_that_approves(hand: Hand) -> str:
    """Row 58."""
    records = hand.records(POLICY)
    last = records[-1]
    record = Record("", dict(last.files), last.head, last.message, "")
    rules = b"signoff:\n  country: [{sections: ['*'], role: reviewer, count: 1}]\n"
    hand.put(record, "policy.yaml", hand.blob(last, "policy.yaml") + rules)
    name = hand.lay(POLICY, [*records, record], by(hand.key("stranger")))[-1]
    _appended(hand, by(hand.key("stranger")), "cleo")
    return f"policy, commit {name[:12]} (version 4): {UNSIGNED}"


@tampering
def an_amendment_without_its_record(hand: Hand) -> str:
    records = hand.records(POLICY)
    del records[2].files["amendment.json"]
    name = hand.lay(POLICY, records)[2]
    return f"policy, commit {name[:12]} (version 3): amendment.json is missing"


@tampering
def a_dropped_amendment(hand: Hand) -> str:
    records = hand.records(POLICY)
    del records[1]
    name = hand.lay(POLICY, records)[1]
    return f"policy, commit {name[:12]} (version 2): {UNSIGNED}"


@tampering
def a_rewound_policy(hand: Hand) -> str:
    """Back to before Dora's key was revoked; the records say that it was."""
    records = hand.records(PORTUGAL)
    hand.move(POLICY, hand.records(POLICY)[1].sha)
    hand.drop(GREECE, OUTBOX + "greece", BRIEFS + "malta", OUTBOX + "malta")
    hand.move(SPAIN, hand.records(SPAIN)[10].sha)
    hand.drop(OUTBOX + "spain", MAIN, *[ref for ref in hand.refs() if ref.startswith("refs/tags/")])
    return _at("portugal", records[14].sha, 15, "its policy")


@tampering
def a_first_policy_with_another_key(hand: Hand) -> str:
    first = hand.records(POLICY)[0]
    theirs = " ".join(hand.key("desk").with_suffix(".pub").read_text().split()[:2])
    stranger = hand.key("stranger").with_suffix(".pub").read_text().strip()
    data = hand.blob(first, "policy.yaml").replace(theirs.encode(), stranger.encode())
    hand.put(first, "policy.yaml", data)
    name = hand.lay(POLICY, [first], by(hand.key("stranger")))[0]
    return f"policy, commit {name[:12]} (version 1): amendment.json speaks of another version"


@tampering
def a_policy_that_is_no_text(hand: Hand) -> str:
    first = hand.records(POLICY)[0]
    hand.put(first, "people.yaml", b"\xff\xfe\x00")
    name = hand.lay(POLICY, [first], by(hand.key("stranger")))[0]
    return f"policy, commit {name[:12]} (version 1): "


@tampering
def a_policy_without_people(hand: Hand) -> str:
    first = hand.records(POLICY)[0]
    del first.files["people.yaml"]
    name = hand.lay(POLICY, [first], by(hand.key("stranger")))[0]
    return f"policy, commit {name[:12]} (version 1): "


@tampering
def a_proposal_taken_for_the_policy(hand: Hand) -> str:
    """A proposal is signed by the desk too, and lacks people who agree."""
    proposal = hand.tip("refs/desk/proposal")
    hand.move(POLICY, proposal)
    return f"policy, commit {proposal[:12]} (version 1): amendment.json speaks of another version"


@tampering
def no_policy(hand: Hand) -> str:
    hand.drop(POLICY)
    return "there is no policy here"


# What hides or replaces history


@tampering
def an_object_in_anothers_place(hand: Hand) -> str:
    """Row 48."""
    records = hand.records(PORTUGAL)
    theirs = hand.write("blob", b"another text\n")
    ours = records[-1].files["brief.md"][1]
    hand.move(f"refs/replace/{ours}", theirs)
    return f"refs/replace/{ours} puts one object in another's place"


@tampering
def a_commit_in_anothers_place(hand: Hand) -> str:
    records = hand.records(PORTUGAL)
    hand.move(f"refs/replace/{records[5].sha}", records[3].sha)
    return f"refs/replace/{records[5].sha} puts one object in another's place"


@tampering
def a_graft(hand: Hand) -> str:
    records = hand.records(PORTUGAL)
    (hand.path / "info").mkdir(exist_ok=True)
    (hand.path / "info" / "grafts").write_text(f"{records[5].sha} {records[3].sha}\n")
    return "the file info/grafts hides a part of the history"


@tampering
def a_shallow_history(hand: Hand) -> str:
    (hand.path / "shallow").write_text(hand.records(PORTUGAL)[5].sha + "\n")
    return "the file shallow hides a part of the history"


# Objects on the disk


def _overwritten(number: int, name: str) -> Tampering:
    def run(hand: Hand) -> str:
        record = hand.records(PORTUGAL)[number - 1]
        blob = record.files[name][1]
        hand.overwrite(blob, "blob", hand.blob(record, name).replace(b"close", b"loose"))
        return _at("portugal", record.sha, number, f"object {blob[:12]} holds other bytes")

    return run


def _state_on_disk(hand: Hand) -> str:
    """What the desk reads when it acts: the newest state."""
    record = hand.records(GREECE)[-1]
    blob = record.files["state.json"][1]
    data = hand.blob(record, "state.json").replace(b'"in review"', b'"approved"')
    hand.overwrite(blob, "blob", data)
    return _at("greece", record.sha, 9, f"object {blob[:12]} holds other bytes")


def _signoffs_on_disk(hand: Hand) -> str:
    record = hand.records(PORTUGAL)[-1]
    blob = record.files[signoff_file("ben")][1]
    data = hand.blob(record, signoff_file("ben")).replace(b"fine", b"fair")
    hand.overwrite(blob, "blob", data)
    number = next(
        n
        for n, r in enumerate(hand.records(PORTUGAL), 1)
        if r.files.get(signoff_file("ben"), ("", ""))[1] == blob
    )
    sha = hand.records(PORTUGAL)[number - 1].sha
    return _at("portugal", sha, number, f"object {blob[:12]} holds other bytes")


TAMPERINGS["a text edited on the disk"] = _overwritten(15, "brief.md")
TAMPERINGS["sign-offs edited on the disk"] = _signoffs_on_disk
TAMPERINGS["a state edited on the disk"] = _state_on_disk


@tampering
def an_event_edited_on_the_disk(hand: Hand) -> str:
    record = hand.records(PORTUGAL)[5]
    blob = record.files["event.json"][1]
    data = hand.blob(record, "event.json").replace(b"close", b"loose")
    hand.overwrite(blob, "blob", data)
    return _at("portugal", record.sha, 6, f"object {blob[:12]} holds other bytes")


@tampering
def a_commit_edited_on_the_disk(hand: Hand) -> str:
    record = hand.records(PORTUGAL)[5]
    data = hand.git("cat-file", "commit", record.sha)
    hand.overwrite(record.sha, "commit", data.replace(b"desk@", b"disk@"))
    return f"portugal: object {record.sha[:12]} holds other bytes than its name says"


def _removed(name: str) -> Tampering:
    def run(hand: Hand) -> str:
        record = hand.records(GREECE)[6]
        blob = record.files[name][1]
        hand.loose(blob).unlink()
        return _at("greece", record.sha, 7, f"object {blob[:12]} is missing")

    return run


TAMPERINGS["an event removed from the disk"] = _removed("event.json")
TAMPERINGS["a state removed from the disk"] = _removed("state.json")


@tampering
def a_commit_removed_from_the_disk(hand: Hand) -> str:
    record = hand.records(GREECE)[4]
    hand.loose(record.sha).unlink()
    return f"greece: object {record.sha[:12]} is missing"


@tampering
def an_object_torn_on_the_disk(hand: Hand) -> str:
    """Git itself gives up on it; the briefs beside it are judged all the same."""
    record = hand.records(GREECE)[6]
    path = hand.loose(record.files["event.json"][1])
    whole = path.read_bytes()
    path.unlink()
    path.write_bytes(whole[: len(whole) // 2])
    return _at("greece", record.sha, 7, f"object {record.files['event.json'][1][:12]} ")


def _malformed(data: Callable[[Hand], bytes]) -> Tampering:
    def run(hand: Hand) -> str:
        name = hand.write("commit", data(hand))
        (hand.path / GREECE).write_text(name + "\n")
        return "greece: "

    return run


TAMPERINGS["a commit whose tree is no name"] = _malformed(
    lambda hand: b"tree one two\nauthor a <b> 1 +0000\ncommitter a <b> 1 +0000\n\nx\n"
)
TAMPERINGS["a commit whose tree is a ref"] = _malformed(
    lambda hand: (
        b"tree refs/heads/main^{tree}\nauthor a <b> 1 +0000\ncommitter a <b> 1 +0000\n\nx\n"
    )
)
TAMPERINGS["a commit whose parent is no text"] = _malformed(
    lambda hand: b"tree " + b"0" * 40 + b"\nparent \xff\xfe\n\nx\n"
)
TAMPERINGS["a commit that is nothing"] = _malformed(lambda hand: b"")


@tampering
def a_tree_that_is_none(hand: Hand) -> str:
    tree = hand.write("tree", b"100644 brief.md\0short")
    data = f"tree {tree}\nauthor a <b> 1 +0000\ncommitter a <b> 1 +0000\n\nx\n".encode()
    name = hand.write("commit", data)
    hand.move(GREECE, name)
    return f"greece: commit {name[:12]} (record 1): "


# What readers see


def _on_main(hand: Hand, edit: Callable[[Hand, Record], None]) -> str:
    records = hand.records(MAIN)
    last = records[-1]
    record = Record("", dict(last.files), list(last.head), last.message, last.signature)
    edit(hand, record)
    name = hand.lay(MAIN, [*records, record])[-1]
    return f"commit {name[:12]} of main is not signed by the desk"


@tampering
def an_edited_page(hand: Hand) -> str:
    return _on_main(hand, lambda hand, r: hand.put(r, "briefs/portugal.md", b"# Another\n"))


@tampering
def an_edited_manifest(hand: Hand) -> str:
    return _on_main(hand, lambda hand, r: hand.edit(r, "manifest.json", briefs={}))


@tampering
def an_edited_receipt(hand: Hand) -> str:
    return _on_main(hand, lambda hand, r: hand.edit(r, "receipts/portugal.json", signoffs=[]))


@tampering
def a_page_of_a_brief_never_published(hand: Hand) -> str:
    return _on_main(hand, lambda hand, r: hand.put(r, "briefs/greece.md", b"# Greece\n"))


@tampering
def a_page_edited_on_the_disk(hand: Hand) -> str:
    """Main alone is rewound to the first edition, of which no later record speaks on the disk."""
    record = hand.records(MAIN)[-1]
    blob = record.files["receipts/portugal.json"][1]
    hand.overwrite(blob, "blob", b"{}")
    return f"portugal: object {blob[:12]} holds other bytes than its name says"


@tampering
def a_main_rewound_below_an_edition(hand: Hand) -> str:
    records = hand.records(MAIN)
    hand.move(MAIN, records[1].sha)
    return "portugal: edition 2 is tagged on a commit that main does not hold"


@tampering
def a_tag_moved_to_another_edition(hand: Hand) -> str:
    hand.move("refs/tags/published/portugal/1", hand.tip("refs/tags/published/portugal/2"))
    return "portugal: main holds another text of edition 1 than the one signed"


@tampering
def a_tag_moved_off_main(hand: Hand) -> str:
    hand.move("refs/tags/published/portugal/1", hand.tip(PORTUGAL))
    return "portugal: edition 1 is tagged on a commit that main does not hold"


@tampering
def a_tag_of_an_edition_never_published(hand: Hand) -> str:
    hand.move("refs/tags/published/portugal/3", hand.tip(MAIN))
    return "portugal: edition 3 is tagged, and no record published it"


@tampering
def a_tag_of_a_brief_never_published(hand: Hand) -> str:
    hand.move("refs/tags/published/greece/1", hand.tip(MAIN))
    return "greece: edition 1 is tagged, and no record published it"


@tampering
def a_tag_of_a_brief_that_is_none(hand: Hand) -> str:
    hand.move("refs/tags/published/italy/1", hand.tip(MAIN))
    return "the branch of italy is gone"


# Announcements


@tampering
def an_edited_outbox(hand: Hand) -> str:
    ref = OUTBOX + "greece"
    records = hand.records(ref)
    name = sorted(records[-1].files)[-1]
    hand.edit(records[-1], name, status="sent", mark="elsewhere")
    tip = hand.lay(ref, records)[-1]
    return f"greece: commit {tip[:12]} of the outbox is not signed by the desk"


@tampering
def an_outbox_of_another_brief(hand: Hand) -> str:
    """It is of the desk, and says nothing of this brief: so it hides that this one was rewound."""
    hand.move(GREECE, hand.records(GREECE)[7].sha)
    hand.move(OUTBOX + "greece", hand.tip(OUTBOX + "spain"))
    return "greece: "


@tampering
def an_outbox_without_its_branch(hand: Hand) -> str:
    hand.move(OUTBOX + "italy", hand.tip(OUTBOX + "spain"))
    return "the branch of italy is gone"
