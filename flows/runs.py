"""How runs are named and how they end: a refusal is news, not a failure, so it is not red."""

from collections.abc import Callable
from typing import Any

from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from tasks import steps
from tasks.unfinished import Taken


def named(verb: str) -> Callable[[], str]:
    """Return a namer of runs: `submit-belgium-r3`."""

    def name() -> str:
        slug = str(flow_run.parameters.get("slug", ""))
        return f"{verb}-{slug}-r{steps.revision_of(slug)}"

    return name


async def tell_of(slug: str, key: str) -> Taken:
    """Show and announce the act recorded under `key`; refuse where there is none."""
    taken = await steps.look(slug, key)
    if not taken.objections:
        await steps.show(slug)
        await steps.announce(slug)
    return taken


def ended(taken: Taken) -> State[Any]:
    """Return how a run ends: Completed, named Refused where a gate objected."""
    if taken.objections:
        return Completed(name="Refused", message="; ".join(taken.objections))
    return Completed(message=f"{taken.slug} is {taken.stage}")
