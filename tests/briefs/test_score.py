from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.score import WHOLE, completeness, shares
from briefs.terms import Action
from tests.briefs.samples import COUNTRY, SAMPLE, Life, brief_of, submission
from tests.briefs.specimens import FAIL

NODES = {node.path: node for node in COUNTRY.nodes()}
SCORED = [path for path, node in NODES.items() if node.weight]
EMPTY = "---\ntitle: x\n---\n"


def score_of(text):
    return completeness(brief_of(text))


def without(path, text=SAMPLE):
    """Return the text without the lines of one section, its title included."""
    section = brief_of(text).sections[path]
    lines = text.split("\n")
    return "\n".join(lines[: section.line - 1] + lines[section.end :])


def rewritten(path, change, text=SAMPLE):
    """Return the text with each line of a section, save its title, changed."""
    section = brief_of(text).sections[path]
    lines = text.split("\n")
    lines[section.line : section.end] = map(change, lines[section.line : section.end])
    return "\n".join(lines)


def cut(words):
    return lambda line: " ".join(line.split(" ")[:words])


SPARSE = SAMPLE
for _path in SCORED:
    SPARSE = rewritten(_path, cut(9), SPARSE)
TEXTS = {"sample": SAMPLE, "sparse": SPARSE, "empty": EMPTY} | {
    r: s.text() for r, s in FAIL.items()
}


@given(st.integers(0, 20_000), st.lists(st.integers(1, 10_000), min_size=1, max_size=60))
def test_shares_add_up_to_the_whole_and_each_is_right_to_one_part(whole, weights):
    cut = shares(whole, weights)

    assert sum(cut) == whole
    exact = [whole * weight / sum(weights) for weight in weights]
    assert all(abs(part - share) <= 1 for part, share in zip(cut, exact, strict=True))


def test_shares_of_nothing_are_none():
    assert shares(WHOLE, []) == []
    assert shares(1, [1, 1, 1]) == [0, 0, 1]


@pytest.mark.parametrize("name", TEXTS)
def test_the_points_lost_add_up_to_what_the_score_lacks(name):
    score = score_of(TEXTS[name])

    earned = sum(section.earned for section in score.sections)
    lost = sum(loss.hundredths for section in score.sections for loss in section.lost)
    assert lost == WHOLE - earned
    assert score.total == earned // 100
    assert 0 <= score.total <= 100
    for section in score.sections:
        assert 0 <= section.earned <= section.weight
        assert section.weight - section.earned == sum(loss.hundredths for loss in section.lost)
        assert all(loss.hundredths > 0 for loss in section.lost)


def test_the_weights_of_the_sections_are_hundredths_of_the_whole():
    score = score_of(SAMPLE)

    assert [section.path for section in score.sections] == SCORED
    assert sum(section.weight for section in score.sections) == WHOLE
    assert {s.path: s.weight for s in score.sections if s.path in ("1", "3", "4", "10.1")} == {
        "1": 396,
        "3": 1584,
        "4": 1386,
        "10.1": 99,
    }


def test_only_a_full_brief_scores_100_and_an_empty_one_scores_nothing():
    nearly = score_of(rewritten("10.20", lambda line: " ".join(line.split(" ")[:12])))

    assert (score_of(SAMPLE).total, score_of(EMPTY).total) == (100, 0)
    assert nearly.total == 99
    assert 0 < score_of(SPARSE).total < 80


@pytest.mark.parametrize("text", [SAMPLE, SPARSE], ids=["full", "sparse"])
@pytest.mark.parametrize("path", NODES)
def test_to_take_a_section_away_never_raises_the_score(path, text):
    before, after = score_of(text), score_of(without(path, text))

    earned = {section.path: section.earned for section in before.sections}
    left = {section.path: section.earned for section in after.sections}
    assert after.total <= before.total
    assert path not in SCORED or left[path] == 0 < earned[path]
    assert {p: e for p, e in left.items() if p != path} == {
        p: e for p, e in earned.items() if p != path
    }


@pytest.mark.parametrize("path", SCORED)
def test_more_than_is_asked_earns_nothing(path):
    padded = rewritten(path, lambda line: f"{line} {'more ' * 300}" if line else line)

    assert score_of(padded) == score_of(SAMPLE)


@given(st.lists(st.sampled_from(["Ten", "more", "[words](https://example.org)", "7"]), max_size=99))
def test_words_added_never_lower_the_score(words):
    fuller = rewritten("3", lambda line: f"{line} {' '.join(words)}", SPARSE)

    assert score_of(fuller).total >= score_of(SPARSE).total


