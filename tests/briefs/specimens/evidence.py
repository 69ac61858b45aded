"""Specimens of the rules on what a reader can check."""

from tests.briefs.specimens.kit import added, below, line_of, section, specimen

HELP = "How Can This Country Help the U.S. Achieve Its Regional Goals?"
NEED = "What Does This Country Need from the U.S./World?"

PAST = "Portugal has kept the harbors of the Azores open to allied ships in every war of a century."
FUTURE = (
    "It could guard the cables of the middle Atlantic, train the pilots of smaller allies, "
    "and lend its quays to those who study the sea."
)
SOURCES = (
    "The [defense ministry](https://www.defesa.gov.pt), the [navy](https://www.marinha.gov.pt) "
    "and [NATO](https://www.nato.int) say so."
)
GIVES = f"{PAST} {FUTURE} {SOURCES}"
OTHERS = (
    "That is the advice of the [harbor master](https://www.azores.gov.pt), of the "
    "[migration agency](https://aima.gov.pt) and of the [ombudsman](https://www.provedor-jus.pt)."
)
WANTS = (
    "Lisbon should buy two ferries for Flores before the autumn storms set in. "
    "The regional government should dredge the basin of Lajes das Flores."
)
MORE = "The Department of State should send a harbor pilot to Horta each year."


def given(help_text, need_text=None):
    """Return the changes that make these the texts of the two sections on help and on needs."""
    changes = [(section(HELP), help_text)]
    return changes + ([(section(NEED), need_text)] if need_text else [])


FAIL = {
    "sources-missing": specimen(
        *given(f"{PAST} {FUTURE}"),
        line=f"## {HELP}",
        message="name 3 sources or more: links or footnotes",
        node="3",
    ),
    "sources-few": specimen(
        *given(f"{PAST} {FUTURE} So says the [navy](https://www.marinha.gov.pt)."),
        line=f"## {HELP}",
        message="name 2 more sources: it has 1",
        severity="warning",
        node="3",
    ),
    "evidence-missing": specimen(
        (
            below("Democracy Score"),
            "- In 2025 the observers of [Freedom House](https://freedomhouse.org) called the "
            "elections of Portugal fair, its press plural and its courts slow. They praised the "
            "count of the votes, which ended within a night, and asked for a law on lobbying, "
            "for which parliament has no majority.\n",
        ),
        line="**Democracy Score:**",
        message="state in “Democracy Score” the score, as 96 of 100",
        node="5.3",
    ),
    "evidence-thin": specimen(
        (
            line_of("- **Metrics:**"),
            "- **Metrics:** More wind farms, fewer outages, cleaner ferries between the islands.",
        ),
        line="- **Metrics:** More wind farms, fewer outages, cleaner ferries between the islands.",
        message="state in “Metrics” a number and a date",
        severity="warning",
        node="10.12#Metrics",
    ),
    "figure-unsupported": added(
        "The ferries carry 4 percent of the mail.",
        message="say for which year “4 percent” holds, or where it is from",
        severity="warning",
        column=19,
    ),
    "claim-stale": added(
        "The ferries carry 4 percent of the mail (2019 estimate).",
        message="renew the claim of 2019: it is over 24 months old",
        severity="warning",
        column=19,
    ),
    "claim-undated": added(
        "The ferries are currently late.",
        message="say as of when “currently” holds",
        severity="warning",
        column=17,
    ),
    "list-incomplete": specimen(
        ("  - Biological Weapons Convention", "  - Conventions on germs, etc."),
        line="  - Conventions on germs, etc.",
        message="name each one in an item of its own instead of “etc.”",
        severity="warning",
        column=27,
        node="7.1#Shared Agreements, Treaties, and Organizations",
    ),
    "list-missing": specimen(
        (below("Diplomatic Objectives"), f"{WANTS} {MORE} {FUTURE}\n"),
        line="**Diplomatic Objectives:**",
        message="make it a list of 3 items or more",
        severity="warning",
        node="10.4",
    ),
    "sentences-few": specimen(
        (
            section("Crises"),
            "Late ferries, high seas, low quays and wet mail all spring; empty shelves on Flores, "
            "full hotels on Faial, a strike of the pilots, a quarrel of the mayors, a fire in the "
            "archive of Horta, an election without a winner, and a drought",
        ),
        line="## Crises",
        message="write it in full sentences: 0 percent of it is",
        severity="warning",
        node="2",
    ),
    "facet-missing": specimen(
        *given(f"{FUTURE} The pilots of both would thank it. {SOURCES}"),
        line=f"## {HELP}",
        message="write of past contributions too",
        severity="warning",
        node="3",
    ),
    "section-unequal": specimen(
        *given(
            f"{GIVES} Its pilots know each rock between Flores and Santa Maria, its yards mend "
            "hulls that no other yard on the ocean takes, and its meteorologists warn the fleets "
            "of two continents of storms that are days away. Its hangars shelter the aircraft of "
            "four nations, and its radio stations relay the calls of ships in distress.",
            f"{WANTS} {MORE} {OTHERS}",
        ),
        line=f"## {NEED}",
        message=f"match “{HELP}”: 53 words here, 108 there",
        severity="warning",
        node="4",
    ),
    "recommendations-few": specimen(
        *given(GIVES, f"{WANTS} {MORE.replace('should', 'will')} {OTHERS}"),
        line=f"## {NEED}",
        message="say who should do what: 3 recommendations or more, it has 2",
        severity="warning",
        node="4",
    ),
    "label-missing": added(
        "- The ferries ran late.\n- The mail waited.",
        message="give each bullet a label: - **Label:** …",
        severity="warning",
    ),
}
