"""Rules on front matter of the style `lines`: one `key: value` a line, taken as it stands.

Families with validators of their own name these rules as their validators do. Where a key stands
twice, its last line counts, as it does there.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from typing import Final

from briefs.brief import Brief
from briefs.findings import Severity
from briefs.frontmatter import Entry
from briefs.rules.addresses import is_address
from briefs.rules.registry import Options, Remark, Remarks, rule
from briefs.types.language import Regex

_NATURAL: Final = re.compile(r"\+?[0-9]+")
_MOST: Final = (1 << 64) - 1
_DATE: Final = re.compile(r"(\+?[0-9]+)-\s*([0-9]+)-\s*([0-9]+)")
_DATE_LENGTHS: Final = [4, 2, 2]


class OneKey(Options):
    """The key that a rule is about."""

    key: str


class Keys(Options):
    """Keys, in their order."""

    keys: tuple[str, ...]


class Condition(OneKey):
    """`key` belongs where the key `when` has the value `equals`, and nowhere else."""

    when: str
    equals: str


class Length(OneKey):
    """How many bytes a value has; without `max` there is no limit."""

    min: int = 0
    max: int | None = None


class Pattern(OneKey):
    """What a value must (`includes`) or must not (`excludes`) hold, and the remedy."""

    includes: Regex = ""
    excludes: Regex = ""
    message: str


class Values(OneKey):
    """The values that a key may have."""

    values: tuple[str, ...]


class FileName(OneKey):
    """The file's name: the value between `prefix` and `suffix`."""

    prefix: str = ""
    suffix: str = ""


class Forms(OneKey):
    """The forms of an item, as regular expressions; at least one item has a form of `wanted`."""

    forms: tuple[Regex, ...]
    wanted: tuple[Regex, ...]
    lacking: str


def natural(text: str) -> int | None:
    """Return the whole number from 0 that `text` is, of at most 64 bits, or None."""
    if not _NATURAL.fullmatch(text):
        return None
    number = int(text) if len(text) < len(str(_MOST)) + 2 else _MOST + 1
    return number if number <= _MOST else None


def entry(brief: Brief, key: str) -> Entry | None:
    """Return the line of `key`, the last of several."""
    return next((e for e in reversed(brief.front.entries) if e.key == key), None)


def value(brief: Brief, key: str) -> str | None:
    """Return the value of `key` without the white space around it, or None."""
    found = entry(brief, key)
    return found.value.strip() if found else None


def _values(brief: Brief, key: str) -> Iterator[tuple[Entry, str]]:
    """Yield the line of `key` and its value, if it is there: a missing key is another rule's."""
    if found := entry(brief, key):
        yield found, found.value.strip()


@rule(Severity.ERROR, house=False)
def line_without_key(brief: Brief) -> Remarks:
    """Every line of the front matter is `key: value`.

    Bad:  a list of authors that goes on in a second line.
    Good: `author: Ada Lopes (@ada), Ben Ruiz (@ben)`.
    """
    for number, line in enumerate(brief.draft.lines[1 : brief.front.end - 1], start=2):
        if ":" not in line:
            yield Remark(number, "write key: value, on one line", severity=Severity.ERROR)


@rule(Severity.ERROR, house=False)
def key_repeated(brief: Brief) -> Remarks:
    """A key stands once.

    Bad:  `status: Draft` and, further down, `status: Review`.
    Good: one line, with the status that holds.
    """
    first: dict[str, int] = {}
    for one in brief.front.entries:
        if one.key in first:
            yield Remark(first[one.key], f"“{one.key}:” stands at line {one.line} too: keep one")
        first.setdefault(one.key, one.line)


@rule(Severity.ERROR, house=False)
def value_untrimmed(brief: Brief) -> Remarks:
    """One space stands between colon and value, and none behind the value.

    Bad:  `title:Rates `.
    Good: `title: Rates`.
    """
    close = [e for e in brief.front.entries if e.value and not e.value.startswith(" ")]
    if close:
        keys = ", ".join(f"{e.key}:" for e in close)
        yield Remark(close[0].line, f"put one space behind the colon of {keys}")
    for one in brief.front.entries:
        rest = one.value.removeprefix(" ")
        if rest.strip() != rest:
            yield Remark(one.line, f"take the white space around the value of “{one.key}:” away")


