"""Run flows inside the desk's own process: one short flow for each act, in the order of a brief."""

import asyncio
import logging
import pkgutil
from typing import Any

from desk.doors import summary_of
from tasks.repository import Content
from tasks.settings import Desk

LOG = logging.getLogger("briefs.runner")


class Runner:
    """Starts flows when Prefect is ready; what cannot run now is found by `reconcile` later."""

    def __init__(self, desk: Desk) -> None:
        """Run flows for `desk`."""
        self._desk = desk
        self._open = asyncio.Event()
        self._locks: dict[str, asyncio.Lock] = {}
        self._running: set[asyncio.Task[str]] = set()
        self.url = ""

    @property
    def ready(self) -> bool:
        """Whether Prefect's server answers."""
        return self._open.is_set()

    def open(self) -> None:
        """Let the flows run: Prefect is there."""
        self._open.set()

    def close(self) -> None:
        """Let flows wait: Prefect is away."""
        self._open.clear()

    def start(self, flow: str, slug: str, key: str) -> "asyncio.Task[str]":
        """Start `flow` (an import string) for the act `key`; return the task to wait for."""
        task = asyncio.create_task(self._run(flow, slug, {"slug": slug, "key": key}))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def run(self, flow: str) -> str:
        """Run a flow that looks at everything; return how it ended, one sentence."""
        return await self._run(flow, "", {})

    async def finish(self, seconds: float) -> None:
        """Wait for the flows that run, at most so long."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    def standing(self, slug: str) -> dict[str, Any]:
        """Return where a brief stands now."""
        with Content(self._desk.content) as content:
            return summary_of(content.state(content.known(slug)))

    async def _run(self, flow: str, slug: str, parameters: dict[str, str]) -> str:
        lock = self._locks.setdefault(slug, asyncio.Lock())
        async with lock:
            await self._open.wait()
            try:
                state = await pkgutil.resolve_name(flow)(**parameters, return_state=True)
            except Exception:
                # The act is in Git; reconcile carries on from there.
                LOG.exception("%s of %s did not run", flow, slug or "everything")
                return "it did not run; see the desk's log"
            if not state.is_completed():
                LOG.error("%s of %s ended %s: %s", flow, slug, state.name, state.message)
            return str(state.message)
