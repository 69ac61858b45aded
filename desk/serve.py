"""`briefs serve`: everything for one machine. Starts and watches Prefect's server and the clock,
listens on the socket, and runs the flows of human events in this process."""

import asyncio
import contextlib
import ctypes
import importlib
import logging
import os
import pkgutil
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn

from briefs.errors import BriefError
from desk.application import PeerProtocol, application
from desk.client import SOCKET, running, short_address
from desk.prefect_settings import for_server, password_of, program
from desk.runner import Runner
from tasks.repository import Content, upkeep
from tasks.settings import Desk

LOG = logging.getLogger("briefs.serve")
_START: Final = 120.0
_PROBE: Final = 5.0
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG of prctl(2)


class CannotServe(BriefError):
    """The desk cannot be served as it is; the message says what is in the way."""


@dataclass(slots=True)
class Child:
    """A process that is watched: started again when it ends."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the process; it ends when this one does, however this one ends."""
        with self.log.open("ab") as stream:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                env={**os.environ, **self.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                preexec_fn=_die_with_parent,
            )

    async def stop(self) -> None:
        """End the process: kindly, then not."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), 10)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


class House:
    """A desk being served."""

    def __init__(self, desk: Desk, port: int) -> None:
        """Serve `desk`, Prefect's pages on `port` (0: any free one)."""
        self._desk = desk
        self._port = port or _free_port()
        desk.state.mkdir(mode=0o750, exist_ok=True)
        (desk.state / "prefect").mkdir(exist_ok=True)
        environment = for_server(desk, self._port, password_of(desk))
        os.environ.update(environment)
        self.runner = Runner(desk)
        self.runner.url = f"http://127.0.0.1:{self._port}"
        self._server = Child(
            "Prefect's server",
            [program("prefect"), "server", "start"],
            environment,
            desk.state / "prefect-server.log",
        )
        self._clock = Child(
            "the clock",
            [sys.executable, "-m", "flows.clock", str(desk.settings.tick_minutes)],
            environment,
            desk.state / "clock.log",
        )
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Serve until SIGINT or SIGTERM."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)
        listener = self._listen()
        config = uvicorn.Config(
            application(self._desk, self.runner), http=PeerProtocol, lifespan="off", log_config=None
        )
        web = uvicorn.Server(config)
        web.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        doors = asyncio.create_task(_serve_quietly(web, listener))
        watch = asyncio.create_task(self._watch())
        LOG.info("the desk is open: %s", self._desk.root)
        await self._stop.wait()
        LOG.info("closing")
        await self.runner.finish(10)
        web.should_exit = True
        watch.cancel()
        await asyncio.gather(doors, watch, return_exceptions=True)
        await _hand_over()
        await asyncio.gather(self._clock.stop(), self._server.stop())
        (self._desk.state / SOCKET).unlink(missing_ok=True)

    async def _watch(self) -> None:
        """Keep Prefect's server and the clock alive; flows run only while the server answers."""
        await self._server.start()
        await self._until_healthy()
        # Importing Prefect takes 2 s, so it is done beside the server's own start.
        importlib.import_module("flows.upkeep")
        await self._clock.start()
        self.runner.open()
        LOG.info("Prefect's pages: %s (user and password: state/prefect.password)", self.runner.url)
        await self.runner.run("flows.upkeep:reconcile")
        while True:
            await asyncio.sleep(_PROBE)
            for child in (self._server, self._clock):
                if child.process is None or child.process.returncode is not None:
                    await self._again(child)

    async def _again(self, child: Child) -> None:
        LOG.warning("%s ended; starting it again (see %s)", child.name, child.log)
        if child is self._server:
            self.runner.close()
        await child.start()
        if child is self._server:
            await self._until_healthy()
            self.runner.open()

    async def _until_healthy(self) -> None:
        importing = asyncio.create_task(asyncio.to_thread(importlib.import_module, "flows.upkeep"))
        deadline = asyncio.get_running_loop().time() + _START
        while not await asyncio.to_thread(_healthy, self._port):
            ended = self._server.process is None or self._server.process.returncode is not None
            if ended or asyncio.get_running_loop().time() > deadline:
                LOG.error("Prefect's server does not start; see %s", self._server.log)
                await self._server.stop()
                await asyncio.sleep(_PROBE)
                await self._server.start()
                deadline = asyncio.get_running_loop().time() + _START
            await asyncio.sleep(0.3)
        await importing

    def _listen(self) -> socket.socket:
        path = self._desk.state / SOCKET
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        with short_address(self._desk.state) as address:
            listener.bind(address)
        path.chmod(0o660)
        listener.listen(64)
        return listener


def serve(desk: Desk, port: int | None) -> None:
    """Serve `desk` until it is stopped.

    Raises:
        CannotServe: it is served already, or the port is taken.
        RepositoryError: the content repository is not fit to be written to.
    """
    _log_to_terminal()
    if running(desk):
        raise CannotServe(f"{desk.root} is being served already; stop that one first")
    wanted = desk.settings.prefect_port if port is None else port
    if wanted and _taken(wanted):
        raise CannotServe(f"port {wanted} is taken; choose another with --port (0: any free one)")
    with Content(desk.content) as content:
        for sentence in upkeep.start_up(content):
            LOG.info(sentence)
    os.umask(0o027)
    asyncio.run(House(desk, wanted).run())


def _log_to_terminal() -> None:
    # The desk's own news alone: Prefect's stands in its pages.
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    ours = logging.getLogger("briefs")
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    ours.propagate = False


def reconcile_here(desk: Desk, environment: Mapping[str, str]) -> str:
    """Finish whatever is unfinished in a Prefect that lives as long as this call.

    Returns what was finished, one sentence.
    """
    (desk.state / "prefect").mkdir(parents=True, exist_ok=True)
    # An address, even an empty one, would keep Prefect's events from the embedded server.
    os.environ.pop("PREFECT_API_URL", None)
    os.environ.update(environment)
    flow = pkgutil.resolve_name("flows.upkeep:reconcile")
    state = asyncio.run(flow(return_state=True))
    if not state.is_completed():
        raise BriefError(f"reconcile did not finish: {state.message}")
    return str(state.message)


async def _hand_over() -> None:
    """Let Prefect's client send the logs and events that it holds, while its server is there.

    Left to the end of the process, it would try for over a minute to reach a server that is gone.
    """
    if "prefect" not in sys.modules:
        return
    for place in ("prefect.logging.handlers:APILogWorker", "prefect.events.worker:EventsWorker"):
        await pkgutil.resolve_name(place).drain_all(timeout=_PROBE)


async def _serve_quietly(web: uvicorn.Server, listener: socket.socket) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        await web.serve(sockets=[listener])


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


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)
