"""Harmless variants: the sample brief as word processors and other hands write the same words."""

import re
import unicodedata
from textwrap import wrap

from tests.briefs.samples import COUNTRY, SAMPLE

LINES = SAMPLE.split("\n")
BODY = LINES.index("---", 1) + 1
HEADING = re.compile(r"(##?) (\d\. )?(.+)")
LABEL = re.compile(r"\*\*([^*]+?):?\*\*")
FIELD = re.compile(r"- \*\*([^*]+):\*\* (.*)")
ITEM = re.compile(r"( *)(?:-|\d\.) (.*)")
TITLED = "(How Can|What Does)"


def each(change):
    """Return the sample with `change` made to each line of its body."""
    return "\n".join([*LINES[:BODY], *(change(line) for line in LINES[BODY:])])


def headings(written, number=r"\2", level="##"):
    """Return the sample with every heading of level 2 written so; `T` is the title."""

    def change(line):
        found = HEADING.fullmatch(line)
        if not found or found[1] != "##":
            return line
        return written.replace("#", level).replace("T", found.expand(number) + found[3])

    return each(change)


def titles(change):
    """Return the sample with every title and label changed in its letters."""

    def of_line(line):
        if found := HEADING.fullmatch(line):
            return f"{found[1]} {found[2] or ''}{change(found[3])}"
        if found := LABEL.fullmatch(line):
            return f"**{change(found[1])}:**"
        if found := FIELD.fullmatch(line):
            return f"- **{change(found[1])}:** {found[2]}"
        return line

    return each(of_line)


def labels(written):
    """Return the sample with every label of a block written so; `T` is the title."""
    return each(lambda line: f(line, LABEL, written))


def f(line, form, written):
    found = form.fullmatch(line)
    return written.replace("T", found[1]) if found else line


def fields(written):
    """Return the sample with every label of a field written so; `T` is the title."""

    def change(line):
        found = FIELD.fullmatch(line)
        return f"- {written.replace('T', found[1])} {found[2]}" if found else line

    return each(change)


def text(change):
    """Return the sample with its paragraphs and items changed, not its titles, labels or links."""

    def of_line(line):
        if not line or HEADING.fullmatch(line) or LABEL.fullmatch(line):
            return line
        head = re.match(r" *(?:- (?:\*\*[^*]+\*\* )?|\d\. )?", line)[0]
        pieces = re.split(r"(\]\([^)]*\))", line[len(head) :])
        return head + "".join(p if p.startswith("](") else change(p) for p in pieces)

    return each(of_line)


