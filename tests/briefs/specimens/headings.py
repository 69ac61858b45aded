"""Specimens of the rules on headings and labels."""

from tests.briefs.samples import SAMPLE
from tests.briefs.specimens.kit import added, specimen

FAIL = {
    "heading-first": specimen(
        ("# Portugal: Strategic", "## Note\n\n# Portugal: Strategic"),
        line="## Note",
        message="begin with the title, as a heading of level 1: #",
        severity="warning",
        column=4,
    ),
    "heading-skips-level": added(
        "#### Autumn\n\nThe rains come early.",
        message="make this a heading of level 3: ###",
        severity="warning",
    ),
    "heading-level": specimen(
        ("## Crises", "### Crises"),
        line="### Crises",
        message="make “Crises” a heading of level 2: ##",
        severity="warning",
        node="2",
    ),
    "heading-bold": specimen(
        ("## Crises", "## **Crises**"),
        line="## **Crises**",
        message="take the asterisks out of the heading",
        severity="warning",
        column=6,
        node="2",
    ),
    "heading-escaped": specimen(
        ("## 1. Overview", r"## 1\. Overview"),
        line=r"## 1\. Overview",
        message="take the backslash out",
        severity="warning",
        column=4,
        node="5",
    ),
    "escape-needless": added(
        r"The ferry to Flores ran late all spring \& missed the mail\.",
        message="take 2 backslashes out",
        severity="warning",
        column=41,
    ),
    "rule-trailing": specimen(
        (SAMPLE[-60:], f"{SAMPLE[-60:]}\n***\n"),
        line="***",
        message="remove the line across the page: nothing follows",
        severity="warning",
        node="10.22",
    ),
    "list-indented": added(
        "- Faial\n    - Horta\n    - Cedros",
        below="**Diplomatic Objectives:**",
        line="    - Horta",
        node="10.4",
        message="indent the list as far as the text above",
        severity="warning",
    ),
    "number-doubled": specimen(
        ("## 3. Current Challenges", "## 2. Current Challenges"),
        line="## 2. Current Challenges and Opportunities",
        message="the number 2 stands at line 96 already: write 3",
        node="7",
    ),
    "number-differs": specimen(
        ("## 6. Policy Goals", "## 7. Policy Goals"),
        line="## 7. Policy Goals",
        message="number “6. Policy Goals” 6, as the type does",
        severity="warning",
        node="10",
    ),
    "label-hyphen": specimen(
        ("**Supply-Chain Resilience:**", "**Supply\u2011Chain Resilience:**"),
        line="**Supply\u2011Chain Resilience:**",
        message="write the plain hyphen - in the label",
        severity="warning",
        column=9,
        node="10.16",
    ),
}
