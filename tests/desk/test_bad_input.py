"""What comes in from outside and is wrong: an exit code, and one sentence with a remedy."""

import os
import shutil
import subprocess
import tracemalloc

import pytest

from tests.desk.support import (
    ADMIN,
    PROJECT,
    STEPS,
    carry_on,
    digest,
    file_at,
    forge,
    git,
    record,
    refs,
    refused,
)

FRONT = """\
---
title: "{title}"
country: PT
as_of: {as_of}
authors:
  - name: Ada Lopes
    email: ada@example.org
---

# Portugal: Strategic U.S. Foreign Policy Analysis

Text.
"""


def front(title="Portugal: Strategic U.S. Foreign Policy Analysis", as_of="2026-06-30"):
    return FRONT.format(title=title, as_of=as_of)


def without_heading(title):
    """Return a draft whose title stands in its front matter alone."""
    return front(title).replace("\n# ", "\n## ")


@pytest.fixture
def draft(tmp_path):
    """Write a draft; answer with its path."""

    def write(content, name="portugal.md"):
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return write


# What intake cannot read


UNREADABLE = {
    "a lone byte 80": (b"---\ntitle: x\n---\n\nnot \x80 UTF-8\n", "line 5: ", "save it as UTF-8"),
    "Latin-1": (front("Português").encode("latin-1"), "line 2: ", "save it as UTF-8"),
    "UTF-16": (front().encode("utf-16"), "line 1: ", "save it as UTF-8"),
    "no byte": (b"", "the draft is empty", "briefs new"),
    "white space alone": (b" \n\t\n", "the draft is empty", "briefs new"),
    "no front matter": (b"# Portugal\n", "line 1: ", "begin it with a block between two lines"),
    "front matter without end": (b"---\ntitle: x\n", "line 1: ", "end it with a line of ---"),
    "broken YAML": (b"---\ntitle: x\ncountry: [PT\n---\n", "line ", "mend this line"),
    "a key twice": (b"---\ntitle: x\ntitle: y\n---\n", "line 3: ", "keep one of them"),
    "an alias": (b"---\ntitle: &a x\nregion: *a\n---\n", "line 2: ", "write it out"),
    "a tag": (b"---\ntitle: !!python/name:os.system x\n---\n", "line 2: ", "plain value"),
    "a merge key": (b"---\n<<: {stage: approved}\n---\n", "line 2: ", "write the keys out"),
    "a lone surrogate": (b'---\ntitle: "\\ud800"\n---\n', "line 2: ", ""),
    "NUL": (front().encode() + b"\n\0\n", "line 14: ", "U+0000", "remove it"),
    "an escape sequence": (front().encode() + b"\n\x1b[2J\n", "line 14: ", "U+001B", "remove it"),
    "2,001 headings": (front().encode() + b"\n# x\n" * 2_001, "2000 headings", "split the draft"),
    "10,000 quotes": (front().encode() + b"\n" + b">" * 10_000 + b"\n", "line 14: ", "flatten"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_intake_cannot_read_is_refused_with_its_line_and_leaves_no_trace(
    desk, run, draft, without_a_trace, what
):
    data, *words = UNREADABLE[what]
    file = draft(data)
    with without_a_trace(desk):
        refused(run("submit", file, "--as", "ada"), 1, f"briefs: {file}: ", *words)


@pytest.mark.parametrize("what", UNREADABLE)
def test_check_reports_what_intake_cannot_read_as_a_finding_on_its_line(run, draft, what):
    data, *words = UNREADABLE[what]
    told = run("check", draft(data))
    assert (told.code, told.err, told.out.count("\n")) == (1, "", 1)
    assert not [word for word in words if word not in told.out]


def test_a_file_of_100_mb_is_refused_without_being_read_whole(desk, run, draft, without_a_trace):
    file = draft(front())
    os.truncate(file, 100_000_000)
    tracemalloc.start()
    try:
        with without_a_trace(desk):
            refused(
                run("submit", file, "--as", "ada"), 1, "over 1,048,576 bytes; shorten or split it"
            )
        assert tracemalloc.get_traced_memory()[1] < 16_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("command", [("submit", "--as", "ada"), ("check",)])
@pytest.mark.parametrize("name", ["folder.md", "missing.md", "pipe.md"])
def test_what_is_no_file_is_refused(desk, run, tmp_path, command, name):
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    verb, *options = command
    refused(run(verb, name, *options), 1, f"{name} is no file", "name a Markdown file")


def test_a_month_13_is_a_finding_on_its_line_and_the_draft_is_safe(desk, run, draft):
    file = draft(front(as_of="2026-13-01"))
    told = run("submit", file, "--as", "ada")
    assert told.code == 1
    assert any(line.startswith(f"{file}:4:1: error ") for line in told.out.splitlines()), told.out
    assert "the draft is safe" in told.err
    assert record(desk, "portugal")["stage"] == "draft"
    assert file_at(desk, "portugal", "brief.md") == file.read_bytes()


# Who


@pytest.mark.parametrize(
    "command",
    [
        ("submit", "portugal.md"),
        ("approve", "portugal", "--digest", "0" * 12),
        ("publish", "portugal"),
        ("policy", "apply"),
    ],
)
@pytest.mark.parametrize("person", ["nobody", "", "ada ", "Ada", "desk"])
def test_a_person_who_is_not_of_this_account_is_refused(desk_at, run, command, person):
    root = desk_at("in review")
    shutil.copy(root / "portugal.md", "portugal.md")
    refused(run(*command, "--as", person), 4, "may act as zoe-vance, ada, ben, cleo")


def test_a_person_of_another_account_is_refused(desk_at, run, without_a_trace):
    root = desk_at("in review")
    people = root / "policy" / "people.yaml"
    head, cleo = people.read_text().split("  - id: cleo")
    text = head + "  - id: cleo" + cleo.rstrip().rpartition("\n")[0] + "\n    accounts: [cleo]\n"
    people.write_text(text)
    assert run("policy", "apply", "--as", "zoe-vance").code == 0

    with without_a_trace(root):
        told = run("approve", "portugal", "--as", "cleo", "--digest", digest(root))
    refused(told, 4, "may act as zoe-vance, ada, ben, not as “cleo”")


def test_an_account_of_several_persons_is_asked_which(desk, run):
    refused(run("submit", desk / "portugal.md"), 4, "--as one of zoe-vance, ada, ben, cleo")


def test_an_account_that_is_nobodys_is_refused_and_told_who_helps(desk, run, without_a_trace):
    people = desk / "policy" / "people.yaml"
    text = people.read_text().replace("accounts: [", "accounts: [x")
    people.write_text(text.replace('[x"', '["x-'))
    assert run("policy", "apply", "--as", "zoe-vance").code == 0

    with without_a_trace(desk):
        told = run("submit", desk / "portugal.md", "--as", "ada")
    refused(told, 4, "belongs to nobody on this desk", "an admin adds it to people.yaml")


# Which brief


ON_A_BRIEF = {
    "status": (),
    "show": (),
    "history": (),
    "diff": (),
    "ready": (),
    "outbox": (),
    "approve": ("--digest", "0" * 12, "--as", "ben"),
    "request-changes": ("--reason", "Because.", "--as", "ben"),
    "retract": ("--as", "ben"),
    "assign": ("--to", "ben", "--as", "zoe-vance"),
    "recall": ("--as", "ada"),
    "abandon": ("--as", "ada"),
    "schedule": ("--at", "2027-06-01 09:00", "--as", "zoe-vance"),
    "unschedule": ("--as", "zoe-vance"),
    "publish": ("--as", "zoe-vance"),
    "withdraw": ("--reason", "Because.", "--as", "zoe-vance"),
}


@pytest.mark.parametrize("command", ON_A_BRIEF)
def test_a_slug_that_no_brief_has_is_refused(desk, run, without_a_trace, command):
    with without_a_trace(desk):
        told = run(command, "atlantis", *ON_A_BRIEF[command])
    refused(told, 2, "there is no brief “atlantis”", "briefs status lists them")


SLUGS = [
    *("../../etc/cron.d/x", "/abs", "a/../b", "a/b", "%2e%2e%2f", "..\\x"),
    *("con", "CON", "aux.md", "aux", "nul", "com1", "lpt9", "a.", "a ", " a", "x:y", "x" * 300),
    *("", ".", "..", ".git", ".GIT", ".g\u200cit", "git~1", "git", "a.lock", "a@{1}", "@", "a..b"),
    *("-rf", "--output=x", "-x", "--", "x-", "x--y"),
    *("Tax-Brief", "português", "e\u0301", "\u0435u", "\u202etxt", "a\nb", "a\0b", "*", "$(id)"),
    *("index", "feed", "assets", "receipts", "manifest", "head", "main", "policy", "desk"),
]


@pytest.mark.parametrize("slug", SLUGS, ids=ascii)
def test_what_is_no_slug_names_no_brief_and_no_file_and_leaves_no_trace(
    desk, run, without_a_trace, tmp_path, slug
):
    files = sorted(tmp_path.rglob("*"))
    with without_a_trace(desk):
        refused(run("submit", desk / "portugal.md", "--as", "ada", f"--slug={slug}"), 2)
        refused(run("new", "--country", "PT", "--", slug), 2)
    assert sorted(tmp_path.rglob("*")) == files


@pytest.mark.parametrize("command", ON_A_BRIEF)
@pytest.mark.parametrize("slug", ["-rf", ""], ids=ascii)
def test_what_is_no_slug_is_refused_by_every_command(desk, run, command, slug):
    refused(run(command, *ON_A_BRIEF[command], "--", slug), 2, "is not a slug")


def test_a_slug_that_is_none_is_answered_with_the_nearest_that_is_one(desk, run, draft):
    told = run("submit", draft(front(), "Tax Brief.md"), "--as", "ada")
    refused(told, 2, "“Tax Brief” is not a slug", "the nearest is “tax-brief”")


# Which text


def test_a_digest_that_is_not_the_current_one_is_refused_with_both_named(desk_at, run):
    root = desk_at("in review")
    told = run("approve", "portugal", "--as", "ben", "--digest", "0123456789ab")
    refused(told, 1, digest(root), "0123456789ab", "briefs diff portugal")


@pytest.mark.parametrize("given", ["", "8", "11 letters of it"])
def test_a_digest_that_is_too_short_is_refused(desk_at, run, given):
    root = desk_at("in review")
    short = digest(root)[:11] if given.startswith("11") else given
    told = run("approve", "portugal", "--as", "ben", "--digest", short)
    refused(told, 1, "digest", "as briefs show prints it")


def test_a_submission_past_somebody_elses_newer_revision_is_refused(desk, run, draft):
    text = (desk / "portugal.md").read_text()
    run("submit", desk / "portugal.md", "--as", "ada")
    hers = draft(text.replace("Relations are close", "Relations are good"))
    assert run("submit", hers, "--as", "zoe-vance", "--base", "1").code == 0
    his = draft(text.replace("Relations are close", "Relations are warm"))

    refused(run("submit", his, "--as", "ada"), 1, "r2 by zoe-vance is newer", "--base 2")

    assert record(desk, "portugal")["revision"] == 2
    assert run("submit", his, "--as", "ada", "--base", "2").code == 0


def test_equal_bytes_submitted_again_change_nothing(desk_at, run, without_a_trace):
    root = desk_at("draft")
    with without_a_trace(root):
        told = run("submit", root / "portugal.md", "--as", "ada")
    assert (told.code, told.err) == (0, "")
    assert "nothing changed; draft, r1" in told.out


def test_the_bytes_that_were_sent_back_are_refused_with_the_reason(desk_at, run, without_a_trace):
    root = desk_at("in review")
    run("request-changes", "portugal", "--as", "ben", "--reason", "Say how close.")
    with without_a_trace(root):
        told = run("submit", root / "portugal.md", "--as", "ada")
    refused(told, 1, "change the text", "ben sent it back (Say how close.)")


@pytest.mark.parametrize("title", ["OK\\n\\nReviewed-by: Chief <c@gov>", "refs/heads/main", "-rf"])
def test_a_title_that_looks_like_a_trailer_a_ref_or_an_option_is_a_title(desk, run, draft, title):
    before = refs(desk)
    told = run("submit", draft(without_heading(title)), "--as", "ada")
    assert told.code == 1 and "Traceback" not in told.err

    message = git(desk, "log", "-1", "--format=%B", "briefs/portugal")
    trailers = git(desk, "log", "-1", "--format=%(trailers:only,keyonly)", "briefs/portugal")
    added = [ref for ref in refs(desk) if ref not in before]
    assert [ref.split()[0] for ref in added] == ["refs/heads/briefs/portugal"]
    assert "Chief" not in message and "Reviewed-by" not in trailers
    shown = title.replace("\\n", " ").replace("  ", " ")
    assert record(desk, "portugal")["title"] == shown
    assert run("status", "portugal").out.splitlines()[0] == f"portugal: draft  {shown}"


@pytest.mark.parametrize("title", ["\\0", "\\u202e", "a\\x1b[2Jb", "\\u200b"])
def test_a_title_that_cannot_be_shown_is_never_shown(desk, run, draft, title):
    told = run("submit", draft(without_heading(title)), "--as", "ada")
    assert told.code == 1 and "Traceback" not in told.err
    shown = run("status").out
    assert all(line.isprintable() for line in (told.out + told.err + shown).splitlines())
    if "portugal" in shown:
        assert record(desk, "portugal")["title"]


def test_a_comment_that_looks_like_a_trailer_is_a_comment(desk_at, run):
    root = desk_at("in review")
    comment = "OK\n\nReviewed-by: Chief <c@gov>"
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root), "--comment", comment)
    assert run(*words).code == 0
    assert "Chief" not in git(root, "log", "-1", "--format=%B", "briefs/portugal")
    assert record(root, "portugal", "event.json")["details"]["comment"] == comment


