"""What scripts rely on: envelopes, formats, exit codes, keys, dry runs, and what is not loaded."""

import json
import os
import re
import subprocess
import sys

import pytest

from desk.cli import COMMANDS
from desk.exits import DONE, INTERNAL, INTERRUPTED, NOT_ENTITLED, REFUSED, USAGE, WAITING
from tests.desk.support import (
    LATER,
    PROJECT,
    carry_on,
    digest,
    file_at,
    git,
    record,
    refs,
    refused,
    traces,
)

FAULTY = """\
---
title: "Portugal: Strategic U.S. Foreign Policy Analysis"
country: PT
as_of: 2026-13-01
authors:
  - name: Ada Lopes
    email: ada@example.org
---

# Portugal: Strategic U.S. Foreign Policy Analysis

## Preface

Relations are close and rest on treaties.
"""


@pytest.fixture
def faulty(tmp_path):
    file = tmp_path / "faulty.md"
    file.write_text(FAULTY)
    return file


# Envelopes


READING = {
    ("status",): {"briefs", "needs"},
    ("status", "portugal"): {"briefs", "needs"},
    ("show", "portugal"): {"slug", "stage", "revision", "digest", "sections", "text"},
    ("history", "portugal"): {"slug", "history"},
    ("diff", "portugal"): {"slug", "old", "new", "diff", "sections"},
    ("ready", "portugal"): {"slug", "at", "ready", "objections", "people", "notes"},
    ("verify",): {"holds", "desk_keys", "policies", "fault", "briefs"},
    ("policy", "signers"): {"version", "lines"},
    ("outbox",): {"announcements"},
    ("outbox", "portugal"): {"announcements"},
    ("policy", "show"): {"version", "people", "rights", "proposed"},
    ("policy", "check"): {"version"},
    ("types",): {"types"},
    ("doctor",): {"checks"},
}


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_every_command_that_reads_answers_with_one_envelope_and_writes_nothing(
    desk_at, run, command
):
    root = desk_at("in review")
    before = traces(root)

    answer = run(*command, "--json").json

    assert answer["schema_version"] == 1
    assert READING[command] <= set(answer)
    assert traces(root) == before


def test_status_names_everything_that_a_script_needs(desk_at, run):
    root = desk_at("in review")
    answer = run("status", "portugal", "--json").json
    expected = {
        "slug": "portugal",
        "stage": "in review",
        "edition": 1,
        "revision": 1,
        "digest": record(root, "portugal")["digests"]["bytes"],
        "score": 100,
        "errors": 0,
        "scheduled_at": None,
        "published_edition": None,
        "withdrawn": False,
    }
    assert answer["briefs"][0] | expected == answer["briefs"][0]
    needs = "get 2 more sign-offs by role reviewer on all sections: ben, cleo can give it"
    assert answer["needs"] == [needs]


def test_show_gives_the_exact_text_and_the_digest_of_every_section(desk_at, run):
    root = desk_at("in review")
    answer = run("show", "portugal", "--json").json
    assert answer["text"].encode() == (root / "portugal.md").read_bytes()
    assert answer["sections"] == record(root, "portugal")["digests"]["sections"]
    assert {"3", "10.12", "@front", "@rest", "@assets"} <= set(answer["sections"])


def test_history_gives_every_record_in_order(desk_at, run):
    desk_at("approved")
    history = run("history", "portugal", "--json").json["history"]
    assert [(r["seq"], r["action"], r["person"], r["from"], r["to"]) for r in history] == [
        (1, "submit", "ada", None, "draft"),
        (2, "check", "desk", "draft", "checked"),
        (3, "score", "desk", "checked", "scored"),
        (4, "request review", "desk", "scored", "in review"),
        (5, "sign off", "ben", "in review", "in review"),
        (6, "sign off", "cleo", "in review", "approved"),
    ]


