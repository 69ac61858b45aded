"""Rules on prose: what is left in it that no reader should see, and how it reads."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

from briefs.brief import Brief, first_of_each_sentence
from briefs.findings import Fix, Severity
from briefs.markdown import Block, Kind, Part, parse
from briefs.outline import normal
from briefs.prose import (
    PLACEHOLDER,
    YEAR,
    instructions,
    instructs,
    says_nothing,
)
from briefs.rules.registry import Options, Remark, Remarks, at, rule
from briefs.spans import Spans
from briefs.types.language import BriefType

_TEXTS: Final = frozenset((Kind.PARAGRAPH, Kind.ITEM, Kind.CELL))
_NOTE: Final = re.compile(
    r"[*_(\[]*\s*(?:note|nb|n\.b\.|editor'?s? note|ed\.|author'?s? note)\s*:", re.IGNORECASE
)
_INSTRUCTING: Final = re.compile(
    r"^(?:cite|describe|detail|discuss|elaborate|enter|explain|fill|give|identify|include|insert"
    r"|list|mention|name|outline|provide|put|say|specify|state|summari[sz]e|write)\b(?!-)"
    r".*\b(?:here|below|them(?: all)?|each of|your)\b"
    r"|\blist (?:them|all|each)\b|\bplease\b|^to be (?:completed|filled)\b"
    r"|^what\b.*\b(?:are|do) (?:we|you) (?:currently|now)\b",
    re.IGNORECASE,
)
_SIGNATURE: Final = re.compile(r"(?:[—–]|(?<=\s)-)\s*[A-ZÀ-ÞΑ-ΩА-Я]")
_STAR: Final = re.compile(r"(?<!\*)\*++(?=\w)|(?<=[\w.,;:!?)”’])\*+|^\*+\s|\s\*+$|(?<!\w)__(?=\w)")
_HYPOTHESIS: Final = re.compile(
    r"hypothetical(?:ly)?\b|did not (?:occur|happen|take place)\b|never (?:occurred|happened)\b",
    re.IGNORECASE,
)
_CONDITIONAL: Final = re.compile(
    r"\b(?:if|hypothetical|possible|potential|would|could|might|may|scenario|were)\b", re.IGNORECASE
)
_ACRONYM: Final = re.compile(r"[A-Z][A-Z&]{1,5}")
_WITHIN: Final = re.compile(r"\(([^()]{2,90})")
_NAMED: Final = re.compile(r"\s?[\"“”']*([A-Z][A-Z&]{1,8}+)s?[\"“”']*\s?(?:[,;:–—]|$)")
_LAST: Final = re.compile(r"(?<![A-Z&])([A-Z][A-Z&]{1,8}+)s?\s{0,2}$")


def _texts(brief: Brief) -> Sequence[Block]:
    return brief.once(_all_texts)


def _all_texts(brief: Brief) -> list[Block]:
    return [b for b in brief.draft.tree.flat if b.text and b.kind in _TEXTS]


@rule(Severity.ERROR)
def guidance_left(brief: Brief) -> Remarks:
    """Instructions to the author never reach the reader.

    Bad:  `*This section should be exceptionally well thought out.*`
    Good: the section.
    """
    for block in _texts(brief):
        text = block.own()
        bracketed = text.startswith("[") and text.rstrip(".").endswith("]")
        set_off = block.italic or block.text.startswith("*") or bracketed
        if instructs(text, set_off):
            places = [block.lead]
        elif not block.italics:
            continue
        else:
            places = [start for start, _ in instructions(block.text, block.lead, block.italics)]
        for place in places:
            # A note is the editors', not the template's.
            if not _NOTE.match(block.text):
                yield at(block, "remove the instruction to the author", 0 if set_off else place)


@rule(Severity.ERROR)
def label_instructs(brief: Brief) -> Remarks:
    """A label names what follows; it does not tell the author what to write.

    Bad:  `- **List all agreements here.**`
    Good: `- **Shared Agreements, Treaties, and Organizations:**`.
    """
    for block in brief.draft.tree.flat:
        label = block.text if block.kind is Kind.HEADING else block.label
        if label and _is_instruction(label) and not _is_declared(brief, label):
            near = _declared(brief, block)
            yield at(block, f"name what follows instead{f': {near}' if near else ''}")


@lru_cache(maxsize=8192)  # the labels of a type come again in each of its briefs
def _is_instruction(label: str) -> bool:
    return bool(_INSTRUCTING.search(label))


def _is_declared(brief: Brief, label: str) -> bool:
    return normal(label) in _titles(brief.type)


@lru_cache(maxsize=64)
def _titles(brief_type: BriefType) -> frozenset[str]:
    nodes = brief_type.nodes()
    titles = (t for node in nodes for t in (node.title, *(f.title for f in node.fields)))
    return frozenset(map(normal, titles))


def _declared(brief: Brief, block: Block) -> str:
    section = brief.section_at(block.line)
    return section.field_at(block.line) if section else ""


@rule(Severity.ERROR)
def placeholder_left(brief: Brief) -> Remarks:
    """Nothing stands in for a text that is still to come.

    Bad:  `TBD`, `[insert figure]`, `Lorem ipsum`.
    Good: the text, or “Not applicable”, with the reason.
    """
    for block, index, held in brief.placeholders:
        yield at(block, f"write the text that “{held[:40]}” stands for", index)


@rule(Severity.WARNING)
def not_applicable_bare(brief: Brief) -> Remarks:
    """What does not apply says why.

    Bad:  `- **Metrics:** N/A`
    Good: `- **Metrics:** Not applicable, because the program ended in 2024.`
    """
    for block in _texts(brief):
        if len(block.text) < 200 and block.kind is not Kind.CELL and says_nothing(block.own()):
            yield at(block, "say why this does not apply", block.lead)


@rule(Severity.ERROR)
def note_left(brief: Brief) -> Remarks:
    """A note of the editors is dated and signed, or gone.

    Bad:  `*(Note: these figures are not final.)*`
    Good: `*(Note: figures revised after the election. — A. Lopes, 3 March 2026)*`
    """
    before = Kind.RULE
    for block in brief.draft.tree.flat:
        text, below, before = block.text, before, block.kind
        if block.kind not in _TEXTS or not _NOTE.match(text):
            continue
        # Below a table, a note without parentheses tells the reader how to read it.
        if below is Kind.CELL and text[:5].casefold() == "note:":
            continue
        if not (YEAR.search(text) and _SIGNATURE.search(text)):
            yield at(block, "date and sign the note, or remove it")


@rule(Severity.WARNING)
def tracked_change_left(brief: Brief) -> Remarks:
    """No mark of a tracked change or of a comment is left.

    Bad:  `{++new++}`, `~~old~~`, `[comment: check]`, `Commented [AL3]: check`, `<ins>`.
    Good: the text as decided.
    """
    code = Spans(Part.CODE)
    for block, index, match in brief.running.search(_TRACKED, _MARKS):
        if not code.cover(block, index):
            yield at(block, f"decide the change and remove “{match.group()[:30]}”", index)


_MARKS: Final = ("{", "~~", "<", ">>>>>>>", "[", "comment")
_TRACKED: Final = re.compile(
    r"\{(?:\+\+|--|~~|>>|==)(?:[^{}]{0,500}\})?|~~(?:[^~]{1,500}~~|(?=\S))|<<<<<<<|>>>>>>>"
    r"|<(?:ins|del)\b[^<>]*>(?:[^<>]{0,500}</(?:ins|del)>)?|</(?:ins|del)>"
    r"|\[(?:comment|cmt|deleted|inserted|moved)\b[^\]]{0,500}\]|Comment(?:ed)? \[[A-Z]{1,3}\d+\]",
    re.IGNORECASE,
)


@rule(Severity.ERROR)
def html_left(brief: Brief) -> Remarks:
    """The text is Markdown; the page shows HTML as it is written, comments included.

    Bad:  `<br>`, `<!-- ask the desk officer -->`.
    Good: a paragraph of its own; nothing.
    """
    for block in brief.draft.tree.flat if "<" in brief.draft.text else ():
        if block.kind is Kind.HTML:
            yield at(block, _shown(block.text))
        else:
            for index, tag in _tags(block):
                yield at(block, _shown(tag), index)


def _tags(block: Block) -> Iterator[tuple[int, str]]:
    """Yield the tags and comments within a block, and where each stands.

    What closes goes with what opened it; what other rules know better is theirs.
    """
    opened = set()
    for span in block.spans:
        if span.part is Part.HTML:
            tag = block.text[span.at : span.until]
            match = _TAG.match(tag)
            closes, name = match.groups() if match else ("", "")
            theirs = PLACEHOLDER.match(tag) or _TRACKED.match(tag)
            if not theirs and not (closes and name in opened):
                yield span.at, tag
            if not closes:
                opened.add(name)


_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]{0,30})")


def _shown(tag: str) -> str:
    if tag.startswith("<!--"):
        return "remove the comment: readers would see it"
    return f"write Markdown instead of “{tag.split()[0][:30]}”: readers would see it"


@rule(Severity.ERROR)
def emphasis_broken(brief: Brief) -> Remarks:
    r"""Emphasis is closed where it is opened; no asterisk is shown to the reader.

    Bad:  `\**This is important.* \*`
    Good: `*This is important.*`
    """
    apart = Spans(Part.CODE, Part.LINK)
    for block in brief.draft.tree.flat:
        text = block.text
        if block.kind is Kind.CODE or ("*" not in text and "__" not in text):
            continue
        found = (match for match in _STAR.finditer(text) if not apart.cover(block, match.start()))
        stars = list(islice(found, 2))
        if len(stars) > 1 or (stars and (stars[0].start() == 0 or "**" in stars[0].group())):
            yield at(block, "mend the emphasis: an asterisk is shown", 0, _unstarred(brief, block))


_BULLET: Final = re.compile(r"\s*(?:[-*+]\s+|\d+[.)]\s+)?")


def _unstarred(brief: Brief, block: Block) -> Fix | None:
    r"""Return the block's one line without the escaped asterisks at its ends.

    Where they are all the emphasis that there is, they become emphasis: what is set off stays so.
    An asterisk that may be a mark of its own stays.
    """
    line = brief.draft.lines[block.line - 1].rstrip()
    bullet = _BULLET.match(line)
    head = bullet.group() if bullet else ""
    before, after = _escaped_stars(line[len(head) :]), _escaped_stars(line[::-1], "*\\")
    if block.line != block.end_line or not before + after:
        return None
    text = line[len(head) + 2 * before : len(line) - 2 * after].strip()
    marks = "*" * min(before, after, 2)
    for plain in (text, f"{marks}{text}{marks}"):
        read = parse(plain).flat
        if len(read) == 1 and (read[0].italic or read[0].bold) and "*" not in read[0].text:
            return Fix(block.line, block.line, (head + plain,))
    return None


def _escaped_stars(text: str, star: str = "\\*") -> int:
    """Return how many escaped asterisks `text` begins with."""
    count = 0
    while text.startswith(star, 2 * count):
        count += 1
    return count


@rule(Severity.WARNING)
def title_asserts(brief: Brief) -> Remarks:
    """A title does not state as fact what its section calls hypothetical.

    Bad:  `## Impact of the Second Term`, above “a second term, which did not occur”.
    Good: `## Possible Impact of a Second Term`.
    """
    seen: set[int] = set()
    found = brief.running.search(_HYPOTHESIS, ("hypothetical", "did not ", "never "))
    for block, _, _, (start, until) in first_of_each_sentence(found):
        section = brief.section_at(block.line)
        if section is None or section.node.form == "title" or section.line in seen:
            continue
        title = section.heading.label or section.heading.text
        words = set(_LONG.findall(block.text[start:until].casefold())) - _COMMON
        if words & set(_LONG.findall(title.casefold())) and not _CONDITIONAL.search(title):
            seen.add(section.line)
            yield Remark(section.line, "say in the title that this is hypothetical")


_LONG: Final = re.compile(r"\w{5,}")
_COMMON: Final = {"relations", "states", "bilateral", "about"}


class Wall(Options):
    """How many words are too many for one paragraph."""

    words: int = 200


@rule(Severity.WARNING, options=Wall)
def paragraph_long(brief: Brief, asked: Wall) -> Remarks:
    """A paragraph is short enough to be read in one go.

    Bad:  250 words without a break.
    Good: one thought, 200 words at most.
    """
    for block in _texts(brief):
        if len(block.text) > 4 * asked.words and (count := len(block.text.split())) > asked.words:
            yield at(block, f"cut the paragraph in two: it has {count} words")


class Acronyms(Options):
    """The acronyms that every reader knows."""

    accepted: tuple[str, ...] = ()


@rule(Severity.WARNING, options=Acronyms)
def acronym_unexplained(brief: Brief, asked: Acronyms) -> Remarks:
    """An acronym is written out once.

    Bad:  “under the TTC framework”, and nobody says what the TTC is.
    Good: “under the Trade and Technology Council (TTC)”.
    """
    held = (text for _, _, text in brief.placeholders)
    known = {*asked.accepted, *held, *_explained(brief.running.text)}
    shouted: dict[int, bool] = {}
    for block, index, match in brief.running.search(_ACRONYM, unless=known):
        name = match.group()
        if block.kind is Kind.HEADING or index < block.lead:
            continue
        if not _stands_alone(block.text, index, index + len(name)):
            continue
        if id(block) not in shouted:
            shouted[id(block)] = _shouted(block)
        if not shouted[id(block)]:
            known.add(name)
            yield at(block, f"write {name} out at its first use", index)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Say whether capitals are a word of their own: no part of a name, an address or a number."""
    before = text[start - 1] if start else " "
    behind = text[end : end + 2].removeprefix("s")
    joined = behind[:1] == "-" and behind[1:2].islower()
    return not (before.isalnum() or before in ".&/-_@") and not (
        behind[:1].isalnum() or behind[:1] in ("&", "_") or joined
    )