# What stands in the content repository


def test_a_stage_that_is_unknown_fails_closed_and_keeps_no_other_brief_waiting(desk_at, run):
    root = desk_at("in review")
    names = ("state.json", "event.json", "brief.md", "report.json")
    files = {name: file_at(root, "portugal", name) for name in names}
    files = {name: data.replace(b'"portugal"', b'"limbo"') for name, data in files.items()}
    files["state.json"] = files["state.json"].replace(b'"in review"', b'"limbo"')
    forge(root, "limbo", files)

    for command in ("status", "show", "ready", "approve", "recall", "publish", "withdraw"):
        told = run(command, "limbo", *ON_A_BRIEF[command])
        refused(told, 3, "state.json holds what this program does not know", "stage")
    told = run("submit", root / "portugal.md", "--slug", "limbo", "--as", "ada")
    refused(told, 3, "state.json holds what this program does not know")

    told = run("status")
    assert (told.code, told.err.count("limbo")) == (3, 1)
    assert "portugal" in told.out and "limbo" not in told.out
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root))
    assert run(*words).code == 0
    assert run("outbox", "deliver").code == 3
    assert sorted(file.name for file in (root / "outbox").glob("portugal-*")) == [
        f"portugal-{seq:06d}-channel.txt" for seq in range(1, 6)
    ]
    told = run("outbox")
    assert (told.code, told.err.count("limbo"), told.out.count("sent")) == (3, 1, 5)


