"""A real brief with its real faults, from its first submission to the page that readers see.

The seed belongs to its authors and is no part of this project: it is read where it lies, and mended
here by line number, without a sentence of it.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tasks import acts, outbox, site
from tasks.agreed import current_policy
from tasks.repository import Content, site_branch
from tasks.settings import open_desk
from tests.desk.support import BIN, PROJECT, carry_on, digest, file_at, record, said

SHARED = Path(os.environ.get("BRIEFS_SHARED", PROJECT.parent / "shared"))
SEED = SHARED / "seed" / "belgium.md"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SEED.is_file(), reason=f"the seed is not there: {SEED}"),
]

# Lines on which a person would want something mended before the brief goes to review.
BLOCKED_ON = (1, 8, 30, 36, 38, 180)
TITLE = "Belgium: Strategic U.S. Foreign Policy Analysis"
FRONT = f"""\
---
title: "{TITLE}"
country: BE
as_of: 2026-11-01
authors:
  - name: Ada Lopes
    email: ada@example.org
---

# {TITLE}
"""
HOSTS = ("www.state.gov", "www.nato.int", "www.nbb.be")


def sources(about):
    links = ", ".join(f"[{host}](https://{host}/{about})" for host in HOSTS)
    return f"Further reading on this section was consulted on 1 November 2026: {links}."


def mend(text):
    """Return the seed's text without its faults, each mended on its line."""
    lines = dict(enumerate(text.split("\n"), start=1))
    for number in range(1, 15):  # two front matters, a heading in bold, a rule
        lines[number] = ""
    lines[1] = FRONT
    for number in (16, 20, 28, 36):  # bold, demoted or skipped headings
        lines[number] = "## " + lines[number].strip("#* ")
    for number in (30, 38, 180):  # instructions to the author, an undated note
        lines[number] = ""
    lines[26] += "\n\n" + sources("crises")
    lines[34] += "\n\n" + sources("goals")
    lines[44] += "\n\n" + sources("needs")
    lines[67] += "\n\n- The score is 96 of 100 in 2026 ([index](https://freedomhouse.org/country))."
    lines[132] = "- **Shared Agreements, Treaties, and Organizations:**"
    for number in (142, 145):
        lines[number] = re.sub(r", etc\.", "", lines[number])
    lines[198] = lines[198].replace("4.", "6.", 1)
    lines[327] = ""
    return "\n".join(lines.values()).rstrip("\n") + "\n"


@pytest.fixture
def mended(tmp_path):
    file = tmp_path / "belgium.md"
    file.write_text(mend(SEED.read_text("utf-8")), "utf-8")
    return file


def sign(root):
    for person in ("ben", "cleo"):
        words = ("approve", "belgium", "--as", person, "--digest", digest(root, "belgium"))
        assert said(*words).code == 0


def assert_published(root):
    """Assert that readers see the mended brief, and nothing that was meant for its authors."""
    page = (root / "site" / "current" / "belgium.html").read_text("utf-8")
    assert f"<h1>{TITLE}</h1>" in page or re.search(rf"<h1[^>]*>\s*{re.escape(TITLE)}", page)
    titles = re.findall(r"<h2[^>]*>(.*?)</h2>", page, re.S)
    assert len([title for title in titles if re.match(r"\s*[1-6]\. ", title)]) == 6
    assert "single most important" not in page and "(Note:" not in page
    assert "belgium.html" in (root / "site" / "current" / "index.html").read_text("utf-8")
    assert (root / "site" / "current" / "belgium.json").is_file()
    assert record(root, "belgium")["stage"] == "published"


def test_check_finds_what_blocks_the_seed_on_its_lines():
    told = said("check", SEED)
    assert told.code == 1
    for number in BLOCKED_ON:
        assert re.search(rf"^{re.escape(str(SEED))}:{number}:\d+: error ", told.out, re.M), number
    assert "does not pass" in told.out.splitlines()[-1]
    assert "section-missing" not in told.out


def test_the_seed_as_it_is_is_safe_in_git_and_its_author_is_told_why_it_waits(desk):
    told = said("submit", SEED, "--as", "ada")

    assert told.code == 1 and "refused: the draft is safe" in told.err
    for number in BLOCKED_ON:
        assert re.search(rf"^{re.escape(str(SEED))}:{number}:\d+: error ", told.out, re.M), number
    assert file_at(desk, "belgium", "brief.md") == SEED.read_bytes()
    report = record(desk, "belgium", "report.json")
    lines = {f["line"] for f in report["findings"] if f["severity"] == "error"}
    assert set(BLOCKED_ON) <= lines
    taken = carry_on(desk, "belgium")
    assert taken.stage == "draft" and "errors that the rules found" in taken.objections[0]
    assert record(desk, "belgium")["seq"] == 1

    assert said("outbox", "deliver").code == 0
    words = (desk / "outbox" / "belgium-000001-author.txt").read_text("utf-8")
    assert "Ada Lopes" in words and "line 8:" in words
    assert sorted(file.name for file in (desk / "outbox").iterdir()) == [
        "belgium-000001-author.txt",
        "belgium-000001-channel.txt",
    ]


def test_the_mended_seed_goes_from_draft_to_page(desk, mended):
    assert said("submit", SEED, "--as", "ada").code == 1
    told = said("submit", mended, "--as", "ada")
    assert told.code == 0, told.out
    assert carry_on(desk, "belgium").stage == "in review"
    sign(desk)
    assert said("publish", "belgium", "--as", "zoe-vance").code == 0

    where = open_desk(desk)
    with Content(where.content) as content:
        assert acts.publish(content, "belgium").state.stage == "published"
        site_branch.reflect(content, "belgium", current_policy(content))
        site.build(content, where.site)
        outbox.deliver(where, content, "belgium")

    assert_published(desk)
    sent = sorted(file.name for file in (desk / "outbox").iterdir())
    assert sent[-1] == "belgium-000009-channel.txt" and len(sent) == 10
    assert "published" in (desk / "outbox" / sent[-1]).read_text("utf-8").lower()
    history = said("history", "belgium", "--json").json["history"]
    assert [r["to"] for r in history] == [
        *("draft", "draft", "checked", "scored", "in review"),
        *("in review", "approved", "scheduled", "published"),
    ]


def test_the_mended_seed_goes_the_same_way_through_prefect(desk, mended):
    def reconcile():
        command = [BIN / "briefs", "reconcile"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert said("submit", mended, "--as", "ada").code == 0
    assert "belgium" in reconcile()
    assert record(desk, "belgium")["stage"] == "in review"
    sign(desk)
    assert said("publish", "belgium", "--as", "zoe-vance").code == 0
    assert "belgium" in reconcile()

    assert_published(desk)
    assert said("outbox", "--json").json["announcements"]
    waiting = [a for a in said("outbox", "--json").json["announcements"] if a["status"] != "sent"]
    assert waiting == []
