"""Rules on the front matter: which keys, of which kind, in which order."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from re import IGNORECASE, Pattern, compile, escape

from briefs.brief import Brief
from briefs.errors import MalformedBrief
from briefs.findings import Fix, Severity
from briefs.frontmatter import Value
from briefs.frontmatter import read as read_yaml
from briefs.markdown import Block, Kind
from briefs.outline import normal
from briefs.rules.kinds import fault_of
from briefs.rules.registry import Remark, Remarks, rule
from briefs.types.language import FrontKey, holds


@rule(Severity.ERROR, unfinished=True, about="@front")
def front_matter_missing(brief: Brief) -> Remarks:
    """Every key that the type requires is in the front matter.

    Bad:  a brief without `as_of`.
    Good: `as_of: 2026-03-01`, so that a reader knows on which day the facts held.
    """
    for name, key in brief.type.front_matter.keys.items():
        given = brief.front.values.get(name)
        if key.required and not given:
            yield Remark(
                1, f"add “{name}:” to the front matter", rule=key.rules.get("required", "")
            )
        elif key.required_when is not None:
            yield from _conditional(brief, name, key)


def _conditional(brief: Brief, name: str, key: FrontKey) -> Remarks:
    asked = holds(key.required_when or {}, brief.front.values, brief.type.front_matter.keys)
    given = brief.front.values.get(name)
    why = " and ".join(key.required_when or {})
    speaks = key.rules.get("required_when", "")
    if asked and not given:
        line = max(brief.front.line(next(iter(key.required_when or {}), "")), 1)
        yield Remark(line, f"add “{name}:” to the front matter, as “{why}” asks it", rule=speaks)
    elif given and not asked and key.only_then:
        line = brief.front.line(name)
        yield Remark(line, f"remove “{name}:”, which “{why}” does not allow", rule=speaks)


@rule(Severity.ERROR, about="@front")
def front_matter_unknown(brief: Brief) -> Remarks:
    """The front matter holds the type's keys and no others.

    Bad:  `autors:`, which nobody would read.
    Good: `authors:`.
    """
    keys = brief.type.front_matter.keys
    for name in brief.front.values:
        if name not in keys:
            near = get_close_matches(name, keys, 1)
            hint = f"write “{near[0]}”" if near else f"remove it, or use {', '.join(keys)}"
            message = f"“{name}” is not a key of this type: {hint}"
            yield Remark(brief.front.line(name), message)


@rule(Severity.ERROR, about="@front")
def front_matter_invalid(brief: Brief) -> Remarks:
    """Every value of the front matter is of its kind, its length and its form.

    Bad:  `as_of: 2026-13-01`.
    Good: `as_of: 2026-12-01`.
    """
    for name, value in brief.front.values.items():
        key = brief.type.front_matter.keys.get(name)
        if key and value:
            for constraint, fault in _faults(key, value):
                speaks = key.rules.get(constraint, constraint if "-" in constraint else "")
                yield Remark(brief.front.line(name), f"{name}: {fault}", rule=speaks)


def _faults(key: FrontKey, value: Value) -> Iterator[tuple[str, str]]:
    """Yield the constraint that is broken, or the rule that speaks for it, and what is wrong."""
    if fault := fault_of(key.kind, value):
        yield "kind", fault
        return
    if key.one_of and value not in key.one_of:
        near = get_close_matches(str(value), key.one_of, 1)
        hint = f"write “{near[0]}”" if near else f"use {', '.join(key.one_of)}"
        yield "one_of", f"“{str(value)[:60]}” is none of its values: {hint}"
    if key.length and not key.length.min <= len(value) <= key.length.max:
        yield "length", f"it is {len(value)} long, not {key.length.min} to {key.length.max}"
    for pattern in key.patterns:
        found = compile(pattern.includes or pattern.excludes).search(str(value))
        if bool(found) is bool(pattern.excludes):
            what = "must" if pattern.includes else "must not"
            message = pattern.message or f"it {what} hold {pattern.includes or pattern.excludes}"
            yield pattern.rule or "patterns", message


@rule(Severity.ERROR, house=False, about="@front")
def front_matter_out_of_order(brief: Brief) -> Remarks:
    """The keys of the front matter follow each other as the type lists them.

    Bad:  `status` before `title`, where the type has the title first.
    Good: the title, then the status.
    """
    order = {name: place for place, name in enumerate(brief.type.front_matter.keys)}
    latest, before = -1, ""
    for name in brief.front.values:
        place = order.get(name, -1)
        if 0 <= place < latest:
            yield Remark(brief.front.line(name), f"move “{name}:” before “{before}:”")
        elif place >= 0:
            latest, before = place, name


@rule(Severity.ERROR)
def front_matter_twice(brief: Brief) -> Remarks:
    """Front matter stands once, at the head; none of its keys surfaces as a heading.

    Bad:  `## title: "Belgium"`, as a word processor exports a second block.
    Good: one block between two lines of `---`.
    """
    surfaced = _surfaced(tuple(brief.type.front_matter.keys))
    for block in brief.draft.blocks:
        if block.kind is Kind.HEADING and (match := surfaced.match(block.text)):
            message = f"remove the second front matter: “{match.group(1)}:” is no heading"
            yield Remark(block.line, message, fix=_without(brief, block))


@lru_cache(maxsize=64)
def _surfaced(keys: tuple[str, ...]) -> Pattern[str]:
    return compile(rf"({'|'.join(map(escape, keys))}):(?:\s|$)", IGNORECASE)


def _without(brief: Brief, block: Block) -> Fix | None:
    """Return the fix that takes the surfaced block away, with the rule that opened it above."""
    if not stated(brief, block):
        return None
    lines, first = brief.draft.lines, block.line
    start = first
    while start > brief.front.end + 1 and not lines[start - 2].strip():
        start -= 1
    if start > brief.front.end + 1 and lines[start - 2].strip() == "---":
        first = start - 1
    return Fix(first, block.end_line, ())


def stated(brief: Brief, block: Block) -> bool:
    """Say whether a heading is front matter that surfaced, and all of it stands at the head too.

    A title that differs is no loss: the level-1 heading is the title.
    """
    if block.kind is not Kind.HEADING or ":" not in block.text:
        return False
    try:
        surfaced = read_yaml(block.text).values
    except MalformedBrief:
        return False
    head = brief.front.values
    return bool(surfaced) and all(
        name in head and (value == head[name] or (name == "title" and brief.heading is not None))
        for name, value in surfaced.items()
    )


@rule(Severity.WARNING, about="@front")
def title_differs(brief: Brief) -> Remarks:
    """The front matter's title is that of the level-1 heading.

    Bad:  `title: "  2. Belgium"` above `# Belgium: Strategic U.S. Foreign Policy Analysis`.
    Good: the same words in both.
    """
    title = brief.front.values.get("title")
    heading = brief.heading
    if heading is None or not isinstance(title, str) or not title:
        return
    # A number in front counts here: normal() drops one only at the head of its text.
    if title.strip() != title or normal("x" + title) != normal("x" + heading.text):
        line = brief.front.line("title")
        yield Remark(line, f"make the title that of line {heading.line}", fix=_titled(brief, line))


def _titled(brief: Brief, line: int) -> Fix | None:
    """Return the fix that makes the front matter's title that of the heading."""
    if brief.front.end <= line:  # the front matter is a file of its own
        return None
    source, below = brief.draft.lines[line - 1], brief.draft.lines[line]
    noted = "#" in source and "#" not in brief.key("title")
    if noted or below.startswith((" ", "\t")) or not source.startswith("title:"):
        return None
    quoted = brief.title.replace("\\", "\\\\").replace('"', '\\"')
    plain = brief.type.front_matter.style == "lines"
    return Fix(line, line, (f"title: {brief.title}" if plain else f'title: "{quoted}"',))


@rule(Severity.WARNING, house=False, about="@front")
def reference_unknown(brief: Brief) -> Remarks:
    """What the front matter refers to is there.

    Bad:  `replaces: kep-100`, and no such brief in the folder or the desk.
    Good: a brief that exists.
    """
    known = {name.rpartition(".")[0] or name for name in brief.around.neighbours}
    if not known:
        return
    for name, key in brief.type.front_matter.keys.items():
        if key.kind in ("brief", "briefs"):
            value = brief.front.values.get(name)
            for slug in [value] if isinstance(value, str) else value or ():
                if isinstance(slug, str) and slug and slug not in known:
                    message = f"{name}: there is no brief “{slug[:60]}” here; name one that is"
                    yield Remark(brief.front.line(name), message)
