"""Mutants: the sample brief with one fault each, and where that fault must be found.

The sample is cut by its own lines here, not by the program that is to be tested. Each mutant says
which rule must speak, of which node, on which line; every other line of the sample is as it was.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.briefs.samples import COUNTRY, SAMPLE

LINES = SAMPLE.split("\n")
NODES = COUNTRY.nodes()
UNKNOWN = "Remarks of the Desk"
INSTRUCTION = "*Describe here in full sentences what matters most about it.*"
GUIDANCE = "*Guidance: name what matters most about it, each point with its source.*"
_TITLE = re.compile(r"#+ .+|\*\*[^*]+\*\*")
_FIELD = re.compile(r"- \*\*([^*]+):\*\* ")


@dataclass(frozen=True)
class Part:
    """A section of the sample, by its lines, counted from 0: title, end of its own text, and end.

    `field` is set for a field; its title and its text begin on one line.
    """

    path: str
    start: int
    own: int
    end: int
    field: str = ""

    @property
    def name(self):
        return f"{self.path}#{self.field}" if self.field else self.path

    @property
    def title(self):
        return LINES[self.start]

    @property
    def body(self):
        """The lines below the title, without the blank ones around them."""
        return LINES[self.start + 2 : self.own - 1]


@dataclass(frozen=True)
class Mutant:
    """A text with one fault, and the finding that must be new in it: any of these.

    `lines` count from 1, as findings do.
    """

    name: str
    text: str
    rule: str
    nodes: frozenset[str]
    lines: frozenset[int]

    def catches(self, finding):
        return (
            finding.rule == self.rule and finding.node in self.nodes and finding.line in self.lines
        )


def _sections():
    starts = [n for n, line in enumerate(LINES) if _TITLE.fullmatch(line)]
    ends = [*starts[1:], len(LINES)]
    own = dict(zip([node.path for node in NODES], zip(starts, ends, strict=True), strict=True))
    for node in NODES:
        last = [inner.path for inner in node.walk()][-1]
        yield Part(node.path, *own[node.path], own[last][1])


def _fields(part):
    starts = [n for n in range(part.start, part.own) if _FIELD.match(LINES[n])]
    for start in starts:
        end = start + 1
        while LINES[end].startswith("  "):
            end += 1
        yield Part(part.path, start, end, end, _FIELD.match(LINES[start])[1])


SECTIONS = {part.path: part for part in _sections()}
FIELDS = {part.name: part for section in SECTIONS.values() for part in _fields(section)}
SIBLINGS = [COUNTRY.sections, *(node.sections for node in COUNTRY.sections if node.sections)]
PARENTS = [node.path for node in COUNTRY.sections if node.sections]


def _put(start, end, *lines):
    """Return the sample's lines with others in the place of some."""
    return [*LINES[:start], *lines, *LINES[end:]]


def _moved(start, end, to):
    """Return the sample's lines with some moved before another, and the line they begin on."""
    moved = LINES[start:end]
    if to > start:
        return [*LINES[:start], *LINES[end:to], *moved, *LINES[to:]], to - len(moved)
    return [*LINES[:to], *moved, *LINES[to:start], *LINES[end:]], to


def _mutant(what, part, lines, rule, at, nodes=()):
    """Return a mutant; `at` is a line from 0, or several."""
    places = frozenset(line + 1 for line in ([at] if isinstance(at, int) else at))
    text = "\n".join(lines)
    return Mutant(f"{part.name} {what}", text, rule, frozenset(nodes or [part.name]), places)


def _title_before(part):
    """Return the line of the title before a section, or of the end of the front matter."""
    before = [other.start for other in SECTIONS.values() if other.start < part.start]
    return max(before, default=LINES.index("---", 1))


def _removed(part):
    before = _title_before(part)
    yield _mutant("removed", part, _put(part.start, part.own), "section-missing", before)
    if part.end > part.own:
        whole = _mutant("removed with all", part, _put(part.start, part.end), "", before)
        inner = [p for p in SECTIONS if p == part.path or p.startswith(f"{part.path}.")]
        for path in inner:
            yield replace(
                whole,
                name=f"{path} removed with {part.path}",
                rule="section-missing",
                nodes=frozenset([path]),
            )


def _emptied(part):
    if part.body:
        lines = _put(part.start + 1, part.own, "")
        yield _mutant("emptied", part, lines, "section-empty", part.start)


def _demoted(part):
    title = part.title.strip("#*: ")
    shapes = {"as plain text": f"{title}:", "as an item": f"- **{title}:**"}
    if part.title.startswith("#"):
        shapes = {"as a bold line": f"**{title}**", "as a bold label": f"**{title}:**"}
    for shape, line in shapes.items():
        lines = _put(part.start, part.start + 1, line)
        yield _mutant(f"demoted {shape}", part, lines, "section-demoted", part.start)


def _retitled(part):
    line = part.title.replace(part.title.strip("#*: "), UNKNOWN)
    lines = _put(part.start, part.start + 1, line)
    yield _mutant("retitled", part, lines, "section-missing", _title_before(part))


def _out_of_order(part):
    (siblings,) = [nodes for nodes in SIBLINGS if any(n.path == part.path for n in nodes)]
    places = [node.path for node in siblings]
    at, count = places.index(part.path), len(places)
    to = 0 if at >= count / 2 else count - 1
    other = SECTIONS[places[to]]
    yield _swapped(part, other, to - at, "section-out-of-order")


