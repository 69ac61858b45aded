"""Specimens of the rules on the tree."""

from tests.briefs.specimens.kit import below, line_of, specimen

IMMIGRATION = "**Immigration to USA Report:**"
BURDEN = line_of("- **Burden:**")

FAIL = {
    "section-missing": specimen(
        (IMMIGRATION, "Immigration into the USA:"),
        line="**Tariff Report:**",
        message="add the section “Immigration to USA Report” (10.20)",
        node="10.20",
    ),
    "section-demoted": specimen(
        ("## Crises", "**Crises**"),
        line="**Crises**",
        message="make “Crises” a heading: ##",
        node="2",
    ),
    "section-misplaced": specimen(
        (f"{IMMIGRATION}\n\n{below('Immigration to USA Report')}\n", ""),
        (
            "**Country Profile:**",
            f"{IMMIGRATION}\n\n{below('Immigration to USA Report')}\n**Country Profile:**",
        ),
        line=IMMIGRATION,
        message="move “Immigration to USA Report” below “6. Policy Goals”",
        node="10.20",
    ),
    "section-out-of-order": specimen(
        ("**Diplomatic Objectives:**", "**Swapped:**"),
        ("**Economic Strategies:**", "**Diplomatic Objectives:**"),
        ("**Swapped:**", "**Economic Strategies:**"),
        line="**Economic Strategies:**",
        message="move “Economic Strategies” behind “Diplomatic Objectives”",
        severity="warning",
        node="10.5",
    ),
    "section-doubled": specimen(
        ("**Human Rights Details:**", "### Crises\n\nOne more.\n\n**Human Rights Details:**"),
        line="### Crises",
        message="“Crises” stands at line 31 already: merge them",
        node="2",
    ),
    "section-empty": specimen(
        (below("Immigration to USA Report"), ""),
        line=IMMIGRATION,
        message="write the section “Immigration to USA Report”",
        node="10.20",
    ),
    "section-thin": specimen(
        (below("Immigration to USA Report"), "- Few people emigrate.\n"),
        line=IMMIGRATION,
        message="say more in “Immigration to USA Report”: 3 words, and 40 are few",
        severity="warning",
        node="10.20",
    ),
    "section-extra": specimen(
        ("## 6. Policy Goals", "## Weather\n\nRain falls.\n\n## 6. Policy Goals"),
        line="## Weather",
        message="move the text of “Weather” into a section of the type",
        column=4,
        severity="warning",
        extras=False,
    ),
    "field-missing": specimen(
        ("- **Burden:** Diseases", "- **Weight:** Diseases"),
        line="**Health Beyond Pandemics (Noncommunicable Diseases):**",
        message="add the field “Burden”: - **Burden:** …",
        node="10.14#Burden",
    ),
    "field-demoted": specimen(
        ("- **Burden:** Diseases", "- Burden: Diseases"),
        line=BURDEN.replace("**", ""),
        message="make the label bold: **Burden:**",
        node="10.14#Burden",
    ),
    "field-doubled": specimen(
        (BURDEN, f"{BURDEN}\n- **Burden:** Diabetes is common on the islands."),
        line="- **Burden:** Diabetes is common on the islands.",
        message="“Burden” stands at line 292 already: merge them",
        node="10.14#Burden",
    ),
    "field-out-of-order": specimen(
        (BURDEN, "- SWAP"),
        (line_of("- **Collaboration:**"), BURDEN),
        ("- SWAP", line_of("- **Collaboration:**")),
        line=line_of("- **Collaboration:**"),
        message="move “Collaboration”: the order is Burden, Collaboration",
        severity="warning",
        node="10.14#Collaboration",
    ),
    "field-empty": specimen(
        (line_of("- **Assistance:**"), "- **Assistance:**"),
        line="- **Assistance:**",
        message="write the field “Assistance”",
        node="10.15#Assistance",
    ),
    "field-thin": specimen(
        (line_of("- **Assistance:**"), "- **Assistance:** Training of clerks."),
        line="- **Assistance:** Training of clerks.",
        message="say more in “Assistance”: 3 words, and 10 are asked",
        severity="warning",
        node="10.15#Assistance",
    ),
}
