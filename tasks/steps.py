"""The Prefect tasks: thin wrappers over the plain modules beside this one. Nothing is decided here.

Every step reads where things stand and can be run again. Git and files block, so each works in a
thread; none is cached, since Prefect's default would turn the second legitimate call into nothing.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeVar

from prefect import get_run_logger, task
from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.events import emit_event
from prefect.runtime import flow_run

from briefs.errors import TransitionRefused
from briefs.report import read_report
from briefs.terms import Action
from tasks import acts, outbox, site, unfinished
from tasks.agreed import current_policy
from tasks.repository import Content, RepositoryError, remote, site_branch, upkeep
from tasks.settings import Desk, find_desk
from tasks.unfinished import Taken, Work

_T = TypeVar("_T")


async def _may_pass(task: Any, run: Any, state: Any) -> bool:
    """Say whether a retry is worth while: a repository that was busy, or a disk that was full."""
    try:
        await state.aresult()
    except (RepositoryError, OSError):
        return True
    except Exception:
        return False
    return False


_STEP: Final[dict[str, Any]] = {
    "cache_policy": NO_CACHE,
    "retries": 2,
    "retry_delay_seconds": [1, 5],
    "retry_condition_fn": _may_pass,
    "persist_result": False,
}


async def _with_content(work: Callable[[Desk, Content], _T]) -> _T:
    def run() -> _T:
        desk = find_desk()
        with Content(desk.content) as content:
            return work(desk, content)

    return await asyncio.to_thread(run)


@task(name="look", **_STEP)
async def look(slug: str, key: str = "") -> Taken:
    """Return where a brief stands; refused unless the act of `key` is in its history."""
    return await _with_content(lambda _, content: unfinished.look(content, slug, key))


@task(name="take", task_run_name="{action}", **_STEP)
async def take(slug: str, action: Action, cause: str) -> Taken:
    """Let the desk take `action`, if its gate opens."""
    return await _with_content(lambda _, content: unfinished.take(content, slug, action, cause))


@task(name="recount", **_STEP)
async def recount(slug: str) -> Taken:
    """Approve a brief in review whose quorum is met without a further sign-off."""
    return await _with_content(lambda _, content: unfinished.recount(content, slug))


@task(name="publish", **_STEP)
async def publish(slug: str) -> Taken:
    """Publish a brief that is due, or hold it with the objections."""

    def work(_: Desk, content: Content) -> Taken:
        try:
            acts.publish(content, slug)
        except TransitionRefused as refusal:
            found = unfinished.look(content, slug)
            return Taken(slug, found.stage, found.revision, found.cause, refusal.objections)
        return unfinished.look(content, slug)

    return await _with_content(work)


@task(name="due", **_STEP)
async def due() -> list[str]:
    """Return the briefs whose moment has come."""
    return await _with_content(lambda _, content: acts.due(content))


@task(name="unfinished", **_STEP)
async def remaining() -> tuple[list[Work], list[str]]:
    """Return what is unfinished, over all of Git, and which briefs cannot be read."""
    return await _with_content(lambda _, content: unfinished.survey(content))


@task(name="release", **_STEP)
async def release(slug: str) -> None:
    """Bring `main` and the site into agreement with the record of a brief, on the publisher."""

    def work(desk: Desk, content: Content) -> None:
        if desk.settings.publisher:
            site_branch.reflect(content, slug, current_policy(content))
            site.build(content, desk.site)

    await _with_content(work)


@task(name="site", **_STEP)
async def build_site() -> None:
    """Build the site where it is behind `main`."""

    def work(desk: Desk, content: Content) -> None:
        if desk.settings.publisher:
            site.build(content, desk.site)

    await _with_content(work)


@task(name="announce", **_STEP)
async def announce(slug: str) -> int:
    """Send what is not announced yet of a brief; return how many messages went out."""
    log = get_run_logger()
    sent = await _with_content(lambda desk, content: outbox.deliver(desk, content, slug))
    for entry in sent:
        log.info("announced %s by %s", entry.delivery.key, entry.delivery.channel)
    try:
        await _with_content(_push)
    except RepositoryError as error:
        log.warning("not pushed; reconcile tries again: %s", error)
    return len(sent)


@task(name="push", **_STEP)
async def push() -> None:
    """Push to the remote, where one is set."""
    await _with_content(_push)


@task(name="maintain", **_STEP)
async def maintain() -> None:
    """Pack the content repository."""
    await _with_content(lambda _, content: upkeep.maintain(content))


@task(name="show", **_STEP)
async def show(slug: str) -> None:
    """Show findings, score and record of a brief in Prefect's pages, keyed by brief."""

    def work(_: Desk, content: Content) -> dict[str, Any]:
        tip = content.known(slug)
        report = read_report(content.file(tip, "report.json"))
        return {
            "state": content.state(tip),
            "report": report,
            "history": content.history(slug),
            "commit": tip,
        }

    seen = await _with_content(work)
    state, report = seen["state"], seen["report"]
    findings = [
        {"line": f.line, "severity": str(f.severity), "rule": f.rule, "message": f.message}
        for f in report.findings
    ]
    scores = [
        {"section": f"{s.path} {s.title}", "percent": s.percent, "lost": _losses(s)}
        for s in report.score.sections
    ]
    about = f"{slug} r{state.revision}, {state.stage}"
    await asyncio.gather(
        acreate_progress_artifact(float(report.score.total), f"completeness-{slug}", about),
        acreate_table_artifact(scores, f"score-{slug}", f"Score of {about}"),
        acreate_table_artifact(
            findings or [{"line": "", "message": "nothing to mend"}],
            f"findings-{slug}",
            f"Findings on {about}",
        ),
        acreate_markdown_artifact(_record(seen), f"record-{slug}", f"Record of {about}"),
        _tag(slug, str(state.stage)),
    )


def hint(slug: str, what: str) -> None:
    """Emit the event `brief.<what>`: at most once, so it only ever makes things faster."""
    emit_event(f"brief.{what}", resource={"prefect.resource.id": f"brief.{slug}"})


def revision_of(slug: str) -> int:
    """Return the revision of a brief, 0 where there is none; for the names of runs."""
    desk = find_desk()
    with Content(desk.content) as content:
        tip = content.tip(slug)
        return content.state(tip).revision if tip else 0


def _push(desk: Desk, content: Content) -> None:
    if desk.settings.remote:
        remote.push(content, desk.settings.remote, acts.now())
    else:
        remote.without(content, acts.now())


async def _tag(slug: str, stage: str) -> None:
    # Tags set inside a flow reach its tasks alone; the run itself is tagged through the client.
    if run := flow_run.id:
        async with get_client() as client:
            await client.update_flow_run(run, tags=["brief", slug, stage])


def _losses(score: Any) -> str:
    return "; ".join(f"{loss.hundredths / 100:.2f}: {loss.reason}" for loss in score.lost)


def _record(seen: dict[str, Any]) -> str:
    state = seen["state"]
    rows = [
        f"| {e.seq} | {e.at} | {e.action} | {e.actor.person} | {e.target} | `{c[:12]}` |"
        for c, e in seen["history"]
    ]
    head = f"**{state.stage}**, edition {state.edition}, revision {state.revision}, "
    head += f"digest `{state.digests.shown()}`, commit `{seen['commit'][:12]}`"
    table = ["| # | when | action | who | stage | commit |", "|---|---|---|---|---|---|", *rows]
    return f"# {state.slug}\n\n{head}\n\n" + "\n".join(table) + "\n"
