"""Kill a flow at one boundary after the other, run it again, compare with an undisturbed run.

Run as a program with a plan, a file of JSON. It imports everything once, while it has one thread,
and forks a process for each run of a flow; that process counts the boundaries that it passes,
and ends itself by SIGKILL at the one that it was told.
"""

import asyncio
import ctypes
import importlib
import json
import logging
import os
import pkgutil
import random
import shutil
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from tasks import acts, outbox, site, steps, unfinished
from tasks.channels import Files
from tasks.repository import site_branch
from tasks.repository.content import Content
from tasks.repository.git import Plumbing
from tests.chaos import journeys, planted, writers
from tests.chaos.journeys import JOURNEYS, SLUG

PATIENCE = 3600.0
RECONCILE = "flows.upkeep:reconcile"
_DIE_WITH_PARENT = 1
_FLOWS = ("flows.submission", "flows.review", "flows.publication", "flows.upkeep")

# What a flow does to the world, by the name under which it is called.
_EFFECTS: tuple[tuple[Any, str], ...] = (
    (Plumbing, "write"),
    (Plumbing, "move"),
    (Content, "commit"),
    (Content, "move"),
    (outbox, "_note"),
    (Files, "send"),
    (site, "build"),
    (site_branch, "reflect"),
    (acts, "perform"),
    (unfinished, "perform"),
    (os, "replace"),
    (os, "rename"),
    (os, "symlink"),
    (os, "link"),
    (os, "mkdir"),
    (os, "unlink"),
)
# Between two objects that nothing names yet there is little to see: a sample of these will do.
_QUIET = ("write", "mkdir")


