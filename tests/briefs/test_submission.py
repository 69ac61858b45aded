"""What a submission brings into the record: figures, lapses, digests that carry, who wrote what."""

import pytest

from briefs.brief import hold_against, read
from briefs.record import Lapse
from briefs.report import report
from briefs.submission import MOST_LAPSES, authors, figures
from briefs.submission import submission as brought
from briefs.terms import Action, Stage
from briefs.types import SignOffRule, Terms
from briefs.types.language import RuleUse
from tests.briefs.samples import (
    COUNTRY,
    NOTHING,
    POLICY,
    SAMPLE,
    Life,
    at,
    brief_of,
    but,
    submission,
    under,
)

HEAD = "---\ntitle: x\n---\n\n## Crises\n\n"


def changed(before, after, text=SAMPLE):
    assert text.count(before) == 1
    return text.replace(before, after)


def of(body):
    """Return the brief with this text in section 2, and nothing else."""
    return hold_against(read(f"{HEAD}{body}\n".encode()), COUNTRY)


# What it is of.


def test_a_submission_names_the_type_the_policy_and_the_text():
    brought = submission(base=3)

    assert (brought.title, brought.type, brought.type_version) == (
        "Portugal: Strategic U.S. Foreign Policy Analysis",
        "country",
        1,
    )
    assert (brought.base, brought.digests) == (3, brief_of().digests)
    assert (brought.rules, brought.terms) == (COUNTRY.signoff, Terms(veto=("reviewer",)))
    assert (brought.report.errors, brought.report.passed) == (0, True)


@pytest.mark.parametrize(
    ("title", "recorded"),
    [("", "Untitled"), ('"\\u202e\\n"', "Untitled"), ('"a\\u202eb"', "ab"), ("y" * 400, "y" * 300)],
)
def test_a_title_is_one_printable_line_of_some_length(title, recorded):
    text = f"---\ntitle: {title}\n---\n\nText.\n"

    assert submission(text).title == recorded


def test_a_rule_with_a_condition_is_pinned_where_the_front_matter_meets_it():
    always, europe = SignOffRule(), SignOffRule(when={"region": "Europe"})
    policy = under(always, europe)

    inside = submission(agreed=policy)
    outside = submission(changed("region: Europe", "region: Asia"), agreed=policy)

    assert (inside.rules, outside.rules) == ((always, europe), (always,))


@pytest.mark.parametrize("key", ["embargo", "publish_at"])
@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-12-01 09:00 Europe/Brussels", "2026-12-01T08:00:00Z"),
        ("2026-12-01 09:00", "2026-12-01T09:00:00Z"),
        ("soon", None),
        ('""', None),
    ],
)
def test_the_moments_of_the_front_matter_are_recorded_in_utc(key, written, moment):
    name = "embargo_until" if key == "embargo" else key
    text = changed("region: Europe", f"region: Europe\n{name}: {written}")

    assert getattr(submission(text), key) == moment


# Who wrote it.


@pytest.mark.parametrize(
    ("listed", "people"),
    [
        ("authors:\n  - {name: C, email: C.Marchetti@Example.com}", ("cleo",)),
        ("authors: Ben <ben@example.org>, dan@example.org", ("ben", "dan")),
        ("authors:\n  - Ben (ben@example.org)\n  - '@dan'\n  - '@octo'", ("ben", "cleo", "dan")),
        ("author: '@ben'", ("ben",)),
        ("authors:\n  - {name: Ben}\n  - [ben@example.org]", ("ben",)),
        ("authors: Nobody@Example.org", ("nobody@example.org",)),
        ("authors: Ben Okafor", ("ben",)),
        ("author: mailto:ben@example.org.", ("ben",)),
        ("author: Ola Nord", ("ola nord",)),
    ],
)
def test_authors_are_known_by_address_handle_or_account(listed, people):
    brief = hold_against(read(f"---\ntitle: x\n{listed}\n---\n\ny\n".encode()), COUNTRY)

    assert authors(brief, but(cleo={"accounts": ("octo",)})) == people


