"""Faults, one at a time: each ends as one clear sentence or as success, nothing half-written."""

import fcntl
import os
import resource
import shutil
import stat
import subprocess
from contextlib import contextmanager
from datetime import timedelta

import pytest
from git.exc import GitCommandError

from briefs.errors import TransitionRefused, UnreadableRecord
from briefs.record import Details
from briefs.terms import Action, Stage
from tasks import acts, outbox, unfinished
from tasks.repository import Content, RepositoryError, site_branch, upkeep
from tasks.repository.git import SETTINGS, Plumbing
from tests.chaos import desks, journeys
from tests.chaos.journeys import SLUG
from tests.chaos.verifier import Ledger, faults

REF = f"refs/heads/briefs/{SLUG}"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A desk with a brief in review that ben has signed, and one message out of all."""
    root = tmp_path_factory.mktemp("prepared") / "desk"
    journeys.prepare("sign-off", root)
    with Content(root / "content.git") as content:
        acts.perform(content, desks.act(Action.RETRACT, SLUG, "cleo-retracts", "cleo"))
    return root


@pytest.fixture
def desk(prepared, tmp_path):
    return desks.open_desk(shutil.copytree(prepared, tmp_path / "desk"))


@pytest.fixture
def content(desk):
    with Content(desk.content) as found:
        yield found


def keys(content):
    return [event["key"] for _, event in Ledger(content.path).history(SLUG)]


def tip(content):
    return Ledger(content.path).refs()[REF]


def signs_at_last(content, key="cleo-signs-again"):
    """Say whether the next write succeeds, and all is sound after it."""
    outcome = desks.sign(content, SLUG, key, "cleo")
    return (outcome.commit, outcome.state.stage, faults(content.path)) == (
        tip(content),
        Stage.APPROVED,
        [],
    )


# The disk


@pytest.fixture
def small(desk, tmp_path):
    """A content repository on a disk of its own, of a few megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=6m,nr_inodes=2000", "none", str(disk)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        with Content(shutil.copytree(desk.content, disk / "content.git")) as found:
            yield found
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_is_said_and_nothing_is_half_written(small):
    before, filler = tip(small), small.path.parent / "filler"
    with suppress_full(), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)

    with pytest.raises(RepositoryError, match=r"nothing was recorded.*No space left") as raised:
        desks.sign(small, SLUG, "cleo-signs-again", "cleo")

    assert "\n" not in str(raised.value)
    assert tip(small) == before
    filler.unlink()
    assert signs_at_last(small)


def test_a_disk_that_fills_at_any_point_of_a_write_leaves_nothing_half_written(small):
    filler, done = small.path.parent / "filler", 0
    for number in range(16):
        with suppress_full(), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
        os.truncate(filler, filler.stat().st_size - number * 4096)
        before, key = tip(small), f"sign-{number}"
        try:
            commit = desks.sign(small, SLUG, key, desks.REVIEWERS[number % 8]).commit
            done += 1
        except RepositoryError:
            commit = before
        filler.unlink()
        assert tip(small) == commit
        assert faults(small.path) == []
    assert 0 < done < 16


@contextmanager
def suppress_full():
    with pytest.raises(OSError, match="No space left"):
        yield


def test_a_repository_that_became_read_only_is_said(small):
    disk = str(small.path.parent)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)

    with pytest.raises(RepositoryError, match="cannot be written to: Read-only file system"):
        desks.sign(small, SLUG, "cleo-signs-again", "cleo")

    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert signs_at_last(small)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write to anything")
def test_folders_without_permission_are_said(content):
    (content.path / "desk.lock").unlink()
    content.path.chmod(0o500)

    with pytest.raises(RepositoryError, match="cannot be written to"):
        desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    content.path.chmod(0o700)
    assert signs_at_last(content)


