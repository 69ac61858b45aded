"""Reach a running desk through its socket, or act here and now where none runs."""

import http.client
import json
import os
import pkgutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from briefs.errors import BriefError
from desk.persons import account_name, refuse_foreign_account
from desk.request import Request
from tasks.settings import Desk

SOCKET: Final = "desk.sock"
_TIMEOUT: Final = 120.0


class AnsweredNo(BriefError):
    """The running desk refused; `code` is the exit code that it names."""

    def __init__(self, message: str, code: int) -> None:
        """Carry the desk's sentence and exit code."""
        self.code = code
        super().__init__(message)


class Unknown(BriefError):
    """The connection broke before the answer: the act may be recorded, or not."""


class _Connection(http.client.HTTPConnection):
    def __init__(self, folder: Path) -> None:
        super().__init__("desk", timeout=_TIMEOUT)
        self._folder = folder

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(_TIMEOUT)
        with short_address(self._folder) as address:
            self.sock.connect(address)


@contextmanager
def short_address(folder: Path) -> Iterator[str]:
    """Give the socket's address: by way of an open folder where its path is over 100 bytes.

    The kernel takes 107 bytes of path and no more.
    """
    address = str(folder / SOCKET)
    if len(os.fsencode(address)) <= 100:
        yield address
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)


def running(desk: Desk) -> bool:
    """Say whether a desk answers on the socket."""
    if not (desk.state / SOCKET).exists():
        return False
    try:
        return bool(call(desk, "GET", "/health").get("ok"))
    except (OSError, http.client.HTTPException, ValueError, BriefError):
        return False


def act(desk: Desk, request: Request, *, wait: bool = False) -> dict[str, Any]:
    """Have `request` recorded, by the running desk or here; return the answer.

    `served` in the answer says which; with `wait`, the running desk answers when its flow ended.

    Raises:
        BriefError: the refusal.
        Unknown: the desk went away in between; the key in the message makes a retry safe.
    """
    if not running(desk):
        refuse_foreign_account(desk)
        # Loaded here: with a running desk, this process needs no Git.
        handle = pkgutil.resolve_name("desk.doors:handle")
        answer: dict[str, Any] = handle(desk, request, account_name(os.getuid()), "command line")
        return answer | {"served": False}
    body = asdict(request) | {"action": str(request.action), "wait": wait}
    try:
        return call(desk, "POST", "/act", body) | {"served": True}
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unknown(
            f"the desk went away before it answered ({error}); "
            f"say it again with --key {request.key}: one key is one act"
        ) from error


def call(desk: Desk, method: str, path: str, body: Any = None) -> dict[str, Any]:
    """Send one request to the running desk; return its JSON answer. Raises `AnsweredNo`."""
    connection = _Connection(desk.state)
    try:
        data = None if body is None else json.dumps(body).encode("utf-8")
        connection.request(method, path, data, {"content-type": "application/json"})
        response = connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
    finally:
        connection.close()
    if response.status >= 400:
        raise AnsweredNo(str(answer.get("error", "refused")), int(answer.get("code", 3)))
    return answer