EDITED = changed("91 of the 230 seats", "92 of the 230 seats")


def test_whoever_uploads_or_is_named_holds_what_came_with_the_revision():
    life = Life().take(Action.SUBMIT)
    own = life.state.holders
    named = changed("    email: ada@example.org", "    email: cleo@example.org", EDITED)

    life.take(Action.SUBMIT, "zoe", text=named)

    # The type gave the titles of four sections, and nobody wrote what is empty.
    given = {"5", "6", "7", "10", "@assets", "@rest"}
    assert set(own) == set(life.state.digests.sections) - given
    assert set(own.values()) == {("ada",)}
    changes = {path: people for path, people in life.state.holders.items() if people != ("ada",)}
    assert changes == {"2": ("ada", "cleo", "zoe"), "@front": ("ada", "cleo", "zoe")}


BY_ZOE = changed("    email: ada@example.org", "    email: zoe@example.org")
EDITED_BY_ZOE = changed("91 of the 230 seats", "92 of the 230 seats", BY_ZOE)


def test_a_colleagues_edit_of_one_character_frees_nobody():
    life = Life().take(Action.SUBMIT).take(Action.SUBMIT, "zoe", text=EDITED_BY_ZOE)

    assert (life.state.holders["2"], life.state.holders["3"]) == (("ada", "zoe"), ("ada",))


def test_text_that_comes_back_is_still_its_first_authors():
    cut = changed("## Crises\n", "## Crises\n\nNothing.\n", BY_ZOE)
    start, end = cut.index("\nPortugal's most"), cut.index("## How Can This Country")
    life = Life().take(Action.SUBMIT).take(Action.SUBMIT, "zoe", text=cut[:start] + cut[end:])
    without = life.state.holders["2"]

    life.take(Action.SUBMIT, "zoe", text=BY_ZOE)

    assert (without, life.state.holders["2"]) == (("zoe",), ("ada", "zoe"))


def test_nobody_holds_what_was_published_and_the_next_edition_begins_with_its_own_words():
    life = at(Stage.PUBLISHED).take(Action.SUBMIT, "zoe", text=EDITED_BY_ZOE)

    assert life.state.holders == {"2": ("zoe",), "@front": ("zoe",)}


def test_a_new_text_below_a_title_that_the_type_gives_leaves_nothing_to_its_first_author():
    start, end = BY_ZOE.index("## How Can This Country"), BY_ZOE.index("## What Does This Country")
    title = BY_ZOE[start:end].split("\n")[0]
    text = f"{BY_ZOE[:start]}{title}\n\nWholly other words stand here now.\n\n{BY_ZOE[end:]}"

    life = Life().take(Action.SUBMIT).take(Action.SUBMIT, "zoe", text=text)

    assert life.state.holders["3"] == ("zoe",)


# Figures.


@pytest.mark.parametrize(
    ("body", "held"),
    [
        ("Trade rose.", False),
        ("Trade rose by 3.2 percent.", True),
        ("Trade rose by ٣ percent.", True),
        ("[Trade](https://a.example/2026) rose.", False),
        ("[Trade of 2026](https://a.example) rose.", True),
        ("[Trade](https://a.example/1) rose by 3 [there](https://a.example/2).", True),
        ("Trade rose ![chart](https://a.example/2026.png).", False),
        ("| a | b |\n|-|-|\n| x | 5 |", True),
        ("| a | b |\n|-|-|\n| x | y |", False),
        ("| a | b |\n|-|-|\n| [x](https://a.example/1) | y |", False),
        ("- one\n- two", False),
        ("1. one\n2. two", False),
        ("> 5 percent", True),
    ],
)
def test_a_section_holds_figures_where_its_words_hold_a_digit(body, held):
    assert figures(of(body).lines) == (("2",) if held else ())


