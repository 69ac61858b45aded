"""The remote: everything goes there, nothing is forced, and what is tampered with is an alarm."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from briefs.errors import TransitionRefused
from desk.cli import main
from tasks import acts
from tasks.repository import Content, RepositoryError
from tasks.repository.remote import alarm, push, without
from tasks.settings import Desk
from tests.tasks.conftest import hand_in, sample

BELGIUM = "refs/heads/briefs/portugal"


def pushed(desk: Desk, remote: Path | str) -> None:
    with Content(desk.content) as content:
        push(content, str(remote), acts.now())


def here(desk: Desk) -> dict[str, str]:
    return {r: sha for r, sha in refs(desk.content).items() if not r.startswith("refs/pushed/")}


def test_a_push_brings_every_brief_and_record_to_the_remote(desk: Desk, tmp_path: Path) -> None:
    remote = bare(tmp_path / "remote.git")
    hand_in(desk, sample(desk))

    pushed(desk, remote)
    pushed(desk, remote)

    assert refs(remote) == here(desk)


def test_a_remote_that_is_merely_behind_is_no_alarm(desk: Desk, tmp_path: Path) -> None:
    remote = bare(tmp_path / "remote.git")
    hand_in(desk, sample(desk))
    pushed(desk, remote)
    hand_in(desk, sample(desk).replace("Relations are close", "Relations are warm"))

    pushed(desk, remote)

    assert refs(remote) == here(desk)


def foreign(remote: Path) -> None:
    commit_on(remote, BELGIUM)


def rewound(remote: Path) -> None:
    git(remote, "update-ref", BELGIUM, git(remote, "rev-parse", f"{BELGIUM}~1"))


def gone(remote: Path) -> None:
    git(remote, "update-ref", "-d", BELGIUM)


def added(remote: Path) -> None:
    commit_on(remote, "refs/heads/briefs/spain")


TAMPERED = {
    foreign: f"{BELGIUM} holds there what this desk never wrote",
    rewound: f"{BELGIUM} was rewound there, from ",
    gone: f"{BELGIUM} is gone from it",
    added: "it holds refs/heads/briefs/spain, which this desk never wrote",
}


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda f: f.__name__)
def test_row_49_a_remote_that_was_tampered_with_is_an_alarm_and_is_left_as_it_is(
    desk: Desk, tmp_path: Path, tamper: Callable[[Path], None]
) -> None:
    remote = bare(tmp_path / "remote.git")
    hand_in(desk, sample(desk))
    hand_in(desk, sample(desk).replace("Relations are close", "Relations are warm"))
    pushed(desk, remote)
    mended = refs(remote)
    tamper(remote)
    left = refs(remote)

    with pytest.raises(RepositoryError, match="publication is stopped") as caught:
        pushed(desk, remote)

    assert TAMPERED[tamper] in str(caught.value)
    assert refs(remote) == left
    with Content(desk.content) as content:
        assert [TAMPERED[tamper] in fault for fault in alarm(content)] == [True]
        with pytest.raises(TransitionRefused, match="restore the remote, publication is stopped"):
            acts.publish(content, "portugal")
    # Once it is as it was, the alarm ends by itself.
    for ref in left.keys() | mended.keys():
        words = (ref, mended[ref]) if ref in mended else ("-d", ref)
        git(remote, "update-ref", *words)
    pushed(desk, remote)
    with Content(desk.content) as content:
        assert alarm(content) == []


def test_the_doctor_names_an_alarm(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remote = bare(tmp_path / "remote.git")
    hand_in(desk, sample(desk))
    pushed(desk, remote)
    gone(remote)
    with pytest.raises(RepositoryError):
        pushed(desk, remote)

    code = main(["doctor", "--desk", str(desk.root)])

    assert code == 1
    assert f"✗ the remote: {BELGIUM} is gone from it" in capsys.readouterr().out


def test_a_foreign_branch_before_the_first_push_is_never_overwritten(
    desk: Desk, tmp_path: Path
) -> None:
    remote = bare(tmp_path / "remote.git")
    hand_in(desk, sample(desk))
    left = commit_on(remote, BELGIUM)

    with pytest.raises(RepositoryError, match="never wrote"):
        pushed(desk, remote)

    assert refs(remote) == {BELGIUM: left}


def test_another_remote_begins_anew_and_none_ends_the_alarm(desk: Desk, tmp_path: Path) -> None:
    first, second = bare(tmp_path / "first.git"), bare(tmp_path / "second.git")
    hand_in(desk, sample(desk))
    pushed(desk, first)

    pushed(desk, second)

    assert refs(second) == here(desk)
    gone(second)
    with pytest.raises(RepositoryError, match="is gone from it"):
        pushed(desk, second)
    with Content(desk.content) as content:
        without(content, acts.now())
        assert alarm(content) == []


def test_a_remote_out_of_reach_is_one_sentence_and_no_alarm(desk: Desk, tmp_path: Path) -> None:
    hand_in(desk, sample(desk))

    with pytest.raises(RepositoryError) as caught:
        pushed(desk, tmp_path / "nowhere")

    assert "\n" not in str(caught.value)
    with Content(desk.content) as content:
        assert alarm(content) == []


def test_a_remote_cannot_be_a_command(desk: Desk, tmp_path: Path) -> None:
    hand_in(desk, sample(desk))
    trace = tmp_path / "trace"

    with pytest.raises(RepositoryError):
        pushed(desk, f"ext::touch {trace}")

    assert not trace.exists()


def refs(repository: Path) -> dict[str, str]:
    lines = git(repository, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    return dict(line.split() for line in lines)


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
    commit = git(repository, *who, "commit-tree", "-m", "foreign", tree)
    git(repository, "update-ref", ref, commit)
    return commit
