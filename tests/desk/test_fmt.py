"""`briefs fmt`: what is written, what is shown, and what it answers."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.briefs.samples import COUNTRY
from tests.desk.support import PROJECT, Told, refused

SAMPLE = (PROJECT / "templates" / "sample" / "portugal.md").read_bytes()
BENT = SAMPLE.replace(b"\n## Preface\n", b"\n## **Preface**\n").replace(
    b"\n## Crises\n", b"\n### **Crises**\n"
)
SAID = "3 lines {}: heading-bold 2, heading-level 1, newline-final 1"

SHARED = Path(os.environ.get("BRIEFS_SHARED", PROJECT.parent / "shared"))
SEED = SHARED / "seed" / "belgium.md"


@pytest.fixture
def draft(tmp_path):
    file = tmp_path / "portugal.md"
    file.write_bytes(BENT.rstrip())
    return file


def test_a_draft_is_mended_in_its_place_and_then_there_is_nothing_to_do(run, draft):
    assert run("fmt", draft) == Told(0, "", f"{draft}: {SAID.format('mended')}\n")
    assert draft.read_bytes() == SAMPLE
    assert run("fmt", draft) == Told(0, "", f"{draft}: nothing to mend\n")


def test_check_writes_nothing_and_fails_when_something_would_change(run, draft):
    before = draft.read_bytes()

    assert run("fmt", "--check", draft) == Told(1, "", f"{draft}: {SAID.format('to mend')}\n")

    assert draft.read_bytes() == before
    assert run("fmt", draft).code == 0
    assert run("fmt", "--check", draft).code == 0


def test_diff_writes_nothing_and_shows_a_patch(run, draft, tmp_path):
    before = draft.read_bytes()

    told = run("fmt", "--diff", draft)

    assert told.code == 0 and draft.read_bytes() == before
    assert told.out.startswith(f"--- {draft}\n+++ {draft}\n@@ ")
    assert "\n-### **Crises**\n+## Crises\n" in told.out
    assert told.out.count("\\ No newline at end of file\n") == 1
    subprocess.run(["patch", "-s", draft], input=told.out.encode(), check=True, timeout=60)
    assert draft.read_bytes() == SAMPLE
    assert run("fmt", "--diff", "--check", draft) == Told(0, "", f"{draft}: nothing to mend\n")


def test_a_patch_of_a_file_from_windows_is_one(run, draft):
    draft.write_bytes(BENT.replace(b"\n", b"\r\n").replace(b"\r\n", b"\n", 2))

    told = run("fmt", "--diff", "--check", draft)

    assert told.code == 1
    patch = ["patch", "--binary", "-s", draft]
    subprocess.run(patch, input=told.out.encode(), check=True, timeout=60)
    assert draft.read_bytes() == SAMPLE.replace(b"\n", b"\r\n")


def test_on_a_terminal_the_diff_has_colours_and_line_ends_are_seen(run, draft, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    draft.write_bytes(SAMPLE.replace(b"\n", b"\r\n", 1))

    told = run("fmt", "--diff", draft)

    assert "\x1b[31m----␍\x1b[0m\n" in told.out and "\x1b[32m+---\x1b[0m\n" in told.out


def test_a_file_keeps_its_mode_and_a_link_stays_one(run, draft, tmp_path):
    draft.chmod(0o640)
    link = tmp_path / "link.md"
    link.symlink_to(draft.name)

    assert run("fmt", link).code == 0

    assert link.is_symlink() and draft.read_bytes() == SAMPLE
    assert draft.stat().st_mode & 0o7777 == 0o640
    assert sorted(file.name for file in tmp_path.iterdir()) == ["link.md", "portugal.md"]


def test_a_file_without_a_change_is_not_written(run, draft):
    draft.write_bytes(SAMPLE)
    before = draft.stat()

    assert run("fmt", draft).code == 0

    assert (draft.stat().st_ino, draft.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("data", [b"", b"# No front matter\n", b"---\nx: [\n---\n", b"---\n\xff"])
def test_a_file_that_cannot_be_read_as_a_brief_is_left_as_it_is(run, tmp_path, data):
    file = tmp_path / "bad.md"
    file.write_bytes(data)

    refused(run("fmt", file), 1, "bad.md: ")

    assert file.read_bytes() == data


def test_one_file_that_fails_keeps_no_other_from_being_mended(run, draft, tmp_path):
    told = run("fmt", tmp_path / "nowhere.md", tmp_path, draft)

    assert told.code == 1 and draft.read_bytes() == SAMPLE
    assert [line.split(": ")[0] for line in told.err.splitlines()] == [
        "briefs",
        "briefs",
        str(draft),
    ]
    assert told.err.count("is no file") == 2


def test_an_unknown_type_is_refused_before_any_file_is_touched(run, draft):
    before = draft.read_bytes()

    refused(run("fmt", draft, "--type", "nonesuch"), 2, "nonesuch", "is no brief type")

    assert draft.read_bytes() == before


def test_a_draft_is_mended_as_its_type_asks(run, tmp_path):
    file = tmp_path / "eip-1.md"
    file.write_bytes(b"---\neip: 1\ntitle: One  \n---\n\n## **Abstract**\n\n\n\nText.  \n")

    assert run("fmt", file, "--type", "eip").code == 0

    assert file.read_bytes() == b"---\neip: 1\ntitle: One\n---\n\n## **Abstract**\n\nText.\n"


def test_front_matter_beside_a_draft_is_read_and_left_alone(run, draft, tmp_path, monkeypatch):
    apart = COUNTRY.front_matter.model_copy(update={"style": "beside", "file": "brief.yaml"})
    held = COUNTRY.model_copy(update={"front_matter": apart, "version": 999})
    monkeypatch.setattr("desk.commands.formatting.brief_type", lambda name, own: held)
    front, text = BENT[4:].split(b"---\n\n", 1)
    (tmp_path / "brief.yaml").write_bytes(front)
    draft.write_bytes(text)

    assert run("fmt", draft, "--type", "ours").code == 0

    assert draft.read_bytes() == SAMPLE.split(b"---\n\n", 1)[1]
    assert (tmp_path / "brief.yaml").read_bytes() == front


def test_fixes_that_never_settle_are_refused_and_named(run, draft, monkeypatch):
    before = draft.read_bytes()
    monkeypatch.setattr("briefs.formatting.MOST_PASSES", 1)

    refused(run("fmt", draft), 1, "left as it was", "heading-bold", "undo each other")

    assert draft.read_bytes() == before


def test_a_file_that_may_not_be_written_is_left_as_it_is(run, draft, monkeypatch):
    before = draft.read_bytes()
    monkeypatch.setattr(os, "access", lambda *_: False)

    refused(run("fmt", draft), 1, "may not be written")

    assert draft.read_bytes() == before


def test_when_the_disk_is_full_the_old_text_stands(run, draft, tmp_path, monkeypatch):
    before = draft.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    refused(run("fmt", draft), 1, "cannot be written: No space left on device")

    assert draft.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["portugal.md"]


def test_what_it_loads_is_no_desk(draft):
    code = "import sys; from desk.cli import main; main(sys.argv[1:]); print(*sys.modules)"
    command = [sys.executable, "-c", code, "fmt", draft]
    loaded = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=PROJECT, timeout=60
    ).stdout.split()

    assert {"prefect", "git", "slack_sdk", "fastapi"}.isdisjoint(loaded)


@pytest.mark.skipif(not SEED.is_file(), reason=f"the seed is not there: {SEED}")
def test_a_copy_of_the_seed_is_mended_once_and_for_all(run, tmp_path):
    file = tmp_path / "belgium.md"
    file.write_bytes(SEED.read_bytes())

    assert re.search(r"\d\d lines mended: .*heading-bold 4", run("fmt", file).err)

    assert run("fmt", "--check", file).code == 0
    told = run("check", file).out
    assert not re.search(r"\[(?:heading|number|label-hyphen|title-differs|rule-trailing)", told)


def test_the_hooks_call_commands_that_there_are(run):
    hooks = (PROJECT / ".pre-commit-hooks.yaml").read_text("utf-8")
    entries = re.findall(r"^  entry: briefs (\S+)$", hooks, re.MULTILINE)

    assert entries == ["fmt", "check"]
    assert [run(entry, "--help").code for entry in entries] == [0, 0]
