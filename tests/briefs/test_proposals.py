"""Proposals of the Ethereum project, judged as their own validator judges them.

`specimens/proposals.json` holds small texts and values of our own with that validator's verdicts
(eipw-lint-js 0.9.0): each text stands in the motivation of `CLEAN`, each value behind its key.
"""

import csv
import json
import os
import re
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.brief import Around, hold_against, read
from briefs.errors import MalformedBrief
from briefs.library import shipped
from briefs.rules import check
from briefs.rules.addresses import is_address
from briefs.rules.fragments import attributes, comments
from briefs.rules.nodes import nodes
from briefs.rules.preamble import natural

PROJECT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("BRIEFS_SHARED", PROJECT.parent / "shared")) / "corpora" / "eip"
HERE = Path(__file__).parent
VERDICTS = json.loads((HERE / "specimens" / "proposals.json").read_text("utf-8"))
TYPE = shipped("eip")
LEFT_OUT = "markdown-json-cite"
# The validator has no name for what it says of front matter that it cannot read.
NAMELESS = {"preamble-line": ""}

HEAD = """\
---
eip: 1234
title: Foo bar
description: Foo bar baz
author: A B (@ab), C D <c@d.ef>
discussions-to: https://ethereum-magicians.org/t/x/1
status: Draft
type: Standards Track
category: Core
created: 2020-01-01
---

"""
TITLES = (
    "Abstract",
    "Motivation",
    "Specification",
    "Rationale",
    "Backwards Compatibility",
    "Test Cases",
    "Reference Implementation",
    "Security Considerations",
    "Copyright",
)
BODY = "".join(f"## {title}\n\nText of {title.lower()}.\n\n" for title in TITLES)
CLEAN = HEAD + BODY
FILE = "eip-1234.md"
OTHER = HEAD.replace("1234", "20", 1) + BODY
MOTIVATION = "Text of motivation."

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the corpus is not there: {CORPUS}")


def verdicts(text, file=FILE, **neighbours):
    """Return rule, severity and line of each finding; neighbours are named as `n20`."""
    data = text if isinstance(text, bytes) else text.encode()
    near = {f"eip-{name[1:]}.md": content for name, content in neighbours.items()}
    try:
        draft = read(data, style=TYPE.front_matter.style)
    except MalformedBrief as error:
        return [("", "error", error.line or 1)]
    found = check(hold_against(draft, TYPE, Around(file=file, neighbours=near)))
    return sorted((NAMELESS.get(f.rule, f.rule), str(f.severity), f.line) for f in found)


def expected(compact):
    """Return what `verdicts` returns, of rules (with their severity, if no error) and lines."""
    rows = [((*rule.split(), "error")[:2], line) for rule, at in compact.items() for line in at]
    return sorted((rule, severity, line) for (rule, severity), line in rows)


def with_value(key, value):
    """Return `CLEAN` with the line of `key`, or a new one."""
    line = f"{key}:{value}"
    if re.search(f"(?m)^{key}:", CLEAN):
        return re.sub(f"(?m)^{key}:.*$", lambda _: line, CLEAN)
    return CLEAN.replace("\n---\n", f"\n{line}\n---\n", 1)


def moving(text):
    return CLEAN.replace(MOTIVATION, f"{MOTIVATION}\n\n{text}")


def test_a_clean_proposal_breaks_no_rule():
    assert verdicts(CLEAN) == []


@pytest.mark.parametrize(("text", "found"), VERDICTS["body"])
def test_a_text_is_judged_as_the_validator_judges_it(text, found):
    assert verdicts(moving(text)) == expected(found)


@pytest.mark.parametrize(("key", "value", "found"), VERDICTS["front matter"])
def test_a_value_is_judged_as_the_validator_judges_it(key, value, found):
    assert verdicts(with_value(key, value)) == expected(found)