def test_diff_shows_what_changed_between_two_revisions(desk_at, run):
    root = desk_at("draft")
    file = root / "portugal.md"
    file.write_text(file.read_text().replace("Relations are close", "Relations are good"))
    assert run("submit", file, "--as", "ada").code == 0
    lines = run("diff", "portugal", "1..2", "--json").json["diff"]
    changed = [line[:19] for line in lines if line[0] in "+-"]
    assert changed == ["--- r1", "+++ r2", "-Relations are clos", "+Relations are good"]


WRITING_ANSWERS = {"slug", "stage", "revision", "digest", "key", "commit", "repeated", "unchanged"}


def test_every_act_answers_with_one_envelope(desk_at, run):
    root = desk_at("new")
    answer = run("submit", root / "portugal.md", "--as", "ada", "--json").json
    more = {"accepted", "passed", "findings", "shortfalls", "score"}
    assert WRITING_ANSWERS | more <= set(answer)
    carry_on(root, "portugal")
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root), "--json")
    answer = run(*words).json
    assert set(answer) >= WRITING_ANSWERS | {"schema_version", "needs"}
    assert answer["commit"] == git(root, "rev-parse", "briefs/portugal")


def test_a_refused_submission_is_accepted_and_says_so(desk, run, faulty):
    told = run("submit", faulty, "--slug", "portugal", "--as", "ada", "--json")
    assert told.code == REFUSED
    answer = told.json
    assert (answer["accepted"], answer["passed"], answer["stage"]) == (True, False, "draft")
    assert {"line": 4, "severity": "error"}.items() <= next(
        finding.items() for finding in answer["findings"] if finding["line"] == 4
    )


# check


def test_check_json_gives_findings_and_score_of_every_file(run, faulty, tmp_path):
    (tmp_path / "empty.md").write_bytes(b"")
    sample = PROJECT / "templates" / "sample" / "portugal.md"
    told = run("check", sample, faulty, tmp_path / "empty.md", "--format", "json")

    assert told.code == REFUSED
    assert told.json["schema_version"] == 1
    good, bad, empty = told.json["files"]
    assert (good["file"], good["score"]["total"], good["score"]["passed"]) == (
        str(sample),
        100,
        True,
    )
    assert not [f for f in good["findings"] if f["severity"] == "error"]
    assert empty["score"] is None
    fields = {"file", "line", "column", "severity", "rule", "message", "node"}
    for finding in bad["findings"] + empty["findings"]:
        assert fields <= set(finding) <= fields | {"fix"}
        assert finding["severity"] in ("error", "warning", "info")
        assert finding["line"] >= 1 and finding["column"] >= 1 and finding["message"]
    assert [f["line"] for f in bad["findings"] if "month" in f["message"].lower()] == [4] or [
        f["line"] for f in bad["findings"] if f["line"] == 4
    ]


def test_check_json_says_which_points_are_lost_where(run, faulty):
    score = run("check", faulty, "--format", "json").json["files"][0]["score"]
    assert (score["pass_mark"], score["passed"]) == (80, False)
    for section in score["sections"]:
        assert {"path", "title", "line", "weight", "earned", "lost"} <= set(section)
    lost = sum(loss["points"] for section in score["sections"] for loss in section["lost"])
    assert 0 <= score["total"] - (100 - lost) + 1 <= 1.001
    assert abs(sum(section["weight"] for section in score["sections"]) - 100) < 0.01


def test_check_github_writes_annotations_that_survive_an_awkward_file_name(run, tmp_path):
    file = tmp_path / "a,b:c 100%.md"
    file.write_text(FAULTY)
    told = run("check", file, "--format", "github")
    assert told.code == REFUSED
    place = r"file=[^,:]*a%2Cb%3Ac 100%25\.md,line=\d+,col=\d+,title=[a-z-]+"
    form = re.compile(f"::(error|warning|notice) {place}::.+")
    assert all(form.fullmatch(line) for line in told.out.splitlines()), told.out
    assert any(",line=4," in line for line in told.out.splitlines())


