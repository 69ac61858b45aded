from dataclasses import replace
from datetime import timedelta

import pytest

from briefs import gates
from briefs.errors import TransitionRefused
from briefs.record import Summary
from briefs.terms import Action, Stage
from tests.briefs.samples import (
    NOW,
    PEOPLE,
    SAMPLE,
    TOMORROW,
    Life,
    agreed,
    at,
    submission,
    without,
)

DIGEST = submission().digests.bytes
SHOWN = DIGEST[:12]
SECOND = "get 1 more sign-off by role reviewer on all sections: "


def refused(life, action, person=None, **details):
    with pytest.raises(TransitionRefused) as refusal:
        life.take(action, person, **details)
    return list(refusal.value.objections)


def judged(errors=0, passed=True, shortfalls=()):
    return replace(submission(), report=Summary(errors, 0, 79, 80, passed, shortfalls))


def other_text(base=1):
    return submission(SAMPLE.replace("91 of the 230 seats", "92 of the 230 seats"), base=base)


def test_a_first_submission_builds_on_nothing():
    assert gates.builds_on_the_newest(Life().dossier(Action.SUBMIT)) == []


def test_a_submission_by_somebody_elses_author_is_left_to_its_authors():
    life = at(Stage.DRAFT)
    life.policy = agreed(PEOPLE + "  - {id: eve, name: Eve, email: e@x.org, roles: [author]}\n")

    objections = refused(life, Action.SUBMIT, "eve")

    assert objections == ["leave it to its authors (ada) or an editor, or take another slug"]


def test_an_editor_may_revise_what_somebody_else_wrote():
    life = at(Stage.DRAFT).take(Action.SUBMIT, "zoe", submission=other_text())

    assert (life.state.revision, life.state.contributors) == (2, ("ada", "zoe"))


@pytest.mark.parametrize("base", [0, 1, 3])
def test_a_submission_on_another_base_than_the_newest_is_refused(base):
    life = at(Stage.DRAFT).take(Action.SUBMIT, submission=other_text())

    objections = refused(life, Action.SUBMIT, submission=other_text(base))

    assert objections == [
        f"r2 by ada is newer than r{base}: read it (briefs show portugal), "
        "then submit with --base 2"
    ]


@pytest.mark.parametrize(("errors", "words"), [(1, "1 error"), (2, "2 errors")])
def test_a_brief_with_errors_is_not_checked(errors, words):
    life = Life().take(Action.SUBMIT, submission=judged(errors))

    assert refused(life, Action.CHECK) == [f"mend the {words} that the rules found"]


def test_a_draft_that_was_sent_back_waits_for_its_author():
    life = at(Stage.IN_REVIEW).take(Action.REQUEST_CHANGES, "ben", reason="cite the tariff")

    assert refused(life, Action.CHECK) == [
        "submit a new revision: ben took r1 out of review by “request changes” (cite the tariff)"
    ]


def test_a_draft_abandoned_without_a_word_waits_for_its_author():
    life = at(Stage.DRAFT).take(Action.ABANDON)

    assert refused(life, Action.CHECK) == [
        "submit a new revision: ada took r1 out of review by “abandon”"
    ]


def test_a_new_revision_ends_the_wait():
    life = at(Stage.IN_REVIEW).take(Action.RECALL).take(Action.SUBMIT, submission=other_text())

    assert gates.has_no_error(life.dossier(Action.CHECK)) == []


def test_a_score_below_the_mark_is_not_scored_and_every_shortfall_is_said():
    low = ("raise the score from 79 to 80 or more", "raise “Crises” (2) from 5 to 60 percent")
    life = Life().take(Action.SUBMIT, submission=judged(shortfalls=low)).take(Action.CHECK)

    assert refused(life, Action.SCORE) == list(low)


def test_a_review_that_too_few_could_sign_is_not_asked_for():
    life = at(Stage.SCORED)
    life.policy = agreed(PEOPLE.replace("[reviewer]", "[author]"))
    none = refused(life, Action.REQUEST_REVIEW)
    life.policy = without("ben")
    life.policy = life.policy.model_copy(update={"people": life.policy.people[:2]})
    one = refused(life, Action.REQUEST_REVIEW)

    who = "find 2 people of role reviewer who did not write this brief: there "
    assert (none, one) == ([who + "are 0"], [who + "is 1"])


def test_an_author_who_is_a_reviewer_too_does_not_sign_the_own_brief():
    life = Life(agreed(PEOPLE.replace("[author]", "[author, reviewer]")))
    at(Stage.IN_REVIEW, life)

    assert refused(life, Action.SIGN_OFF, "ada") == [
        "let somebody else sign: authors never count for their own brief"
    ]


