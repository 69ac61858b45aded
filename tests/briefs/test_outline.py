import os
import unicodedata
from pathlib import Path

import pytest

from briefs.outline import normal
from tests.briefs.samples import COUNTRY, ROOT, SAMPLE, brief_of

SEED = Path(os.environ.get("BRIEFS_SHARED") or ROOT.parent / "shared") / "seed/belgium.md"
NODES = [node.path for node in COUNTRY.nodes()]
HEAD = "---\ntitle: x\n---\n\n# Portugal: Strategic U.S. Foreign Policy Analysis\n\n"


def found(body):
    """Return how each section of a brief with this body was found, and on which line of it."""
    sections = brief_of(HEAD + body).sections
    above = HEAD.count("\n")
    return {p: (str(s.how), s.line - above) for p, s in sections.items() if p != "0"}


# One title each, in every shape that the exporters of word processors give it.
SHAPES = {
    "2": [
        "## Crises",
        "### **Crises**",
        "### Crises:",
        "### **Crises**:",
        "### **Crises:**",
        "## *Crises*",
        "## CRISES.",
        "## 2. Crises",
        "## 2) Crises",
        "## 2.1 Crises",
        "## \\*\\*Crises\\*\\*",
        "Crises\n------",
        "## Crises ##",
        "#### crises",
    ],
    "5": ["## 1\\. Overview", "## 1. Overview", "## Overview", "## **1. Overview**"],
    "10.16": [f"**Supply{dash}Chain Resilience:**" for dash in ("-", "\u2010", "\u2011", "\u2013")]
    + [
        "### Supply-Chain Resilience",
        "**Supply-Chain Resilience**:",
        "**Supply-Chain Resilience**",
    ],
    "6.2": ["**Security & Defense:**", "**Security and Defense**", "**SECURITY &amp; DEFENSE.**"],
    "8": [
        "## Impact of Trump’s Second Term on Bilateral Relations",
        "## Impact of Trump's Second Term on Bilateral Relations",
        "## 4. Impact of the Current U.S. Administration on Bilateral Relations",
    ],
    "10.19": ["**Tariff Report:**\nten percent", "**Tariff Report**:\nten percent"],
}
PARENTS = {"10.16": "## Policy Goals\n\n", "6.2": "## Strategic Importance\n\n"}


@pytest.mark.parametrize(
    ("path", "shape"), [(path, shape) for path, shapes in SHAPES.items() for shape in shapes]
)
def test_a_section_is_the_same_in_whatever_shape(path, shape):
    parent = PARENTS.get(path, "## Policy Goals\n\n" if "." in path else "")

    sections = found(f"{parent}{shape}\n\nText.\n")

    assert sections[path] == ("found", 1 + parent.count("\n"))
    assert set(sections) <= {path, path.partition(".")[0]}


@pytest.mark.parametrize("shape", ["**Crises**", "**Crises:**", "**Crises**:", "***Crises***"])
def test_a_heading_as_a_bold_line_is_found_and_demoted(shape):
    assert found(f"{shape}\n\nText.\n") == {"2": ("demoted", 1)}


@pytest.mark.parametrize(
    "shape",
    [
        "**Crises** are many.",
        "Many **Crises**",
        "- **Crises**",
        "> ## Crises",
        "## Crises and more",
        "## Crise",
        "    ## Crises",
        "```\n## Crises\n```",
        "## Cris\u0435s",  # row 35: the last vowel is Cyrillic
    ],
)
def test_what_only_looks_like_a_section_is_none(shape):
    assert found(f"{shape}\n\nText.\n") == {}


def test_row_36_composed_and_decomposed_letters_are_the_same_title():
    assert normal("Caf\u00e9") == normal(unicodedata.normalize("NFD", "Caf\u00e9"))


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("1. Overview", "Overview"),
        ("1\\. Overview", "Overview"),
        ("Security & Defense", "security and defense"),
        ("A  B\nC", "a b c"),
        ("Supply\u2011Chain", "supply-chain"),
        ("Trump’s “Term”", 'trump\'s "term"'),
        ("Needs: ", "needs"),
    ],
)
def test_titles_are_compared_without_their_decoration(title, other):
    assert normal(title) == normal(other) == other.lower()