def test_check_sarif_is_a_log_of_its_version(run, faulty):
    log = run("check", faulty, "--format", "sarif").json
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    assert log["$schema"].endswith("sarif-2.1.0.json")
    driver, results = log["runs"][0]["tool"]["driver"], log["runs"][0]["results"]
    assert driver["name"] == "briefs"
    assert {r["ruleId"] for r in results} == {rule["id"] for rule in driver["rules"]}
    assert {r["level"] for r in results} <= {"error", "warning", "note"}
    places = [r["locations"][0]["physicalLocation"] for r in results]
    assert {p["artifactLocation"]["uri"] for p in places} == {str(faulty)}
    assert 4 in [p["region"]["startLine"] for p in places]


def test_check_text_gives_a_line_a_finding_and_a_verdict_without_colour(run, faulty):
    told = run("check", faulty)
    lines = told.out.splitlines()
    assert (told.code, told.err) == (REFUSED, "")
    assert [line for line in lines if line.startswith(f"{faulty}:4:1: error ")]
    assert "score 0 of 100 (pass mark 80): does not pass" in lines[-1]
    lost = [float(points) for points in re.findall(r" (\d+\.\d\d) points lost: ", told.out)]
    score = run("check", faulty, "--format", "json").json["files"][0]["score"]
    earned = sum(section["earned"] for section in score["sections"])
    assert 0 < earned < 1 and abs(sum(lost) + earned - 100) < 0.01
    assert "\033" not in told.out


def test_check_takes_every_mode_and_submit_is_the_default(run, faulty):
    found = {
        mode: run("check", faulty, "--format", "json", "--mode", mode).json["files"][0]["findings"]
        for mode in ("draft", "submit", "publish")
    }
    assert found["submit"] == run("check", faulty, "--format", "json").json["files"][0]["findings"]
    count = {mode: [f["severity"] for f in fs].count("error") for mode, fs in found.items()}
    assert count["draft"] < count["submit"] <= count["publish"]


# Dry runs and keys


WRITING = {
    "submit": ("in review", ("submit", "other.md", "--slug", "portugal", "--as", "ada")),
    "recall": ("in review", ("recall", "portugal", "--as", "ada")),
    "abandon": ("in review", ("abandon", "portugal", "--as", "ada")),
    "assign": ("in review", ("assign", "portugal", "--to", "ben", "--as", "zoe-vance")),
    "approve": ("in review", ("approve", "portugal", "--as", "ben", "--digest", "DIGEST")),
    "request-changes": (
        "in review",
        ("request-changes", "portugal", "--as", "ben", "--reason", "Why not."),
    ),
    "retract": ("approved", ("retract", "portugal", "--as", "ben")),
    "schedule": ("approved", ("schedule", "portugal", "--at", LATER, "--as", "zoe-vance")),
    "unschedule": ("scheduled", ("unschedule", "portugal", "--as", "zoe-vance")),
    "publish": ("approved", ("publish", "portugal", "--as", "zoe-vance")),
    "withdraw": ("published", ("withdraw", "portugal", "--reason", "Wrong.", "--as", "zoe-vance")),
}


@pytest.fixture
def prepared(desk_at, tmp_path):
    """A desk at the stage that a command needs, and the command's words."""

    def prepare(command):
        stage, words = WRITING[command]
        root = desk_at(stage)
        text = (root / "portugal.md").read_text()
        (tmp_path / "other.md").write_text(text.replace("Relations are close", "Relations are ok"))
        return root, [digest(root) if word == "DIGEST" else word for word in words]

    return prepare


@pytest.mark.parametrize("command", WRITING)
def test_a_dry_run_asks_the_gates_and_changes_nothing(prepared, run, command):
    root, words = prepared(command)
    before, files = traces(root), sorted(root.rglob("*"))

    told = run(*words, "--dry-run")

    assert (told.code, told.err) == (DONE, "")
    assert told.out == "portugal: this would be taken; nothing was changed\n"
    assert run(*words, "--dry-run", "--json").json["dry_run"] is True
    assert traces(root) == before
    assert [f for f in sorted(root.rglob("*")) if f not in files and f.name != "desk.lock"] == []