def lost(path, text):
    section = next(s for s in score_of(text).sections if s.path == path)
    return [(loss.hundredths, loss.reason) for loss in section.lost]


def filled(path, body):
    """Return the sample with another text below the title of a section."""
    section = brief_of().sections[path]
    lines = SAMPLE.split("\n")
    return "\n".join([*lines[: section.line], "", body, "", *lines[section.end :]])


SOURCE = " [a](https://a.example) [b](https://b.example)"


@pytest.mark.parametrize(
    ("path", "text", "losses"),
    [
        ("2", without("2"), [(594, "add the section")]),
        (
            "2",
            filled("2", ""),
            [
                (297, "write 180 words or more: it has 0"),
                (297, "name 2 sources or more: it has 0"),
            ],
        ),
        ("2", filled("2", "word " * 180 + SOURCE), []),
        (
            "2",
            filled("2", "word " * 90),
            [
                (149, "write 180 words or more: it has 90"),
                (297, "name 2 sources or more: it has 0"),
            ],
        ),
        (
            "2",
            filled("2", "word " * 177 + SOURCE.replace("b.example", "a.example")),
            [
                (2, "write 180 words or more: it has 179"),
                (149, "name 2 sources or more: it has 1"),
            ],
        ),
        (
            "10.8",
            filled(
                "10.8", "- **Assessment:** " + "word " * 40 + "\n- **Measures:** " + "word " * 9
            ),
            [(25, "fill all 2 fields with 10 words or more: 1 are full")],
        ),
        ("10.20", filled("10.20", "word " * 39), [(3, "write 40 words or more: it has 39")]),
    ],
    ids=["absent", "empty", "full", "half", "one source twice", "a field short", "a word short"],
)
def test_each_point_lost_says_what_would_earn_it(path, text, losses):
    assert lost(path, text) == losses


def test_a_footnote_is_a_source():
    text = filled("1", "word " * 90 + "[^1]\n\n[^1]: The annual report.")

    assert lost("1", text) == []


def test_the_title_of_a_section_and_the_label_of_a_field_are_no_words():
    text = filled("10.15", "- **Status:**\n- **Assistance:**\n- **Benchmarks:** " + "word " * 40)

    assert lost("10.15", text) == [(34, "fill all 3 fields with 10 words or more: 1 are full")]


def test_a_section_under_its_floor_fails_a_brief_that_reaches_the_pass_mark():
    text = filled("3", "word " * 125 + SOURCE)

    score = score_of(text)

    assert (score.total, score.pass_mark, score.passed) == (93, 80, False)
    assert score.shortfalls() == [
        "raise “How Can This Country Help the U.S. Achieve Its Regional Goals?” (3) "
        "from 58 to 60 percent of its weight"
    ]


def test_a_section_on_its_floor_passes():
    text = filled("3", "word " * 133 + SOURCE)

    score = score_of(text)

    assert ([s.percent for s in score.sections if s.path == "3"], score.passed) == ([60], True)
    assert score.shortfalls() == []


def test_a_score_below_the_pass_mark_says_so_first():
    score = score_of(EMPTY)

    assert score.passed is False
    assert score.shortfalls()[0] == "raise the score from 0 to 80 or more"
    assert len(score.shortfalls()) == 3


def test_the_pass_mark_itself_passes():
    brief = brief_of(without("2", without("10.20")))
    at_the_mark = replace(brief, type=COUNTRY.model_copy(update={"pass_mark": 93}))
    above = replace(brief, type=COUNTRY.model_copy(update={"pass_mark": 94}))

    assert (completeness(at_the_mark).total, completeness(at_the_mark).passed) == (93, True)
    assert completeness(above).passed is False


def test_the_shortfalls_of_the_report_are_what_the_gate_says():
    low = submission(filled("3", "word " * 125 + SOURCE))
    life = Life().take(Action.SUBMIT, submission=low)

    assert life.state.report.shortfalls == (
        "raise “How Can This Country Help the U.S. Achieve Its Regional Goals?” (3) "
        "from 58 to 60 percent of its weight",
    )


def test_what_the_type_does_not_name_changes_nothing():
    annex = SAMPLE + "\n## Annex\n\n" + "word " * 100 + "\n"

    assert score_of(annex) == score_of(SAMPLE)


def test_a_score_names_the_rubric_that_it_was_reckoned_by():
    assert score_of(EMPTY).rubric == "country 1"
