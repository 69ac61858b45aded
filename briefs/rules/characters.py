"""Rules on characters: some nobody sees, some deceive the eye, some a conversion broke."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Final
from unicodedata import category, combining, is_normalized, name, normalize

from briefs.brief import Brief
from briefs.findings import Fix, Severity
from briefs.frontmatter import Value
from briefs.markdown import Block, Kind
from briefs.outline import normal
from briefs.rules.registry import Remark, Remarks, at, rule
from briefs.types.language import BriefType

_ASCII: Final = bytes(range(128))

_SIGNS: Final = frozenset("\u200e\u200f\u061c")
_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_TAGS: Final = frozenset(map(chr, range(0xE0000, 0xE0080)))
_MISLEADING: Final = _SIGNS | _TURNS | _TAGS
_TURNING: Final = re.compile(f"[{''.join(sorted(_TURNS | _TAGS))}]")
_LEFTWARD: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

_SOFT: Final = "\u00ad"
_JOINERS: Final = "\u200c\u200d"
# What no digest counts; the others are part of some words.
_IDLE: Final = frozenset("\u00ad\u200b\u2060\ufeff")
_INVISIBLE: Final = _IDLE | frozenset("\u200c\u200d\u2061\u2062\u2063\u2064\u180e")

# Cyrillic and Greek letters that pass for Latin ones.
_ALIEN: Final = "аеорсухѕіјԁһӏԛԝѵАВЕКМНОРСТУХЅІЈԚԜҮӀοινυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
_ALIENS: Final = frozenset(_ALIEN)
_LATIN: Final = str.maketrans(_ALIEN, "aeopcyxsijdhlqwvABEKMHOPCTYXSIJQWYIoivuABEZHIKMNOPTYX")
_IS_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f]")
_WORD: Final = re.compile(r"[^\W\d_]+")

_LIGATURES: Final = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}
_LOST: Final = "\ufffd"
# UTF-8 that was read as Windows-1252; capitals that end a word before a quotation mark are not.
_MISREAD: Final = re.compile(
    "â€|ï»¿|Ã[\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u00bf€‚ƒ„†‡ˆ‰Š‹ŒŽ™š›œžŸ]"
    "|Â[\u00a0\u00a1\u00a3\u00a7\u00a9\u00ae\u00b0-\u00b7\u00bf]"
)


def unusual(brief: Brief) -> frozenset[str]:
    """Return the characters of the draft beyond ASCII: few, and all that these rules look at."""
    return frozenset(brief.draft.data.translate(None, _ASCII).decode("utf-8"))


def _body(brief: Brief) -> Iterator[tuple[int, str]]:
    yield from enumerate(brief.draft.lines[brief.front.end :], start=brief.front.end + 1)


def _named(char: str) -> str:
    return f"U+{ord(char):04X} ({name(char, 'no name').lower()})"


def _without(number: int, line: str, places: Collection[int]) -> Fix:
    places = frozenset(places)
    kept = "".join(char for place, char in enumerate(line) if place not in places)
    return Fix(number, number, (kept,))


@rule(Severity.ERROR)
def text_misleading(brief: Brief) -> Remarks:
    """What people see is what stands there: nothing turns its direction, nothing is hidden in it.

    Bad:  U+202E before “ton od”, which readers then see as “do not”.
    Good: the words in their order. Direction marks beside Arabic or Hebrew letters are left alone.
    """
    hidden = not _MISLEADING.isdisjoint(brief.once(unusual))
    for number, line in _body(brief) if hidden else ():
        found = _MISLEADING - _SIGNS if _LEFTWARD.search(line) else _MISLEADING
        if bad := [place for place, char in enumerate(line) if char in found]:
            message = f"remove {_named(line[bad[0]])}: readers see another text than stands here"
            # No fix: which of the two texts is meant, the author has to say.
            yield Remark(number, message, column=bad[0] + 1)
    if "&#" in brief.draft.text:  # these characters have no names
        yield from _turned_by_entities(brief)


def _turned_by_entities(brief: Brief) -> Remarks:
    """Remark on what turns a text and is written as `&#x202e;`, which lines do not show."""
    for block, index, match in brief.running.search(_TURNING):
        line, column = block.place(index)
        if match.group() not in brief.draft.lines[line - 1]:
            message = f"remove {_named(match.group())}: readers see another text than stands here"
            yield Remark(line, message, column=column)


@rule(Severity.WARNING)
def character_invisible(brief: Brief) -> Remarks:
    """No character stands in a word that nobody sees; a search would miss the word.

    Bad:  a soft hyphen or a zero-width space (U+200B), as web pages and word processors leave them.
    Good: the letters alone. Joiners within Persian or Hindi words, and emoji, are left alone.
    """
    found = brief.once(unusual) & _INVISIBLE
    for number, line in _body(brief) if found else ():
        own = found - {_SOFT} if _SOFT in found and number in brief.once(_softened) else found
        if bad := [place for place, c in enumerate(line) if c in own and _is_idle(line, place)]:
            message = f"remove {_named(line[bad[0]])}, which nobody sees"
            fix = _without(number, line, bad) if _IDLE.issuperset(line[p] for p in bad) else None
            yield Remark(number, message, column=bad[0] + 1, fix=fix)


def _is_idle(line: str, place: int) -> bool:
    if line[place] not in _JOINERS:
        return True
    return line[max(place - 1, 0) : place].isascii() or line[place + 1 : place + 2].isascii()


def _softened(brief: Brief) -> set[int]:
    """Return the lines of titles and labels with a soft hyphen, which `label-hyphen` finds."""
    return {block.line for block, title in _titles(brief) if _SOFT in title}


def _titles(brief: Brief) -> Iterator[tuple[Block, str]]:
    for block in brief.draft.tree.flat:
        if title := block.text if block.kind is Kind.HEADING else block.label:
            yield block, title


def _mixed(text: str) -> Iterator[re.Match[str]]:
    """Yield the words of `text` that have Latin letters, and others that pass for such."""
    for match in _WORD.finditer(text):
        word = match.group()
        if not word.isascii() and _IS_LATIN.search(word) and not _ALIENS.isdisjoint(word):
            yield match


@rule(Severity.ERROR)
def title_confusable(brief: Brief) -> Remarks:
    """Titles and labels are in the letters of one alphabet; what looks like a section is it.

    Bad:  `## Crisеs`, its second “е” a Cyrillic letter: no program takes it for “Crises”.
    Good: `## Crises`.
    """
    if brief.once(unusual).isdisjoint(_ALIENS):
        return
    for block, title in _titles(brief):
        latin = title.translate(_LATIN)
        if latin == title:
            continue
        if meant := _declared(brief.type).get(normal(latin)):
            message = f"write it in Latin letters: it imitates “{meant}”"
        elif word := next(_mixed(title), None):
            message = f"write “{word.group()[:40]}” in the letters of one alphabet"
        else:
            continue
        place = next(index for index, char in enumerate(title) if char != latin[index])
        yield at(block, message, place)


@lru_cache(maxsize=64)
def _declared(brief_type: BriefType) -> dict[str, str]:
    """Return the titles of a type's sections and fields, as compared and as written."""
    nodes = brief_type.nodes()
    titles = [t for n in nodes for t in (*(f.title for f in n.fields), *n.aliases, n.title)]
    return {normal(title): title for title in titles}


