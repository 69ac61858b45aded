"""A brief as read: bytes in, a value out. What cannot be read at all is refused here."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from briefs.digests import Digests, digests
from briefs.errors import MalformedBrief
from briefs.frontmatter import FrontMatter, split
from briefs.markdown import DEEPEST, Block, Kind, parse
from briefs.outline import Section, locate
from briefs.types import BriefType

MOST_BYTES: Final = 1 << 20
MOST_HEADINGS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that intake can read: its bytes, its text, its front matter and its blocks."""

    data: bytes
    text: str
    front: FrontMatter
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Brief:
    """A draft held against its type."""

    draft: Draft
    type: BriefType
    sections: Mapping[str, Section]
    rest: Sequence[Block]
    digests: Digests

    @property
    def front(self) -> FrontMatter:
        """The front matter."""
        return self.draft.front

    def key(self, name: str) -> str:
        """Return the front-matter value `name` as text, or an empty string."""
        value = self.front.values.get(name)
        return value.strip() if isinstance(value, str) else ""


def read(data: bytes) -> Draft:
    """Return the draft in `data`.

    Raises:
        MalformedBrief: over 1 MiB, empty, not UTF-8, a NUL or another control character, no front
            matter, YAML that does not parse, over 2,000 headings, or nested over 60 deep.
    """
    text = _decoded(data)
    front, taken = split(text)
    body = text.split("\n", taken)[taken] if text.count("\n") >= taken else ""
    _refuse_depth(body, taken)
    blocks = parse(body, taken + 1)
    if sum(block.kind is Kind.HEADING for block in blocks) > MOST_HEADINGS:
        raise MalformedBrief(f"over {MOST_HEADINGS} headings", "split the draft")
    return Draft(data, text, replace(front, end=taken), blocks)


def hold_against(draft: Draft, brief_type: BriefType) -> Brief:
    """Return `draft` with its sections found and digested."""
    sections, rest = locate(draft.blocks, brief_type)
    rubric = (brief_type.type, brief_type.version)
    found = digests(draft.data, draft.text, draft.front, sections, rubric)
    return Brief(draft, brief_type, sections, rest, found)


def _decoded(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        # A front door reads one byte more than is taken, so the whole size is not known here.
        raise MalformedBrief(f"the draft has over {MOST_BYTES:,} bytes", "shorten or split it")
    if not data.strip():
        raise MalformedBrief("the draft is empty", "write it first: briefs new makes a skeleton")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise MalformedBrief("the draft is UTF-16", "save it as UTF-8", 1)
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MalformedBrief("the draft is not UTF-8", "save it as UTF-8", line) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line_text in enumerate(text.split("\n"), start=1):
        if not line_text.isprintable() and (bad := _control(line_text)):
            raise MalformedBrief(
                f"a control character U+{ord(bad):04X} stands here", "remove it", number
            )
    return text


def _control(line: str) -> str:
    return next((c for c in line if unicodedata.category(c) == "Cc" and c != "\t"), "")


def _refuse_depth(body: str, offset: int) -> None:
    # Quotes and lists nest at the cost of two characters; every level is a level of our stack too.
    for number, line in enumerate(body.split("\n"), start=offset + 1):
        indent = len(line) - len(line.lstrip(" \t>"))
        if indent > DEEPEST * 2 or line.count(">", 0, indent) > DEEPEST:
            raise MalformedBrief(
                f"the text is nested over {DEEPEST} levels deep", "flatten it", number
            )
