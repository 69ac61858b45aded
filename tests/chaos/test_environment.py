"""What the environment holds does not reach Git, and Git's own settings are not taken on trust."""

import os
import stat
import subprocess

import pytest

from briefs.terms import Stage
from tasks.repository import Content, RepositoryError, upkeep
from tasks.repository.git import SETTINGS
from tests.chaos import desks
from tests.chaos.cases import REF, signs_at_last, tip
from tests.chaos.journeys import SLUG
from tests.chaos.verifier import Ledger, faults


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
        "[user]\n\tname = Mallory\n\temail = mallory@example.org\n"
        "[what no git can read\n"
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
