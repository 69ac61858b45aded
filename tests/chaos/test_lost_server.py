"""Prefect's server lost, its database deleted, the desk killed: the journey goes on from Git."""

import base64
import json
import shutil

import pytest

from desk import client
from desk.request import Request
from tests.chaos import desks, journeys, served, verifier
from tests.chaos.journeys import SLUG

pytestmark = pytest.mark.slow

PUBLISHED = [
    "submit None draft 1 1 submission by ada",
    "check draft checked 1 1 submission/check by desk",
    "score checked scored 1 1 submission/score by desk",
    "request review scored in review 1 1 submission/request-review by desk",
    "sign off in review in review 1 1 ben-signs by ben",
    "sign off in review approved 1 1 cleo-signs by cleo",
    "release approved scheduled 1 1 zoe-releases by zoe-vance",
    "publish scheduled published 1 1 zoe-releases/publish by desk",
]


@pytest.fixture
def desk(tmp_path):
    return desks.make(tmp_path / "desk")


def test_deleting_prefects_database_changes_nothing_but_prefects_pages(desk):
    with served.briefs_serve(desk):
        submit(desk)
        sign(desk, "ben")
    shutil.rmtree(desk.state / "prefect")

    with served.briefs_serve(desk):
        assert stage(desk) == "in review"
        sign(desk, "cleo")
        act(desk, "release", "zoe-releases", desks.EDITOR)

    assert finished(desk) == []
    assert none_left_over(desk)


def test_a_desk_killed_with_acts_acknowledged_finishes_them_when_it_is_back(desk):
    with served.briefs_serve(desk) as process:
        submit(desk, wait=False)
        process.kill()
        process.wait()
    assert none_left_over(desk)
    assert history(desk)[0] == PUBLISHED[0]

    with served.briefs_serve(desk) as process:
        served.wait_until(lambda: stage(desk) == "in review", "reconcile finishes the submission")
        sign(desk, "ben")
        sign(desk, "cleo")
        act(desk, "release", "zoe-releases", desks.EDITOR, wait=False)
        process.kill()
        process.wait()
    assert none_left_over(desk)

    with served.briefs_serve(desk):
        served.wait_until(lambda: not finished(desk), "reconcile publishes and announces")

    assert none_left_over(desk)


def submit(desk, *, wait=True):
    data = base64.b64encode(desks.good("ada")).decode()
    act(desk, "submit", "submission", "ada", {"data": data}, wait=wait)


def sign(desk, person):
    state = ledger(desk).files([f"refs/heads/briefs/{SLUG}:state.json"])
    digest = json.loads(next(iter(state.values())))["digests"]["bytes"]
    act(desk, "sign off", f"{person}-signs", person, {"digest": digest})


def act(desk, action, key, person, values=None, *, wait=True):
    answer = client.act(desk, Request(action, SLUG, person, key, False, values or {}), wait=wait)
    assert answer["served"]


def ledger(desk):
    return verifier.Ledger(desk.content)


def history(desk):
    return [journeys.told(event) for _, event in ledger(desk).history(SLUG)]


def stage(desk):
    return ledger(desk).history(SLUG)[-1][1]["target"]


def finished(desk):
    """Return what keeps the journey from being over, its history as in an undisturbed run."""
    faults = verifier.faults(desk.content)
    if history(desk) != PUBLISHED:
        faults.append(f"the history is {history(desk)}")
    faults += journeys.settled(desk.root)
    wanted = {f"{SLUG}-{seq:06d}-channel.txt" for seq in range(1, len(PUBLISHED) + 1)}
    messages = {path.name for path in desk.outbox.iterdir()}
    if messages != wanted:
        faults.append(f"the messages are {sorted(messages)}")
    main = ledger(desk).refs().get("refs/heads/main", "")
    page = desk.site / "generations" / main[:16] / f"{SLUG}.html"
    if not page.is_file() or (desk.site / "current" / page.name).resolve() != page:
        faults.append("the page is not out")
    return faults


def none_left_over(desk):
    served.wait_until(lambda: not served.processes_of(desk), "no process is left over", 30)
    return True
