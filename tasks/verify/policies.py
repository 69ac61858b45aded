"""The history of the policy: each version, and that it came about under the one before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from briefs.amendment import FILE, missing, read_amendment
from briefs.errors import BriefError
from briefs.library import names, shipped
from briefs.policy import Policy, policy
from tasks import signatures
from tasks.verify.raw import Broken, Clone, Commit


@dataclass(frozen=True, slots=True)
class Policies:
    """The policy's versions, oldest first.

    `keys` are those of the desk by which the versions are signed, so that each vouches for what
    came before.
    """

    versions: Sequence[Policy]
    keys: tuple[str, ...]

    def of(self, version: str, since: int) -> tuple[int, Policy]:
        """Return the number and the policy of a version, the first from number `since` on.

        A policy may come back, and be the same version again. Raises `Broken` for an unknown one,
        and for one that was given up before.
        """
        for number, found in enumerate(self.versions[since:], start=since):
            if found.version == version:
                return number, found
        if any(found.version == version for found in self.versions[:since]):
            raise Broken("its policy is older than that of the record before it")
        raise Broken(f"its policy {version[:12] or '(none)'} was never agreed on")

    @property
    def newest(self) -> Policy:
        """The policy that counts now."""
        return self.versions[-1]


def policies(clone: Clone, tip: str | None) -> Policies:
    """Return the policy's history up to `tip`, each step of it checked. Raises `Broken`."""
    if tip is None:
        raise Broken(
            "there is no policy here, and without its keys nothing can be verified; "
            "git fetch origin 'refs/desk/*:refs/desk/*'"
        )
    versions: list[Policy] = []
    keys: dict[str, None] = {}
    for number, commit in enumerate(clone.chain(tip), start=1):
        try:
            versions.append(_next(clone, commit, number, versions))
        except (BriefError, ValueError, LookupError) as error:
            raise Broken(f"policy, commit {commit.sha[:12]} (version {number}): {error}") from error
        keys[signatures.signed_by(commit.signature)] = None
    return Policies(versions, tuple(keys))


def signed_by_desk(commit: Commit, agreed: Policy) -> bool:
    """Say whether a commit is signed by one of the desk's keys that a policy names."""
    return any(
        signatures.holds(commit.signature, commit.payload, signatures.COMMITS, key)
        for key in _keys(agreed)
    )


def _next(clone: Clone, commit: Commit, number: int, versions: Sequence[Policy]) -> Policy:
    files = {name: clone.read(sha, "blob") for name, sha in clone.files(commit.tree).items()}
    if FILE not in files:
        raise Broken(f"{FILE} is missing: nobody stands for this version")
    amendment = read_amendment(files.pop(FILE))
    # What a version says is read only once the desk has signed it, the first one aside.
    if versions and not signed_by_desk(commit, versions[-1]):
        raise Broken("it is not signed by the desk")
    found = _read(files)
    if not versions and not signed_by_desk(commit, found):
        raise Broken("it is not signed by a key that it names (desk_keys)")
    before = versions[-1].version if versions else ""
    if (amendment.seq, amendment.version) != (number, found.version):
        raise Broken(f"{FILE} speaks of another version than these files")
    if amendment.before != before:
        raise Broken(f"{FILE} follows another version than the one before it")
    if versions and (lacking := missing(amendment, versions[-1])):
        raise Broken(f"it was applied before enough people agreed: {lacking.partition(':')[0]}")
    return found


def _read(files: Mapping[str, bytes]) -> Policy:
    known = {name: found for name in names() if (found := shipped(name))}
    return policy({name: data.decode("utf-8") for name, data in files.items()}, known)


def _keys(agreed: Policy) -> tuple[str, ...]:
    return tuple(key.key for key in agreed.settings.desk_keys if not key.revoked)
