"""Writers that are killed at any moment: nothing acknowledged is lost, nothing is done twice."""

import re
from collections import Counter

import pytest

from tasks import acts, outbox, site, unfinished
from tasks.agreed import current_policy
from tasks.repository import Content, site_branch
from tasks.settings import open_desk
from tests.chaos import crew, desks, verifier, writers

pytestmark = pytest.mark.slow

WRITERS = 6


@pytest.mark.parametrize("group", [False, True], ids=["the writer", "the writer and its git"])
def test_killed_writers_lose_nothing_and_repeat_nothing(scratch, seed, full, group):
    kills = 600 if full else 60

    report = crew.run(
        scratch, work="wild", writers=WRITERS, briefs=3, seed=seed, kills=kills, group=group
    )

    desk = open_desk(scratch / "desk")
    calls = list(writers.calls(scratch / "logs"))
    told = Counter(call["outcome"] for call in calls)
    print(f"{report['seconds']:.0f} s, {dict(told)}, mended: {report['mended']}")
    assert report["torn"] == 0
    assert verifier.faults(desk.content, calls) == []
    calls += _finish_all(desk)
    assert verifier.faults(desk.content, calls) == []
    assert _announced_wrongly(desk) == []


def _finish_all(desk):
    """Do what `reconcile` does, without Prefect; return the acts that this was."""
    keys = []
    with Content(desk.content) as content:
        for work in unfinished.survey(content)[0]:
            before = {event.key for _, event in content.history(work.slug)}
            desks.carry_on(content, work.slug)
            if work.publication:
                acts.publish(content, work.slug)
            site_branch.reflect(content, work.slug, current_policy(content))
            outbox.deliver(desk, content, work.slug)
            after = {event.key for _, event in content.history(work.slug)}
            keys += [{"slug": work.slug, "key": key, "outcome": "ok"} for key in after - before]
        site.build(content, desk.site)
        assert unfinished.survey(content) == ([], [])
    return keys


def _announced_wrongly(desk):
    """Return what is wrong with the messages: one for each record, each sent once."""
    ledger = verifier.Ledger(desk.content)
    wanted = set()
    for ref in ledger.refs(verifier.BRIEFS):
        slug = ref.removeprefix(verifier.BRIEFS)
        for _, event in ledger.history(slug):
            key = f"{slug}-{event['seq']:06d}"
            wanted.add(f"{key}-channel")
            if event["action"] in ("request changes", "hold"):
                wanted.add(f"{key}-author")
    files = {path.name for path in desk.outbox.iterdir()}
    faults = [f"missing: {key}" for key in sorted(wanted) if f"{key}.txt" not in files]
    faults += [f"unasked: {name}" for name in sorted(files) if name[:-4] not in wanted]
    sent = Counter(re.findall(r"\S+", (desk.root / "sends.log").read_text()))
    return faults + [f"sent {times} times: {key}" for key, times in sent.items() if times > 1]