@needs_corpus
def test_the_corpus_has_the_verdicts_that_its_project_gave():
    wanted = defaultdict(list)
    with (CORPUS / "verdicts.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            found = wanted[row["document"]]
            if row["level"] != "pass":
                found.append((row["rule"], row["level"], int(row["line"])))

    given = {name: verdicts((CORPUS / name).read_bytes(), Path(name).name) for name in wanted}

    assert given == {name: sorted(found) for name, found in wanted.items()}


@needs_corpus
def test_the_type_asks_every_rule_of_its_project_but_one():
    rules = json.loads((CORPUS / "rules.json").read_text("utf-8"))["lints"]

    assert set(rules) - set(TYPE.rules) == {LEFT_OUT}
    assert set(TYPE.rules) - set(rules) == set(NAMELESS)


# For every rule the least change of the clean proposal that breaks it, and the line.
BREAKS = {
    "preamble-line": (CLEAN.replace("title: ", "title "), 3),
    "preamble-no-dup": (CLEAN.replace("type:", "type: Meta\ntype:"), 8),
    "preamble-trim": (CLEAN.replace("title: ", "title:"), 3),
    "preamble-order": (with_value("shape", " round"), 11),
    "preamble-req": (CLEAN.replace("description: Foo bar baz\n", ""), 1),
    "preamble-author": (with_value("author", " A B"), 5),
    "preamble-date-created": (with_value("created", " 2020-02-30"), 10),
    "preamble-date-last-call-deadline": (
        with_value("status", " Last Call").replace("type:", "last-call-deadline: soon\ntype:"),
        8,
    ),
    "preamble-discussions-to": (with_value("discussions-to", " forum"), 6),
    "preamble-eip": (with_value("eip", " x"), 2),
    "preamble-enum-category": (with_value("category", " ERC"), 9),
    "preamble-enum-status": (with_value("status", " Idea"), 7),
    "preamble-enum-type": (with_value("type", " Standard"), 8),
    "preamble-file-name": (with_value("eip", " 1235"), 2),
    "preamble-len-description": (with_value("description", " " + "x" * 141), 4),
    "preamble-len-requires": (with_value("requires", ""), 11),
    "preamble-len-title": (with_value("title", " " + "é" * 23), 3),
    "preamble-list-author": (with_value("author", " A B (@ab),C D"), 5),
    "preamble-list-requires": (with_value("requires", " 20,21"), 11),
    "preamble-re-description": (with_value("description", " A standard"), 4),
    "preamble-re-description-colon": (with_value("description", " A: b"), 4),
    "preamble-re-description-eip-dash": (with_value("description", " EIP 20"), 4),
    "preamble-re-description-erc-dash": (with_value("description", " ERC20"), 4),
    "preamble-re-discussions-to": (with_value("discussions-to", " https://example.org/"), 6),
    "preamble-re-title": (with_value("title", " Standardise"), 3),
    "preamble-re-title-colon": (with_value("title", " A: b"), 3),
    "preamble-re-title-eip-dash": (with_value("title", " EIP20"), 3),
    "preamble-re-title-erc-dash": (with_value("title", " ERC 20"), 3),
    "preamble-refs-description": (with_value("description", " As ERC-20"), 4),
    "preamble-refs-title": (with_value("title", " As ERC-20"), 3),
    "preamble-req-category": (CLEAN.replace("category: Core\n", ""), 8),
    "preamble-req-last-call-deadline": (with_value("status", " Last Call"), 7),
    "preamble-req-withdrawal-reason": (with_value("withdrawal-reason", " none"), 7),
    "preamble-requires-ref-description": (with_value("description", " As EIP-20"), 4),
    "preamble-requires-ref-title": (with_value("title", " As EIP-20"), 3),
    "preamble-requires-status": (
        with_value("status", " Final").replace("\n---\n", "\nrequires: 20\n---\n", 1),
        11,
    ),
    "preamble-uint-requires": (with_value("requires", " 21, 20"), 11),
    "markdown-headings-space": (moving("##Heading"), 21),
    "markdown-html-comments": (moving("<!-- later -->"), 21),
    "markdown-link-status": (moving("[a](./eip-20.md)").replace(": Draft", ": Review"), 21),
    "markdown-no-backticks": (moving("`EIP-20`"), 21),
    "markdown-order-section": (moving("## Extra"), 21),
    "markdown-re-eip-dash": (moving("EIP 20"), 21),
    "markdown-re-erc-dash": (moving("ERC20"), 21),
    "markdown-refs": (moving("ERC-20"), 21),
    "markdown-rel-links": (moving("[a](https://example.org/)"), 21),
    "markdown-req-section": (CLEAN.replace("## Abstract", "### Abstract"), 12),
}


@pytest.mark.parametrize("rule", TYPE.rules)
def test_each_rule_finds_what_breaks_it(rule):
    text, line = BREAKS[rule]

    found = [at for name, _, at in verdicts(text, n20=OTHER) if name == NAMELESS.get(rule, rule)]

    assert found == [line]


def test_a_proposal_that_is_stagnant_or_withdrawn_has_warnings_alone():
    for status in ("Stagnant", "Withdrawn"):
        text = moving("## Extra\n\n<!-- later -->").replace(": Draft", f": {status}")

        severities = {severity for rule, severity, _ in verdicts(text)}

        assert severities == {"warning"}


def test_comments_are_a_warning_in_a_draft_and_an_error_under_review():
    draft = moving("<!-- later -->")

    assert verdicts(draft) == [("markdown-html-comments", "warning", 21)]
    assert verdicts(draft.replace(": Draft", ": Review")) == [
        ("markdown-html-comments", "error", 21)
    ]
    assert verdicts(draft.replace("status: Draft\n", "")) == [("preamble-req", "error", 1)]


@pytest.mark.parametrize(
    ("own", "others", "broken"),
    [
        ("Draft", "Draft", False),
        ("Draft", "Moved", False),
        ("Stagnant", "Draft", False),
        ("Review", "Draft", True),
        ("Last Call", "Review", True),
        ("Final", "Last Call", True),
        ("Living", "Final", False),
        ("Draft", "Idea", True),
        ("Idea", "Idea", False),
    ],
)
def test_a_proposal_leans_on_none_less_mature_than_itself(own, others, broken):
    text = moving("[EIP-20](./eip-20.md)").replace(": Draft", f": {own}")
    text = text.replace("\n---\n", "\nrequires: 20\n---\n", 1)

    found = verdicts(text, n20=OTHER.replace(": Draft", f": {others}"))

    named = {rule for rule, _, _ in found if "status" in rule and "enum" not in rule}
    assert named == ({"markdown-link-status", "preamble-requires-status"} if broken else set())


def test_references_bear_the_word_of_the_kind():
    text = moving("ERC-20, EIP-20\nand eip-20, `EIP-20`")
    token = OTHER.replace("category: Core", "category:  ERC ")

    assert [v for v in verdicts(text, n20=OTHER) if v[0] == "markdown-refs"] == [
        ("markdown-refs", "error", 21),
        ("markdown-refs", "error", 22),
    ]
    assert [v for v in verdicts(text, n20=token) if v[0] == "markdown-refs"] == [
        ("markdown-refs", "error", 21),
        ("markdown-refs", "error", 22),
    ]


def test_a_proposal_that_is_absent_is_found_where_others_are_there():
    text = moving("[EIP-21](./eip-21.md)").replace("\n---\n", "\nrequires: 21\n---\n", 1)

    assert verdicts(text) == []
    assert verdicts(text, n20=OTHER) == [
        ("markdown-link-status", "error", 22),
        ("markdown-refs", "error", 22),
        ("preamble-requires-status", "error", 11),
    ]


def test_a_proposal_may_refer_to_itself_and_to_one_that_cannot_be_read():
    text = moving("EIP-1234 [a](eip-1234.md) EIP-20 [b](eip-20.md)")

    assert verdicts(text, n20="no front matter") == [("markdown-link-status", "error", 21)]
    assert verdicts(text, n20="---\nno colon\n---\n") == [("markdown-link-status", "error", 21)]


def test_without_a_name_of_its_file_none_is_asked():
    assert verdicts(with_value("eip", " 1"), file="") == []


def test_front_matter_that_is_not_keys_and_values_is_found_line_by_line():
    assert verdicts("---\nfoo\nbar: x\nbaz\n---\n") == [
        ("", "error", 2),
        ("", "error", 4),
        ("markdown-req-section", "error", 6),
        ("preamble-req", "error", 1),
    ]


def test_the_last_of_two_lines_counts():
    text = CLEAN.replace("title: Foo bar\n", "title: a: b\ntitle: Foo bar\n")

    assert verdicts(text) == [("preamble-no-dup", "error", 3)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("+7", 7),
        ("18446744073709551615", (1 << 64) - 1),
        ("18446744073709551616", None),
        ("9" * 5_000, None),
        ("-1", None),
        ("١", None),
        ("", None),
    ],
)
def test_a_number_is_whole_and_of_64_bits_at_most(text, number):
    assert natural(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org",
        "http://[::1]:80/",
        "http://[1:2:3:4:5:6:7:8]/",
        "http://[::ffff:1.2.3.4]/",
        "http://1.2.3.4",
        "http://0x7f.1",
        "file:///a",
        "file://host/a",
        "mailto:a@b",
        "x://[::1]/",
        "https://münchen.de/",
        "https://xn--mnchen-3ya.de/",
    ],
)
def test_an_address_has_a_scheme_and_a_host(text):
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "example.org",
        "https://",
        "https://a b/",
        "https://a:70000/",
        "http://[::1",
        "http://[1:2]/",
        "http://[1::2::3]/",
        "http://[12345::]/",
        "http://[::1.2.3]/",
        "http://1.2.3.4.5",
        "http://1.2.3.a.09",
        "http://256.1.1.1",
        "http://1.2.3.09",
        "http://a%ff/",
        "http://xn--a/",
        "x://:80",
        "x://a^b/",
        "file://a b/",
    ],
)
def test_what_lacks_either_is_no_address(text):
    assert not is_address(text)


