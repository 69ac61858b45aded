"""Publication: by hand, by the clock, and back. The gates decide, at the moment itself."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.runs import ended, named, tell_of
from tasks import steps
from tasks.unfinished import Taken


@flow(name="schedule", flow_run_name=named("schedule"))
async def schedule(slug: str, key: str) -> State[Any]:
    """Show and announce the schedule recorded under `key`."""
    taken = await tell_of(slug, key)
    steps.hint(slug, "scheduled")
    return ended(taken)


@flow(name="publish", flow_run_name=named("publish"))
async def publish(slug: str, key: str = "") -> State[Any]:
    """Publish a brief that an editor scheduled or released, if it is due and no gate objects."""
    taken = await steps.look(slug, key)
    return ended(taken if taken.objections else await put_out(slug))


@flow(name="publish-due", flow_run_name="publish-due")
async def publish_due() -> State[Any]:
    """Publish everything that is due; hold what a gate objects to; catch up on what was missed."""
    taken: list[Taken] = []
    faults: list[str] = []
    for slug in await steps.due():
        try:
            taken.append(await put_out(slug))
        except Exception as error:  # one brief's fault keeps none of the others waiting
            faults.append(f"{slug}: {error}")
    held = [t.slug for t in taken if t.objections]
    out = [t.slug for t in taken if not t.objections]
    message = f"published: {', '.join(out) or 'nothing'}; held: {', '.join(held) or 'nothing'}"
    if faults:
        return Failed(message="; ".join([message, *faults]))
    return Completed(name="Refused" if held else None, message=message)


@flow(name="withdraw", flow_run_name=named("withdraw"))
async def withdraw(slug: str, key: str) -> State[Any]:
    """Show on the page, and announce, the withdrawal recorded under `key`."""
    await steps.release(slug)
    taken = await tell_of(slug, key)
    steps.hint(slug, "withdrawn")
    return ended(taken)


async def put_out(slug: str) -> Taken:
    """Publish one brief: the record first, then what readers see, then the word."""
    taken = await steps.publish(slug)
    if not taken.objections:
        await steps.release(slug)
        steps.hint(slug, "published")
    await steps.show(slug)
    await steps.announce(slug)
    return taken
