"""The rules on evidence, near their limits: titles, lists, scores, rates, dates, sources."""

import pytest

from briefs.brief import hold_against, read
from briefs.rules import check
from tests.briefs.lines.tried import said
from tests.briefs.samples import COUNTRY, SAMPLE
from tests.briefs.specimens.kit import below, line_of, section

IMPACT = "## 4. Impact of the Current U.S. Administration on Bilateral Relations\n"
HYPOTHETICAL = [
    "That this administration would charter ferries is hypothetical.",
    "The impact described here is hypothetical, as no ferry sank.",
    "A strike against the administration did not occur.",
    "The impact of a landing never happened.",
    "Hypothetically, the administration could buy the ferries.",
]
REAL = [
    "A hypothetical closure of the strait would raise freight rates.",
    "The landing did not take place for lack of fuel.",
    "The administration kept its word.",
    "Such a strike never occurred in the port.",
    "The impact was felt at once. A hypothetical strike was not.",
]


@pytest.mark.parametrize("text", HYPOTHETICAL)
def test_a_title_that_states_what_its_section_calls_hypothetical_is_found(text):
    line = SAMPLE.partition(IMPACT)[0].count("\n") + 1

    assert said(text, "title-asserts", IMPACT) == [(line, 1)]


@pytest.mark.parametrize("text", REAL)
def test_a_title_is_left_alone_where_something_else_is_hypothetical(text):
    assert said(text, "title-asserts", IMPACT) == []


AGREED = "  - Biological Weapons Convention\n"
OPEN = [
    "  - ¦Various bilateral treaties",
    "  - Treaties on fisheries, ¦etc.",
    "  - The United Nations ¦and its agencies",
    "  - Tax treaties ¦and so on",
    "  - NATO, the OECD, ¦among others",
    "  - Agreements on customs, aviation¦...",
    "  - Treaty of Windsor ¦and others",
    "  - Conventions (climate, germs, ¦etc)",
    "  - Arms treaties ¦and more",
]
CLOSED = [
    "  - Convention on the Prohibition of Various Poisons",
    "  - Treaty between Portugal, Spain and Others on the Douro",
    "  - Comprehensive Test Ban Treaty",
    "  - Etcetera Fisheries Pact",
    "  - Agreement on the Carriage of Mail and Parcels",
    "  - Pact of the Moreland Islands",
]


@pytest.mark.parametrize("item", OPEN)
def test_an_item_that_stands_for_more_than_itself_is_found(item):
    line = SAMPLE.partition(AGREED)[0].count("\n") + 3

    found = said(item.replace("¦", ""), "list-incomplete", AGREED)

    assert found == [(line, item.index("¦") + 1)]


@pytest.mark.parametrize("item", CLOSED)
def test_an_item_that_names_one_body_is_left_alone(item):
    assert said(item, "list-incomplete", AGREED) == []


def test_an_item_with_items_of_its_own_is_read_too():
    tight = "  - Conventions on germs, etc.\n    - the one of Geneva\n"

    assert lacking("list-incomplete", AGREED, tight) == [
        "name each one in an item of its own instead of “etc.”"
    ]


def lacking(rule, old, new):
    """Return what a rule says of the sample with `new` in place of `old`."""
    assert SAMPLE.count(old) == 1
    brief = hold_against(read(SAMPLE.replace(old, new).encode("utf-8")), COUNTRY)
    return [finding.message for finding in check(brief) if finding.rule == rule]


SCORES = {
    "Portugal scored 96 out of 100 in the [report](https://freedomhouse.org) of 2025.": True,
    "Freedom House gave it 96/100 in 2025.": True,
    "The index of 2025 scores it at 8.1 points.": True,
    "It held a score of 7.9 in 2024.": True,
    "Its 96 judges ruled on 100 cases in 2025.": False,
    "Freedom House rates the country as free in its report of 2025.": False,
    "It ranked 9th in 2025.": False,
    "Parties won 91 seats, then 60, in 2025.": False,
}


@pytest.mark.parametrize(("text", "holds"), SCORES.items())
def test_a_score_is_told_from_other_numbers(text, holds):
    found = lacking("evidence-missing", below("Democracy Score"), f"- {text}\n")

    wanted = "state in “Democracy Score” the score, as 96 of 100"
    assert found == ([] if holds else [wanted])