def _swapped(part, other, distance, rule):
    lines, _ = _moved(part.start, part.end, other.start if distance < 0 else other.end)
    # Of two that changed places, either may be said to be the wrong one.
    wrong = [part, other] if abs(distance) == 1 else [part]
    places = [lines.index(p.title) for p in wrong]
    return _mutant("moved", part, lines, rule, places, [p.name for p in wrong])


def _under_another(part):
    parent, dot, _ = part.path.partition(".")
    if dot:
        host = PARENTS[(PARENTS.index(parent) + 1) % len(PARENTS)]
        lines, line = _moved(part.start, part.end, SECTIONS[host].end)
        yield _mutant(f"moved under {host}", part, lines, "section-misplaced", line)
    elif part.body:
        host = "10" if int(parent) < 8 else "5"
        before = SECTIONS[f"{host}.3"].start
        lines, line = _moved(part.start, part.end, before)
        yield _mutant(f"moved under {host}", part, lines, "section-out-of-order", line)


def _doubled(part):
    own = LINES[part.start : part.own]
    lines = _put(part.own, part.own, *own)
    yield _mutant("doubled", part, lines, "section-doubled", part.own)
    lines = [*LINES, *own]
    yield _mutant("doubled at the end", part, lines, "section-doubled", len(LINES))


def _instructed(part):
    for what, guidance in (("an instruction", INSTRUCTION), ("guidance", GUIDANCE)):
        if part.path != "0":
            lines = _put(part.start + 1, part.own, "", guidance, "")
            yield _mutant(f"holding {what}", part, lines, "guidance-left", part.start + 2)
    if part.body and not part.body[0].startswith("- **"):
        bullet = re.match(r"(?:- )?", part.body[0])[0]
        line = f"{bullet}{INSTRUCTION} {part.body[0][len(bullet) :]}"
        lines = _put(part.start + 2, part.start + 3, line)
        what = "holding an instruction before its text"
        yield _mutant(what, part, lines, "guidance-left", part.start + 2)


def _copied(part):
    others = [p for p in SECTIONS.values() if p.body and p.path != part.path]
    if part.body:
        place = [p.path for p in SECTIONS.values() if p.body].index(part.path)
        other = others[place % len(others)]
        lines = _put(part.start + 1, part.own, "", *other.body, "")
        nodes = [part.name, *(f.name for f in FIELDS.values() if f.path == part.path)]
        at = range(part.start + 2, part.start + 2 + len(other.body))
        yield _mutant(f"holding {other.name}", part, lines, "text-repeated", at, nodes)


def of_sections() -> Iterator[Mutant]:
    """Yield the mutants of each of the 45 sections."""
    faults = (_removed, _emptied, _demoted, _retitled, _out_of_order, _under_another)
    for part in SECTIONS.values():
        for fault in (*faults, _doubled, _instructed, _copied):
            yield from fault(part)


def _field_mutants(part):
    section, at = SECTIONS[part.path], part.start
    label, text = f"- **{part.field}:** ", part.title.split(":** ", 1)[1]
    below = LINES[at + 1 : part.end]
    yield _mutant("removed", part, _put(at, part.end), "field-missing", section.start)
    yield _mutant("emptied", part, _put(at, part.end, label.rstrip()), "field-empty", at)
    for what, line in (
        ("demoted", f"- {part.field}: {text}"),
        ("demoted to italics", f"- *{part.field}:* {text}"),
    ):
        yield _mutant(what, part, _put(at, at + 1, line), "field-demoted", at)
    lines = _put(at, at + 1, f"- **{UNKNOWN}:** {text}")
    yield _mutant("retitled", part, lines, "field-missing", section.start)
    lines = _put(part.end, part.end, part.title, *below)
    yield _mutant("doubled", part, lines, "field-doubled", part.end)
    for what, guidance in (("an instruction", INSTRUCTION), ("guidance", GUIDANCE)):
        lines = _put(at, part.end, label + guidance)
        yield _mutant(f"holding {what}", part, lines, "guidance-left", at)
    lines = _put(at, at + 1, f"{label}{INSTRUCTION} {text}")
    what = "holding an instruction before its text"
    yield _mutant(what, part, lines, "guidance-left", at)
    names = list(FIELDS)
    other = FIELDS[names[names.index(part.name) - 2]]
    lines = _put(at, part.end, label + other.title.split(":** ", 1)[1])
    yield _mutant(f"holding {other.name}", part, lines, "text-repeated", at)


def _moved_field(part):
    own = [f for f in FIELDS.values() if f.path == part.path]
    at = own.index(part)
    if len(own) > 1:
        to = 0 if at >= len(own) / 2 else len(own) - 1
        yield _swapped(part, own[to], to - at, "field-out-of-order")
    hosts = [f for f in FIELDS.values() if not _has(f.path, part.field)]
    host = next((f for f in hosts if f.start > part.start), hosts[0])
    lines, _ = _moved(part.start, part.end, host.end)
    start = SECTIONS[part.path].start
    if host.start < part.start:
        start += part.end - part.start
    yield _mutant(f"moved under {host.path}", part, lines, "field-missing", start)


def _has(path, title):
    return any(f.path == path and f.field == title for f in FIELDS.values())


def of_fields() -> Iterator[Mutant]:
    """Yield the mutants of each declared field."""
    for part in FIELDS.values():
        yield from _field_mutants(part)
        yield from _moved_field(part)


MUTANTS = {mutant.name: mutant for mutant in (*of_sections(), *of_fields())}
