"""The way of many machines, with real parts: server, `prefect deploy --all`, pool, worker."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
REASON = "Published in error."
WAITING = ("SCHEDULED", "PENDING", "RUNNING")


@dataclass
class Pool:
    """A desk, and the environment in which a server and a worker run for it."""

    desk: Path
    environment: dict[str, str]

    def run(self, *words: str, code: int = 0) -> str:
        done = subprocess.run(
            [PROGRAMS / words[0], *words[1:]],
            env=self.environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def act(self, *words: str) -> None:
        self.run("briefs", *words)

    def flow(self, name: str, **parameters: str) -> str:
        """Run a deployment, wait for its end, and return the name of its last state."""
        deployment = self.ask(f"deployments/name/{name}/desk")
        run = self.ask(f"deployments/{deployment['id']}/create_flow_run", parameters=parameters)
        deadline = time.monotonic() + 120
        while (found := self.ask(f"flow_runs/{run['id']}"))["state_type"] in WAITING:
            assert time.monotonic() < deadline, found
            time.sleep(0.5)
        assert found["state_type"] == "COMPLETED", found["state"]
        return str(found["state_name"])

    def ask(self, path: str, **body: object) -> dict[str, Any]:
        url = f"{self.environment['PREFECT_API_URL']}/{path}"
        data = json.dumps(body).encode("utf-8") if body else None
        request = urllib.request.Request(url, data, {"content-type": "application/json"})
        for _ in range(20):
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return dict(json.load(answer))
            except urllib.error.HTTPError as error:
                if error.code != 503:  # SQLite was busy: Prefect's own client waits and asks again
                    raise
                time.sleep(1)
        raise AssertionError(f"{url} answers 503 for good")

    def stage(self) -> str:
        return str(self.brief()["stage"])

    def brief(self) -> dict[str, object]:
        found = json.loads(self.run("briefs", "status", "portugal", "--json"))
        return dict(found["briefs"][0])


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    folder = tmp_path_factory.mktemp("pool")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "BRIEFS_DESK": str(folder / "desk"),
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
    }
    made = Pool(folder / "desk", environment)
    made.run("briefs", "init", str(made.desk), "--admin", "Zoe Vance <zoe@example.org>", "--sample")
    with process(made, folder / "server.log", "prefect", "server", "start", "--port", str(port)):
        healthy(f"{environment['PREFECT_API_URL']}/health")
        made.run("prefect", "--no-prompt", "work-pool", "create", "local", "--type", "process")
        made.run("prefect", "--no-prompt", "deploy", "--all")
        with process(made, folder / "worker.log", "prefect", "worker", "start", "--pool", "local"):
            yield made


def test_deploying_twice_makes_nothing_twice(pool: Pool) -> None:
    before = everything_deployed(pool)

    pool.run("prefect", "--no-prompt", "deploy", "--all")

    assert everything_deployed(pool) == before
    assert [kind for kind, _ in before].count("deployment") == 10
    assert [kind for kind, _ in before].count("automation") == 2


def test_a_worker_runs_every_flow_of_a_journey(pool: Pool) -> None:
    pool.act("submit", str(pool.desk / "portugal.md"), "--as", "ada", "--key", "k1")
    pool.flow("submit", slug="portugal", key="k1")
    assert pool.stage() == "in review"

    pool.act("request-changes", "portugal", "--as", "ben", "--reason", "Say more.", "--key", "k2")
    pool.flow("request-changes", slug="portugal", key="k2")
    assert pool.stage() == "draft"

    pool.act("submit", str(reworded(pool)), "--as", "ada", "--key", "k3")
    pool.flow("reconcile")
    assert pool.stage() == "in review"

    for person in ("ben", "cleo"):
        digest = str(pool.brief()["digest"])
        pool.act("approve", "portugal", "--as", person, "--digest", digest, "--key", f"k4{person}")
    pool.flow("sign-off", slug="portugal", key="k4cleo")
    assert pool.stage() == "approved"

    words = ("--at", "2027-11-24 09:00 Europe/Brussels", "--as", "zoe-vance", "--key", "k5")
    pool.act("schedule", "portugal", *words)
    pool.flow("schedule", slug="portugal", key="k5")
    pool.flow("publish-due")
    assert pool.stage() == "scheduled"

    pool.act("publish", "portugal", "--as", "zoe-vance", "--key", "k6")
    pool.flow("publish", slug="portugal", key="k6")
    assert pool.stage() == "published"
    assert (pool.desk / "site" / "current" / "portugal.html").exists()

    words = ("--as", "zoe-vance", "--reason", REASON, "--key", "k7")
    pool.act("withdraw", "portugal", *words)
    pool.flow("withdraw", slug="portugal", key="k7")
    assert REASON in (pool.desk / "site" / "current" / "portugal.html").read_text("utf-8")

    pool.flow("tell", slug="portugal", key="k7")
    pool.flow("maintain")
    sent = json.loads(pool.run("briefs", "outbox", "portugal", "--json"))["announcements"]
    assert {announcement["status"] for announcement in sent} == {"sent"}


def test_a_flow_without_a_recorded_act_decides_nothing(pool: Pool) -> None:
    before = pool.brief()

    ended = pool.flow("sign-off", slug="portugal", key="invented")

    assert ended == "Refused"
    assert pool.brief() == before


def everything_deployed(pool: Pool) -> list[tuple[str, str]]:
    found = []
    for kind in ("deployment", "automation"):
        url = f"{pool.environment['PREFECT_API_URL']}/{kind}s/filter"
        request = urllib.request.Request(url, b"{}", {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            found += [(kind, str(thing["name"])) for thing in json.load(answer)]
    return sorted(found)


def reworded(pool: Pool) -> Path:
    target = pool.desk.parent / "portugal.md"
    text = (pool.desk / "portugal.md").read_text("utf-8")
    target.write_text(text.replace("Relations are close", "Relations are very close"), "utf-8")
    return target


@contextmanager
def process(pool: Pool, log: Path, *words: str) -> Iterator[None]:
    with log.open("wb") as stream:
        command = [str(PROGRAMS / words[0]), *words[1:]]
        child = subprocess.Popen(
            command, env=pool.environment, cwd=PROJECT, stdout=stream, stderr=stream
        )
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()


def healthy(url: str) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"{url} does not answer")