@rule(Severity.ERROR, house=False, options=Keys)
def keys_out_of_order(brief: Brief, options: Keys) -> Remarks:
    """The keys are those of the list, in its order.

    Bad:  `status:` above `title:`, where the title comes first.
    Good: the title, then the status.
    """
    unknown = [e for e in brief.front.entries if e.key not in options.keys]
    if unknown:
        keys = ", ".join(f"“{e.key}:”" for e in unknown)
        yield Remark(unknown[0].line, f"remove {keys}: not among {', '.join(options.keys)}")
    before: Entry | None = None
    for key in options.keys:
        if found := entry(brief, key):
            if before and found.line < before.line:
                yield Remark(found.line, f"move “{key}:” behind “{before.key}:”")
            before = found


@rule(Severity.ERROR, house=False, options=Keys)
def keys_missing(brief: Brief, options: Keys) -> Remarks:
    """Every key of the list is there.

    Bad:  front matter without `title:`.
    Good: `title: Rates of the year`.
    """
    given = {e.key for e in brief.front.entries}
    if missing := [key for key in options.keys if key not in given]:
        yield Remark(1, f"add {', '.join(f'“{key}:”' for key in missing)}")


@rule(Severity.ERROR, house=False, options=Condition)
def key_conditional(brief: Brief, options: Condition) -> Remarks:
    """A key is there when another has a certain value, and only then.

    Bad:  `status: Withdrawn` without `withdrawal-reason:`.
    Good: both, or another status and no reason.
    """
    key, when = entry(brief, options.key), entry(brief, options.when)
    asked = when is not None and when.value.strip() == options.equals
    condition = f"“{options.when}: {options.equals}”"
    if when and asked and not key:
        yield Remark(when.line, f"add “{options.key}:”, which {condition} asks for")
    elif key and not asked:
        line = min(key.line, when.line) if when else key.line
        yield Remark(line, f"remove “{options.key}:”, which only {condition} allows")


@rule(Severity.ERROR, house=False, options=Length)
def value_length(brief: Brief, options: Length) -> Remarks:
    """A value has its length, counted in bytes.

    Bad:  a title of 60 letters, where 44 fit.
    Good: a title of 44 letters.
    """
    for one, text in _values(brief, options.key):
        size = len(text.encode("utf-8"))
        if options.max is not None and size > options.max:
            yield Remark(one.line, f"cut “{one.key}:” from {size} bytes to {options.max}")
        if size < options.min:
            yield Remark(one.line, f"write at least {options.min} bytes for “{one.key}:”")


@rule(Severity.ERROR, house=False, options=Pattern)
def value_pattern(brief: Brief, options: Pattern) -> Remarks:
    """A value holds what it must, and nothing that it must not.

    Bad:  `title: Rates: a study`, where a title has no colon.
    Good: `title: A study of rates`.
    """
    for one, text in _values(brief, options.key):
        found = re.search(options.includes or options.excludes, text)
        if bool(found) is not bool(options.includes):
            yield Remark(one.line, options.message)


@rule(Severity.ERROR, house=False, options=Values)
def value_unlisted(brief: Brief, options: Values) -> Remarks:
    """A value is one of those that the type lists.

    Bad:  `status: draft`.
    Good: `status: Draft`.
    """
    for one, text in _values(brief, options.key):
        if text not in options.values:
            yield Remark(one.line, f"write for “{one.key}:” one of {', '.join(options.values)}")


@rule(Severity.ERROR, house=False, options=OneKey)
def value_not_number(brief: Brief, options: OneKey) -> Remarks:
    """A number is a whole number from 0.

    Bad:  `number: XXXX`.
    Good: `number: 12`.
    """
    for one, text in _values(brief, options.key):
        if natural(text) is None:
            yield Remark(one.line, f"write “{one.key}:” as a whole number, as 12")


