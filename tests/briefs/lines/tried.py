"""Try a line in the sample: where does a rule find something?"""

from briefs.brief import hold_against, read
from briefs.rules import check
from tests.briefs.samples import COUNTRY, SAMPLE

BELOW = "## Crises\n"


def said(text, rule, before=BELOW):
    """Return where a rule finds something, with `text` below `before` in the sample."""
    assert SAMPLE.count(before) == 1
    whole = SAMPLE.replace(before, f"{before}\n{text}\n")
    found = check(hold_against(read(whole.encode("utf-8")), COUNTRY))
    return [(f.line, f.column) for f in found if f.rule == rule]


def place_of(text):
    """Return line and column of the mark in `text`, as it stands in the sample."""
    first = SAMPLE.partition(BELOW)[0].count("\n") + 2
    head = text.partition("¦")[0].split("\n")
    return first + len(head), len(head[-1]) + 1
