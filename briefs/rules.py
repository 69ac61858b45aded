"""The rules: one generator each, which yields a line and what to do there.

A rule's name is its function's, hyphenated; its docstring says what is right, with a Bad and a
Good. Every rule has a specimen in `tests/briefs/specimens/`.
"""

import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, TypeAlias

from briefs.brief import Brief
from briefs.errors import BadInstant
from briefs.findings import Finding, Mode, Severity
from briefs.frontmatter import Value
from briefs.instants import instant
from briefs.markdown import Kind
from briefs.outline import How, normal
from briefs.types import SectionType

Remarks: TypeAlias = Iterator[tuple[int, str]]
Judge: TypeAlias = Callable[[Brief], Remarks]

THIN_SECTION: Final = 20


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, its severity, whether a draft may still break it, and the judge itself."""

    name: str
    severity: Severity
    unfinished: bool
    judge: Judge

    def severity_in(self, mode: Mode) -> Severity:
        """Return the severity in `mode`: what a draft merely lacks so far is a warning there."""
        return Severity.WARNING if self.unfinished and mode is Mode.DRAFT else self.severity


RULES: Final[dict[str, Rule]] = {}


def rule(severity: Severity, *, unfinished: bool = False) -> Callable[[Judge], Judge]:
    """Enter the decorated generator in `RULES`."""

    def enter(judge: Judge) -> Judge:
        name = judge.__name__.replace("_", "-")
        RULES[name] = Rule(name, severity, unfinished, judge)
        return judge

    return enter


def check(brief: Brief, mode: Mode = Mode.SUBMIT) -> tuple[Finding, ...]:
    """Return the findings of all rules on `brief`, in the order of the lines."""
    return tuple(
        sorted(
            Finding(line, 1, name, rule.severity_in(mode), message)
            for name, rule in RULES.items()
            for line, message in rule.judge(brief)
        )
    )


@rule(Severity.ERROR, unfinished=True)
def front_matter_missing(brief: Brief) -> Remarks:
    """Every key that the type requires is in the front matter.

    Bad:  a brief without `as_of`.
    Good: `as_of: 2026-03-01`, so that a reader knows on which day the facts held.
    """
    for name, key in brief.type.front_matter.items():
        if key.required and not brief.front.values.get(name):
            yield 1, f"add “{name}:” to the front matter"


@rule(Severity.ERROR)
def front_matter_unknown(brief: Brief) -> Remarks:
    """The front matter holds the type's keys and no others.

    Bad:  `autors:`, which nobody would read.
    Good: `authors:`.
    """
    for name in brief.front.values:
        if name not in brief.type.front_matter:
            near = get_close_matches(name, brief.type.front_matter, 1)
            hint = f"write “{near[0]}”" if near else f"remove it, or use {_listed(brief)}"
            yield brief.front.line(name), f"“{name}” is not a key of this type: {hint}"


@rule(Severity.ERROR)
def front_matter_invalid(brief: Brief) -> Remarks:
    """Every value of the front matter is of its kind.

    Bad:  `as_of: 2026-13-01`.
    Good: `as_of: 2026-12-01`.
    """
    for name, value in brief.front.values.items():
        key = brief.type.front_matter.get(name)
        if key and value and (fault := _FAULTS[key.kind](value)):
            yield brief.front.line(name), f"{name}: {fault}"


@rule(Severity.ERROR)
def front_matter_twice(brief: Brief) -> Remarks:
    """Front matter stands once, at the head; none of its keys surfaces as a heading.

    Bad:  `## title: "Belgium"`, as a word processor exports a second block.
    Good: one block between two lines of `---`.
    """
    keys = "|".join(map(re.escape, brief.type.front_matter))
    surfaced = re.compile(rf"({keys}):\s", re.IGNORECASE)
    for block in brief.draft.blocks:
        if block.kind is Kind.HEADING and (match := surfaced.match(block.text)):
            yield block.line, f"remove the second front matter: “{match.group(1)}:” is no heading"


@rule(Severity.WARNING)
def title_differs(brief: Brief) -> Remarks:
    """The front matter's title is that of the level-1 heading, letter for letter.

    Bad:  `title: "  2. Belgium"` above `# Belgium: Strategic U.S. Foreign Policy Analysis`.
    Good: the same words in both.
    """
    heading = next((b for b in brief.draft.blocks if b.kind is Kind.HEADING and b.level == 1), None)
    title = brief.front.values.get("title")
    if heading and isinstance(title, str) and title and title != heading.text:
        yield brief.front.line("title"), f"make the title that of line {heading.line}"


@rule(Severity.ERROR, unfinished=True)
def section_missing(brief: Brief) -> Remarks:
    """Every section of the type stands in the brief, in whatever shape.

    Bad:  no “Crises”.
    Good: `## Crises`, with text below it.
    """
    for node in brief.type.nodes():
        if node.path not in brief.sections:
            yield _where_missing(brief, node), f"add the section “{node.title}” ({node.path})"


@rule(Severity.ERROR)
def section_demoted(brief: Brief) -> Remarks:
    """A section that is a heading is written as one.

    Bad:  `**Crises**` alone on a line.
    Good: `## Crises`.
    """
    for section in brief.sections.values():
        if section.how is How.DEMOTED:
            level = "#" if section.node.form == "title" else "##"
            yield section.line, f"make “{section.node.title}” a heading: {level}"


@rule(Severity.ERROR)
def section_misplaced(brief: Brief) -> Remarks:
    """A section stands below the section that it belongs to.

    Bad:  “Country Profile” below “Policy Goals”.
    Good: “Country Profile” below “Overview”.
    """
    for section in brief.sections.values():
        if section.how is How.MISPLACED:
            parent = section.node.path.rpartition(".")[0]
            title = next((n.title for n in brief.type.nodes() if n.path == parent), "its parent")
            yield section.line, f"move “{section.node.title}” below “{title}”"


@rule(Severity.WARNING)
def section_out_of_order(brief: Brief) -> Remarks:
    """Sections follow each other as the type lists them.

    Bad:  “Crises” before “Preface”.
    Good: “Preface”, then “Crises”.
    """
    order = {node.path: place for place, node in enumerate(brief.type.nodes())}
    latest, before = -1, ""
    for path, section in brief.sections.items():
        if section.how is How.MISPLACED:
            continue  # another rule's, and no measure of what follows
        if order[path] < latest:
            yield section.line, f"move “{section.node.title}” before “{before}”"
        else:
            latest, before = order[path], section.node.title


@rule(Severity.ERROR)
def section_doubled(brief: Brief) -> Remarks:
    """A section stands once.

    Bad:  “Crises” in two places, and readers find one of them.
    Good: one section that holds both texts.
    """
    for section in brief.sections.values():
        for line in section.again:
            yield line, f"“{section.node.title}” stands at line {section.line} already: merge them"


@rule(Severity.ERROR, unfinished=True)
def section_empty(brief: Brief) -> Remarks:
    """A section that has no sections of its own holds text.

    Bad:  `**Tariff Report:**` with nothing below it.
    Good: the rate, its date and its source.
    """
    for section in brief.sections.values():
        if not section.node.sections and section.node.form != "title" and not section.words():
            yield section.line, f"write the section “{section.node.title}”"


@rule(Severity.WARNING)
def section_thin(brief: Brief) -> Remarks:
    """A section says more than a phrase.

    Bad:  `**Visa Requirements for U.S. Citizens:**` and “None.”
    Good: what is asked, for how long a stay, on which date, and where that is written.
    """
    for section in brief.sections.values():
        if 0 < len(section.words()) < min(THIN_SECTION, section.node.words):
            yield section.line, f"say more in “{section.node.title}”: under {THIN_SECTION} words"


@rule(Severity.ERROR, unfinished=True)
def field_missing(brief: Brief) -> Remarks:
    """Every field of a section is there, under its label.

    Bad:  “Historical Context” without “Key Milestones in Bilateral Relations”.
    Good: `- **Key Milestones in Bilateral Relations:** …`.
    """
    for section in brief.sections.values():
        for declared in section.node.fields:
            if declared.title not in section.fields:
                yield section.line, f"add the field “{declared.title}”: - **{declared.title}:** …"


@rule(Severity.ERROR, unfinished=True)
def field_empty(brief: Brief) -> Remarks:
    """A field holds text behind its label or in the bullets below it.

    Bad:  `- **Metrics:**`.
    Good: `- **Metrics:** 2 GW of offshore wind by 2030.`
    """
    for section in brief.sections.values():
        for title, block in section.fields.items():
            if not block.words():
                yield block.line, f"write the field “{title}”"


@rule(Severity.ERROR)
def guidance_left(brief: Brief) -> Remarks:
    """Instructions to the author never reach the reader.

    Bad:  `*This section should be exceptionally well thought out.*`
    Good: the section.
    """
    for block in (b for top in brief.draft.blocks for b in top.walk()):
        marked = block.italic or block.text.startswith("*")
        if block.kind in (Kind.PARAGRAPH, Kind.ITEM) and marked and _instructs(block.text):
            yield block.line, "remove the instruction to the author"


@rule(Severity.WARNING)
def heading_skips_level(brief: Brief) -> Remarks:
    """Headings go down one level at a time; outlines and accessible PDF depend on it.

    Bad:  `# Belgium`, then `### Preface`.
    Good: `# Belgium`, then `## Preface`.
    """
    level = 0
    for block in brief.draft.blocks:
        if block.kind is Kind.HEADING:
            if level and block.level > level + 1:
                yield block.line, f"make this a heading of level {level + 1}: {'#' * (level + 1)}"
            level = block.level


@rule(Severity.WARNING)
def heading_bold(brief: Brief) -> Remarks:
    """A heading is not wrapped in bold; it is a heading already.

    Bad:  `## **Crises**`.
    Good: `## Crises`.
    """
    for block in brief.draft.blocks:
        if block.kind is Kind.HEADING and block.bold:
            yield block.line, "take the asterisks out of the heading"


_ABOUT_SECTION: Final = re.compile(r"\b(this|the)\b[^.]{0,40}\bsection\b", re.IGNORECASE)


def _instructs(text: str) -> bool:
    return bool(_ABOUT_SECTION.search(text)) or text.lstrip("*").startswith("Guidance:")


def _where_missing(brief: Brief, node: SectionType) -> int:
    """Return the line after which the section belongs: that of the last one found before it."""
    line = brief.front.end
    for other in brief.type.nodes():
        if other.path == node.path:
            break
        if section := brief.sections.get(other.path):
            line = section.line
    return max(line, 1)


def _listed(brief: Brief) -> str:
    return ", ".join(brief.type.front_matter)


def _text_fault(value: Value) -> str:
    if not isinstance(value, str):
        return "write one line of text"
    return "" if len(value.splitlines()) == 1 else "keep it on one line"


def _list_fault(value: Value) -> str:
    plain = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return "" if plain else "write a list of words"


def _date_fault(value: Value) -> str:
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            date.fromisoformat(value)
            return ""
    except ValueError as error:
        return f"“{value}” is no date ({error}); write it as 2026-03-01"
    return "write a date as 2026-03-01"


def _moment_fault(value: Value) -> str:
    if not isinstance(value, str):
        return "write a moment as 2026-03-01 09:00 Europe/Brussels"
    try:
        instant(value, "UTC")
    except BadInstant as error:
        return str(error)
    return ""


@cache
def _countries() -> Any:
    # Loaded by the first brief that names a country: many a check needs none of it.
    return pkgutil.resolve_name("pycountry:countries")


def _country_fault(value: Value) -> str:
    text = value if isinstance(value, str) else ""
    key = {2: "alpha_2", 3: "alpha_3"}.get(len(text))
    if key and any(getattr(country, key) == text for country in _countries()):
        return ""
    near = next((c for c in _countries() if normal(c.name) == normal(text)), None)
    remedy = f"write {near.alpha_2}" if near else "write its two letters, as BE"
    return f"“{text[:40]}” is no ISO 3166-1 code; {remedy}"


def _people_fault(value: Value) -> str:
    if not isinstance(value, list) or not value:
        return "write a list of authors, each with name and email"
    for person in value:
        if not isinstance(person, dict) or set(person) != {"name", "email"}:
            return "write each author as name: … and email: …"
        name, email = person["name"], person["email"]
        if not isinstance(name, str) or not isinstance(email, str):
            return "write each author as name: … and email: …"
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
            return f"“{email[:60]}” is no e-mail address"
    return ""


_FAULTS: Final[dict[str, Callable[[Value], str]]] = {
    "text": _text_fault,
    "word": _text_fault,
    "list": _list_fault,
    "sources": _list_fault,
    "date": _date_fault,
    "moment": _moment_fault,
    "people": _people_fault,
    "iso-country": _country_fault,
}
