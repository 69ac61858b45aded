"""What readers see and what was announced, held against the briefs' own histories."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from briefs.canonical import sha256
from briefs.errors import BriefError
from briefs.receipt import entry_of, receipt_of
from briefs.record import Published
from tasks.verify.history import Replay
from tasks.verify.policies import Policies, signed_by_desk
from tasks.verify.raw import Broken, Clone, Commit

BRIEFS: Final = "refs/heads/briefs/"
MAIN: Final = "refs/heads/main"
OUTBOX: Final = "refs/desk/outbox/"
TAGS: Final = "refs/tags/published/"


class Public:
    """The refs beside the briefs' own: `main`, the tags of editions, the outbox."""

    def __init__(self, clone: Clone, refs: Mapping[str, str], agreed: Policies) -> None:
        """Read `main`; what is wrong with it is `main_fault`."""
        self._clone, self._agreed = clone, agreed
        self._refs = _without_remote(refs)
        self._main: list[Commit] = []
        self._shown: dict[str, Any] = {}
        self.main_fault = ""
        try:
            if tip := self._refs.get(MAIN):
                self._main = clone.chain(tip)
                for commit in self._main:
                    self._of_the_desk(commit, "main")
                self._shown = self._manifest(self._main[-1])
        except BriefError as error:
            self.main_fault = str(error)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            self.main_fault = f"main cannot be read ({str(error)[:120]})"

    def slugs(self) -> list[str]:
        """Return every brief that has a branch."""
        return sorted(r.removeprefix(BRIEFS) for r in self._refs if r.startswith(BRIEFS))

    def tip(self, slug: str) -> str:
        """Return the newest commit of a brief. Raises `Broken` where there is no branch."""
        if tip := self._refs.get(BRIEFS + slug):
            return tip
        known = slug in self._shown or OUTBOX + slug in self._refs
        gone = "its branch is gone" if known else "there is no such brief"
        raise Broken(f"{gone}; restore it from another clone" if known else gone)

    def fault(self) -> str:
        """Return what speaks of a brief that has no branch, or ""."""
        spoken = {*self._shown, *(ref.split("/")[3] for ref in self._refs if _speaks(ref))}
        lost = sorted(spoken.difference(self.slugs()))
        return f"the branch of {lost[0]} is gone; restore it from another clone" if lost else ""

    def check(self, replay: Replay) -> list[str]:
        """Hold what is public of a brief against its replayed history; return notes.

        Raises:
            Broken: they contradict each other, or the branch ends before what was announced.
        """
        state = replay.state
        if state is None:
            raise Broken("its branch holds nothing")
        self._not_rewound(replay)
        if self.main_fault:
            return []
        for ref, commit in self._tags(state.slug):
            self._edition(replay, ref, commit)
        try:
            return list(self._newest(replay))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise Broken(f"what main says of it cannot be read ({str(error)[:120]})") from error

    def _not_rewound(self, replay: Replay) -> None:
        slug = replay.slug
        tip = self._refs.get(OUTBOX + slug)
        if tip is None:
            return
        chain = self._clone.chain(tip)
        for commit in chain:
            self._of_the_desk(commit, "the outbox")
        announced = 0
        for name in self._clone.files(chain[-1].tree):
            match = re.fullmatch(rf"{re.escape(slug)}-(\d{{6}})-[a-z]+\.json", name)
            if match is None:
                raise Broken(f"its outbox holds {name[:80]!r}, which is none of its announcements")
            announced = max(announced, int(match.group(1)))
        if announced > len(replay.events):
            raise Broken(
                f"record {announced} was announced, and the branch ends at record "
                f"{len(replay.events)}: it was rewound; restore it from another clone"
            )

    def _edition(self, replay: Replay, ref: str, sha: str) -> None:
        number = int(ref.rpartition("/")[2])
        if number not in replay.editions:
            raise Broken(f"edition {number} is tagged, and no record published it")
        commit = next((c for c in self._main if c.sha == sha), None)
        if commit is None:
            raise Broken(f"edition {number} is tagged on a commit that main does not hold")
        self._holds_text(commit, replay, number)

    def _newest(self, replay: Replay) -> Iterator[str]:
        published = replay.state.published if replay.state else None
        entry = self._shown.get(replay.slug)
        if published is None or replay.published is None:
            if entry is not None:
                raise Broken("main shows it, and no record published it")
            return
        for edition in sorted(replay.editions):
            if f"{TAGS}{replay.slug}/{edition}" not in self._refs:
                yield f"edition {edition} is not tagged: briefs reconcile"
        shown = replace(published, withdrawn=None)
        if entry is None or entry["edition"] < published.edition:
            yield f"main does not show edition {published.edition} yet: briefs reconcile"
            return
        if published.withdrawn and entry == entry_of(shown):
            yield "main does not show the withdrawal yet: briefs reconcile"
        elif entry == entry_of(published):
            shown = published
        else:
            raise Broken("main shows another edition or text than the records published")
        self._holds(self._main[-1], replay, shown)

    def _holds(self, commit: Commit, replay: Replay, shown: Published) -> None:
        """Hold text and receipt of an edition on `main` against what its records make of them."""
        files = self._clone.files(commit.tree)
        if shown.withdrawn is None:
            self._holds_text(commit, replay, shown.edition)
        elif f"briefs/{replay.slug}.md" in files:
            raise Broken("main still holds the text, which is withdrawn")
        receipt = f"receipts/{replay.slug}.json"
        if receipt not in files or replay.published is None:
            raise Broken(f"main does not hold the receipt of edition {shown.edition}")
        found = json.loads(self._clone.read(files[receipt], "blob"))
        if _nameless(found) != _nameless(
            receipt_of(replay.published[0], shown, replay.published[1], {})
        ):
            raise Broken(
                f"the receipt of edition {shown.edition} is not what its records make of it"
            )

    def _holds_text(self, commit: Commit, replay: Replay, edition: int) -> None:
        files = self._clone.files(commit.tree)
        name = f"briefs/{replay.slug}.md"
        if name not in files:
            raise Broken(f"main does not hold the text of edition {edition}")
        if sha256(self._clone.read(files[name], "blob")) != replay.editions[edition]:
            raise Broken(f"main holds another text of edition {edition} than the one signed")

    def _tags(self, slug: str) -> Iterator[tuple[str, str]]:
        for ref, sha in self._refs.items():
            if re.fullmatch(rf"{TAGS}{re.escape(slug)}/\d+", ref):
                yield ref, sha

    def _manifest(self, commit: Commit) -> dict[str, Any]:
        files = self._clone.files(commit.tree)
        if "manifest.json" not in files:
            raise Broken("main holds no manifest.json")
        found = json.loads(self._clone.read(files["manifest.json"], "blob"))["briefs"]
        shown = {slug: dict(entry) for slug, entry in found.items()}
        texts = {f"briefs/{slug}.md" for slug, entry in shown.items() if not entry["withdrawn"]}
        known = texts | {"manifest.json", *(f"receipts/{slug}.json" for slug in shown)}
        if foreign := sorted(files.keys() - known):
            raise Broken(f"main holds {foreign[0][:80]!r}, which its manifest does not list")
        return shown

    def _of_the_desk(self, commit: Commit, what: str) -> None:
        if not any(signed_by_desk(commit, agreed) for agreed in reversed(self._agreed.versions)):
            raise Broken(f"commit {commit.sha[:12]} of {what} is not signed by the desk")


def _nameless(receipt: dict[str, Any]) -> dict[str, Any]:
    """Return a receipt without people's names, which are those of its day."""
    signoffs = [{k: v for k, v in s.items() if k != "name"} for s in receipt["signoffs"]]
    return receipt | {"signoffs": signoffs}


def _speaks(ref: str) -> bool:
    return ref.startswith((OUTBOX, TAGS))


def _without_remote(refs: Mapping[str, str]) -> dict[str, str]:
    """Return refs as a bare clone has them: those of a remote stand in for local ones."""
    found: dict[str, str] = {}
    for ref, sha in refs.items():
        if match := re.match(r"refs/remotes/[^/]+/(.+)", ref):
            found[f"refs/heads/{match.group(1)}"] = sha
    # What was fetched last is newer than what was once checked out.
    return dict(refs) | found
