"""What deceives the eye, by the rows of the list of bad inputs: 3, 4, 10, 34 and 35."""

import re

import pytest

from briefs.brief import hold_against, read
from briefs.markup import to_html
from briefs.rules import check
from tests.briefs.lines.tried import said
from tests.briefs.samples import COUNTRY, SAMPLE

HIDDEN = {
    'title: "Portugal\\u202e: x"': "title: remove U+202E (right-to-left override)",
    'summary: "a\\u2066b"': "summary: remove U+2066 (left-to-right isolate)",
    "tags: [a, b\u200bc]": "tags.1: remove U+200B (zero width space)",
    'summary: "a\\x07b"': "summary: remove U+0007 (no name)",
    "region: Eur\u043epe": "region: write “Eur\u043epe” in the letters of one alphabet",
    "authors: [{name: \u0410da, email: a@example.org}]": "authors.0.name: write “\u0410da” "
    "in the letters of one alphabet",
}
PLAIN = [
    "summary: It costs 5\u00a0percent – “more” than once.",
    "authors: [{name: José Ñíguez, email: a@example.org}]",
    "authors: [{name: Владимир, email: a@example.org}]",
    "summary: می\u200cخواهم",
    'summary: "one\\ntwo"',
]


@pytest.mark.parametrize("entry", HIDDEN)
def test_row_34_what_nobody_sees_is_refused_in_the_front_matter(entry):
    text = f"---\nbrief_type: country\n{entry}\n---\n\n# x\n"

    found = check(hold_against(read(text.encode("utf-8")), COUNTRY))

    assert [
        (f.line, f.message, f.severity) for f in found if f.rule == "front-matter-misleading"
    ] == [(3, HIDDEN[entry], "error")]


@pytest.mark.parametrize("entry", PLAIN)
def test_names_and_words_of_any_alphabet_are_welcome_in_the_front_matter(entry):
    text = f"---\nbrief_type: country\n{entry}\n---\n\n# x\n"

    found = check(hold_against(read(text.encode("utf-8")), COUNTRY))

    assert [f for f in found if f.rule == "front-matter-misleading"] == []


@pytest.mark.parametrize(
    ("title", "likeness", "meant"),
    [
        ("## Crises", "## Cris\u0435s", "Crises"),
        ("## Crises", "## \u0421RISES", "Crises"),
        ("**Tariff Report:**", "**T\u0430riff R\u0435port:**", "Tariff Report"),
        ("- **Burden:**", "- **Burd\u0435n:**", "Burden"),
    ],
)
def test_row_35_a_title_that_only_looks_like_a_section_is_found_and_does_not_count(
    title, likeness, meant
):
    brief = hold_against(read(SAMPLE.replace(title, likeness).encode("utf-8")), COUNTRY)

    found = {finding.rule: finding for finding in check(brief)}

    message = f"write it in Latin letters: it imitates “{meant}”"
    assert (found["title-confusable"].message, found["title-confusable"].severity) == (
        message,
        "error",
    )
    assert "section-missing" in found or "field-missing" in found


ADDRESSES = [
    *(
        "https://www.ine.pt",
        "http://ine.pt:80/",
        "HTTPS://INE.PT/x?y#z",
        "mailto:a@b.pt",
        "#crises",
    ),
    *("https://ine.pt/a<b>", "https://ine.pt/&amp;", "https://sítio.pt/ação", "https://[::1]/x"),
    *("javascript:x", "data:text/html,x", "vbscript:x", "//ine.pt", "file:///x", "x.html", "/x"),
    *("https:x", "https://", "https:///x", "ftp://ine.pt", "mailto:nobody", "tel:1", "?x", ""),
    *("https://a.example\u202e/", "https://ine.pt/\\x", "https:\\\\ine.pt", " https://ine.pt"),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_rows_3_4_and_10_a_link_is_found_when_the_page_would_drop_it(address):
    link = "[them](<{}>)".format(re.sub(r"([\\<>&])", r"\\\1", address))

    found = said(f"Ask {link}.", "link-dropped")

    assert bool(found) is ("<a " not in to_html(link))