@pytest.mark.parametrize(("name", "mode"), [("brief.md", "120000"), ("foreign.txt", "100644")])
def test_a_link_or_a_foreign_file_in_a_brief_fails_closed(desk_at, run, name, mode):
    root = desk_at("in review")
    names = ("state.json", "event.json", "brief.md", "report.json")
    files = {n: file_at(root, "portugal", n) for n in names} | {name: b"/etc/hostname"}
    forge(root, "portugal", files, mode)

    told = run("approve", "portugal", "--as", "ben", "--digest", digest(root))
    refused(told, 3)
    assert run("show", "portugal").code == 3


def test_a_text_that_is_not_the_one_recorded_is_not_shown_beside_its_digest(desk_at, run):
    root = desk_at("in review")
    names = ("state.json", "event.json", "brief.md", "report.json")
    files = {n: file_at(root, "portugal", n) for n in names}
    forge(root, "portugal", files | {"brief.md": files["brief.md"] + b"One more word.\n"})
    for command in ("show", "diff"):
        refused(run(command, "portugal"), 3, "another text than its record names", "restore")


@pytest.mark.parametrize("what", ["missing", "a plain folder", "a file", "not bare", "with a tree"])
def test_a_content_repository_that_is_none_is_named_with_its_remedy(desk, run, what):
    folder = desk / "content.git"
    if what == "not bare":
        git(desk, "config", "core.bare", "false")
    else:
        shutil.rmtree(folder)
    if what == "a plain folder":
        folder.mkdir()
    if what == "a file":
        folder.write_text("x")
    if what == "with a tree":
        subprocess.run(["git", "init", "-q", folder], check=True)

    for command in (("status",), ("submit", desk / "portugal.md", "--as", "ada"), ("outbox",)):
        told = run(*command)
        refused(told, 2, str(folder), "bare" if what in ("not bare", "with a tree") else "restore")


