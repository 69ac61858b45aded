"""Passages that a draft shares with the other briefs of a desk, with real Git."""

import shutil

import pytest

from briefs.brief import Around, hold_against, read
from briefs.repetition import prints
from briefs.rules import check
from desk.cli import main
from tasks import acts, likeness
from tasks.repository.content import Content
from tests.briefs.samples import COUNTRY
from tests.tasks.conftest import hand_in, sample

COPIED = (
    "Portugal has already given the United States what few allies of its size can offer, "
    "beginning with geography."
)


@pytest.fixture
def content(desk):
    with Content(desk.content) as opened:
        yield opened


def copied_lines(content, data, slug):
    alike = likeness.others(content, slug, data)
    brief = hold_against(read(data), COUNTRY, Around(others=alike))
    return [(f.line, f.message) for f in check(brief) if f.rule == "text-copied"]


def spanish(desk):
    """Return a draft on another country with one paragraph of the sample, a word changed."""
    paragraph = next(p for p in sample(desk).split("\n\n") if p.startswith(COPIED))
    changed = paragraph.replace("Portugal has", "Spain has")
    return f"---\ntitle: Spain\n---\n\n# Spain\n\nNothing like it.\n\n{changed}\n".encode()


def test_a_paragraph_of_another_brief_is_found_with_its_name(desk, content):
    hand_in(desk, sample(desk))

    assert copied_lines(content, spanish(desk), "spain") == [
        (9, "write this anew: the brief “portugal” says the same")
    ]


def test_a_brief_is_never_compared_with_itself(desk, content):
    hand_in(desk, sample(desk))

    assert copied_lines(content, sample(desk).encode(), "portugal") == []


def test_the_index_follows_the_text_that_stands_in_git(desk, content):
    hand_in(desk, sample(desk))
    assert copied_lines(content, spanish(desk), "spain")

    hand_in(desk, sample(desk).replace(COPIED, "It has given much."))
    still = copied_lines(content, spanish(desk), "spain")
    hand_in(desk, "---\ntitle: x\n---\n\n# x\n")

    assert len(still) == 1
    assert copied_lines(content, spanish(desk), "spain") == []


def test_the_index_may_be_deleted_or_broken_at_any_time(desk, content):
    hand_in(desk, sample(desk))
    found = copied_lines(content, spanish(desk), "spain")
    file = desk.root / "state" / "likeness.sqlite"

    file.unlink()
    assert copied_lines(content, spanish(desk), "spain") == found

    file.write_bytes(b"no database")
    assert copied_lines(content, spanish(desk), "spain") == []

    shutil.rmtree(desk.root / "state")
    assert copied_lines(content, spanish(desk), "spain") == []


def test_what_cannot_be_read_shares_nothing(desk, content):
    hand_in(desk, sample(desk))

    assert likeness.others(content, "spain", b"\xff") == {}


def test_a_submission_and_a_check_with_the_desk_say_it_and_a_check_without_does_not(
    desk, content, capsys
):
    hand_in(desk, sample(desk))
    file = desk.root / "spain.md"
    file.write_bytes(spanish(desk))

    reading = acts.judge(content, spanish(desk), "spain")
    main(["check", str(file), "--desk", str(desk.root)])
    with_desk = capsys.readouterr().out
    main(["check", str(file)])
    without = capsys.readouterr().out

    assert "text-copied" in {finding.rule for finding in reading.report.findings}
    assert f"{file}:9:1: warning write this anew" in with_desk
    assert "text-copied" not in without


def test_prints_are_those_of_the_words_whatever_stands_around_them():
    text = " ".join(f"word{number}" for number in range(200))
    first, second = (read(f"---\na: b\n---\n\n{t}\n".encode()) for t in (text, f"Before. “{text}”"))

    assert prints(first.tree.flat) <= prints(second.tree.flat)
    assert 20 < len(prints(first.tree.flat)) < 80
