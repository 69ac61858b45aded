"""Whose signatures hold: the policy's keys in the form that OpenSSH reads."""

from collections.abc import Iterator

from briefs.people import DESK, Key
from briefs.policy import Policy
from tasks.signatures import Signer


def signers(agreed: Policy) -> list[Signer]:
    """Return every key of the policy with its person, or the desk, and when it may sign."""
    return [
        Signer(
            name,
            key.key,
            f"{key.since}T00:00:00Z" if key.since else None,
            f"{key.until}T23:59:59Z" if key.until else None,
        )
        for name, key in _keys(agreed)
    ]


def revoked(agreed: Policy) -> list[str]:
    """Return the keys of the policy that are revoked."""
    return [key.key for _, key in _keys(agreed) if key.revoked]


def _keys(agreed: Policy) -> Iterator[tuple[str, Key]]:
    for person in agreed.people:
        yield from ((person.id, key) for key in person.keys)
    yield from ((DESK, key) for key in agreed.settings.desk_keys)
