"""The rules on front matter: what it lacks, what it has too much, and values of another kind."""

import pytest

from briefs.frontmatter import read
from briefs.rules import check
from tests.briefs.samples import SAMPLE, brief_of


def said(text, rule):
    return [(f.line, f.message) for f in check(brief_of(text)) if f.rule == rule]


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
    text = SAMPLE.replace("country: PT\n", f"country: PT\n{entry}\n")

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
