"""Our blocks held against another parser of CommonMark, which shares no line of code with ours."""

import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from briefs.markdown import Kind, Part, parse
from tests.briefs.samples import SAMPLE

SHARED = Path(os.environ.get("BRIEFS_SHARED", Path(__file__).parents[3] / "shared"))
ORACLE = MarkdownIt("commonmark").enable("table")
PROJECT = Path(__file__).parents[2]
HERE = [
    *PROJECT.glob("*.md"),
    *(PROJECT / "docs").glob("*.md"),
    *PROJECT.glob("docs/decisions/*.md"),
]


def theirs(text):
    """Return headings, lists, rules, code, links and images, as the oracle sees them."""
    tokens = ORACLE.parse(text)
    inline = [child for token in tokens for child in token.children or ()]

    def lines(*kinds):
        return [token.map[0] + 1 for token in tokens if token.type in kinds]

    return {
        "headings": [
            (int(token.tag[1]), token.map[0] + 1, shown_by(behind))
            for token, behind in pairwise(tokens)
            if token.type == "heading_open"
        ],
        "links": [child.attrGet("href") for child in inline if child.type == "link_open"],
        "images": [child.attrGet("src") for child in inline if child.type == "image"],
        "code": [t.content.strip() for t in tokens if t.type in ("fence", "code_block")],
        "lists": lines("bullet_list_open", "ordered_list_open"),
        "rules": lines("hr"),
    }


def shown_by(token):
    """Return the text that a reader sees of an inline token."""
    pieces = []
    for inline in token.children:
        if inline.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
        elif inline.type == "image":
            pieces.append(shown_by(inline))
        else:
            pieces.append(inline.content)
    return " ".join("".join(pieces).split())


def ours(text):
    """Return the same of our blocks."""
    flat = parse(text).flat
    spans = [span for block in flat for span in sorted(block.spans, key=lambda s: s.start)]
    return {
        "headings": [
            (b.level, b.line, " ".join(b.text.split())) for b in flat if b.kind is Kind.HEADING
        ],
        "links": [MarkdownIt().normalizeLink(s.target) for s in spans if s.part is Part.LINK],
        "images": [MarkdownIt().normalizeLink(s.target) for s in spans if s.part is Part.IMAGE],
        "code": [b.text for b in flat if b.kind is Kind.CODE],
        "lists": [b.line for b in flat if b.kind is Kind.LIST],
        "rules": [b.line for b in flat if b.kind is Kind.RULE],
    }


def agree(text):
    assert ours(text) == theirs(text)


def body(text):
    """Return a text without its front matter, which is no Markdown."""
    return text.split("\n---\n", 1)[1] if text.startswith("---\n") else text


def test_the_sample_is_read_alike():
    agree(body(SAMPLE))


@pytest.mark.parametrize("path", HERE, ids=lambda path: path.name)
def test_the_documents_of_the_project_are_read_alike(path):
    agree(path.read_text("utf-8"))


def test_the_seed_is_read_alike():
    seed = SHARED / "seed" / "belgium.md"
    if not seed.exists():
        pytest.skip(f"the seed is not here: {seed}")

    agree(body(seed.read_text("utf-8")))


def test_the_proposals_are_read_alike():
    corpus = SHARED / "corpora" / "eip"
    if not corpus.exists():
        pytest.skip(f"the corpus is not here: {corpus}")

    for path in sorted(corpus.rglob("*.md")):
        agree(body(path.read_text("utf-8")))


PIECES = st.sampled_from(
    [
        *(
            "# a",
            "## **b** c",
            "Title\n===",
            "- x",
            "- y\n  - z",
            "1. n",
            "3) m",
            "> q",
            "---",
            "***",
        ),
        *(
            "",
            "plain `code` text",
            "[l](https://a.example 't')",
            "![i](p.png)",
            "<https://b.example>",
        ),
        *("*e* **s** ***b***", r"\*x\* \# y", "&amp; &copy; a", "```\nf\n```", "    indented"),
        *("a  \nb", "[r]\n\n[r]: https://c.example", "**open", "a_b_c", "<b>raw</b>"),
        "| a | b |\n|---|---|\n| c | d |",
    ]
)


@given(st.lists(PIECES, max_size=12).map("\n\n".join))
def test_whatever_is_put_together_is_read_alike(text):
    agree(text)


@given(st.lists(PIECES, min_size=1, max_size=8).map("\n\n".join))
def test_every_piece_of_text_has_its_line_and_column(text):
    lines = text.split("\n")
    for block in parse(text).flat:
        for index, character in enumerate(block.text):
            if character.isalnum() and "&" not in text:
                line, column = block.place(index)
                assert lines[line - 1][column - 1] == character