@rule(Severity.ERROR, house=False, options=OneKey)
def value_not_numbers(brief: Brief, options: OneKey) -> Remarks:
    """A list of numbers holds whole numbers from 0, the least first.

    Bad:  `requires: 20, EIP-7`.
    Good: `requires: 7, 20`.
    """
    for one, text in _values(brief, options.key):
        numbers = [natural(item.strip()) for item in text.split(",")] if text else []
        good = [number for number in numbers if number is not None]
        if len(good) < len(numbers):
            yield Remark(one.line, f"write “{one.key}:” as whole numbers, separated by commas")
        if good != sorted(good):
            yield Remark(one.line, f"put the numbers of “{one.key}:” in ascending order")


@rule(Severity.ERROR, house=False, options=OneKey)
def list_untidy(brief: Brief, options: OneKey) -> Remarks:
    """A list has a comma and one space between its items, and no empty item.

    Bad:  `requires: 7,20,`.
    Good: `requires: 7, 20`.
    """
    for one, text in _values(brief, options.key):
        items = text.split(",") if text else []
        for _ in (item for item in items if not item.strip()):
            yield Remark(one.line, f"fill or remove the empty item of “{one.key}:”")
        full = [item for item in items if item.strip()]
        close = [item for item in full if not item.startswith(" ") and item is not items[0]]
        if close:
            yield Remark(one.line, f"put a space behind each comma of “{one.key}:”")
        rests = [item.removeprefix(" ") for item in full if item not in close]
        if any(rest.strip() != rest for rest in rests):
            yield Remark(one.line, f"take the further white space out of “{one.key}:”")


@rule(Severity.ERROR, house=False, options=Forms)
def list_form(brief: Brief, options: Forms) -> Remarks:
    """Each item of a list has one of its forms, and at least one item the wanted one.

    Bad:  `author: @ada`.
    Good: `author: Ada Lopes (@ada), Ben Ruiz <ben@example.org>`.
    """
    for one in filter(None, [entry(brief, options.key)]):
        items = [item.strip() for item in one.value.split(",")]
        for item in items:
            if not _has_form(item, options.forms + options.wanted):
                yield Remark(one.line, f"“{item[:60]}” has none of the forms of “{one.key}:”")
        if not any(_has_form(item, options.wanted) for item in items):
            yield Remark(one.line, options.lacking)


def _has_form(item: str, forms: tuple[str, ...]) -> bool:
    return any(re.fullmatch(form, item) for form in forms)


@rule(Severity.ERROR, house=False, options=OneKey)
def value_not_date(brief: Brief, options: OneKey) -> Remarks:
    """A date is a day of the calendar, with year, month and day.

    Bad:  `created: 01/03/2026`.
    Good: `created: 2026-03-01`.
    """
    for one, text in _values(brief, options.key):
        lengths = [len(part.encode("utf-8")) for part in text.split("-")]
        if lengths != _DATE_LENGTHS or not _is_day(text):
            yield Remark(one.line, f"write “{one.key}:” as a date, as 2026-03-01")


def _is_day(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    year, month, day = map(int, match.groups())
    # The calendar repeats every 400 years; the module knows none of the years before 1.
    return 1 <= month <= 12 and 1 <= day <= monthrange(year or 400, month)[1]


@rule(Severity.ERROR, house=False, options=OneKey)
def value_not_address(brief: Brief, options: OneKey) -> Remarks:
    """An address is a whole one, with its scheme.

    Bad:  `discussions-to: forum.example.org/t/12`.
    Good: `discussions-to: https://forum.example.org/t/12`.
    """
    for one, text in _values(brief, options.key):
        if not is_address(text):
            yield Remark(one.line, f"write “{one.key}:” as an address, as https://example.org/t/12")


@rule(Severity.ERROR, house=False, options=FileName)
def file_misnamed(brief: Brief, options: FileName) -> Remarks:
    """The file's name holds the value of a key.

    Bad:  `number: 12` in `draft.md`.
    Good: `number: 12` in `proposal-12.md`.
    """
    for one, text in _values(brief, options.key):
        name = f"{options.prefix}{text}{options.suffix}"
        if brief.around.file and brief.around.file != name:
            yield Remark(one.line, f"name the file {name}, or correct “{one.key}:”")