def test_a_reviewer_who_is_not_assigned_does_not_sign():
    life = at(Stage.IN_REVIEW).take(Action.ASSIGN, people=("ben", "cleo"))

    assert refused(life, Action.SIGN_OFF, "dan") == [
        "leave it to the reviewers assigned: ben, cleo"
    ]


@pytest.mark.parametrize(
    ("digest", "objection"),
    [
        ("", "say which text you read: --digest, as briefs show prints it"),
        (DIGEST[:11], "give 12 characters or more of the digest, as briefs show prints it"),
        (
            "0123456789abcdef",
            f"read it again: r1 has the digest {SHOWN}, not 0123456789ab (briefs diff portugal)",
        ),
        (
            DIGEST + "0",
            f"read it again: r1 has the digest {SHOWN}, not {SHOWN} (briefs diff portugal)",
        ),
    ],
    ids=["none", "short", "another", "too long"],
)
def test_a_sign_off_names_the_digest_of_what_was_read(digest, objection):
    assert refused(at(Stage.IN_REVIEW), Action.SIGN_OFF, digest=digest) == [objection]


@pytest.mark.parametrize("digest", [SHOWN, SHOWN.upper(), DIGEST[:40], DIGEST])
def test_twelve_characters_of_the_digest_are_enough_in_any_case(digest):
    assert gates.may_sign(at(Stage.IN_REVIEW).dossier(Action.SIGN_OFF, digest=digest)) == []


def test_a_sign_off_names_sections_that_the_brief_has():
    sections = ("10", "10.1", "11", "1.", "@front", "*")

    objections = refused(at(Stage.IN_REVIEW), Action.SIGN_OFF, sections=sections)

    assert objections == [
        f"name sections that the brief has: “{path}” is none (briefs show portugal --sections)"
        for path in ("11", "1.")
    ]


def test_only_what_was_signed_can_be_retracted():
    life = at(Stage.IN_REVIEW).take(Action.SIGN_OFF, "ben")

    assert refused(life, Action.RETRACT, "cleo") == ["sign first: no sign-off of yours is recorded"]


@pytest.mark.parametrize("action", [Action.RECALL, Action.ABANDON])
def test_another_author_neither_recalls_nor_abandons_a_brief_but_an_editor_may(action):
    life = at(Stage.IN_REVIEW)
    life.policy = agreed(PEOPLE + "  - {id: eve, name: Eve, email: e@x.org, roles: [author]}\n")

    assert refused(life, action, "eve") == ["leave it to its authors: ada"]
    assert gates.is_own(life.dossier(action, "ada")) == []
    assert gates.is_own(life.dossier(action, "zoe")) == []


def test_whom_one_assigns_can_sign():
    life = at(Stage.DRAFT)

    objections = refused(life, Action.ASSIGN, people=("ada", "ben", "zoe", "mallory"))

    assert objections == [
        f"name somebody else than {name}: not a person who may sign this brief"
        for name in ("ada", "zoe", "mallory")
    ]


def test_to_assign_is_to_name_somebody():
    assert refused(at(Stage.DRAFT), Action.ASSIGN, people=()) == [
        "name one reviewer or more: --to PERSON"
    ]


@pytest.mark.parametrize("reason", ["", "  \n\t"])
def test_who_asks_for_changes_says_why(reason):
    assert refused(at(Stage.IN_REVIEW), Action.REQUEST_CHANGES, reason=reason) == ["say why"]


def test_a_schedule_names_a_moment():
    assert refused(at(Stage.APPROVED), Action.SCHEDULE, schedule=None) == ["name a moment: --at"]


@pytest.mark.parametrize(
    ("moment", "objection"),
    [
        (
            NOW - timedelta(seconds=1),
            "choose a moment to come, or publish now: 2026-11-24T07:59:59Z is past",
        ),
        (
            NOW.replace(year=9999),
            "choose a moment within two years: 9999-11-24T08:00:00Z is further",
        ),
        (
            NOW.replace(year=1),
            "choose a moment to come, or publish now: 0001-11-24T08:00:00Z is past",
        ),
    ],
    ids=["past", "far", "year 1"],
)
def test_a_schedule_lies_ahead_and_within_two_years(moment, objection):
    life = at(Stage.APPROVED)

    assert refused(life, Action.SCHEDULE, schedule=life.schedule(moment)) == [objection]


@pytest.mark.parametrize("action", [Action.SCHEDULE, Action.RELEASE])
def test_what_is_scheduled_is_the_newest_text(action):
    life = at(Stage.APPROVED)

    assert refused(life, action, schedule=life.schedule(NOW, digest="f" * 64)) == [
        "read it again: r1 came while you decided (briefs ready portugal)"
    ]


def test_to_release_is_to_pin_a_text():
    assert refused(at(Stage.APPROVED), Action.RELEASE, schedule=None) == [
        "read it again: r1 came while you decided (briefs ready portugal)"
    ]