@pytest.mark.parametrize("command", WRITING)
def test_one_key_is_one_act_and_a_retry_answers_with_its_first_result(prepared, run, command):
    root, words = prepared(command)
    first = run(*words, "--key", "k-1", "--json").json
    before = traces(root)

    again = run(*words, "--key", "k-1", "--json").json

    assert traces(root) == before
    assert (first["repeated"], again["repeated"]) == (False, True)
    told = ("key", "commit", "stage", "revision", "digest", "scheduled_at")
    assert [again[name] for name in told] == [first[name] for name in told]
    assert run(*words, "--key", "k-1").out.startswith("portugal: said before; ")


def test_a_retry_is_told_the_first_result_although_the_brief_has_moved_on(desk_at, run):
    root = desk_at("new")
    words = ("submit", root / "portugal.md", "--as", "ada", "--key", "k-1", "--json")
    first = run(*words).json
    carry_on(root, "portugal")
    again = run(*words).json
    assert (again["stage"], again["commit"]) == ("draft", first["commit"])


def test_every_act_without_a_key_gets_its_own_and_shows_it(desk_at, run):
    root = desk_at("in review")
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root))
    keys = [re.search(r"key (\w{16})$", run(*words).out, re.M).group(1) for _ in range(2)]
    assert len(set(keys)) == 2
    assert record(root, "portugal", "event.json")["key"] == keys[-1]


def test_a_dry_run_of_policy_apply_and_of_publish_due_changes_nothing(desk_at, run):
    root = desk_at("scheduled")
    people = root / "policy" / "people.yaml"
    people.write_text(people.read_text().replace("Ben Okafor", "Benedict Okafor"))
    before = traces(root)
    told = run("policy", "apply", "--dry-run", "--as", "zoe-vance")
    assert told.code == DONE and "would be" in told.out
    assert run("publish", "--due", "--dry-run").out == "due: nothing\n"
    assert traces(root) == before
    assert run("policy", "apply", "--as", "zoe-vance", "--json").json["dry_run"] is False
    assert refs(root) != before[0]


# Exit codes


def test_the_exit_codes_are_the_ones_that_scripts_know():
    assert (DONE, REFUSED, USAGE, INTERNAL, NOT_ENTITLED, WAITING, INTERRUPTED) == (
        0,
        1,
        2,
        3,
        4,
        8,
        130,
    )


@pytest.mark.parametrize(
    ("stage", "code", "words"),
    [
        ("draft", REFUSED, "have it taken to review: briefs serve does so"),
        ("in review", WAITING, "get 2 more sign-offs by role reviewer"),
        ("approved", REFUSED, "schedule it, or publish it now"),
        ("scheduled", REFUSED, "wait until 2027-06-01T07:00:00Z"),
        ("published", REFUSED, "edition 1 is published"),
    ],
)
def test_ready_says_by_its_code_what_stands_between(desk_at, run, stage, code, words):
    desk_at(stage)
    told = run("ready", "portugal")
    assert told.code == code
    assert words in told.out


def test_ready_says_that_a_returned_brief_waits_for_its_author(desk_at, run):
    desk_at("in review")
    run("request-changes", "portugal", "--as", "ben", "--reason", "Say how close.")
    told = run("ready", "portugal")
    assert told.code == REFUSED
    assert "submit a new revision: ben took r1 out of review" in told.out
    assert "Say how close." in told.out


def test_ready_looks_ahead_to_the_moment_asked_for(desk_at, run):
    desk_at("scheduled")
    told = run("ready", "portugal", "--at", LATER)
    assert told.code == DONE
    assert "nothing stands against publication" in told.out


def test_several_files_or_briefs_answer_with_the_worst_code(desk_at, run, faulty):
    root = desk_at("approved")
    assert run("check", root / "portugal.md").code == DONE
    assert run("check", root / "portugal.md", faulty).code == REFUSED
    told = run("schedule", "portugal", "atlantis", "--at", LATER, "--as", "zoe-vance")
    assert told.code == USAGE
    assert "portugal: scheduled" in told.out and "briefs: atlantis: there is no brief" in told.err