def test_a_limit_on_the_size_of_files_that_kills_git_is_said(content, monkeypatch):
    before, kind = tip(content), type(content.git._git)
    execute = kind.execute

    def limited(self, command, *args, **kwargs):
        if "hash-object" not in command:
            return execute(self, command, *args, **kwargs)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
        try:
            return execute(self, command, *args, **kwargs)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    with monkeypatch.context() as patch:
        patch.setattr(kind, "execute", limited)
        with pytest.raises(RepositoryError, match="nothing was recorded"):
            desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert tip(content) == before
    assert signs_at_last(content)


def test_a_limit_on_the_size_of_files_in_our_own_process_is_said(content):
    before = tip(content)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        with pytest.raises(RepositoryError, match=r"nothing was recorded.*File too large"):
            desks.sign(content, SLUG, "cleo-signs-again", "cleo")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert tip(content) == before
    assert signs_at_last(content)


# Git


def test_the_lock_of_a_ref_that_a_killed_writer_left_holds_nobody_up(content):
    (content.path / f"{REF}.lock").touch()

    assert signs_at_last(content)


def test_start_up_sweeps_all_locks_that_killed_writers_left(content):
    left = [f"{REF}.lock", "packed-refs.lock", "refs/desk/policy.lock", "config.lock"]
    for name in left:
        (content.path / name).touch()

    mended = upkeep.start_up(content)

    assert sorted(mended) == sorted(f"removed the stale lock {name}" for name in left)
    assert signs_at_last(content)


def failing_update(monkeypatch, *, moves):
    """Let `git update-ref` fail once, after or before it did its work."""
    run, failed = Plumbing.run, []

    def failing(self, *words, **kwargs):
        if words[0] == "update-ref" and not failed:
            failed.append(words)
            if moves:
                run(self, *words, **kwargs)
            raise GitCommandError(words, 128, b"fatal: the disk went away")
        return run(self, *words, **kwargs)

    monkeypatch.setattr(Plumbing, "run", failing)


def test_an_error_after_the_ref_has_moved_is_none(content, monkeypatch):
    failing_update(monkeypatch, moves=True)

    outcome = desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert outcome.commit == tip(content)
    assert keys(content).count("cleo-signs-again") == 1


def test_an_error_before_the_ref_has_moved_is_said_and_nothing_is_recorded(content, monkeypatch):
    before = tip(content)
    failing_update(monkeypatch, moves=False)

    with pytest.raises(RepositoryError, match=r"could not move .* the disk went away"):
        desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert tip(content) == before
    assert signs_at_last(content)


def overtaken(monkeypatch, act):
    """Let another machine, which our lock does not keep out, take `act` just before a ref moves."""
    move, raced = Plumbing.move, []

    def late(self, ref, new, old):
        if not raced:
            raced.append(act)
            with Content(self.path) as elsewhere:
                acts._attempt(elsewhere, act, {}, acts.now() - timedelta(hours=1))
        return move(self, ref, new, old)

    monkeypatch.setattr(Plumbing, "move", late)


def test_after_a_lost_race_the_gate_looks_again_and_refuses(content, monkeypatch):
    asks = desks.act(
        Action.REQUEST_CHANGES, SLUG, "ben-asks", "ben", Details(reason="one more thing")
    )
    overtaken(monkeypatch, asks)

    with pytest.raises(TransitionRefused, match="cannot sign off while draft"):
        desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert keys(content)[-1] == "ben-asks"
    assert "cleo-signs-again" not in keys(content)
    assert faults(content.path) == []


def test_after_a_lost_race_that_changes_nothing_for_it_the_act_is_taken_once(content, monkeypatch):
    digest = desks.digest_of(content, SLUG)
    signs = desks.act(Action.SIGN_OFF, SLUG, "other", "reviewer-1", Details(digest=digest))
    overtaken(monkeypatch, signs)

    outcome = desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert keys(content)[-2:] == ["other", "cleo-signs-again"]
    assert outcome.event.source is Stage.APPROVED
    assert faults(content.path) == []


