"""Many writers at once: what was acknowledged is there, once; what was refused is not."""

from collections import Counter

import pytest

from tasks.repository import Content
from tests.chaos import crew, desks, verifier, writers

pytestmark = pytest.mark.slow

WRITERS = 8


def test_eight_processes_submit_and_sign_many_briefs_at_once(scratch, seed, full):
    briefs = 200 if full else 40

    report = crew.run(scratch, work="many", writers=WRITERS, briefs=briefs, seed=seed)

    calls = list(writers.calls(scratch / "logs"))
    told = Counter(call["outcome"] for call in calls)
    print(f"{report['seconds']:.0f} s, {dict(told)}")
    repository = scratch / "desk" / "content.git"
    assert verifier.faults(repository, calls) == []
    assert told["info"] == 0
    ledger = verifier.Ledger(repository)
    stages = [ledger.history(f"brief-{i:03d}")[-1][1]["target"] for i in range(briefs)]
    assert stages == ["approved"] * briefs
    assert _next_write_succeeds(repository)


def test_eight_people_at_once_on_one_brief(scratch, seed, full):
    rounds = 50 if full else 12

    report = crew.run(scratch, work="one", writers=WRITERS, rounds=rounds, seed=seed)

    calls = list(writers.calls(scratch / "logs"))
    told = Counter(call["outcome"] for call in calls)
    print(f"{report['seconds']:.0f} s, {dict(told)}")
    repository = scratch / "desk" / "content.git"
    assert verifier.faults(repository, calls) == []
    assert told["ok"] + told["refused"] + told["unchanged"] == WRITERS * rounds
    assert _next_write_succeeds(repository)


def _next_write_succeeds(repository):
    with Content(repository) as content:
        outcome = desks.submit(content, "probe", "probe", desks.good("probe"))
    return outcome.commit == verifier.Ledger(repository).refs()["refs/heads/briefs/probe"]