def test_the_front_matter_holds_no_figures_and_text_beside_the_sections_may():
    text = "---\ntitle: x\nas_of: 2026-01-01\n---\n\nIn 2026 trade rose.\n\n## Crises\n\nText.\n"

    assert figures(hold_against(read(text.encode()), COUNTRY).lines) == ("@rest",)


def test_a_submission_names_its_sections_with_figures():
    brought = submission()

    assert set(brought.figures) < set(brought.digests.sections)
    assert {"2", "10.19"} <= set(brought.figures)
    assert brought.figures == figures(brief_of().lines)


# What carries.


def carried(text, carry):
    return submission(text, agreed=under(carry=carry)).carries


def test_without_a_term_nothing_carries():
    assert submission().carries == {}


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("moved to end by an", "moved to end, by an", {"typographic", "wording"}),
        ("moved to end by an", "moved to close by an", {"wording"}),
        ("order of 20 January", "order of 21 January", set()),
    ],
    ids=["typographic", "wording", "material"],
)
def test_the_digest_that_carries_is_the_same_after_a_change_of_its_class(before, after, same):
    text = changed(before, after)
    levels = ("typographic", "wording")

    usual, other = ({n: carried(t, n) for n in levels} for t in (SAMPLE, text))

    assert {level for level in levels if usual[level]["7.1"] == other[level]["7.1"]} == same
    assert all(
        usual[n][path] == other[n][path] for n in levels for path in usual[n] if path != "7.1"
    )


def test_digests_of_two_levels_are_never_equal():
    one, other = (set(carried(SAMPLE, level).values()) for level in ("typographic", "wording"))

    assert one.isdisjoint(other)


# Claims that lapse.


def lapsing(text):
    return [(lapse.on, lapse.message) for lapse in submission(text).lapses]


def test_a_claim_is_recorded_with_the_first_day_on_which_it_is_out_of_date():
    found = submission().lapses

    assert Lapse("2026-01-01", 308, "renew the claim of 2023: it is over 24 months old") in found
    assert {lapse.on for lapse in found} == {f"{y}-01-01" for y in (2026, 2027, 2028)}
    assert [lapse.on for lapse in found] == sorted(lapse.on for lapse in found)


def test_a_brief_whose_day_of_review_is_reached_is_to_be_reviewed():
    text = changed("region: Europe", "region: Europe\nexpires_at: 2026-12-24")

    assert submission(text).lapses[-1] == Lapse(
        "2026-12-24", 6, "review the brief again: its expires_at is reached"
    )


@pytest.mark.parametrize("written", ["soon", "2026-13-01", "20261224"])
def test_a_day_of_review_that_is_none_lapses_never(written):
    text = changed("region: Europe", f"region: Europe\nexpires_at: {written}")

    assert lapsing(text) == lapsing(SAMPLE)


def test_a_day_of_review_is_recorded_as_days_are_compared():
    text = changed("region: Europe", "region: Europe\nexpires_at: 2026-W48-2")

    # Either the day that it is, or none: a week is never reached, as days are compared.
    assert {day for day, _ in lapsing(text)} - {day for day, _ in lapsing(SAMPLE)} <= {"2026-11-24"}


def test_so_many_claims_are_recorded_and_no_more():
    lines = "\n\n".join(f"The population is {n} million (2023)." for n in range(300, 600))

    brought = submission(f"---\ntitle: x\ncountry: PT\nas_of: 2025-06-30\n---\n\n{lines}\n")

    assert len(brought.lapses) == MOST_LAPSES == 200


def test_a_type_that_never_asks_for_it_records_no_claim_that_lapses():
    off = {**COUNTRY.rules, "claim-stale": RuleUse(off=True)}
    brief = hold_against(read(SAMPLE.encode("utf-8")), COUNTRY.model_copy(update={"rules": off}))

    assert brought(brief, report(brief), POLICY, "ada", 0, NOTHING).lapses == ()