def test_git_needs_no_identity_and_hears_nothing_of_a_hostile_environment(
    desk, run, tmp_path, monkeypatch
):
    home = tmp_path / "home"
    (home / "hooks").mkdir(parents=True)
    hook = home / "hooks" / "reference-transaction"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    (home / ".gitconfig").write_text(
        f"[core]\nhooksPath = {home}/hooks\nbare = false\n[user]\nname = Chief\nemail = c@gov\n"
        "[commit]\ngpgSign = true\n[safe]\nbareRepository = explicit\n"
    )
    for name, value in {
        "HOME": str(home),
        "GIT_DIR": "/nowhere",
        "GIT_WORK_TREE": "/nowhere",
        "GIT_INDEX_FILE": "/nowhere",
        "GIT_AUTHOR_NAME": "Chief",
        "GIT_COMMITTER_EMAIL": "c@gov",
        "GIT_NAMESPACE": "elsewhere",
        "GIT_QUARANTINE_PATH": "/nowhere",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": str(home / "hooks"),
        "GIT_CONFIG_PARAMETERS": "'core.bare=false'",
        "GIT_EXTERNAL_DIFF": "false",
        "EMAIL": "",
        "LC_ALL": "tlh_QO",
    }.items():
        monkeypatch.setenv(name, value)

    assert run("submit", desk / "portugal.md", "--as", "ada").code == 0

    who = git(desk, "log", "-1", "--format=%an <%ae>, %cn <%ce>", "briefs/portugal")
    assert who == ", ".join(["Brief Desk <desk@briefs.invalid>"] * 2)
    monkeypatch.delenv("HOME")
    assert run("status", "portugal").code == 0