def under_embargo(until):
    life = Life().take(Action.SUBMIT, submission=replace(submission(), embargo=until))
    for action in (Action.CHECK, Action.SCORE, Action.REQUEST_REVIEW):
        life.take(action)
    return life.take(Action.SIGN_OFF, "ben").take(Action.SIGN_OFF, "cleo")


def test_an_embargo_delays_a_schedule_and_a_release_to_the_second():
    life = under_embargo("2026-11-25T08:00:00Z")
    early = life.schedule(TOMORROW - timedelta(seconds=1))

    assert refused(life, Action.SCHEDULE, schedule=early) == [
        "wait for the embargo: not before 2026-11-25T08:00:00Z"
    ]
    assert refused(life, Action.RELEASE) == [
        "wait for the embargo: not before 2026-11-25T08:00:00Z"
    ]
    assert life.take(Action.SCHEDULE, schedule=life.schedule(TOMORROW)).stage == "scheduled"


@pytest.mark.parametrize("action", [Action.SCHEDULE, Action.RELEASE])
def test_a_quorum_that_fell_apart_is_asked_for_again(action):
    life = at(Stage.APPROVED)
    life.policy = without("cleo")

    assert refused(life, action) == [SECOND + "dan can give it"]


def test_nothing_is_published_before_its_moment():
    life = at(Stage.SCHEDULED).wait(TOMORROW - timedelta(seconds=1))

    assert refused(life, Action.PUBLISH) == ["wait until 2026-11-25T08:00:00Z"]
    assert life.wait(TOMORROW).take(Action.PUBLISH).stage == "published"


def test_at_its_moment_every_gate_is_asked_again():
    life = at(Stage.SCHEDULED).wait()
    life.policy = without("cleo")
    life.state = replace(
        life.state,
        schedule=replace(life.state.schedule, digest="f" * 64),
        report=replace(life.state.report, errors=1),
        embargo="2026-11-25T08:00:01Z",
    )

    assert refused(life, Action.PUBLISH) == [
        "schedule it again: the text is not the one that was pinned",
        "mend the findings: the report does not pass",
        "wait for the embargo: not before 2026-11-25T08:00:01Z",
        SECOND + "dan can give it",
    ]


def test_a_report_below_the_mark_is_not_published():
    life = at(Stage.SCHEDULED).wait()
    life.state = replace(life.state, report=replace(life.state.report, passed=False))

    assert refused(life, Action.PUBLISH) == ["mend the findings: the report does not pass"]


def test_what_has_no_schedule_is_not_published():
    life = at(Stage.SCHEDULED).wait()
    life.state = replace(life.state, schedule=None)

    assert refused(life, Action.PUBLISH) == ["schedule it first"]


def test_a_brief_is_held_once_it_is_due_and_something_objects():
    life = at(Stage.SCHEDULED)
    early = refused(life, Action.HOLD)
    free = refused(life.wait(), Action.HOLD)
    life.policy = without("cleo")
    wrong = refused(life, Action.HOLD, objections=("say why",))
    held = life.take(Action.HOLD).state.held
    twice = refused(life, Action.HOLD)

    changed = ["look again: what stood against publication has changed"]
    assert (early, free, wrong) == (["wait until it is due"], changed, changed)
    assert held == (SECOND + "dan can give it",)
    assert twice == ["wait: it is held for this already"]


def test_a_hold_for_another_reason_is_news():
    life = at(Stage.SCHEDULED).wait()
    life.policy = without("cleo")
    life.take(Action.HOLD)
    life.policy = agreed(PEOPLE.replace("[reviewer]", "[author]"))

    assert gates.is_newly_blocked(life.dossier(Action.HOLD)) == []


def test_what_never_went_out_is_not_withdrawn():
    assert refused(at(Stage.DRAFT), Action.WITHDRAW) == ["publish it first: no edition is out"]


def test_an_edition_is_withdrawn_with_a_reason_and_once():
    life = at(Stage.PUBLISHED)
    silent = refused(life, Action.WITHDRAW, reason=" ")
    life.take(Action.WITHDRAW).take(Action.SUBMIT)
    twice = refused(life, Action.WITHDRAW)

    assert (silent, twice) == (["say why"], ["edition 1 is withdrawn already"])


def test_a_gate_of_an_arrow_from_nowhere_has_no_brief_to_look_at():
    with pytest.raises(ValueError, match="this gate stands on an arrow from nowhere"):
        Life().dossier(Action.SUBMIT).brief  # noqa: B018 - to read it is the test


def test_the_open_gate_asks_nothing():
    assert gates.open_gate(at(Stage.SCHEDULED).dossier(Action.UNSCHEDULE)) == []