def test_after_a_lost_race_with_itself_an_act_is_taken_once(content, monkeypatch):
    digest = desks.digest_of(content, SLUG)
    same = desks.act(Action.SIGN_OFF, SLUG, "cleo-signs-again", "cleo", Details(digest=digest))
    overtaken(monkeypatch, same)

    outcome = desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert outcome.repeated
    assert outcome.commit == tip(content)
    assert keys(content).count("cleo-signs-again") == 1


# Keys


def test_a_key_that_was_seen_before_answers_with_its_first_result(content):
    first = desks.sign(content, SLUG, "cleo-signs-again", "cleo")
    details = Details(reason="one more thing")
    acts.perform(content, desks.act(Action.REQUEST_CHANGES, SLUG, "ben-asks", "ben", details))

    again = desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert (again.commit, again.state, again.event) == (first.commit, first.state, first.event)
    assert again.repeated
    assert keys(content)[-1] == "ben-asks"


def test_the_key_of_a_submission_answers_with_its_first_result_whatever_stands_now(content):
    first = Ledger(content.path).history(SLUG)[0][0]

    again = desks.submit(content, SLUG, "submission", desks.good("ada"))

    assert (again.repeated, again.commit, again.state.stage) == (True, first, Stage.DRAFT)


def test_the_key_of_a_submission_does_not_answer_for_another_text(content):
    before = tip(content)

    with pytest.raises(TransitionRefused, match="was used to submit another text"):
        desks.submit(content, SLUG, "submission", desks.good("other words"))

    assert tip(content) == before


@pytest.mark.parametrize("mark", ["ada", "other words"])
def test_a_key_that_named_another_act_is_refused(content, mark):
    before = tip(content)

    with pytest.raises(TransitionRefused, match="take another key: ben-signs was used to sign off"):
        desks.submit(content, SLUG, "ben-signs", desks.good(mark))

    assert tip(content) == before


# What the first campaigns found


def test_a_submission_carried_on_again_after_it_was_sent_back_ends_and_says_why(content):
    details = Details(reason="one more thing")
    acts.perform(content, desks.act(Action.REQUEST_CHANGES, SLUG, "ben-asks", "ben", details))

    taken = unfinished.take(content, SLUG, Action.CHECK, "submission")

    assert taken.stage == Stage.DRAFT
    assert "ben took r1 out of review" in taken.objections[0]


def test_publishing_what_is_out_already_changes_nothing_and_is_no_refusal(content):
    desks.sign(content, SLUG, "cleo-signs-again", "cleo")
    desks.release(content, SLUG, "zoe-releases")
    first = acts.publish(content, SLUG)

    again = acts.publish(content, SLUG)

    assert (again.commit, again.unchanged) == (first.commit, True)


def test_main_without_its_tag_is_unfinished(content):
    published(content)
    tag = f"{site_branch.TAGS}{SLUG}/1"
    Ledger(content.path).git("update-ref", "-d", tag)

    assert [work.page for work in unfinished.survey(content)[0]] == [True]
    site_branch.reflect(content, SLUG, acts.current_policy(content))

    assert tag in Ledger(content.path).refs()
    assert not any(work.page for work in unfinished.survey(content)[0])


def test_a_publisher_that_waited_for_the_lock_does_not_undo_a_withdrawal(content, monkeypatch):
    published(content)
    locked, late = Content.locked, []

    @contextmanager
    def overtaken_at_the_lock(self):
        if self is content and not late:
            late.append(self)
            with Content(self.path) as other:
                act = desks.act(
                    Action.WITHDRAW, SLUG, "zoe-withdraws", desks.EDITOR, Details(reason="wrong")
                )
                acts.perform(other, act)
                site_branch.reflect(other, SLUG, acts.current_policy(other))
        with locked(self):
            yield

    monkeypatch.setattr(Content, "locked", overtaken_at_the_lock)
    commit = site_branch.reflect(content, SLUG, acts.current_policy(content))

    assert site_branch.manifest(content, commit)[SLUG]["withdrawn"]["by"] == desks.EDITOR
    assert faults(content.path) == []


