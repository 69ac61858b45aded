import pytest

from briefs.findings import Finding, Mode
from briefs.frontmatter import read
from briefs.rules import RULES, check
from tests.briefs.samples import SAMPLE, brief_of, report_of
from tests.briefs.specimens import FAIL


def findings(text, mode=Mode.SUBMIT):
    return list(check(brief_of(text), mode))


def said(text, rule):
    return [(f.line, f.message) for f in findings(text) if f.rule == rule]


def changed(*pairs):
    text = SAMPLE
    for before, after in pairs:
        assert text.count(before) == 1
        text = text.replace(before, after)
    return text


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_its_specimen_and_nothing_else(rule):
    specimen = FAIL[rule]

    found = findings(specimen.text())

    assert found == [Finding(specimen.number(), 1, rule, specimen.severity, specimen.message)]


def test_every_specimen_has_its_rule():
    assert sorted(FAIL) == sorted(RULES)


def test_the_sample_breaks_no_rule_and_scores_in_full():
    report = report_of(SAMPLE)

    assert (report.findings, report.score.total, report.score.passed) == ((), 100, True)


@pytest.mark.parametrize("rule", RULES)
def test_in_a_draft_what_is_merely_not_there_yet_is_a_warning(rule):
    unfinished = {
        "front-matter-missing",
        "section-missing",
        "section-empty",
        "field-missing",
        "field-empty",
    }

    severities = [f.severity for f in findings(FAIL[rule].text(), Mode.DRAFT)]

    expected = "warning" if rule in unfinished else FAIL[rule].severity
    assert severities == [expected]


@pytest.mark.parametrize("rule", RULES)
def test_what_a_draft_may_lack_blocks_a_submission_and_a_publication_alike(rule):
    text = FAIL[rule].text()

    assert findings(text, Mode.SUBMIT) == findings(text, Mode.PUBLISH)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_says_what_is_right_with_a_bad_and_a_good_example(rule):
    lines = [line.strip() for line in rule.judge.__doc__.splitlines()]

    assert [line[:6] for line in lines if line.startswith(("Bad: ", "Good:"))] == [
        "Bad:  ",
        "Good: ",
    ]
    assert lines[0].endswith(".")


def test_findings_stand_in_the_order_of_the_lines():
    text = "---\ntitle: x\nnope: y\n---\n\n# y\n\n### **Crises**\n\n*This section is guidance.*\n"

    found = findings(text)

    assert found == sorted(found)
    assert {1, 2, 3, 8, 10} <= {finding.line for finding in found}


def test_all_that_is_required_is_asked_for_at_the_head():
    text = "---\ntitle:\nauthors: []\n---\n\n# x\n"

    assert said(text, "front-matter-missing") == [
        (1, f"add “{key}:” to the front matter") for key in ("as_of", "authors", "country", "title")
    ]


# Row 28, and what is typed wrong: the key on its line, with the nearest that there is.
KEYS = "title, country, authors, as_of, brief_type, region, language, publish_at, "
KEYS += "embargo_until, expires_at, sources, tags, summary"
UNKNOWN = {
    "autors: x": "“autors” is not a key of this type: write “authors”",
    "Title: x": "“Title” is not a key of this type: write “title”",
    "quorum: 0": f"“quorum” is not a key of this type: remove it, or use {KEYS}",
    "published: true": "“published” is not a key of this type: write “publish_at”",
    "approved_by: chief": f"“approved_by” is not a key of this type: remove it, or use {KEYS}",
}


@pytest.mark.parametrize("entry", UNKNOWN)
def test_a_key_that_the_type_does_not_know_is_found_on_its_line(entry):
    text = changed(("country: PT\n", f"country: PT\n{entry}\n"))

    assert said(text, "front-matter-unknown") == [(5, UNKNOWN[entry])]


