"""Sentences, and what is no text at all: guidance, placeholders, template words."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

_END: Final = re.compile(r"[.!?…][\"”’')\]]*(?=\s+[\"“‘'(\[]*[A-Z0-9])")
_ABBREVIATED: Final = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "gen",
        "sen",
        "rep",
        "st",
        "no",
        "nos",
        "vs",
        "approx",
        "ca",
        "cf",
        "e.g",
        "i.e",
        "etc",
        "inc",
        "ltd",
        "co",
        "corp",
        "jr",
        "sr",
        "art",
        "sec",
        "fig",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "u.s",
        "u.k",
        "u.n",
    ]
)
_IMPERATIVE: Final = (
    "add|address|analy[sz]e|answer|assess|cite|complete|consider|cover|define|describe|detail"
    "|discuss|elaborate|enter|ensure|evaluate|examine|explain|fill|focus|give|highlight|identify"
    "|include|indicate|insert|list|mention|name|outline|please|provide|put|replace|review|say"
    "|specify|state|summari[sz]e|use|write"
)
ABOUT_SECTION: Final = re.compile(
    r"\b(?:this|the\s(?:next|previous|following|above))\b[^.]{0,40}\b(?:section|field|paragraph)\b"
    r"|\b(?:in|for)\sthis\s(?:section|field)\b",
    re.IGNORECASE,
)
IMPERATIVE: Final = re.compile(rf"[*_“\"(\[]*\s*(?:{_IMPERATIVE})\b", re.IGNORECASE)
GUIDANCE: Final = re.compile(r"[*_(\[]*\s*guidance\s*:", re.IGNORECASE)
# What looks like an imperative and is a name: a caption, the title of a speech or of a paper.
_NAMING: Final = re.compile(
    r"[*_“\"(\[]*\s*(?:address|answer|complete|cover|detail|focus|highlight|list|name|outline|review"
    r"|state|use)s?(?:[:,.]|\s(?:by|for|from|group|image|list|of|period|photo|picture|text|to"
    r"|visit|withheld)\b)",
    re.IGNORECASE,
)
PLACEHOLDER: Final = re.compile(
    r"\b(?:TBD|TBC|TODO|FIXME|XXX+|TK)\b|\?\?\?+"
    r"|[\[<{](?i:insert|add|your|enter|name of|date|number|placeholder|to be)\b[^\]>}]{0,80}[\]>}]"
    r"|(?i:lorem ipsum\b)|_{4,}|\.{6,}|(?i:coming soon\b)"
    r"|(?i:to be (?:added|completed|confirmed|determined|written|supplied)\b)"
    r"|(?i:(?:text|content|details) to (?:follow|come)\b)"
)
PLACEHOLDERS: Final = (
    *("tbd", "tbc", "todo", "fixme", "xxx", "tk", "???", "[", "<", "{", "lorem ipsum", "____"),
    *("......", "coming soon", "to be ", "text to ", "content to ", "details to "),
)
_SHORT: Final = 60  # characters that four words may have
# A promise of text, which may also be a part of a sentence: “the terms to be determined”.
_PROMISE: Final = re.compile(r"to be |coming soon|(?:text|content|details) to ", re.IGNORECASE)
_APART: Final = re.compile(r"(?:^|[(\[:–—\n-])\s*$")
_NO_MORE: Final = re.compile(r"\s*(?:[.;,!?)\]…\n]|$|(?:later|soon|shortly)\b)")
_BY_US: Final = re.compile(r"\s+by (?:the )?(?:authors?|desk|editors?)\b")
_NOT_APPLICABLE: Final = re.compile(
    r"(?:n/?a|not\sapplicable|none|nil|no\sinformation(?:\savailable)?|-+|–|—)\W*", re.IGNORECASE
)
_LONG: Final = 4_000  # characters
_LONGEST_WORD: Final = 16  # among the abbreviations, with what may stand in front
YEAR: Final = re.compile(r"\b(?:1[6-9]|20)\d\d\b")


def bounds(text: str) -> tuple[int, ...]:
    """Return where the sentences of `text` begin."""
    # What is remembered outlives the brief, so there is little of it.
    return _bounds(text) if len(text) < _LONG else _long_bounds(text)


@lru_cache(maxsize=1024)
def _bounds(text: str) -> tuple[int, ...]:
    return _starts(text)


@lru_cache(maxsize=2)
def _long_bounds(text: str) -> tuple[int, ...]:
    return _starts(text)


def _starts(text: str) -> tuple[int, ...]:
    starts = [0]
    for match in _END.finditer(text):
        if text[match.start()] != "." or not _abbreviates(text, match.start()):
            starts.append(match.end() + 1)
    return tuple(starts)


def _abbreviates(text: str, stop: int) -> bool:
    before = text[max(0, stop - _LONGEST_WORD) : stop]
    if not before or before[-1].isspace():
        return False
    word = before.split()[-1].lstrip("(\"“‘'[*").lower()
    return word in _ABBREVIATED or (len(word) == 1 and word.isalpha())


_STOPS: Final = frozenset(".!?…:")
_ENDED: Final = re.compile(r"([.!?…])[\"”’')\]]*\s+(?=[\"“‘'(\[]*$)")


def begun_at(text: str, index: int) -> int:
    """Return where the piece begins that holds the character at `index`, right behind a sentence.

    Returns:
        -1 where that character goes on with its sentence.
    """
    ended = _ENDED.search(text, max(0, index - 2 * _LONGEST_WORD), index)
    if ended is None or (ended[1] == "." and _abbreviates(text, ended.start())):
        return -1
    return ended.end()


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`, in order; a fragment counts as one."""
    starts = (*bounds(text), len(text))
    return [text[a:b].strip() for a, b in pairwise(starts)]


