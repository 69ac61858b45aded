"""Verify: replay what a content repository says, from raw Git alone, and name what does not hold.

It works on any clone, with no desk and no settings: `raw` reads Git, `policies` replays how the
policy came about, `history` replays each brief, `public` holds what readers see and what was
announced against that. None of it shares code with what writes the repository, but for the forms
of the records and the pure table and reducer.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from briefs.errors import BriefError
from tasks.verify.history import Replay, unproven
from tasks.verify.policies import Policies, policies
from tasks.verify.public import Public
from tasks.verify.raw import Broken, Clone

__all__ = ["Broken", "Report", "Verdict", "briefs"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one brief: how much was replayed, and the first thing that does not hold.

    `fault` is one sentence, or empty; `notes` block nothing.
    """

    slug: str
    records: int = 0
    revisions: int = 0
    personal: int = 0
    witnessed: int = 0
    editions: int = 0
    fault: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What was found of a repository: `keys` are the desk's, on which all of it rests."""

    keys: tuple[str, ...]
    policies: int
    fault: str
    verdicts: tuple[Verdict, ...]

    @property
    def holds(self) -> bool:
        """Whether everything holds."""
        return not self.fault and not any(verdict.fault for verdict in self.verdicts)


def briefs(path: Path, slugs: Sequence[str] = (), trusted: Iterable[str] = ()) -> Report:
    """Return what is found of the repository at `path`: of these briefs, or of all of them.

    `trusted` are public keys known from elsewhere: one of them must be the desk's here.

    Raises:
        Broken: there is no repository.
    """
    with Clone(path) as clone:
        refs = clone.refs()
        try:
            agreed = _policies(clone, refs, frozenset(trusted))
            public = Public(clone, refs, agreed)
        except BriefError as error:
            return Report((), 0, str(error), ())
        found = public.slugs() if not slugs else list(slugs)
        verdicts = tuple(_verdict(clone, agreed, public, slug) for slug in found)
        fault = public.main_fault or ("" if slugs else public.fault())
        return Report(agreed.keys, len(agreed.versions), fault, verdicts)


def _policies(clone: Clone, refs: dict[str, str], trusted: frozenset[str]) -> Policies:
    if foreign := sorted(ref for ref in refs if ref.startswith("refs/replace/")):
        raise Broken(f"{foreign[0]} puts one object in another's place; remove it")
    for name in ("info/grafts", "shallow"):
        if (clone.path / name).exists():
            raise Broken(f"the file {name} hides a part of the history; fetch all of it")
    agreed = policies(clone, refs.get("refs/desk/policy"))
    if trusted and trusted.isdisjoint(agreed.keys):
        raise Broken("the desk that made this repository has another key than the one you trust")
    return agreed


def _verdict(clone: Clone, agreed: Policies, public: "Public", slug: str) -> Verdict:
    replay = Replay(clone, agreed, slug)
    fault = ""
    notes: list[str] = []
    try:
        replay.run(public.tip(slug))
        fault = next(_false(replay), "")
        notes += public.check(replay) if not fault else []
    except BriefError as error:
        fault = str(error)
    clone.forget()
    events = replay.events
    return Verdict(
        slug,
        len(events),
        len({(event.edition, event.revision) for event in events}),
        len(replay.personal),
        sum(event.action == "sign off" for event in events) - len(replay.personal),
        len(replay.editions),
        fault,
        (*replay.notes, *notes),
    )


def _false(replay: Replay) -> Iterator[str]:
    """Yield which personal signatures do not hold, the earliest first; several at a time."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        yield from filter(None, pool.map(unproven, replay.personal))
