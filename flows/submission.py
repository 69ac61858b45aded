"""Submission: take a draft that was accepted as far as review."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.runs import ended, named
from tasks import steps
from tasks.unfinished import TO_REVIEW, Taken


@flow(name="submit", flow_run_name=named("submit"))
async def submit(slug: str, key: str) -> State[Any]:
    """Carry the submission recorded under `key` on to review, or tell its author why not."""
    taken = await steps.look(slug, key)
    if taken.objections:
        return ended(taken)
    taken = await carry_on(taken)
    await steps.show(slug)
    await steps.announce(slug)
    steps.hint(slug, "submitted")
    return ended(taken)


async def carry_on(taken: Taken) -> Taken:
    """Take the desk's actions, one after the other, until review is reached or a gate objects.

    Where it stands decides which is next, so that a second run goes on where the first one ended.
    """
    while not taken.objections and (action := TO_REVIEW.get(taken.stage)):  # type: ignore[call-overload]
        taken = await steps.take(taken.slug, action, taken.cause)
    return taken
