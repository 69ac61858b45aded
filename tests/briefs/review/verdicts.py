"""What came of a case, in the words of the column “then”, and the sentences that people get."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from briefs.dossier import Act, Dossier
from briefs.gates import (
    can_be_reviewed,
    has_no_error,
    publication_objections,
    reaches_pass_mark,
)
from briefs.instants import read_stamp, stamp
from briefs.readiness import readiness
from briefs.record import Actor, Counted, State
from briefs.tally import Tally
from briefs.terms import Action, Stage
from tests.briefs.review.steps import Play

_BEFORE_REVIEW = (Stage.DRAFT, Stage.CHECKED, Stage.SCORED)
FEW = 6


def verdict(play: Play) -> str:
    """Return where the brief stands, and who counts in which sections."""
    state = play.floor.state("portugal")
    refused = "refused, " if play.refused and not (state and state.held) else ""
    if state is None:
        return f"{refused}no brief"
    held = ", held" if state.held else ""
    return "; ".join([f"{refused}{state.stage}{held}", *_counting(play, state)])


def words(play: Play) -> str:
    """Return the sentences: of the refusal, else of what stands against publication now."""
    state = play.floor.state("portugal")
    if play.refused or state is None:
        return play.refused
    return " / ".join(_sentences(play, state)) or "–"


def _sentences(play: Play, state: State) -> Iterator[str]:
    looked = _dossier(play, state)
    if state.stage in _BEFORE_REVIEW:
        yield from has_no_error(looked) + reaches_pass_mark(looked) or can_be_reviewed(looked)
    elif state.stage in (Stage.PUBLISHED, Stage.WITHDRAWN):
        return
    else:
        yield from publication_objections(looked)
        yield from readiness(looked, looked.now).notes


def _dossier(play: Play, state: State) -> Dossier:
    act = Act(Action.PUBLISH, state.slug, "", Actor("desk", "flow"))
    floor = play.floor
    return Dossier(state, act, floor.policy, _moment(play, state), floor.signoffs(state.slug))


def _moment(play: Play, state: State) -> datetime:
    """Return the moment by the brief's own records: a clock that is put back moves none of them."""
    return max(play.floor.now, read_stamp(state.updated))


def _counting(play: Play, state: State) -> Iterator[str]:
    counted = _counted(play, state)
    roles = {rule.role for rule in state.rules}
    for person, several in groupby(counted, key=lambda one: one.person):
        for one in several:
            role = f" as {one.role}" if len(roles) > 1 else ""
            yield f"{person} counts{role} {_where(one.sections, state.digests.sections)}"
    if not counted:
        yield "nobody counts"


def _counted(play: Play, state: State) -> tuple[Counted, ...]:
    if state.stage in (Stage.PUBLISHED, Stage.WITHDRAWN):
        # What was recorded at publication, for good.
        of_it = (e for e in play.floor.events if e.slug == state.slug)
        return [e for e in of_it if e.action is Action.PUBLISH][-1].details.counted
    now = stamp(_moment(play, state))
    tally = Tally(state, play.floor.policy, play.floor.signoffs(state.slug), now)
    return tally.counted()


def _where(sections: Iterable[str], everything: Iterable[str]) -> str:
    here = set(sections)
    left = [path for path in everything if path not in here]
    if not left:
        return "everywhere"
    if len(left) <= FEW:
        return f"everywhere but {', '.join(sorted(left, key=_by_number))}"
    return f"in {', '.join(sorted(here, key=_by_number))}"


def _by_number(path: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdecimal() else 10**9, part) for part in path.split(".")]
