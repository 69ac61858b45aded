"""Who may do what, through the command line: every act by every person, and what it leaves."""

import pytest

from tests.desk.support import (
    LATER,
    PEOPLE,
    carry_on,
    digest,
    file_at,
    git,
    record,
    refused,
    said,
)

# The stage that an act begins at, its words, who may take it, and the stage that it leads to.
ACTS = {
    "submit": ("in review", ("submit", "other.md", "--slug", "portugal"), "ada zoe-vance", "draft"),
    "recall": ("in review", ("recall", "portugal"), "ada zoe-vance", "draft"),
    "abandon": ("in review", ("abandon", "portugal"), "ada zoe-vance", "draft"),
    "approve": ("in review", ("approve", "portugal", "--digest", "D"), "ben cleo", "in review"),
    "request changes": (
        "in review",
        ("request-changes", "portugal", "--reason", "Say why."),
        "ben cleo zoe-vance",
        "draft",
    ),
    "retract": ("approved", ("retract", "portugal"), "ben cleo", "in review"),
    "assign": (
        "in review",
        ("assign", "portugal", "--to", "ben", "cleo"),
        "zoe-vance",
        "in review",
    ),
    "schedule": ("approved", ("schedule", "portugal", "--at", LATER), "zoe-vance", "scheduled"),
    "unschedule": ("scheduled", ("unschedule", "portugal"), "zoe-vance", "approved"),
    "release": ("approved", ("publish", "portugal"), "zoe-vance", "scheduled"),
    "withdraw": (
        "published",
        ("withdraw", "portugal", "--reason", "It is wrong."),
        "zoe-vance",
        "withdrawn",
    ),
}
DONE_AS = {"approve": "sign off"}


@pytest.fixture
def begin(desk_at, tmp_path):
    """A desk where an act may begin, and the words of the act."""

    def begin(act):
        stage, words, *_ = ACTS[act]
        root = desk_at(stage)
        text = (root / "portugal.md").read_text()
        (tmp_path / "other.md").write_text(text.replace("Relations are close", "Relations are ok"))
        return root, [digest(root) if word == "D" else word for word in words]

    return begin


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_taken_by_who_may_and_refused_to_the_others_with_who_may(
    begin, run, without_a_trace, act, person
):
    root, words = begin(act)
    _, _, allowed, target = ACTS[act]
    if person not in allowed.split():
        with without_a_trace(root):
            told = run(*words, "--as", person)
        refused(told, 4, f"{person} may not {DONE_AS.get(act, act)}", *allowed.split())
        return

    if (act, person) == ("submit", "zoe-vance"):
        refused(run(*words, "--as", person), 1, "r1 by ada is newer than r0", "--base 1")
        words += ["--base", "1"]
    seq = record(root, "portugal")["seq"]
    told = run(*words, "--as", person)

    assert told.code in (0, 1 if act == "submit" else 0), told
    state, event = record(root, "portugal"), record(root, "portugal", "event.json")
    assert (state["stage"], state["seq"]) == (target, seq + 1)
    assert (event["action"], event["actor"]["person"]) == (DONE_AS.get(act, act), person)
    assert event["actor"]["channel"] == "command line"
    assert set(event["actor"]["evidence"]) == {"account"}


def test_equal_bytes_are_no_way_round_the_rights(desk_at, run):
    root = desk_at("in review")
    refused(run("submit", root / "portugal.md", "--as", "ben"), 4, "ben may not submit")


def test_a_dry_run_is_no_way_round_the_rights(desk_at, run):
    root = desk_at("in review")
    words = ("submit", root / "portugal.md", "--as", "ben", "--slug", "another", "--dry-run")
    refused(run(*words), 4, "ben may not submit")
    refused(run("publish", "portugal", "--as", "ada", "--dry-run"), 4, "ada may not release")


def test_only_an_admin_applies_a_policy(desk, run, without_a_trace):
    with without_a_trace(desk):
        told = run("policy", "apply", "--as", "ada")
    refused(told, 4, "ada may not change the policy", "the role admin")


# What each act leaves


def history(run):
    return run("history", "portugal", "--json").json["history"]


