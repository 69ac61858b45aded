"""Speed, side by side in one run: `make bench`. Figures are of this machine; the ratios travel."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from markdown_it import MarkdownIt

from briefs.brief import Around, hold_against, read
from briefs.errors import MalformedBrief
from briefs.library import names, shipped
from briefs.markdown import parse
from briefs.report import report
from briefs.types import BriefType
from tasks.repository import Change, Content
from tasks.repository.git import create

PROJECT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BRIEFS_SHARED", PROJECT.parent / "shared"))
SAMPLE = PROJECT / "templates" / "sample" / "portugal.md"
SEED = SHARED / "seed" / "belgium.md"
CORPUS = SHARED / "corpora" / "eip"
BRIEFS = Path(sys.executable).parent / "briefs"
TOOLS = PROJECT / "docs" / "bench_tools"
NODE = os.environ.get("NODE", "node")
MANY = 1188


def best(work: Callable[[], object], times: int) -> float:
    """Return the shortest of `times` runs of `work`, in milliseconds."""
    spans = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spans.append(time.perf_counter() - start)
    return min(spans) * 1000


def shell(*words: str) -> Callable[[], object]:
    """Return a call that runs a command to its end, whatever it prints."""
    return lambda: subprocess.run(words, capture_output=True, check=False)


def judging(draft: Path) -> list[tuple[str, float]]:
    """Return what reading and judging `draft` takes."""
    data = draft.read_bytes()
    text, brief_type = data.decode("utf-8"), shipped(names()[0])
    assert brief_type is not None
    today = Around(on=datetime.now(UTC).date())
    rows = [
        ("parse, markdown-it-py", best(lambda: MarkdownIt("commonmark").parse(text), 20)),
        ("parse to our blocks, pyromark", best(lambda: parse(text), 20)),
        (
            "parse, rules and score",
            best(lambda: report(hold_against(read(data), brief_type, today)), 40),
        ),
        ("python -c pass, whole process", best(shell(sys.executable, "-c", "pass"), 10)),
        ("briefs check, whole process", best(shell(str(BRIEFS), "check", str(draft)), 10)),
    ]
    lint = TOOLS / "node_modules" / "markdownlint-cli2" / "markdownlint-cli2-bin.mjs"
    if lint.exists():
        span = best(shell(NODE, str(lint), "--no-globs", f":{draft}"), 10)
        rows.append(("markdownlint-cli2, whole process", span))
    return rows


def proposals() -> list[tuple[str, float]]:
    """Return what judging the documents of a public family takes, with its own validator and us."""
    if not (TOOLS / "node_modules" / "eipw-lint-js").exists() or not CORPUS.exists():
        return []
    brief_type = shipped(CORPUS.name)
    assert brief_type is not None
    files = sorted(CORPUS.rglob("*.md"))
    drafts = [(file.name, file.read_bytes()) for file in files]
    start = time.perf_counter()
    for number in range(MANY):
        judge(*drafts[number % len(drafts)], brief_type)
    own = (time.perf_counter() - start) * 1000
    words = (NODE, str(TOOLS / "eipw.mjs"), str(CORPUS), str(MANY))
    theirs = subprocess.run(words, capture_output=True, check=True, text=True, cwd=TOOLS)
    return [("eipw-lint-js 0.9.0", float(theirs.stdout)), ("our judge", own)]


def judge(name: str, data: bytes, brief_type: BriefType) -> None:
    """Judge one document; what intake refuses is judged with that."""
    try:
        report(
            hold_against(read(data, brief_type.front_matter.style), brief_type, Around(file=name))
        )
    except MalformedBrief:
        return


def writing() -> list[tuple[str, float]]:
    """Return what one transition takes: durable, and with Git's defaults in a work tree."""
    with tempfile.TemporaryDirectory() as folder:
        create(Path(folder) / "content.git")
        with Content(Path(folder) / "content.git") as content:
            tips: list[str | None] = [None]

            def transition() -> None:
                number = str(len(tips)).encode()
                files = {"state.json": number, "event.json": b"e" + number, "brief.md": b"text"}
                change = Change(files, "x\n", datetime.now(UTC))
                with content.locked():
                    tips.append(content.commit("refs/heads/briefs/x", tips[-1], change))

            durable = best(transition, 20)
        plain = Path(folder) / "plain"
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", "init", "-q", str(plain)], check=True)

        def commit() -> None:
            (plain / "state.json").write_text(str(time.perf_counter_ns()))
            for words in (("add", "."), (*who, "commit", "-q", "-m", "x")):
                subprocess.run(["git", "-C", str(plain), *words], check=True)

        return [("git add and commit, defaults", best(commit, 20)), ("one transition", durable)]


def main() -> None:
    """Print both tables."""
    draft = SEED if SEED.exists() else SAMPLE
    for title, rows in (
        (f"{draft.name}, {draft.stat().st_size:,} bytes", judging(draft)),
        (f"{MANY:,} documents", proposals()),
        ("content repository", writing()),
    ):
        if not rows:
            print(f"\n{title}: not measured here (make bench installs the other tool)")
            continue
        print(f"\n{title}")
        first = rows[0][1]
        for what, span in rows:
            print(f"  {what:34} {span:9.2f} ms  {span / first:6.2f} x")


if __name__ == "__main__":
    main()