@pytest.mark.parametrize("name", ["GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"])
def test_a_folder_that_the_environment_names_for_git_is_not_used(desk, run, monkeypatch, name):
    monkeypatch.setenv(name, "/nowhere")
    assert run("submit", desk / "portugal.md", "--as", "ada").code == 0


# What a desk may be


def test_a_desk_inside_the_programs_checkout_is_refused(run):
    folder = PROJECT / "no-desk-here"
    told = run("init", folder, "--admin", ADMIN)
    refused(told, 1, "the program's own checkout", "name a folder outside it")
    assert not folder.exists()


def test_a_desk_reached_by_a_link_into_the_programs_checkout_is_refused(run, tmp_path):
    (tmp_path / "link").symlink_to(PROJECT)
    refused(run("init", tmp_path / "link" / "no-desk-here", "--admin", ADMIN), 1, "outside it")


def test_a_folder_that_holds_something_is_no_place_for_a_desk(run, tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    refused(run("init", tmp_path, "--admin", ADMIN), 1, "is not empty", "name another folder")
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_is_no_place_for_a_desk(run, tmp_path):
    (tmp_path / "file").write_text("x")
    refused(run("init", tmp_path / "file", "--admin", ADMIN), 1, "name another folder")
    refused(run("init", tmp_path / "file" / "desk", "--admin", ADMIN), 1, "name another folder")


@pytest.mark.parametrize("admin", ["Zoe", "<zoe@example.org>", "Zoe <zoe>", "Z <a@b> <c@d>", ""])
def test_an_admin_without_name_or_address_is_refused(run, tmp_path, admin):
    refused(run("init", tmp_path / "desk", "--admin", admin), 2, "of the form Name <mail>")
    assert not (tmp_path / "desk").exists()


@pytest.mark.parametrize("admin", ["Ben <b@example.org>", "Zoe <ADA@example.org>", "Z\u202e <z@x>"])
def test_an_admin_who_cannot_stand_in_the_policy_leaves_no_half_made_desk(run, tmp_path, admin):
    folder = tmp_path / "desk"
    refused(run("init", folder, "--admin", admin, "--sample"), 2, "people.yaml, line ")
    assert not folder.exists() or not any(folder.iterdir())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("shiny: true\n", ("line 1", "shiny")),
        ("zone: UTC\nremote: https://desk:s3cret@example.org/x.git\n", ("line 2", "passwords")),
        ("remote: --upload-pack=evil\n", ("line 1", "hyphen")),
        ("prefect_port: many\n", ("line 1", "prefect_port")),
        ("tick_minutes: 0\n", ("line 1", "tick_minutes")),
        ("zone: [UTC\n", ("line ", "YAML")),
        ("zone: UTC\nzone: UTC\n", ("line 2", "twice")),
        ("slack:\n  channel: C0123456789\n  token: xoxb-s3cret\n", ("line 3", "slack.token")),
    ],
)
def test_a_desk_yaml_that_is_wrong_is_named_with_its_line_and_no_secret(desk, run, text, words):
    (desk / "desk.yaml").write_text(text)
    for command in (("status",), ("submit", desk / "portugal.md", "--as", "ada")):
        told = run(*command)
        refused(told, 2, str(desk / "desk.yaml"), *words)
        assert "s3cret" not in told.err


