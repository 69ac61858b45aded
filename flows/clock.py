"""The clock: a process that serves the flows as deployments, the ticks on UTC schedules.

Started by `briefs serve`. A zone would leave a hole of an hour in autumn; zones belong to briefs.
There is no concurrency limit: a stranded run would stop publication, a double one does no harm.
"""

import sys
from typing import cast

from prefect import serve
from prefect.deployments.runner import RunnerDeployment

from flows.publication import publish, publish_due, schedule, withdraw
from flows.review import request_changes, sign_off, tell
from flows.submission import submit
from flows.upkeep import maintain, reconcile

RECONCILE_OFFSET = 2  # minutes after the tick, so that the two do not start together


def main(minutes: int) -> None:
    """Serve every flow until the process is stopped; tick every so many `minutes`."""
    by_hand = (submit, sign_off, request_changes, schedule, publish, withdraw, tell)
    ticks = (
        (publish_due, f"*/{minutes} * * * *"),
        (reconcile, f"{RECONCILE_OFFSET}-59/10 * * * *"),
        (maintain, "17 3 * * *"),
    )
    deployments = [flow.to_deployment("desk", tags=["brief"]) for flow in by_hand]
    deployments += [flow.to_deployment("desk", cron=cron, tags=["clock"]) for flow, cron in ticks]
    # A paused schedule would not catch up on what was missed while the desk was down.
    serve(
        *cast("list[RunnerDeployment]", deployments),
        pause_on_shutdown=False,
        print_starting_message=False,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
