"""Front matter: YAML read strictly, every scalar a string, every key with its line.

PyYAML's loaders take the last of two equal keys, expand aliases without bound and guess types
(`no` becomes false, `12:30` a number). Here only its event stream is used.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

import yaml

from briefs.errors import MalformedBrief

Value: TypeAlias = "str | list[Value] | dict[str, Value]"


class Entry(NamedTuple):
    """One `key: value` line as it stands, white space and all."""

    key: str
    value: str
    line: int


DEEPEST: Final = 12
MOST_ENTRIES: Final = 5_000
_FENCE: Final = re.compile(r"(?:^|\n)---(?:\n|\Z)")
_HIDDEN_BREAK: Final = re.compile("[\x85\u2028\u2029]")  # YAML breaks lines there, editors do not
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML block at the head of a brief, or any other YAML file of a desk.

    `lines` gives the line (from 1) of each key, the path to it joined by dots; list positions
    count from 0 (`authors.0.email`). `end` is the last line of the block, 0 where there is none.
    `entries` are the lines as they stand, where the type takes them so.
    """

    values: Mapping[str, Value]
    lines: Mapping[str, int]
    end: int = 0
    entries: tuple[Entry, ...] = ()

    def line(self, path: str) -> int:
        """Return the line of the entry at `path`, or of the nearest one that holds it, or 1."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path.rpartition(".")[0]
        return 1


def split(text: str) -> tuple[FrontMatter, int]:
    """Return the front matter of a brief's `text`, and the number of lines that it takes.

    Raises:
        MalformedBrief: there is none, it is not closed, or it is not the YAML that we accept.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise MalformedBrief(
            "the draft has no front matter", "begin it with a block between two lines of ---", 1
        )
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() in ("---", "..."):
            found = read("\n".join(lines[1 : number - 1]), first_line=2)
            return replace(found, end=number), number
    raise MalformedBrief("the front matter is not closed", "end it with a line of ---", 1)


def split_plain(text: str) -> tuple[FrontMatter, int]:
    """Return the front matter that `text` has as `key: value` lines, and the lines that it takes.

    `text` is as the file has it, its line ends too: the families that write front matter so take
    it as it stands, between two lines of exactly three hyphens.

    Raises:
        MalformedBrief: it does not begin with such a line, or there is no second one.
    """
    fences = list(_FENCE.finditer(text))
    if not fences or (len(fences) > 1 and fences[0].start() > 0):
        raise MalformedBrief(
            "the draft does not begin with a line of --- and nothing else",
            "write it so, with plain line ends and no byte order mark",
            1,
        )
    if len(fences) == 1:
        raise MalformedBrief("the front matter is not closed", "end it with a line of ---", 1)
    opening, closing = fences[:2]
    start = text.count("\n", 0, opening.end()) + 1
    entries = []
    for number, line in enumerate(text[opening.end() : closing.start()].split("\n"), start):
        key, colon, value = line.partition(":")
        if not colon:  # nothing of it is sure; a rule of the family says where
            return FrontMatter({}, {}, _line_at(text, closing)), _line_at(text, closing)
        entries.append(Entry(key, value, number))
    first = {entry.key: entry for entry in reversed(entries)}
    front = FrontMatter(
        {key: first[key].value.strip() for key in dict.fromkeys(e.key for e in entries)},
        {key: entry.line for key, entry in first.items()},
        _line_at(text, closing),
        tuple(entries),
    )
    return front, front.end


def _line_at(text: str, fence: re.Match[str]) -> int:
    before = text[: fence.start()].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 2  # a fence begins with the end of the line above it


def read(text: str, first_line: int = 1) -> FrontMatter:
    """Return the YAML mapping in `text`, whose first line has the number `first_line`.

    Refused: duplicate keys, anchors, aliases, tags, merge keys, a second document, lone
    surrogates, nesting deeper than 12, over 5,000 entries.

    Raises:
        MalformedBrief: with the line.
    """
    composer = _Composer(text, first_line)
    return FrontMatter(composer.document(), composer.lines)


class _Composer:
    def __init__(self, text: str, first_line: int) -> None:
        self.lines: dict[str, int] = {}
        self._offset = first_line
        self._events = self._parse(text)

    def _parse(self, text: str) -> Iterator[yaml.Event]:
        if hidden := _HIDDEN_BREAK.search(text):
            raise MalformedBrief(
                f"a line separator U+{ord(hidden.group()):04X} stands here",
                "remove it",
                text.count("\n", 0, hidden.start()) + self._offset,
            )
        try:
            text.encode("utf-8")
            yield from yaml.parse(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + self._offset if mark else self._offset
            raise MalformedBrief(
                f"the YAML does not parse: {error.problem or error.context}", "mend this line", line
            ) from error
        except (yaml.YAMLError, UnicodeEncodeError, RecursionError) as error:
            reason = str(getattr(error, "reason", error)).split("\n")[0]
            raise MalformedBrief(
                f"the YAML does not parse: {reason}",
                "remove the character",
                _breaks_before(error, text) + self._offset,
            ) from error

    def document(self) -> dict[str, Value]:
        next(self._events)  # stream start
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            return {}
        first = next(self._events)
        value = self._value(first, "", 0)
        value = {} if value == "" else value
        if not isinstance(value, dict):
            raise self._refusal(first, "expected key: value lines", "write one key a line")
        next(self._events)  # document end
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._refusal(event, "a second YAML document begins", "keep one block")
        return value

    def _value(self, event: yaml.Event, path: str, depth: int) -> Value:
        if len(self.lines) > MOST_ENTRIES:
            raise self._refusal(event, f"over {MOST_ENTRIES:,} entries", "shorten it")
        if depth > DEEPEST:
            raise self._refusal(event, "the YAML is nested too deeply", f"at most {DEEPEST} levels")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refusal(event, "anchors and aliases are not accepted", "write it out")
        if getattr(event, "tag", None) not in (None, "!"):
            raise self._refusal(event, "YAML tags are not accepted", "write the plain value")
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path, depth)
        return self._mapping(path, depth)

    def _list(self, path: str, depth: int) -> Value:
        items: list[Value] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            inner = f"{path}.{len(items)}"
            self.lines[inner] = self._line(event)
            items.append(self._value(event, inner, depth + 1))
        return items

    def _mapping(self, path: str, depth: int) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._value(event, path, depth + 1)
            if not isinstance(key, str):
                raise self._refusal(event, "a key is a word, not a list", "write key: value")
            if key == "<<":
                raise self._refusal(event, "merge keys are not accepted", "write the keys out")
            if key in mapping:
                raise self._refusal(event, f"the key “{key}” stands twice", "keep one of them")
            inner = f"{path}.{key}" if path else key
            self.lines[inner] = self._line(event)
            mapping[key] = self._value(next(self._events), inner, depth + 1)
        return mapping

    def _line(self, event: yaml.Event) -> int:
        mark = event.start_mark
        return (mark.line if mark else 0) + self._offset

    def _refusal(self, event: yaml.Event, what: str, remedy: str) -> MalformedBrief:
        return MalformedBrief(what, remedy, self._line(event))


def _breaks_before(error: Exception, text: str) -> int:
    if isinstance(error, UnicodeEncodeError):
        return text.count("\n", 0, error.start)
    position = getattr(error, "position", 0)  # in bytes
    return text.encode("utf-8").count(b"\n", 0, position)
