"""Edits of the sample brief, by the words of cases.md. Each is checked: it does what it says."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from briefs.changes import Change, between
from tests.briefs import variants
from tests.briefs.samples import SAMPLE, brief_of

AUTHORS = "    email: ada@example.org"
_LINK = re.compile(r"\]\([^)]*\)|https?://\S+")


@lru_cache(maxsize=512)
def edited(text: str, edit: str) -> str:
    """Return `text` with the edit made. Raises `ValueError` for words that name no edit."""
    for form, change in _EDITS.items():
        if found := re.fullmatch(form, edit):
            return change(text, *found.groups())
    raise ValueError(f"“{edit}” is no edit that cases.md explains")


def changed(before: str, after: str) -> dict[str, Change]:
    """Return the sections whose digest differs, each with the class of its change."""
    old, new = brief_of(before), brief_of(after)
    one, two = old.digests.sections, new.digests.sections
    return {
        path: between(old.lines.get(path, ()), new.lines.get(path, ())) or Change.MATERIAL
        for path in {**one, **two}
        if one.get(path) != two.get(path)
    }


def _one(places: Callable[[str], Iterator[tuple[int, int, str]]], wanted: Change | None = None):
    """Return the edit that takes the first of `places` which changes its section, and it alone.

    With `wanted`, the first whose change is of that class. What must be material is not looked for:
    the code under test has no say in which “not” is put in.
    """

    def change(text: str, path: str) -> str:
        start, until = _body(text, path)
        links = [match.span() for match in _LINK.finditer(text, start, until)]
        for at, end, new in places(text[start:until]):
            at, end = start + at, start + end
            if any(a < end and at < b for a, b in links):
                continue
            after = text[:at] + new + text[end:]
            found = changed(text, after)
            if [*found] == [path] and wanted in (None, found[path]):
                return after
        raise ValueError(f"section {path} has no place for this edit")

    return change


def _body(text: str, path: str) -> tuple[int, int]:
    """Return where the text of a section begins and ends, behind its title."""
    if path == "@front":
        return text.index("\n") + 1, text.index("\n---\n")
    section = brief_of(text).sections[path]
    lines = text.split("\n")
    start = len("\n".join(lines[: section.line])) + 1
    return start, len("\n".join(lines[: section.end]))


def _digits(body: str) -> Iterator[tuple[int, int, str]]:
    for match in re.finditer(r"(?<![\n\d])\d(?![\d. ]*\. )", body):
        yield *match.span(), str((int(match[0]) + 1) % 10)


def _commas(body: str) -> Iterator[tuple[int, int, str]]:
    for match in re.finditer(r",(?= )", body):
        yield *match.span(), ""


def _capitals(body: str) -> Iterator[tuple[int, int, str]]:
    for match in re.finditer(r"(?<=\. )(The|In|Its|It|A|For|At)(?= )", body):
        yield *match.span(), match[0].lower()


def _words(body: str) -> Iterator[tuple[int, int, str]]:
    for match in re.finditer(r"(?<= )[a-z]{5,}(?= )", body):
        yield *match.span(), f"quite {match[0]}"


def _nots(body: str) -> Iterator[tuple[int, int, str]]:
    for match in re.finditer(r"(?<= )(is|are|was|were|has|have|would|should)(?= )", body):
        yield *match.span(), f"{match[0]} not"


def _names(body: str) -> Iterator[tuple[int, int, str]]:
    for match in re.finditer(r"(?<=[a-z] )(Portugal|Lisbon|American|Portuguese)(?= )", body):
        yield *match.span(), "Iberian"


def _modals(body: str) -> Iterator[tuple[int, int, str]]:
    for match in re.finditer(r"(?<= )(should|could|would)(?= )", body):
        yield *match.span(), "must"


def _months(body: str) -> Iterator[tuple[int, int, str]]:
    for match in re.finditer(r"\b(January|March|April|May|June|July|October)\b", body):
        yield *match.span(), "August"


def _link(text: str, path: str) -> str:
    start, until = _body(text, path)
    at = text.index("](https://", start, until) + len("](https://")
    after = text[:at] + "other." + text[at:]
    assert [*changed(text, after)] == [path]
    return after


def _whole(text: str, path: str) -> str:
    """Put other prose below a title: of what stood there, no three words are left together."""
    start, until = _body(text, path)
    return f"{text[:start]}\n{_OTHER}\n\n{text[until:].lstrip()}"


_OTHER = """\
Lisbon offers the alliance a harbor, an airfield and a patient hand. In 2024 its engineers \
surveyed the deep trench west of Madeira, as the [hydrographic \
institute](https://www.hidrografico.pt) reported, and shared every chart with partners in \
Norfolk. Such work costs little. It spares larger navies years of measuring, and it shows how a \
small member can lead where knowledge counts more than tonnage.

Washington should answer in kind. A joint school for divers at Faro, paid for by both treasuries \
from 2026 on, would train crews of eleven nations; the [Portuguese navy](https://www.marinha.pt) \
has already set aside barracks, boats and instructors for it. Fishing towns along this coast \
would gain steady trade, and smugglers would lose the quiet coves on which they now rely after \
dark.

Patience matters most. Treaties about the sea take decades to write, yet a single careless \
season can empty a bank of sardines. If both capitals publish what they learn each spring, \
scientists in Horta and Woods Hole can warn ministers early, while boats may still change course \
without ruin."""


def _moved(text: str, source: str, target: str) -> str:
    start, until = _body(text, source)
    paragraph = text[start:until].strip().split("\n\n")[-1]
    without = text.replace(f"\n\n{paragraph}", "", 1)
    _, end = _body(without, target)
    after = f"{without[:end].rstrip()}\n\n{paragraph}\n\n{without[end:].lstrip()}"
    assert {*changed(text, after)} == {source, target}
    return after


def _paragraph(text: str, path: str) -> str:
    _, end = _body(text, path)
    new = "Fishers of Nazaré and Peniche mend their nets in the harbor before dawn."
    return f"{text[:end].rstrip()}\n\n{new}\n\n{text[end:].lstrip()}"


def _without_paragraph(text: str) -> str:
    return re.sub(r"\n\nFishers of [^\n]*", "", text)


def _key(text: str, key: str, value: str) -> str:
    front, rest = text.split("\n---\n", 1)
    kept = [line for line in front.split("\n") if not line.startswith(f"{key}: ")]
    return "\n".join([*kept, f"{key}: {value}", "---", rest])


def _author(text: str, address: str) -> str:
    return text.replace(AUTHORS, f"{AUTHORS}\n  - name: Somebody\n    email: {address}", 1)


def _no_author(text: str, address: str) -> str:
    return text.replace(f"\n  - name: Somebody\n    email: {address}", "", 1)


def _stray(text: str) -> str:
    return text.replace("\n# Portugal", "\nBy our own correspondent.\n\n# Portugal", 1)


def _again(form: Callable[[], str]) -> Callable[[str], str]:
    """Return an edit that writes the same words in another form; only the sample has it."""

    def change(text: str) -> str:
        if text != SAMPLE:
            raise ValueError("the sample alone is written in another form")
        after = form()
        assert after != text
        assert changed(text, after) == {}
        return after

    return change


def _spaces(text: str) -> str:
    head, title, body = text.partition("\n# ")
    after = head + title + re.sub(r"\n\n(?=[A-Z])", "\n\n\n", body).replace(", ", ",  ")
    assert after != text
    assert changed(text, after) == {}
    return after


def _in_body(change: Callable[[str], str]) -> Callable[[], str]:
    return lambda: variants.text(change)


_EDITS: dict[str, Callable[..., str]] = {
    r"one digit in (\S+)": _one(_digits),
    r"a comma in (\S+)": _one(_commas, Change.TYPOGRAPHIC),
    r"a capital in (\S+)": _one(_capitals, Change.TYPOGRAPHIC),
    r"a word in (\S+)": _one(_words, Change.WORDING),
    r"“not” in (\S+)": _one(_nots),
    r"a name in (\S+)": _one(_names),
    r"“must” in (\S+)": _one(_modals),
    r"a month in (\S+)": _one(_months),
    r"a link in (\S+)": _link,
    r"all of (\S+)": _whole,
    r"a paragraph from (\S+) to (\S+)": _moved,
    r"a paragraph more in (\S+)": _paragraph,
    r"that paragraph out again": _without_paragraph,
    r"“(\w+): ([^”]*)” in the front matter": _key,
    r"the author (\S+)": _author,
    r"the author (\S+) struck out": _no_author,
    r"a line above the title": _stray,
    r"other white space": _spaces,
    r"other bullets": _again(lambda: variants.each(lambda line: re.sub(r"^( *)- ", r"\1* ", line))),
    r"other quotes": _again(_in_body(lambda t: t.replace("'", "’"))),
    r"other escapes": _again(_in_body(lambda t: t.replace(".", "\\.").replace("-", "\\-"))),
    r"other headings": _again(lambda: variants.headings("# **T**")),
    r"other line ends": lambda text: text.replace("\n", "\r\n"),
    r"other numbering": _again(lambda: variants.headings("# T", number="")),
}
