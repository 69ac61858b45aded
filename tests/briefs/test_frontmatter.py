import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs import brief
from briefs.errors import MalformedBrief
from briefs.frontmatter import MOST_ENTRIES, read, split

BOMB = "a0: &a0 [lol]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
ANCHOR = "anchors and aliases are not accepted; write it out"
TAG = "YAML tags are not accepted; write the plain value"
DEEP = "the YAML is nested too deeply; at most 12 levels"
NO_PARSE = "the YAML does not parse: "

# The number is that of the row in the list of bad inputs; then the line, and what is said of it.
REFUSED = {
    "19": ('title: x\nrun: !!python/object/apply:os.system ["id"]\n', 2, TAG),
    "19 whole": ('!!python/object/apply:os.system ["id"]\n', 1, TAG),
    "19 name": ("title: x\nrun: !!python/name:os.system ''\n", 2, TAG),
    "19 empty": ("!!python/name:os.system ''\n", 1, TAG),
    "19 key": ("title: x\n!!str a: b\n", 2, TAG),
    "19 binary": ("title: x\ndata: !!binary aGk=\n", 2, TAG),
    "20": (BOMB, 1, ANCHOR),
    "20 alias": ("title: x\nb: *a\n", 2, ANCHOR),
    "20 anchor": ("title: x\nb: &b y\n", 2, ANCHOR),
    "20 empty": ("&a ''\n", 1, ANCHOR),
    "21": (
        "title: x\nstatus: draft\nstatus: approved\n",
        3,
        "the key “status” stands twice; keep one of them",
    ),
    "21 quoted": ('a: 1\n"a": 2\n', 2, "the key “a” stands twice; keep one of them"),
    "21 deep": (
        "authors:\n  - name: a\n    name: b\n",
        3,
        "the key “name” stands twice; keep one of them",
    ),
    "22": (
        "title: x\n<<: {approved_by: chief}\n",
        2,
        "merge keys are not accepted; write the keys out",
    ),
    "22 alias": ("base: &base {stage: approved}\nb:\n  <<: *base\n", 1, ANCHOR),
    "25": ("a: " + "[" * 5_000 + "\n", 1, DEEP),
    "25 map": ("".join(f"{' ' * n}a:\n" for n in range(2_000)), 13, DEEP),
    "25 list": ("a: x\nb:\n  " + "- " * 5_000 + "x\n", 3, DEEP),
    "25 wide": (
        "".join(f"k{n}: x\n" for n in range(60_000)),
        MOST_ENTRIES + 1,
        "over 5,000 entries; shorten it",
    ),
    "26": (
        'title: x\nb: "\\ud800"\n',
        2,
        NO_PARSE + "found invalid Unicode character escape code; mend this line",
    ),
    "26 raw": (
        "title: x\nb: \ud800\n",
        2,
        NO_PARSE + "surrogates not allowed; remove the character",
    ),
    "27": ("title: x\n---\nb: y\n", 2, "a second YAML document begins; keep one block"),
    "27 NUL": (
        "title: x\nb: \0\n",
        2,
        NO_PARSE + "control characters are not allowed; remove the character",
    ),
    "27 tab": (
        "title:\n\t- x\n",
        2,
        NO_PARSE + "found character that cannot start any token; mend this line",
    ),
    "27 tab within": (
        "a: x\n\tb: y\n",
        2,
        NO_PARSE + "found a tab character that violates indentation; mend this line",
    ),
    "32 U+2028": (
        "a: x\nb: y\u2028approved: yes\n",
        2,
        "a line separator U+2028 stands here; remove it",
    ),
    "32 U+0085": ("a: x\nb: y\x85c: z\n", 2, "a line separator U+0085 stands here; remove it"),
    "a list": ("- a\n", 1, "expected key: value lines; write one key a line"),
    "an empty list": ("[]\n", 1, "expected key: value lines; write one key a line"),
    "a word": ("hello\n", 1, "expected key: value lines; write one key a line"),
    "a list as a key": ("? [a]\n: b\n", 1, "a key is a word, not a list; write key: value"),
    "an open quotation": (
        'title: x\nb: "y\n',
        3,
        NO_PARSE + "found unexpected end of stream; mend this line",
    ),
}


@pytest.mark.parametrize("row", REFUSED)
def test_yaml_that_is_not_accepted_is_refused_on_its_line(row):
    text, line, sentence = REFUSED[row]
    begun = time.process_time()

    with pytest.raises(MalformedBrief) as refusal:
        read(text)

    assert (refusal.value.line, str(refusal.value)) == (line, f"line {line}: {sentence}")
    assert time.process_time() - begun < 2