@pytest.mark.parametrize("data", [None, b"\xff\xfe", "folder"])
def test_a_folder_without_readable_settings_is_no_desk(desk, run, data):
    (desk / "desk.yaml").unlink()
    if data == "folder":
        (desk / "desk.yaml").mkdir()
    elif data:
        (desk / "desk.yaml").write_bytes(data)
    refused(run("status"), 2, "no readable desk.yaml", "briefs init")


def test_without_a_desk_a_command_says_how_to_name_or_make_one(run, tmp_path, monkeypatch):
    monkeypatch.delenv("BRIEFS_DESK", raising=False)
    monkeypatch.chdir(tmp_path)
    refused(run("status"), 2, "--desk", "BRIEFS_DESK", "briefs init")


# Keys, words and moments


@pytest.mark.parametrize("key", ["", "x" * 129, "a/b", "a\nb", "a\0b", "\u202e"], ids=ascii)
def test_a_key_that_is_not_usable_is_refused(desk, run, without_a_trace, key):
    with without_a_trace(desk):
        told = run("submit", desk / "portugal.md", "--as", "ada", f"--key={key}")
    refused(told, 2, "the key is not usable", "1 to 128 printable characters")
    assert "portugal.md" not in told.err


@pytest.mark.parametrize(
    "command",
    [
        ("recall", "portugal", "--as", "ada"),
        ("approve", "portugal", "--as", "ben", "--digest", "8" * 12),
        ("submit", "portugal.md", "--as", "ada"),
        ("submit", "other.md", "--slug", "portugal", "--as", "ada"),
        ("request-changes", "portugal", "--as", "cleo", "--reason", "Mine."),
    ],
)
def test_a_key_that_was_used_for_another_act_is_refused(
    desk_at, run, draft, without_a_trace, command
):
    root = desk_at("in review")
    text = (root / "portugal.md").read_text()
    draft(text)
    draft(text.replace("Relations are close", "Relations are good"), "other.md")
    words = ("request-changes", "portugal", "--as", "ben", "--reason", "Why not.", "--key", "k1")
    assert run(*words).code == 0

    with without_a_trace(root):
        refused(run(*command, "--key", "k1"), 1, "take another key", "k1")


