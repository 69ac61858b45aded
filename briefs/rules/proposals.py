"""Rules on numbered proposals: their texts, links and sections, and what they refer to.

Proposals lie in one folder, and mature on the way; one may lean on those alone that are as mature
as itself. The body is judged node by node (`briefs.rules.nodes`).
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from briefs.brief import Brief
from briefs.errors import MalformedBrief
from briefs.findings import Severity
from briefs.frontmatter import Entry, split_plain
from briefs.rules.fragments import attributes, comments
from briefs.rules.leaves import Nodes
from briefs.rules.nodes import nodes
from briefs.rules.preamble import OneKey, entry, natural, value
from briefs.rules.registry import Options, Remark, Remarks, rule
from briefs.types.language import Regex

_ABSOLUTE: Final = re.compile("^/|://")
_UNSPACED: Final = re.compile("#{1,6}")
_SECTION_LEVEL: Final = 2


class Sections(Options):
    """Titles of sections, in their order."""

    sections: tuple[str, ...]


class Allowed(Options):
    """Addresses that may stand all the same, as regular expressions."""

    allowed: tuple[Regex, ...] = ()


class Excluded(Options):
    """What the text must not hold, and the remedy."""

    excludes: Regex
    message: str


class Comments(Options):
    """The key that says how far the text is, and the values with which comments may stay yet."""

    key: str
    warn_for: tuple[str, ...] = ()


class Proposals(Options):
    """How the files of the folder are named: a number between `prefix` and `suffix`."""

    prefix: str
    suffix: str


class References(Proposals):
    """How proposals are named in a text: `refers` finds one, its first group is the number.

    The reference begins with the word of `words` that stands beside the value of `word_key` in the
    proposal itself, else with `word`.
    """

    refers: Regex
    word: str
    word_key: str
    words: Mapping[str, str] = {}


class KeyReferences(References):
    """The key whose value is the text."""

    key: str


class Required(OneKey):
    """The key that lists the numbers on which the text, the value of `key`, leans."""

    requires: str
    refers: Regex


class Flow(Proposals):
    """How proposals mature: values of the key `status`, those of one step side by side."""

    status: str
    flow: tuple[tuple[str, ...], ...]

    def step(self, status: str | None) -> int:
        """Return how far `status` is; 0 for one that the flow does not know."""
        steps = (n for n, values in enumerate(self.flow, start=1) if status in values)
        return max(steps, default=0)


class RequiredFlow(Flow):
    """The key that lists the numbers of required proposals."""

    requires: str


class _Neighbour(NamedTuple):
    """A proposal of the folder, as far as it is read: its front matter."""

    entries: tuple[Entry, ...]

    def value(self, key: str) -> str | None:
        found = next((e for e in reversed(self.entries) if e.key == key), None)
        return found.value.strip() if found else None


def _body(brief: Brief) -> Nodes:
    return _read(brief.draft.text, brief.front.end)


@lru_cache(maxsize=2)  # several rules ask for those of the one brief that is judged
def _read(text: str, end: int) -> Nodes:
    return nodes("\n".join(text.split("\n")[end:]), end + 1)


def _neighbour(brief: Brief, name: str) -> _Neighbour | None:
    if name == brief.around.file:
        return _Neighbour(brief.front.entries)
    text = brief.around.neighbours.get(name)
    return None if text is None else _Neighbour(_entries(text))


@lru_cache(maxsize=1_024)
def _entries(text: str) -> tuple[Entry, ...]:
    try:
        return split_plain(text)[0].entries
    except MalformedBrief:
        return ()  # its own judgement says so


def _absent(brief: Brief, options: Proposals, name: str, line: int) -> Iterator[Remark]:
    """Yield that `name` is absent, where the folder of proposals is known at all."""
    form = re.compile(f"{re.escape(options.prefix)}[0-9]+{re.escape(options.suffix)}")
    if any(form.fullmatch(n) for n in brief.around.neighbours if n != brief.around.file):
        yield Remark(line, f"there is no {name} in the folder: correct the number")


@rule(Severity.ERROR, house=False, options=Excluded)
def text_pattern(brief: Brief, options: Excluded) -> Remarks:
    """The text, titles of links and footnote marks included, holds nothing that it must not.

    Bad:  `see RFC 2119`, where the form is RFC-2119.
    Good: `see RFC-2119`.
    """
    search = re.compile(options.excludes).search
    for text in _body(brief).texts:
        if search(text.text):
            yield Remark(text.line, options.message)


@rule(Severity.ERROR, house=False, options=Excluded)
def code_pattern(brief: Brief, options: Excluded) -> Remarks:
    """Code within a text holds nothing that it must not.

    Bad:  a proposal's name in backticks.
    Good: a link to the proposal.
    """
    search = re.compile(options.excludes).search
    for code in _body(brief).code:
        if search(code.text):
            yield Remark(code.line, options.message)


@rule(Severity.ERROR, house=False, options=Allowed)
def links_not_relative(brief: Brief, options: Allowed) -> Remarks:
    """Links and images lead to files beside the text, save those that the type allows.

    Bad:  `[the figure](https://example.org/figure.svg)`.
    Good: `[the figure](../assets/figure.svg)`.
    """
    allowed = [re.compile(pattern) for pattern in options.allowed]
    for target, line in _targets(_body(brief)):
        if _ABSOLUTE.search(target) and not any(one.search(target) for one in allowed):
            yield Remark(line, f"“{target[:60]}”: put it beside the text and link it there")


def _targets(body: Nodes) -> Iterator[tuple[str, int]]:
    for link in body.links:
        yield link.target, link.line
    for html in body.html:
        for attribute in attributes(html.source):
            yield attribute.value, html.line


@rule(Severity.ERROR, house=False, options=Comments)
def comments_left(brief: Brief, options: Comments) -> Remarks:
    """No comments are left in the text; while it is young they are a warning.

    Bad:  `<!-- TODO -->` in a text under review.
    Good: the text that was to be done.
    """
    status = value(brief, options.key)
    if status is None:
        return
    lines = [h.line for h in _body(brief).html if h.block and comments(h.source)]
    if lines:
        young = Severity.WARNING if status in options.warn_for else None
        yield Remark(lines[0], "remove the comments", severity=young)


@rule(Severity.ERROR, house=False, options=Sections)
def sections_out_of_order(brief: Brief, options: Sections) -> Remarks:
    """The sections, headings of level 2, are those of the list, in its order.

    Bad:  `## Rationale` above `## Specification`, where the specification comes first.
    Good: `## Specification`, then `## Rationale`.
    """
    headings = _sections(brief)
    unknown = [line for title, line in headings if title not in options.sections]
    if unknown:
        yield Remark(unknown[0], f"keep to the sections {', '.join(options.sections)}")
    places, before = dict(headings), ""
    for title in options.sections:
        if title in places:
            if before and places[title] < places[before]:
                yield Remark(places[title], f"move “{title}” behind “{before}”")
            before = title


@rule(Severity.ERROR, house=False, options=Sections)
def sections_missing(brief: Brief, options: Sections) -> Remarks:
    """Every section of the list is there, as a heading of level 2 with exactly its title.

    Bad:  `### Rationale`.
    Good: `## Rationale`.
    """
    given = {title for title, _ in _sections(brief)}
    if missing := [title for title in options.sections if title not in given]:
        yield Remark(brief.front.end + 1, f"add {', '.join(f'## {title}' for title in missing)}")


def _sections(brief: Brief) -> list[tuple[str, int]]:
    headings = _body(brief).headings
    return [(h.text, h.line) for h in headings if h.level == _SECTION_LEVEL]


@rule(Severity.ERROR, house=False)
def heading_unspaced(brief: Brief) -> Remarks:
    """A space stands behind the marks of a heading; without it there is no heading.

    Bad:  `##Rationale`.
    Good: `## Rationale`.
    """
    for text in _body(brief).texts:
        if text.margin and _UNSPACED.match(text.text):
            yield Remark(text.line, "put a space behind the #, or a word before it")
            return


@rule(Severity.ERROR, house=False, options=Flow)
def links_immature(brief: Brief, options: Flow) -> Remarks:
    """A proposal links to those alone that are as mature as itself.

    Bad:  a final proposal that links to a draft.
    Good: a draft that links to a final proposal.
    """
    pattern = f"(?i){re.escape(options.prefix)}([0-9]+){re.escape(options.suffix)}$"
    search = re.compile(pattern).search
    own = options.step(value(brief, options.status))
    for link in _body(brief).links:
        if not link.image and (match := search(link.target)):
            name = f"{options.prefix}{match[1]}{options.suffix}"
            found = _neighbour(brief, name)
            if found is None:
                yield from _absent(brief, options, name, link.line)
            elif options.step(found.value(options.status)) < own:
                yield Remark(link.line, f"{name} is less mature than this text: wait for it")


@rule(Severity.ERROR, house=False, options=RequiredFlow)
def requirements_immature(brief: Brief, options: RequiredFlow) -> Remarks:
    """A proposal requires those alone that are as mature as itself.

    Bad:  a final proposal with `requires: 12`, where 12 is a draft.
    Good: `requires: 12`, where 12 is final too.
    """
    if (listed := entry(brief, options.requires)) is None:
        return
    own = options.step(value(brief, options.status))
    young = []
    for number in filter(None, (_number(item) for item in listed.value.split(","))):
        name = f"{options.prefix}{number}{options.suffix}"
        found = _neighbour(brief, name)
        if found is None:
            yield from _absent(brief, options, name, listed.line)
        elif options.step(found.value(options.status)) < own:
            young.append(name)
    if young:
        yield Remark(listed.line, f"{', '.join(young)}: less mature than this text; wait for it")


def _number(item: str) -> str:
    number = natural(item.strip())
    return "" if number is None else str(number)


@rule(Severity.ERROR, house=False, options=References)
def references_misworded(brief: Brief, options: References) -> Remarks:
    """A proposal is referred to by the word of its kind.

    Bad:  `RFC-20`, where 20 is of the kind STD.
    Good: `STD-20`.
    """
    finds = re.compile(options.refers).finditer
    for text in _body(brief).texts:
        if text.prose:
            for match in finds(text.text):
                yield from _misworded(brief, options, match, text.line)


@rule(Severity.ERROR, house=False, options=KeyReferences)
def value_misworded(brief: Brief, options: KeyReferences) -> Remarks:
    """A value refers to a proposal by the word of its kind.

    Bad:  `title: Receipts of RFC-20`, where 20 is of the kind STD.
    Good: `title: Receipts of STD-20`.
    """
    if found := entry(brief, options.key):
        for match in re.finditer(options.refers, found.value):
            yield from _misworded(brief, options, match, found.line)


def _misworded(brief: Brief, options: References, match: re.Match[str], line: int) -> Remarks:
    name = f"{options.prefix}{match[1]}{options.suffix}"
    found = _neighbour(brief, name)
    if found is None:
        yield from _absent(brief, options, name, line)
        return
    word = options.words.get(found.value(options.word_key) or "", options.word)
    if not match[0].startswith(word):
        yield Remark(line, f"write {word} for “{match[0]}”, by its {options.word_key}")


@rule(Severity.ERROR, house=False, options=Required)
def references_not_required(brief: Brief, options: Required) -> Remarks:
    """What a value refers to is among the required proposals.

    Bad:  `title: Receipts of RFC-20`, and no `requires: 20`.
    Good: both.
    """
    if (found := entry(brief, options.key)) is None:
        return
    listed = entry(brief, options.requires)
    given = {_number(item) for item in listed.value.split(",")} if listed else set()
    named = [match[1] for match in re.finditer(options.refers, found.value)]
    if missing := [number for number in named if _number(number) not in given]:
        yield Remark(found.line, f"add {', '.join(missing)} to “{options.requires}:”")