@rule(Severity.WARNING)
def letters_mixed(brief: Brief) -> Remarks:
    """A word is in the letters of one alphabet.

    Bad:  “Recоmmendation” with a Cyrillic “о”, which no search finds.
    Good: “Recommendation”. Whole words in another alphabet, as “Крим”, are left alone.
    """
    if brief.once(unusual).isdisjoint(_ALIENS):
        return
    for block in brief.draft.tree.flat:
        if block.kind is Kind.HEADING or block.text.isascii():
            continue
        # One a block: whoever typed one so has typed others, and mends them together.
        words = (match for match in _mixed(block.text) if match.start() >= len(block.label))
        if word := next(words, None):
            message = f"write “{word.group()[:40]}” in the letters of one alphabet"
            yield at(block, message, word.start())


@rule(Severity.WARNING)
def letters_odd(brief: Brief) -> Remarks:
    """Letters are written as keyboards write them: an accent with its letter, no ligatures.

    Bad:  “ﬁnance” with the ligature of a PDF; “é” as an e and an accent of its own.
    Good: “finance”; “é” as one character (NFC).
    """
    if not any(_is_odd(char) for char in brief.once(unusual)):
        return
    for number, line in enumerate(brief.draft.lines, start=1):
        plain = normalize("NFC", line).translate(_LIGATURES)
        if plain != line:
            pairs = enumerate(zip(line, f"{plain}\n", strict=False))
            place = next((n for n, (a, b) in pairs if a != b), len(plain))
            message = "write the letters at this place as a keyboard does (NFC, no ligatures)"
            composed = normalize("NFC", line)
            fix = Fix(number, number, (composed,)) if composed != line else None
            yield Remark(number, message, column=place + 1, fix=fix)


def _is_odd(char: str) -> bool:
    # What joins a character before it, Korean letters included, may have a form that is one.
    joins = combining(char) or "\u1160" <= char <= "\u11ff"
    return bool(joins) or ord(char) in _LIGATURES or not is_normalized("NFC", char)


@rule(Severity.ERROR)
def text_garbled(brief: Brief) -> Remarks:
    """No character was lost or broken on the way from another program.

    Bad:  “Belgiumâ€™s”, “S�o Tomé”, the empty boxes that were Word's bullets.
    Good: “Belgium’s”, “São Tomé”.
    """
    chars = brief.once(unusual)
    lost = {char for char in chars if char == _LOST or category(char) == "Co"}
    if not lost and chars.isdisjoint("âÃÂï"):
        return
    broken = re.compile(f"[{''.join(sorted(lost))}]|{_MISREAD.pattern}") if lost else _MISREAD
    for number, line in enumerate(brief.draft.lines, start=1):
        if not line.isascii() and (match := broken.search(line)):
            message = f"write the character that “{match.group()}” was"
            yield Remark(number, message, column=match.start() + 1)


@rule(Severity.ERROR, about="@front")
def front_matter_misleading(brief: Brief) -> Remarks:
    """The values of the front matter hold what is seen of them, in the letters of one alphabet.

    Bad:  a title with U+202E or U+200B in it; an author's name with a Cyrillic “а”.
    Good: the title and the name as a keyboard writes them.
    """
    for path, text in _values(dict(brief.front.values), ""):
        if text.isascii() and text.isprintable():
            continue
        line = brief.front.line(path)
        if bad := next((c for place, c in enumerate(text) if _is_hidden(text, place)), ""):
            yield Remark(line, f"{path}: remove {_named(bad)}")
        elif word := next(_mixed(text), None):
            message = f"{path}: write “{word.group()[:40]}” in the letters of one alphabet"
            yield Remark(line, message)


def _is_hidden(text: str, place: int) -> bool:
    char = text[place]
    hides = category(char) in ("Cc", "Cf", "Zl", "Zp") and char not in "\n\t"
    return hides and _is_idle(text, place)


def _values(value: Value, path: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a front matter, its keys included, with the path to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _values(item, f"{path}.{place}")
    else:
        for key, item in value.items():
            yield from _values(item, f"{path}.{key}" if path else key)
