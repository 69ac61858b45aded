import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.errors import UnreadableRecord
from briefs.record import (
    Actor,
    Details,
    Returned,
    Veto,
    read_event,
    read_state,
)
from briefs.reducer import apply, authors, numbers_after
from briefs.report import read_report
from briefs.signoff import read_signoffs, write_signoffs
from briefs.terms import Action, Stage
from tests.briefs.samples import POLICY, Life, again, at, report_of, submission, under, without

FREE_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCHEDULED = at(Stage.SCHEDULED)

LIVES = {
    **{stage: lambda stage=stage: at(stage) for stage in Stage},
    "second edition": lambda: again(Stage.APPROVED),
    "sent back": lambda: at(Stage.IN_REVIEW).take(Action.REQUEST_CHANGES),
    "recalled": lambda: at(Stage.SCHEDULED).take(Action.RECALL),
    "abandoned": lambda: at(Stage.DRAFT).take(Action.ABANDON),
    "assigned": lambda: at(Stage.IN_REVIEW).take(Action.ASSIGN),
    "vetoed": lambda: at(Stage.SCHEDULED).take(Action.VETO),
    "lifted": lambda: at(Stage.IN_REVIEW).take(Action.VETO).take(Action.LIFT),
    "commented": lambda: at(Stage.IN_REVIEW).take(Action.COMMENT),
    "overridden": lambda: at(Stage.IN_REVIEW).take(Action.OVERRIDE).take(Action.SCHEDULE),
    "settled": lambda: at(Stage.IN_REVIEW).take(Action.OVERRIDE).take(Action.SETTLE),
    "carrying": lambda: at(Stage.APPROVED, Life(under(carry="wording"))),
    "retracted": lambda: at(Stage.SCHEDULED).take(Action.RETRACT),
    "released": lambda: at(Stage.APPROVED).take(Action.RELEASE),
    "unscheduled": lambda: at(Stage.SCHEDULED).take(Action.UNSCHEDULE),
}


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_the_sum_of_the_events_is_the_stored_state(life):
    life, state = life(), None

    for event in life.events:
        state = apply(state, read_event(event.json()))

    assert state.json() == life.state.json()


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_a_record_comes_back_byte_for_byte(life):
    life = life()

    events = [read_event(event.json()) for event in life.events]

    assert events == life.events
    assert [event.json() for event in events] == [event.json() for event in life.events]
    assert read_state(life.state.json()) == life.state
    assert read_signoffs(write_signoffs(life.signoffs)) == life.signoffs


@given(reason=FREE_TEXT, comment=FREE_TEXT, title=FREE_TEXT, evidence=FREE_TEXT)
def test_whatever_people_wrote_comes_back_byte_for_byte(reason, comment, title, evidence):
    brought = replace(submission(), title=title)
    details = Details(submission=brought, reason=reason, comment=comment, sections=(title,))
    actor = Actor("ada", "cli", {"account": evidence})
    event = replace(SCHEDULED.events[0], actor=actor, details=details)
    state = replace(SCHEDULED.state, title=title, returned=Returned(Action.RECALL, "ada", reason))

    assert read_event(event.json()) == event
    assert read_event(event.json()).json() == event.json()
    assert read_state(state.json()) == state
    assert read_state(state.json()).json() == state.json()


def test_a_report_comes_back_byte_for_byte():
    report = report_of("---\ntitle: Ärger — “x”\nauthors: []\n---\n\n# y\n")

    assert read_report(report.json()) == report
    assert read_report(report.json()).json() == report.json()


READERS = {
    "state": (read_state, SCHEDULED.state.json(), "state.json"),
    "event": (read_event, SCHEDULED.events[-1].json(), "event.json"),
}


def changed(data, **change):
    return json.dumps({**json.loads(data), **change}).encode("utf-8")


