"""What the tests of the front doors share: desks at any stage, raw Git, and what is left behind."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

from desk.cli import main
from tasks import acts
from tasks.repository import Content
from tasks.unfinished import TO_REVIEW, look, take

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
ADMIN = "Zoe Vance <zoe@example.org>"
PEOPLE = ("zoe-vance", "ada", "ben", "cleo")
LATER = "2027-06-01 09:00 Europe/Brussels"


class Told(NamedTuple):
    """What a command answered: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


def said(*argv):
    """Run a command where no test captures; return what it answered."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(word) for word in argv])
    return Told(code, out.getvalue(), err.getvalue())


def refused(told, code, *words):
    """Assert a refusal: exit code, nothing but one sentence on standard error, and its `words`."""
    assert (told.code, told.out) == (code, ""), told
    assert told.err.startswith("briefs: ") and told.err.count("\n") == 1, told.err
    assert told.err.endswith("\n") and told.err[:-1].isprintable(), told.err
    assert "Traceback" not in told.err and "internal error" not in told.err
    assert not [word for word in words if word not in told.err], told.err


def git(root, *words, data=None):
    """Run Git on the desk's content repository, as nobody in particular; return what it says."""
    done = subprocess.run(
        ["git", "--git-dir", str(root / "content.git"), *words],
        input=data,
        capture_output=True,
        check=True,
        env={
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_GLOBAL": "/dev/null",
            **{f"GIT_{role}_NAME": "x" for role in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{role}_EMAIL": "x@example.org" for role in ("AUTHOR", "COMMITTER")},
        },
    )
    return done.stdout.decode("utf-8", "replace").strip()


def refs(root):
    """Return all refs of a desk's content repository, and where they point."""
    return git(root, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()


def traces(root):
    """Return all refs, and every file below `objects`: what any write to Git would change."""
    objects = sorted(str(p) for p in (root / "content.git" / "objects").rglob("*") if p.is_file())
    return refs(root), objects


def forge(root, slug, files, mode="100644"):
    """Commit `files` on the branch of `slug` by Git alone, as somebody with push access could."""
    entries = []
    for name, data in files.items():
        sha = git(root, "hash-object", "-w", "--stdin", data=data)
        entries.append(f"{mode if name == 'brief.md' else '100644'} blob {sha}\t{name}")
    tree = git(root, "mktree", data="\n".join(sorted(entries)).encode())
    commit = git(root, "commit-tree", tree, "-m", "forged")
    git(root, "update-ref", f"refs/heads/briefs/{slug}", commit)
    return commit


def file_at(root, slug, name):
    """Return the bytes of a file at the tip of a brief's branch."""
    command = ["git", "--git-dir", str(root / "content.git"), "show", f"briefs/{slug}:{name}"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def record(root, slug, name="state.json"):
    """Return a record at the tip of a brief's branch."""
    return json.loads(file_at(root, slug, name))


def carry_on(root, slug):
    """Take a submission to review, as the flow does, without Prefect; return where it stands."""
    with Content(root / "content.git") as content:
        taken = look(content, slug)
        for _ in range(len(TO_REVIEW) + 1):
            if taken.objections or not (action := TO_REVIEW.get(taken.stage)):
                return taken
            taken = take(content, slug, action, taken.cause)
    raise AssertionError(f"{slug} stays {taken.stage}, and nothing objects: this never ends")


def digest(root, slug="portugal"):
    """Return the digest that `status` shows."""
    return record(root, slug)["digests"]["bytes"][:12]


def to_draft(root):
    assert said("submit", root / "portugal.md", "--as", "ada", "--desk", root).code == 0


def to_review(root):
    carry_on(root, "portugal")


def to_approved(root):
    for person in ("ben", "cleo"):
        words = ("approve", "portugal", "--as", person, "--digest", digest(root), "--desk", root)
        assert said(*words).code == 0


def to_scheduled(root):
    words = ("schedule", "portugal", "--at", LATER, "--as", "zoe-vance", "--desk", root)
    assert said(*words).code == 0


def to_published(root):
    for words in (("unschedule", "portugal"), ("publish", "portugal")):
        assert said(*words, "--as", "zoe-vance", "--desk", root).code == 0
    with Content(root / "content.git") as content:
        acts.publish(content, "portugal")


STEPS = {
    "new": None,
    "draft": to_draft,
    "in review": to_review,
    "approved": to_approved,
    "scheduled": to_scheduled,
    "published": to_published,
}


@cache
def template(folder, stage):
    """Return a desk in `folder` whose brief stands at `stage`, made once; copy it."""
    root = folder / stage.replace(" ", "-")
    if stage == "new":
        told = said("init", root, "--admin", ADMIN, "--sample")
        assert told.code == 0, told
        return root
    stages = list(STEPS)
    shutil.copytree(template(folder, stages[stages.index(stage) - 1]), root)
    STEPS[stage](root)
    return root
