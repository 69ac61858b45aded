"""Whether a text is an address (URL) as browsers read one, https://url.spec.whatwg.org."""

import re
from typing import Final
from unicodedata import category, normalize
from urllib.parse import unquote_to_bytes

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_WITH_HOST: Final = ("http", "https", "ws", "wss", "ftp")
_HIGHEST_PORT: Final = 65_535
_IPV4: Final = 1 << 32
_FORBIDDEN: Final = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|]")
_FORBIDDEN_OPAQUE: Final = re.compile(r"[\x00\t\n\r #/:<>?@\[\\\]^|]")
_IPV6: Final = re.compile(r"[0-9A-Fa-f:.]*")
_NUMBER: Final = re.compile(r"0[xX][0-9A-Fa-f]*|[0-9]+")


def is_address(text: str) -> bool:
    """Say whether `text` is an address with a scheme, and with a host where the scheme has one."""
    text = re.sub(r"[\t\n\r]", "", text.strip("".join(map(chr, range(33)))))
    match = _SCHEME.match(text)
    if match is None:
        return False
    scheme, rest = match.group(1).lower(), text[match.end() :]
    if scheme in _WITH_HOST:
        return _is_authority(re.split(r"[/\\?#]", rest.lstrip("/\\"), maxsplit=1)[0])
    if scheme == "file":
        return _is_file(rest.replace("\\", "/"))
    if rest.startswith("//"):
        return _is_opaque(re.split(r"[/?#]", rest[2:], maxsplit=1)[0])
    return True


def _is_authority(authority: str) -> bool:
    host, port = _divided(authority)
    return bool(host) and _is_port(port) and _is_host(host)


def _is_file(rest: str) -> bool:
    if not rest.startswith("//"):
        return True
    host = re.split(r"[/?#]", rest[2:], maxsplit=1)[0]
    return not host or re.fullmatch(r"[A-Za-z][:|]", host) is not None or _is_host(host)


def _is_opaque(authority: str) -> bool:
    host, port = _divided(authority)
    if not host and authority:
        return False
    if host.startswith("["):
        return _is_port(port) and _is_ipv6(host)
    return _is_port(port) and not _FORBIDDEN_OPAQUE.search(host)


def _divided(authority: str) -> tuple[str, str]:
    """Return host and port of an authority, its user left out."""
    place = authority.rpartition("@")[2]
    bracket = place.rfind("]")
    colon = place.find(":", bracket + 1)
    return (place[:colon], place[colon + 1 :]) if colon >= 0 else (place, "")


def _is_port(port: str) -> bool:
    return not port or (port.isascii() and port.isdigit() and int(port) <= _HIGHEST_PORT)


def _is_ipv6(host: str) -> bool:
    inner = host[1:-1]
    if not host.endswith("]") or not _IPV6.fullmatch(inner) or inner.count("::") > 1:
        return False
    head, _, tail = inner.rpartition(":")
    dotted = "." in tail
    parts = [part for part in (head if dotted else inner).split(":") if part]
    if dotted and not re.fullmatch(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|\Z)){4}", tail):
        return False
    size = len(parts) + 2 * dotted
    fits = size < 8 if "::" in inner else size == 8
    return fits and ":::" not in inner and all(len(part) <= 4 for part in parts)


def _is_host(host: str) -> bool:
    if host.startswith("["):
        return _is_ipv6(host)
    try:
        name = _domain(unquote_to_bytes(host).decode("utf-8"))
    except UnicodeError:
        return False
    if not name or _FORBIDDEN.search(name):
        return False
    labels = name.rstrip(".").split(".") if name.endswith(".") else name.split(".")
    return _is_ipv4(labels) if _is_number(labels[-1]) else True


def _domain(host: str) -> str:
    """Return a domain as it is looked up. Raises `UnicodeError` where it cannot be."""
    if host.isascii() and "xn--" not in host.lower():
        return host
    plain = "".join(c for c in normalize("NFKC", host) if category(c) != "Cf").lower()
    plain = re.sub("[\u3002\uff0e\uff61]", ".", plain)
    for label in plain.split("."):
        if label.startswith("xn--"):
            name = label[4:].encode().decode("punycode")
            if name.isascii() or not name.isprintable():
                raise UnicodeError(label)
    return plain


def _is_number(label: str) -> bool:
    return (label.isascii() and label.isdigit()) or bool(re.fullmatch(r"0[xX][0-9A-Fa-f]*", label))


def _is_ipv4(labels: list[str]) -> bool:
    if len(labels) > 4 or not all(_NUMBER.fullmatch(label) for label in labels):
        return False
    try:
        numbers = [_value(label) for label in labels]
    except ValueError:
        return False
    last = numbers.pop()
    return all(number < 256 for number in numbers) and last < _IPV4 >> (8 * len(numbers))


def _value(label: str) -> int:
    if label[:2].lower() == "0x":
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") and len(label) > 1 else 10)