def published(content):
    desks.sign(content, SLUG, "cleo-signs-again", "cleo")
    desks.release(content, SLUG, "zoe-releases")
    acts.publish(content, SLUG)
    site_branch.reflect(content, SLUG, acts.current_policy(content))


# The environment


@pytest.fixture
def hostile(monkeypatch, tmp_path):
    """An environment that would turn any other Git against us; the folder that must stay empty."""
    home, trap = tmp_path / "home", tmp_path / "trap"
    hooks = home / "hooks"
    hooks.mkdir(parents=True)
    trap.mkdir()
    for name in ("reference-transaction", "post-update", "pre-commit"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {trap}/hook\nexit 1\n")
        (hooks / name).chmod(stat.S_IRWXU)
    config = home / ".gitconfig"
    config.write_text(
        f"[core]\n\thooksPath = {hooks}\n\tfsync = none\n\tfsyncMethod = batch\n"
        f'[alias]\n\tupdate-ref = "!touch {trap}/alias"\n\thash-object = "!touch {trap}/alias"\n'
        "[user]\n\tname = Mallory\n\temail = mallory@example.org\n[safe]\n\tdirectory = nowhere\n"
    )
    elsewhere = tmp_path / "elsewhere.git"
    subprocess.run(["git", "init", "-q", "--bare", str(elsewhere)], check=True)
    variables = {
        "HOME": home,
        "GIT_DIR": elsewhere,
        "GIT_WORK_TREE": trap,
        "GIT_INDEX_FILE": trap / "index",
        "GIT_OBJECT_DIRECTORY": trap / "objects",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": trap / "alternates",
        "GIT_NAMESPACE": "foreign",
        "GIT_CONFIG_GLOBAL": config,
        "GIT_CONFIG_SYSTEM": config,
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": hooks,
        "GIT_CONFIG_PARAMETERS": f"'core.hooksPath={hooks}'",
        "GIT_AUTHOR_NAME": "Mallory",
        "GIT_AUTHOR_EMAIL": "mallory@example.org",
        "GIT_AUTHOR_DATE": "2001-01-01T00:00:00Z",
        "GIT_COMMITTER_NAME": "Mallory",
        "GIT_COMMITTER_DATE": "2001-01-01T00:00:00Z",
        "GIT_TRACE": trap / "trace",
        "GIT_TRACE2": trap / "trace2",
        "GIT_EXEC_PATH": hooks,
        "GIT_REF_PARANOIA": "0",
        "XDG_CONFIG_HOME": home,
        "LC_ALL": "fr_FR.UTF-8",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, str(value))
    return trap


def test_a_hostile_environment_has_no_influence(desk, hostile):
    with Content(desk.content) as content:
        outcome = desks.sign(content, SLUG, "cleo-signs-again", "cleo")
        settings = {name: content.git.run("config", "--get", name) for name in SETTINGS}
        identity = content.git.run("cat-file", "commit", outcome.commit)

    assert outcome.commit == Ledger(desk.content).refs()[REF]
    assert settings == SETTINGS
    assert "Mallory" not in identity
    assert identity.count("Brief Desk <desk@briefs.invalid>") == 2
    assert list(hostile.iterdir()) == []
    assert faults(desk.content) == []


def test_a_machine_without_any_git_identity_will_do(desk, monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))

    with Content(desk.content) as content:
        assert signs_at_last(content)


def test_a_replaced_commit_is_not_what_the_desk_reads(content):
    ledger = Ledger(content.path)
    first, last = ledger.history(SLUG)[0][0], tip(content)
    ledger.git("update-ref", f"refs/replace/{last}", first)

    assert content.state(last).stage is Stage.IN_REVIEW
    assert signs_at_last(content)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_that_was_changed_is_named_at_start_up(content, name):
    Ledger(content.path).git("config", "--unset", name)
    with pytest.raises(RepositoryError, match=f"set {name} to {SETTINGS[name]}.*says nothing"):
        upkeep.start_up(content)

    Ledger(content.path).git("config", name, "0.5")
    with pytest.raises(RepositoryError, match=f"set {name} to {SETTINGS[name]}.*says 0.5"):
        upkeep.start_up(content)