def wrapped(width, end=""):
    """Return the sample with its lines broken at `width`."""

    def change(line):
        if not line or line.startswith("#") or LABEL.fullmatch(line):
            return line
        found = ITEM.match(line)
        indent = " " * (len(found[1]) + 2 + line.lstrip()[0].isdigit()) if found else ""
        broken = wrap(
            line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
        return f"{end}\n".join(broken)

    return each(change)


def bullets(mark, inner=None):
    """Return the sample with other bullets, those of lists within lists indented so."""

    def change(line):
        found = re.match(r"( *)- (.*)", line)
        if not found:
            return line
        return f"{(inner or found[1]) if found[1] else ''}{mark}{found[2]}"

    return each(change)


def loose():
    """Return the sample with a blank line between the items of its lists."""
    return each(lambda line: f"{line}\n" if ITEM.match(line) else line)


def tight():
    """Return the sample with its nested lists tight and no blank line around any list."""
    return re.sub(r"\n\n(?=- )", "\n", SAMPLE)


def escaped(characters):
    return text(lambda piece: re.sub(rf"([{re.escape(characters)}])", r"\\\1", piece))


def by_reference():
    """Return the sample with the targets of its links in a list at the end."""
    targets = []

    def change(found):
        targets.append(found[1])
        return f"][{len(targets)}]"

    body = re.sub(r"\]\(([^)\s]+)\)", change, "\n".join(LINES[BODY:]))
    listed = "\n".join(f"[{number}]: {target}" for number, target in enumerate(targets, 1))
    return "\n".join([*LINES[:BODY], body, listed, ""])


def curly(piece):
    piece = re.sub(r'"([^"]*)"', r"“\1”", piece)
    return piece.replace("'", "’")


def setext(line):
    found = HEADING.fullmatch(line)
    if not found:
        return line
    number = (found[2] or "").replace(".", "\\.")  # else it began a list
    return f"{number}{found[3]}\n{'===' if found[1] == '#' else '---'}"


def front(*pairs):
    """Return the sample with its front matter written otherwise."""
    head, body = "\n".join(LINES[:BODY]), LINES[BODY:]
    for before, after in pairs:
        if head.count(before) != 1:
            raise ValueError(before)
        head = head.replace(before, after)
    return "\n".join([head, *body])


def title(written):
    return each(lambda line: written.replace("T", line[2:]) if line.startswith("# ") else line)


def one_heading(path, written):
    """Return the sample with the heading of one section written so."""
    node = next(node for node in COUNTRY.nodes() if node.path == path)
    return each(lambda line: written.replace("T", line[3:]) if line == f"## {node.title}" else line)


def one_label(path, written):
    node = next(node for node in COUNTRY.nodes() if node.path == path)
    return each(
        lambda line: (
            written.replace("T", node.title)
            if line in (f"**{node.title}:**", f"**{node.title}**")
            else line
        )
    )


def _of_titles():
    shapes = {
        "### **T**": "### **T**",
        "## **T**": "# **T**",
        "a colon": "# T:",
        "a full stop": "# T.",
        "bold, then a colon": "# **T**:",
        "a colon within bold": "# **T:**",
        "italics": "# *T*",
        "underscores": "# _T_",
        "bold underscores": "# __T__",
        "bold italics": "# ***T***",
        "closing marks": "# T ##",
        "white space": "#    T   ",
        "an indent": " # T",
    }
    for name, written in shapes.items():
        yield f"headings with {name}", headings(written)
    for level in ("#", "###", "####", "######"):
        yield f"headings as {level}", headings("# T", level=level)
    yield "numbers: none", headings("# T", number="")
    yield (
        "numbers: with an escaped full stop",
        each(lambda line: re.sub(r"^(## \d)\. ", r"\1\\. ", line)),
    )
    yield "numbers: with a parenthesis", each(lambda line: re.sub(r"^(## \d)\. ", r"\1) ", line))
    yield "numbers: bare", each(lambda line: re.sub(r"^(## \d)\. ", r"\1 ", line))
    yield (
        "numbers where there are none",
        each(
            lambda line: (
                re.sub(r"^## (Preface|Crises)$", r"## 1\g<1>", line)
                .replace("1Preface", "11. Preface")
                .replace("1Crises", "12. Crises")
            )
        ),
    )
    yield "headings underlined", each(setext)
    letters = {
        "in capitals": str.upper,
        "in small letters": str.lower,
        "in title case": str.title,
        "with and for &": lambda words: words.replace("&", "and"),
        "with & for and": lambda words: words.replace(" and ", " & "),
        "with &amp;": lambda words: words.replace("&", "&amp;"),
        "with nbsp": lambda words: words.replace(" ", "\u00a0"),
        "with two spaces": lambda words: words.replace(" ", "  "),
        "with a soft hyphen": lambda words: words[:3] + "\u00ad" + words[3:],
        "with a zero-width space": lambda words: words[:3] + "\u200b" + words[3:],
        "with full stops escaped": lambda words: words.replace(".", "\\."),
    }
    for name, change in letters.items():
        yield f"titles {name}", titles(change)
    for hyphen in "\u2010\u2011\u2012\u2013\u2212":
        yield (
            f"titles with U+{ord(hyphen):04X}",
            titles(lambda words, hyphen=hyphen: words.replace("-", hyphen)),
        )
    for name, written in {
        "bold": "# **T**",
        "a closing mark": "# T #",
        "in capitals": "# T",
        "underlined": "T\n===",
    }.items():
        shown = title(written)
        yield (
            f"the title {name}",
            shown.replace("# Portugal: Strategic", "# PORTUGAL: STRATEGIC")
            if "capitals" in name
            else shown,
        )


def _of_single_titles():
    tops = [node for node in COUNTRY.sections if node.form == "heading"]
    for node in tops:
        yield f"{node.path} as ### **…**", one_heading(node.path, "### **T**")
        yield f"{node.path} with a colon", one_heading(node.path, "## T:")
    for top in tops:
        for node in top.sections:
            yield f"{node.path} as a heading", one_label(node.path, "### T")


def _of_labels():
    shapes = {
        "without a colon": "**T**",
        "with the colon behind": "**T**:",
        "with a space before the colon": "**T** :",
        "with a full stop": "**T.**",
        "with underscores": "__T:__",
        "in bold italics": "***T:***",
        "as ###": "### T",
        "as #### **T**": "#### **T**",
        "as ### T:": "### T:",
        "indented": " **T:**",
        "with white space behind": "**T:**  ",
    }
    for name, written in shapes.items():
        yield f"labels {name}", labels(written)
    shapes = {
        "with the colon behind": "**T**:",
        "with a full stop": "**T.**",
        "with underscores": "__T:__",
        "in bold italics": "***T:***",
        "with two spaces behind": "**T:** ",
        "with nbsp behind": "**T:**\u00a0",
    }
    for name, written in shapes.items():
        yield f"fields {name}", fields(written)


def _of_lists():
    for mark in ("* ", "+ ", "-   ", "*  "):
        yield f"bullets {mark!r}", bullets(mark, " " * len(mark))
    yield "lists within lists by 4", bullets("- ", " " * 4)
    yield "lists within lists by 3", bullets("- ", " " * 3)
    yield "lists within lists by a tab", bullets("- ", "\t")
    yield "lists indented", each(lambda line: f" {line}" if ITEM.match(line) else line)
    yield "lists loose", loose()
    yield "lists close to their labels", tight()
    yield "numbers with a parenthesis", each(lambda line: re.sub(r"^(\d)\. ", r"\1) ", line))
    yield "numbers all 1", each(lambda line: re.sub(r"^\d\. ", "1. ", line))
    yield "numbers from 3", each(lambda line: re.sub(r"^\d\. ", "3. ", line))


def _of_text():
    for width in (40, 60, 72, 80, 100, 120):
        yield f"lines of {width}", wrapped(width)
    yield "lines of 80 with hard breaks", wrapped(80, "  ")
    yield "lines of 80 with backslashes", wrapped(80, "\\")
    spaces = {"two spaces": "  ", "a tab": "\t", "nbsp": "\u00a0", "a thin space": "\u2009"}
    for name, space in spaces.items():
        yield f"{name} between words", text(lambda piece, space=space: piece.replace(" ", space))
    yield "two spaces between sentences", text(lambda piece: piece.replace(". ", ".  "))
    yield "white space at the ends of lines", each(lambda line: f"{line}   " if line else line)
    yield "white space in blank lines", each(lambda line: line or "   ")
    yield "more blank lines", each(lambda line: line or "\n")
    yield "an indent of paragraphs", each(lambda line: f"  {line}" if line[:1].isalpha() else line)
    yield "no line break at the end", SAMPLE.rstrip("\n")
    yield "many line breaks at the end", SAMPLE + "\n\n\n"
    for name, end in {"CRLF": "\r\n", "CR": "\r"}.items():
        yield name, SAMPLE.replace("\n", end)
    yield "a byte order mark", "\ufeff" + SAMPLE
    yield "curly quotes", text(curly)
    yield "quotes of German", text(lambda piece: re.sub(r'"([^"]*)"', r"„\1“", piece))
    yield "primes", text(lambda piece: piece.replace("'", "‘"))
    for characters in (".", "-", "()", ",;:", "!?'\""):
        yield f"escapes of {characters}", escaped(characters)
    yield "entities", text(lambda piece: piece.replace("'", "&#39;").replace('"', "&quot;"))
    yield "letters and accents apart", text(lambda piece: unicodedata.normalize("NFD", piece))
    yield "hyphens that do not break", text(lambda piece: piece.replace("-", "\u2011"))
    yield "soft hyphens", text(lambda piece: piece.replace("government", "govern\u00adment"))
    yield "a word in bold", text(lambda piece: piece.replace("Azores", "**Azores**"))
    yield "a word in italics", text(lambda piece: piece.replace("Azores", "*Azores*"))
    yield "a word in _italics_", text(lambda piece: piece.replace("Azores", "_Azores_"))
    yield (
        "lines across the page",
        each(lambda line: f"---\n\n{line}" if line.startswith("## ") else line),
    )
    yield "targets in angle brackets", re.sub(r"\]\(([^)\s]+)\)", r"](<\1>)", SAMPLE)
    yield "targets at the end", by_reference()


def _of_front_matter():
    yield (
        "front matter: other quotes",
        front(
            (
                'title: "Portugal: Strategic U.S. Foreign Policy Analysis"',
                "title: 'Portugal: Strategic U.S. Foreign Policy Analysis'",
            ),
            ("country: PT", 'country: "PT"'),
        ),
    )
    yield (
        "front matter: another order",
        front(("country: PT\n", ""), ("as_of: 2025-06-30\n", "as_of: 2025-06-30\ncountry: PT\n")),
    )
    yield (
        "front matter: a list on one line",
        front(
            (
                "tags:\n  - sample\n  - portugal\n  - transatlantic",
                "tags: [sample, portugal, transatlantic]",
            )
        ),
    )
    yield "front matter: a remark", front(("country: PT", "# as in ISO 3166\ncountry: PT"))


GROUPS = (*(_of_titles, _of_single_titles, _of_labels, _of_lists, _of_text, _of_front_matter),)
VARIANTS = {name: written for group in GROUPS for name, written in group()}