SPOILT = {
    "unknown stage": lambda data: data.replace(b'"scheduled"', b'"suspended"'),
    "unknown key": lambda data: changed(data, approved_by="mallory"),
    "a missing key": lambda data: data.replace(b'"seq":', b'"sequence":'),
    "a word for a number": lambda data: changed(data, revision="two"),
    "broken JSON": lambda data: data[:-1],
    "UTF-16": lambda data: data.decode("utf-8").encode("utf-16"),
    "nothing": lambda data: b"",
    "not UTF-8": lambda data: data.replace(b"portugal", b"p\xffrtugal"),
    "a list": lambda data: b"[" + data + b"]",
    "deep nesting": lambda data: b"[" * 100_000,
    "deep nesting within": lambda data: b'{"slug":' * 100_000,
    "a long number": lambda data: changed(data)[:-1] + b',"x":' + b"9" * 100_000 + b"}",
    "not a number": lambda data: changed(data, seq=float("nan")),
    "a lone surrogate": lambda data: data.replace(b'"portugal"', b'"\\ud800"'),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize("reader", READERS)
def test_a_record_that_this_program_does_not_know_is_not_read(reader, spoil):
    read, data, name = READERS[reader]
    spoilt = spoil(data)

    with pytest.raises(UnreadableRecord) as refusal:
        read(spoilt)

    assert spoilt != data
    assert str(refusal.value).startswith(f"{name} holds what this program does not know (")
    assert str(refusal.value).endswith("); use the version that wrote it, or briefs verify")


@pytest.mark.parametrize("inner", ["digests", "report", "schedule"])
def test_an_unknown_key_within_a_record_is_not_read_either(inner):
    data = json.loads(SCHEDULED.state.json())
    data[inner]["approved_by"] = "mallory"

    with pytest.raises(UnreadableRecord) as refusal:
        read_state(json.dumps(data).encode("utf-8"))

    assert f"({inner}.approved_by: " in str(refusal.value)


@pytest.mark.parametrize(
    "data",
    [b"[{}]", b'[{"decision":"approve"}]', b"{", b"[" * 100_000, b"\xff", b'{"a":1}'],
    ids=["empty", "lacking", "broken", "deep", "not UTF-8", "no list"],
)
def test_a_sign_off_that_this_program_does_not_know_is_not_read(data):
    with pytest.raises(UnreadableRecord) as refusal:
        read_signoffs(data)

    assert str(refusal.value) == "a sign-off is of a form that this program does not know"


def test_a_commit_message_repeats_the_facts_of_the_event():
    messages = [event.message() for event in at(Stage.APPROVED).events]

    assert [message.splitlines()[0] for message in messages] == [
        "portugal r1: draft submitted, draft",
        "portugal r1: structure checked, checked",
        "portugal r1: completeness scored, scored",
        "portugal r1: review requested, in review",
        "portugal r1: signed off, in review",
        "portugal r1: signed off, approved",
    ]
    assert messages[-1] == (
        "portugal r1: signed off, approved\n\n"
        "Brief: portugal\nBrief-Action: sign off\nBrief-Stage: approved\nBrief-Edition: 1\n"
        "Brief-Revision: 1\nBrief-Actor: cleo\nBrief-Channel: cli\n"
    )


def test_a_commit_message_does_not_say_the_stage_twice():
    life = at(Stage.WITHDRAWN)

    subjects = [event.message().splitlines()[0] for event in life.events[-2:]]

    assert subjects == ["portugal r1: published", "portugal r1: withdrawn"]


# Row 45: a forged trailer parses as a real one, wherever it gets into a message.
FORGED = "OK\n\nReviewed-by: Chief <c@gov>\nBrief-Stage: published\n\x00"


@given(st.one_of(st.just(FORGED), FREE_TEXT))
def test_nothing_that_a_person_wrote_gets_into_a_commit_message(text):
    event = SCHEDULED.events[0]
    details = Details(
        submission=replace(submission(), title=text), reason=text, comment=text, people=(text,)
    )

    said = replace(event, details=details, actor=Actor("ada", "cli", {"name": text}))

    assert said.message() == event.message()


# Row 46: what stands in a trailer is one printable line, or there is no message.
@pytest.mark.parametrize(
    "name",
    [
        "ada\nBrief-Stage: published",
        "ada\rx",
        "ada\u2028x",
        "ada\x00",
        "ada\x1b[2J",
        "",
        "a\u202eb",
    ],
)
@pytest.mark.parametrize("place", ["person", "channel", "slug"])
def test_a_trailer_is_one_printable_line(place, name):
    event = SCHEDULED.events[0]
    actor = replace(event.actor, **{place: name}) if place != "slug" else event.actor
    forged = replace(event, actor=actor, **({"slug": name} if place == "slug" else {}))

    with pytest.raises(ValueError, match="a trailer is one line"):
        forged.message()


@pytest.mark.parametrize(
    ("stage", "action", "numbers"),
    [
        (None, Action.SUBMIT, (1, 1, 1)),
        (Stage.DRAFT, Action.SUBMIT, (2, 1, 2)),
        (Stage.DRAFT, Action.CHECK, (2, 1, 1)),
        (Stage.APPROVED, Action.SUBMIT, (7, 1, 2)),
        (Stage.PUBLISHED, Action.SUBMIT, (9, 2, 1)),
        (Stage.PUBLISHED, Action.WITHDRAW, (9, 1, 1)),
        (Stage.WITHDRAWN, Action.SUBMIT, (10, 2, 1)),
    ],
)
def test_a_submission_counts_revisions_and_one_after_publication_opens_an_edition(
    stage, action, numbers
):
    assert numbers_after(at(stage).state, action) == numbers


def test_a_new_revision_keeps_its_contributors_and_reviewers_and_sheds_the_rest():
    life = at(Stage.SCHEDULED)
    life.state = replace(life.state, assigned=("ben",), held=("say why",))

    life.take(Action.SUBMIT, "zoe").take(Action.SUBMIT, "ada")

    state = life.state
    assert (state.contributors, state.assigned) == (("ada", "zoe"), ("ben",))
    assert (state.schedule, state.held, state.returned) == (None, (), None)


def test_a_new_edition_keeps_the_published_one_and_begins_with_its_own_people():
    life = at(Stage.PUBLISHED)
    life.state = replace(life.state, assigned=("ben",))
    before = life.state.published

    life.take(Action.SUBMIT)

    state = life.state
    assert (state.edition, state.revision, state.published) == (2, 1, before)
    assert (state.contributors, state.assigned) == (("ada",), ())


def test_publication_names_what_went_out_and_withdrawal_says_why():
    state = at(Stage.WITHDRAWN).state

    assert asdict(state.published) == {
        "edition": 1,
        "revision": 1,
        "seq": 8,
        "at": "2026-11-25T08:00:00Z",
        "title": "Portugal: Strategic U.S. Foreign Policy Analysis",
        "digest": state.digests.bytes,
        "withdrawn": {
            "at": "2026-11-25T08:00:00Z",
            "by": "zoe",
            "reason": "the tariff is out of date",
        },
    }


def held():
    life = at(Stage.SCHEDULED).wait()
    life.policy = without("cleo")
    life.take(Action.HOLD)
    life.policy = POLICY
    return life


@pytest.mark.parametrize(
    "action", [Action.SCHEDULE, Action.RELEASE, Action.UNSCHEDULE, Action.PUBLISH, Action.RECALL]
)
def test_a_hold_ends_with_the_schedule_that_it_held(action):
    life = held()
    before = life.state

    life.take(action)

    assert (len(before.held), life.state.held) == (1, ())


@pytest.mark.parametrize("action", [Action.REQUEST_CHANGES, Action.RECALL, Action.ABANDON])
def test_what_comes_back_to_its_author_says_who_sent_it_and_why(action):
    life = at(Stage.SCHEDULED).take(action, reason="cite the tariff")

    who = "ben" if action is Action.REQUEST_CHANGES else "ada"
    assert life.state.returned == Returned(action, who, "cite the tariff")
    assert (life.stage, life.state.schedule) == ("draft", None)


def one_event(action, **details):
    return replace(SCHEDULED.events[0], action=action, details=Details(**details))


@pytest.mark.parametrize(
    ("state", "event", "sentence"),
    [
        (
            None,
            one_event(Action.CHECK),
            "portugal: its history does not begin with a submission",
        ),
        (None, one_event(Action.SUBMIT), "portugal: a submission without its details"),
        (
            SCHEDULED.state,
            one_event(Action.WITHDRAW),
            "portugal: withdrawn before it was published",
        ),
    ],
)
def test_a_history_that_cannot_have_been_is_not_replayed(state, event, sentence):
    with pytest.raises(UnreadableRecord) as refusal:
        apply(state, event)

    assert str(refusal.value) == sentence


def test_the_first_event_comes_from_no_stage():
    event = Life().take(Action.SUBMIT).events[0]

    assert (event.source, event.target, event.seq) == (None, "draft", 1)


# What the new actions leave.


def test_a_veto_is_recorded_with_what_it_was_given_on_and_takes_the_schedule_along():
    state = at(Stage.SCHEDULED).take(Action.VETO).state

    assert state.vetoes == (
        Veto("ben", "the tariff is out of date", "2026-11-24T08:00:00Z", 8, 1, 1),
    )
    assert (state.stage, state.schedule) == ("in review", None)


def test_a_person_has_one_veto_and_the_newest():
    life = at(Stage.IN_REVIEW).take(Action.VETO, "ben").take(Action.VETO, "cleo")

    life.take(Action.VETO, "ben", reason="cite the tariff")

    assert [(veto.by, veto.reason) for veto in life.state.vetoes] == [
        ("cleo", "the tariff is out of date"),
        ("ben", "cite the tariff"),
    ]


def test_vetoes_end_with_the_publication_that_went_past_them():
    life = at(Stage.IN_REVIEW).take(Action.VETO).take(Action.OVERRIDE).take(Action.SCHEDULE)
    before = life.state.vetoes

    life.wait().take(Action.PUBLISH).take(Action.SUBMIT)

    assert (len(before), life.state.vetoes) == (1, ())


def test_an_override_records_reason_gates_authors_and_debt():
    state = at(Stage.IN_REVIEW).take(Action.OVERRIDE).state

    assert asdict(state.override) == {
        "key": "key-4",
        "by": "zoe",
        "reason": "the summit is tomorrow",
        "at": "2026-11-24T08:00:00Z",
        "seq": 5,
        "due": "2026-12-01",
        "settler": "max",
        "authors": ("ada",),
        "edition": 1,
        "revision": 1,
        "digest": state.digests.bytes,
        "objections": (
            "get 2 more sign-offs by role reviewer on all sections: ben, cleo, dan can give it",
        ),
    }
    assert state.debts == (state.override,)


def test_a_debt_outlives_revisions_and_publication_and_its_settling_ends_that_one_alone():
    life = at(Stage.IN_REVIEW).take(Action.OVERRIDE).take(Action.SUBMIT, "zoe")
    at(Stage.IN_REVIEW, life).take(Action.OVERRIDE).take(Action.SCHEDULE)
    life.wait().take(Action.PUBLISH)
    first, second = life.state.debts

    life.take(Action.SETTLE, debt=first.key)

    assert (first.revision, second.revision) == (1, 3)
    assert life.state.debts == (second,)


def test_authors_are_contributors_and_whoever_has_text_in_it():
    state = replace(at(Stage.DRAFT).state, holders={"2": ("ben", "ada"), "3": ("cleo",)})

    assert authors(state) == ("ada", "ben", "cleo")


def test_who_scheduled_is_remembered_each_once():
    life = at(Stage.SCHEDULED).take(Action.SCHEDULE).take(Action.RELEASE, "max")

    assert life.state.schedulers == ("max", "zoe")


def test_a_submission_begins_the_wait_anew_and_nothing_else_does():
    life = at(Stage.IN_REVIEW).wait()
    first = life.take(Action.SIGN_OFF).state

    second = life.take(Action.SUBMIT).state

    assert (first.submitted, first.updated) == ("2026-11-24T08:00:00Z", "2026-11-25T08:00:00Z")
    assert second.submitted == "2026-11-25T08:00:00Z"
