import pytest

from briefs.amendment import Agreement, Amendment, agreed_by, missing, read_amendment
from briefs.errors import UnreadableRecord
from briefs.policy import Quorum
from tests.briefs.samples import POLICY, but

VERSION = "0123456789abcdef" * 4
AT = "2026-11-24T08:00:00Z"


def amendment(*people):
    agreements = tuple(Agreement(person, "cli", AT, {"account": person}) for person in people)
    return Amendment(1, VERSION, POLICY.version, "zoe", AT, agreements)


def asking(count, role="admin"):
    """Return a policy that so many of a role may change; Zoe, Yan and Xia are admins."""
    policy = but(yan={"roles": ("admin",)}, xia={"roles": ("admin", "editor")})
    change = {"change": Quorum(role=role, count=count)}
    return policy.model_copy(update={"settings": policy.settings.model_copy(update=change)})


def test_who_agrees_counts_once_and_in_the_role_that_may_change_the_policy():
    proposed = amendment("zoe", "ben", "yan", "zoe", "mallory")

    assert agreed_by(proposed, asking(2)) == ["zoe", "yan"]
    assert agreed_by(amendment(), asking(2)) == []


@pytest.mark.parametrize(
    ("count", "people", "sentence"),
    [
        (1, ("zoe",), ""),
        (2, ("zoe", "yan"), ""),
        (2, ("zoe", "yan", "xia"), ""),
        (2, ("zoe", "ben"), "1 more of role admin must agree (yan, xia)"),
        (3, (), "3 more of role admin must agree (zoe, yan, xia)"),
        (4, ("zoe", "yan", "xia"), "1 more of role admin must agree (nobody can)"),
    ],
)
def test_what_an_amendment_lacks_names_number_role_and_people(count, people, sentence):
    end = ": briefs policy approve --version 0123456789ab" if sentence else ""

    assert missing(amendment(*people), asking(count)) == sentence + end


def test_the_role_that_changes_the_policy_is_the_policys_to_name():
    assert missing(amendment("zoe"), asking(3, "editor")) == (
        "2 more of role editor must agree (max, xia): briefs policy approve --version 0123456789ab"
    )


def test_an_amendment_comes_back_byte_for_byte():
    for one in (amendment(), amendment("zoe", "yan")):
        assert read_amendment(one.json()) == one
        assert read_amendment(one.json()).json() == one.json()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"\xff",
        amendment().json().replace(b'"seq":1', b'"seq":"x"'),
        amendment().json().replace(b'"seq":1', b'"seq":1,"approved":true'),
        amendment("zoe").json().replace(b'"channel"', b'"wire"'),
    ],
)
def test_an_amendment_that_this_program_does_not_know_is_not_read(data):
    with pytest.raises(UnreadableRecord) as refusal:
        read_amendment(data)

    assert str(refusal.value) == "amendment.json is of a form that this program does not know"
