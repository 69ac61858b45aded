"""Each rule on lines as briefs have them: what it finds, what it leaves alone, what is mended."""

import pytest

from briefs.brief import hold_against, read
from briefs.rules import check
from tests.briefs.lines import ALONE, FOUND
from tests.briefs.lines.tried import BELOW, place_of, said
from tests.briefs.samples import COUNTRY, SAMPLE


@pytest.mark.parametrize(("rule", "text"), FOUND)
def test_what_a_rule_is_for_is_found_at_its_place(rule, text):
    assert said(text.replace("¦", ""), rule) == [place_of(text)]


@pytest.mark.parametrize(("rule", "text"), ALONE)
def test_what_only_looks_like_it_is_left_alone(rule, text):
    assert said(text, rule) == []


MENDED = [
    ("See https://www.ine.pt/x.", "See <https://www.ine.pt/x>."),
    ("It rains (https://www.ine.pt/x).", "It rains (<https://www.ine.pt/x>)."),
    ("See https://ine.pt/a_(b), too.", "See <https://ine.pt/a_(b)>, too."),
    ("See www.ine.pt.", None),
    ("See https://ine.pt/a&amp;b.", None),
    (f"See https://www.ine.pt/x. {'It rains. ' * 2_000}", None),
    ("1. Faial\n2. Pico\n2. Flores\n4. Corvo", "1. Faial\n2. Pico\n3. Flores\n4. Corvo"),
    ("> 1. Faial\n> 3. Pico", "> 1. Faial\n> 2. Pico"),
    ("9. Faial\n9. Pico\n11. Flores", None),  # 10. is longer than 9.
    ("- Faial\n* Pico\n* Flores\n\nThe sea.", "- Faial\n- Pico\n- Flores\n\nThe sea."),
    ("1. Faial\n2) Pico\n\nThe sea.", "1. Faial\n2. Pico\n\nThe sea."),
    ("- Faial\n\n* Pico\n\nThe sea.", None),
    (
        "| Island | Port |\n|---|---|\n| Faial | Horta |\nSource: the log.",
        "| Island | Port |\n|---|---|\n| Faial | Horta |\n\nSource: the log.",
    ),
    ("> | Island | Port |\n> |---|---|\n> Source: the log.", None),
    ("| Island | Port |\n|---|---|\n| Faial |", None),
    ("The fer\u00adry\u200bman waits.", "The ferryman waits."),
    ("The ferry\u200dman waits.", None),
    ("The ferry to Sa\u0303o Jorge.", "The ferry to São Jorge."),
    ("The \ufb01nance ministry.", None),
]


@pytest.mark.parametrize(("text", "mended"), MENDED)
def test_what_is_mechanical_is_mended_and_the_rest_is_left_to_people(text, mended):
    before, after = SAMPLE.split(BELOW)
    brief = hold_against(read(f"{before}{BELOW}\n{text}\n{after}".encode()), COUNTRY)
    first = before.count("\n") + 2

    found = [f for f in check(brief) if first < f.line <= first + text.count("\n") + 1]

    lines = list(brief.draft.lines)
    fixes = {finding.fix for finding in found if finding.fix}
    for fix in fixes:
        lines[fix.first - 1 : fix.last] = fix.lines
    wanted = f"{before}{BELOW}\n{mended or text}\n{after}"
    assert found
    assert ("\n".join(lines), len(fixes)) == (wanted, 1 if mended else 0)
