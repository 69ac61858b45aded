import pytest

from briefs.errors import NotEntitled, TransitionRefused
from briefs.stages import DESKS_OWN, TRANSITIONS, advance, diagram
from briefs.terms import Action, Stage
from tests.briefs.samples import (
    POLICY,
    SAMPLE,
    SETTINGS,
    again,
    agreed,
    at,
    submission,
    without,
)

SPACED = SAMPLE.replace("\n## Crises", "\n\n## Crises")  # other bytes, and not one other word
STAGES = (None, *Stage)
SOURCES = {a: {s for row in TRANSITIONS if row.action is a for s in row.sources} for a in Action}

# The table once more, by stage, so that a row that goes missing is missed.
POSSIBLE = {
    None: "submit",
    Stage.DRAFT: "submit, check, lift, comment, abandon, assign, withdraw, settle",
    Stage.CHECKED: "submit, score, lift, comment, recall, abandon, assign, withdraw, settle",
    Stage.SCORED: "submit, request review, lift, comment, override, recall, abandon, assign, "
    "withdraw, settle",
    Stage.IN_REVIEW: "submit, request review, sign off, request changes, retract, veto, lift, "
    "comment, override, recall, abandon, assign, withdraw, settle",
    Stage.APPROVED: "submit, sign off, request changes, retract, veto, lift, comment, override, "
    "recall, abandon, assign, schedule, release, withdraw, settle",
    Stage.SCHEDULED: "submit, sign off, request changes, retract, veto, lift, comment, override, "
    "recall, abandon, assign, schedule, release, unschedule, hold, publish, withdraw, settle",
    Stage.PUBLISHED: "submit, withdraw, settle",
    Stage.WITHDRAWN: "submit, settle",
}


def carried_over():
    life = at(Stage.APPROVED).take(Action.SUBMIT, submission=submission(SPACED, base=1))
    return life.take(Action.CHECK).take(Action.SCORE)


def signed_by_ben():
    return at(Stage.IN_REVIEW).take(Action.SIGN_OFF, "ben")


def signed_by_three():
    return at(Stage.APPROVED).take(Action.SIGN_OFF, "dan")


def enough_by_a_change_of_policy():
    """Three have signed, each while the others were not on the list; then they come back."""
    life = at(Stage.IN_REVIEW)
    for person, missing in (("ben", "cleo dan"), ("cleo", "ben dan"), ("dan", "ben cleo")):
        life.policy = without(*missing.split())
        life.take(Action.SIGN_OFF, person)
    life.policy = POLICY
    return life


def vetoed(stage):
    """A life at `stage`, of the revision after the one that was vetoed, or of an overridden one."""
    life = at(Stage.IN_REVIEW).take(Action.VETO)
    if stage not in (Stage.APPROVED, Stage.SCHEDULED):
        return at(stage, life)
    life.take(Action.OVERRIDE)
    return life if stage is Stage.APPROVED else life.take(Action.SCHEDULE)


def vetoed_by_a_third():
    """Without Ben, who vetoes, two others have signed."""
    return at(Stage.APPROVED).take(Action.SIGN_OFF, "dan").take(Action.VETO, "ben")


def short_of_one(stage):
    life = at(stage)
    life.policy = without("cleo")
    return life


def overridden(stage):
    return at(stage, at(Stage.IN_REVIEW).take(Action.OVERRIDE))


def due_and_blocked():
    life = at(Stage.SCHEDULED).wait()
    life.policy = without("cleo")
    return life


