"""The type language: what it takes and refuses, and that no code knows the name of a type."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from briefs import guide
from briefs.brief import Around, hold_against, read
from briefs.errors import BadPolicy
from briefs.findings import Mode, Severity
from briefs.library import load, names
from briefs.report import report
from briefs.rules import RULES, check
from briefs.types import BriefType, SignOffRule
from briefs.types import language as module
from briefs.types.explained import ENTRIES, EVIDENCE, KINDS
from briefs.types.language import Evidence, KeyKind, Strict, holds

ROOT = Path(__file__).parents[2]
CODE = [
    path for part in ("briefs", "tasks", "flows", "desk") for path in (ROOT / part).rglob("*.py")
]
TYPES = (ROOT / "docs" / "types.md").read_text("utf-8")

MEMO = """\
type: memo
version: 1
title: Memo
front_matter:
  keys:
    title: {required: true}
    status: {kind: word, one_of: [open, decided]}
    milestone: {kind: version}
sections:
  - path: "1"
    title: Question
    weight: 1
    words: 3
"""
TEXT = "## Question\n\nWho pays for the bridge is the question of this memo.\n"


def memo(*changes, text=MEMO):
    """Return the type as `text` declares it, with changes made, each at its one place."""
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return load(text, "memo.yaml")


def key(declared):
    """Return a memo with one more key, `x`, of the front matter, declared on line 9."""
    return memo(
        (
            "    milestone: {kind: version}\n",
            f"    milestone: {{kind: version}}\n    x: {declared}\n",
        )
    )


def found(brief_type, front="", text=TEXT, mode=Mode.SUBMIT, **around):
    """Return line, rule and severity of each finding on a memo with this front matter."""
    draft = read(f"---\ntitle: Bridge\n{front}---\n\n{text}".encode())
    brief = hold_against(draft, brief_type, Around(**around))
    return [(f.line, f.rule, str(f.severity)) for f in check(brief, mode)]


def test_a_memo_that_is_in_order_has_no_finding():
    assert found(memo()) == []


# What is refused in a type


FAULTS = {
    "an entry that there is not": (
        ("title: Memo", "title: Memo\nabuot: x"),
        "line 4: abuot: “abuot” is no entry here: write “about”",
    ),
    "an entry of a key that there is not": (
        ("{required: true}", "{requierd: true}"),
        "line 6: front_matter.keys.title.requierd: “requierd” is no entry here",
    ),
    "a kind that there is not": (
        ("kind: version", "kind: release"),
        "line 8: front_matter.keys.milestone.kind: Input should be 'text', 'word'",
    ),
    "an expression that is none, in a key": (
        ("kind: version", "patterns: [{includes: '['}]"),
        "line 8: front_matter.keys.milestone.patterns.0.includes: “[” is no regular expression: "
        "unterminated character set at position 0",
    ),
    "an expression that is none, in a part": (
        ("words: 3", "words: 3\n    facets: [{title: past, pattern: '(?i'}]"),
        "line 14: sections.0.facets.0.pattern: “(?i” is no regular expression: "
        "missing -, : or ) at position 3",
    ),
    "a pattern that asks for both": (
        ("kind: version", "patterns: [{includes: a, excludes: b}]"),
        "line 8: front_matter.keys.milestone.patterns.0: give one of includes and excludes",
    ),
    "a pattern that asks for nothing": (
        ("kind: version", "patterns: [{message: no}]"),
        "line 8: front_matter.keys.milestone.patterns.0: give one of includes and excludes",
    ),
    "a key that may stand only under no condition": (
        ("kind: version", "only_then: true"),
        "line 8: front_matter.keys.milestone: only_then needs required_when",
    ),
    "a condition on a key that there is not": (
        ("kind: version", "required_when: {stage: beta}"),
        "line 8: front_matter.keys.milestone.required_when: the front matter has no key “stage”",
    ),
    "a test that there is not": (
        ("kind: version", "required_when: {status: {at_most: v1}}"),
        "line 8: front_matter.keys.milestone.required_when.status",
    ),
    "a section that is asked for under a condition on no key": (
        ("words: 3", "words: 3\n    required_when: {stage: beta}"),
        "line 14: sections.0.required_when: the front matter has no key “stage”",
    ),
    "a modifier on no key": (
        ("sections:", "modifiers: [{when: {stage: beta}, severity: info}]\nsections:"),
        "line 9: modifiers.0.when: the front matter has no key “stage”",
    ),
    "a sign-off under a condition on no key": (
        ("sections:", "signoff: [{}, {when: {stage: beta}}]\nsections:"),
        "line 9: signoff.1.when: the front matter has no key “stage”",
    ),
    "no sign-off that always counts": (
        ("sections:", "signoff: [{when: {status: open}}]\nsections:"),
        "line 9: signoff: one rule must cover all sections, always",
    ),
    "a path twice": (
        ("words: 3", 'words: 3\n  - {path: "1", title: Answer}'),
        "line 14: sections.1.path: the path 1 stands twice",
    ),
    "a path twice, one below the other": (
        ("words: 3", 'words: 3\n    sections:\n      - {path: "1", title: Answer}'),
        "line 15: sections.0.sections.0.path: the path 1 stands twice",
    ),
    "a match with no section": (
        ("words: 3", 'words: 3\n    matches: {section: "7", percent: 50}'),
        "line 14: sections.0.matches: there is no section 7",
    ),
    "a heading of level 7": (
        ("words: 3", "level: 7"),
        "line 13: sections.0.level: Input should be less than or equal to 6",
    ),
    "evidence that there is not": (
        ("words: 3", "must_hold: [proof]"),
        "line 13: sections.0.must_hold.0: Input should be 'score', 'number'",
    ),
    "a role that is no word": (
        ("sections:", "signoff: [{role: the boss}]\nsections:"),
        "line 9: signoff.0.role: String should match pattern",
    ),
    "a rule that there is not": (
        ("sections:", "rules:\n  section-mising: {off: false}\nsections:"),
        "line 10: rules.section-mising: “section-mising” is no rule; write “section-missing”",
    ),
    "a rule that is like no other": (
        ("sections:", "rules:\n  wall: {is: zzzz}\nsections:"),
        "line 10: rules.wall: “zzzz” is no rule; docs/rules.md lists them",
    ),
    "an option that there is not": (
        ("sections:", "rules:\n  section-thin: {wrods: 3}\nsections:"),
        "line 10: rules.section-thin.wrods: “wrods” is no entry here: write “words”",
    ),
    "an option of the wrong kind": (
        ("sections:", "rules:\n  section-thin:\n    words: three\nsections:"),
        "line 11: rules.section-thin.words: Input should be a valid integer",
    ),
    "an option that is lacking": (
        ("sections:", "rules:\n  keys-missing: {}\nsections:"),
        "line 10: rules.keys-missing.keys: Field required",
    ),
    "a severity that there is not": (
        ("sections:", "rules:\n  section-thin: {severity: fatal}\nsections:"),
        "line 10: rules.section-thin.severity",
    ),
    "a mode that there is not": (
        ("sections:", "rules:\n  section-thin: {severity: {review: error}}\nsections:"),
        "line 10: rules.section-thin.severity",
    ),
    "a name in capitals": (("type: memo", "type: Memo"), "line 1: type: String should match"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_in_a_type_is_refused_with_line_and_entry(fault):
    change, sentence = FAULTS[fault]

    with pytest.raises(BadPolicy) as refusal:
        memo(change)

    assert str(refusal.value).startswith(f"memo.yaml, {sentence}"), str(refusal.value)
    assert str(refusal.value).endswith("; correct the entry")


# Front-matter keys: each constraint, with the line of the entry

GOOD = {
    "text": "Rates of the year",
    "word": "open",
    "list": "[a, b]",
    "sources": "[https://example.org/a, The yearbook]",
    "date": "2026-03-01",
    "moment": "2026-03-01 09:00 Europe/Brussels",
    "integer": "12",
    "integers": "1, 20, 3",
    "url": "https://example.org/page",
    "email": "ada@example.org",
    "people": "[{name: Ada, email: ada@example.org}]",
    "authors": "Ada Lopes (@ada), Ben <ben@example.org>, Cleo",
    "version": "v1.21",
    "iso-country": "BE",
    "brief": "belgium",
    "briefs": "[belgium, portugal]",
    "flag": '"false"',
    "map": "{alpha: [v1.19]}",
}
BAD = {
    "text": ['"two\\nlines"', "[a]"],
    "word": ["{a: b}"],
    "list": ["a", "[[a]]"],
    "sources": ["{a: b}"],
    "date": ["2026-13-01", "1 March 2026", "2026-3-1", "[2026-03-01]"],
    "moment": ["2026-03-01 09:00 Europe/Atlantis", "soon", "[x]"],
    "integer": ["-1", "1.5", "twelve", "①", "[1]"],
    "integers": ["1; 2", "1, two", "[1, 2]"],
    "url": ["example.org", "https://"],
    "email": ["ada", "a@b"],
    "people": ["Ada", "[{name: Ada}]", "[{name: Ada, email: ada}]", "[[Ada]]"],
    "authors": ["Ada (ada)", "Ada,Ben", "[Ada]"],
    "version": ["1.x", "newest", "v1.2.3.4", "[v1]"],
    "iso-country": ["XX", "be", "Belgium", "Atlantis", "[BE]"],
    "brief": ["Belgium", "a b"],
    "briefs": ["belgium", "[Belgium]", "[[belgium]]"],
    "flag": ["maybe", "yes", "[true]"],
    "map": [],
}


@pytest.mark.parametrize("kind", get_args(KeyKind))
def test_a_value_of_its_kind_is_taken(kind):
    assert found(key(f"{{kind: {kind}}}"), f"x: {GOOD[kind]}\n") == []


@pytest.mark.parametrize(("kind", "value"), [(kind, v) for kind in BAD for v in BAD[kind]])
def test_a_value_of_another_kind_is_found_on_its_line(kind, value):
    found_there = found(key(f"{{kind: {kind}}}"), f"status: open\nx: {value}\n")

    assert found_there == [(4, "front-matter-invalid", "error")]


CONSTRAINTS = {
    "required": ("{required: true}", "x: y", "status: open", (1, "front-matter-missing")),
    "required, and empty": ("{required: true}", "x: y", "x:", (1, "front-matter-missing")),
    "one of its values": ("{one_of: [a, b]}", "x: b", "x: c", (3, "front-matter-invalid")),
    "not too short": ("{length: {min: 3}}", "x: abc", "x: ab", (3, "front-matter-invalid")),
    "not too long": ("{length: {max: 3}}", "x: abc", "x: abcd", (3, "front-matter-invalid")),
    "a list as long as asked": (
        "{kind: list, length: {min: 2}}",
        "x: [a, b]",
        "x: [a]",
        (3, "front-matter-invalid"),
    ),
    "what it must hold": (
        "{patterns: [{includes: '^sig-'}]}",
        "x: sig-node",
        "x: node",
        (3, "front-matter-invalid"),
    ),
    "what it must not hold": (
        "{patterns: [{excludes: ':', rule: title-colon}]}",
        "x: a, b",
        'x: "a: b"',
        (3, "title-colon"),
    ),
    "asked by another": (
        "{required_when: {status: decided}}",
        "status: decided\nx: y",
        "status: decided",
        (3, "front-matter-missing"),
    ),
    "only where another asks it": (
        "{required_when: {status: decided}, only_then: true}",
        "status: decided\nx: y",
        "status: open\nx: y",
        (4, "front-matter-missing"),
    ),
    "asked from a release on": (
        "{required_when: {milestone: {at_least: v1.21}}}",
        "milestone: v1.9",
        "milestone: v1.21",
        (3, "front-matter-missing"),
    ),
    "a name of its own": (
        "{kind: date, rules: {kind: created-date}}",
        "x: 2026-03-01",
        "x: soon",
        (3, "created-date"),
    ),
}


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_a_constraint_is_met_or_found_on_its_line(constraint):
    declared, good, bad, (line, rule) = CONSTRAINTS[constraint]

    assert found(key(declared), f"{good}\n") == []
    assert found(key(declared), f"{bad}\n") == [(line, rule, "error")]


def test_a_key_that_the_type_has_not_is_found_with_the_nearest_that_it_has():
    draft = read(f"---\ntitle: Bridge\nstauts: open\n---\n\n{TEXT}".encode())
    (finding,) = check(hold_against(draft, memo()))

    assert (finding.line, finding.rule) == (3, "front-matter-unknown")
    assert finding.message == "“stauts” is not a key of this type: write “status”"


# Conditions


@pytest.mark.parametrize(
    ("condition", "values", "answer"),
    [
        ({"status": "open"}, {"status": "open"}, True),
        ({"status": "open"}, {"status": " open "}, True),
        ({"status": "open"}, {"status": "decided"}, False),
        ({"status": "open"}, {}, False),
        ({"status": "open"}, {"status": ""}, False),
        ({"status": "open"}, {"status": ["open"]}, False),
        ({"status": {"one_of": ["open", "decided"]}}, {"status": "decided"}, True),
        ({"milestone": {"at_least": "v1.21"}}, {"milestone": "v1.20"}, False),
        ({"milestone": {"at_least": "v1.21"}}, {"milestone": "v1.21"}, True),
        ({"milestone": {"at_least": "v1.21"}}, {"milestone": "1.100"}, True),
        ({"milestone": {"at_least": "v1.21"}}, {"milestone": "v2"}, True),
        ({"status": "open", "milestone": {"at_least": "v1"}}, {"status": "open"}, False),
        ({}, {}, True),
    ],
)
def test_a_condition_holds_where_every_key_has_its_value(condition, values, answer):
    brief_type = memo(
        ("sections:", f"modifiers: [{{when: {condition}, severity: info}}]\nsections:")
    )

    assert holds(brief_type.modifiers[0].when, values, brief_type.front_matter.keys) == answer


@pytest.mark.parametrize("values", [{"status": "decieded"}, {"status": "OPEN"}])
def test_a_value_that_there_is_not_meets_every_condition_on_its_key(values):
    keys = memo().front_matter.keys

    assert holds({"status": "open"}, values, keys)
    assert holds({"status": "decided"}, values, keys)


def test_a_release_that_is_none_is_late_enough():
    condition = key("{required_when: {milestone: {at_least: v1.21}}}").front_matter.keys["x"]

    assert holds(condition.required_when, {"milestone": "newest"}, {})


# Rules


def with_rules(rules):
    return memo(("sections:", f"rules: {rules}\nsections:"))


THIN = "## Question\n\nWho pays?\n"


def test_a_rule_is_asked_of_every_type_that_does_not_switch_it_off():
    assert found(memo(), text=THIN) == [(5, "section-thin", "warning")]
    assert found(with_rules("{section-thin: {off: true}}"), text=THIN) == []
    assert found(with_rules("{section-thin: {words: 2}}"), text=THIN) == []


def test_a_type_may_call_a_rule_by_a_name_of_its_own():
    named = with_rules(
        "{section-thin: {off: true}, too-short: {is: section-thin, severity: error}}"
    )

    assert found(named, text=THIN) == [(5, "too-short", "error")]


def test_a_type_without_the_rules_of_the_house_asks_those_that_it_names_alone():
    bare = memo(("sections:", "house_rules: false\nrules: {section-thin: {}}\nsections:"))

    assert found(bare, "nonsense: x\n", text=THIN) == [(6, "section-thin", "warning")]


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ("error", ["error", "error", "error"]),
        ("{draft: info, publish: error}", ["info", "warning", "error"]),
        ("{submit: error}", ["warning", "error", "warning"]),
    ],
)
def test_a_severity_is_that_of_the_type_in_its_modes(severity, expected):
    brief_type = with_rules(f"{{section-thin: {{severity: {severity}}}}}")

    assert [found(brief_type, text=THIN, mode=mode)[0][2] for mode in Mode] == expected


def test_what_a_draft_lacks_so_far_is_a_warning_there_unless_the_type_says_otherwise():
    empty = "## Question\n"

    assert found(memo(), text=empty, mode=Mode.DRAFT) == [(5, "section-empty", "warning")]
    strict = with_rules("{section-empty: {severity: error}}")
    assert found(strict, text=empty, mode=Mode.DRAFT) == [(5, "section-empty", "error")]


def test_a_modifier_changes_the_severity_of_all_findings():
    brief_type = memo(
        ("sections:", "modifiers: [{when: {status: decided}, severity: info}]\nsections:")
    )

    assert found(brief_type, "status: open\nstray: x\n", text=THIN) == [
        (4, "front-matter-unknown", "error"),
        (7, "section-thin", "warning"),
    ]
    assert found(brief_type, "status: decided\nstray: x\n", text=THIN) == [
        (4, "front-matter-unknown", "info"),
        (7, "section-thin", "info"),
    ]


def test_severities_are_three():
    assert [str(severity) for severity in Severity] == ["error", "warning", "info"]


# The words of the language, and its page


MODELS = {
    name: model
    for name, model in vars(module).items()
    if isinstance(model, type)
    and issubclass(model, module.BaseModel)
    and model.__module__ == module.__name__
    and model is not Strict
}


def test_every_entry_of_the_language_is_explained_and_none_that_is_not_there():
    entries = {f"{name}.{entry}" for name, model in MODELS.items() for entry in model.model_fields}

    assert set(ENTRIES) == entries
    assert set(KINDS) == set(get_args(KeyKind)) == set(GOOD) == set(BAD)
    assert set(EVIDENCE) == set(get_args(Evidence))


@pytest.mark.parametrize(
    ("declared", "asked", "when"),
    [
        ("{length: {min: 2, max: 44}}", ["2 to 44 long"], "optional"),
        ("{one_of: [a, b], required: true}", ["one of a, b"], "always"),
        ("{patterns: [{includes: a}, {excludes: b}]}", ["holds a", "without b"], "optional"),
        ("{patterns: [{includes: a, message: write an a}]}", ["write an a"], "optional"),
        ("{required_when: {status: open}}", [], "where status is open"),
        ("{required_when: {status: {}}}", [], "where status is given"),
        (
            "{required_when: {status: open, milestone: {at_least: v1}}, only_then: true}",
            [],
            "only where status is open and milestone is v1 or later",
        ),
    ],
)
def test_what_a_key_asks_is_said_in_words(declared, asked, when):
    made = key(declared).front_matter.keys["x"]

    assert guide.asked_of_key(made) == asked
    assert guide.when_asked(made.required, made.required_when, made.only_then) == when


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({}, "one person of the role reviewer, for everything"),
        ({"count": 2, "role": "legal"}, "2 people of the role legal, for everything"),
        (
            {"sections": ("1", "@front", "@rest", "@assets"), "when": {"status": "open"}},
            "one person of the role reviewer, for section 1 and the front matter and the text "
            "outside of sections and the attachments, where status is open",
        ),
    ],
)
def test_a_sign_off_is_said_in_words(rule, said):
    assert guide.signoff_in_words(SignOffRule(**rule)) == said


def example(title):
    """Return the YAML block that follows a marker of docs/types.md."""
    return re.search(rf"{re.escape(title)}\n+```yaml\n(.*?)```", TYPES, re.DOTALL)[1]


def test_the_example_of_the_page_loads_and_judges_a_memo():
    brief_type = load(example("<!-- example: memo -->"), "docs/types.md")
    text = (
        "---\ntitle: Bridge\nstatus: decided\nsubject: treaty\nas_of: 2026-03-01\n"
        "authors: [{name: Ada, email: ada@example.org}]\n---\n\n## Question\n\nWho pays?\n"
    )
    made = report(hold_against(read(text.encode()), brief_type))

    assert sum(node.weight for node in brief_type.nodes()) == 100
    assert [rule.role for rule in brief_type.signoff] == ["reviewer", "legal"]
    assert {f.rule for f in made.findings} == {
        "front-matter-missing",
        "section-missing",
        "section-thin",
        "sentences-few",
    }


def test_the_rules_that_the_page_shows_are_rules():
    brief_type = load(MEMO + example("<!-- example: rules -->"), "docs/types.md")

    assert {brief_type.rules[name].of or name for name in brief_type.rules} <= set(RULES)
    assert brief_type.rules["title-asserts"].off


# No code knows the name of a type


def names_in(path):
    """Yield each identifier and each string constant of a module, with its line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        line = getattr(node, "lineno", 0)
        for field in ("id", "arg", "attr", "name", "asname"):
            if isinstance(said := getattr(node, field, None), str):
                yield line, said
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield line, node.value


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_knows_the_name_of_a_type(path):
    known = {*names(), *(name.upper() for name in names())}

    assert [(line, said) for line, said in names_in(path) if said in known] == []


def test_the_walk_finds_a_name_wherever_it_stands(tmp_path):
    written = "import kep\ndef country(eip, *, a=kep): return x.kep, f(country='eip')\n"
    (tmp_path / "planted.py").write_text(written)

    said = [name for _, name in names_in(tmp_path / "planted.py") if name in names()]

    assert sorted(said) == ["country", "country", "eip", "eip", "kep", "kep", "kep"]


def test_a_type_is_found_again_in_what_was_made_of_it():
    brief_type = memo()

    assert {brief_type: 1}[memo()] == 1
    assert BriefType.model_validate(brief_type.model_dump(by_alias=True)) == brief_type
