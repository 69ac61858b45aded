"""Who has surviving text in a section since the last publication."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefs.authorship import Wording, holders

# Each case is one section: its text at the last publication, or none; who brought which wording
# (a full stop ends nothing: `/` is a line end); and who holds the last.
ONE = "the duty on wine rose in spring and fell again"
TWO = "ships from many ports bring cork and tin to us"
CASES = {
    "an author holds a first text": (None, [("ada", ONE)], "ada"),
    "co-authors hold it together": (None, [("ada ben", ONE)], "ada ben"),
    "nobody holds what is published": (ONE, [("ada", ONE)], ""),
    "nobody holds an empty section of a publication": ("", [("ada", "")], ""),
    "nobody holds a section without a word": (None, [("ada", "")], ""),
    "who takes all of it out holds what is left": (ONE, [("ada", "")], "ada"),
    "who uploads the same again brings nothing": (None, [("ada", ONE), ("ben", ONE)], "ada"),
    "an edit of one word makes a holder": (ONE, [("ada", ONE.replace("wine", "tin"))], "ada"),
    "a reviewer who edits holds beside the author": (
        None,
        [("ada", ONE), ("ben", ONE.replace("wine", "tin"))],
        "ada ben",
    ),
    "one letter makes a holder": (ONE, [("ada", ONE.replace("rose", "rise"))], "ada"),
    "a word put in at the beginning": (ONE, [("ada", f"so {ONE}")], "ada"),
    "a word put in at the end": (ONE, [("ada", f"{ONE} so")], "ada"),
    "the first word taken out": (ONE, [("ada", ONE[4:])], "ada"),
    "the last word taken out": (ONE, [("ada", ONE[:-6])], "ada"),
    "a comma": (ONE, [("ada", ONE.replace("wine", "wine,"))], "ada"),
    "a comma that stands while others edit": (
        ONE,
        [("ada", ONE.replace("wine", "wine,")), ("ben", ONE.replace("wine", "wine,") + " so")],
        "ada ben",
    ),
    "a comma that is gone again": (
        ONE,
        [("ada", ONE.replace("wine", "wine,")), ("ben", ONE + " so")],
        "ben",
    ),
    "letter case": (ONE, [("ada", ONE.title())], "ada"),
    "a line end": (ONE, [("ada", ONE.replace(" and", " / and"))], "ada"),
    "one of two equal sentences taken out": (
        f"{ONE} / {ONE} / {ONE}",
        [("ada", f"{ONE} / {ONE}")],
        "ada",
    ),
    "all letter case and punctuation of another": (
        None,
        [("ada", ONE), ("ben", ONE.title().replace(" ", ", "))],
        "ada ben",
    ),
    "text wholly replaced": (None, [("ada", ONE), ("ben", TWO)], "ben"),
    "a part wholly replaced": (
        TWO,
        [("ada", f"{TWO} / {ONE}"), ("ben", f"{TWO} / so it is")],
        "ben",
    ),
    "text taken out, and back by another": (
        None,
        [("ada", ONE), ("ben", TWO), ("cleo", ONE)],
        "ada cleo",
    ),
    "a few words taken out, and back by another": (
        TWO,
        [("ada", f"{TWO} / so it is"), ("ben", TWO), ("cleo", f"{TWO} / so it is")],
        "ada cleo",
    ),
    "published text taken out, and back": (ONE, [("ada", TWO), ("ben", ONE)], ""),
    "published text put back beside new": (
        f"{ONE} / {TWO}",
        [("ada", TWO), ("ben", f"{ONE} / {TWO} / so")],
        "ben",
    ),
    "three words, the middle one edited": (
        None,
        [("ada", "wine is dear"), ("ben", "wine was dear")],
        "ada ben",
    ),
    "four words, two run together": (
        None,
        [("ada", "wine is so dear"), ("ben", "wine isso dear")],
        "ada ben",
    ),
    "nobody signs for nobody": (None, [("", ONE)], ""),
}


def lines(text):
    return text.split(" / ")


def brought(who, **sections):
    return Wording(tuple(who.split()), {path: lines(text) for path, text in sections.items()})


@pytest.mark.parametrize(("base", "wordings", "expected"), CASES.values(), ids=CASES.keys())
def test_whoever_has_surviving_text_holds_the_section(base, wordings, expected):
    published = None if base is None else {"one": lines(base)}

    found = holders(published, [brought(who, one=text) for who, text in wordings])

    assert found == ({"one": tuple(expected.split())} if expected else {})


def test_without_a_wording_nobody_holds_anything():
    assert holders({"one": [ONE]}, []) == {}


def test_text_moved_to_another_section_stays_its_authors():
    first = brought("ada", one=f"{ONE} / {TWO}", two="so it is")
    moved = brought("ben", one=TWO, two=f"so it is / {ONE}")

    assert holders(None, [first, moved]) == {"one": ("ada", "ben"), "two": ("ada", "ben")}


def test_moved_text_that_a_third_edits_stays_its_authors():
    eight = "duty on wine rose in spring and fell"
    first, moved = brought("ada", one=eight, two=TWO), brought("ben", one="", two=f"{TWO} {eight}")
    third = brought("cleo", one="", two=f"{TWO} {eight.replace('rose', 'sank')}")
    published = {"two": [TWO]}

    assert holders(published, [first, moved])["two"] == ("ada", "ben")
    assert holders(published, [first, moved, third])["two"] == ("ada", "ben", "cleo")


def test_text_that_was_edited_and_then_moved_stays_everybodys():
    edited = ONE.replace("wine", "tin")
    wordings = [brought("ada", one=ONE), brought("ben", one=edited), brought("cleo", two=edited)]

    assert holders(None, wordings) == {"two": ("ada", "ben", "cleo")}


def test_text_moved_by_way_of_a_revision_without_it_stays_its_authors():
    wordings = [brought("ada", one=ONE), brought("ben", one=TWO), brought("cleo", one=TWO, two=ONE)]

    assert holders(None, wordings) == {"one": ("ben",), "two": ("ada", "cleo")}


def test_a_few_words_that_another_section_had_are_a_chance():
    first = brought("ada", one="the duty on wine rose in spring / so it is")
    second = brought("ben", one="", two=f"{TWO} the duty on wine rose in spring")

    assert holders(None, [first, second])["two"] == ("ben",)


def test_a_whole_section_moved_to_another_path_stays_its_authors():
    first, short = brought("ada", one=ONE, two="wine"), brought("ben", three=ONE, four="wine")

    assert holders(None, [first, short]) == {"three": ("ada", "ben"), "four": ("ada", "ben")}


def test_published_text_that_is_moved_is_the_movers_edit():
    moved = brought("ben", one="so it is", two=ONE)

    assert holders({"one": [ONE]}, [moved]) == {"one": ("ben",), "two": ("ben",)}


def test_the_text_that_two_sections_get_at_once_is_moved_from_neither():
    wordings = [brought("ada", one=TWO), brought("ben", one=ONE, two=ONE)]

    assert holders(None, wordings) == {"one": ("ben",), "two": ("ben",)}


def test_the_order_of_sections_moves_nothing_within_a_wording():
    seven = "the duty on wine rose in spring"
    second = {"one": f"so {seven}", "two": f"so {seven} / and fell"}

    for sections in (second, dict(reversed(second.items()))):
        found = holders(None, [brought("ada", one=seven), brought("ben", **sections)])

        assert found == {"one": ("ada", "ben"), "two": ("ben",)}


def test_who_copies_text_holds_the_copy_alone():
    wordings = [
        brought("ada", one=ONE),
        brought("ben", one=ONE, two=ONE),
        brought("cleo", one=f"{ONE} / so it is", two=ONE),
        brought("dan", one=f"{ONE} / so it is", two=ONE, three=ONE),
    ]

    assert holders(None, wordings) == {
        "one": ("ada", "cleo"),
        "two": ("ada", "ben"),
        "three": ("ada", "ben", "dan"),
    }


def test_published_text_that_is_copied_twice_is_only_ever_the_copiers():
    wordings = [brought("ada", one=ONE, two=ONE), brought("ben", one=ONE, two=ONE, three=ONE)]

    assert holders({"one": [ONE]}, wordings) == {"two": ("ada",), "three": ("ben",)}


def test_titles_and_labels_of_the_type_are_nobodys():
    first = brought("ada", one=f"trade with the world / main goods sold: {ONE}")
    second = brought("ben", one=f"trade with the world / main goods sold: {TWO}")
    given = ["trade with the world", "main goods sold"]

    assert holders(None, [first, second]) == {"one": ("ada", "ben")}
    assert holders(None, [first, second], given) == {"one": ("ben",)}


def test_a_title_that_is_changed_makes_a_holder_all_the_same():
    published = {"one": ["trade with the world", ONE]}
    first = brought("ada", one=f"trade / {ONE}")

    assert holders(published, [first], ["trade with the world", "trade"]) == {"one": ("ada",)}


# Laws, on briefs that nobody thought of.

PATHS = ("one", "two", "three")
PEOPLE = ("ada", "ben", "cleo", "dan")
TEXTS = st.lists(
    st.lists(
        st.sampled_from(["wine", "Wine", "wine,", "duty", "so", "it", "is", "rose", "not", "5"]),
        max_size=12,
    ).map(" ".join),
    max_size=3,
)
BRINGERS = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True).map(tuple)
SECTIONS = st.dictionaries(st.sampled_from(PATHS), TEXTS)
WORDINGS = st.lists(
    st.builds(Wording, BRINGERS, SECTIONS),
    min_size=1,
    max_size=5,
)
BASES = st.none() | SECTIONS
MANY = settings(max_examples=200)


@MANY
@given(BASES, WORDINGS)
def test_nobody_holds_but_who_brought_a_wording_and_nothing_but_what_stands(base, wordings):
    found = holders(base, wordings)

    assert set(found) <= set(wordings[-1].sections)
    for persons in found.values():
        assert persons == tuple(sorted({*persons}))
        assert {*persons} <= {person for wording in wordings for person in wording.persons}


@MANY
@given(BASES, WORDINGS, st.data())
def test_a_wording_that_changes_nothing_changes_nothing(base, wordings, data):
    at = data.draw(st.integers(1, len(wordings)))
    again = Wording(("eve",), wordings[at - 1].sections)

    assert holders(base, [*wordings[:at], again, *wordings[at:]]) == holders(base, wordings)


@MANY
@given(BASES, WORDINGS, SECTIONS)
def test_who_last_changed_a_section_holds_it(base, wordings, sections):
    before = wordings[-1].sections

    found = holders(base, [*wordings, Wording(("eve",), sections)])

    for path, text in sections.items():
        if same(text, before.get(path)):
            assert "eve" not in found.get(path, ())
        elif not same(text, (base or {}).get(path)) and ("".join(text) or path in before):
            assert "eve" in found[path]


def same(text, other):
    return other is not None and "\n".join(text) == "\n".join(other)


@MANY
@given(BASES, WORDINGS)
def test_the_order_in_which_sections_are_named_counts_for_nothing(base, wordings):
    turned = [Wording(w.persons[::-1], dict(reversed(w.sections.items()))) for w in wordings]
    turned_base = base if base is None else dict(reversed(base.items()))

    assert holders(turned_base, turned) == holders(base, wordings)


VARIED = st.lists(
    st.sampled_from(["wine", "duty", "so", "it", "is", "rose", "not", "five", "tin"]),
    min_size=3,
    max_size=20,
)


@MANY
@given(VARIED, st.data())
def test_an_edit_of_one_sign_never_frees_the_author(words, data):
    text = " ".join(words)
    at = data.draw(st.integers(0, len(text) - 1))
    edit = data.draw(st.sampled_from(["", "x", ",", " ", text[at].upper(), text[at] + "x"]))
    edited = " ".join((text[:at] + edit + text[at + 1 :]).split())

    found = holders(None, [brought("ada", one=text), brought("ben", one=edited)])

    assert found["one"] == (("ada", "ben") if edited != text else ("ada",))


@MANY
@given(VARIED.filter(lambda words: len(words) >= 8), VARIED, st.sampled_from(PATHS))
def test_moving_a_passage_never_frees_its_author(words, others, path):
    passage = " ".join(words)
    moved = Wording(("ben",), {path: [" ".join(others), passage]})

    assert "ada" in holders(None, [brought("ada", one=passage), moved])[path]


# Sizes.


def wordings_of_a_life():
    """Return 50 wordings of a brief of 60 sections with 100 words each; each changes three."""
    sections = {f"{n}": [" ".join(f"w{n}x{i % 70}" for i in range(100))] for n in range(60)}
    made = [Wording(("ada",), dict(sections))]
    for revision in range(49):
        for n in range(3):
            path = f"{(revision * 7 + n) % 60}"
            sections[path] = [sections[path][0].replace("x5 ", f"r{revision} ", 1)]
        made.append(Wording((PEOPLE[revision % 4],), dict(sections)))
    return made


def test_fifty_wordings_are_followed_in_time():
    start = time.process_time()

    found = holders(None, wordings_of_a_life())

    assert len(found) == 60 and all("ada" in persons for persons in found.values())
    assert time.process_time() - start < 3  # a quiet machine takes 0.1 s


SIZE = 1 << 20
HOSTILE = {
    "words": "a ",
    "a word": "a",
    "lines": "a\n",
    "tabs": "\t",
    "signs": "- ",
    "numbers": "{} ",
}


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_section_is_followed_in_time(piece):
    text = "".join(piece.format(n) for n in range(SIZE // max(len(piece), 6)))
    first, second = {"one": text.split("\n")}, {"one": f"x{text}y".split("\n")}
    start = time.process_time()

    found = holders(None, [Wording(("ada",), first), Wording(("ben",), second)])

    assert "ben" in found["one"]
    assert time.process_time() - start < 15
