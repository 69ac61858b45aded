"""Public keys as OpenSSH writes them: one form for each key, and none that holds for any text."""

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Final

LONGEST: Final = 1 << 14  # characters; an RSA key of 16,384 bits has some 2,800
_RSA_BITS: Final = range(2048, 16_384 + 1)  # OpenSSH reads no longer ones
_CURVE_25519: Final = (1 << 255) - 19
# Heights of the points of small order: for such a key, there are signatures that hold for any text.
_ORDER_8: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_WEAK: Final = frozenset({0, 1, _CURVE_25519 - 1, _ORDER_8, _CURVE_25519 - _ORDER_8})
_CURVES: Final = {  # y² = x³ - 3x + b (mod p), as p and b
    "nistp256": (
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    ),
    "nistp384": (
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875A_C656398D8A2ED19D2A85C8EDD3EC2AEF,
    ),
    "nistp521": (
        2**521 - 1,
        0x051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF10_9E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00,
    ),
}


class BadKey(ValueError):
    """A text that is no public key, or one that nobody should rely on; the message says why."""


def public_key(text: str) -> str:
    """Return the public key in `text` as `type base64`, its comment left out.

    `text` is the one line of a `.pub` file. A key has exactly one such form, so that keys can be
    compared as strings.

    Raises:
        BadKey: it is no public key, of a type that is not allowed, or a weak one.
    """
    if "PRIVATE KEY" in text:
        raise BadKey("that is a private key: keep it to yourself, and give the line of its .pub")
    words = text.split(maxsplit=2)
    if len(words) < 2 or len(text.strip().splitlines()) != 1 or len(text) > LONGEST:
        raise BadKey(f"not a public key: {_REMEDY}")
    kind, body = words[:2]
    if kind not in _TYPES:
        named = f"“{kind[:40]}”" if re.fullmatch(r"[\w.@-]+", kind, re.ASCII) else "this"
        raise BadKey(f"{named} is no type of key that is allowed here; use {', '.join(_TYPES)}")
    if objection := _objection(kind, body):
        raise BadKey(f"not a {kind} key, as {objection}: {_REMEDY}")
    return f"{kind} {body}"


def fingerprint(public: str) -> str:
    """Return the fingerprint that `ssh-keygen -l` prints: `SHA256:` and 43 characters.

    Raises:
        BadKey: as `public_key`.
    """
    digest = hashlib.sha256(b64decode(public_key(public).split()[1])).digest()
    return f"SHA256:{b64encode(digest).decode('ascii').rstrip('=')}"


def strings(blob: bytes) -> list[bytes]:
    """Return the strings that `blob` consists of: each has its length in four bytes before it.

    Raises:
        ValueError: `blob` ends within a string.
    """
    found, at = [], 0
    while at < len(blob):
        begin = at + 4
        at = begin + int.from_bytes(blob[at:begin], "big")
        if at > len(blob):
            raise ValueError("it is cut short")
        found.append(blob[begin:at])
    return found


_REMEDY: Final = "copy the one line of the .pub file whole"


def _objection(kind: str, body: str) -> str:
    """Return what keeps `body` from being the key of that kind, or ""."""
    try:
        blob = b64decode(body, validate=True)
        inner, *fields = strings(blob)
    except ValueError:
        return "its text is damaged or cut short"
    if b64encode(blob).decode("ascii") != body:
        return "its text is damaged or cut short"
    if inner != kind.encode("ascii"):
        return "the key inside says that it is of another type"
    try:
        return _TYPES[kind](*fields)
    except TypeError:  # more parts, or fewer
        return "it does not have the parts of one"


def _ed25519(point: bytes) -> str:
    if len(point) != 32:
        return "it does not have 32 bytes"
    height = int.from_bytes(point, "little") & ((1 << 255) - 1)  # without the sign of the other
    if height >= _CURVE_25519 or height in _WEAK:
        return "it is a point for which anybody can sign"
    return ""


def _ecdsa(expected: str) -> Callable[[bytes, bytes], str]:
    prime, constant = _CURVES[expected]
    size = (prime.bit_length() + 7) // 8

    def objection(curve: bytes, point: bytes) -> str:
        if curve != expected.encode("ascii") or len(point) != 1 + 2 * size or point[0] != 4:
            return f"it has no point of {expected}"
        x, y = (int.from_bytes(half, "big") for half in (point[1 : 1 + size], point[1 + size :]))
        if max(x, y) >= prime or (y * y - x * x * x + 3 * x - constant) % prime:
            return f"its point does not lie on {expected}"
        return ""

    return objection


def _rsa(exponent: bytes, modulus: bytes) -> str:
    e, n = (int.from_bytes(number, "big") for number in (exponent, modulus))
    for number, value in ((exponent, e), (modulus, n)):
        # One form for each: as short as it can be, and not negative.
        if number != value.to_bytes(value.bit_length() // 8 + 1, "big"):
            return "its numbers are not written as OpenSSH writes them"
    if n.bit_length() not in _RSA_BITS:
        return f"it has {n.bit_length()} bits, and needs {_RSA_BITS.start} to {_RSA_BITS.stop - 1}"
    if e < 3 or e >> 64 or not e & 1 or not n & 1:
        return "its numbers are none of an RSA key"
    return ""


def _sk_ed25519(point: bytes, application: bytes) -> str:
    return _ed25519(point)


def _sk_ecdsa(curve: bytes, point: bytes, application: bytes) -> str:
    return _TYPES["ecdsa-sha2-nistp256"](curve, point)


# Each answers with what is wrong with the parts of a key of its type. DSA is left out: too short.
_TYPES: Final[Mapping[str, Callable[..., str]]] = {
    "ssh-ed25519": _ed25519,
    "ecdsa-sha2-nistp256": _ecdsa("nistp256"),
    "ecdsa-sha2-nistp384": _ecdsa("nistp384"),
    "ecdsa-sha2-nistp521": _ecdsa("nistp521"),
    "ssh-rsa": _rsa,
    "sk-ssh-ed25519@openssh.com": _sk_ed25519,
    "sk-ecdsa-sha2-nistp256@openssh.com": _sk_ecdsa,
}
