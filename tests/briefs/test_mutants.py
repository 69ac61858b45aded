"""Each fault in each section and field is found; what is none changes nothing."""

from collections import Counter
from datetime import date

import pytest

from briefs.brief import Around, hold_against, read
from briefs.report import report
from briefs.rules import check
from tests.briefs.mutants import FIELDS, MUTANTS, NODES, SECTIONS, of_fields, of_sections
from tests.briefs.samples import COUNTRY, SAMPLE
from tests.briefs.variants import VARIANTS

DAY_AFTER = Around(on=date(2025, 7, 1))


def held(text):
    return hold_against(read(text.encode("utf-8")), COUNTRY, DAY_AFTER)


def outcome(text):
    """Return what a reviewer and a gate go by: whether it passes, what it earned, its digests."""
    brief = held(text)
    judged = report(brief)
    earned = {section.path: section.earned for section in judged.score.sections}
    return judged.errors == 0 and judged.score.passed, earned, dict(brief.digests.sections)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_fault_is_found_in_its_section_on_its_line(name):
    mutant = MUTANTS[name]

    found = check(held(mutant.text))

    assert [finding for finding in found if mutant.catches(finding)] != [], found[:5]


def test_the_faults_are_told_apart_from_the_sample_which_has_none():
    assert check(held(SAMPLE)) == ()
    assert [mutant.name for mutant in MUTANTS.values() if mutant.text == SAMPLE] == []


def test_each_section_and_each_field_has_its_faults(capsys):
    made = [*of_sections(), *of_fields()]
    kinds = Counter(mutant.rule for mutant in made)

    with capsys.disabled():
        print(
            f"\n{len(made)} mutants of {len(SECTIONS)} sections and {len(FIELDS)} fields:", end=""
        )
        print("".join(f"\n  {count:4} {rule}" for rule, count in kinds.most_common()), end=" ")
    assert len(made) == len(MUTANTS) >= 400
    assert list(SECTIONS) == [node.path for node in NODES]
    declared = [f"{node.path}#{field.title}" for node in NODES for field in node.fields]
    assert list(FIELDS) == declared
    assert {name.split(" ")[0] for name in MUTANTS} >= set(SECTIONS)


@pytest.fixture(scope="module")
def expected():
    return outcome(SAMPLE)


@pytest.mark.parametrize("name", VARIANTS)
def test_what_is_no_fault_changes_neither_verdict_nor_score_nor_digest(name, expected):
    assert outcome(VARIANTS[name]) == expected


def test_there_are_over_a_hundred_ways_to_write_the_same(capsys):
    texts = set(VARIANTS.values())

    with capsys.disabled():
        print(f"\n{len(texts)} harmless variants", end=" ")
    assert len(texts) == len(VARIANTS) >= 100
    assert SAMPLE not in texts
