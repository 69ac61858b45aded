"""Specimens of the rules on characters."""

from tests.briefs.specimens.kit import added, specimen

FAIL = {
    "text-misleading": added(
        "The minister said \u202eon\u202c to the offer.",
        message="remove U+202E (right-to-left override): readers see another text than stands here",
        column=19,
    ),
    "character-invisible": added(
        "The ferry\u200bman waits at the quay of Horta.",
        message="remove U+200B (zero width space), which nobody sees",
        severity="warning",
        column=10,
    ),
    "title-confusable": added(
        "### \u041eutlook for the Autumn",
        message="write “\u041eutlook” in the letters of one alphabet",
        column=5,
    ),
    "letters-mixed": added(
        "The rec\u043emmendation of the ombudsman went unheard.",
        message="write “rec\u043emmendation” in the letters of one alphabet",
        severity="warning",
        column=5,
    ),
    "letters-odd": added(
        "The ferry to Sa\u0303o Jorge ran late all spring.",
        message="write the letters at this place as a keyboard does (NFC, no ligatures)",
        severity="warning",
        column=15,
    ),
    "text-garbled": added(
        "The ferry to S\ufffdo Jorge ran late all spring.",
        message="write the character that “\ufffd” was",
        column=15,
    ),
    "front-matter-misleading": specimen(
        ("region: Europe", 'region: "Eu\\u200Brope"'),
        line='region: "Eu\\u200Brope"',
        message="region: remove U+200B (zero width space)",
        node="@front",
    ),
}