@pytest.mark.parametrize(
    ("title", "other"), [("Needs", "Need"), ("2023", "2024"), ("U.S.", "US"), ("A/B", "A B")]
)
def test_words_figures_and_strokes_still_tell_titles_apart(title, other):
    assert normal(title) != normal(other)


def test_a_block_below_another_heading_is_misplaced():
    text = "## Overview\n\n## Policy Goals\n\n**Country Profile**\n\nText.\n"

    assert found(text) == {"5": ("found", 1), "10": ("found", 3), "5.1": ("misplaced", 5)}


def test_a_block_whose_heading_is_not_there_is_where_it_can_be():
    assert found("## Policy Goals\n\n**Country Profile**\n\nText.\n") == {
        "10": ("found", 1),
        "5.1": ("found", 3),
    }


@pytest.mark.parametrize("shape", ["Crises", "Crises:", "*Crises*", "1. Overview\n\nCrises"])
def test_a_title_in_plain_letters_is_found_and_demoted(shape):
    assert found(f"{shape}\n\nText.\n")["2"][0] == "demoted"


def test_a_block_as_an_item_of_a_list_is_found_and_demoted():
    text = "## Overview\n\n- **Country Profile:**\n  - Land.\n- **Democracy Score:** 96 of 100.\n"

    assert found(text) == {"5": ("found", 1), "5.1": ("demoted", 3), "5.3": ("demoted", 5)}


def test_a_section_that_stands_twice_is_one_with_the_lines_of_both():
    sections = brief_of(HEAD + "## Crises\n\nOne.\n\n## Preface\n\n## Crises\n\nTwo.\n").sections

    assert [sections["2"].line - 6, [n - 6 for n in sections["2"].again]] == [1, [7]]
    assert sections["2"].words() == ["One.", "Two."]


def test_a_section_that_is_not_there_is_not_found():
    assert found("Nothing.\n") == {}


THIRD = "How Can This Country Help the U.S. Achieve Its Regional Goals?"
FOURTH = "What Does This Country Need from the U.S./World?"


def test_two_sections_of_one_title_are_told_apart_by_what_they_stand_below():
    sections = found(
        f"## {THIRD}\n\n## {FOURTH}\n\n## Policy Goals\n\n**{THIRD}**\n\n**{FOURTH}:**\n"
    )

    assert sections == {
        "3": ("found", 1),
        "4": ("found", 3),
        "10": ("found", 5),
        "10.1": ("found", 7),
        "10.2": ("found", 9),
    }


def test_a_demoted_section_is_not_taken_for_its_namesake_further_down():
    sections = found(f"**{THIRD}**\n\nA.\n\n### {FOURTH}\n\nB.\n\n## Policy Goals\n\n**{THIRD}**\n")

    assert sections == {
        "3": ("demoted", 1),
        "4": ("found", 5),
        "10": ("found", 9),
        "10.1": ("found", 11),
    }


def test_a_heading_that_stands_twice_is_doubled_and_not_its_namesake():
    brief = brief_of(
        HEAD + f"## {THIRD}\n\nA.\n\n## {THIRD}\n\nB.\n\n## Policy Goals\n\n**{THIRD}**\n\nC.\n"
    )

    shapes = {
        p: (str(s.how), s.line - 6, [n - 6 for n in s.again]) for p, s in brief.sections.items()
    }
    assert shapes == {
        "0": ("found", -1, []),
        "3": ("found", 1, [5]),
        "10": ("found", 9, []),
        "10.1": ("found", 11, []),
    }


def test_a_label_that_stands_twice_below_the_goals_is_doubled_and_not_its_namesake():
    brief = brief_of(HEAD + f"## Policy Goals\n\n**{THIRD}**\n\nA.\n\n**{THIRD}**\n\nB.\n")

    assert list(brief.sections) == ["0", "10", "10.1"]
    assert [n - 6 for n in brief.sections["10.1"].again] == [7]


def test_a_section_of_the_goals_as_a_large_heading_is_not_its_namesake_again():
    assert found(f"## {THIRD}\n\n## Policy Goals\n\n## {THIRD}\n") == {
        "3": ("found", 1),
        "10": ("found", 3),
        "10.1": ("found", 5),
    }