# Lives whose next act opens the gate, for arrows that ask more than a brief at their source.
OPENED = {
    (Action.REQUEST_REVIEW, Stage.SCORED, Stage.APPROVED): carried_over,
    (Action.REQUEST_REVIEW, Stage.IN_REVIEW, Stage.APPROVED): enough_by_a_change_of_policy,
    (Action.SIGN_OFF, Stage.IN_REVIEW, Stage.APPROVED): signed_by_ben,
    (Action.RETRACT, Stage.IN_REVIEW, None): enough_by_a_change_of_policy,
    (Action.RETRACT, Stage.IN_REVIEW, Stage.IN_REVIEW): signed_by_ben,
    (Action.RETRACT, Stage.APPROVED, None): signed_by_three,
    (Action.RETRACT, Stage.SCHEDULED, None): lambda: signed_by_three().take(Action.SCHEDULE),
    (Action.LIFT, Stage.IN_REVIEW, Stage.APPROVED): vetoed_by_a_third,
    **{(Action.LIFT, s, None): lambda s=s: vetoed(s) for s in SOURCES[Action.LIFT]},
    (Action.OVERRIDE, Stage.APPROVED, None): lambda: short_of_one(Stage.APPROVED),
    (Action.OVERRIDE, Stage.SCHEDULED, None): lambda: short_of_one(Stage.SCHEDULED),
    **{(Action.SETTLE, s, None): lambda s=s: overridden(s) for s in SOURCES[Action.SETTLE]},
    (Action.HOLD, Stage.SCHEDULED, None): due_and_blocked,
    (Action.PUBLISH, Stage.SCHEDULED, Stage.PUBLISHED): lambda: at(Stage.SCHEDULED).wait(),
}


def opened(row, source):
    if row.action is Action.WITHDRAW and source is not Stage.PUBLISHED:
        return again(source)
    return OPENED.get((row.action, source, row.target), lambda: at(source))()


@pytest.mark.parametrize(
    ("action", "stage"),
    [(action, stage) for action in Action for stage in STAGES if stage not in SOURCES[action]],
)
def test_every_arrow_not_in_the_table_is_refused(action, stage):
    life = at(stage)

    with pytest.raises(TransitionRefused) as refusal:
        advance(stage, action, life.dossier(action))

    possible = " or ".join(s for s in Stage if s in SOURCES[action])
    assert refusal.value.objections == (f"this is possible only while {possible}",)


@pytest.mark.parametrize("stage", STAGES)
def test_at_each_stage_exactly_the_agreed_actions_are_possible(stage):
    possible = {action for action in Action if stage in SOURCES[action]}

    assert possible == set(POSSIBLE[stage].split(", "))


@pytest.mark.parametrize(
    ("row", "source"),
    [
        pytest.param(row, source, id=f"{row.action}: {source} to {row.target or source}")
        for row in TRANSITIONS
        for source in STAGES
        if source in row.sources
    ],
)
def test_every_arrow_of_the_table_leads_where_it_says(row, source):
    life = opened(row, source)

    dossier = life.dossier(row.action)

    assert life.stage is source
    assert row.gate(dossier) == []
    assert row.when is None or row.when(dossier)
    assert advance(source, row.action, dossier) == (row.target or source)


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.action} to {row.target}")
def test_rows_of_one_action_that_share_a_source_ask_the_same_gate(row):
    rows = [r for r in TRANSITIONS if r.action is row.action and r.sources & row.sources]

    # `advance` asks the gate of the first row; `when` alone tells the rows apart.
    assert {r.gate for r in rows} == {row.gate}
    assert [r.when for r in rows][-1] is None


def test_a_sign_off_below_the_quorum_stays_in_review_and_the_last_one_approves():
    life = at(Stage.IN_REVIEW)

    stages = [life.take(Action.SIGN_OFF, person).stage for person in ("ben", "ben", "cleo", "dan")]

    assert stages == ["in review", "in review", "approved", "approved"]


def test_a_retraction_below_the_quorum_goes_back_to_review_and_takes_the_schedule_with_it():
    life = at(Stage.SCHEDULED)

    life.take(Action.RETRACT, "ben")

    assert (life.stage, life.state.schedule) == ("in review", None)


def test_a_retraction_that_leaves_the_quorum_leaves_the_schedule():
    life = signed_by_three().take(Action.SCHEDULE)
    before = life.state.schedule

    life.take(Action.RETRACT, "ben")

    assert (life.stage, life.state.schedule) == ("scheduled", before)


def test_sign_offs_that_still_stand_spare_a_new_revision_the_review():
    life = carried_over()

    life.take(Action.REQUEST_REVIEW)

    assert (life.stage, life.state.revision) == ("approved", 2)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("action", sorted(DESKS_OWN))
