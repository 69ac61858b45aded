"""What kind of change a section has seen since it was read: typographic, wording or material.

A sign-off covers a section as it was read. When the section changes, rules say what the change is,
never a guess, and in doubt it is material. Each rule is of English and works on the canonical
lines that `briefs.digests` takes a digest of. Two normal forms carry it: texts of one `plain` form
differ in typography at most, texts of one `material` form in wording at most. So a class is an
equivalence: the digests of the two forms can be recorded, and compared over any number of
revisions. `material` is made of what `plain` keeps, so that one plain form has one material form.

Material are numbers, dates, negations, modal verbs, limiting words, names, links, signs, what is
no Latin script, and these words with what they bear on: “not” is kept with the words that it
denies, a number with its unit. The first word of a sentence counts as a name, unless it is a word
that names nothing, and so does every word of a title, where letter case is gone. A word that is
merely opposite to another (“rose”, “fell”) is wording: no list of such words has an end.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from enum import Enum, StrEnum
from itertools import chain, compress, pairwise
from typing import Final, NamedTuple, TypeAlias


class Change(StrEnum):
    """The kinds of change, the gravest last."""

    TYPOGRAPHIC = "typographic"
    WORDING = "wording"
    MATERIAL = "material"


def plain(lines: Sequence[str]) -> str:
    """Return the words and signs of `lines`, a token a line; equal where typography alone differs.

    Set aside are quotes, brackets, dashes between words, commas, colons, stops, the bounds of
    paragraphs, and letter case where a sentence begins. A stop or a colon counts where a name may
    begin behind it, any pause counts behind a negation, modal verb or limiting word: “No, tariffs
    fell” is not “No tariffs fell”.
    """
    return "\n".join(_tokens(lines))


def material(lines: Sequence[str]) -> str:
    """Return the tokens of `plain` that are material, in their order, a token a line."""
    tokens = _tokens(lines)
    return "\n".join(compress(tokens, _weighed(tokens)))


def between(before: Sequence[str], after: Sequence[str]) -> Change | None:
    """Return what kind of change leads from `before` to `after`, `None` where there is none."""
    if "\n".join(before) == "\n".join(after):
        return None
    old, new = _tokens(before), _tokens(after)
    if old == new:
        return Change.TYPOGRAPHIC
    same = [*compress(old, _weighed(old))] == [*compress(new, _weighed(new))]
    return Change.WORDING if same else Change.MATERIAL


def told(before: Sequence[str], after: Sequence[str], limit: int = 5) -> list[str]:
    """Return what to show a reviewer who must look again, a phrase a change, material ones first.

    Returns:
        At most `limit` phrases and, where there are more changes, one that says how many; each
        side of a change is cut to 60 characters. Where there is too much to compare word by word,
        the one phrase shows where the difference begins. Empty where nothing has changed.
    """
    if "\n".join(before) == "\n".join(after):
        return []
    changes = sorted(_changes(before, after), key=lambda change: not change.weighs)
    if not changes:
        return [_SAME_WORDS]
    phrases = [_phrase(change) for change in changes[:limit]]
    more = len(changes) - len(phrases)
    return [*phrases, f"and {more} more change{'s' if more > 1 else ''}"] if more else phrases


# What the words weigh.


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NEGATIONS: Final = _set(
    "not no never none nor neither without cannot nobody nothing nowhere non hardly scarcely barely"
    " seldom rarely"
)
_MODALS: Final = _set("may might must shall should can could will would ought need needs needed")
_LIMITS: Final = _set(
    "only except unless until till all every each any some most many few both either half solely"
    " always often sometimes if whether or provided"
)
_NUMBERS: Final = _set(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
    " hundred hundreds thousand thousands million millions billion billions trillion trillions"
    " dozen dozens zero nil quarter quarters third thirds fourth fifth sixth seventh eighth ninth"
    " tenth first second twice thrice once double triple percent percentage"
)
_WEIGHTY: Final = _set(
    "january february march april june july august september october november december jan feb mar"
    " apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday"
    " today tomorrow yesterday noon midnight pm daily weekly monthly quarterly yearly annually"
    " ii iii iv vi vii viii ix xi xii more less fewer least greater higher lower larger smaller"
    " above below over under before after within beyond against maximum minimum"
    " require required requires permit permits permitted allow allows allowed forbid forbids"
    " forbidden prohibit prohibits prohibited ban bans banned mandatory optional voluntary"
    " compulsory obliged obligatory binding"
)
# Ordinary words that name nothing: at the head of a sentence they are not taken for names.
_FUNCTION: Final = _set(
    "a an the and but so yet as at by for from in into of off on onto out per than then to"
    " toward towards up upon via with about across along among around because behind beside"
    " besides between despite down during near since though although through throughout while"
    " whereas when where who whom whose which what why how that this these those there here it"
    " its itself he him his she her hers they them their theirs we us our ours you your yours i"
    " me my mine am is are was were be been being has have had having do does did done also"
    " however moreover therefore thus hence instead meanwhile still again further furthermore"
    " nevertheless other others another such same own much very too even just now later often"
    " soon already"
)
_BOUND: Final = _NEGATIONS | _MODALS | _LIMITS
# “May” and “will” at the head of a sentence may be a month and a man.
_UNMARKED: Final = (_FUNCTION | _BOUND) - {"may", "will"}
_ORDINARY: Final = re.compile(r"[a-z\u00df-\u024f\u1e00-\u1eff']{2,}|a")
_FAR: Final = 4  # words that a negation reaches at most


def _binds(word: str) -> bool:
    return word in _BOUND or word.endswith("n't")


def _weight(token: str) -> int:
    """Return 0 for what is not material, else 1 and how many words of content it is kept with."""
    word = token.strip("^,").lower()
    if word in _NEGATIONS or word.endswith("n't"):
        return 3
    if word in _BOUND or word in _NUMBERS or _is_numeric(word):
        return 2
    return int(token in _WEIGHTY or token != word or not _ORDINARY.fullmatch(word))


def _weighed(tokens: Sequence[str]) -> bytearray:
    """Return 1 for each token that is material, itself or by what it is kept with, else 0."""
    known = {token: _weight(token) for token in set(tokens)}
    weights = bytearray(known[token] > 0 for token in tokens)
    for place, token in enumerate(tokens):
        if known[token] > 1:
            _weigh_down(weights, tokens, place + 1, known[token] - 1)
    return weights


def _weigh_down(weights: bytearray, tokens: Sequence[str], start: int, reach: int) -> None:
    if tokens[start - 1].endswith(","):
        return
    for place in range(start, min(start + _FAR, len(tokens))):
        if tokens[place].startswith("^"):
            return
        weights[place] = 1
        reach -= tokens[place] not in _FUNCTION
        if not reach:
            return


# How a text is read. A token is a word, a sign, or what stands verbatim. `^` marks a word that may
# be a name at the head of its sentence, `,` a pause behind a word that bears on the next, `=` a
# word of a title; a tab, which no word holds, what is no text.

_ASIDE: Final = ",;:.\"'()[]{}*_—―•·«»‹›“”‘’…-"
_OPENING: Final = "\"'([{*_«‹“‘"
_CLOSING: Final = "\"')]}*_»›”’"
_PAUSES: Final = frozenset(",;:.…—―")
_DASHES: Final = "-—―"
_UNITS: Final = "%‰°€$£¥"
_SET_ASIDE: Final = re.escape(_ASIDE)
_WORD: Final = re.compile(
    r"((?:[^\W_]\.)+[^\W_](?![^\W_])\.?|[^\W_]+(?:'[^\W_]+)*)"
    rf"([{_SET_ASIDE}]*)|([^\w\s{_SET_ASIDE}])"
)
# Signs within a word: an address, a file, “and/or”, a tag, two sentences that ran into one another.
_COMPOUND: Final = re.compile(
    r"(?<=[^\W_][^\W_])\.(?=[^\W_])|(?<=[^\W_])\.(?=[^\W_][^\W_])"
    r"|(?<=\w)[/\\=&~:+<>|](?=\w)|(?<=[^\W_])_(?=[^\W_])|[@#](?=\w)"
)
_DIGIT: Final = re.compile("[0-9]")
_DOTTED: Final = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_ABBREVIATED: Final = _set(
    "mr mrs ms dr prof gen sen rep st no nos vs approx ca cf etc inc ltd co corp jr sr art sec fig"
    " ch vol ed eds pp al jan feb mar apr jun jul aug sep sept oct nov dec"
)


class _Place(Enum):
    HEAD = "where a sentence begins"
    COLON = "behind a colon"
    INSIDE = "within a sentence"
    TITLE = "in a title"


class _Chunk(NamedTuple):
    """What stands between two spaces: its tokens, and its text as a reader sees it."""

    tokens: tuple[str, ...]
    shown: str


_ROW: Final = _Chunk(("\t||",), "|")
_CELL: Final = _Chunk(("\t|",), "|")
_Parsed: TypeAlias = tuple[_Chunk, _Place]


def _tokens(lines: Sequence[str]) -> list[str]:
    return [*chain.from_iterable(chunk.tokens for chunk in _chunks(lines))]


def _chunks(lines: Iterable[str], is_whole: bool = True) -> list[_Chunk]:
    reader = _Reader()
    for number, line in enumerate("\n".join(lines).split("\n")):
        # The title of a section is the first of its lines, without letter case and end marks.
        is_title = is_whole and not number and line == line.casefold() and line[-1:] != "."
        reader.read(line, _Place.TITLE if is_title else _Place.HEAD)
    return reader.chunks


class _Reader:
    """Reads lines into chunks, and remembers where in its sentence the next word stands."""

    def __init__(self) -> None:
        self.chunks: list[_Chunk] = []
        self._place = _Place.HEAD
        self._known: dict[_Place, dict[str, _Parsed]] = {place: {} for place in _Place}

    def read(self, line: str, place: _Place) -> None:
        """Read one canonical line."""
        pieces = line.split("\t")
        if line.startswith("\t|") and line.count("\t|") == len(pieces) - 1:
            self._read_row(line[2:].split("\t|"))
        elif len(pieces) % 2 == 0:
            # A title with marks, a footnote's label, a row with links: their parts cannot be told.
            self.chunks.append(_Chunk((f"\t={line}",), line))
        else:
            self._place = place
            self._read_pieces(pieces)

    def _read_row(self, cells: Sequence[str]) -> None:
        for number, cell in enumerate(cells):
            self.chunks.append(_CELL if number else _ROW)
            self._place = _Place.HEAD
            self._read_text(cell)

    def _read_pieces(self, pieces: Sequence[str]) -> None:
        """Read text and link targets in turn."""
        for number, piece in enumerate(pieces):
            if number % 2:
                self.chunks.append(_Chunk((f"\t>{piece}",), piece))
            else:
                self._read_text(piece)
        self._pause()

    def _read_text(self, text: str) -> None:
        words = text.replace("—", " — ").split()
        for word, behind in pairwise([*words, ""]):
            chunk, place = self._known[self._place].get(word) or self._learn(word)
            if chunk.tokens:
                self.chunks.append(chunk)
            else:
                self._read_mark(word, behind)
            self._place = place

    def _read_mark(self, mark: str, behind: str) -> None:
        """Read punctuation that stands alone."""
        if _is_sign(mark, self.chunks[-1].shown if self.chunks else "", behind):
            self.chunks.append(_Chunk((mark,), mark))
        elif not _PAUSES.union("-").isdisjoint(mark):
            self._pause()

    def _learn(self, word: str) -> _Parsed:
        return self._known[self._place].setdefault(word, _parsed(word, self._place))

    def _pause(self) -> None:
        """Note that what follows is set off from the last word, where that bears on the next."""
        if self.chunks and _binds(self.chunks[-1].tokens[-1].lstrip("^").lower()):
            tokens, shown = self.chunks[-1]
            self.chunks[-1] = _Chunk((*tokens[:-1], f"{tokens[-1]},"), shown)


def _placed(tokens: tuple[str, ...], place: _Place) -> tuple[str, ...]:
    """Return `tokens` with the first as it counts at this place."""
    if place is _Place.TITLE:
        return tuple(f"={token}" for token in tokens)
    if place is _Place.INSIDE or not tokens or not tokens[0][0].isalpha():
        return tokens
    first = tokens[0][0].lower() + tokens[0][1:]
    if first.rstrip(",") in _UNMARKED:
        return (first, *tokens[1:])
    return (f"^{first}", *tokens[1:]) if place is _Place.HEAD else tokens


def _is_sign(word: str, before: str, behind: str) -> bool:
    """Say whether a dash that stands alone may be a minus, or join two numbers."""
    return not word.strip(_DASHES) and (_is_numeric(before) or _is_numeric(behind))


def _parsed(word: str, place: _Place) -> _Parsed:
    """Return what stands between two spaces, as it counts at this place, and the place behind."""
    tokens = _placed(_parts(word), place)
    if place is _Place.TITLE:
        return _Chunk(tokens, word), place
    return _Chunk(tokens, word), _ending(word) or (_Place.INSIDE if tokens else place)


def _parts(word: str) -> tuple[str, ...]:
    if word.isalpha() or "://" in word:
        return (word,)
    if _is_numeric(word):
        return _number(word)
    return (word.strip(_ASIDE),) if _COMPOUND.search(word) else tuple(_words(word))


def _is_numeric(word: str) -> bool:
    if word.isascii():
        return bool(_DIGIT.search(word))
    return any(map(str.isnumeric, word))


def _number(word: str) -> tuple[str, ...]:
    """Return a number with its signs, verbatim; a unit that is a sign stands apart."""
    core = word.lstrip(_OPENING).rstrip(_ASIDE.replace("-", ""))
    start = word.index(core)
    before, behind = word[:start][-1:], word[start + len(core) :][:1]
    if before == "(" and behind == ")":
        return (f"({core})",)  # so accountants write what is below zero
    if behind and behind in "\"'" and core[-1].isdigit():
        return (core + behind,)  # feet and inches, or else a quote
    return (core[:-1], core[-1]) if core[-1] in _UNITS else (core,)


def _words(word: str) -> Iterator[str]:
    for match in _WORD.finditer(word):
        if match[3]:
            yield match[3]
        elif _binds(match[1].lower()) and not _PAUSES.isdisjoint(match[2]):
            yield f"{match[1]},"
        else:
            yield match[1].replace(".", "")


def _ending(word: str) -> _Place | None:
    """Return where the next word stands if `word` ends something, else `None`."""
    if word[-1].isalnum():
        return None
    bare = word.rstrip(_CLOSING)
    if bare.endswith(":"):
        return _Place.COLON
    if bare.endswith(".") and _abbreviates(bare[:-1].lstrip(_OPENING)):
        return None
    return _Place.HEAD if bare.endswith((".", "!", "?", "…")) else None


def _abbreviates(word: str) -> bool:
    return word.lower() in _ABBREVIATED or bool(_DOTTED.fullmatch(word))


# How changes are told.

_SAME_WORDS: Final = "the same words: punctuation, letter case or layout alone"
_CUT: Final = 60
_MOST_CHARACTERS: Final = 40_000
_MOST_CHUNKS: Final = 2_000
_BARE: Final = re.compile(r"[-+$€£¥]?[\d.,]*\d(?: ?[%‰°€$£¥])?")


class _Changed(NamedTuple):
    before: str
    after: str
    weighs: bool


class _Side:
    """One of two texts that are compared: its chunks, and which of them weigh."""

    def __init__(self, chunks: list[_Chunk]) -> None:
        weights = iter(_weighed([token for chunk in chunks for token in chunk.tokens]))
        self.chunks = chunks
        self.keys = [chunk.tokens for chunk in chunks]
        self._weights = [any([next(weights) for _ in chunk.tokens]) for chunk in chunks]

    def weighs(self, start: int, until: int) -> bool:
        return any(self._weights[start:until])

    def shown(self, start: int, until: int) -> str:
        return " ".join(chunk.shown for chunk in self.chunks[start:until])

    def ends_in_number(self, until: int) -> bool:
        return _is_numeric(self.chunks[until - 1].shown)


def _changes(before: Sequence[str], after: Sequence[str]) -> Iterator[_Changed]:
    old, new, head = _trimmed(before, after)
    if max(sum(map(len, old)), sum(map(len, new))) > _MOST_CHARACTERS:
        yield _roughly("\n".join(old), "\n".join(new))
        return
    yield from _compared(_Side(_chunks(old, not head)), _Side(_chunks(new, not head)))


def _compared(old: _Side, new: _Side) -> Iterator[_Changed]:
    first, last = _apart(old.keys, new.keys)
    ends = len(old.keys) - last, len(new.keys) - last
    if max(ends) - first > _MOST_CHUNKS:
        yield _roughly(old.shown(first, ends[0]), new.shown(first, ends[1]))
        return
    matcher = SequenceMatcher(None, old.keys[first : ends[0]], new.keys[first : ends[1]])
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            yield _changed(old, new, (first + a, first + b), (first + c, first + d))


def _changed(old: _Side, new: _Side, was: tuple[int, int], now: tuple[int, int]) -> _Changed:
    weighs = old.weighs(*was) or new.weighs(*now)
    (a, b), (c, d) = was, now
    if a < b < len(old.chunks) and c < d and _share_unit(old, new, b):
        b, d = b + 1, d + 1
    return _Changed(old.shown(a, b), new.shown(c, d), weighs)


def _share_unit(old: _Side, new: _Side, until: int) -> bool:
    """Say whether what stands behind a changed number, at `until` of `old`, is its unit."""
    return old.ends_in_number(until) and old.chunks[until].shown.strip(_ASIDE) in [*_UNITS]


def _trimmed(
    before: Sequence[str], after: Sequence[str]
) -> tuple[Sequence[str], Sequence[str], int]:
    """Return what is left without the lines that both begin and end with, and how many began."""
    first, last = _apart(before, after)
    return before[first : len(before) - last], after[first : len(after) - last], first


def _apart(before: Sequence[object], after: Sequence[object]) -> tuple[int, int]:
    """Return how many items both sequences begin with, and how many more they end with."""
    shorter = min(len(before), len(after))
    first = last = 0
    while first < shorter and before[first] == after[first]:
        first += 1
    while last < shorter - first and before[-1 - last] == after[-1 - last]:
        last += 1
    return first, last


def _roughly(before: str, after: str) -> _Changed:
    """Return all that lies between the first difference and the last as one change."""
    first = _common(before, after)
    first = before.rfind(" ", 0, first) + 1
    # A space in front, so that a word which is put in at the head ends where the old text begins.
    before, after = " " + before[first:], " " + after[first:]
    last = _common(before[::-1], after[::-1])
    gap = before.find(" ", len(before) - last)
    last = len(before) - gap if gap >= 0 else 0
    return _Changed(before[: len(before) - last], after[: len(after) - last], True)


def _common(before: str, after: str) -> int:
    """Return how many characters both texts begin with, by halving."""
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        if before[low:middle] == after[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _phrase(change: _Changed) -> str:
    before, after = _quoted(change.before), _quoted(change.after)
    if not before:
        return f"{after} was put in"
    return f"signed {before}, now {after}" if after else f"{before} was taken out"


def _quoted(text: str) -> str:
    """Return `text` in quotes, cut; a number stands without."""
    text = " ".join(text[: 4 * _CUT].split())
    text = text.strip(" " + _ASIDE.replace("-", "")) or text
    if len(text) > _CUT:
        text = f"{text[: _CUT - 1].rstrip()}…"
    return text if not text or _BARE.fullmatch(text) else f"“{text}”"
