"""Who is who: nobody stands on the list twice, and what stands there is a person, a day, a key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.errors import BadPolicy
from briefs.people import Absence, Key, People, Person
from tests.briefs.samples import POLICY, agreed, but, public

ADA = "people:\n  - {id: ada, name: Ada, email: ada@example.org, roles: [admin]%s}\n"
BOB = "  - {id: bob, name: Bob, email: bob@example.org, roles: [reviewer]%s}\n"
KEY = public(1)


def refused(ada="", bob=""):
    with pytest.raises(BadPolicy) as refusal:
        agreed(ADA % ada + BOB % bob)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("ada", "bob", "name"),
    [
        ("", ", aliases: [Ada@Example.org]", "ada@example.org"),
        (", aliases: [a@x.org]", ", aliases: [A@X.ORG]", "a@x.org"),
        (", names: [Ada L.]", ", names: [ADA L.]", "ada l."),
        ("", ", names: [ADA]", "ada"),
        (", slack: U1", ", slack: U1", "U1"),
        (f", keys: [{{key: {KEY}}}]", f", keys: [{{key: {KEY} bob@laptop}}]", KEY[:80]),
    ],
    ids=["an address", "an alias", "a name", "an id as a name", "Slack", "a key"],
)
def test_nothing_stands_for_two_people(ada, bob, name):
    assert refused(ada, bob) == (
        f"people.yaml, line 3: people.1: “{name}” stands above already, for ada; "
        "one person stands once; correct the entry"
    )


def test_two_people_may_have_one_name_and_one_account():
    both = agreed(ADA % ", accounts: [root]" + (BOB % ", accounts: [root]").replace("Bob", "Ada"))

    assert [person.id for person in both.of_account("root")] == ["ada", "bob"]


def test_a_name_in_git_that_is_ones_own_id_is_no_second_person():
    own = agreed(ADA % ", names: [Ada]")

    assert [person.id for person in own.known_as("ADA")] == ["ada"]


@pytest.mark.parametrize("deputy", ["cleo", "bob", "desk"])
def test_a_deputy_is_somebody_else_on_the_list(deputy):
    absence = f", absences: [{{since: 2026-12-01, until: 2026-12-24, deputy: {deputy}}}]"

    assert refused("", absence) == (
        f"people.yaml, line 3: people.1.absences.0.deputy: “{deputy}” is nobody else on this list; "
        "correct the entry"
    )


def test_an_absence_needs_no_deputy_and_may_have_one():
    december = "{since: 2026-12-01, until: 2026-12-24, deputy: ada}"
    new_year = "{since: 2027-01-01, until: 2027-01-01}"

    bob = agreed(ADA % "" + BOB % f", absences: [{december}, {new_year}]").person("bob")

    assert [absence.deputy for absence in bob.absences] == ["ada", None]


@pytest.mark.parametrize(
    "day", ["2026-13-01", "2026-02-30", "20261124", "24.11.2026", "soon", "", "2026-W48-2"]
)
@pytest.mark.parametrize("place", ["since", "until"])
def test_a_day_is_written_as_days_are_compared(place, day):
    spell = {"since": "2026-01-01", "until": "2026-12-31"} | {place: day}

    with pytest.raises(ValueError, match="is no day; write one as 2026-11-24"):
        Absence(**spell)


def test_what_ends_before_it_begins_is_refused():
    absence = ", absences: [{since: 2026-12-24, until: 2026-12-01}]"

    assert refused("", absence) == (
        "people.yaml, line 3: people.1.absences.0: "
        "it ends (2026-12-01) before it begins (2026-12-24); correct the entry"
    )
    assert Absence(since="2026-12-01", until="2026-12-01").holds("2026-12-01T00:00:00Z")


@pytest.mark.parametrize(
    ("moment", "within"),
    [
        ("2026-11-30T23:59:59Z", False),
        ("2026-12-01T00:00:00Z", True),
        ("2026-12-24T23:59:59Z", True),
        ("2026-12-25T00:00:00Z", False),
    ],
)
def test_an_absence_and_a_key_hold_from_the_first_moment_to_the_last(moment, within):
    spell = {"since": "2026-12-01", "until": "2026-12-24"}

    absent = but(ben={"absences": (Absence(**spell),)}).person("ben")

    assert Key(key=KEY, **spell).holds(moment) == within
    assert (absent.absence(moment) is not None) == within


def test_a_key_without_days_holds_always():
    assert Key(key=KEY).holds("0001-01-01T00:00:00Z")
    assert Key(key=KEY, since="2026-12-01").holds("9999-01-01T00:00:00Z")
    assert Key(key=KEY, until="2026-12-01").holds("0001-01-01T00:00:00Z")


def test_a_key_is_compared_without_its_comment():
    person = Person(
        id="ada", name="Ada", email="a@x.org", roles=(), keys=(Key(key=f"{KEY}  ada@laptop\n"),)
    )

    assert person.key(KEY) == Key(key=KEY)
    assert person.key(public(2)) is None


def test_what_is_no_key_is_refused_with_the_remedy():
    assert refused("", ", keys: [{key: ssh-ed25519 AAAA}]") == (
        "people.yaml, line 3: people.1.keys.0.key: not a ssh-ed25519 key, as its text is damaged "
        "or cut short: copy the one line of the .pub file whole; correct the entry"
    )


def test_a_deputy_stands_in_only_while_the_other_is_away():
    absence = Absence(since="2026-12-01", until="2026-12-02", deputy="eve")
    policy = but(ben={"absences": (absence,)}, eve={"roles": ("author",)})
    eve = policy.person("eve")

    roles = [
        sorted(policy.roles_of(eve, f"2026-{day}T12:00:00Z")) for day in ("11-30", "12-01", "12-03")
    ]

    assert roles == [["author"], ["author", "reviewer"], ["author"]]
    assert [p.id for p in policy.stood_in_for(eve, "2026-12-02T12:00:00Z")] == ["ben"]
    assert policy.stood_in_for(policy.person("cleo"), "2026-12-02T12:00:00Z") == []


def test_nobody_lends_the_roles_of_an_admin_or_an_author():
    absence = Absence(since="2026-12-01", until="2026-12-02", deputy="ben")
    policy = but(zoe={"absences": (absence,), "roles": ("admin", "author", "editor")})

    assert policy.roles_of(policy.person("ben"), "2026-12-01T12:00:00Z") == {"reviewer", "editor"}
    assert policy.roles_of(policy.person("zoe"), "2026-12-01T12:00:00Z") == {
        "admin",
        "author",
        "editor",
    }


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("C.Marchetti@Example.com", ["cleo"]),
        ("CLEO@example.org", ["cleo"]),
        ("cleo", ["cleo"]),
        ("Cleo", ["cleo"]),
        ("cmarchetti", ["cleo"]),
        ("CMarchetti", ["cleo"]),
        ("shared", ["cleo", "dan"]),
        ("nobody@example.org", []),
    ],
)
def test_a_person_is_known_by_address_alias_id_name_and_account(name, people):
    policy = but(
        cleo={"names": ("CMarchetti",), "accounts": ("shared",)}, dan={"accounts": ("shared",)}
    )

    assert [person.id for person in policy.known_as(name)] == people


@given(st.lists(st.sampled_from(POLICY.people), max_size=6))
def test_a_list_is_refused_exactly_when_somebody_stands_on_it_twice(people):
    ids = [person.id for person in people]

    try:
        People(people=people)
    except ValueError:
        assert len(set(ids)) < len(ids)
    else:
        assert len(set(ids)) == len(ids)
