"""Rules on what a reader can check: sources, figures, dates, complete lists, recommendations."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from briefs.brief import Brief, first_of_each_sentence
from briefs.findings import Severity
from briefs.markdown import Block, Kind, Part
from briefs.prose import YEAR, sentences
from briefs.rules.registry import Options, Remark, Remarks, at, rule
from briefs.spans import Spans
from briefs.types.language import Evidence, FieldType, Items, SectionType

_NUMBER: Final = re.compile(r"\d(?:[\d.,]*\d)?")
_UNIT: Final = re.compile(
    r"\+?(?:\s?[-–]\s?[$€£¥]?\d[\d.,]*)?\+?"
    r"(?:\s?(?:%|percent\b|per\scent\b|percentage\spoints\b)"
    r"|\s?/\s?\d+\b|\s(?:out\sof|of)\s\d+\b|(?:st|nd|rd|th)\b"
    r"|\s?(?:trillion|billion|million|thousand|bn)\b"
    r"|\s?(?:km²|km2|km|GW|MW|TWh|GWh|kWh|tons?|tonnes?|barrels|bpd|euros?|dollars|years)\b)"
)
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})+")
_PLACED: Final = re.compile(
    r"\b(?:annex|article|chapter|clause|day|figure|goal|page|part|phase|round|section|stage|step"
    r"|table|target|title|week)s?\s$",
    re.IGNORECASE,
)
_RANKED: Final = re.compile(r"\b(?:rank|score|place)[a-z]*\s(?:\w+\s){0,2}$", re.IGNORECASE)
_CURRENT: Final = re.compile(
    r"(?<!\w)(?:currently|(?<!direct )(?<!alternating )current(?! accounts?\b)|as of|at present"
    r"|presently|nowadays|today|recently|so far this year|expected to|is due to|are due to"
    r"|scheduled to|this year|next year|last year)\b",
    re.IGNORECASE,
)
_CURRENTLY: Final = (
    *("current", "as of", "at present", "presently", "nowadays", "today", "recently"),
    *("so far this", "expected to", "is due", "are due", "scheduled to"),
    *("this year", "next year", "last year"),
)
_SINCE_YEAR: Final = re.compile(
    r"\b[Ss]ince\s+(?:early\s|late\s|mid-|the\s)?(?:[A-Z][a-z]+\s+)?(?:1[6-9]|20)\d\d\b"
)
_AS_OF: Final = re.compile(
    r"\b(?:as\sof|as\sat|on|in|from|until|checked|updated|valid|dated)\b[^.;]{0,30}?\b20\d\d\b",
    re.IGNORECASE,
)
_OPEN_ENDED: Final = re.compile(
    r"\betc\b\.?|\band\s(?:so\son|its\sagencies|(?:others|more)(?!\s\w))\b|\b(?:among\sothers|and\svarious)\b"
    r"|(?:^|[(:;]\s?)various\b|(?:\.\.\.|…)\s*\)?$",
    re.IGNORECASE,
)
_ADVICE: Final = re.compile(
    r"\b(?:should|must|needs?\sto|ought\sto|needs|shall|could)\b", re.IGNORECASE
)
_Asks: TypeAlias = Callable[[SectionType | FieldType], tuple[Evidence, ...]]
_HOLDS: Final[dict[Evidence, re.Pattern[str]]] = {
    "score": re.compile(
        r"\b\d{1,3}(?:[.,]\d+)?\+?\s?(?:/|out\sof|of)\s?\d+\b|\bscor(?:e|ed|es|ing)\b[^.;]{0,40}?\d",
        re.IGNORECASE,
    ),
    "number": re.compile(r"\d"),
    "year": YEAR,
    "date": YEAR,
    "rate": re.compile(r"(?<![\d.,])\d[\d.,]*+\s?(?:%|percent\b|per\scent\b)"),
    "as-of date": _AS_OF,
}
_ASKED: Final[dict[Evidence, str]] = {
    "score": "the score, as 96 of 100",
    "number": "a number",
    "year": "the year",
    "date": "a date",
    "rate": "a rate in percent",
    "link": "a link to the official page",
    "source": "a source: a link or a footnote",
    "as-of date": "the date that it holds for, as “as of 1 March 2026”",
}


@rule(Severity.ERROR, unfinished=True)
def sources_missing(brief: Brief) -> Remarks:
    """A section that must rest on sources names some.

    Bad:  three paragraphs of claims without a link or a footnote.
    Good: each claim with the page that it rests on.
    """
    for section in brief.sections.values():
        if section.node.sources_required and section.filled() and not section.sources():
            message = f"name {section.node.sources} sources or more: links or footnotes"
            yield Remark(section.line, message)


class Hosts(Options):
    """The ends of host names that count as official or scholarly, as `.gov` or `nato.int`."""

    authoritative: tuple[str, ...] = ()


@rule(Severity.WARNING, options=Hosts)
def sources_few(brief: Brief, asked: Hosts) -> Remarks:
    """A section names as many sources as its type asks, and official or scholarly ones.

    Bad:  one link to an encyclopedia below six paragraphs.
    Good: three sources, of ministries, statistics offices, international bodies, universities.
    """
    for section in brief.sections.values():
        found = section.sources()
        if not found or not section.node.sources:
            continue
        if (missing := section.node.sources - len(found)) > 0:
            yield Remark(section.line, f"name {missing} more sources: it has {len(found)}")
        elif section.node.sources_required and asked.authoritative:
            official = sum(_is_official(source, asked.authoritative) for source in found)
            if official < (section.node.sources + 1) // 2:
                message = "rest it on official or scholarly sources"
                yield Remark(section.line, f"{message}: so far {official} of {len(found)}")


def _is_official(source: str, ends: Iterable[str]) -> bool:
    host = f".{_host(source)}"
    return any(
        host.endswith(f".{end.lstrip('.')}") or f".{end.strip('.')}." in host for end in ends
    )


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").casefold()
    except ValueError:
        return ""


@rule(Severity.ERROR, unfinished=True)
def evidence_missing(brief: Brief) -> Remarks:
    """A section or a field holds what it is there to state.

    Bad:  “Democracy Score” without a score.
    Good: `Belgium scored 96 of 100 in 2025 ([Freedom House](…))`.
    """
    yield from _lacking(brief, lambda node: node.must_hold)


@rule(Severity.WARNING)
def evidence_thin(brief: Brief) -> Remarks:
    """What can be stated with a number, a date or a link is.

    Bad:  `- **Metrics:** Growth in renewable capacity.`
    Good: `- **Metrics:** 6 GW of offshore wind by 2030.`
    """
    yield from _lacking(brief, lambda node: node.should_hold)


def _lacking(brief: Brief, asked: _Asks) -> Remarks:
    for section in brief.sections.values():
        if (wanted := asked(section.node)) and section.filled():
            yield from _said(section.line, section.node.title, wanted, section.texts())
        for declared in section.node.fields:
            block = section.fields.get(declared.title) if asked(declared) else None
            if block and any(inner.own().strip() for inner in block.walk()):
                held = list(block.walk())
                yield from _said(block.line, declared.title, asked(declared), held)


def _said(line: int, title: str, asked: tuple[Evidence, ...], blocks: list[Block]) -> Remarks:
    if missing := [what for what in asked if not _holds(what, blocks)]:
        wanted = " and ".join(_ASKED[what] for what in missing)
        yield Remark(line, f"state in “{title}” {wanted}")


def _holds(what: Evidence, blocks: list[Block]) -> bool:
    if what in ("link", "source"):
        parts = (Part.LINK, Part.MARK) if what == "source" else (Part.LINK,)
        return any(span.part in parts for block in blocks for span in block.spans)
    pattern = _HOLDS[what]
    return any(pattern.search(block.own()) for block in blocks)


_Said: TypeAlias = tuple[Block, int, str, tuple[int, int]]


def _figures(brief: Brief) -> list[_Said]:
    """Return the first figure of each sentence: money, a share, a rank, a number with its unit."""
    found = first_of_each_sentence(brief.running.search(_NUMBER), _is_figure)
    return [(block, *_quoted(block.text, at, number), place) for block, at, number, place in found]


def _is_figure(block: Block, index: int, number: re.Match[str]) -> bool:
    """Say whether a number claims something that can be checked."""
    text, end = block.text, index + len(number.group())
    if _is_money(text, index):
        return True
    unit = _UNIT.match(text, end)
    if unit is None or unit.group()[:2].isalpha():  # 27; the 27th
        return bool(_THOUSANDS.fullmatch(number.group())) or _follows(_RANKED, text, index)
    return not _follows(_PLACED, text, index)


def _is_money(text: str, index: int) -> bool:
    return index > 0 and text[index - 1] in "$€£¥"


def _follows(pattern: re.Pattern[str], text: str, index: int) -> bool:
    """Say whether the words before a place are of a pattern, which ends with a word and a space."""
    if index < 2 or not (text[index - 1].isspace() and text[index - 2].isalpha()):
        return False
    return bool(pattern.search(text[max(0, index - 30) : index]))


def _quoted(text: str, index: int, number: re.Match[str]) -> tuple[int, str]:
    end = index + len(number.group())
    unit = _UNIT.match(text, end)
    start = index - 1 if _is_money(text, index) else index
    return start, text[start : unit.end() if unit else end]


def _claims(brief: Brief) -> list[_Said]:
    """Return the first word of each sentence that claims how things stand now."""
    found = first_of_each_sentence(brief.running.search(_CURRENT, _CURRENTLY))
    return [(block, index, match.group(), place) for block, index, match, place in found]


@rule(Severity.WARNING)
def figure_unsupported(brief: Brief) -> Remarks:
    """Every figure can be checked: its sentence, or its field, has a year or a source.

    Bad:  “GDP is approximately $600 billion.”
    Good: “GDP was $632 billion in 2023 ([World Bank](…)).”
    """
    seen: set[int] = set()
    sources = Spans(Part.LINK, Part.MARK)
    for block, index, figure, sentence in brief.once(_figures):
        if id(block) in seen or block.kind is Kind.HEADING or index < block.lead:
            continue
        start, until = sentence
        # A footnote mark at the end of the text stands behind its last character.
        behind = until + (until == len(block.text))
        if YEAR.search(block.text, start, until) or sources.between(block, start, behind):
            continue
        if not _is_dated(brief, block):
            seen.add(id(block))
            what = figure.strip()
            yield at(block, f"say for which year “{what}” holds, or where it is from", index)


def _is_dated(brief: Brief, block: Block) -> bool:
    """Say whether a block belongs to a field that has a year or a source."""
    section = brief.section_at(block.line)
    title = section.field_at(block.line) if section else ""
    if section is None or not title:
        return block.kind is Kind.CELL  # a table's figures are dated in its heads
    known = brief.once(_dated_fields)
    of = section.fields[title]
    if id(of) not in known:
        held = list(of.walk())
        known[id(of)] = _holds("source", held) or any(YEAR.search(b.own()) for b in held)
    return known[id(of)]


def _dated_fields(brief: Brief) -> dict[int, bool]:
    return {}  # filled as fields are asked for


class Lapse(Options):
    """After how many months a dated claim has lapsed."""

    months: int = 24


@rule(Severity.WARNING, options=Lapse)
def claim_stale(brief: Brief, asked: Lapse) -> Remarks:
    """A dated figure or claim of how things stand is no older than the type allows.

    Bad:  “Population is 11.7 million (2023 estimate)”, published in late 2026.
    Good: the newest figure, with its year.
    """
    if (day := brief.day) is None:
        return
    seen: set[int] = set()
    for block, index, year in _of_years(brief, day):
        if id(block) not in seen and _last_day(year, asked) < day:
            seen.add(id(block))
            yield at(block, _renew(year, asked), index)


def lapses(brief: Brief, asked: Lapse) -> Iterator[tuple[date, int, str]]:
    """Yield the claims of a text with the day from which each is out of date, line and message."""
    if (day := brief.day) is None:
        return
    seen: set[tuple[int, int]] = set()
    for block, index, year in _of_years(brief, day):
        if (id(block), year) not in seen:
            seen.add((id(block), year))
            line, _ = block.place(index)
            yield _last_day(year, asked) + timedelta(days=1), line, _renew(year, asked)


def _of_years(brief: Brief, day: date) -> Iterator[tuple[Block, int, int]]:
    """Yield what the text claims of a year, as of `day`: the block, the place in it, the year."""
    for block, index, _, (start, until) in (*brief.once(_figures), *brief.once(_claims)):
        if block.kind is Kind.HEADING or _is_history(brief, block):
            continue
        if year := _last_year(block.text[start:until], day):
            yield block, index, year


def _last_day(year: int, asked: Lapse) -> date:
    """Return the last day on which a claim of `year` is still new enough."""
    months = year * 12 + 12 + asked.months
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def _renew(year: int, asked: Lapse) -> str:
    return f"renew the claim of {year}: it is over {asked.months} months old"


def _is_history(brief: Brief, block: Block) -> bool:
    section = brief.section_at(block.line)
    return bool(section and section.node.history)


_PAST: Final = re.compile(
    r"\b(?:was|were|had|did|killed|won|lost|signed|joined|founded|fought|began|became|ended|received"
    r"|scored|reached|rose|fell|grew|exceeded|counted|numbered|announced|pledged|agreed|returned)\b"
)


# A year that is part of a name: “the 1949 treaty”, but not “the 2019 estimate”.
_BY_YEAR: Final = re.compile(
    r"\b(?:[Tt]he|[Ii]ts|[Tt]heir|[Aa]|[Uu]nder|[Oo]f)\s(?:1[6-9]|20)\d\d\s"
    r"(?!average|budget|census|data|edition|estimate|figure|index|level|poll|report|share|survey"
    r"|total|value)[A-Za-z]"
)


def _last_year(sentence: str, day: date) -> int:
    """Return the newest year that the sentence claims its figure for, or 0.

    What a sentence tells in the past tense is told of its day, and does not lapse.
    """
    if not YEAR.search(sentence) or _PAST.search(sentence):
        return 0
    sentence = _BY_YEAR.sub("", _SINCE_YEAR.sub("", sentence))
    years = [int(year) for year in YEAR.findall(sentence)]
    return max(years, default=0) if all(year <= day.year for year in years) else 0


@rule(Severity.WARNING)
def claim_undated(brief: Brief) -> Remarks:
    """What holds “currently” says as of when.

    Bad:  “The current Prime Minister is …”
    Good: “As of March 2026, the Prime Minister is …”
    """
    seen: set[int] = set()
    for block, index, word, (start, until) in brief.once(_claims):
        if id(block) in seen or block.kind is Kind.HEADING or index < block.lead:
            continue
        if not YEAR.search(_SINCE_YEAR.sub("", block.text[start:until])):
            seen.add(id(block))
            yield at(block, f"say as of when “{word}” holds", index)


@rule(Severity.WARNING)
def list_incomplete(brief: Brief) -> Remarks:
    """A list that claims to be complete names each item, one by one.

    Bad:  `- Various conventions (climate, biodiversity, etc.)`
    Good: each convention, in an item of its own.
    """
    for items, asked in _lists(brief):
        for text in map(_text_of, items) if asked.complete else ():
            if match := _OPEN_ENDED.search(text.text):
                what = match.group().strip(" (:;")
                message = f"name each one in an item of its own instead of “{what}”"
                yield at(text, message, match.start())


def _text_of(item: Block) -> Block:
    """Return the block that holds the text of an item: with empty lines between, a paragraph."""
    return item.children[0] if item.children and not item.text else item


@rule(Severity.WARNING)
def list_missing(brief: Brief) -> Remarks:
    """What is asked as a list is one, numbered where its items are to be spoken of.

    Bad:  a paragraph that names six objectives.
    Good: one bullet for each.
    """
    for section in brief.sections.values():
        asked = section.node.items
        if asked and section.filled():
            items = [b for b in section.texts() if b.kind is Kind.ITEM]
            numbered = any(b.kind is Kind.LIST and b.number is not None for b in section.texts())
            if len(items) < asked.min:
                yield Remark(section.line, f"make it a list of {asked.min} items or more")
            elif asked.numbered and not numbered:
                yield Remark(section.line, "number its measures: 1., 2., 3.")


def _lists(brief: Brief) -> Iterator[tuple[list[Block], Items]]:
    for section in brief.sections.values():
        if asked := section.node.items:
            yield [b for b in section.texts() if b.kind is Kind.ITEM], asked
        for declared in section.node.fields:
            if declared.items and (block := section.fields.get(declared.title)):
                yield (
                    [b for b in block.walk() if b.kind is Kind.ITEM and b is not block],
                    declared.items,
                )


class Share(Options):
    """How many percent of a section's words stand in full sentences, at least."""

    percent: int = 70


