"""Review: what follows a person's act that is recorded already. Nobody signs from here."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from briefs.terms import Stage
from flows.runs import ended, named, tell_of
from tasks import steps


@flow(name="sign-off", flow_run_name=named("sign-off"))
async def sign_off(slug: str, key: str) -> State[Any]:
    """Show and announce the sign-off recorded under `key`."""
    taken = await tell_of(slug, key)
    steps.hint(slug, "approved" if taken.stage == Stage.APPROVED else "signed-off")
    return ended(taken)


@flow(name="request-changes", flow_run_name=named("request-changes"))
async def request_changes(slug: str, key: str) -> State[Any]:
    """Show and announce the request for changes recorded under `key`."""
    taken = await tell_of(slug, key)
    steps.hint(slug, "returned")
    return ended(taken)


@flow(name="tell", flow_run_name=named("tell"))
async def tell(slug: str, key: str) -> State[Any]:
    """Show and announce an act that needs nothing more: recall, assign, retract and their like."""
    return ended(await tell_of(slug, key))