def test_an_unforeseen_fault_is_internal_and_one_sentence(desk, run, monkeypatch):
    monkeypatch.setattr("tasks.acts.standings", lambda content: 1 / 0)
    told = run("status")
    assert (told.code, told.out, told.err.count("\n")) == (INTERNAL, "", 1)
    assert "internal error: ZeroDivisionError" in told.err and "BRIEFS_DEBUG=1" in told.err


def test_an_interruption_is_130_and_says_nothing(desk, run, monkeypatch):
    def interrupt(content):
        raise KeyboardInterrupt

    monkeypatch.setattr("tasks.acts.standings", interrupt)
    assert run("status") == (INTERRUPTED, "", "")


def test_answers_go_to_standard_output_and_the_rest_to_standard_error(desk, run):
    told = run("submit", desk / "portugal.md", "--as", "ada")
    assert told.out.startswith("portugal: draft, r1, digest ")
    assert told.err.startswith("recorded; announcements and pages are queued: briefs serve")


@pytest.mark.slow
def test_a_reader_who_leaves_early_is_no_fault(desk_at):
    root = desk_at("draft")
    command = f"{sys.executable} -m desk.cli show portugal --desk {root}; echo $? >&2"
    done = subprocess.run(
        ["bash", "-c", f"({command}) | head -n 1"],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
    )
    assert done.stdout == "---\n"
    assert done.stderr.splitlines()[-1] == "0"


# Help and documentation


@pytest.mark.parametrize("command", [*COMMANDS, "policy show", "policy apply", "outbox deliver"])
def test_every_command_has_help(run, command):
    told = run(*command.split(), "--help")
    assert told.code == DONE
    usage, text, *_ = told.out.strip().split("\n\n")
    assert usage.startswith("Usage: ")
    assert text.strip().endswith(".") and len(text.split()) > 3, told.out


def test_every_command_is_documented():
    readme = (PROJECT / "README.md").read_text("utf-8")
    if "briefs submit" not in readme:
        pytest.skip("README.md has no table of commands yet")
    assert [command for command in COMMANDS if f"briefs {command}" not in readme] == []


# What is not loaded


LOADS = """\
import json, sys
from desk.cli import main
code = main(json.loads(sys.argv[1]))
found = [name for name in ("prefect", "slack_sdk", "git", "fastapi") if name in sys.modules]
print(json.dumps([code, found]), file=sys.stderr)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "never"),
    [
        (("check", "DESK/portugal.md"), {"prefect", "slack_sdk", "git", "fastapi"}),
        (("check", "--help"), {"prefect", "slack_sdk", "git", "fastapi"}),
        (("types",), {"prefect", "slack_sdk", "git", "fastapi"}),
        (("status",), {"prefect", "fastapi"}),
        (("show", "portugal"), {"prefect", "fastapi"}),
        (("history", "portugal"), {"prefect", "fastapi"}),
        (("diff", "portugal"), {"prefect", "fastapi"}),
        (("ready", "portugal"), {"prefect", "fastapi"}),
        (("outbox", "deliver"), {"prefect", "fastapi"}),
        (("policy", "show"), {"prefect", "fastapi"}),
        (("submit", "DESK/portugal.md", "--as", "ada"), {"prefect", "fastapi"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_loads_only_what_it_needs(desk_at, command, never):
    root = desk_at("in review")
    words = [word.replace("DESK", str(root)) for word in command]
    done = subprocess.run(
        [sys.executable, "-c", LOADS, json.dumps(words)],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
        env=os.environ | {"BRIEFS_DESK": str(root)},
    )
    code, found = json.loads(done.stderr.splitlines()[-1])
    assert code in (DONE, WAITING), done.stderr
    assert never & set(found) == set()


def test_what_show_prints_is_the_text_that_its_digest_names(desk_at, run):
    root = desk_at("in review")
    told = run("show", "portugal")
    assert told.out.encode() == file_at(root, "portugal", "brief.md")
    assert digest(root) in told.err
    refused(run("show", "portugal", "--revision", "2"), REFUSED, "has no r2")
