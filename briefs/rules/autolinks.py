"""Bare addresses in a text, which GitHub's Markdown makes links: where one begins and ends."""

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import category

SIGN: Final = re.compile(r"://|www\.")
LONGEST_DOMAIN: Final = 600  # in bytes; a name that the Internet knows has 253 letters
_SCHEMES: Final = ("http", "https", "ftp")
_BEFORE_WWW: Final = " \t\n\x0b\x0c\r*_~(["
_LATE: Final = "?!.,:*_~'\""
_ENTITY: Final = re.compile(r"&[A-Za-z]+;\Z")
_LONGEST_ENTITY: Final = 40
_DEEP: Final = 10  # names of so many points may hold underscores, as cmark-gfm has it
_LOCAL: Final = frozenset(".+-_")
_HOST: Final = re.compile(r"(?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9]))*+")


def scheme(before: str) -> str:
    """Return the scheme that ends `before`, where it is one of bare addresses."""
    start = len(before)
    while start and before[start - 1].isascii() and before[start - 1].isalpha():
        start -= 1
    found = before[start:]
    return found if found in _SCHEMES else ""


def opens_www(before: str) -> bool:
    """Say whether `www.` behind the character `before` begins an address."""
    return before in _BEFORE_WWW


def is_domain(text: str) -> bool:
    """Say whether `text`, what follows the scheme, begins with the name of a host."""
    points = last = late = 0  # underscores in the last two parts make it none
    for letter in text:
        if letter == "_":
            late += 1
        elif letter == ".":
            last, late = late, 0
            points += 1
        elif letter not in "-\\" and not _hosts(letter):
            return not last and not late
    return not (last or late) or points > _DEEP


def _hosts(letter: str) -> bool:
    if letter.isascii():
        return letter.isalnum()
    return not letter.isspace() and category(letter)[0] not in "PS"


def trimmed(text: str) -> str:
    """Return the address `text` without what ends the sentence about it."""
    text = text.partition("<")[0]
    end, spare = len(text), text.count(")") - text.count("(")
    while end:
        if text[end - 1] in _LATE:
            end -= 1
        elif text[end - 1] == ";":
            found = _ENTITY.search(text[max(end - _LONGEST_ENTITY, 0) : end])
            end -= len(found[0]) if found else 1
        elif text[end - 1] == ")" and spare > 0:
            end, spare = end - 1, spare - 1
        else:
            break
    return text[:end]


def mails(text: str) -> Iterator[str]:
    """Yield what stands before the first e-mail address of `text`, an address, and so on."""
    place = seen = depth = 0
    at = text.find("@")
    while at >= 0:
        depth += text.count("[", seen, at) - text.count("]", seen, at)
        seen = at
        if depth <= 0 and (found := _mail(text, place, at)):
            begin, end = found
            yield text[place:begin]
            yield text[begin:end]
            place = seen = end
            depth = 0
        at = text.find("@", max(at + 1, place))
    yield text[place:]


def _mail(text: str, start: int, at: int) -> tuple[int, int] | None:
    begin = at
    while begin > start and (text[begin - 1] in _LOCAL or _plain(text[begin - 1])):
        begin -= 1
    host = _HOST.match(text, at + 1)
    name = host[0] if host else ""
    end = at + 1 + len(name)
    if begin == at or "." not in name or text[end : end + 1] == "@" or not name[-1].isalpha():
        return None
    for protocol in ("mailto:", "xmpp:"):
        if text.endswith(protocol, start, begin):
            begin -= len(protocol)
    return begin, at + len(trimmed(text[at:end]))


def _plain(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
