"""Specimens of the rules on tables and lists."""

from tests.briefs.specimens.kit import added

FAIL = {
    "table-head-empty": added(
        "| Island | |\n|---|---|\n| Faial | Horta |",
        message="name in the head what column 2 holds",
        severity="warning",
        column=11,
    ),
    "table-cells-lost": added(
        "| Island | Port |\n|---|---|\n| Faial | Horta | late |",
        line="| Faial | Horta | late |",
        message="give the row 2 cells as the head has: it has 3, and the rest is lost",
        column=18,
    ),
    "table-cells-missing": added(
        "| Island | Port |\n|---|---|\n| Faial |",
        line="| Faial |",
        message="give the row 2 cells as the head has: it has 1",
        severity="warning",
    ),
    "table-narrow": added(
        "| Island |\n|---|\n| Faial |",
        message="make the table a list: it has one column",
        severity="warning",
    ),
    "table-broken": added(
        "| Island | Port |\n|---|\n| Faial | Horta |",
        message="mend the table: below its head, write |---| with as many columns",
    ),
    "numbering-broken": added(
        "1. Faial\n2. Pico\n2. Flores",
        below="**Diplomatic Objectives:**",
        line="2. Flores",
        node="10.4",
        message="number this 3, as the page does: the source says 2",
        severity="warning",
    ),
    "markers-mixed": added(
        "* Faial\n+ Pico\n\nThe sea lies between the two.",
        below="**Diplomatic Objectives:**",
        line="+ Pico",
        node="10.4",
        message="mark the items with * as those above, or divide the lists by a sentence",
        severity="warning",
    ),
    "bullet-typed": added(
        "• Faial\n• Pico",
        message="write - instead of •",
        severity="warning",
    ),
}