def test_a_key_that_brought_one_text_brings_no_other(desk_at, run, draft, without_a_trace):
    root = desk_at("new")
    text = (root / "portugal.md").read_text()
    assert run("submit", draft(text), "--as", "ada", "--key", "k1").code == 0
    other = draft(text.replace("Relations are close", "Relations are good"))
    with without_a_trace(root):
        refused(run("submit", other, "--as", "ada", "--key", "k1"), 1, "take another key", "k1")


def test_one_key_is_not_for_two_briefs(desk, run):
    words = ("schedule", "a", "b", "--at", "2027-06-01 09:00", "--as", "zoe-vance", "--key", "k")
    refused(run(*words), 2, "one key is one act")


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (("request-changes", "portugal", "--as", "ben"), "--reason"),
        (("recall", "portugal", "--as", "ada"), "--reason"),
        (("approve", "portugal", "--as", "ben", "--digest", "8" * 12), "--comment"),
    ],
)
def test_words_that_are_too_long_are_refused(desk_at, run, without_a_trace, command, option):
    root = desk_at("in review")
    with without_a_trace(root):
        told = run(*command, f"{option}={'x' * 4_001}")
    refused(told, 2, "has 4001 characters", "at most 4000")


@pytest.mark.parametrize("reason", ["a\0b", "a\x1b[2J", "a\rb", "\ud800"], ids=ascii)
def test_words_that_a_terminal_would_act_upon_are_refused(desk_at, run, without_a_trace, reason):
    root = desk_at("in review")
    with without_a_trace(root):
        told = run("request-changes", "portugal", "--as", "ben", f"--reason={reason}")
    refused(told, 2, "control character", "remove it")


def test_what_a_person_typed_comes_back_on_one_line(desk_at, run):
    root = desk_at("in review")
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root))
    refused(run(*words, "--sections", "3\n\x1b[2J"), 2, "sections are over 500, or not printable")
    words = ("assign", "portugal", "--as", "zoe-vance")
    refused(run(*words, "--to", "ada\nbriefs: done"), 2, "people are over 500, or not printable")


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_a_reason_that_says_nothing_is_refused(desk_at, run, without_a_trace, reason):
    root = desk_at("in review")
    with without_a_trace(root):
        told = run("request-changes", "portugal", "--as", "ben", f"--reason={reason}")
    refused(told, 1, "say why")