@rule(Severity.WARNING, options=Share)
def sentences_few(brief: Brief, asked: Share) -> Remarks:
    """A section that argues does so in full sentences, not in bullets or fragments.

    Bad:  `- NATO ally. Hosts headquarters.`
    Good: “Belgium is a founding member of NATO and hosts its headquarters.”
    """
    for section in brief.sections.values():
        words = brief.counted.said(section.node.path) if section.node.prose else 0
        if words:
            full = brief.counted.stated(section.node.path)
            if full * 100 < asked.percent * words:
                share = full * 100 // words
                yield Remark(section.line, f"write it in full sentences: {share} percent of it is")


@rule(Severity.WARNING)
def facet_missing(brief: Brief) -> Remarks:
    """A section has all the parts that its type names.

    Bad:  what the country did for the U.S., and not a word on what it could do.
    Good: past contributions, then future potential.
    """
    for section in brief.sections.values():
        text = " ".join(block.text for block in section.texts()).replace("\n", " ")
        for facet in section.node.facets if text else ():
            if not re.search(facet.pattern, text):
                yield Remark(section.line, f"write of {facet.title} too")


@rule(Severity.WARNING)
def section_unequal(brief: Brief) -> Remarks:
    """Two sections that are to match do so, in words and in sources.

    Bad:  four pages on what the country can give, a paragraph on what it needs.
    Good: both of much the same length, on as many sources.
    """
    for section in brief.sections.values():
        band = section.node.matches
        other = brief.sections.get(band.section) if band else None
        if band is None or other is None or not section.filled():
            continue
        for what, own, theirs in (
            ("words", len(section.words()), len(other.words())),
            ("sources", len(section.sources()), len(other.sources())),
        ):
            if own * 100 < band.percent * theirs:
                title = other.node.title
                yield Remark(section.line, f"match “{title}”: {own} {what} here, {theirs} there")


