"""What changed between two commits of a brief, section by section."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from briefs.brief import Brief, hold_against, read
from briefs.changes import Change, between, told
from tasks.agreed import current_policy, policy_at
from tasks.repository.content import Content


@dataclass(frozen=True, slots=True)
class Changed:
    """A section that is another: the class of the change, and what it is, in words."""

    path: str
    change: Change
    told: tuple[str, ...]


def changes_between(content: Content, before: str, after: str) -> list[Changed]:
    """Return the sections whose digest differs between two commits, in the order of their paths."""
    old, new = lines_at(content, before), lines_at(content, after)
    found = []
    for path in sorted(old.keys() | new.keys()):
        was, now = old.get(path, ()), new.get(path, ())
        if change := between(was, now):
            found.append(Changed(path, change, tuple(told(was, now))))
    return found


def lines_at(content: Content, commit: str) -> Mapping[str, Sequence[str]]:
    """Return the canonical lines of each section of the text at `commit`."""
    return text_at(content, commit).lines


def text_at(content: Content, commit: str) -> Brief:
    """Return the text at `commit`, held against the type that its revision pinned.

    Where that is not to be had any more, against the one of the same name, or any.
    """
    state = content.state(commit)
    agreed = policy_at(content, state.policy) or current_policy(content)
    found = agreed.types.get(state.type) or next(iter(agreed.types.values()))
    return hold_against(read(content.file(commit, "brief.md"), found.front_matter.style), found)
