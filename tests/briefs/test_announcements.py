from dataclasses import replace

import pytest

from briefs.announcements import implied
from briefs.record import Summary
from briefs.terms import Action, Stage
from tests.briefs.samples import ROOT, Life, again, at, submission, without

WORDS = ROOT / "templates/chat"
SUFFIX = ".txt.j2"


def held():
    life = at(Stage.SCHEDULED).wait()
    life.policy = without("cleo")
    return life.take(Action.HOLD)


# A life in which the action was the last thing that happened.
TAKEN = {
    Action.SUBMIT: lambda: at(Stage.DRAFT),
    Action.CHECK: lambda: at(Stage.CHECKED),
    Action.SCORE: lambda: at(Stage.SCORED),
    Action.REQUEST_REVIEW: lambda: at(Stage.IN_REVIEW),
    Action.SIGN_OFF: lambda: at(Stage.APPROVED),
    Action.REQUEST_CHANGES: lambda: at(Stage.IN_REVIEW).take(Action.REQUEST_CHANGES),
    Action.RETRACT: lambda: at(Stage.APPROVED).take(Action.RETRACT),
    Action.VETO: lambda: at(Stage.APPROVED).take(Action.VETO),
    Action.LIFT: lambda: at(Stage.IN_REVIEW).take(Action.VETO).take(Action.LIFT),
    Action.COMMENT: lambda: at(Stage.DRAFT).take(Action.COMMENT),
    Action.OVERRIDE: lambda: at(Stage.IN_REVIEW).take(Action.OVERRIDE),
    Action.SETTLE: lambda: at(Stage.IN_REVIEW).take(Action.OVERRIDE).take(Action.SETTLE),
    Action.RECALL: lambda: at(Stage.IN_REVIEW).take(Action.RECALL),
    Action.ABANDON: lambda: at(Stage.DRAFT).take(Action.ABANDON),
    Action.ASSIGN: lambda: at(Stage.IN_REVIEW).take(Action.ASSIGN),
    Action.SCHEDULE: lambda: at(Stage.SCHEDULED),
    Action.RELEASE: lambda: at(Stage.APPROVED).take(Action.RELEASE),
    Action.UNSCHEDULE: lambda: at(Stage.SCHEDULED).take(Action.UNSCHEDULE),
    Action.HOLD: held,
    Action.PUBLISH: lambda: at(Stage.PUBLISHED),
    Action.WITHDRAW: lambda: again(Stage.DRAFT).take(Action.WITHDRAW),
}


def announced(life):
    return [(str(a.audience), a.template) for a in implied(life.events[-1], life.state)]


def submitted(errors, passed):
    brought = replace(submission(), report=Summary(errors, 0, 70, 80, passed, ()))
    return Life().take(Action.SUBMIT, submission=brought)


@pytest.mark.parametrize("action", Action)
def test_every_action_is_announced_in_the_channel_in_words_that_exist(action):
    life = TAKEN[action]()

    announcements = list(implied(life.events[-1], life.state))

    assert life.events[-1].action is action
    assert announcements[0].template == action.replace(" ", "-")
    assert announcements[0].audience == "channel"
    assert [a.template for a in announcements if not (WORDS / (a.template + SUFFIX)).exists()] == []


def test_every_template_belongs_to_an_announcement():
    lives = [TAKEN[action]() for action in Action] + [submitted(1, False)]

    templates = {template for life in lives for _, template in announced(life)}

    assert templates == {path.name.removesuffix(SUFFIX) for path in WORDS.iterdir()}


@pytest.mark.parametrize(
    ("action", "audiences"),
    [
        (a, ["channel", "author"] if a in ("request changes", "hold") else ["channel"])
        for a in Action
    ],
)
def test_the_author_is_told_of_what_the_author_must_act_on(action, audiences):
    assert [audience for audience, _ in announced(TAKEN[action]())] == audiences


def test_a_refused_submission_is_told_to_its_author_and_one_that_passes_is_not():
    assert announced(submitted(1, False)) == [("channel", "submit"), ("author", "refused")]
    assert announced(submitted(0, False)) == [("channel", "submit")]
    assert announced(submitted(0, False).take(Action.CHECK)) == [
        ("channel", "check"),
        ("author", "refused"),
    ]
    assert announced(submitted(0, True).take(Action.CHECK)) == [("channel", "check")]


def test_an_announcement_has_one_key_for_ever_and_no_other_has_it():
    life = again(Stage.APPROVED).take(Action.REQUEST_CHANGES)

    keys = [a.key for event in life.events for a in implied(event, life.state)]

    assert keys[:2] == ["portugal-000001-channel", "portugal-000002-channel"]
    assert keys[-2:] == ["portugal-000015-channel", "portugal-000015-author"]
    assert len(set(keys)) == len(keys)