@rule(Severity.WARNING)
def recommendations_few(brief: Brief) -> Remarks:
    """Where recommendations are asked, sentences say who should do what.

    Bad:  “More cooperation would be welcome.”
    Good: “The Department of State should sign the agreement by June 2026.”
    """
    for section in brief.sections.values():
        if (asked := section.node.recommendations) and section.filled():
            have = sum(_advises(section.node, block) for block in section.texts())
            if have < asked:
                message = f"say who should do what: {asked} recommendations or more, it has {have}"
                yield Remark(section.line, message)


def _advises(node: SectionType, block: Block) -> int:
    if block.kind not in (Kind.PARAGRAPH, Kind.ITEM):
        return 0
    if block.kind is Kind.ITEM and node.items and node.items.numbered:
        text = _text_of(block)
        # The paragraph of an item is asked by itself, too.
        is_counted = text is not block and _ADVICE.search(text.own())
        return int(not is_counted and len(text.own().split()) > 3)
    return sum(bool(_ADVICE.search(sentence)) for sentence in sentences(block.own()))


@rule(Severity.WARNING)
def label_missing(brief: Brief) -> Remarks:
    """Bullets have labels where those of the neighbouring sections do.

    Bad:  three bare bullets between sections whose bullets all begin with a bold label.
    Good: `- **Trade:** …`.
    """
    bullets = {
        path: [block for block in section.texts() if block.kind is Kind.ITEM]
        for path, section in brief.sections.items()
    }
    for siblings in (brief.type.sections, *(n.sections for n in brief.type.nodes() if n.sections)):
        listed = {
            node.path: items
            for node in siblings
            if node.path in brief.sections
            and (items := [item for n in node.walk() for item in bullets.get(n.path, ())])
        }
        if len(listed) < 3:
            continue
        labelled = {path for path, items in listed.items() if any(map(_has_label, items))}
        if 2 * len(labelled) <= len(listed):
            continue
        for path in listed.keys() - labelled:
            if len(listed[path]) > 1 and not brief.sections[path].node.bare:
                first = listed[path][0]
                yield Remark(first.line, "give each bullet a label: - **Label:** …", path)


def _has_label(item: Block) -> bool:
    return bool(_text_of(item).label)