MOMENTS = {
    "2020-01-01 09:00": (1, "2020-01-01T09:00:00Z is past", "publish now"),
    "9999-12-31 09:00": (1, "within two years"),
    "9999-12-31 23:59 America/New_York": (2, "outside the calendar", "correct the date"),
    "0001-01-01 00:30 Asia/Tokyo": (2, "outside the calendar", "correct the date"),
    "0000": (2, "is no moment", "write 2026-11-24 09:00"),
    "0000-01-01 00:00": (2, "does not exist", "correct the date"),
    "2026-12-31 23:59:60": (2, "does not exist", "correct the date"),
    "2027-02-30 09:00": (2, "does not exist", "correct the date"),
    "2027-06-01 24:00": (2, "does not exist", "correct the date"),
    "2026-03-29 01:30 Europe/London": (2, "2026-03-29T00:30:00Z and 2026-03-29T01:30:00Z"),
    "2026-10-25 01:30 Europe/London": (2, "2026-10-25T00:30:00Z and 2026-10-25T01:30:00Z"),
    "2027-06-01 09:00 Mars/Phobos": (2, "is no time zone", "name one as Europe/Brussels"),
    "2027-06-01 09:00 +25:00": (2, "is no offset", "write one as +01:00"),
    "tomorrow": (2, "is no moment", "write 2026-11-24 09:00"),
    "": (2, "is no moment", "write 2026-11-24 09:00"),
    "\u0662\u0660\u0662\u0667-06-01 09:00": (2, ""),
}


@pytest.mark.parametrize("moment", MOMENTS, ids=ascii)
def test_a_moment_that_cannot_be_or_could_be_two_is_refused(desk_at, run, without_a_trace, moment):
    root = desk_at("approved")
    code, *words = MOMENTS[moment]
    with without_a_trace(root):
        told = run("schedule", "portugal", "--as", "zoe-vance", f"--at={moment}")
    refused(told, code, *words)


def test_a_stage_says_what_is_possible_instead_of_doing_it(desk_at, run, without_a_trace):
    root = desk_at("draft")
    for command in ("approve", "request-changes", "retract", "unschedule", "publish", "recall"):
        with without_a_trace(root):
            told = run(command, "portugal", *ON_A_BRIEF[command])
        refused(told, 1, "while draft: this is possible only while ")


@pytest.mark.parametrize(
    "words",
    [
        ("no-such-command",),
        ("submit",),
        ("approve", "portugal"),
        ("submit", "a.md", "b.md"),
        ("status", "--shiny"),
        ("diff", "portugal", "1", "2"),
        ("check", "x.md", "--mode", "bogus"),
        ("check", "x.md", "--format", "bogus"),
        ("submit", "x.md", "--base", "many"),
    ],
)
def test_a_command_line_that_is_none_is_usage(run, words):
    told = run(*words)
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("briefs: ") and told.err.endswith("See briefs --help.\n"), told.err


def test_no_file_and_no_brief_named_is_usage(desk, run):
    refused(run("check"), 2, "FILES", "See briefs --help.")
    refused(run("publish", "--as", "zoe-vance"), 2, "name one brief, or say --due")
    refused(run("publish", "portugal", "--due"), 2, "name one brief, or say --due")


@pytest.mark.parametrize("text", ["x", "1...2", "9..1x", "0..99999999"])
def test_a_range_of_revisions_that_is_none_is_refused(desk_at, run, text):
    desk_at("draft")
    refused(run("diff", "portugal", text), 1, "is no range of revisions", "write 1..1")


def test_a_revision_that_is_none_is_refused(desk_at, run):
    desk_at("draft")
    refused(run("diff", "portugal", "1..7"), 1, "portugal has no r7", "see briefs history")
    refused(run("show", "portugal", "--revision", "7"), 1, "has no r7", "see briefs history")


def test_an_unknown_type_is_refused_and_the_known_ones_named(desk, run, draft, without_a_trace):
    file = draft(front().replace("country: PT", "country: PT\nbrief_type: haiku"))
    with without_a_trace(desk):
        refused(run("submit", file, "--as", "ada"), 2, "“haiku” is no brief type", "country")
    refused(run("check", file), 2, "“haiku” is no brief type", "country")


def test_every_stage_of_the_templates_is_what_it_says(desk_at):
    root = desk_at("published")
    assert record(root, "portugal")["stage"] == list(STEPS)[-1]
    assert carry_on(root, "portugal").stage == "published"