def test_attributes_are_those_of_elements_that_a_body_may_hold():
    source = '<a HREF="x" href="y" b=z c><td d=e></a f=g><script h=i><a j=k></script><l m=n'

    assert [tuple(found) for found in attributes(source)] == [
        ("a", "href", "x"),
        ("a", "b", "z"),
        ("a", "c", ""),
        ("script", "h", "i"),
    ]


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("<!-- a --><!---->", 2),
        ("<!-->a<!--->", 2),
        ("<!-- open", 1),
        ("<? a ?></ a>", 2),
        ("<!DOCTYPE html><b>", 0),
        ('<script>"<!-- a -->"</script>', 0),
    ],
)
def test_comments_are_counted_as_browsers_read_them(source, number):
    assert comments(source) == number


@given(st.text(alphabet="ab #*_`[](){}<>!|\\&;:/.@w\n-1", max_size=120))
def test_any_text_has_nodes_within_its_lines(text):
    last = text.count("\n") + 1

    found = nodes(text, 1)

    kinds = (found.texts, found.links, found.html, found.headings, found.code)
    assert all(1 <= node.line <= last for kind in kinds for node in kind)


@pytest.mark.parametrize(
    "piece",
    ["<a ", "@", "a@", ")", "&a;", "http://a_b/", "www.a_b ", "http://a,", "[", "<!--", "= "],
)
def test_a_text_of_one_piece_again_and_again_takes_no_time_to_speak_of(piece):
    text = f"<div>\n{piece * 2_000}\n\nhttp://a{piece * 2_000}"

    verdicts(moving(text))  # what takes the square of the length would take minutes here
