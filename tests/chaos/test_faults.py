"""Faults, one at a time: each ends as one clear sentence or as success, nothing half-written."""

import fcntl
from contextlib import contextmanager
from datetime import timedelta

import pytest
from git.exc import GitCommandError

from briefs.errors import TransitionRefused
from briefs.record import Details
from briefs.terms import Action, Stage
from tasks import acts, unfinished
from tasks.agreed import current_policy
from tasks.repository import Content, RepositoryError, site_branch, upkeep
from tasks.repository.git import Plumbing
from tests.chaos import desks
from tests.chaos.cases import REF, keys, signs_at_last, tip
from tests.chaos.journeys import SLUG
from tests.chaos.verifier import Ledger, faults

# Git


def test_the_lock_of_a_ref_that_a_killed_writer_left_holds_nobody_up(content):
    (content.path / f"{REF}.lock").touch()

    assert signs_at_last(content)


def test_a_lock_that_somebody_holds_for_long_is_named(content, monkeypatch):
    monkeypatch.setattr("tasks.repository.content.PATIENCE", 0.3)
    with (content.path / "desk.lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(RepositoryError, match="another process has held the desk's lock"):
            desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert signs_at_last(content)


def test_start_up_sweeps_all_locks_that_killed_writers_left(content):
    left = [f"{REF}.lock", "packed-refs.lock", "refs/desk/policy.lock", "config.lock"]
    for name in left:
        (content.path / name).touch()

    mended = upkeep.start_up(content)

    assert sorted(mended) == sorted(f"removed the stale lock {name}" for name in left)
    assert signs_at_last(content)


def failing_update(monkeypatch, *, moves):
    """Let `git update-ref` fail once, after or before it did its work."""
    run, failed = Plumbing.run, []

    def failing(self, *words, **kwargs):
        if words[0] == "update-ref" and not failed:
            failed.append(words)
            if moves:
                run(self, *words, **kwargs)
            raise GitCommandError(words, 128, b"fatal: the disk went away")
        return run(self, *words, **kwargs)

    monkeypatch.setattr(Plumbing, "run", failing)


def test_an_error_after_the_ref_has_moved_is_none(content, monkeypatch):
    failing_update(monkeypatch, moves=True)

    outcome = desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert (outcome.commit, outcome.repeated) == (tip(content), False)
    assert keys(content).count("cleo-signs-again") == 1


def test_an_error_before_the_ref_has_moved_is_said_and_nothing_is_recorded(content, monkeypatch):
    before = tip(content)
    failing_update(monkeypatch, moves=False)

    with pytest.raises(RepositoryError, match=r"could not move .* the disk went away"):
        desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert tip(content) == before
    assert signs_at_last(content)


def overtaken(monkeypatch, act):
    """Let another machine, which our lock does not keep out, take `act` just before a ref moves."""
    move, raced = Plumbing.move, []

    def late(self, ref, new, old):
        if not raced:
            raced.append(act)
            with Content(self.path) as elsewhere:
                acts._attempt(elsewhere, act, {}, acts.now() - timedelta(hours=1))
        return move(self, ref, new, old)

    monkeypatch.setattr(Plumbing, "move", late)


def test_after_a_lost_race_the_gate_looks_again_and_refuses(content, monkeypatch):
    asks = desks.act(
        Action.REQUEST_CHANGES, SLUG, "ben-asks", "ben", Details(reason="one more thing")
    )
    overtaken(monkeypatch, asks)

    with pytest.raises(TransitionRefused, match="cannot sign off while draft"):
        desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert keys(content)[-1] == "ben-asks"
    assert "cleo-signs-again" not in keys(content)
    assert faults(content.path) == []


def test_after_a_lost_race_that_changes_nothing_for_it_the_act_is_taken_once(content, monkeypatch):
    digest = desks.digest_of(content, SLUG)
    signs = desks.act(Action.SIGN_OFF, SLUG, "other", "reviewer-1", Details(digest=digest))
    overtaken(monkeypatch, signs)

    outcome = desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert keys(content)[-2:] == ["other", "cleo-signs-again"]
    assert outcome.event.source is Stage.APPROVED
    assert faults(content.path) == []


def test_after_a_lost_race_with_itself_an_act_is_taken_once(content, monkeypatch):
    digest = desks.digest_of(content, SLUG)
    same = desks.act(Action.SIGN_OFF, SLUG, "cleo-signs-again", "cleo", Details(digest=digest))
    overtaken(monkeypatch, same)

    outcome = desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert outcome.repeated
    assert outcome.commit == tip(content)
    assert keys(content).count("cleo-signs-again") == 1


# Keys


def test_a_key_that_was_seen_before_answers_with_its_first_result(content):
    first = desks.sign(content, SLUG, "cleo-signs-again", "cleo")
    details = Details(reason="one more thing")
    acts.perform(content, desks.act(Action.REQUEST_CHANGES, SLUG, "ben-asks", "ben", details))

    again = desks.sign(content, SLUG, "cleo-signs-again", "cleo")

    assert (again.commit, again.state, again.event) == (first.commit, first.state, first.event)
    assert again.repeated
    assert keys(content)[-1] == "ben-asks"


def test_the_key_of_a_submission_answers_with_its_first_result_whatever_stands_now(content):
    first = Ledger(content.path).history(SLUG)[0][0]

    again = desks.submit(content, SLUG, "submission", desks.good("ada"))

    assert (again.repeated, again.commit, again.state.stage) == (True, first, Stage.DRAFT)


def test_the_key_of_a_submission_does_not_answer_for_another_text(content):
    before = tip(content)

    with pytest.raises(TransitionRefused, match="was used to submit another text"):
        desks.submit(content, SLUG, "submission", desks.good("other words"))

    assert tip(content) == before


@pytest.mark.parametrize("mark", ["ada", "other words"])
def test_a_key_that_named_another_act_is_refused(content, mark):
    before = tip(content)

    with pytest.raises(TransitionRefused, match="take another key: ben-signs was used to sign off"):
        desks.submit(content, SLUG, "ben-signs", desks.good(mark))

    assert tip(content) == before


# What the first campaigns found


def test_a_submission_carried_on_again_after_it_was_sent_back_ends_and_says_why(content):
    details = Details(reason="one more thing")
    acts.perform(content, desks.act(Action.REQUEST_CHANGES, SLUG, "ben-asks", "ben", details))

    taken = unfinished.take(content, SLUG, Action.CHECK, "submission")

    assert taken.stage == Stage.DRAFT
    assert "ben took r1 out of review" in taken.objections[0]


def test_publishing_what_is_out_already_changes_nothing_and_is_no_refusal(content):
    desks.sign(content, SLUG, "cleo-signs-again", "cleo")
    desks.release(content, SLUG, "zoe-releases")
    first = acts.publish(content, SLUG)

    again = acts.publish(content, SLUG)

    assert (again.commit, again.unchanged) == (first.commit, True)


def test_main_without_its_tag_is_unfinished(content):
    published(content)
    tag = f"{site_branch.TAGS}{SLUG}/1"
    Ledger(content.path).git("update-ref", "-d", tag)

    assert [work.page for work in unfinished.survey(content)[0]] == [True]
    site_branch.reflect(content, SLUG, current_policy(content))

    assert tag in Ledger(content.path).refs()
    assert not any(work.page for work in unfinished.survey(content)[0])


def test_a_publisher_that_waited_for_the_lock_does_not_undo_a_withdrawal(content, monkeypatch):
    published(content)
    locked, late = Content.locked, []

    @contextmanager
    def overtaken_at_the_lock(self):
        if self is content and not late:
            late.append(self)
            with Content(self.path) as other:
                act = desks.act(
                    Action.WITHDRAW, SLUG, "zoe-withdraws", desks.EDITOR, Details(reason="wrong")
                )
                acts.perform(other, act)
                site_branch.reflect(other, SLUG, current_policy(other))
        with locked(self):
            yield

    monkeypatch.setattr(Content, "locked", overtaken_at_the_lock)
    commit = site_branch.reflect(content, SLUG, current_policy(content))

    assert site_branch.manifest(content, commit)[SLUG]["withdrawn"]["by"] == desks.EDITOR
    assert faults(content.path) == []


def published(content):
    desks.sign(content, SLUG, "cleo-signs-again", "cleo")
    desks.release(content, SLUG, "zoe-releases")
    acts.publish(content, SLUG)
    site_branch.reflect(content, SLUG, current_policy(content))
