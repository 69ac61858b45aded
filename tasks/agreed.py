"""The policy in Git: what counts now, what is proposed, and how the one becomes the other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from briefs.amendment import FILE, Agreement, Amendment, missing, read_amendment
from briefs.errors import BadPolicy, NotEntitled
from briefs.instants import stamp
from briefs.library import names, shipped
from briefs.policy import Policy, policy
from briefs.record import Actor
from briefs.soundness import objections_to, shortages
from tasks.repository import upkeep
from tasks.repository.content import POLICY, Change, Content
from tasks.repository.git import RepositoryError
from tasks.signatures import DeskKey

PROPOSAL: Final = "refs/desk/proposal"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a change of the policy: its version, and who must still agree, or ""."""

    version: str
    missing: str = ""
    unchanged: bool = False


def current_policy(content: Content) -> Policy:
    """Return the newest policy agreed on. Raises `RepositoryError`, `BadPolicy`."""
    commit = content.git.resolve(POLICY)
    if commit is None:
        raise RepositoryError("the content repository holds no policy; run briefs policy apply")
    return _at(content, commit)


def policy_at(content: Content, version: str) -> Policy | None:
    """Return the policy of a version that once counted, or None."""
    tip = content.git.resolve(POLICY)
    for commit in reversed(content.git.ancestry(tip) if tip else []):
        found = _at(content, commit)
        if found.version == version:
            return found
    return None


def desk_key(content: Content, agreed: Policy) -> DeskKey | None:
    """Return the key that the desk signs with, which its policy names; None on a desk without one.

    Raises:
        RepositoryError: the key is not there, or none of those that the policy names; or the
            policy is not one that this desk has signed.
    """
    known = [key.key for key in agreed.settings.desk_keys if not key.revoked]
    key = content.key
    if key is None and not agreed.settings.desk_keys:
        return None
    if key is None or key.public not in known:
        raise RepositoryError(
            "the desk's key, keys/desk, is missing or none of desk_keys in the policy that counts; "
            "restore the key from your backup, or the policy from its remote"
        )
    content.refuse_foreign(str(content.git.resolve(POLICY)), POLICY)
    return key


def sound(texts: Mapping[str, str], *, first: bool = False) -> Policy:
    """Return the policy that `texts` (name to YAML) declare, if it can be lived with.

    The `first` one of a desk may name too few people: its admin completes it.

    Raises:
        BadPolicy: an entry is wrong, or nobody could ever satisfy it; the message says why.
    """
    found = _parsed(tuple(sorted(texts.items())))
    if objections := objections_to(found) + ([] if first else shortages(found)):
        raise BadPolicy("; ".join(objections))
    return found


def establish(path: Path, files: Mapping[str, bytes], by: str, at: datetime) -> None:
    """Make a content repository at `path` whose first policy is `files`.

    Raises:
        BadPolicy: they cannot be a policy.
        RepositoryError: something is there already.
    """
    texts = {name: data.decode("utf-8") for name, data in files.items()}
    amendment = Amendment(1, sound(texts, first=True).version, "", by, stamp(at))
    upkeep.establish(path, {**files, FILE: amendment.json()}, at)


def propose(
    content: Content,
    files: Mapping[str, bytes],
    actor: Actor,
    at: datetime,
    dry_run: bool = False,
) -> Result:
    """Put `files` forward as the policy; they count at once where no more people must agree.

    Raises:
        BadPolicy: nobody could live with them.
        NotEntitled: the actor may not change the policy.
    """
    texts = {name: data.decode("utf-8") for name, data in files.items()}
    with content.locked():
        agreed = current_policy(content)
        desk_key(content, agreed)
        _refuse_others(agreed, actor.person)
        found = followed(content, agreed, texts)
        if found.version == agreed.version:
            return Result(found.version, unchanged=True)
        waiting = proposal(content)
        words: tuple[Agreement, ...] = ()
        if waiting and (waiting.version, waiting.before) == (found.version, agreed.version):
            words = tuple(word for word in waiting.agreements if word.person != actor.person)
        seq = _seq(content, content.git.resolve(POLICY)) + 1
        by = words[0].person if words else actor.person
        amendment = Amendment(
            seq, found.version, agreed.version, by, stamp(at), (*words, _word(actor, at))
        )
        if dry_run:
            return Result(found.version, missing(amendment, agreed))
        return _settle(content, agreed, amendment, files, at)


