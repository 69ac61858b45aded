"""A crew of writers, each a process of its own, and the supervisor that kills and replaces them.

Run as a program with a plan, a file of JSON, so that it forks from a process of one thread that
has imported everything: a replacement is at work within milliseconds.
"""

import ctypes
import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from tasks.repository import Content, upkeep
from tests.chaos import desks, planted, writers

PATIENCE = 600.0
_DIE_WITH_PARENT = 1


def run(folder: Path, **plan: Any) -> dict[str, Any]:
    """Make a desk in `folder`, let a crew loose on it, and return the supervisor's report."""
    (folder / "logs").mkdir(parents=True)
    desks.make(folder / "desk")
    plan |= {"desk": str(folder / "desk"), "logs": str(folder / "logs")}
    plan |= {"stop": str(folder / "stop")}
    (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
    command = [sys.executable, "-m", "tests.chaos.crew", str(folder / "plan.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def main(plan: dict[str, Any]) -> dict[str, Any]:
    """Supervise the crew of a plan; report how many were killed, and what start-up mended."""
    planted.plant(plan.get("plant", ""))
    began, dice = time.monotonic(), random.Random(plan["seed"])
    crew = {_hire(plan, number): number for number in range(plan["writers"])}
    torn = 0
    for _ in range(plan.get("kills", 0)):
        time.sleep(dice.uniform(0, 0.12))
        victim = dice.choice(list(crew))
        _kill(victim, group=plan["group"])
        torn += not _whole(Path(plan["desk"]) / "site")
        number = crew.pop(victim)
        crew[_hire(plan, number)] = number
    if plan.get("kills"):  # nobody gets to finish
        for victim in crew:
            _kill(victim, group=plan["group"])
    else:
        _wait(list(crew))
    with Content(Path(plan["desk"]) / "content.git") as content:
        mended = upkeep.start_up(content)
    return {"mended": mended, "torn": torn, "seconds": time.monotonic() - began}


def _hire(plan: dict[str, Any], number: int) -> int:
    child = os.fork()
    if child:
        return child
    try:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        os.setpgid(0, 0)
        writers.work(plan, number)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _kill(victim: int, *, group: bool) -> None:
    with suppress(ProcessLookupError):
        # Before its first line of Python a child is still in our own group.
        own = group and os.getpgid(victim) == victim
        (os.killpg if own else os.kill)(victim, signal.SIGKILL)
    _, status = os.waitpid(victim, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError(f"a writer ended by itself, with {os.waitstatus_to_exitcode(status)}")


def _wait(crew: list[int]) -> None:
    for writer in crew:
        _, status = os.waitpid(writer, 0)
        if status:
            raise RuntimeError(f"a writer ended with {os.waitstatus_to_exitcode(status)}")


def _whole(site: Path) -> bool:
    """Say whether what readers see is a whole generation, or nothing yet."""
    current = site / "current"
    return not current.is_symlink() or (current / "index.html").is_file()


if __name__ == "__main__":
    print(json.dumps(main(json.loads(Path(sys.argv[1]).read_text("utf-8")))))