def test_what_its_gate_decides_no_person_takes_by_hand(action, stage):
    life = at(stage)

    with pytest.raises(NotEntitled) as refusal:
        advance(stage, action, life.dossier(action, "zoe"))

    assert str(refusal.value) == f"nobody may {action} a brief by hand: its gate decides"


RIGHTS = {
    "submit": {"author", "editor"},
    "recall": {"author", "editor"},
    "abandon": {"author", "editor"},
    "sign off": {"reviewer"},
    "request changes": {"reviewer", "editor"},
    "retract": {"reviewer"},
    "veto": {"reviewer", "editor", "admin"},
    "lift": {"author", "reviewer", "editor", "admin"},
    "comment": {"author", "reviewer", "editor"},
    "override": {"editor"},
    "settle": {"editor", "admin"},
    "assign": {"editor"},
    "schedule": {"editor"},
    "unschedule": {"editor"},
    "release": {"editor"},
    "withdraw": {"editor"},
}


def of_role(role):
    people = "people:\n  - {id: max, name: Max Ito, email: max@example.org, roles: [ROLE]}\n"
    return agreed(people.replace("ROLE", role))


def entitled(life, action, person):
    try:
        advance(life.stage, action, life.dossier(action, person))
    except NotEntitled:
        return False
    except TransitionRefused:
        return True
    return True


@pytest.mark.parametrize("role", ["author", "reviewer", "editor", "admin"])
@pytest.mark.parametrize("action", [a for a in Action if a not in DESKS_OWN])
def test_each_action_is_for_the_agreed_roles_alone(action, role):
    life = at(min(filter(None, SOURCES[action])))
    life.policy = of_role(role)

    answer = entitled(life, action, "max")

    assert answer == (role in RIGHTS[action])


def test_the_desk_takes_its_own_actions_and_no_others():
    lives = {action: at(min(filter(None, SOURCES[action]))) for action in Action}

    taken = {action for action, life in lives.items() if entitled(life, action, "desk")}

    assert taken == DESKS_OWN


def test_who_is_not_entitled_reads_which_roles_are_and_whom_to_ask():
    life = at(Stage.IN_REVIEW)

    with pytest.raises(NotEntitled) as refusal:
        life.take(Action.SIGN_OFF, "ada")

    assert str(refusal.value) == (
        "ada may not sign off: that is for the role reviewer (ask ben, cleo, dan)"
    )


def test_a_stranger_may_nothing():
    life = at(Stage.APPROVED)

    with pytest.raises(NotEntitled) as refusal:
        life.take(Action.SCHEDULE, "mallory")

    assert str(refusal.value) == (
        "mallory may not schedule: that is for the role editor (ask zoe, max)"
    )


def test_where_nobody_holds_the_role_nobody_is_named():
    life = at(Stage.APPROVED)
    life.policy = of_role("author")

    with pytest.raises(NotEntitled) as refusal:
        life.take(Action.SCHEDULE, "max")

    assert str(refusal.value) == "max may not schedule: that is for the role editor"


def test_the_policy_can_give_a_right_to_another_role():
    life = at(Stage.APPROVED)
    life.policy = agreed(settings=SETTINGS + "rights: {schedule: [reviewer]}\n")

    answers = {person: entitled(life, Action.SCHEDULE, person) for person in ("ben", "zoe")}

    assert answers == {"ben": True, "zoe": False}


def test_a_refusal_says_action_stage_and_every_objection():
    error = TransitionRefused("publish", "scheduled", ["say why", "wait"])

    assert str(error) == "cannot publish while scheduled: say why; wait"
    assert str(TransitionRefused("check", None, ["wait"])) == "cannot check: wait"


def test_the_diagram_shows_each_change_of_stage_once():
    lines = diagram().splitlines()

    assert lines[:3] == [
        "stateDiagram-v2",
        "    in_review: in review",
        "    [*] --> draft: submit",
    ]
    assert "    scored --> approved: request review [quorum met] / override" in lines
    assert "    published --> withdrawn: withdraw" in lines
    assert len({line.split(":")[0] for line in lines}) == len(lines)
