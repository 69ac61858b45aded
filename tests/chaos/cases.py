"""One brief in review, and what tests of single faults ask of it. Its fixtures: `conftest`."""

from briefs.terms import Stage
from tests.chaos import desks
from tests.chaos.journeys import SLUG
from tests.chaos.verifier import Ledger, faults

REF = f"refs/heads/briefs/{SLUG}"


def keys(content):
    return [event["key"] for _, event in Ledger(content.path).history(SLUG)]


def tip(content):
    return Ledger(content.path).refs()[REF]


def signs_at_last(content, key="cleo-signs-again"):
    """Say whether the next write succeeds, and all is sound after it."""
    outcome = desks.sign(content, SLUG, key, "cleo")
    return (outcome.commit, outcome.state.stage, faults(content.path)) == (
        tip(content),
        Stage.APPROVED,
        [],
    )
