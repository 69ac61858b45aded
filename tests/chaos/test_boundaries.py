"""A flow killed between any two steps, and run again, ends as one that nobody disturbed."""

import pytest

from tests.chaos import boundaries, desks, journeys, served

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("journey", journeys.JOURNEYS)
def test_a_flow_killed_at_any_boundary_and_run_again_does_its_work_once(
    scratch, seed, full, journey
):
    every = 1 if full else 5

    (report,) = boundaries.run(scratch, journeys=[journey], seed=seed, engine=False, every=every)

    print(f"{report['tried']} of {report['boundaries']} boundaries")
    assert report["tried"] > 2
    assert report["faults"] == []


@pytest.fixture(scope="module")
def prefect():
    """Return the environment of a real Prefect server that all runs of this module share."""
    with desks.scratch() as folder, served.prefect_server(desks.make(folder / "desk")) as found:
        yield dict(found) | {"PREFECT_LOGGING_TO_API_ENABLED": "false"}


def test_a_flow_killed_in_the_real_engine_and_run_again_does_its_work_once(
    scratch, seed, full, prefect
):
    every = 1 if full else 16

    reports = boundaries.run(
        scratch,
        journeys=list(journeys.JOURNEYS),
        seed=seed,
        engine=True,
        every=every,
        environment=prefect,
    )

    for report in reports:
        print(f"{report['journey']}: {report['tried']} of {report['boundaries']} boundaries")
    assert [fault for report in reports for fault in report["faults"]] == []
