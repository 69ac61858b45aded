"""Specimens of the rules on links and images."""

from tests.briefs.specimens.kit import added

FAIL = {
    "anchor-missing": added(
        "The duties are listed in the [tariff report](#tarif-report).",
        message="link a heading that is there: “#tarif-report” leads to none",
        column=30,
    ),
    "anchor-doubled": added(
        "### Floods\n\nRivers rise.\n\n### Floods:\n\nThe sea rises.",
        line="### Floods:",
        message="give it another title than that of line 33",
        severity="warning",
        column=5,
    ),
    "link-dropped": added(
        "The [annex](annex.pdf) lists the ferries that ran late.",
        message="link https://, mailto: or a #heading: the page drops “annex.pdf”",
        column=5,
    ),
    "link-disguised": added(
        "Savers should look at [https://bank.gov](https://evil.example) first.",
        message="name the host that it leads to: evil.example, not bank.gov",
        column=23,
    ),
    "link-vague": added(
        "The timetable of the ferries stands [here](https://www.atlanticoline.pt).",
        message="say in the link what it leads to, instead of “here”",
        severity="warning",
        column=37,
    ),
    "link-empty": added(
        "The ferries keep no timetable [](https://www.atlanticoline.pt).",
        message="write a text for the link to https://www.atlanticoline.pt",
        column=31,
    ),
    "link-bare": added(
        "The timetable of the ferries stands at https://www.atlanticoline.pt.",
        message="make a link of https://www.atlanticoline.pt",
        severity="warning",
        column=40,
    ),
    "image-undescribed": added(
        "The ferries sail in a ring ![](ferries.png) about the islands.",
        message="describe the image: ![what it shows](…)",
        column=28,
    ),
}
