"""What a submission builds on when nobody says: what its author last submitted or was shown."""

import json
from pathlib import Path

import pytest

from desk.cli import main
from tasks.settings import Desk
from tests.tasks.conftest import ACCOUNT, sample

EDITED = ("Relations are close", "Relations are warm")


@pytest.fixture(autouse=True)
def here(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFS_DESK", str(desk.root))
    monkeypatch.setattr("desk.client.account_name", lambda _: ACCOUNT)
    assert main(["submit", str(desk.root / "portugal.md"), "--as", "ada"]) == 0


def test_an_editor_who_has_not_seen_the_newest_revision_is_asked_to_read_it(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["submit", str(edited(desk, tmp_path)), "--as", "zoe-vance"])

    assert code == 1
    assert "r1 by ada is newer than r0: read it (briefs show portugal)" in capsys.readouterr().err


@pytest.mark.parametrize("reading", [["show", "portugal"], ["diff", "portugal"]])
def test_what_was_shown_is_what_the_next_submission_builds_on(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], reading: list[str]
) -> None:
    assert main(reading) == 0

    assert main(["submit", str(edited(desk, tmp_path)), "--as", "zoe-vance"]) == 0

    capsys.readouterr()
    main(["status", "portugal", "--json"])
    assert json.loads(capsys.readouterr().out)["briefs"][0]["revision"] == 2


def test_a_broken_cache_is_as_good_as_none(desk: Desk, tmp_path: Path) -> None:
    main(["show", "portugal"])
    for file in (desk.state / "shown").iterdir():
        file.write_bytes(b"[broken")

    assert main(["submit", str(edited(desk, tmp_path)), "--as", "zoe-vance"]) == 1


def edited(desk: Desk, folder: Path) -> Path:
    target = folder / "portugal.md"
    target.write_text(sample(desk).replace(*EDITED), "utf-8")
    return target