def test_missing_objects_are_named_at_start_up(content):
    blob = Ledger(content.path).git("rev-parse", f"{tip(content)}:brief.md").decode().strip()
    (content.path / "objects" / blob[:2] / blob[2:]).unlink()

    with pytest.raises(RepositoryError, match="restore it from its remote: git fsck says"):
        upkeep.start_up(content)


# Foreign trees


FOREIGN = {
    "a link for the text": "120000 blob {blob}\tbrief.md",
    "a link beside it": "120000 blob {blob}\tother",
    "a gitlink": "160000 commit {commit}\tsub",
    "an executable": "100755 blob {blob}\trun.sh",
    "Git's attributes": "100644 blob {blob}\t.gitattributes",
    "Git's modules": "100644 blob {blob}\t.gitmodules",
    "a foreign file": "100644 blob {blob}\tnotes.txt",
    "a foreign folder": "040000 tree {tree}\tmore",
    "a foreign asset": "040000 tree {tree}\tassets",
    "a folder in a folder": "040000 tree {nested}\tassets",
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_tree_with_what_the_desk_does_not_write_is_refused_on_reading(content, what):
    plant(content, FOREIGN[what])
    planted = tip(content)

    with pytest.raises(UnreadableRecord):
        content.files(planted)
    with pytest.raises(UnreadableRecord):
        acts.dossier(content, desks.act(Action.SIGN_OFF, SLUG, "key", "cleo"))
    with pytest.raises(UnreadableRecord):
        desks.sign(content, SLUG, "cleo-signs-again", "cleo", "0" * 64)

    assert tip(content) == planted
    desks.submit(content, "other", "other", desks.good("other"))


def plant(content, entry):
    """Commit a foreign entry on top of the brief, as somebody with plain Git would."""
    ledger = Ledger(content.path)

    def make(*words, data=b""):
        return ledger.git(*words, data=data).decode().strip()

    commit = tip(content)
    blob = make("hash-object", "-w", "--stdin", data=b"/etc/passwd")
    tree = make("mktree", data=f"100644 blob {blob}\tnotes.txt\n".encode())
    nested = make("mktree", data=f"040000 tree {tree}\tmore\n".encode())
    name = entry.rpartition("\t")[2]
    kept = [
        line for line in make("ls-tree", commit).splitlines() if line.rpartition("\t")[2] != name
    ]
    entry = entry.format(blob=blob, commit=commit, tree=tree, nested=nested)
    whole = make("mktree", "--missing", data="\n".join([*kept, entry, ""]).encode())
    who = "Mallory <mallory@example.org> 1751371200 +0000"
    text = f"tree {whole}\nparent {commit}\nauthor {who}\ncommitter {who}\n\nhello\n"
    planted = make("hash-object", "-t", "commit", "-w", "--stdin", data=text.encode())
    ledger.git("update-ref", REF, planted)


def test_one_brief_that_cannot_be_read_keeps_no_other_waiting(desk, content):
    desks.submit(content, "other", "other", desks.good("other"))
    plant(content, "120000 blob {blob}\tstate.json")

    works, said = unfinished.survey(content)

    assert [work.slug for work in works] == ["other"]
    assert [sentence.partition(":")[0] for sentence in said] == [SLUG]
    assert len(outbox.deliver(desk, content, "other")) == 1


def test_a_lock_that_somebody_holds_for_long_is_named(content, monkeypatch):
    monkeypatch.setattr("tasks.repository.content.PATIENCE", 0.3)
    with (content.path / "desk.lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(RepositoryError, match="another process has held the desk's lock"):
            desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert signs_at_last(content)
