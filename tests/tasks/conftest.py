"""A desk with one brief in it, made by the front door that people use."""

import base64
from pathlib import Path

import pytest

from briefs.terms import Action
from desk.cli import main
from desk.doors import handle
from desk.request import Request
from tasks.settings import Desk, open_desk

ACCOUNT = "tester"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose sample people all map to one account."""
    monkeypatch.setattr("getpass.getuser", lambda: ACCOUNT)
    folder = tmp_path / "desk"
    assert main(["init", str(folder), "--admin", "Zoe Vance <zoe@example.org>", "--sample"]) == 0
    return open_desk(folder)


def hand_in(desk: Desk, text: str, slug: str = "portugal") -> None:
    """Submit `text` as Ada; nothing carries it on."""
    data = base64.b64encode(text.encode("utf-8")).decode("ascii")
    request = Request(Action.SUBMIT, slug, "ada", None, False, {"data": data})
    handle(desk, request, ACCOUNT, "command line")


def sample(desk: Desk) -> str:
    """Return the text of the sample brief."""
    return (desk.root / "portugal.md").read_text("utf-8")
