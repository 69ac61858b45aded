"""Start-up, packing and pushing, on real repositories."""

import subprocess
from pathlib import Path

import pytest

from desk.cli import main
from tasks.repository import Content, RepositoryError, upkeep
from tasks.settings import Desk
from tests.tasks.conftest import hand_in, sample


def test_a_content_repository_is_made_once(desk: Desk) -> None:
    with pytest.raises(RepositoryError, match="a content repository is made once"):
        upkeep.establish(desk.content, {}, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["core.fsync", "core.fsyncMethod", "gc.auto", "core.hooksPath"])
def test_start_up_refuses_a_repository_whose_settings_were_changed(desk: Desk, name: str) -> None:
    git(desk.content, "config", name, "wrong")

    with Content(desk.content) as content, pytest.raises(RepositoryError, match=f"set {name} to"):
        upkeep.start_up(content)


def test_start_up_refuses_a_repository_that_lost_an_object(desk: Desk) -> None:
    hand_in(desk, sample(desk))
    blob = git(desk.content, "rev-parse", "briefs/portugal:state.json")
    (desk.content / "objects" / blob[:2] / blob[2:]).unlink()

    with Content(desk.content) as content, pytest.raises(RepositoryError, match="git fsck says"):
        upkeep.start_up(content)


def test_start_up_removes_what_a_killed_writer_left_and_nothing_else(desk: Desk) -> None:
    hand_in(desk, sample(desk))
    stale = desk.content / "refs" / "heads" / "briefs" / "portugal.lock"
    stale.touch()

    with Content(desk.content) as content:
        mended = upkeep.start_up(content)

    assert mended == ["removed the stale lock refs/heads/briefs/portugal.lock"]
    assert (desk.content / "desk.lock").exists()


def test_packing_changes_no_history_and_leaves_the_repository_writable(desk: Desk) -> None:
    hand_in(desk, sample(desk))
    first = git(desk.content, "rev-parse", "briefs/portugal")

    with Content(desk.content) as content:
        upkeep.maintain(content)
    hand_in(desk, sample(desk).replace("Relations are close", "Relations are warm"))

    assert git(desk.content, "rev-list", "briefs/portugal").splitlines()[1:] == [first]
    assert git(desk.content, "fsck", "--full", "--strict") == ""


def test_a_push_brings_every_brief_and_record_to_the_remote(desk: Desk, tmp_path: Path) -> None:
    remote = bare(tmp_path / "remote.git")
    hand_in(desk, sample(desk))

    with Content(desk.content) as content:
        upkeep.push(content, str(remote))
        upkeep.push(content, str(remote))

    assert git(remote, "for-each-ref") == git(desk.content, "for-each-ref")


def test_a_foreign_commit_on_the_remote_is_never_overwritten(desk: Desk, tmp_path: Path) -> None:
    remote = bare(tmp_path / "remote.git")
    hand_in(desk, sample(desk))
    foreign = commit_on(remote, "refs/heads/briefs/portugal")

    with (
        Content(desk.content) as content,
        pytest.raises(RepositoryError, match="did not take the push"),
    ):
        upkeep.push(content, str(remote))

    assert git(remote, "rev-parse", "refs/heads/briefs/portugal") == foreign
    assert len(git(remote, "for-each-ref").splitlines()) == 1


def test_a_remote_out_of_reach_is_one_sentence(desk: Desk, tmp_path: Path) -> None:
    hand_in(desk, sample(desk))

    with Content(desk.content) as content, pytest.raises(RepositoryError) as caught:
        upkeep.push(content, str(tmp_path / "nowhere"))

    assert "\n" not in str(caught.value)


def test_a_remote_cannot_be_a_command(desk: Desk, tmp_path: Path) -> None:
    hand_in(desk, sample(desk))
    trace = tmp_path / "trace"

    with Content(desk.content) as content, pytest.raises(RepositoryError):
        upkeep.push(content, f"ext::touch {trace}")

    assert not trace.exists()


def git(repository: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "--git-dir", str(repository), *words], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def bare(path: Path) -> Path:
    subprocess.run(["git", "init", "-q", "--bare", str(path)], check=True)
    return path


def commit_on(repository: Path, ref: str) -> str:
    tree = git(repository, "hash-object", "-t", "tree", "-w", "/dev/null")
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    foreign = git(repository, *who, "commit-tree", "-m", "foreign", tree)
    git(repository, "update-ref", ref, foreign)
    return foreign


def test_a_machine_without_git_is_told_so_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    code = main(["init", str(tmp_path / "desk"), "--admin", "Zoe Vance <zoe@example.org>"])

    assert code == 2
    assert "git is not installed; install it" in capsys.readouterr().err
    assert not (tmp_path / "desk").exists()
