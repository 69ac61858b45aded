"""The seed, a real brief with its real faults, held against the list of what must be found in it.

The seed belongs to its authors and is no part of this project: it is read where it lies.
"""

import os
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from briefs.brief import Around, hold_against, read
from briefs.findings import Mode, Severity
from briefs.report import report
from tests.briefs.samples import COUNTRY, ROOT, SAMPLE

SHARED = Path(os.environ.get("BRIEFS_SHARED", ROOT.parent / "shared"))
SEED = SHARED / "seed" / "belgium.md"
ON = Around(on=date(2026, 11, 23))

seed_is_there = pytest.mark.skipif(not SEED.is_file(), reason=f"the seed is not there: {SEED}")


class Row(NamedTuple):
    """A row of the list: its line, how grave, the rules that fit, further lines, words said."""

    line: int
    severity: str
    rules: tuple[str, ...]
    also: tuple[int, ...] = ()
    says: tuple[str, ...] = ()


E, W = "error", "warning"
ROWS = {
    1: Row(8, E, ("front-matter-twice",), says=("title",)),
    2: Row(2, W, ("title-differs",)),
    3: Row(1, E, ("front-matter-missing",), says=("country", "authors", "as_of")),
    4: Row(8, W, ("heading-first",)),
    5: Row(12, W, ("heading-bold",), also=(16, 20, 28)),
    6: Row(16, W, ("heading-skips-level",)),
    7: Row(36, E, ("section-demoted",), says=("##",)),
    8: Row(198, E, ("number-doubled",), says=("line 178",)),
    9: Row(38, E, ("emphasis-broken",)),
    10: Row(30, E, ("guidance-left",), also=(38,)),
    11: Row(132, E, ("label-instructs",)),
    12: Row(180, E, ("note-left",)),
    13: Row(178, W, ("title-asserts",)),
    14: Row(71, W, ("claim-undated",), says=("current",)),
    15: Row(52, W, ("claim-stale",), says=("2023",)),
    16: Row(54, W, ("figure-unsupported",), also=(22, 55, 56, 94), says=("$600 billion",)),
    17: Row(28, E, ("sources-missing",), also=(36,)),
    18: Row(67, E, ("evidence-missing",), says=("score",)),
    19: Row(142, W, ("list-incomplete",), also=(145,), says=("etc.",)),
    20: Row(308, W, ("evidence-thin",), says=("rate", "date")),
    21: Row(316, W, ("evidence-thin",), says=("as of", "link")),
    22: Row(205, W, ("section-thin",), also=(249, 259, 276, 282, 293, 298, 312)),
    23: Row(280, W, ("field-thin",), also=(238, 244, 278, 291), says=("5 words",)),
    24: Row(274, W, ("evidence-thin",), also=(280, 291), says=("number", "date")),
    25: Row(182, W, ("label-missing",)),
    26: Row(32, W, ("paragraph-long",)),
    27: Row(293, W, ("label-hyphen",)),
    28: Row(34, W, ("acronym-unexplained",), also=(84, 96, 191, 202), says=("TTC",)),
    29: Row(327, W, ("rule-trailing",)),
}
ACRONYMS = [(34, "TTC"), (84, "SOFA"), (84, "MLAT"), (96, "FDI"), (191, "SPS"), (202, "CT")]
ERRORS = {line for row in ROWS.values() if row.severity == E for line in (row.line, *row.also)}


@pytest.fixture(scope="module")
def judged():
    return report(hold_against(read(SEED.read_bytes()), COUNTRY, ON))


def on(judged, line, row):
    """Return the findings on a line that meet a row."""
    return [
        finding
        for finding in judged.findings
        if (finding.line, finding.severity) == (line, row.severity) and finding.rule in row.rules
    ]


@seed_is_there
@pytest.mark.parametrize("number", ROWS)
def test_each_row_of_the_list_is_found_on_its_line_and_on_every_further_one(judged, number):
    row = ROWS[number]

    found = {line: on(judged, line, row) for line in (row.line, *row.also)}

    assert [line for line, findings in found.items() if not findings] == []
    said = " ".join(finding.message for finding in found[row.line])
    assert [words for words in row.says if words not in said] == []


@seed_is_there
def test_each_acronym_is_found_once_at_its_first_use(judged):
    said = [(f.line, f.message.split()[1]) for f in on_any(judged, "acronym-unexplained")]

    assert [pair for pair in ACRONYMS if said.count(pair) != 1] == []
    assert len({name for _, name in said}) == len(said)


def on_any(judged, rule):
    return [finding for finding in judged.findings if finding.rule == rule]


@seed_is_there
def test_all_45_sections_are_there_under_one_form_or_another(judged):
    brief = hold_against(read(SEED.read_bytes()), COUNTRY, ON)

    assert list(brief.sections) == [node.path for node in COUNTRY.nodes()]
    assert len(brief.sections) == 45
    assert on_any(judged, "section-missing") == []


@seed_is_there
def test_figures_that_have_their_year_are_left_alone(judged):
    assert [f for f in on_any(judged, "figure-unsupported") if 76 <= f.line <= 80] == []


@seed_is_there
def test_every_error_is_one_of_the_list(judged):
    errors = {f.line for f in judged.findings if f.severity is Severity.ERROR}

    assert errors == ERRORS


@seed_is_there
def test_the_score_is_below_the_pass_mark_and_the_points_lost_add_up(judged):
    score = judged.score

    lost = [loss for section in score.sections for loss in section.lost]
    assert (score.passed, score.total < score.pass_mark) == (False, True)
    assert score.total == (100_00 - sum(loss.hundredths for loss in lost)) // 100
    assert all(loss.line and loss.hundredths > 0 and loss.reason for loss in lost)


def test_the_sample_is_ready_to_be_published_the_day_after_its_facts():
    brief = hold_against(read(SAMPLE.encode("utf-8")), COUNTRY, Around(on=date(2025, 7, 1)))

    judged = report(brief, Mode.PUBLISH)

    assert (judged.findings, judged.score.total, judged.score.passed) == ((), 100, True)