def test_lines_are_counted_from_the_head_of_the_brief():
    with pytest.raises(MalformedBrief) as refusal:
        split("---\ntitle: x\ntitle: y\n---\n")

    assert refusal.value.line == 3


# Rows 23 and 24: no value is a date, a number or a truth before the type has said so.
PLAIN = {
    "no": "country: no",
    "1.10": "version: 1.10",
    "12:30": "time: 12:30",
    "190:20:30": "time: 190:20:30",
    "true": "a: true",
    "~": "a: ~",
    "null": "a: null",
    "2024-02-30": "date: 2024-02-30",
    "9" * 100_000: f"n: {'9' * 100_000}",
    ".nan": "a: .nan",
    "-.inf": "a: -.inf",
    "0x1F": "a: 0x1F",
    "010": "a: 010",
    "": "a:",
    "{{ 7*7 }}": "a: '{{ 7*7 }}'",
}


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: value[:12])
def test_every_value_is_a_string_as_written(value):
    assert list(read(PLAIN[value]).values.values()) == [value]


def test_row_28_an_unknown_key_is_read_as_any_other_and_is_for_a_rule_to_find():
    assert read("quorum: 0\npublished: true\n").values == {"quorum": "0", "published": "true"}


def test_every_entry_has_its_line():
    front = read("title: x\nauthors:\n  - name: a\n    email: b\ntags: [c, d]\n", first_line=2)

    assert front.values == {
        "title": "x",
        "authors": [{"name": "a", "email": "b"}],
        "tags": ["c", "d"],
    }
    assert front.lines == {
        "title": 2,
        "authors": 3,
        "authors.0": 4,
        "authors.0.name": 4,
        "authors.0.email": 5,
        "tags": 6,
        "tags.0": 6,
        "tags.1": 6,
    }
    assert [
        front.line(path) for path in ("authors.0.email", "authors.0.x.y", "authors.7", "z")
    ] == [
        5,
        4,
        3,
        1,
    ]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}\n", "---\n---\n"[:4]])
def test_nothing_is_an_empty_mapping(text):
    assert read(text).values == {}


def test_twelve_levels_are_taken_and_thirteen_are_not():
    nested = lambda depth: "a: " + "[" * (depth - 1) + "x" + "]" * (depth - 1)  # noqa: E731

    assert read(nested(12)).values
    with pytest.raises(MalformedBrief):
        read(nested(13))


@pytest.mark.parametrize("close", ["---", "...", "---  "])
def test_front_matter_ends_with_its_line_of_dashes_or_dots(close):
    front, taken = split(f"---\ntitle: x\n{close}\n\n# x\n")

    assert (front.values, taken) == ({"title": "x"}, 3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "# x\n",
            "line 1: the draft has no front matter; begin it with a block between two lines of ---",
        ),
        (
            "\n---\ntitle: x\n---\n",
            "line 1: the draft has no front matter; begin it with a block between two lines of ---",
        ),
        ("---\ntitle: x\n", "line 1: the front matter is not closed; end it with a line of ---"),
        ("---", "line 1: the front matter is not closed; end it with a line of ---"),
    ],
)
def test_a_brief_without_front_matter_is_refused(text, sentence):
    with pytest.raises(MalformedBrief) as refusal:
        split(text)

    assert str(refusal.value) == sentence


# Pieces that YAML and Markdown make something of, so that what is tried is more than noise.
PIECES = st.sampled_from(
    [
        *"\t[]{},#\"'*`\\\0\x85\u2028\ufeff\ud800\r\n",
        *("- ", "  ", "a: ", "b:\n", ": ", "? ", "> ", "1. ", "&a ", "*a", "!!x ", "<<: "),
        *("|\n", ">\n", "\n\n", "\r\n", "---\n", "...\n", "%YAML 9.9\n", "\\ud800", "```\n"),
        *("## Crises\n", "**Crises**", "[^1]", "[^1]: ", "|a|\n|-|\n", "<div>", "![", "](x)"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join))


def refused_or_not(read, given):
    try:
        read(given)
    except MalformedBrief as refusal:
        return refusal.line is None or refusal.line >= 1
    return True


@given(TEXTS)
def test_yaml_of_any_kind_is_read_or_is_malformed(text):
    assert refused_or_not(read, text)


@given(st.one_of(st.binary(), TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_bytes_of_any_kind_are_read_or_are_malformed(data):
    assert refused_or_not(brief.read, data)
    assert refused_or_not(brief.read, b"---\ntitle: x\n---\n" + data)
