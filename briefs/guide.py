"""What a type asks of an author, in words: for skeletons, and for the guide that authors read."""

from collections.abc import Iterator

from briefs.score import WHOLE, shares
from briefs.types.language import (
    BriefType,
    Condition,
    Evidence,
    FieldType,
    FrontKey,
    Items,
    SectionType,
    SignOffRule,
    Test,
)


def points(brief_type: BriefType) -> dict[str, int]:
    """Return how much of the score each scored section is worth, in hundredths of a point."""
    nodes = [node for node in brief_type.nodes() if node.weight]
    cut = shares(WHOLE, [node.weight for node in nodes])
    return {node.path: share for node, share in zip(nodes, cut, strict=True)}


def form(node: SectionType) -> str:
    """Return how a section is written."""
    if node.form == "block":
        return "a bold label alone on its line"
    return f"heading {'#' * (1 if node.form == 'title' else node.level)}"


def asked_of_section(node: SectionType) -> list[str]:
    """Return what a section must hold, a phrase each."""
    asked = []
    if node.words:
        asked.append(f"{node.words} words or more{' in full sentences' if node.prose else ''}")
    if node.sources:
        asked.append(_many(node.sources, "source"))
    if node.recommendations:
        asked.append(_many(node.recommendations, "recommendation"))
    asked += _held(node.items, node.must_hold, node.should_hold)
    asked += [facet.title for facet in node.facets]
    if band := node.matches:
        times = f"{band.percent / 100:g} times"
        asked.append(f"{times} the words and the sources of section {band.section}, or more")
    return asked


def asked_of_field(declared: FieldType) -> list[str]:
    """Return what a field must hold, a phrase each."""
    words = [f"{declared.words} words or more"] if declared.words else []
    return words + _held(declared.items, declared.must_hold, declared.should_hold)


def asked_of_key(key: FrontKey) -> list[str]:
    """Return what a front-matter value must be, a phrase each."""
    asked = [f"one of {', '.join(key.one_of)}"] if key.one_of else []
    if key.length:
        asked.append(f"{key.length.min} to {key.length.max} long")
    for pattern in key.patterns:
        held = f"holds {pattern.includes}" if pattern.includes else f"without {pattern.excludes}"
        asked.append(pattern.message or held)
    return asked


def when_asked(required: bool, condition: Condition | None, only_then: bool = False) -> str:
    """Return when a section or a key must be there."""
    if condition is not None:
        return f"{'only ' if only_then else ''}where {in_words(condition)}"
    return "always" if required else "optional"


def in_words(condition: Condition) -> str:
    """Return a condition as people say it."""
    return " and ".join(f"{name} is {_wanted(test)}" for name, test in condition.items())


def signoff_in_words(rule: SignOffRule) -> str:
    """Return who must sign off what."""
    people = "one person" if rule.count == 1 else f"{rule.count} people"
    what = "everything" if "*" in rule.sections else " and ".join(map(_part, rule.sections))
    when = f", where {in_words(rule.when)}" if rule.when else ""
    return f"{people} of the role {rule.role}, for {what}{when}"


def _part(path: str) -> str:
    names = {"@front": "the front matter", "@rest": "the text outside of sections"}
    return names.get(path, "the attachments" if path == "@assets" else f"section {path}")


def _wanted(test: str | Test) -> str:
    if isinstance(test, str):
        return test
    return ", ".join(_tests(test)) or "given"


def _tests(test: Test) -> Iterator[str]:
    if test.one_of:
        yield " or ".join(test.one_of)
    if test.at_least:
        yield f"{test.at_least} or later"


def _held(
    items: Items | None, must: tuple[Evidence, ...], should: tuple[Evidence, ...]
) -> list[str]:
    asked = []
    if items:
        kinds = [word for word in ("complete", "numbered") if getattr(items, word)]
        asked.append(" ".join(["a", *kinds, "list of", _many(items.min, "item")]))
    return asked + [f"{'an' if what[0] in 'aeiou' else 'a'} {what}" for what in (*must, *should)]


def _many(count: int, what: str) -> str:
    return f"{'one' if count == 1 else count} {what}{'' if count == 1 else 's'} or more"
