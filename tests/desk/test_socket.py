"""The socket: the same front door for whoever may reach it, and the kernel says who that is."""

import asyncio
import http.client
import json
import os
import shutil
import socket
import stat
import threading
import time

import pytest
import uvicorn

from desk import client
from desk.application import LARGEST, PeerProtocol, application
from desk.persons import account_name
from desk.runner import Runner
from desk.serve import House
from tasks.settings import open_desk
from tests.desk.support import LATER, digest, record, refused, traces

pytestmark = pytest.mark.slow


class Served:
    """A desk that listens on its socket, in a thread of this process, without Prefect."""

    def __init__(self, root):
        self.root, self.desk = root, open_desk(root)
        self._web = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    async def _serve(self):
        house = House.__new__(House)
        house._desk = self.desk
        app = application(self.desk, Runner(self.desk))
        config = uvicorn.Config(app, http=PeerProtocol, lifespan="off", log_config=None)
        self._web = uvicorn.Server(config)
        self._web.install_signal_handlers = lambda: None
        await self._web.serve(sockets=[house._listen()])

    def __enter__(self):
        self._thread.start()
        deadline = time.monotonic() + 20
        while not client.running(self.desk):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return self

    def __exit__(self, *exc):
        self._web.should_exit = True
        self._thread.join(20)

    def ask(self, method, path, body=None, headers=None):
        """Send a request as it is; return the status and the body."""
        connection = http.client.HTTPConnection("desk", timeout=20)
        connection.sock = socket.socket(socket.AF_UNIX)
        with client.short_address(self.desk.state) as address:
            connection.sock.connect(address)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@pytest.fixture
def served(desk_at):
    """A desk being served, its brief at the stage asked for."""
    opened = []

    def serve(stage="new", root=None):
        opened.append(Served(root or desk_at(stage)).__enter__())
        return opened[-1]

    yield serve
    for one in opened:
        one.__exit__()


def test_the_socket_is_for_the_desks_account_and_its_group_alone(served):
    desk = served()
    mode = (desk.root / "state" / "desk.sock").stat().st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o660


def test_health_says_whether_prefect_is_there(served):
    status, body = served().ask("GET", "/health")
    assert (status, json.loads(body)) == (200, {"ok": True, "prefect": False, "url": ""})


def test_a_command_uses_the_running_desk_and_the_callers_account_is_the_evidence(served, run):
    desk = served("in review")
    told = run("approve", "portugal", "--as", "ben", "--digest", digest(desk.root))
    assert (told.code, told.err) == (0, "")  # nothing is queued: the desk carries on
    event = record(desk.root, "portugal", "event.json")
    assert event["actor"] == {
        "person": "ben",
        "channel": "command line",
        "evidence": {"account": account_name(os.getuid())},
    }


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_another_account_is_seen_as_itself_whatever_it_says(served):
    desk = served("in review")
    state = os.open(desk.root / "state", os.O_RDONLY)
    for path in (desk.root / "state", desk.root / "state" / "desk.sock"):
        path.chmod(0o777)
    body = json.dumps({"action": "recall", "slug": "portugal", "person": "ada"}).encode()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover
        try:
            os.fchdir(state)
            os.setuid(65534)
            with socket.socket(socket.AF_UNIX) as line:
                line.connect("desk.sock")
                head = f"Host: x\r\nX-Remote-User: root\r\nContent-Length: {len(body)}"
                head = f"POST /act HTTP/1.1\r\n{head}\r\nConnection: close\r\n\r\n"
                line.sendall(head.encode() + body)
                while data := line.recv(65536):
                    os.write(writer, data)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    os.close(state)
    assert answer.startswith("HTTP/1.1 409 ")
    assert '"code":4' in answer
    assert f"the account {account_name(65534)} belongs to nobody on this desk" in answer
    assert record(desk.root, "portugal")["stage"] == "in review"


def test_a_refusal_is_the_same_sentence_and_code_as_without_a_running_desk(desk_at, run, served):
    root = desk_at("in review")
    (root / "bad.md").write_bytes(b"---\ntitle: x\n---\n\x80")
    commands = [
        ("approve", "portugal", "--as", "ben", "--digest", "0123456789ab"),
        ("approve", "portugal", "--as", "nobody", "--digest", "0123456789ab"),
        ("approve", "portugal", "--as", "ada", "--digest", "0123456789ab"),
        ("approve", "portugal", "--as", "ben", "--digest", "0" * 12, "--key", "a/b"),
        ("publish", "atlantis", "--as", "zoe-vance"),
        ("schedule", "portugal", "--at", "tomorrow", "--as", "zoe-vance"),
        ("schedule", "portugal", "--at", LATER, "--as", "zoe-vance"),
        ("submit", root / "bad.md", "--as", "ada"),
        ("submit", root / "portugal.md", "--slug", "../x", "--as", "ada"),
        ("assign", "portugal", "--to", "nobody", "--as", "zoe-vance"),
    ]
    alone = [run(*command) for command in commands]
    served(root=root)
    before = traces(root)
    assert [run(*command) for command in commands] == alone
    assert traces(root) == before
    for told in alone:
        refused(told, told.code)


