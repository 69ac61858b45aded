"""`briefs serve`: everything for one machine, with a real Prefect, from start to a clean end."""

import base64
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from desk import client
from tasks.settings import open_desk
from tests.desk.support import ADMIN, BIN, digest, record, refused, said

pytestmark = pytest.mark.slow


class Serving:
    """A `briefs serve` of one's own."""

    def __init__(self, root):
        self.root, self.desk = root, open_desk(root)
        self.log = root.parent / "serve.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [BIN / "briefs", "serve", "--port", "0", "--desk", root],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def health(self):
        try:
            return client.call(self.desk, "GET", "/health")
        except OSError:
            return {}

    def wait_for_prefect(self, seconds):
        deadline = time.monotonic() + seconds
        while not self.health().get("prefect"):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.3)

    def prefect(self, method, path, body=None, password=None):
        """Ask Prefect's API, with its password unless another is given; return its JSON."""
        word = (self.root / "state" / "prefect.password").read_text().strip()
        word = word if password is None else password
        headers = {"content-type": "application/json"}
        if word:
            headers["authorization"] = f"Basic {base64.b64encode(word.encode()).decode()}"
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.health()['url']}/api{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def runs(self):
        found = self.prefect("POST", "/flow_runs/filter", {"limit": 200})
        return {run["name"]: run for run in found}

    def act(self, *words):
        """Run a command and wait until its flow has ended."""
        return said(*words, "--wait", "--desk", self.root)

    def processes(self):
        """Return the process ids of the desk and of everything below it."""
        parents = {}
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = entry.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.parent.name)] = int(fields[1])
        family = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return family

    def end(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    root = tmp_path_factory.mktemp("serve") / "desk"
    assert said("init", root, "--admin", ADMIN, "--sample").code == 0
    served = Serving(root)
    yield served
    served.end()


@pytest.fixture(scope="module")
def reviewed(serving):
    """The desk with Prefect up, and its brief in review."""
    serving.wait_for_prefect(90)
    told = serving.act("submit", serving.root / "portugal.md", "--as", "ada")
    assert told.code == 0, told
    return serving


def test_prefect_answers_within_90_seconds(serving):
    serving.wait_for_prefect(90)


def test_a_second_desk_on_the_same_folder_is_refused(serving):
    serving.wait_for_prefect(90)
    told = said("serve", "--port", "0", "--desk", serving.root)
    refused(told, 1, "is being served already", "stop that one first")


def test_an_act_that_waits_answers_with_where_its_flow_ended(reviewed):
    assert record(reviewed.root, "portugal")["stage"] == "in review"
    told = reviewed.act("submit", reviewed.root / "portugal.md", "--as", "ada", "--json")
    assert (told.json["stage"], told.json["unchanged"]) == ("in review", True)


def test_prefect_asks_for_the_password_and_listens_on_this_machine_alone(reviewed):
    for password in ("", "desk:wrong"):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            reviewed.prefect("POST", "/flow_runs/filter", {}, password=password)
    assert reviewed.health()["url"].startswith("http://127.0.0.1:")
    mode = (reviewed.root / "state" / "prefect.password").stat().st_mode & 0o777
    assert mode == 0o600


def test_a_run_is_named_for_brief_and_revision_and_tagged_with_where_it_stands(reviewed):
    run = reviewed.runs()["submit-portugal-r1"]
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Completed")
    assert {"portugal", "in review"} <= set(run["tags"])
    assert set(run["parameters"]) == {"slug", "key"}


def test_a_refused_submission_ends_completed_and_named_refused(reviewed):
    draft = reviewed.root.parent / "atlantis.md"
    draft.write_text("---\ntitle: Atlantis\n---\n\n# Atlantis\n")
    told = reviewed.act("submit", draft, "--as", "ada")
    assert told.code == 1, told
    run = reviewed.runs()["submit-atlantis-r1"]
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Refused")
    assert {"atlantis", "draft"} <= set(run["tags"])


def test_findings_score_and_record_stand_in_prefects_pages_under_the_brief(reviewed):
    found = reviewed.prefect("POST", "/artifacts/filter", {"limit": 200})
    kinds = {artifact["key"]: artifact["type"] for artifact in found}
    expected = {
        "findings-portugal": "table",
        "score-portugal": "table",
        "completeness-portugal": "progress",
        "record-portugal": "markdown",
    }
    assert expected.items() <= kinds.items()
    (text, *_) = [a["data"] for a in found if a["key"] == "record-portugal"]
    assert digest(reviewed.root) in text and "| request review | desk |" in text


def test_the_clock_ticks_in_utc(reviewed):
    deadline = time.monotonic() + 60
    wanted = {"publish-due/desk", "reconcile/desk"}
    while True:
        flows = {f["id"]: f["name"] for f in reviewed.prefect("POST", "/flows/filter", {})}
        found = {
            f"{flows.get(deployment['flow_id'])}/{deployment['name']}": deployment
            for deployment in reviewed.prefect("POST", "/deployments/filter", {})
        }
        if wanted <= set(found):
            break
        assert time.monotonic() < deadline, sorted(found)
        time.sleep(0.5)
    for name in wanted:
        (schedule,) = found[name]["schedules"]
        assert schedule["active"] and not found[name]["paused"]
        assert len(schedule["schedule"]["cron"].split()) == 5
        assert schedule["schedule"].get("timezone") in (None, "UTC")
        assert found[name]["concurrency_limit"] is None


def test_reconcile_runs_inside_the_desk_that_serves(reviewed):
    told = said("reconcile", "--desk", reviewed.root)
    assert told.code == 0 and told.err == ""


def test_the_whole_way_to_the_page_runs_through_the_served_desk(reviewed):
    root = reviewed.root
    for person in ("ben", "cleo"):
        words = ("approve", "portugal", "--as", person, "--digest", digest(root))
        assert reviewed.act(*words).code == 0
    told = reviewed.act("publish", "portugal", "--as", "zoe-vance", "--json")
    assert told.json["stage"] == "published"
    page = root / "site" / "current" / "portugal.html"
    assert "<h2" in page.read_text("utf-8")
    told = said("outbox", "portugal", "--json", "--desk", root)
    assert {a["status"] for a in told.json["announcements"]} == {"sent"}


def test_no_draft_travels_through_prefect(reviewed):
    database = reviewed.root / "state" / "prefect" / "prefect.db"
    sentence = b"helped to found the North Atlantic Treaty Organization"
    assert sentence in (reviewed.root / "portugal.md").read_bytes()
    assert sentence not in database.read_bytes()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_a_terminated_desk_leaves_no_process_and_no_socket(serving):
    serving.wait_for_prefect(90)
    family = serving.processes()
    assert len(family) >= 3  # the desk, Prefect's server, the clock

    began = time.monotonic()
    assert serving.end() == 0
    assert time.monotonic() - began < 30  # its flows' logs went out while Prefect was there

    deadline = time.monotonic() + 10
    while left := [pid for pid in family if _runs(pid)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
    assert not (serving.root / "state" / client.SOCKET).exists()
    assert "Traceback" not in serving.log.read_text()


def _runs(pid):
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_a_killed_desk_takes_its_children_with_it_and_can_be_served_again(tmp_path):
    root = tmp_path / "desk"
    assert said("init", root, "--admin", ADMIN, "--sample").code == 0
    first = Serving(root)
    try:
        first.wait_for_prefect(90)
        family = first.processes()
        assert first.end(signal.SIGKILL) == -signal.SIGKILL
        deadline = time.monotonic() + 30
        while left := [pid for pid in family if _runs(pid)]:
            assert time.monotonic() < deadline, left
            time.sleep(0.1)
        assert (root / "state" / client.SOCKET).exists()
        second = Serving(root)
        try:
            second.wait_for_prefect(90)
        finally:
            assert second.end() == 0
    finally:
        for pid in (pid for pid in family if _runs(pid)):
            os.kill(pid, signal.SIGKILL)