def sentence_at(text: str, index: int) -> tuple[int, int]:
    """Return where the sentence of `text` begins and ends that holds the character at `index`."""
    starts = bounds(text)
    place = bisect_right(starts, index)
    return starts[place - 1], starts[place] if place < len(starts) else len(text)


def holds_place(text: str, start: int, held: str) -> bool:
    """Say whether `held`, at `start` of `text`, stands in for a text to come.

    What promises one may be a part of a sentence that tells a fact.
    """
    if not _PROMISE.match(held):
        return True
    end = start + len(held)
    if _BY_US.match(text, end):
        return True
    first, last = sentence_at(text, start)
    is_apart = _APART.search(text[max(first, start - 4) : start])
    is_short = last - first < _SHORT and len(text[first:last].split()) < 5
    return bool(_NO_MORE.match(text, end) and (is_apart or is_short))


def is_sentence(text: str) -> bool:
    """Say whether `text` is a full sentence: it begins and ends as one and has four words."""
    text = text.strip()
    first = text.lstrip("\"“‘'([*_")[:1]
    ends = text.rstrip("\"”’')]*_ ")[-1:] in (".", "!", "?", "…")
    return ends and (first.isupper() or first.isdigit()) and len(text.split(None, 3)) > 3


def says_nothing(text: str) -> bool:
    """Say whether `text` is no more than “not applicable”, or a dash."""
    return len(text) < 40 and bool(_NOT_APPLICABLE.fullmatch(text))


def instructs(text: str, italic: bool) -> bool:
    """Say whether `text` tells the author what to write, rather than the reader something.

    `italic` says that it is set off as such; what is not is taken for guidance only where it says
    so itself.
    """
    if ":" in text[:40] and GUIDANCE.match(text):
        return True
    bracketed = text.startswith("[") and text.rstrip(".").endswith("]")
    if not (italic or bracketed) or _NAMING.match(text):
        return False
    return bool(ABOUT_SECTION.search(text) or IMPERATIVE.match(text))


def instructions(
    text: str, lead: int, italics: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the places in `text` where whole sentences in italics tell the author what to write.

    `lead` is where the text begins behind its label.
    """
    for start, until in italics:
        piece, behind = text[start:until], text[until : until + 3].lstrip('"”’)')
        begins = not text[lead:start].strip(' ("“‘[') or begun_at(text, start) >= 0
        ends = piece.rstrip()[-1:] in _STOPS or behind[:1] in ("", *_STOPS)
        if begins and ends and instructs(piece, True):
            yield start, until