def test_a_retracted_sign_off_no_longer_stands_and_can_be_given_again(desk_at, run):
    root = desk_at("approved")
    assert run("retract", "portugal", "--as", "ben").code == 0
    assert record(root, "portugal")["stage"] == "in review"
    assert run("status", "portugal", "--json").json["needs"] == [
        "get 1 more sign-off by role reviewer on all sections: ben can give it"
    ]
    refused(run("retract", "portugal", "--as", "ben"), 1, "you have signed nothing of this edition")
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root))
    assert "approved" in run(*words).out
    assert [r["action"] for r in history(run)[-3:]] == ["sign off", "retract", "sign off"]


def test_a_recalled_brief_waits_for_its_author_and_says_why(desk_at, run):
    root = desk_at("approved")
    assert run("recall", "portugal", "--as", "ada", "--reason", "One more look.").code == 0
    assert record(root, "portugal")["returned"] == {
        "action": "recall",
        "by": "ada",
        "reason": "One more look.",
    }
    last = history(run)[-1]
    assert (last["action"], last["reason"], last["to"]) == ("recall", "One more look.", "draft")
    assert "recall by ada: “One more look.”" in run("status", "portugal").out
    assert carry_on(root, "portugal").stage == "draft"


def test_an_abandoned_draft_stays_where_it_is_until_a_new_revision_comes(desk_at, run):
    root = desk_at("draft")
    assert run("abandon", "portugal", "--as", "ada", "--reason", "No time.").code == 0
    taken = carry_on(root, "portugal")
    assert taken.stage == "draft"
    assert "submit a new revision: ada took r1 out of review by “abandon”" in taken.objections[0]
    file = root / "portugal.md"
    file.write_text(file.read_text().replace("Relations are close", "Relations are ok"))
    assert run("submit", file, "--as", "ada").code == 0
    assert carry_on(root, "portugal").stage == "in review"


def test_who_is_not_assigned_does_not_sign(desk_at, run, without_a_trace):
    root = desk_at("in review")
    assert run("assign", "portugal", "--to", "cleo", "--as", "zoe-vance").code == 0
    assert record(root, "portugal")["assigned"] == ["cleo"]
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root))
    with without_a_trace(root):
        refused(run(*words), 1, "leave it to the reviewers assigned: cleo")
    assert run(*words[:3], "cleo", *words[4:]).code == 0


@pytest.mark.parametrize("person", ["ada", "zoe-vance", "nobody"])
def test_who_could_not_sign_is_not_assigned(desk_at, run, person):
    desk_at("in review")
    told = run("assign", "portugal", "--to", person, "--as", "zoe-vance")
    refused(told, 1, f"name somebody else than {person}")


def test_an_author_never_signs_her_own_brief_whatever_her_roles(desk_at, run):
    root = desk_at("new")
    people = root / "policy" / "people.yaml"
    people.write_text(people.read_text().replace("roles: [author]", "roles: [author, reviewer]"))
    assert run("policy", "apply", "--as", "zoe-vance").code == 0
    assert run("submit", root / "portugal.md", "--as", "ada").code == 0
    carry_on(root, "portugal")
    told = run("approve", "portugal", "--as", "ada", "--digest", digest(root))
    refused(told, 1, "let somebody else sign: all of it holds text of yours")


def test_one_person_who_signs_twice_is_one_sign_off(desk_at, run):
    root = desk_at("in review")
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root))
    assert run(*words).code == run(*words).code == 0
    assert record(root, "portugal")["stage"] == "in review"
    assert run("ready", "portugal").code == 8


def test_sign_offs_by_section_add_up_and_keep_each_other(desk_at, run):
    root = desk_at("in review")
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root), "--sections")
    assert run(*words, "3").code == 0
    assert run(*words, "10.12", "@front").code == 0
    (name,) = [
        line.split("\t")[1]
        for line in git(root, "ls-tree", "-r", "briefs/portugal").splitlines()
        if "\tsignoffs/" in line
    ]
    given = file_at(root, "portugal", name).decode()
    assert given.count('"reviewer":"ben"') == 2
    assert '"scope":["3"]' in given and '"scope":["10.12","@front"]' in given


def test_a_schedule_pins_the_text_in_utc_and_as_written_and_can_be_moved(desk_at, run):
    root = desk_at("approved")
    assert run("schedule", "portugal", "--at", LATER, "--as", "zoe-vance").code == 0
    schedule = record(root, "portugal")["schedule"]
    assert (schedule["at"], schedule["wall"], schedule["zone"], schedule["by"]) == (
        "2027-06-01T07:00:00Z",
        "2027-06-01 09:00",
        "Europe/Brussels",
        "zoe-vance",
    )
    assert schedule["digest"] == record(root, "portugal")["digests"]["bytes"]
    words = ("schedule", "portugal", "--at", "2027-06-02 09:00 +02:00", "--as", "zoe-vance")
    assert run(*words).code == 0
    assert record(root, "portugal")["schedule"]["at"] == "2027-06-02T07:00:00Z"
    assert "goes out 2027-06-02 09:00 +02:00" in run("status", "portugal").out