MOMENT = "2026-11-24 09:00 Europe/Brussels"
INVALID = {
    "as_of: 2024-02-30": "as_of: “2024-02-30” is no date (day is out of range for month); "
    "write it as 2026-03-01",
    "as_of: 0000-01-01": "as_of: “0000-01-01” is no date (year 0 is out of range); "
    "write it as 2026-03-01",
    "as_of: 30 June 2025": "as_of: write a date as 2026-03-01",
    "as_of: [2025-06-30]": "as_of: write a date as 2026-03-01",
    f"as_of: {'9' * 5_000}": "as_of: write a date as 2026-03-01",
    "as_of: .nan": "as_of: write a date as 2026-03-01",
    "country: no": "country: “no” is no ISO 3166-1 code; write its two letters, as BE",
    "country: XX": "country: “XX” is no ISO 3166-1 code; write its two letters, as BE",
    "country: portugal": "country: “portugal” is no ISO 3166-1 code; write PT",
    "country: [PT]": "country: “” is no ISO 3166-1 code; write its two letters, as BE",
    "title: [x]": "title: write one line of text",
    "title: {a: b}": "title: write one line of text",
    'title: "a\\nb"': "title: keep it on one line",
    "region: [x]": "region: write one line of text",
    "language: {a: b}": "language: write one line of text",
    "tags: x": "tags: write a list of words",
    "tags: [[x]]": "tags: write a list of words",
    "sources: {a: b}": "sources: write a list of words",
    "publish_at: 2026-11-24": "publish_at: “2026-11-24” is no moment; "
    "write 2026-11-24 09:00 Europe/Brussels",
    "publish_at: 2026-11-24 09:00 +99:99": "publish_at: “+99:99” is no offset; write one as +01:00",
    "publish_at: [x]": "publish_at: write a moment as 2026-03-01 09:00 Europe/Brussels",
    "embargo_until: 2026-11-24 09:00 Mars/Base": "embargo_until: “Mars/Base” is no time zone; "
    "name one as Europe/Brussels",
    "expires_at: soon": "expires_at: write a date as 2026-03-01",
    "authors: Ada": "authors: write a list of authors, each with name and email",
    "authors: {name: Ada, email: a@example.org}": "authors: write a list of authors, "
    "each with name and email",
    "authors: [Ada]": "authors: write each author as name: … and email: …",
    "authors: [{name: Ada}]": "authors: write each author as name: … and email: …",
    "authors: [{name: Ada, email: ada}]": "authors: “ada” is no e-mail address",
    "authors: [{name: Ada, email: [a@example.org]}]": "authors: write each author "
    "as name: … and email: …",
    "authors: [{name: {a: b}, email: a@example.org}]": "authors: write each author "
    "as name: … and email: …",
    "authors: [{name: Ada, email: a@example.org, role: chief}]": "authors: write each author "
    "as name: … and email: …",
}


@pytest.mark.parametrize("entry", INVALID, ids=lambda entry: entry[:40])
def test_a_value_of_another_kind_is_found_on_its_line_and_is_no_crash(entry):
    key = entry.split(":")[0]
    text = f"---\nbrief_type: country\n{entry}\n---\n\n# x\n"

    assert read(entry).values[key]
    assert said(text, "front-matter-invalid") == [(3, INVALID[entry])]


VALID = [
    "as_of: 2024-02-29",
    "country: BEL",
    "country: BE",
    f"publish_at: {MOMENT}",
    "embargo_until: 2026-11-24T09:00Z",
    "tags: [a, b]",
    "region:",
    "authors: [{name: Ada, email: a@example.org}]",
]


@pytest.mark.parametrize("entry", VALID)
def test_a_value_of_its_kind_is_no_finding(entry):
    assert said(f"---\n{entry}\n---\n\n# x\n", "front-matter-invalid") == []


def test_a_section_that_lacks_is_asked_for_where_it_belongs():
    text = changed(("## Preface", "Preface:"), ("**Human Rights Details:**", "Details:"))

    assert said(text, "section-missing") == [
        (23, "add the section “Preface” (1)"),
        (329, "add the section “Human Rights Details” (10.22)"),
    ]


def test_row_35_a_title_in_letters_that_only_look_alike_is_missing():
    assert said(changed(("## Crises", "## Cris\u0435s")), "section-missing") == [
        (25, "add the section “Crises” (2)")
    ]


@pytest.mark.parametrize(
    "line",
    [
        "*This is the most important section of the brief.*",
        "*Guidance: write full sentences.*",
        r"\**The next section should equally match this one.*",
        r"\*This section should equally match the last one.\*",
        "- *This section needs sources.*",
        "> *This section needs sources.*",
    ],
)
def test_an_instruction_is_found_in_whatever_shape_it_was_left(line):
    text = changed(("## Crises\n", f"## Crises\n\n{line}\n"))

    assert said(text, "guidance-left") == [(33, "remove the instruction to the author")]


@pytest.mark.parametrize(
    "line",
    [
        "*Le Monde* reported on this section of the border.",
        "*Os Lusíadas* is read in every school.",
        "The section of the border that matters is short.",
        "*A stanza. Set in italics.*",
    ],
)
def test_italics_that_instruct_nobody_are_left_alone(line):
    assert said(changed(("## Crises\n", f"## Crises\n\n{line}\n")), "guidance-left") == []


@pytest.mark.parametrize("rule", ["section-thin", "section-empty"])
def test_a_section_of_twenty_words_is_neither_thin_nor_empty(rule):
    text = changed((FAIL["section-thin"].changes[0][0], "word " * 20 + "\n"))

    assert said(text, rule) == []