RATES = {
    "On 30 June 2025 it paid 10 percent ([order](https://www.whitehouse.gov)).": "",
    "From 3 April 2025 it paid 25%.[^7]\n\n[^7]: The order of that day.": "",
    "In 2025 it paid 2.5 per cent, says the [order](https://www.whitehouse.gov).": "",
    "It pays 10 percent ([order](https://www.whitehouse.gov)).": "a date",
    "Since 2025 it pays a duty ([order](https://www.whitehouse.gov)).": "a rate in percent",
    "On 30 June 2025 it paid 10 percent.": "a source: a link or a footnote",
    "It pays what the others pay.": "a rate in percent and a date and a source: "
    "a link or a footnote",
}


@pytest.mark.parametrize("text", RATES)
def test_a_tariff_states_rate_date_and_source(text):
    found = lacking("evidence-thin", below("Tariff Report"), f"- {text}\n")

    assert found == ([f"state in “Tariff Report” {RATES[text]}"] if RATES[text] else [])


VISAS = {
    "As of 30 June 2025 no visa is needed ([page](https://travel.state.gov)).": "",
    "No visa was needed on 30 June 2025, by the [page](https://travel.state.gov).": "",
    "Checked in June 2025: none is needed ([page](https://travel.state.gov)).": "",
    "No visa is needed ([page](https://travel.state.gov)).": "the date that it holds for, "
    "as “as of 1 March 2026”",
    "As of 30 June 2025 no visa is needed.": "a link to the official page",
    "As of 30 June 2025 none is needed.[^7]\n\n[^7]: The embassy.": "a link to the official page",
    "The law of 2006 asks for none ([page](https://travel.state.gov)).": "the date that it "
    "holds for, as “as of 1 March 2026”",
}


@pytest.mark.parametrize("text", VISAS)
def test_visa_rules_state_a_day_and_link_the_official_page(text):
    found = lacking("evidence-thin", below("Visa Requirements for U.S. Citizens"), f"- {text}\n")

    title = "Visa Requirements for U.S. Citizens"
    assert found == ([f"state in “{title}” {VISAS[text]}"] if VISAS[text] else [])


METRICS = {
    "Two gigawatts of wind power stand by 2030, up from 1 in 2024.": "",
    "By 31 December 2027 there are 500 more apprentices.": "",
    "Three new wind farms stand off Viana do Castelo.": "a number and a date",
    "The 12 largest ferries run on batteries.": "a date",
}


@pytest.mark.parametrize("text", METRICS)
def test_metrics_have_a_number_and_a_date(text):
    found = lacking("evidence-thin", line_of("- **Metrics:**"), f"- **Metrics:** {text}")

    assert found == ([f"state in “Metrics” {METRICS[text]}"] if METRICS[text] else [])


HELP = section("How Can This Country Help the U.S. Achieve Its Regional Goals?")
ONE, TWO = "[a](https://www.state.gov)", "[b](https://www.nato.int)"
FAR = "[c](https://en.wikipedia.org)", "[d](https://www.bbc.com)", "[e](https://x.example)"
SOURCES = {
    "It helps.": ("sources-missing", "name 3 sources or more: links or footnotes"),
    "It helps, says state.gov, and so says www.nato.int.": (
        "sources-missing",
        "name 3 sources or more: links or footnotes",
    ),
    "It helps ![a map](https://www.state.gov/map.png).": (
        "sources-missing",
        "name 3 sources or more: links or footnotes",
    ),
    "It helps.[^9]": ("sources-missing", "name 3 sources or more: links or footnotes"),
    f"It helps {ONE}.": ("sources-few", "name 2 more sources: it has 1"),
    f"It helps {ONE}, {ONE}, {ONE}.": ("sources-few", "name 2 more sources: it has 1"),
    f"It helps {ONE}, {TWO}.": ("sources-few", "name 1 more sources: it has 2"),
    f"It helps {ONE}, {FAR[0]}, {FAR[1]}.": (
        "sources-few",
        "rest it on official or scholarly sources: so far 1 of 3",
    ),
    "It helps {}, {}, {}.".format(*FAR): (
        "sources-few",
        "rest it on official or scholarly sources: so far 0 of 3",
    ),
    f"It helps {ONE}, {TWO}, {FAR[0]}.": None,
    f"It helps [a](https://www.defesa.gov.pt), [b](https://x.gouv.fr), {FAR[0]}.": None,
    f"It helps {ONE}, {TWO}, [c](https://data.worldbank.org/x).": None,
    f"It helps {ONE}, {TWO}.[^9]\n\n[^9]: The yearbook of the navy.": None,
    f"It helps {ONE}, [b](https://www.defesa.gov.pt), [c](https://tokyo.go.jp).": None,
    f"It helps {ONE}, [b](https://www.ox.ac.uk), [c](https://doi.org/10.1/2), {FAR[0]}.": None,
}


