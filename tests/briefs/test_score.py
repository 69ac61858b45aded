import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.score import WHOLE, completeness, shares
from briefs.terms import Action
from tests.briefs.samples import COUNTRY, SAMPLE, Life, brief_of, submission
from tests.briefs.specimens import FAIL

NODES = {node.path: node for node in COUNTRY.nodes()}
LINE = {path: section.line for path, section in brief_of().sections.items()}
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
# Cut so, some lines say the same; a mark of its own keeps each of them an original.
SPARSE = "\n".join(
    f"{line} m{number}" if number > 24 and len(line.split()) > 3 and line[0] not in "#*" else line
    for number, line in enumerate(SPARSE.split("\n"), start=1)
)


def prose(words, start=0):
    """Return so many different words, in full sentences of ten."""
    names = [f"w{number}" for number in range(start, start + words)]
    tens = [names[at : at + 10] for at in range(0, words, 10)]
    return " ".join(" ".join(["W" + ten[0][1:], *ten[1:]]) + "." for ten in tens)


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
        "1": 400,
        "3": 1600,
        "4": 1400,
        "10.1": 100,
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
    count = itertools.count(1_000, 300)
    padded = rewritten(path, lambda line: f"{line} {prose(300, next(count))}" if line else line)

    assert score_of(padded) == score_of(SAMPLE)


@given(
    st.lists(st.integers(4, 40), max_size=20), st.sampled_from(["", " [s](https://example.org)."])
)
def test_sentences_added_never_lower_the_score(lengths, source):
    added = " ".join(prose(length, 1_000 * place) for place, length in enumerate(lengths, 1))
    fuller = SPARSE.replace("\n\n## What Does This", f"\n\n{added}{source}\n\n## What Does This", 1)

    assert score_of(fuller).total >= score_of(SPARSE).total


def lost(path, text):
    section = next(s for s in score_of(text).sections if s.path == path)
    return [(loss.hundredths, loss.line, loss.reason) for loss in section.lost]


def filled(path, body):
    """Return the sample with another text below the title of a section."""
    section = brief_of().sections[path]
    lines = SAMPLE.split("\n")
    return "\n".join([*lines[: section.line], "", body, "", *lines[section.end :]])


SOURCE = " [a](https://a.example) [b](https://b.example)"
LOST_WHOLE = [(100, LINE["10.20"], "write 40 words or more: 0 count")]
LOW = (
    "raise “How Can This Country Help the U.S. Achieve Its Regional Goals?” (3) "
    "from 38 to 60 percent of its weight"
)


@pytest.mark.parametrize(
    ("path", "text", "losses"),
    [
        ("2", without("2"), [(600, 0, "add the section")]),
        (
            "2",
            filled("2", ""),
            [
                (300, LINE["2"], "write 180 words in full sentences or more: 0 count"),
                (300, LINE["2"], "name 2 sources or more: 0 count"),
            ],
        ),
        ("2", filled("2", prose(180) + SOURCE), []),
        (
            "2",
            filled("2", prose(90)),
            [
                (150, LINE["2"], "write 180 words in full sentences or more: 90 count"),
                (300, LINE["2"], "name 2 sources or more: 0 count"),
            ],
        ),
        (
            "2",
            filled("2", prose(179) + SOURCE.replace("b.example", "a.example")),
            [
                (2, LINE["2"], "write 180 words in full sentences or more: 179 count"),
                (150, LINE["2"], "name 2 sources or more: 1 count"),
            ],
        ),
        (
            "2",
            filled("2", prose(90) + " " + prose(90) + SOURCE),
            [(150, LINE["2"], "write 180 words in full sentences or more: 90 count")],
        ),
        (
            "10.8",
            filled("10.8", f"- **Assessment:** {prose(40)}\n- **Measures:** {prose(9, 50)}"),
            [(3, LINE["10.8"] + 3, "fill “Measures” with 10 words or more: 9 count")],
        ),
        (
            "10.8",
            filled("10.8", f"- **Assessment:** {prose(40)}"),
            [(25, LINE["10.8"], "add the field “Measures”")],
        ),
        (
            "10.20",
            filled("10.20", prose(39)),
            [(3, LINE["10.20"], "write 40 words or more: 39 count")],
        ),
        ("10.20", filled("10.20", f"*Guidance: {prose(60)}*"), LOST_WHOLE),
        ("10.20", filled("10.20", "TBD " * 40), LOST_WHOLE),
        ("10.20", filled("10.20", "Not applicable."), LOST_WHOLE),
        ("10.20", filled("10.20", "**Immigration to USA Report:**\n\n" * 20), LOST_WHOLE),
    ],
    ids=[
        *("absent", "empty", "full", "half", "one source twice", "said twice", "a field short"),
        *(
            "a field away",
            "a word short",
            "guidance",
            "placeholders",
            "not applicable",
            "its title",
        ),
    ],
)
def test_each_point_lost_says_what_would_earn_it(path, text, losses):
    assert lost(path, text) == losses


def test_a_footnote_is_a_source():
    text = filled("1", prose(90) + "[^1]\n\n[^1]: The annual report.")

    assert lost("1", text) == []


def test_the_title_of_a_section_and_the_label_of_a_field_are_no_words():
    text = filled("10.15", f"- **Status:**\n- **Assistance:**\n- **Benchmarks:** {prose(40)}")

    assert [reason for _, _, reason in lost("10.15", text)] == [
        "fill “Status” with 10 words or more: 0 count",
        "fill “Assistance” with 10 words or more: 0 count",
    ]


def copied(path, other, text=SAMPLE):
    """Return the text with what stands in one section put into another, too."""
    section = brief_of(text).sections[path]
    return filled(other, "\n".join(text.split("\n")[section.line : section.end]))


def test_what_stands_in_two_sections_counts_in_neither():
    text = copied("2", "10.20")

    assert [s.percent for s in score_of(text).sections if s.path in ("2", "10.20")] == [0, 0]


def test_a_section_under_its_floor_fails_a_brief_that_reaches_the_pass_mark():
    text = filled("3", prose(25) + SOURCE)

    score = score_of(text)

    assert (score.total, score.pass_mark, score.passed) == (90, 80, False)
    assert score.shortfalls() == [LOW]


def test_a_section_on_its_floor_passes():
    text = filled("3", prose(50) + SOURCE + " [c](https://c.example)")

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
    low = submission(filled("3", prose(25) + SOURCE))
    life = Life().take(Action.SUBMIT, submission=low)

    assert life.state.report.shortfalls == (LOW,)