def test_a_dry_run_and_a_retry_hold_through_the_socket(served, run):
    desk = served()
    words = ("submit", desk.root / "portugal.md", "--as", "ada")
    before = traces(desk.root)
    assert run(*words, "--dry-run").code == 0
    assert traces(desk.root) == before
    first = run(*words, "--key", "k-1", "--json").json
    again = run(*words, "--key", "k-1", "--json").json
    assert (again["repeated"], again["commit"]) == (True, first["commit"])


ACT = {"action": "submit", "slug": "portugal", "person": "ada", "values": {"data": ""}}
BAD = {
    "no JSON": (b"{", "the request: Invalid JSON"),
    "nothing": (b"", "the request: Invalid JSON"),
    "not UTF-8": (b'{"slug": "\xff"}', "the request: Invalid JSON"),
    "a list": (b"[]", "the request: "),
    "no action": (json.dumps({"slug": "x"}), "action: Field required"),
    "no slug": (json.dumps({"action": "submit"}), "slug: Field required"),
    "an unknown action": (json.dumps(ACT | {"action": "delete"}), "action: "),
    "an unknown field": (json.dumps(ACT | {"force": True}), "force: Extra inputs"),
    "an unknown value": (json.dumps(ACT | {"values": {"force": True}}), "values.force: Extra"),
    "a number for words": (json.dumps(ACT | {"values": {"reason": 5}}), "values.reason: "),
    "a word for a number": (json.dumps(ACT | {"values": {"base": "x"}}), "values.base: "),
    "a number for sections": (json.dumps(ACT | {"values": {"sections": 5}}), "values.sections: "),
    "a list for the slug": (json.dumps(ACT | {"slug": ["x"]}), "slug: "),
    "deep nesting": (b"[" * 100_000, "the request: "),
}


@pytest.mark.parametrize("what", BAD)
def test_a_request_that_is_none_is_refused_with_a_sentence_and_no_trace(served, what):
    body, words = BAD[what]
    desk = served()
    before = traces(desk.root)
    status, answer = desk.ask("POST", "/act", body)
    assert status == 400
    told = json.loads(answer)
    assert told["code"] == 2 and told["error"].startswith(words), told
    assert "\n" not in told["error"]
    assert traces(desk.root) == before
    assert desk.ask("GET", "/health")[0] == 200


@pytest.mark.parametrize("action", ["check", "score", "request review", "hold", "publish"])
def test_what_the_desk_decides_is_nobodys_to_ask_for(served, action):
    body = json.dumps({"action": action, "slug": "portugal", "person": "zoe-vance"})
    status, answer = served("draft").ask("POST", "/act", body)
    assert (status, json.loads(answer)["code"]) == (409, 4)
    assert "its gate decides" in json.loads(answer)["error"]


def test_a_body_over_the_limit_is_refused_unread(served):
    desk = served()
    headers = {"content-length": str(LARGEST + 1)}
    status, answer = desk.ask("POST", "/act", b"", headers)
    assert (status, json.loads(answer)["code"]) == (400, 2)
    assert json.loads(answer)["error"] == f"the request is over {LARGEST:,} bytes"


def test_a_body_of_unknown_length_is_refused(served):
    desk = served()
    status, answer = desk.ask("POST", "/act", iter([b"{", b"}"]), {"transfer-encoding": "chunked"})
    assert (status, json.loads(answer)["code"]) == (400, 2)


def test_another_method_or_path_is_refused(served):
    desk = served()
    assert desk.ask("GET", "/act")[0] == 405
    assert desk.ask("GET", "/publish-due")[0] == 405
    assert desk.ask("POST", "/health")[0] == 405
    assert desk.ask("GET", "/state/prefect.password")[0] == 404


def test_a_socket_whose_path_is_longer_than_the_kernel_takes_works_all_the_same(
    desk_at, served, run, tmp_path, monkeypatch
):
    long = tmp_path / ("a" * 80) / ("b" * 80)
    long.mkdir(parents=True)
    root = long / "desk"
    shutil.move(desk_at("in review"), root)
    assert len(os.fsencode(root / "state" / "desk.sock")) > 107
    monkeypatch.setenv("BRIEFS_DESK", str(root))

    desk = served(root=root)
    for _ in range(20):
        told = run("approve", "portugal", "--as", "ben", "--digest", digest(root))
        assert (told.code, told.err) == (0, "")

    links = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
    held = [os.readlink(link) for link in links if os.path.lexists(link)]
    assert str(desk.root / "state") not in held


def test_a_socket_that_nobody_listens_on_is_no_running_desk(desk_at, run):
    root = desk_at("new")
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(root / "state" / "desk.sock"))
    told = run("submit", root / "portugal.md", "--as", "ada")
    assert told.code == 0 and "recorded; announcements and pages are queued" in told.err


def test_something_else_on_the_socket_is_no_running_desk(desk_at, run):
    root = desk_at("new")
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(root / "state" / "desk.sock"))
        other.listen(4)

        def answer():
            line, _ = other.accept()
            with line:
                line.recv(65536)
                line.sendall(b"220 mail.example.org ESMTP\r\n")

        threading.Thread(target=answer, daemon=True).start()
        assert run("submit", root / "portugal.md", "--as", "ada").code == 0