def test_a_namesake_alone_below_the_goals_is_the_one_of_the_goals():
    assert found(f"## Policy Goals\n\n### {FOURTH}\n") == {
        "10": ("found", 1),
        "10.2": ("found", 3),
    }


ITEMS = {
    "tight": "- **Needs:** one two\n- **Opportunities**: three\n- **U.S. Wants:** four\n",
    "loose": "- **Needs:** one two\n\n- **Opportunities**: three\n\n- **U.S. Wants:** four\n",
    "numbers": "1. **Needs:** one two\n2. **Opportunities:** three\n3. **U.S. Wants.** four\n",
    "stars": "* **needs** one two\n* **OPPORTUNITIES:** three\n* **U.S. Wants**: four\n",
    "paragraphs": "**Needs:** one two\n\n**Opportunities:** three\n\n**U.S. Wants:** four\n",
    "below": "- **Needs:**\n  - one\n  - two\n- **Opportunities:**\n\n  three\n"
    "- **U.S. Wants:** four\n",
}


@pytest.mark.parametrize("shape", ITEMS)
def test_the_fields_of_a_block_are_found_in_tight_and_loose_lists(shape):
    body = f"## Policy Goals\n\n**Technology & Cyber Cooperation:**\n\n{ITEMS[shape]}"

    fields = brief_of(HEAD + body).sections["10.11"].fields

    assert {title: block.words() for title, block in fields.items()} == {
        "Needs": ["one", "two"],
        "Opportunities": ["three"],
        "U.S. Wants": ["four"],
    }


@pytest.mark.parametrize("item", ["- The **Needs:** of many", "- Needs of many", "- **Need:** x"])
def test_what_only_looks_like_a_field_is_none(item):
    body = f"## Policy Goals\n\n**Technology & Cyber Cooperation:**\n\n{item}\n"

    assert brief_of(HEAD + body).sections["10.11"].fields == {}


def test_a_field_whose_label_is_not_bold_is_found_as_that():
    body = "## Policy Goals\n\n**Technology & Cyber Cooperation:**\n\n- Needs: one two\n"

    section = brief_of(HEAD + body).sections["10.11"]

    assert {title: block.words() for title, block in section.fields.items()} == {
        "Needs": ["one", "two"]
    }
    assert list(section.plain_fields) == ["Needs"]


def test_text_below_an_unknown_heading_belongs_to_no_section():
    brief = brief_of(HEAD + "## Crises\n\nOne.\n\n## Annex\n\nTwo.\n")

    assert brief.sections["2"].words() == ["One."]
    assert [block.text for block in brief.rest] == ["Annex", "Two."]


def test_a_small_heading_that_is_no_section_stays_with_the_section_above():
    brief = brief_of(HEAD + "## Crises\n\nOne.\n\n### Fires\n\nTwo.\n")

    assert brief.sections["2"].words() == ["One.", "Fires", "Two."]
    assert list(brief.rest) == []


def test_the_sample_has_every_section_in_order_and_every_field():
    sections = brief_of(SAMPLE).sections

    assert list(sections) == NODES
    assert {str(section.how) for section in sections.values()} == {"found"}
    assert [s.node.path for s in sections.values() if len(s.fields) != len(s.node.fields)] == []


@pytest.mark.skipif(not SEED.exists(), reason=f"the seed brief is not at {SEED}")
def test_the_seed_has_all_sections_the_fourth_as_a_bold_line():
    brief = brief_of(SEED.read_text("utf-8"))

    shapes = {path: (str(s.how), s.line) for path, s in brief.sections.items()}

    assert sorted(shapes, key=NODES.index) == NODES
    assert {path: shape for path, shape in shapes.items() if shape[0] != "found"} == {
        "4": ("demoted", 36)
    }
    assert {path: shapes[path][1] for path in ("0", "1", "5", "8", "10", "10.1", "10.22")} == {
        "0": 12,
        "1": 16,
        "5": 48,
        "8": 178,
        "10": 198,
        "10.1": 200,
        "10.22": 320,
    }
