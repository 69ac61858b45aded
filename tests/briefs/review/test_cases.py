"""Every case of cases.md, played through the real code; below “(in Git)”, in real Git too."""

from copy import deepcopy

import pytest

from tests.briefs.review import table
from tests.briefs.review.steps import POLICIES, Unknown, begin
from tests.briefs.review.verdicts import verdict, words

CASES = table.cases()
PEOPLE = table.named("People")
POLICIES.named.update(table.named("Policies"))


def outcome(case, folder=None):
    for play in begin(deepcopy(PEOPLE), case.policy, case.text, folder):
        play.play(case.steps)
        return verdict(play), words(play)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_a_case(case, tmp_path):
    found = outcome(case, tmp_path if case.in_git else None)

    assert found == (case.then, case.words), f"cases.md, line {case.line}"


def test_there_are_many_cases_and_each_has_a_name_of_its_own():
    names = [case.name for case in CASES]

    assert len(names) >= 120
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("policy", "text", "steps"),
    [
        ("two reviewers", "sample", "ada dances"),
        ("two reviewers", "sample", "nemo submits"),
        ("two reviewers", "sample", "ada submits with one word in 3"),
        ("two reviewers", "sample with glitter", "ada submits"),
        ("two reviewers", "another", "ada submits"),
        ("two readers", "sample", "ada submits"),
        ("two reviewers", "sample", "ada submits; mallory leaves"),
        ("two reviewers", "sample", "ada submits; ben approves 3 twice"),
    ],
)
def test_what_cases_md_does_not_explain_is_no_case(policy, text, steps):
    with pytest.raises((Unknown, ValueError)):
        for play in begin(deepcopy(PEOPLE), policy, text):
            play.play(steps)


def test_a_refusal_in_the_midst_is_no_secret():
    for play in begin(deepcopy(PEOPLE), "two reviewers", "sample"):
        with pytest.raises(AssertionError, match="was refused: request changes instead"):
            play.play("ada submits; max vetoes without a reason; ben approves")


def test_what_is_said_to_be_in_vain_is_refused():
    for play in begin(deepcopy(PEOPLE), "two reviewers", "sample"):
        with pytest.raises(AssertionError, match="was not refused"):
            play.play("ada submits; ben approves in vain; cleo approves")
