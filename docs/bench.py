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

from briefs.brief import hold_against, read
from briefs.markdown import parse
from briefs.report import report
from briefs.types import names, shipped
from tasks.repository import Change, Content
from tasks.repository.git import create

PROJECT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BRIEFS_SHARED", PROJECT.parent / "shared"))
SAMPLE = PROJECT / "templates" / "sample" / "portugal.md"
SEED = SHARED / "seed" / "belgium.md"
BRIEFS = Path(sys.executable).parent / "briefs"


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
    return [
        ("parse, markdown-it-py", best(lambda: MarkdownIt("commonmark").parse(text), 20)),
        ("parse to our blocks, pyromark", best(lambda: parse(text), 20)),
        ("parse, rules and score", best(lambda: report(hold_against(read(data), brief_type)), 20)),
        ("python -c pass, whole process", best(shell(sys.executable, "-c", "pass"), 10)),
        ("briefs check, whole process", best(shell(str(BRIEFS), "check", str(draft)), 10)),
    ]


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
        ("content repository", writing()),
    ):
        print(f"\n{title}")
        first = rows[0][1]
        for what, span in rows:
            print(f"  {what:34} {span:9.2f} ms  {span / first:6.2f} x")


if __name__ == "__main__":
    main()
