"""The rules and their registry: specimens, modes, what a type sets of a rule."""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from importlib import resources

import pytest

from briefs import types
from briefs.brief import Around, hold_against, read
from briefs.errors import BadPolicy
from briefs.findings import Finding, Mode, Severity
from briefs.library import load
from briefs.rules import RULES, check
from tests.briefs.samples import COUNTRY, SAMPLE, brief_of, report_of
from tests.briefs.specimens import FAIL

HOUSE = [name for name, rule in RULES.items() if rule.house]
TYPE = (resources.files(types) / f"{COUNTRY.type}.yaml").read_text("utf-8")
UNFINISHED = {
    *("evidence-missing", "field-empty", "field-missing", "front-matter-missing"),
    *("section-empty", "section-missing", "sources-missing"),
}


@lru_cache
def checked(rule, mode=Mode.SUBMIT):
    """Return the findings on the specimen of a rule."""
    return check(FAIL[rule].brief(), mode)


def found_by(rule, of=COUNTRY, mode=Mode.SUBMIT):
    """Return what a rule says of its specimen, held against the type `of`."""
    brief = replace(FAIL[rule].brief(), type=of)
    return [finding for finding in check(brief, mode) if finding.rule == rule]


def loaded(rules="  html-left: {}\n", modifiers=""):
    """Return the type with these lines in place of what it says of the rules."""
    head, _, tail = TYPE.partition("rules:\n")
    return load(
        f"{head}rules:\n{rules}{modifiers}signoff:{tail.partition('signoff:')[2]}", "x.yaml"
    )


@pytest.mark.parametrize("rule", HOUSE)
def test_each_rule_finds_its_specimen_and_nothing_else(rule):
    specimen = FAIL[rule]
    place = specimen.number(), specimen.column

    found = [replace(finding, fix=None) for finding in checked(rule)]

    severity = Severity(specimen.severity)
    assert found == [Finding(*place, rule, severity, specimen.message, specimen.node)]


def test_every_specimen_has_its_rule():
    assert sorted(FAIL) == sorted(HOUSE)


@pytest.mark.parametrize("rule", HOUSE)
def test_what_a_finding_would_mend_is_mended_by_it(rule):
    brief = FAIL[rule].brief()
    lines = list(brief.draft.lines)
    for finding in checked(rule):
        if finding.fix:
            lines[finding.fix.first - 1 : finding.fix.last] = finding.fix.lines

    mended = replace(brief, draft=read("\n".join(lines).encode("utf-8")))
    again = hold_against(mended.draft, brief.type, brief.around)

    assert len(check(again)) == (1 if lines == brief.draft.lines else 0)


def test_the_sample_breaks_no_rule_and_scores_in_full():
    report = report_of(SAMPLE)

    assert (report.findings, report.score.total, report.score.passed) == ((), 100, True)


def test_the_sample_could_be_published_the_day_after_its_facts():
    sample = hold_against(brief_of().draft, COUNTRY, Around(on=date(2025, 7, 1)))

    assert check(sample, Mode.PUBLISH) == ()


@pytest.mark.parametrize("rule", HOUSE)
def test_in_a_draft_what_is_merely_not_there_yet_is_a_warning(rule):
    severities = [finding.severity for finding in checked(rule, Mode.DRAFT)]

    assert severities == ["warning" if rule in UNFINISHED else FAIL[rule].severity]


@pytest.mark.parametrize("rule", HOUSE)
def test_what_a_draft_may_lack_blocks_a_submission_and_a_publication_alike(rule):
    assert checked(rule) == checked(rule, Mode.PUBLISH)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_says_what_is_right_with_a_bad_and_a_good_example(rule):
    lines = [line.strip() for line in rule.judge.__doc__.splitlines()]

    assert [line[:6] for line in lines if line.startswith(("Bad: ", "Good:"))] == [
        "Bad:  ",
        "Good: ",
    ]
    assert lines[0].endswith(".")
    assert rule.name == rule.judge.__name__.replace("_", "-")


def test_findings_stand_in_the_order_of_the_lines_then_of_the_columns():
    text = "---\ntitle: x\nnope: y\n---\n\n# y\n\n### **Crises**\n\n*This section is guidance.*\n"

    found = check(brief_of(text))

    assert list(found) == sorted(found, key=lambda f: (f.line, f.column, f.rule))
    assert {1, 2, 3, 8, 10} <= {finding.line for finding in found}


