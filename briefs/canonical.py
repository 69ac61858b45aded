"""Canonical JSON (RFC 8785) and the SHA-256 digests that stand on it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"


def canonical(value: Json) -> bytes:
    """Return `value` as canonical JSON: sorted keys, no white space, UTF-8, no final line break.

    This equals RFC 8785 for what records hold: strings, whole numbers, booleans and null,
    under ASCII keys. A float raises `TypeError`, since its canonical form is another matter.
    """
    _refuse_floats(value)
    return canonical_of_typed(value)


def canonical_of_typed(value: Json) -> bytes:
    """Return `value` as canonical JSON, where its types allow no fraction: nobody looks for one."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode("utf-8")


def sha256(data: bytes) -> str:
    """Return the SHA-256 of `data`, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _refuse_floats(value: Json) -> None:
    kind = type(value)
    if kind is str or kind is int or value is None or kind is bool:
        return
    if isinstance(value, float):
        raise TypeError(f"a record holds no fractions, not {value!r}")
    if isinstance(value, dict | Mapping):
        for item in value.values():
            _refuse_floats(item)
    elif not isinstance(value, str | int):
        for item in value:
            _refuse_floats(item)
