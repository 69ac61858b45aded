"""The web application behind the desk's socket: who calls is what the kernel says."""

import asyncio
import logging
import socket
import struct
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from briefs.errors import BriefError
from briefs.terms import Action
from desk.doors import handle
from desk.exits import INTERNAL, USAGE
from desk.persons import account_name
from desk.refusals import code_of
from desk.request import Request
from desk.runner import Runner
from tasks.settings import Desk

LOG = logging.getLogger("briefs.desk")
LARGEST = 4 << 20
CHANNEL = "command line"


class Values(BaseModel):
    """What an act may say beyond who and which; each action uses what it needs of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    data: str = ""
    type: str | None = None
    base: int | None = None
    shown: tuple[int, int] = (0, 0)
    file: str = ""
    reason: str = ""
    comment: str = ""
    digest: str = ""
    sections: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    at: str = ""
    line: int = 0
    signature: str = ""
    policy: str = ""
    due: str = ""
    settler: str = ""
    debt: str = ""


class Asked(BaseModel):
    """The body of a request to act."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    action: Action
    slug: str
    person: str | None = None
    key: str | None = None
    dry_run: bool = False
    wait: bool = False
    values: Values = Values()

    def request(self) -> Request:
        """Return what is asked, as the front door takes it."""
        values = self.values.model_dump()
        return Request(self.action, self.slug, self.person, self.key, self.dry_run, values)


class PeerProtocol(H11Protocol):
    """HTTP on a Unix socket, where the client's address is the account that calls."""

    def connection_made(self, transport: Any) -> None:
        """Ask the kernel who is at the other end."""
        super().connection_made(transport)
        found = transport.get_extra_info("socket")
        size = struct.calcsize("3i")
        pid, uid, _ = struct.unpack(
            "3i", found.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        )
        self.client = (account_name(uid), pid)


def application(desk: Desk, runner: Runner) -> Starlette:
    """Return the application of the socket; each route is a method of `_Doors`."""
    doors = _Doors(desk, runner)
    return Starlette(
        routes=[
            Route("/health", doors.health),
            Route("/act", doors.act, methods=["POST"]),
            Route("/publish-due", doors.publish_due, methods=["POST"]),
            Route("/reconcile", doors.reconcile, methods=["POST"]),
        ]
    )


class _Doors:
    def __init__(self, desk: Desk, runner: Runner) -> None:
        self._desk, self._runner = desk, runner

    async def health(self, _: HttpRequest) -> JSONResponse:
        return JSONResponse({"ok": True, "prefect": self._runner.ready, "url": self._runner.url})

    async def act(self, request: HttpRequest) -> JSONResponse:
        asked = await _asked(request)
        if isinstance(asked, str):
            return JSONResponse({"error": asked, "code": USAGE}, 400)
        account = str(request.scope["client"][0])
        try:
            answer = await asyncio.to_thread(handle, self._desk, asked.request(), account, CHANNEL)
        except BriefError as error:
            return JSONResponse({"error": str(error), "code": code_of(error)}, 409)
        except Exception:
            LOG.exception("a request failed")
            return JSONResponse({"error": "the desk failed; see its log", "code": INTERNAL}, 500)
        return JSONResponse(await self._carry_on(answer, wait=asked.wait))

    async def publish_due(self, _: HttpRequest) -> JSONResponse:
        return JSONResponse({"message": await self._runner.run("flows.publication:publish_due")})

    async def reconcile(self, _: HttpRequest) -> JSONResponse:
        return JSONResponse({"message": await self._runner.run("flows.upkeep:reconcile")})

    async def _carry_on(self, answer: dict[str, Any], *, wait: bool) -> dict[str, Any]:
        if flow := answer.get("flow"):
            done = self._runner.start(flow, answer["slug"], answer["key"])
            if wait:
                await done
                answer |= await asyncio.to_thread(self._runner.standing, answer["slug"])
        return answer


async def _asked(request: HttpRequest) -> Asked | str:
    if int(request.headers.get("content-length", LARGEST + 1)) > LARGEST:
        return f"the request is over {LARGEST:,} bytes"
    try:
        return Asked.model_validate_json(await request.body())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the request"
        return f"{where}: {first['msg']}"