def test_what_is_unscheduled_is_approved_and_has_no_moment(desk_at, run):
    root = desk_at("scheduled")
    assert run("unschedule", "portugal", "--as", "zoe-vance").code == 0
    assert record(root, "portugal")["stage"] == "approved"
    assert record(root, "portugal")["schedule"] is None
    assert [r["to"] for r in history(run)[-2:]] == ["scheduled", "approved"]


def test_publish_by_hand_is_seen_as_scheduled_at_once_and_goes_out_when_due(desk_at, run):
    root = desk_at("approved")
    told = run("publish", "portugal", "--as", "zoe-vance")
    assert told.code == 0 and "portugal: scheduled, r1" in told.out
    assert "briefs reconcile here and now" in told.err
    assert run("publish", "--due").out == "portugal: published\n"
    assert record(root, "portugal")["stage"] == "published"
    assert [r["person"] for r in history(run)[-2:]] == ["zoe-vance", "desk"]


def test_a_withdrawn_brief_says_why_and_is_withdrawn_once(desk_at, run):
    root = desk_at("published")
    words = ("withdraw", "portugal", "--as", "zoe-vance", "--reason", "Overtaken.")
    assert run(*words).code == 0
    state = record(root, "portugal")
    assert state["stage"] == "withdrawn"
    assert state["published"]["withdrawn"]["reason"] == "Overtaken."
    assert "withdrawn" in run("status", "portugal").out
    refused(run(*words), 1, "cannot withdraw while withdrawn")


def test_a_submission_after_publication_opens_the_next_edition(desk_at, run):
    root = desk_at("published")
    file = root / "portugal.md"
    file.write_text(file.read_text().replace("Relations are close", "Relations are ok"))
    assert run("submit", file, "--as", "ada").code == 0
    state = record(root, "portugal")
    assert (state["edition"], state["revision"], state["stage"]) == (2, 1, "draft")
    assert state["published"]["edition"] == 1


# Two who write


@pytest.fixture
def two_authors(desk_at):
    """A desk with a second author, bert, and ada's draft of the sample brief."""
    root = desk_at("draft")
    people = root / "policy" / "people.yaml"
    text = people.read_text()
    bert = text[text.index("  - id: ada") : text.index("  - id: ben")]
    bert = bert.replace("ada", "bert").replace("Ada", "Bert")
    people.write_text(text + bert)
    assert said("policy", "apply", "--as", "zoe-vance").code == 0
    return root


def test_a_draft_open_by_another_author_is_left_to_her_or_an_editor(two_authors, run):
    file = two_authors / "portugal.md"
    file.write_text(file.read_text().replace("Relations are close", "Relations are ok"))
    told = run("submit", file, "--as", "bert")
    refused(told, 1, "leave it to its authors (ada) or an editor", "--base 1")
    refused(run("recall", "portugal", "--as", "bert"), 1, "while draft")
    refused(run("abandon", "portugal", "--as", "bert"), 1, "leave it to its authors: ada")


def test_equal_bytes_by_another_author_are_refused_like_any_others(two_authors, run):
    told = run("submit", two_authors / "portugal.md", "--as", "bert")
    refused(told, 1, "leave it to its authors (ada)")


def test_an_author_whom_the_front_matter_names_may_revise(two_authors, run):
    file = two_authors / "portugal.md"
    text = file.read_text().replace("Relations are close", "Relations are ok")
    entry = "  - name: Bert Lopes\n    email: bert@example.org\n"
    file.write_text(text.replace("summary:", entry + "summary:", 1))
    assert run("submit", file, "--as", "ada").code == 0
    assert record(two_authors, "portugal")["contributors"] == ["ada", "bert"]

    file.write_text(file.read_text().replace("Relations are ok", "Relations are good"))
    refused(run("submit", file, "--as", "bert"), 1, "r2 by ada is newer than r0", "--base 2")
    assert run("submit", file, "--as", "bert", "--base", "2").code == 0
