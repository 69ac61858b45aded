"""Where nobody tampered nothing is found, in whatever form the repository comes."""

import os
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from briefs.record import Actor
from briefs.tally import Tally
from briefs.terms import Action
from desk.cli import main
from desk.commands.policy import policy_files
from tasks import acts, signatures, verify
from tasks.agreed import current_policy, propose
from tasks.repository import Content, RepositoryError, site_branch, upkeep
from tests.verify import story
from tests.verify.hands import BRIEFS, MAIN, OUTBOX, Hand
from tests.verify.test_tampering import faults

WHOLE = {"greece": 9, "malta": 1, "portugal": 22, "spain": 12}


def git(*words: object, cwd: Path | None = None) -> None:
    subprocess.run(
        ["git", *map(str, words)],
        cwd=cwd,
        check=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": "/nowhere"},
    )


def holds(path: Path) -> None:
    report = verify.briefs(path)
    assert faults(report) == []
    assert {verdict.slug: verdict.records for verdict in report.verdicts} == WHOLE
    assert report.holds


def test_a_desk_and_its_repository_hold(told):
    holds(told.desk.content)
    holds(told.desk.root)


def test_what_was_proven_is_counted(told):
    found = {v.slug: v for v in verify.briefs(told.desk.content).verdicts}

    portugal, greece = found["portugal"], found["greece"]
    assert (portugal.revisions, portugal.editions) == (3, 2)
    assert (portugal.personal, portugal.witnessed) == (4, 1)
    assert (greece.personal, greece.witnessed) == (0, 2)


def test_verifying_changes_nothing(told):
    before = sorted((str(p), p.stat().st_mtime_ns) for p in told.desk.root.rglob("*"))

    verify.briefs(told.desk.content)

    assert sorted((str(p), p.stat().st_mtime_ns) for p in told.desk.root.rglob("*")) == before


def test_a_mirror_holds(told, scratch):
    git("clone", "-q", "--mirror", told.desk.content, scratch / "mirror.git")

    holds(scratch / "mirror.git")


def test_a_clone_with_the_desk_s_refs_holds(told, scratch):
    clone = scratch / "clone"
    git("clone", "-q", told.desk.content, clone)
    git("fetch", "-q", "origin", "refs/desk/*:refs/desk/*", cwd=clone)

    holds(clone)
    holds(clone / ".git")


def test_a_work_tree_linked_to_a_clone_holds(told, scratch):
    git("clone", "-q", "--mirror", told.desk.content, scratch / "mirror.git")
    git("--git-dir", scratch / "mirror.git", "worktree", "add", "-q", scratch / "tree", "main")

    holds(scratch / "tree")


def test_a_clone_without_the_desk_s_refs_says_what_to_fetch(told, scratch):
    git("clone", "-q", told.desk.content, scratch / "clone")

    said = faults(verify.briefs(scratch / "clone"))

    assert [s.partition(",")[0] for s in said] == ["there is no policy here"]
    assert said[0].endswith("git fetch origin 'refs/desk/*:refs/desk/*'")


def test_a_packed_repository_holds(copy):
    with Content(copy.desk.content) as content:
        upkeep.maintain(content)
    assert not (copy.desk.content / BRIEFS / "greece").exists()

    holds(copy.desk.content)


def test_a_repository_pruned_by_git_itself_holds(copy):
    git("--git-dir", copy.desk.content, "gc", "-q", "--prune=now")

    holds(copy.desk.content)


def test_what_others_keep_beside_the_desk_s_refs_is_no_fault(hand):
    hand.move("refs/heads/notes", hand.tip(MAIN))
    hand.move("refs/tags/v1", hand.tip(MAIN))
    hand.move("refs/notes/commits", hand.tip(MAIN))

    holds(hand.path)


def test_a_desk_without_briefs_holds(scratch, capsys):
    begun = story.begin(scratch / "desk")

    assert main(["verify", "--desk", str(begun.desk.root)]) == 0
    assert "no brief yet: there is nothing to verify" in capsys.readouterr().out


def test_what_main_lacks_yet_is_a_note(copy):
    with Content(copy.desk.content) as content:
        copy.act(content, story.Action.WITHDRAW, "portugal", story.EDITOR, _why("late"))

    report = verify.briefs(copy.desk.content)

    notes = {verdict.slug: verdict.notes for verdict in report.verdicts if verdict.notes}
    assert notes == {"portugal": ("main does not show the withdrawal yet: briefs reconcile",)}
    assert report.holds


def test_a_desk_key_that_was_rolled_holds(copy):
    """The policy names both keys, signed with the old one; then the desk signs with the new."""
    _roll(copy, both_first=True)

    report = verify.briefs(copy.desk.content)

    assert (faults(report), report.policies) == ([], 4)


def test_a_tag_that_is_gone_is_a_note_and_is_put_back(copy):
    with Content(copy.desk.content) as content:
        content.git.run("update-ref", "-d", "refs/tags/published/portugal/1")

    (verdict,) = verify.briefs(copy.desk.content, ["portugal"]).verdicts
    with Content(copy.desk.content) as content:
        site_branch.reflect(content, "portugal", current_policy(content))

    assert (verdict.fault, verdict.notes) == ("", ("edition 1 is not tagged: briefs reconcile",))
    assert verify.briefs(copy.desk.content, ["portugal"]).verdicts[0].notes == ()