def followed(content: Content, agreed: Policy, texts: Mapping[str, str]) -> Policy:
    """Return the policy of `texts`, if it can follow upon `agreed`. Raises `BadPolicy`."""
    found = _parsed(tuple(sorted(texts.items())))
    asked = (found.settings.signoff, found.settings.terms, found.settings.default_type, found.types)
    before = (agreed.settings.signoff, agreed.settings.terms, agreed.settings.default_type)
    # Whoever takes a key or a role away must never be kept from it: that leaves rules unmet, and
    # says so, but does not make them.
    only_people = asked == (*before, agreed.types)
    sound(texts, first=only_people)
    key = content.key
    if key and all(k.revoked or k.key != key.public for k in found.settings.desk_keys):
        raise BadPolicy(f"desk_keys: keep the key that the desk signs with: {key.public}")
    for name, now in found.types.items():
        was = agreed.types.get(name)
        if was and was != now and was.version == now.version:
            raise BadPolicy(f"types: “{name}” is another than before: give it another version")
    for old in agreed.people:
        if found.person(old.id) is None:
            marks = old.marks() - set(old.accounts)
            same = next((p for p in found.people if not marks.isdisjoint(p.marks())), None)
            if same and old.id not in same.marks():
                raise BadPolicy(
                    f"people: {old.id} seems to be {same.id} now: add names: [{old.id}] to "
                    f"{same.id}, so that what {old.id} wrote stays theirs"
                )
    return found


def agree(
    content: Content, version: str, actor: Actor, at: datetime, dry_run: bool = False
) -> Result:
    """Add the actor's word to the proposal of that `version`, 12 characters of it or more.

    Raises:
        BadPolicy: no such proposal, or the policy has changed since it was made.
        NotEntitled: the actor may not change the policy.
    """
    with content.locked():
        agreed = current_policy(content)
        desk_key(content, agreed)
        _refuse_others(agreed, actor.person)
        found = proposal(content)
        if found is None or len(version) < 12 or not found.version.startswith(version.lower()):
            waits = f"; {found.version[:12]} is" if found else ""
            raise BadPolicy(f"no policy of version {version[:64]} waits to be agreed on{waits}")
        if found.before != agreed.version:
            raise BadPolicy("the policy has changed since: run briefs policy apply again")
        if actor.person in (word.person for word in found.agreements):
            return Result(found.version, missing(found, agreed), unchanged=True)
        amended = replace(found, agreements=(*found.agreements, _word(actor, at)))
        if dry_run:
            return Result(found.version, missing(amended, agreed))
        files = dict(_files(content, str(content.git.resolve(PROPOSAL))))
        return _settle(content, agreed, amended, files, at)


def proposal(content: Content) -> Amendment | None:
    """Return the amendment that waits for more people to agree, or None."""
    commit = content.git.resolve(PROPOSAL)
    if commit is None:
        return None
    content.refuse_foreign(commit, PROPOSAL)
    found = read_amendment(content.file(commit, FILE))
    return found if found.version != current_policy(content).version else None


def _settle(
    content: Content,
    agreed: Policy,
    amendment: Amendment,
    files: Mapping[str, bytes],
    at: datetime,
) -> Result:
    """Commit the amendment: as the policy if enough agree, else as a proposal. Under the lock."""
    waits = missing(amendment, agreed)
    ref = PROPOSAL if waits else POLICY
    old = content.git.resolve(ref)
    written: dict[str, bytes | None] = dict.fromkeys(content.listing(old) if old else {})
    written |= {**files, FILE: amendment.json()}
    what = "proposed" if waits else "applied"
    message = f"policy: {what} by {amendment.agreements[-1].person}\n"
    content.commit(ref, old, Change(written, message, at))
    return Result(amendment.version, waits)


def _refuse_others(agreed: Policy, name: str) -> None:
    person, role = agreed.person(name), agreed.settings.change.role
    if person is None or role not in person.roles:
        who = ", ".join(p.id for p in agreed.with_role(role))
        raise NotEntitled(
            f"{name} may not change the policy: that is for the role {role} (ask {who})"
        )


def _word(actor: Actor, at: datetime) -> Agreement:
    return Agreement(actor.person, actor.channel, stamp(at), actor.evidence)


def _seq(content: Content, commit: str | None) -> int:
    if commit is None or FILE not in content.listing(commit):
        return 0
    return read_amendment(content.file(commit, FILE)).seq


def _files(content: Content, commit: str) -> Iterator[tuple[str, bytes]]:
    for name in content.listing(commit):
        if name != FILE:
            yield name, content.file(commit, name)


def _at(content: Content, commit: str) -> Policy:
    texts = {name: data.decode("utf-8") for name, data in _files(content, commit)}
    return _parsed(tuple(sorted(texts.items())))


@lru_cache(maxsize=8)
def _parsed(files: tuple[tuple[str, str], ...]) -> Policy:
    known = {name: found for name in names() if (found := shipped(name))}
    return policy(dict(files), known)
