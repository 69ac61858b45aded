"""Real servers, started for a test and gone after it: Prefect's alone, or the whole desk's."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from desk import client
from desk.prefect_settings import for_server, password_of, program
from tasks.settings import Desk

PATIENCE = 120.0
_DIE_WITH_PARENT = 1


@contextmanager
def prefect_server(desk: Desk) -> Iterator[Mapping[str, str]]:
    """Run a Prefect server at home in `desk`; yield the environment of those who talk to it."""
    port = _free_port()
    (desk.state / "prefect").mkdir(parents=True, exist_ok=True)
    environment = for_server(desk, port, password_of(desk))
    command = [program("prefect"), "server", "start"]
    process = _start(command, environment, desk.state / "prefect-server.log")
    try:
        wait_until(lambda: _healthy(port), "Prefect's server answers")
        yield environment
    finally:
        _stop(process)


@contextmanager
def briefs_serve(desk: Desk) -> Iterator[subprocess.Popen[bytes]]:
    """Serve a desk by `briefs serve`, as a process of its own, until it is ready for flows."""
    command = [program("briefs"), "serve", "--port", "0"]
    process = _start(command, {"BRIEFS_DESK": str(desk.root)}, desk.root / "serve.log")
    try:
        wait_until(lambda: _ready(desk), "the desk is ready")
        yield process
    finally:
        _stop(process)


def wait_until(true: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait until something is so; raise `TimeoutError` where it does not come to be."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s, and never: {what}")
        time.sleep(0.1)


def processes_of(desk: Desk) -> list[int]:
    """Return the processes, ours aside, that were started with this desk in their environment."""
    wanted = f"BRIEFS_DESK={desk.root}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if wanted in environment and state != "Z":
            found.append(int(folder.name))
    return [process for process in found if process != os.getpid()]


def _start(
    command: list[str], environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    with log.open("ab") as stream:
        return subprocess.Popen(
            command,
            env=clean | environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            preexec_fn=_die_with_parent,
            cwd=Path(__file__).parents[2],
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def _ready(desk: Desk) -> bool:
    if not (desk.state / client.SOCKET).exists():
        return False
    try:
        return bool(client.call(desk, "GET", "/health").get("prefect"))
    except OSError:
        return False


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)
