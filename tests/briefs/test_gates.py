from dataclasses import replace
from datetime import timedelta

import pytest

from briefs import gates
from briefs.dossier import Proof
from briefs.errors import NotEntitled, TransitionRefused
from briefs.people import Absence, Key
from briefs.record import Counted, Lapse, Summary
from briefs.terms import Action, Stage
from briefs.types import SignOffRule, Terms
from tests.briefs.samples import (
    NOW,
    PEOPLE,
    SAMPLE,
    TOMORROW,
    Life,
    again,
    agreed,
    at,
    but,
    public,
    submission,
    under,
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


OTHER = SAMPLE.replace("91 of the 230 seats", "92 of the 230 seats")


def other_text(base=1):
    return submission(OTHER, base=base)


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


ALL_ROLES = PEOPLE.replace("[author]", "[author, reviewer]").replace(
    "[admin, editor]", "[admin, editor, reviewer]"
)


def revised_by_zoe():
    """Ada wrote it, Zoe edited section 2, and both may review."""
    life = Life(agreed(ALL_ROLES)).take(Action.SUBMIT)
    life.take(Action.SUBMIT, "zoe", text=OTHER).take(Action.CHECK).take(Action.SCORE)
    return life.take(Action.REQUEST_REVIEW)


def test_who_has_text_in_a_section_does_not_sign_it_and_reads_what_is_left():
    life = revised_by_zoe()

    # The type gave the titles of 5, 6, 7 and 10, whose parts are Ada's; the rest is empty.
    assert refused(life, Action.SIGN_OFF, "ada") == [
        "let somebody else sign: all of it holds text of yours"
    ]
    for sections in ((), ("*",), ("1", "2")):
        assert refused(life, Action.SIGN_OFF, "zoe", sections=sections) == [
            "let somebody else sign section 2: text of yours stands there; "
            "you may sign all sections but 2"
        ]
    assert gates.may_sign(life.dossier(Action.SIGN_OFF, "zoe", sections=("1", "10"))) == []
    life.state = replace(life.state, holders=dict.fromkeys(life.state.digests.sections, ("ben",)))
    assert refused(life, Action.SIGN_OFF, "ben") == [
        "let somebody else sign: all of it holds text of yours"
    ]


def test_a_section_is_left_to_sign_where_no_part_of_it_holds_ones_text():
    life = revised_by_zoe()
    paths = life.state.digests.sections
    parts = [path for path in paths if path.startswith("5.")]
    life.state = replace(life.state, holders=dict.fromkeys(paths, ("ben",)) | {"5": ()})

    # The title of 5 is nobody's, and yet to sign 5 is to sign its parts.
    assert refused(life, Action.SIGN_OFF, "ben") == [
        "let somebody else sign: all of it holds text of yours"
    ]
    free = {**life.state.holders, **dict.fromkeys(parts, ("ada",))}
    life.state = replace(life.state, holders=free)
    assert refused(life, Action.SIGN_OFF, "ben") == [
        "let somebody else sign all sections but 5: text of yours stands there; "
        "you may sign section 5"
    ]
    assert gates.may_sign(life.dossier(Action.SIGN_OFF, "ben", sections=("5",))) == []
    life.state = replace(life.state, holders=free | {parts[0]: ("ben",)})
    (objection,) = refused(life, Action.SIGN_OFF, "ben")
    left = objection.partition("you may sign sections ")[2].split(", ")
    assert left == parts[1:]


def test_who_wrote_every_word_does_not_meet_the_quorum_by_signing_what_is_empty():
    policy = under(SignOffRule(), quorum=2, policy=agreed(ALL_ROLES))
    life = at(Stage.IN_REVIEW, Life(policy)).take(Action.SIGN_OFF, "ben")

    act = life.dossier(Action.SIGN_OFF, "ada", sections=("@assets",))

    assert act.tally.lacking() == [
        "get sign-offs of 2 different people who wrote nothing of it: ben signed"
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

    assert refused(life, Action.RETRACT, "cleo") == [
        "leave it: you have signed nothing of this edition"
    ]
    assert gates.has_signed(life.dossier(Action.RETRACT, "ben")) == []


def test_what_was_signed_of_the_edition_before_is_not_retracted():
    life = again(Stage.IN_REVIEW)

    assert "ben" in {signoff.reviewer for signoff in life.signoffs}
    assert refused(life, Action.RETRACT, "ben") == [
        "leave it: you have signed nothing of this edition"
    ]


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


# Signing: absence, deputies, vetoes, keys.


def absent(deputy=None, since="2026-11-24", until="2026-11-25"):
    return {"absences": (Absence(since=since, until=until, deputy=deputy),)}


@pytest.mark.parametrize(("deputy", "words"), [(None, ""), ("eve", ", and eve stands in for you")])
def test_who_is_away_does_not_sign_and_reads_who_stands_in(deputy, words):
    life = at(Stage.IN_REVIEW)
    life.policy = but(ben=absent(deputy), eve={"roles": ("author",)})

    assert refused(life, Action.SIGN_OFF, "ben") == [
        f"end your absence first: people.yaml has you away until 2026-11-25{words}"
    ]
    assert life.wait(NOW + timedelta(days=2)).take(Action.SIGN_OFF, "ben").stage == "in review"


def test_a_deputy_may_sign_and_stands_for_one_assigned():
    life = at(Stage.IN_REVIEW).take(Action.ASSIGN, people=("ben", "cleo"))
    life.policy = but(ben=absent("eve"), eve={"roles": ("author",)})

    life.take(Action.SIGN_OFF, "eve")

    assert [(s.reviewer, s.deputy_for) for s in life.signoffs] == [("eve", ("ben",))]
    with pytest.raises(NotEntitled):
        life.wait(NOW + timedelta(days=2)).take(Action.SIGN_OFF, "eve")


def test_whoever_vetoes_lifts_the_veto_before_signing():
    life = at(Stage.IN_REVIEW).take(Action.VETO, "ben")

    assert refused(life, Action.SIGN_OFF, "ben") == ["lift your veto first: briefs lift portugal"]
    assert gates.may_sign(life.dossier(Action.SIGN_OFF, "cleo")) == []
    assert gates.may_sign(life.take(Action.LIFT, "ben").dossier(Action.SIGN_OFF, "ben")) == []


def test_a_stranger_signs_nothing():
    assert gates.may_sign(at(Stage.IN_REVIEW).dossier(Action.SIGN_OFF, "mallory")) == [
        "leave it to the people of this desk"
    ]


KEY, LOST, OLD = public(1), public(2), public(3)
KEYS = (Key(key=KEY), Key(key=LOST, revoked=True), Key(key=OLD, until="2026-11-23"))


def signing(life, proof=None, signature="signed", policy=None, **details):
    """Return what stands against Ben's signing, with what was found of his signature."""
    version = life.policy.version if policy is None else policy
    act = life.dossier(Action.SIGN_OFF, "ben", signature=signature, policy=version, **details)
    return gates.may_sign(replace(act, proof=proof))


def keyed(*rules):
    life = at(Stage.IN_REVIEW)
    life.policy = but(ben={"keys": KEYS})
    life.state = replace(life.state, rules=rules or life.state.rules)
    return life


@pytest.mark.parametrize(
    ("proof", "objections"),
    [
        (Proof(KEY), []),
        (None, ["sign it again: the signature was not looked at"]),
        (
            Proof("", "sign it again: it is of another text"),
            ["sign it again: it is of another text"],
        ),
        (Proof(KEY, "no"), ["no"]),
        (Proof(public(9)), ["sign with a key that people.yaml has for you: this one is none"]),
        (Proof(LOST), ["sign with another key: this one is revoked"]),
        (Proof(OLD), ["sign with another key: this one is not valid now"]),
    ],
)
def test_a_signature_of_ones_own_is_by_a_key_that_may_sign(proof, objections):
    assert signing(keyed(), proof) == objections


def test_a_signature_is_of_the_policy_that_holds():
    assert signing(keyed(), Proof(KEY), policy="0" * 64) == [
        "sign again: the policy has changed while you signed"
    ]


OWN_KEY = SignOffRule(sections=("5",), personal_key=True)


@pytest.mark.parametrize(
    ("rule", "sections", "asked"),
    [
        (OWN_KEY, (), True),
        (OWN_KEY, ("5.1",), True),
        (OWN_KEY, ("2",), False),
        (OWN_KEY.model_copy(update={"role": "editor"}), (), False),
        (OWN_KEY.model_copy(update={"personal_key": False}), (), False),
    ],
)
def test_where_a_rule_asks_for_the_own_key_nothing_else_will_do(rule, sections, asked):
    # The second rule counts Ben, whatever the first one asks.
    objections = signing(keyed(rule, SignOffRule()), signature="", sections=sections)

    assert objections == (["sign it with your own key: --ssh-key FILE"] if asked else [])


def test_whose_role_no_rule_of_the_brief_names_signs_nothing():
    life = at(Stage.IN_REVIEW)
    legal = SignOffRule(role="legal")
    life.state = replace(life.state, rules=(SignOffRule(role="editor"), legal))

    assert refused(life, Action.SIGN_OFF, "ben") == [
        "leave it to the role editor or legal: no rule of this brief counts yours"
    ]
    life.policy = but(ben={"roles": ("reviewer", "legal")})
    assert gates.may_sign(life.dossier(Action.SIGN_OFF, "ben")) == []


def test_a_role_that_is_lent_is_one_that_a_rule_may_name():
    life = at(Stage.IN_REVIEW)
    spell = Absence(since="2026-11-24", until="2026-11-25", deputy="ben")
    life.policy = but(lea={"roles": ("legal",), "absences": (spell,)})
    life.state = replace(life.state, rules=(SignOffRule(role="legal"),))

    assert gates.may_sign(life.dossier(Action.SIGN_OFF, "ben")) == []
    assert refused(life.wait(NOW + timedelta(days=2)), Action.SIGN_OFF, "ben") == [
        "leave it to the role legal: no rule of this brief counts yours"
    ]


def test_where_no_rule_is_left_the_refusal_names_no_role():
    life = at(Stage.IN_REVIEW)
    life.state = replace(life.state, rules=())

    assert refused(life, Action.SIGN_OFF, "ben") == [
        "leave it: no rule of this brief asks for a sign-off"
    ]


# Vetoes.


def test_a_veto_is_for_the_roles_that_the_terms_name():
    life = at(Stage.IN_REVIEW)

    assert refused(life, Action.VETO, "zoe") == ["leave it to the role reviewer (ben, cleo, dan)"]
    assert gates.may_veto(life.dossier(Action.VETO, "mallory")) == [
        "leave it to the role reviewer (ben, cleo, dan)"
    ]
    life.state = replace(life.state, terms=Terms(veto=("legal", "counsel")))
    assert refused(life, Action.VETO) == ["leave it to the role legal or counsel (nobody)"]
    life.state = replace(life.state, terms=Terms())
    assert refused(life, Action.VETO) == [
        "request changes instead: no role has a veto on this brief (policy.yaml, terms)"
    ]


def test_a_deputy_vetoes_for_whom_they_stand_in():
    life = at(Stage.IN_REVIEW)
    life.policy = but(ben=absent("eve"), eve={"roles": ("author",)})

    assert gates.may_veto(life.dossier(Action.VETO, "eve")) == []


def test_a_veto_says_why():
    assert refused(at(Stage.IN_REVIEW), Action.VETO, reason=" ") == ["say why"]


def test_nobody_lifts_anothers_veto():
    life = at(Stage.IN_REVIEW)
    none = refused(life, Action.LIFT)
    life.take(Action.VETO, "cleo").take(Action.VETO, "ben")

    assert none == ["veto first: no veto stands"]
    assert refused(life, Action.LIFT, "dan") == ["leave it to its giver: ben, cleo"]
    assert [veto.by for veto in life.take(Action.LIFT, "cleo").state.vetoes] == ["ben"]


def test_lifting_the_own_veto_leaves_the_others():
    life = at(Stage.APPROVED, Life(but(eve={"roles": ("reviewer",)})))
    life.take(Action.VETO, "dan").take(Action.VETO, "eve")

    first = life.take(Action.LIFT, "dan").stage

    assert (first, life.take(Action.LIFT, "eve").stage) == ("in review", "approved")


def test_a_veto_stands_over_all_revisions():
    life = at(Stage.IN_REVIEW).take(Action.VETO, "dan").take(Action.SUBMIT, text=OTHER)
    life.take(Action.CHECK).take(Action.SCORE).take(Action.REQUEST_REVIEW)
    life.take(Action.SIGN_OFF, "ben").take(Action.SIGN_OFF, "cleo")

    assert (life.stage, life.dossier(Action.PUBLISH).tally.objections()) == (
        "in review",
        ["have dan lift the veto of r1 (“the tariff is out of date”), or override it"],
    )
    assert life.take(Action.LIFT, "dan").stage == "approved"


# Comments.


def test_a_comment_says_something_of_sections_that_there_are():
    life = at(Stage.DRAFT)

    assert refused(life, Action.COMMENT, comment=" \n", sections=("99", "2")) == [
        "say something: --comment",
        "name sections that the brief has: “99” is none (briefs show portugal --sections)",
    ]
    before = life.state

    after = life.take(Action.COMMENT, sections=("2",)).state

    assert after == replace(before, seq=before.seq + 1)


# Overrides.

FREE = "name a settler who neither overrides, wrote nor scheduled it: --settler "


@pytest.mark.parametrize(
    ("details", "objection"),
    [
        ({"reason": " "}, "say why"),
        ({"digest": ""}, "say which text you read: --digest, as briefs show prints it"),
        ({"due": ""}, "name a day to settle it by, from today to 2026-12-08: --due"),
        ({"due": "2026-11-23"}, "name a day to settle it by, from today to 2026-12-08: --due"),
        ({"due": "2026-12-09"}, "name a day to settle it by, from today to 2026-12-08: --due"),
        ({"due": "2026-11-99"}, "name a day to settle it by, from today to 2026-12-08: --due"),
        ({"due": "2026-11-3"}, "name a day to settle it by, from today to 2026-12-08: --due"),
        ({"settler": ""}, f"{FREE}max"),
        ({"settler": "zoe"}, f"{FREE}max"),
        ({"settler": "ada"}, f"{FREE}max"),
        ({"settler": "ben"}, f"{FREE}max"),
        ({"settler": "mallory"}, f"{FREE}max"),
    ],
)
def test_an_override_has_reason_digest_day_and_settler(details, objection):
    assert refused(at(Stage.IN_REVIEW), Action.OVERRIDE, **details) == [objection]


@pytest.mark.parametrize("due", ["2026-11-24", "2026-12-08"])
def test_an_override_is_due_from_today_to_the_day_that_the_terms_set(due):
    life = at(Stage.IN_REVIEW).take(Action.OVERRIDE, due=due)

    assert [debt.due for debt in life.state.debts] == [due]


def test_who_wrote_or_scheduled_it_is_no_settler_and_where_nobody_is_it_says_so():
    life = at(Stage.SCHEDULED)
    life.policy = but(without("cleo"), eve={"roles": ("editor",)}, ada={"roles": ("editor",)})

    assert refused(life, Action.OVERRIDE, "max", settler="zoe") == [f"{FREE}eve"]
    life.policy = without("cleo")
    assert refused(life, Action.OVERRIDE, "max", settler="ada") == [
        f"{FREE}PERSON, once one more person has the role editor or admin"
    ]


def test_where_nothing_stands_against_it_nothing_is_overridden():
    assert refused(at(Stage.APPROVED), Action.OVERRIDE) == [
        "go on without: nothing of the review stands against it"
    ]


def test_whoever_owes_an_overdue_override_takes_no_other():
    act = at(Stage.IN_REVIEW).dossier(Action.OVERRIDE)

    assert gates.may_override(replace(act, owed=("spain", "belgium"))) == [
        "have your override of spain, belgium settled first: it is overdue"
    ]


def test_an_override_goes_past_sign_offs_vetoes_and_wait_for_exactly_these_bytes():
    life = at(Stage.IN_REVIEW, Life(under(wait_hours=999))).take(Action.VETO)
    before = life.dossier(Action.PUBLISH).tally.objections()

    life.take(Action.OVERRIDE).take(Action.SCHEDULE).wait().take(Action.PUBLISH)

    assert (len(before), life.stage) == (3, "published")
    assert life.events[-4].details.objections == ()
    assert life.events[-3].details.objections == tuple(before)


def test_an_override_does_not_outlive_an_edit():
    life = at(Stage.IN_REVIEW).take(Action.OVERRIDE).take(Action.SUBMIT, text=OTHER)
    life.take(Action.CHECK).take(Action.SCORE).take(Action.REQUEST_REVIEW)

    assert (life.stage, life.state.override, len(life.state.debts)) == ("in review", None, 1)


def test_an_override_goes_past_no_embargo_report_or_pinned_text():
    life = at(Stage.IN_REVIEW).take(Action.OVERRIDE).take(Action.SCHEDULE).wait()
    life.state = replace(
        life.state,
        embargo="2026-11-25T08:00:01Z",
        report=replace(life.state.report, passed=False),
        schedule=replace(life.state.schedule, digest="f" * 64),
    )

    assert refused(life, Action.PUBLISH) == [
        "schedule it again: the text is not the one that was pinned",
        "mend the findings: the report does not pass",
        "wait for the embargo: not before 2026-11-25T08:00:01Z",
    ]


def test_a_review_that_is_blocked_can_be_overridden():
    life = at(Stage.SCORED)
    life.policy = without("ben", "cleo", "dan")
    blocked = refused(life, Action.REQUEST_REVIEW)

    # Docs/review.md: that is never waived, only overridden.
    assert len(blocked) == 1
    assert life.take(Action.OVERRIDE).stage == "approved"


# Debts.


def overridden():
    return at(Stage.IN_REVIEW).take(Action.OVERRIDE)


def test_a_debt_is_settled_by_somebody_else_and_once():
    life = overridden()
    unknown = refused(life, Action.SETTLE, debt="key-0")
    key = life.state.debts[0].key

    life.take(Action.SETTLE, debt=key)

    assert (unknown, life.state.debts) == (["name an open debt: briefs status shows them"], ())
    assert refused(life, Action.SETTLE, debt=key) == ["name an open debt: briefs status shows them"]


def test_who_overrode_wrote_or_scheduled_settles_nothing():
    life = overridden()
    roles = {"roles": ("editor", "author")}
    life.policy = but(ada=roles, eve=roles, yan=roles)
    life.take(Action.SCHEDULE, "eve")
    said = ["leave it to max or yan: who overrode, wrote or scheduled settles nothing"]

    assert [refused(life, Action.SETTLE, name) for name in ("zoe", "ada", "eve")] == [said] * 3
    assert life.take(Action.SETTLE, "yan").state.debts == ()


@pytest.mark.parametrize("action", [Action.SCHEDULE, Action.RELEASE])
def test_who_is_to_settle_an_override_does_not_schedule_the_brief(action):
    life = overridden()

    assert refused(life, action, "max") == [
        "let somebody else schedule it: you are to settle its override"
    ]
    assert life.take(Action.SETTLE).take(action, "max").stage == "scheduled"


def test_who_scheduled_it_while_a_debt_stood_is_known_after_the_next_submission():
    life = overridden()
    life.policy = but(eve={"roles": ("editor",)})
    life.take(Action.SCHEDULE, "eve").take(Action.SUBMIT, text=OTHER)
    with_debt = life.state.schedulers

    settled = life.take(Action.SETTLE).take(Action.SUBMIT).state.schedulers

    assert (with_debt, settled) == (("eve",), ())


# Claims that are out of date.

CLAIMS = (Lapse("2026-11-25", 7, "renew it"), Lapse("2026-11-26", 9, "renew it too"))


@pytest.mark.parametrize(("stale_claims", "held"), [("note", []), ("hold", ["line 7: renew it"])])
def test_claims_out_of_date_on_the_day_hold_a_brief_where_the_terms_say_so(stale_claims, held):
    life = at(Stage.SCHEDULED, Life(under(stale_claims=stale_claims))).wait()
    life.state = replace(life.state, lapses=CLAIMS)

    assert gates.may_be_published(life.dossier(Action.PUBLISH)) == held
    assert gates.stale_claims(life.state, "2026-11-26T00:00:00Z", all_of_them=True) == [
        "line 7: renew it",
        "line 9: renew it too",
    ]
    assert gates.stale_claims(life.state, "2026-11-24T23:59:59Z", all_of_them=True) == []


def test_a_schedule_is_asked_what_will_stand_against_it_at_its_moment():
    life = at(Stage.APPROVED, Life(under(wait_hours=48, valid_days=3)))

    def scheduled(hours):
        return refused(life, Action.SCHEDULE, schedule=life.schedule(NOW + timedelta(hours=hours)))

    assert scheduled(47) == ["wait until 2026-11-26T08:00:00Z: r1 lies open for 48 hours first"]
    assert scheduled(72) == [
        "by 2026-11-27T08:00:00Z some sign-offs that count now will have run out: "
        "get 2 more sign-offs by role reviewer on all sections: ben, cleo, dan can give it"
    ]
    assert life.take(Action.SCHEDULE, schedule=life.schedule(NOW + timedelta(hours=48)))


def test_a_schedule_says_that_something_runs_out_only_where_something_does():
    life = at(Stage.APPROVED)
    life.policy = but(without("cleo"), dan={"roles": ("editor",)}, eve={"roles": ("author",)})
    spell = Absence(since="2026-11-24", until="2026-11-25", deputy="eve")
    life.policy = but(life.policy, yan={"roles": ("reviewer",), "absences": (spell,)})

    def scheduled(hours):
        return refused(life, Action.SCHEDULE, schedule=life.schedule(NOW + timedelta(hours=hours)))

    # Who can give it is another question later; what lacks is the same.
    need = "get 1 more sign-off by role reviewer on all sections: "
    assert scheduled(1) == [f"{need}eve or yan can give it"]
    assert scheduled(96) == [f"{need}yan can give it"]


# Assigned.


def test_whoever_has_text_in_a_part_can_be_assigned_and_who_has_it_everywhere_cannot():
    life = revised_by_zoe()

    assert refused(life, Action.ASSIGN, people=("ada", "zoe", "ben")) == [
        "name somebody else than ada: not a person who may sign this brief"
    ]


def test_those_assigned_before_do_not_bound_whom_one_assigns():
    life = at(Stage.IN_REVIEW).take(Action.ASSIGN, people=("ben", "dan"))

    assert life.take(Action.ASSIGN, people=("cleo",)).state.assigned == ("cleo",)


# What is recorded.


def test_a_publication_records_who_counted_and_nothing_else_does():
    life = at(Stage.PUBLISHED)
    every = tuple(sorted(life.state.digests.sections))

    counted = [event.details.counted for event in life.events]

    assert counted[-1] == (
        Counted("ben", "reviewer", every, ("key-4",)),
        Counted("cleo", "reviewer", every, ("key-5",)),
    )
    assert counted[:-1] == [()] * 7
