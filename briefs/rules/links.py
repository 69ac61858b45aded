"""Rules on links and images: where they lead, what they say of it, what the page makes of them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from typing import Final

from briefs.brief import Brief
from briefs.findings import Fix, Severity
from briefs.markdown import Block, Kind, Part, Span
from briefs.markup import to_html
from briefs.outline import normal
from briefs.rules.registry import Remark, Remarks, at, rule
from briefs.spans import Spans

# What the page takes for a link beyond doubt; of what is left, it is asked itself.
_PLAIN: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?:[/?#][!-;=?-\[\]-~]*)?")
_ANCHOR: Final = re.compile(r'<h\d id="([^"]+)"')
_HREF: Final = re.compile(r'<a href="([^"]*)"')
_SPECIAL: Final = re.compile(r"([\\<>&])")
_BARE: Final = re.compile(r"(?:https?://|www\.)[\w-]+(?:\.[\w-]+)+[^\s<>\"”“|]*", re.IGNORECASE)
_END: Final = ".,;:!?'’*_…"
_NAMED_HOST: Final = re.compile(r"(?:https?://|\bwww\.)[^\s/?#<>()\[\]]+", re.IGNORECASE)
_BARE_HOST: Final = re.compile(r"((?:[a-z0-9-]+\.)+[a-z]{2,})(?:/\S*)?")
_FILE: Final = re.compile(r"[\w.-]+\.(?:csv|docx?|html?|jpe?g|json|md|pdf|png|pptx?|txt|xlsx?|zip)")
_LONGEST: Final = 2_000  # characters of an address; browsers take hardly more
_LONGEST_LINE: Final = 20_000  # characters of a line that we write anew for each of its addresses
_ARCHIVES: Final = ("archive.org", "archive.ph", "archive.today")
# A part of a host's name in letters of two alphabets.
_SPELLED: Final = re.compile(r"[A-Za-z][^.]*[\u0370-\u058f]|[\u0370-\u058f][^.]*[A-Za-z]")
_USER: Final = re.compile(r"https?://([^/?#\\]*)@", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:https?://)?(?:[^/?#\\]*@)?([^/?#\\:]*)", re.IGNORECASE)
_VAGUE: Final = re.compile(
    r"(?:(?:available|click|find out|go|learn|read|see) )?(?:here|more|this)"
    r"|(?:this |the |web)?(?:link|page|site|url)|(?:this )?(?:article|document|website)",
    re.IGNORECASE,
)
_NAMELESS: Final = re.compile(
    r"(?:image|picture|photo|figure|screenshot|graphic|untitled)?[\s_-]*\d*|\S+\.(?:gif|jpe?g|png|svg|webp)",
    re.IGNORECASE,
)


def spans(brief: Brief) -> list[tuple[Block, Span]]:
    """Return every link, image, code, tag and footnote mark, with its block."""
    return [(block, span) for block in brief.draft.tree.flat for span in block.spans]


def _parts(brief: Brief, part: Part) -> Iterator[tuple[Block, Span, str]]:
    """Yield each link, or each image, with its block and with the text that a reader sees of it."""
    for block, span in brief.once(spans):
        if span.part is part:
            yield block, span, block.text[span.at : span.until].strip()


def _on(block: Block, span: Span, message: str) -> Remark:
    line, column = block.source.line(span.start), block.source.column(span.start)
    return Remark(line, message, column=column)


def _shown(target: str) -> str:
    """Return the address that the page gives a link to `target`; empty where it makes none."""
    if _PLAIN.fullmatch(target):
        return target
    escaped = _SPECIAL.sub(r"\\\1", target)
    found = _HREF.search(to_html(f"[x](<{escaped}>)"))
    return unescape(found[1]) if found else ""


def _links_within(brief: Brief) -> list[tuple[Block, Span, str]]:
    """Return the links to headings of the brief itself, each with the anchor that it means."""
    return [
        (block, span, _shown(span.target).removeprefix("#"))
        for block, span, _ in _parts(brief, Part.LINK)
        if span.target.startswith("#")
    ]


@rule(Severity.ERROR)
def anchor_missing(brief: Brief) -> Remarks:
    """A link into the brief leads to one of its headings or labels.

    Bad:  `[the tariff](#tarif-report)`.
    Good: `[the tariff](#tariff-report)`.
    """
    for block, span, anchor in brief.once(_links_within):
        if anchor not in brief.once(_anchors):
            message = f"link a heading that is there: “{span.target[:60]}” leads to none"
            yield _on(block, span, message)


def _anchors(brief: Brief) -> frozenset[str]:
    """Return the anchors of headings and labels that the page of the brief has."""
    body = "\n".join(brief.draft.lines[brief.front.end :])
    return frozenset(_ANCHOR.findall(to_html(body, brief.title)))


@rule(Severity.WARNING)
def anchor_doubled(brief: Brief) -> Remarks:
    """Headings that stand side by side, or that a link leads to, differ in their titles.

    Bad:  `### Outlook` twice in one section; a link to `#outlook` where two sections have one.
    Good: `### Outlook for Trade` and `### Outlook for Defense`.
    """
    titled = brief.once(_titled)
    for titles in titled.values():
        for (above, before), (over, block) in pairwise(titles):
            if above == over and Kind.PARAGRAPH not in (before.kind, block.kind):
                yield at(block, f"give it another title than that of line {before.line}")
    if links := brief.once(_links_within):
        anchors = {_shown(f"#{title}").removeprefix("#"): title for title in titled}
        for block, span, anchor in links:
            if len(same := titled.get(anchors.get(anchor, ""), [])) > 1:
                lines = f"{same[0][1].line} and {same[1][1].line}"
                yield _on(block, span, f"make the titles of lines {lines} differ: it leads to one")


def _titled(brief: Brief) -> dict[str, list[tuple[tuple[str, int], Block]]]:
    """Return the headings and labels that are the author's own, by title, each with what it is in.

    The type's are left out: some have one title by its will.
    """
    types = {n for section in brief.sections.values() for n in (section.line, *section.again)}
    found: dict[str, list[tuple[tuple[str, int], Block]]] = defaultdict(list)
    above: list[Block] = []
    for block in brief.draft.blocks:
        if block.kind is Kind.HEADING:
            while above and above[-1].level >= block.level:
                above.pop()
        elif block.kind is not Kind.PARAGRAPH or not block.bold:
            continue
        if block.line not in types:
            place = brief.node_at(block.line), above[-1].line if above else 0
            found[normal(block.text)].append((place, block))
        if block.kind is Kind.HEADING:
            above.append(block)
    return found


@rule(Severity.ERROR)
def link_dropped(brief: Brief) -> Remarks:
    """A link leads where the page lets it: to https:// or http://, mailto:, or a heading here.

    Bad:  `[annex](annex.pdf)`, `[the bank](www.bank.gov)`, `[x](javascript:…)`, `[x](file:…)`.
    Good: `[annex](https://example.org/annex.pdf)`.
    """
    for block, span, text in _parts(brief, Part.LINK):
        address = _address(span)
        if address.startswith("#") or _shown(address) or _USER.match(address):
            continue
        if not address:
            yield _on(block, span, f"write the address of “{text[:60]}”")
        elif address.lower().startswith("www."):
            yield _on(block, span, f"write https:// before {address[:60]}")
        else:
            message = f"link https://, mailto: or a #heading: the page drops “{address[:60]}”"
            yield _on(block, span, message)


def _address(span: Span) -> str:
    return f"mailto:{span.target}" if span.style == "Email" else span.target


@rule(Severity.ERROR)
def link_disguised(brief: Brief) -> Remarks:
    """A link leads to the host that its text names, and no host is made to look like another.

    Bad:  `[https://bank.gov](https://evil.example)`, `<https://gov.uk@evil.example>`.
    Good: `[the central bank](https://bank.gov)`.
    """
    for block, span, text in _parts(brief, Part.LINK):
        if span.target[:4].lower() == "http" and (fault := _disguise(text, span.target)):
            yield _on(block, span, fault)


def _disguise(text: str, address: str) -> str:
    host = _host(address)[:_LONGEST]
    if user := _USER.match(address):
        return f"take “{user[1][:40]}@” out of the address: it leads to {host[:60]}"
    if not host.isascii() and _SPELLED.search(host):
        return f"write the host in the letters of one alphabet: {host[:60]}"
    for named in _hosts_named(text) if "." in text else ():
        if not _are_one(named, host) and not _is_archived(host, named, address):
            return f"name the host that it leads to: {host[:60]}, not {named[:60]}"
    return ""


def _host(address: str) -> str:
    match = _HOST.match(address)
    return match[1].casefold() if match else ""


def _hosts_named(text: str) -> list[str]:
    if found := _NAMED_HOST.findall(text[:_LONGEST]):
        return [_host(name) for name in found]
    bare = None if _FILE.fullmatch(text) else _BARE_HOST.fullmatch(text)
    return [bare[1]] if bare else []


def _are_one(named: str, host: str) -> bool:
    one, other = named.removeprefix("www."), host.removeprefix("www.")
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _is_archived(host: str, named: str, address: str) -> bool:
    return host.removeprefix("web.") in _ARCHIVES and f"/{named}" in address


@rule(Severity.WARNING)
def link_vague(brief: Brief) -> Remarks:
    """The text of a link says what it leads to, to those too who hear links one by one.

    Bad:  `The figures are [here](https://example.org/trade).`
    Good: `The [trade figures for 2025](https://example.org/trade) …`.
    """
    for block, span, text in _parts(brief, Part.LINK):
        if len(text) < 24 and _VAGUE.fullmatch(text.strip(" .:…»>→")):
            yield _on(block, span, f"say in the link what it leads to, instead of “{text}”")


@rule(Severity.ERROR)
def link_empty(brief: Brief) -> Remarks:
    """A link has a text that a reader can follow.

    Bad:  `[](https://example.org/trade)`.
    Good: `[trade figures for 2025](https://example.org/trade)`.
    """
    for block, span, text in _parts(brief, Part.LINK):
        if not text:
            yield _on(block, span, f"write a text for the link to {span.target[:60]}")


@rule(Severity.WARNING)
def link_bare(brief: Brief) -> Remarks:
    """An address in the text is a link.

    Bad:  `The figures stand at https://example.org/trade.`
    Good: `The [figures](https://example.org/trade) show …`; `<https://example.org/trade>`.
    """
    known = Spans(Part.LINK, Part.CODE, Part.HTML)
    for block, index, match in brief.running.search(_BARE, ("http", "www.")):
        if known.cover(block, index):
            continue
        if block.text[max(index - 3, 0) : index].endswith(("] (", ")[")):
            continue  # a link that was meant: `link_unmade`
        url = _trimmed(match.group()[:_LONGEST])
        yield at(block, f"make a link of {url[:60]}", index, _linked(brief, block, index, url))


def _trimmed(url: str) -> str:
    url = url.rstrip(_END)
    while url.endswith((")", "]")) and url.count(")") + url.count("]") > (
        url.count("(") + url.count("[")
    ):
        url = url[:-1].rstrip(_END)
    return url


def _linked(brief: Brief, block: Block, index: int, url: str) -> Fix | None:
    """Return the line with `url` as a link, where it is one as it stands."""
    number, column = block.place(index)
    line, start = brief.draft.lines[number - 1], column - 1
    if len(line) > _LONGEST_LINE or not _PLAIN.fullmatch(url) or not line.startswith(url, start):
        return None
    return Fix(number, number, (f"{line[:start]}<{url}>{line[start + len(url) :]}",))


@rule(Severity.ERROR)
def image_undescribed(brief: Brief) -> Remarks:
    """An image is described, for those who do not see it; the page shows the description alone.

    Bad:  `![](map.png)`, `![image1.png](image1.png)`.
    Good: `![Map of the grid: no line crosses the strait](map.png)`.
    """
    for block, span, text in _parts(brief, Part.IMAGE):
        if _NAMELESS.fullmatch(text):
            yield _on(block, span, "describe the image: ![what it shows](…)")