@pytest.mark.parametrize("text", SOURCES)
def test_a_section_rests_on_sources_enough_and_official_ones(text):
    found = {
        rule: message
        for rule in ("sources-missing", "sources-few")
        for message in lacking(rule, HELP, text)
    }

    expected = SOURCES[text]
    assert found == ({expected[0]: expected[1]} if expected else {})


def test_a_source_that_need_not_be_official_may_be_any():
    preface = section("Preface")

    assert lacking("sources-few", preface, f"It helps {FAR[0]}.") == []
    assert lacking("sources-few", preface, "It helps.") == []


FIELDS = {
    "Courts hear 40 percent of the cases in time.": 1,
    "Courts hear 40 percent of the cases in time. The law dates from 2019.": 0,
    "Courts hear 40 percent of the cases in time. So says [it](https://www.state.gov).": 0,
    "Courts hear 40 percent of the cases in time.\n  - The law dates from 2019.": 0,
}


@pytest.mark.parametrize("text", FIELDS)
def test_a_figure_is_supported_by_what_its_field_says(text):
    found = lacking("figure-unsupported", line_of("- **Assistance:**"), f"- **Assistance:** {text}")

    assert len(found) == FIELDS[text]


def test_history_does_not_lapse():
    text = "- In 1951 the base holds 10 percent of the island."

    assert said(text, "claim-stale", "**Historical Context:**\n") == []
    assert len(said(text, "claim-stale")) == 1


@pytest.mark.parametrize(("items", "found"), [(3, 0), (2, 1)])
def test_a_list_has_as_many_items_as_are_asked(items, found):
    text = "\n".join(f"- Say it {n} times." for n in range(items))

    assert len(lacking("list-missing", below("Diplomatic Objectives"), f"{text}\n")) == found


MEASURES = {
    "1. Found a joint ferry line.\n2. Dredge the port of Lajes.\n": 0,
    "1. Found a joint ferry line.\n\n2. Dredge the port of Lajes.\n": 0,
    "1. Lisbon should found a ferry line.\n\n2. Rain.\n": 1,
    "1. Ferries.\n2. Rain.\n": 1,
    "Lisbon should found a line. The region must dredge the port.\n": 0,
    "Lisbon founds a line. The region dredges the port.\n": 1,
}


@pytest.mark.parametrize("text", MEASURES)
def test_measures_are_counted_by_item_and_advice_by_sentence(text):
    found = lacking("recommendations-few", below("Concrete Policy Proposal"), text)

    assert len(found) == MEASURES[text]


@pytest.mark.parametrize(
    ("full", "rest", "found"),
    [("The ferries to Flores ran very late.", "late wet mail", 0), ("Ferries ran late.", "wet", 1)],
)
def test_seventy_percent_in_full_sentences_are_enough(full, rest, found):
    assert len(lacking("sentences-few", section("Crises"), f"{full}\n\n{rest}")) == found


def test_a_quotation_may_hold_full_sentences():
    text = "> The ferries to Flores ran very late."

    assert lacking("sentences-few", section("Crises"), text) == []


@pytest.mark.parametrize(("words", "found"), [(50, 0), (49, 1)])
def test_half_of_the_words_are_a_match(words, found):
    need = section("What Does This Country Need from the U.S./World?")
    whole = SAMPLE.replace(HELP, "rain " * 100).replace(need, "rain " * words)
    brief = hold_against(read(whole.encode("utf-8")), COUNTRY)

    assert len([f for f in check(brief) if f.rule == "section-unequal"]) == found