def _explained(text: str) -> Iterator[str]:
    """Yield the acronyms that parentheses explain: “Long Name (LN)” or “LN (Long Name)”."""
    for match in _WITHIN.finditer(text):
        inner, end = match.group(1), match.start()
        if named := _NAMED.match(inner):
            name = named.group(1)
            start = max(0, end - 20 * len(name))
            behind_word = text[max(start, end - 3) : end].rstrip(" ”’\"'*_]")[-1:].isalnum()
            before = text[max(start, text.rfind("\n\n", start, end)) : end]
            if behind_word and _spelled(name, before):
                yield name
        elif (last := _LAST.search(text, max(0, end - 14), end)) and _spelled(last[1], inner):
            yield last[1]


def _spelled(name: str, text: str) -> bool:
    """Say whether the last words of `text` could be what the letters of `name` stand for.

    The first letter begins one of the words, the others follow in that word and those behind it.
    """
    letters = name.casefold().replace("&", "")
    words = text.casefold().replace("-", " ").split()[-2 * len(letters) - 2 :]
    starts = (at for at, word in enumerate(words) if word.lstrip(_OPENING)[:1] == letters[0])
    first = next(starts, None)
    return first is not None and _in_order(letters, "".join(words[first:]))


_OPENING: Final = "([“‘\"'*_"


def _in_order(letters: str, text: str) -> bool:
    at = -1
    for letter in letters:
        at = text.find(letter, at + 1)
        if at < 0:
            return False
    return True


def _shouted(block: Block) -> bool:
    """Say whether the word stands in a line that is all capitals, and so is no acronym."""
    return block.text.isupper() and len(block.text.split(None, 2)) > 2