def run(folder: Path, **plan: Any) -> list[dict[str, Any]]:
    """Kill at each boundary that `plan` asks for; return a report of each journey."""
    folder.mkdir(parents=True, exist_ok=True)
    plan["folder"] = str(folder)
    (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.boundaries", str(folder / "plan.json")],
        env=os.environ | plan.get("environment", {}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-6000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


class Toll:
    """Counts the boundaries that are passed, and lets nobody pass the last one."""

    def __init__(self, last: int, names: list[str]) -> None:
        self.last, self.names, self.passed = last, names, 0

    def at(self, name: str) -> None:
        self.passed += 1
        self.names.append(name)
        if self.passed == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str, effect: Callable[..., Any]) -> Callable[..., Any]:
        def crossing(*args: Any, **kwargs: Any) -> Any:
            if not _ours():
                return effect(*args, **kwargs)
            self.at(f"before {name}")
            found = effect(*args, **kwargs)
            self.at(f"after {name}")
            return found

        return crossing


def _ours() -> bool:
    """Say whether it is the desk that calls, and not Prefect or the library."""
    frame = sys._getframe(2)
    while frame and frame.f_globals.get("__name__") in ("pathlib", "tests.chaos.writers"):
        frame = frame.f_back  # type: ignore[assignment]
    return str(frame.f_globals.get("__name__")).startswith(("tasks.", "flows."))


def main(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a report of each journey of a plan."""
    planted.plant(plan.get("plant", ""))
    journeys.stop_the_clock()
    writers.note_what_is_sent()
    for name in _FLOWS:
        __import__(name)
    for name in plan["journeys"]:
        yield Driver(plan, name).report()


class Driver:
    """One journey, killed again and again."""

    def __init__(self, plan: dict[str, Any], name: str) -> None:
        self.plan, self.name = plan, name
        self.folder = Path(plan["folder"]) / name
        self.prepared = self.folder / "prepared"
        self.dice = random.Random(f"{plan['seed']}/{name}")

    def report(self) -> dict[str, Any]:
        _in_child(lambda: journeys.prepare(self.name, self.prepared))
        names, undisturbed = self._undisturbed()
        chosen = self._chosen(names)
        lanes = self.plan.get("lanes", 2)
        faults = self._in_lanes([chosen[i::lanes] for i in range(lanes)], names, undisturbed)
        shutil.rmtree(self.folder, ignore_errors=True)
        counts = {"boundaries": len(names), "tried": len(chosen)}
        return {"journey": self.name, **counts, "faults": faults}

    def _undisturbed(self) -> tuple[list[str], dict[str, Any]]:
        root, passed = self._copy("undisturbed"), self.folder / "passed.json"
        flow = JOURNEYS[self.name].flow

        def whole() -> None:
            names: list[str] = []
            self._run(root, flow, Toll(0, names))
            passed.write_text(json.dumps([names, sorted(sys.modules)]), "utf-8")

        _in_child(whole)
        names, modules = json.loads(passed.read_text("utf-8"))
        _load(modules)
        return names, journeys.left(root)

    def _chosen(self, names: list[str]) -> list[int]:
        """Return which boundaries to kill at: all, or of each kind a sample."""
        every, offset = self.plan.get("every", 1), self.dice.randrange(1000)
        loud = [n for n, name in enumerate(names, 1) if name.split()[1] not in _QUIET]
        quiet = [n for n, name in enumerate(names, 1) if name.split()[1] in _QUIET]
        chosen = loud[offset % every :: every] + quiet[offset % (3 * every) :: 3 * every]
        return sorted(chosen if every > 1 else loud + quiet)

    def _in_lanes(
        self, lanes: list[list[int]], names: list[str], undisturbed: dict[str, Any]
    ) -> list[str]:
        def drive(number: int, chosen: list[int]) -> Callable[[], None]:
            def work() -> None:
                found = [f for n in chosen for f in self._kill_at(n, names, undisturbed)]
                (self.folder / f"lane-{number}.json").write_text(json.dumps(found), "utf-8")

            return work

        children = [_fork(drive(n, chosen)) for n, chosen in enumerate(lanes)]
        for child in children:
            _wait(child)
        texts = [(self.folder / f"lane-{n}.json").read_text("utf-8") for n in range(len(lanes))]
        return [fault for text in texts for fault in json.loads(text)]

    def _kill_at(self, last: int, names: list[str], undisturbed: dict[str, Any]) -> Iterator[str]:
        root, flow = self._copy(f"kill-{last}"), JOURNEYS[self.name].flow
        again = flow if last % 2 else RECONCILE
        where = f"{self.name}, killed at {last} ({names[last - 1]}), then {again}"
        _, status = os.waitpid(_fork(lambda: self._run(root, flow, Toll(last, []))), 0)
        if not os.WIFSIGNALED(status):
            yield f"{where}: it was not killed, but ended with {status}"
        _, status = os.waitpid(_fork(lambda: self._run(root, again, Toll(0, []))), 0)
        if status:
            yield f"{where}: the second run ended with {status}"
        found = journeys.left(root)
        yield from (f"{where}: {line}" for line in journeys.settled(root))
        # A process that was killed within the sending left no note of it: the file is what counts.
        twice = {key: times for key, times in found.pop("sends").items() if times > 1}
        if twice:
            yield f"{where}: sent {twice}"
        yield from (f"{where}: {line}" for line in _difference(undisturbed, found))
        shutil.rmtree(root)

    def _copy(self, name: str) -> Path:
        return Path(shutil.copytree(self.prepared, self.folder / name, symlinks=True))

    def _run(self, root: Path, flow: str, toll: Toll) -> None:
        os.environ["BRIEFS_DESK"] = str(root)
        os.environ[writers.SENDS] = str(root / "sends.log")
        for owner, name in _EFFECTS:
            setattr(owner, name, toll.around(name, getattr(owner, name)))
        parameters = {} if flow == RECONCILE else {"slug": SLUG, "key": JOURNEYS[self.name].key}
        found = pkgutil.resolve_name(flow)
        if self.plan["engine"]:
            state = asyncio.run(found(**parameters, return_state=True))
        else:
            _without_engine()
            state = asyncio.run(found.fn(**parameters))
        if not state.is_completed():
            raise RuntimeError(f"{flow} ended {state.name}: {state.message}")


def _without_engine() -> None:
    """Let the steps be the plain functions that they wrap, and say nothing to Prefect."""
    for name, step in list(vars(steps).items()):
        if hasattr(step, "task_run_name"):
            setattr(steps, name, step.fn)

    async def unseen(slug: str) -> None:
        return None

    steps.show = unseen  # type: ignore[assignment]
    steps.hint = lambda slug, what: None  # type: ignore[assignment]
    steps.get_run_logger = lambda: logging.getLogger("chaos")  # type: ignore[assignment]


def _load(modules: list[str]) -> None:
    """Import what a run has imported on its way, so that the next ones need not."""
    for name in modules:
        if name not in sys.modules and not name.startswith("__"):
            with suppress(ImportError):
                importlib.import_module(name)
    if threading.active_count() > 1:
        raise RuntimeError("a process of several threads cannot be forked safely")


def _difference(wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    for name, value in found.items():
        if wanted[name] != value:
            yield f"{name} is {value}, undisturbed it is {wanted[name]}"


def _fork(work: Callable[[], object]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        work()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _wait(child: int) -> None:
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(f"a child ended with {os.waitstatus_to_exitcode(status)}")


def _in_child(work: Callable[[], object]) -> None:
    _wait(_fork(work))


if __name__ == "__main__":
    for report in main(json.loads(Path(sys.argv[1]).read_text("utf-8"))):
        print(json.dumps(report), flush=True)
