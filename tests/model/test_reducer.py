"""Lives of a brief in the head alone: four thousand of them where BRIEFS_MODEL=full."""

from pathlib import Path

import pytest

from briefs.terms import Stage
from tests.model import drafts
from tests.model.bugs import other, out, review
from tests.model.invariants import ARROWS, RIGHTS
from tests.model.machine import FULL, Life, reached, run
from tests.model.world import ONE, REACH, TWO, World, agreed

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.slow
def test_the_invariants_hold_whatever_people_do():
    REACH.clear()

    run(Life, 4_000 if FULL else 150)

    print("\n".join(reached()))
    assert REACH["stage", "published"] > REACH["lives"] // 5


def test_the_arrows_of_the_ledger_are_those_of_the_readme():
    table = README.read_text("utf-8").split("<!-- who -->")[1].split("<!-- /who -->")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[4:]]
    told = {row[0]: row for row in rows if row}

    assert set(told) == {action for _, action, _ in ARROWS}
    for action, (_, who, while_, leads, _) in told.items():
        if action in RIGHTS:
            assert set(who.split(", ")) == RIGHTS[action] - {"legal"}
        arrows = {(source, target) for source, named, target in ARROWS if named == action}
        stages = set(Stage) | {None} if while_.startswith("any") else set(while_.split(", "))
        assert {source for source, _ in arrows} == stages
        targets = {leads_to.partition(" (")[0] for leads_to in leads.split("; ")}
        moved = {target for source, target in arrows if source != target}
        assert moved <= targets
        if "the same stage" not in targets:
            assert {target for _, target in arrows} <= targets


def test_a_third_person_fills_a_quorum_that_the_rules_do_not_ask_for():
    world = World(agreed((TWO,), quorum=3))

    review(world, "ben", "cleo", "dan")

    assert world.stage is Stage.APPROVED


def test_nobody_retracts_in_an_edition_what_they_signed_in_the_last():
    world = World(agreed())
    review(world, "ben", "cleo")
    out(world)
    other(world)

    assert not world.go("retract", "ben")


def test_a_front_matter_changed_afterwards_voids_what_was_signed():
    legal = {"sections": ["@front"], "role": "legal", "count": 1, "when": {"level": "high"}}
    world = World(agreed((ONE, legal), carry="wording"))
    review(world, "leo", "ben")

    other(world, drafts.level)

    assert world.stage is Stage.IN_REVIEW


def test_an_author_whose_address_is_known_only_later_signs_none_of_the_text():
    world = World(agreed())
    world.reform(lambda policy: policy["people"][3].update(aliases=[]))
    memo = drafts.first()
    memo.front["authors"] = ["ada", "ben by another address"]
    review(world, memo=memo)
    world.reform(lambda policy: policy["people"][3].update(aliases=["b.okafor@example.com"]))

    assert not world.go("sign off", "ben")
