"""Receipts: what `main` says of an edition, made of its records alone."""

from collections.abc import Iterable, Mapping
from typing import Any

from briefs.record import Published, State
from briefs.signoff import SignOff, fields_of, stands


def entry_of(published: Published) -> dict[str, Any]:
    """Return what the manifest says of an edition, as plain data."""
    gone = published.withdrawn
    return {
        "edition": published.edition,
        "revision": published.revision,
        "title": published.title,
        "published_at": published.at,
        "digest": published.digest,
        "withdrawn": gone and {"at": gone.at, "by": gone.by, "reason": gone.reason},
    }


def receipt_of(
    state: State, published: Published, signoffs: Iterable[SignOff], names: Mapping[str, str]
) -> dict[str, Any]:
    """Return the receipt of an edition, as plain data.

    `state` and `signoffs` are those of the record that published it; `names` people's names by id.
    """
    override = state.override
    return entry_of(published) | {
        "schema_version": 1,
        "slug": state.slug,
        "type": state.type,
        "type_version": state.type_version,
        "policy": state.policy,
        "digests": {
            "bytes": state.digests.bytes,
            "brief": state.digests.brief,
            "sections": dict(state.digests.sections),
        },
        # Whole, since a signature is of the whole.
        "signoffs": [
            fields_of(signoff) | {"name": names.get(signoff.reviewer, "")}
            for signoff in sorted(signoffs, key=lambda s: (s.seq, s.nonce))
            if any(stands(signoff, path, state) for path in signoff.sections)
        ],
        "override": override
        and {
            "by": override.by,
            "at": override.at,
            "reason": override.reason,
            "due": override.due,
            "settler": override.settler,
            "objections": list(override.objections),
        },
    }
