"""Upkeep: look at all of Git and finish whatever is unfinished. What makes things right."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.publication import put_out
from flows.submission import carry_on
from tasks import steps
from tasks.unfinished import Work


@flow(name="reconcile", flow_run_name="reconcile")
async def reconcile() -> State[Any]:
    """Finish half-run submissions, missed publications, pages, announcements and pushes."""
    works, faults = await steps.remaining()
    for work in works:
        try:
            await _finish(work)
        except Exception as error:  # one brief's fault keeps none of the others waiting
            faults.append(f"{work.slug}: {error}")
    await steps.build_site()
    await steps.push()
    names = ", ".join(work.slug for work in works[:10])
    more = f" and {len(works) - 10} more" if len(works) > 10 else ""
    if faults:
        return Failed(message="; ".join(faults))
    return Completed(message=f"finished: {names}{more}" if works else "nothing was unfinished")


@flow(name="maintain", flow_run_name="maintain")
async def maintain() -> None:
    """Pack the content repository."""
    await steps.maintain()


async def _finish(work: Work) -> None:
    if work.submission:
        await carry_on(await steps.look(work.slug))
    if work.approval:
        await steps.recount(work.slug)
    if work.page:
        await steps.release(work.slug)
    if work.publication:
        await put_out(work.slug)
        return
    await steps.show(work.slug)
    await steps.announce(work.slug)
