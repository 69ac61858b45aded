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


def git(repository: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "--git-dir", str(repository), *words], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_machine_without_git_is_told_so_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    code = main(["init", str(tmp_path / "desk"), "--admin", "Zoe Vance <zoe@example.org>"])

    assert code == 2
    assert "git is not installed; install it" in capsys.readouterr().err
    assert not (tmp_path / "desk").exists()