def test_a_brief_withdrawn_before_its_page_was_made_verifies_and_goes_on(copy):
    with Content(copy.desk.content) as content:
        copy.sign(content, "greece", "cleo")
        copy.sign(content, "greece", "dora")
        copy.schedule(content, "greece", minutes=0)
        acts.publish(content, "greece", copy.now())
        copy.act(content, Action.WITHDRAW, "greece", story.EDITOR, _why("too early"))
        site_branch.reflect(content, "greece", current_policy(content))

    (verdict,) = verify.briefs(copy.desk.content, ["greece"]).verdicts

    assert (verdict.fault, verdict.notes, verdict.editions) == ("", (), 1)


def test_a_desk_key_that_was_lost_is_not_replaced_by_one_that_the_policy_does_not_know(copy):
    with pytest.raises(RepositoryError, match="restore the key from your backup"):
        _roll(copy, both_first=False)


def _roll(copy: story.Story, *, both_first: bool) -> None:
    old, new = copy.desk.root / "keys" / "desk", copy.desk.root / "keys" / "new"
    public = " ".join(old.with_suffix(".pub").read_text().split()[:2])
    fresh = signatures.make_key(new)
    entry = f"[{{key: {public}}}, {{key: {fresh}}}]"
    if not both_first:
        new.replace(old)
    with Content(copy.desk.content) as content:
        words = story.POLICY.replace("[{key: DESK}]", entry)
        dora = story.PEOPLE.replace("key: DORA}", "key: DORA, revoked: true}")
        copy.apply(content, "max", "zoe-vance", policy_yaml=words, people_yaml=dora)
    if both_first:
        new.replace(old)
    with Content(copy.desk.content) as content:
        copy.sign(content, "greece", "cleo")


def _why(reason: str):
    return story.Details(reason=reason)


# A machine without ssh-keygen


@pytest.fixture
def without_ssh_keygen(scratch, monkeypatch):
    folder = scratch / "bin"
    folder.mkdir()
    (folder / "git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", str(folder))
    assert not signatures.available()


def test_witnessed_sign_offs_need_no_ssh_keygen(told, without_ssh_keygen):
    assert verify.briefs(told.desk.content, ["greece", "malta"]).holds


def test_personal_sign_offs_are_proven_or_it_is_said_what_is_lacking(told, without_ssh_keygen):
    """Nothing unproven is called proven: either it is checked here, or the sentence says how."""
    found = verify.briefs(told.desk.content, ["portugal"])

    assert found.holds or all("ssh-keygen" in s and "install" in s for s in faults(found))


# Which desk it is


def test_the_key_that_all_rests_on_is_shown(told, capsys):
    assert main(["verify", "--repository", str(told.desk.content)]) == 0

    key = signatures.fingerprint((told.desk.root / "keys" / "desk.pub").read_text())
    assert f"all of this rests on the desk's key {key}" in capsys.readouterr().err


def test_another_desk_is_told_from_ours_by_its_key_alone(told, scratch, capsys):
    other = story.begin(scratch / "desk")
    with Content(other.desk.content) as content:
        other.submit(content, "portugal", story.text("another desk"))
    ours = told.desk.root / "keys" / "desk.pub"

    assert verify.briefs(other.desk.content).holds
    words = ["verify", "--repository", str(other.desk.content), "--desk-key", str(ours)]
    assert main(words) == 1
    assert "another key than the one you trust" in capsys.readouterr().out


def test_a_repository_that_is_none_is_refused(scratch, capsys):
    assert main(["verify", "--repository", str(scratch)]) != 0
    assert capsys.readouterr().err.startswith("briefs: ")


def test_a_brief_that_there_is_not_is_said_so(told):
    assert faults(verify.briefs(told.desk.content, ["italy"])) == ["italy: there is no such brief"]


def test_the_policy_of_the_files_is_the_one_that_counts(told):
    """So the past that was told ends where a desk's would: nothing waits to be applied."""
    with Content(told.desk.content) as content:
        files = policy_files(told.desk.policy)
        assert propose(content, files, Actor("max", "test"), told.clock).unchanged


def test_an_outbox_holds_claims_and_outcomes(told):
    hand = Hand(told.desk.content)

    assert len(hand.records(OUTBOX + "portugal")) > len(hand.record(OUTBOX + "portugal").files)


# What changes around a history that is true


def test_a_history_is_true_whatever_words_the_gates_use_by_now(copy, monkeypatch):
    """Spain went out by an override, whose record holds what the gates said then."""
    monkeypatch.setattr(Tally, "_lack", lambda *_: "get one more, in other words")

    assert faults(verify.briefs(copy.desk.content)) == []


def test_a_repository_that_would_fetch_what_it_lacks_is_not_read(copy, tmp_path):
    trace = tmp_path / "trace"
    config = ["git", "--git-dir", str(copy.desk.content), "config"]
    subprocess.run([*config, "remote.x.promisor", "true"], check=True)
    subprocess.run([*config, "remote.x.uploadpack", f"touch {trace}; false"], check=True)

    with pytest.raises(verify.Broken, match="reading it could run what it names"):
        verify.briefs(copy.desk.content)

    assert not trace.exists()


def test_a_type_that_changes_between_two_revisions_leaves_the_history_true(copy):
    type_ = files("briefs.types").joinpath("country.yaml").read_text("utf-8")
    newer = re.sub(r"^version: \d+", "version: 77", type_, flags=re.MULTILINE)
    newer = newer.replace("pass_mark: 80", "pass_mark: 79")
    with Content(copy.desk.content) as content:
        copy.submit(content, "malta", story.text("malta"))
        copy.apply(content, "max", "zoe-vance", **{"types/country.yaml": newer})
        copy.submit(content, "malta", story.text("malta again"))
        copy.submit(content, "malta", story.text("malta once more"), "zoe-vance")

    verdicts = verify.briefs(copy.desk.content, ["malta", "portugal"]).verdicts

    assert [verdict.fault for verdict in verdicts] == ["", ""]
