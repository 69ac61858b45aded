"""What a submission brings into the record, made of the text, its report and the policy alone."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from briefs.authorship import Wording, holders
from briefs.brief import Brief, day_of
from briefs.canonical import sha256
from briefs.changes import material, plain
from briefs.errors import BadInstant
from briefs.instants import instant, stamp
from briefs.outline import normal
from briefs.policy import Policy
from briefs.record import Lapse, Submission, summary
from briefs.report import Report
from briefs.rules import asked, evidence
from briefs.types import BriefType

Lines = Mapping[str, Sequence[str]]

MOST_LAPSES: Final = 200

# Fractions and Roman numerals have signs of their own.
_DIGIT: Final = re.compile(r"[\d\u00bc-\u00be\u2150-\u218b]")
_TARGET: Final = re.compile(r"\t[^\t|]*\t")


@dataclass(frozen=True, slots=True)
class Before:
    """The text before a submission: the last published one, and every wording since, in order."""

    published: Wording | None = None
    since: tuple[Wording, ...] = ()

    def holders(self, wording: Wording) -> Mapping[str, tuple[str, ...]]:
        """Return who has surviving text in each section of `wording`, which comes next."""
        base = self.published or Wording((), {})
        return holders(base.sections, (*self.since, wording), base.given)


class Past(Protocol):
    """What a submission must know of the wordings before it."""

    def holders(self, wording: Wording) -> Mapping[str, tuple[str, ...]]:
        """Return who has surviving text in each section of `wording`, which comes next."""


def wording_of(brief: Brief, persons: Iterable[str]) -> Wording:
    """Return `brief` as a wording that `persons` brought, read by its own type."""
    return Wording(tuple(sorted(set(persons))), brief.lines, _given(brief.type))


def submission(
    brief: Brief, report: Report, agreed: Policy, by: str, base: int, before: Past
) -> Submission:
    """Return what is recorded when the person `by` submits `brief`, built on revision `base`."""
    keys = brief.type.front_matter.keys
    rules = tuple(r for r in agreed.rules_for(brief.type) if r.counts(brief.front.values, keys))
    terms = agreed.terms_for(brief.type)
    named = authors(brief, agreed)
    wording = wording_of(brief, {by, *named})
    return Submission(
        title=_title(brief),
        type=brief.type.type,
        type_version=brief.type.version,
        policy=agreed.version,
        rules=rules,
        digests=brief.digests,
        report=summary(report),
        authors=named,
        base=base,
        embargo=_moment(brief.key("embargo_until")),
        publish_at=_moment(brief.key("publish_at")),
        terms=terms,
        holders=dict(before.holders(wording)),
        figures=figures(brief.lines),
        carries=_carries(brief.lines, terms.carry),
        lapses=tuple(_lapses(brief))[:MOST_LAPSES],
    )


def authors(brief: Brief, agreed: Policy) -> tuple[str, ...]:
    """Return the persons whom the front matter names as authors: by e-mail, handle or account.

    Who is not known yet stands with the address or handle, so that it is theirs once they are.
    """
    found: set[str] = set()
    for name in filter(None, _names(brief)):
        known = agreed.known_as(name)
        found.update([person.id for person in known] or [name.casefold()[:200]])
    return tuple(sorted(found))


@lru_cache(maxsize=64)
def _given(brief_type: BriefType) -> frozenset[str]:
    nodes = brief_type.nodes()
    titles = [title for node in nodes for title in (node.title, *node.aliases)]
    return frozenset(map(normal, [*titles, *(f.title for node in nodes for f in node.fields)]))


def figures(lines: Lines) -> tuple[str, ...]:
    """Return the sections whose words hold a digit, the front matter and link targets aside."""
    return tuple(
        path
        for path in sorted(lines)
        if path != "@front" and any(_DIGIT.search(_shown(line)) for line in lines[path])
    )


def _shown(line: str) -> str:
    return _TARGET.sub(" ", line) if "\t" in line else line


def _carries(lines: Lines, carry: str) -> dict[str, str]:
    """Return the digests that stay the same after a change that the terms let carry."""
    if carry == "nothing":
        return {}
    form = plain if carry == "typographic" else material
    # The level is part of the digest, so that one of another level never equals it. Every value of
    # the front matter is material: programs and conditions read them.
    return {
        path: sha256(f"{carry}\n{form(text)}".encode())
        for path, text in sorted(lines.items())
        if path != "@front"
    }


def _lapses(brief: Brief) -> Iterator[Lapse]:
    for one in asked(brief.type):
        if isinstance(one.options, evidence.Lapse):
            for day, line, message in sorted(evidence.lapses(brief, one.options)):
                yield Lapse(day.isoformat(), line, message)
    if day_of(until := brief.key("expires_at")):
        line = brief.front.line("expires_at")
        yield Lapse(until, line, "review the brief again: its expires_at is reached")


def _title(brief: Brief) -> str:
    return "".join(c for c in brief.title if c.isprintable())[:300] or "Untitled"


def _names(brief: Brief) -> Iterator[str]:
    for key in ("authors", "author"):
        listed = brief.front.values.get(key)
        for entry in [listed] if isinstance(listed, str | dict) else listed or ():
            if isinstance(entry, dict):
                yield str(entry.get("email") or entry.get("name") or "").strip()
            elif isinstance(entry, str):
                for part in re.split(r"[,;]", entry):
                    yield from _addresses(part) or [part.strip()]


def _addresses(text: str) -> list[str]:
    """Return the e-mail addresses and handles in `text`."""
    found = re.findall(r"[^\s<>,;:()]+@[^\s<>,;()]+|(?<=@)[\w-]+", text)
    return [address.rstrip(".") for address in found]


def _moment(text: str) -> str | None:
    try:
        return stamp(instant(text, "UTC").at) if text else None
    except BadInstant:
        return None  # a finding says so, on its line
