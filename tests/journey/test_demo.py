"""The demonstration: what a newcomer runs first, and it must work the second time too."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.desk.support import BIN, PROJECT

pytestmark = pytest.mark.slow

LOG = [
    "published",
    "publication released, scheduled",
    "signed off, approved",
    "signed off, in review",
    "review requested, in review",
    "completeness scored, scored",
    "structure checked, checked",
    "draft submitted, draft",
    "changes requested, draft",
    "review requested, in review",
    "completeness scored, scored",
    "structure checked, checked",
    "draft submitted, draft",
    "draft submitted, draft",
]


@pytest.mark.parametrize("time", ["first", "second"])
def test_the_demonstration_takes_a_brief_from_draft_to_page(tmp_path, time):
    done = subprocess.run(
        ["sh", "docs/demo.sh"],
        cwd=PROJECT,
        env={
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "TMPDIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (page,) = re.findall(r"^(/.*/site/current/portugal\.html)$", done.stdout, re.M)
    assert "<h2" in Path(page).read_text("utf-8")
    log = done.stdout.partition("$ git log --oneline briefs/portugal\n")[2]
    subjects = re.findall(r"^[0-9a-f]{7,} portugal r\d: (.*)$", log, re.M)
    assert subjects == LOG or [s.split(",")[0] for s in subjects] == [
        line.split(",")[0] for line in LOG
    ]
    messages = re.findall(r"^\[(portugal-\d{6}-(?:channel|author))\]$", done.stdout, re.M)
    assert len(messages) == len(set(messages)) >= len(LOG)
    assert {"portugal-000001-author", "portugal-000014-channel"} <= set(messages)
    assert "pending" not in done.stdout and "failed" not in done.stdout
    assert not _alive(page)


def _alive(page):
    """Return the processes that still work for the desk of `page`."""
    folder = page.partition("/site/")[0]
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if folder.encode() in words:
            found.append(entry.name)
    return found