def test_a_section_that_lacks_is_asked_for_where_it_belongs():
    text = SAMPLE.replace("## Preface", "## Foreword").replace("**Human Rights D", "**D")

    found = [(f.line, f.message) for f in check(brief_of(text)) if f.rule == "section-missing"]

    assert found == [
        (23, "add the section “Preface” (1)"),
        (329, "add the section “Human Rights Details” (10.22)"),
    ]


def test_a_type_may_switch_a_rule_off():
    assert found_by("html-left", loaded("  html-left: {off: true}\n")) == []
    assert len(found_by("html-left", loaded("  html-bare: {is: html-left, off: true}\n"))) == 1


@pytest.mark.parametrize(
    ("severity", "draft", "submit", "publish"),
    [
        ("warning", "warning", "warning", "warning"),
        ("{draft: info, submit: warning}", "info", "warning", "error"),
        ("{publish: warning}", "error", "error", "warning"),
    ],
)
def test_a_type_may_say_how_grave_a_rule_is_and_in_which_mode(severity, draft, submit, publish):
    of = loaded(f"  html-left: {{severity: {severity}}}\n")

    said = [found_by("html-left", of, mode)[0].severity for mode in Mode]

    assert said == [draft, submit, publish]


@pytest.mark.parametrize(
    ("rule", "entry"),
    [
        ("acronym-unexplained", "acronym-unexplained: {accepted: [TMG]}"),
        ("paragraph-long", "paragraph-long: {words: 300}"),
        ("claim-stale", "claim-stale: {months: 72}"),
        ("sentences-few", "sentences-few: {percent: 0}"),
        ("section-thin", "section-thin: {words: 3}"),
    ],
)
def test_a_type_may_set_the_options_of_a_rule(rule, entry):
    assert found_by(rule) != []
    assert found_by(rule, loaded(f"  {entry}\n")) == []


def test_a_family_may_call_a_rule_by_a_name_of_its_own():
    of = loaded("  no-html: {is: html-left}\n  html-left: {off: true}\n")

    assert {finding.rule for finding in check(replace(FAIL["html-left"].brief(), type=of))} == {
        "no-html"
    }


REFUSED = {
    "  html-lft: {severity: info}\n": "rules.html-lft: “html-lft” is no rule; write “html-left”",
    "  qqqq: {severity: info}\n": "rules.qqqq: “qqqq” is no rule; docs/rules.md lists them",
    "  no-html: {is: xhtml}\n": "rules.no-html: “xhtml” is no rule; docs/rules.md lists them",
    "  paragraph-long:\n    word: 3\n": "rules.paragraph-long.word: “word” is no entry here: "
    "write “words”",
    "  paragraph-long:\n    words: many\n": "rules.paragraph-long.words: Input should be a valid "
    "integer, unable to parse string as an integer",
    "  html-left:\n    words: 3\n": "rules.html-left.words: “words” is no entry here",
}


@pytest.mark.parametrize("rules", REFUSED)
def test_a_rule_or_an_option_that_there_is_not_is_refused_with_its_line(rules):
    line = TYPE.partition("rules:\n")[0].count("\n") + 1 + rules.count("\n")

    with pytest.raises(BadPolicy) as refusal:
        loaded(rules)

    assert str(refusal.value) == f"x.yaml, line {line}: {REFUSED[rules]}; correct the entry"


def test_a_modifier_gives_all_findings_one_severity_when_it_holds():
    old = loaded(modifiers="modifiers:\n  - {when: {region: Europe}, severity: info}\n")
    new = loaded(modifiers="modifiers:\n  - {when: {region: Asia}, severity: info}\n")

    assert [finding.severity for finding in found_by("html-left", old)] == ["info"]
    assert [finding.severity for finding in found_by("html-left", new)] == ["error"]


def test_the_first_modifier_that_holds_decides():
    rows = (
        "  - {when: {region: Asia}, severity: error}\n"
        "  - {when: {region: Europe}, severity: info}\n"
        "  - {when: {country: PT}, severity: warning}\n"
    )
    of = loaded(modifiers=f"modifiers:\n{rows}")

    assert [finding.severity for finding in found_by("html-left", of)] == ["info"]
