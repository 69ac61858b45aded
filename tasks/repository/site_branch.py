"""`main`: what the public sees. Its commits never descend from a brief's branch.

Derived from the records alone, after them: a crash in between is mended by doing it again.
"""

import json
from collections.abc import Container, Mapping
from typing import Any, Final

from briefs.canonical import canonical
from briefs.instants import read_stamp
from briefs.policy import Policy
from briefs.receipt import entry_of, receipt_of
from briefs.record import Published, State
from briefs.terms import Action
from tasks.repository.content import MAIN, Change, Content

MANIFEST: Final = "manifest.json"
TAGS: Final = "refs/tags/published/"


def reflect(content: Content, slug: str, policy: Policy) -> str | None:
    """Bring `main` and its tag into agreement with the record of a brief; return main's commit.

    Does nothing where they agree already, or no edition was ever published.
    """
    with content.locked():
        # Under the lock: a state read before it may be older than what `main` shows already.
        state = content.state(content.known(slug))
        if state.published is None:
            return None
        tags = content.git.refs(f"{TAGS}{slug}/")
        for commit, number in _editions(content, slug):
            # Each was public once, if only until it was withdrawn: none is left out.
            if _tag_of(slug, number) not in tags:
                _bring_out(content, slug, commit, policy)
        tip = content.git.resolve(MAIN)
        entry = entry_of(state.published)
        entries = manifest(content, tip)
        if tip is None or entries.get(slug) != entry:
            change = _change(content, state.published, slug, policy, entries | {slug: entry})
            tip = content.commit(MAIN, tip, change)
    return tip


def _editions(content: Content, slug: str) -> list[tuple[str, int]]:
    """Return the record that published each edition, and its number."""
    history = content.history(slug)
    return [(commit, event.edition) for commit, event in history if event.action is Action.PUBLISH]


def _bring_out(content: Content, slug: str, commit: str, policy: Policy) -> None:
    """Show on `main` the edition that the record at `commit` published, and tag it."""
    published = content.state(commit).published
    if published is None:
        return
    tip = content.git.resolve(MAIN)
    entries = manifest(content, tip)
    shown = entries.get(slug, {}).get("edition", 0)
    if shown < published.edition:
        entry = entry_of(published)
        change = _change(content, published, slug, policy, entries | {slug: entry})
        tip = content.commit(MAIN, tip, change)
    if tip:
        _tag(content, slug, published.edition, tip)


def manifest(content: Content, commit: str | None) -> dict[str, Any]:
    """Return what `main` held at `commit`, an entry a slug."""
    if commit is None:
        return {}
    found = json.loads(content.file(commit, MANIFEST))
    return dict(found["briefs"])


def agrees(state: State, entries: Mapping[str, Any], tags: Container[str]) -> bool:
    """Say whether `main`, which holds `entries`, and its `tags` show what `state` records."""
    published = state.published
    if published is None:
        return True
    # Editions are counted by publications, so that none is missing in between.
    numbers = range(1, published.edition + 1)
    tagged = all(_tag_of(state.slug, number) in tags for number in numbers)
    return tagged and entries.get(state.slug) == entry_of(published)


def _change(
    content: Content,
    published: Published,
    slug: str,
    policy: Policy,
    entries: Mapping[str, Any],
) -> Change:
    commit = _publishing_commit(content, slug, published.seq)
    state = content.state(commit)
    signoffs = content.signoffs(commit)
    receipt = receipt_of(state, published, signoffs, {p.id: p.name for p in policy.people})
    text = None if published.withdrawn else content.file(commit, "brief.md")
    verb = "withdraw" if published.withdrawn else "publish"
    at = published.withdrawn.at if published.withdrawn else published.at
    return Change(
        {
            f"briefs/{slug}.md": text,
            f"receipts/{slug}.json": canonical(receipt),
            MANIFEST: canonical({"schema_version": 1, "briefs": dict(entries)}),
        },
        f"{verb} {slug}, edition {published.edition}\n",
        read_stamp(at),
    )


def _publishing_commit(content: Content, slug: str, seq: int) -> str:
    return next(
        commit
        for commit, event in content.history(slug)
        if event.action is Action.PUBLISH and event.seq == seq
    )


def _tag_of(slug: str, edition: int) -> str:
    return f"{TAGS}{slug}/{edition}"


def _tag(content: Content, slug: str, edition: int, tip: str) -> None:
    ref = _tag_of(slug, edition)
    if content.git.resolve(ref):
        return
    # After a crash between commit and tag, the edition's commit may lie below the tip.
    commits = [
        commit
        for commit in content.git.ancestry(tip)
        if manifest(content, commit).get(slug, {}).get("edition") == edition
    ]
    if commits:
        content.move(ref, commits[0], None)
