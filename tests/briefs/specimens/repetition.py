"""Specimens of the rules on text that stands twice."""

from briefs.brief import Around
from briefs.markdown import parse
from briefs.repetition import prints
from tests.briefs.specimens.kit import added, specimen

SAID = "The ferry to Flores ran late all spring, and the mail of the island waited on the quay."

FAIL = {
    "text-repeated": specimen(
        ("## Crises\n", f"## Crises\n\n{SAID}\n\nThe harbor master wrote: {SAID}\n"),
        line=f"The harbor master wrote: {SAID}",
        message="say it in other words, or once: line 33 says the same",
        severity="warning",
        node="2",
    ),
    "text-copied": added(
        SAID,
        message="write this anew: the brief “spain” says the same",
        severity="warning",
        around=Around(others={"spain": prints(parse(SAID).flat)}),
    ),
}
