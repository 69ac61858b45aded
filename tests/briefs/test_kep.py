"""The type kep, held against a small complete proposal: it passes, and each kind of fault is found.

`kep/` holds the proposal, as two files; it was written for these tests.
"""

from datetime import date
from pathlib import Path

import pytest

from briefs import types
from briefs.brief import Around, hold_against
from briefs.findings import Mode
from briefs.library import load, opened, shipped
from briefs.outline import How
from briefs.report import report

FOLDER = Path(__file__).parent / "kep"
README = (FOLDER / "README.md").read_text("utf-8")
YAML = (FOLDER / "kep.yaml").read_text("utf-8")
KEP = shipped("kep")
NODES = {node.path: node for node in KEP.nodes()}
OPTIONAL = {"4.1", "4.2", "10"}


def changed(text, *changes):
    """Return `text` with changes made, each at its one place."""
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def brief_of(readme=README, yaml=YAML):
    """Return the proposal as read: the text, and what stands beside it."""
    beside = {"kep.yaml": yaml.encode()} if yaml is not None else {}
    draft, brief_type = opened(readme.encode(), "kep", shipped, beside.get)
    return hold_against(draft, brief_type, Around(file="README.md"))


def found(readme=README, yaml=YAML, mode=Mode.SUBMIT):
    """Return rule, severity and line of each finding."""
    made = report(brief_of(readme, yaml), mode)
    return [(f.rule, str(f.severity), f.line) for f in made.findings]


def line_of(start, text):
    return next(n for n, line in enumerate(text.split("\n"), 1) if line.startswith(start))


def section_of(path):
    """Return the lines of a section with all that is below it, as first and last."""
    sections = brief_of().sections
    below = [sections[node.path] for node in NODES[path].walk() if node.path in sections]
    return below[0].line, max(section.end for section in below)


def without(path):
    """Return the text without a section and all that is below it."""
    first, last = section_of(path)
    lines = README.split("\n")
    return "\n".join(lines[: first - 1] + lines[last:])


def test_the_proposal_passes_without_a_finding():
    made = report(brief_of())

    assert (made.findings, made.score.total, made.score.passed) == ((), 100, True)


def test_the_front_matter_may_stand_at_the_head_and_is_the_same_there():
    at_head = brief_of(f"---\n{YAML}---\n\n{README}", None)

    assert report(at_head).findings == ()
    assert at_head.digests.sections == brief_of().digests.sections
    assert at_head.digests.brief == brief_of().digests.brief


def test_without_the_file_beside_it_every_required_key_is_missing():
    required = [name for name, key in KEP.front_matter.keys.items() if key.required]

    assert required == ["title", "kep-number", "authors", "owning-sig", "approvers", "status"]
    assert found(yaml=None) == [("front-matter-missing", "error", 1)] * len(required)


@pytest.mark.parametrize("name", ["title", "kep-number", "owning-sig"])
def test_a_required_key_that_lacks_is_an_error(name):
    lines = [line for line in YAML.split("\n") if not line.startswith(f"{name}:")]

    assert found(yaml="\n".join(lines)) == [("front-matter-missing", "error", 1)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("kep-number: 9001", "kep-number: nine"),
        ("stage: alpha", "stage: gamma"),
        ('latest-milestone: "v1.36"', "latest-milestone: next"),
        ("creation-date: 2025-11-03", "creation-date: November"),
        ("disable-supported: true", "disable-supported: maybe"),
        ("owning-sig: sig-apps", "owning-sig: [sig-apps]"),
        ("see-also:\n  - /keps/sig-apps/9000-job-calendars", "see-also: 9000"),
    ],
)
def test_a_value_that_will_not_do_is_an_error_on_its_line(before, after):
    line = line_of(before.split("\n")[0], YAML)

    assert found(yaml=changed(YAML, (before, after))) == [("front-matter-invalid", "error", line)]


def test_a_key_that_there_is_not_is_refused():
    told = changed(YAML, ("owning-sig:", "owner: x\nowning-sig:"))

    assert found(yaml=told) == [("front-matter-unknown", "error", line_of("owner:", told))]


# The gate of production readiness

PRR = 'prr-approvers:\n  - "@eva-lind"\n'
STATUSES = KEP.front_matter.keys["status"].one_of
ASKED = ("implementable", "implemented")


def gated(status, milestone, approvers=""):
    yaml = changed(
        YAML,
        (PRR, approvers),
        ("status: implementable", f"status: {status}"),
        ('latest-milestone: "v1.36"\n', f'latest-milestone: "{milestone}"\n' if milestone else ""),
    )
    return [(rule, line) for rule, severity, line in found(yaml=yaml) if severity == "error"]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("milestone", ["v1.20", "v1.9", "v0.0", None, "v1.21", "v1.100", "2.0"])
def test_an_approver_is_asked_of_what_can_be_built_for_a_release_from_v1_21_on(status, milestone):
    late = milestone in ("v1.21", "v1.100", "2.0")
    line = line_of("status:", YAML)

    asked = [("front-matter-missing", line)] if late and status in ASKED else []

    assert gated(status, milestone) == asked
    assert gated(status, milestone, PRR) == []


@pytest.mark.parametrize("status", ["imlpemented", "Implementable", "IMPLEMENTED", "done"])
def test_a_status_that_there_is_not_asks_for_no_less(status):
    line = line_of("status:", YAML)
    invalid = ("front-matter-invalid", line)

    assert gated(status, "v1.36") == [invalid, ("front-matter-missing", line)]
    assert gated(status, "v1.36", PRR) == [invalid]
    assert gated(status, "v1.20") == [invalid]


def test_a_milestone_that_is_none_asks_for_no_less():
    rules = {rule for rule, _ in gated("implemented", "the next one")}

    assert rules == {"front-matter-invalid", "front-matter-missing"}


@pytest.mark.parametrize("approvers", ["prr-approvers:\n", "prr-approvers: []\n"])
def test_an_empty_list_names_no_approver(approvers):
    assert gated("implementable", "v1.36", approvers) == [
        ("front-matter-missing", line_of("status:", YAML))
    ]


@pytest.mark.parametrize("approvers", ['prr-approvers: [""]\n', "prr-approvers:\n  -\n"])
def test_a_list_of_nobody_names_no_approver(approvers):
    assert [rule for rule, _ in gated("implementable", "v1.36", approvers)] == [
        "front-matter-invalid"
    ]


def test_production_readiness_signs_its_questionnaire_and_the_front_matter():
    first, second = KEP.signoff
    keys = KEP.front_matter.keys

    def asked(**values):
        return second.counts({name.replace("_", "-"): v for name, v in values.items()}, keys)

    assert (first.sections, first.role, first.when) == (("*",), "reviewer", None)
    assert (second.sections, second.role) == (("6", "@front"), "production-readiness")
    assert NODES["6"].title == "Production Readiness Review Questionnaire"
    assert asked(status="implementable", latest_milestone="v1.21")
    assert asked(status="imlpemented", latest_milestone="v1.21")
    assert not asked(status="implementable", latest_milestone="v1.20")
    assert not asked(status="provisional", latest_milestone="v1.36")


def test_another_stage_is_another_front_matter_and_leaves_every_section_as_it_is():
    before = brief_of().digests.sections
    after = brief_of(yaml=changed(YAML, ("stage: alpha", "stage: beta"))).digests.sections

    assert {path for path in before if before[path] != after[path]} == {"@front"}


# The tree


def test_the_sections_are_found_where_they_belong():
    sections = brief_of().sections

    assert list(sections) == list(NODES)
    assert {section.how for section in sections.values()} == {How.FOUND}


@pytest.mark.parametrize("path", NODES)
def test_a_section_that_is_not_optional_must_be_there(path):
    below = [node.path for node in NODES[path].walk()]
    missing = [rule for rule, _, _ in found(without(path))].count("section-missing")

    assert missing == len([p for p in below if p not in OPTIONAL])
    assert NODES[path].required == (path not in OPTIONAL)


@pytest.mark.parametrize("path", [path for path in NODES if not NODES[path].sections])
def test_a_section_that_is_empty_is_an_error_and_in_a_draft_a_warning(path):
    first, last = section_of(path)
    lines = README.split("\n")
    text = "\n".join([*lines[:first], "", *lines[last:]])

    assert found(text) == [("section-empty", "error", first)]
    assert found(text, mode=Mode.DRAFT) == [("section-empty", "warning", first)]


@pytest.mark.parametrize("path", [path for path in NODES if NODES[path].weight])
def test_a_section_that_is_scored_costs_its_points_when_it_lacks(path):
    lost = sum(node.weight for node in NODES[path].walk())

    assert report(brief_of(without(path))).score.total == 100 - lost


def test_the_points_are_a_hundred():
    assert sum(node.weight for node in KEP.nodes()) == 100


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("### User Stories (Optional)", "### User Stories"),
        ("## Infrastructure Needed (Optional)", "## Infrastructure Needed"),
        ("### Upgrade / Downgrade Strategy", "### Upgrade/Downgrade Strategy"),
        ("#### e2e tests", "#### End-to-end tests"),
        ("### Non-Goals", "### Non-goals"),
        ("## Release Signoff Checklist", "## Release Sign-off Checklist"),
    ],
)
def test_a_title_is_found_by_another_name_too(title, other):
    assert [rule for rule, _, _ in found(changed(README, (title, other)))] == []


FAULTS = {
    "a bold line for a heading": ("## Drawbacks", "**Drawbacks**", "section-demoted", "error"),
    "a heading of another level": ("### Goals", "## Goals", "heading-level", "warning"),
    "a part below another section": (
        "### Troubleshooting\n",
        "### Test Plan\n",
        "section-missing",
        "error",
    ),
    "a word that stands in for a text": (
        "Not needed, because the tests",
        "TBD, because the tests",
        "placeholder-left",
        "error",
    ),
    "guidance that was left": (
        "Another object to learn",
        "*Guidance: give the reasons.*\n\nAnother object to learn",
        "guidance-left",
        "error",
    ),
    "nothing to say, and not why": (
        "Not needed, because the tests of the job controller cover the creation of the first pod "
        "already.",
        "N/A",
        "not-applicable-bare",
        "warning",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_text_is_found(fault):
    before, after, rule, severity = FAULTS[fault]
    text = changed(README, (before, after))

    assert (rule, severity) in {(rule, severity) for rule, severity, _ in found(text)}


def test_sections_in_another_order_are_found():
    first, last = section_of("8")
    lines = README.split("\n")
    moved = lines[first - 1 : last]
    rest = lines[: first - 1] + lines[last:]
    at = rest.index("## Summary")

    assert [rule for rule, _, _ in found("\n".join(rest[:at] + moved + rest[at:]))] == [
        "section-out-of-order"
    ]


DRAWBACK = "Another object to learn"
# What a proposal may hold and the house would find fault with: by rule, what becomes what.
USUAL = {
    "heading-skips-level": [
        ("### Scalability\n", "### Scalability\n\n###### How many are there?\n")
    ],
    "label-instructs": [("### Scalability\n", "### Scalability\n\n#### List all your new calls\n")],
    "note-left": [(DRAWBACK, "Note: this is only a first list.\n\nAnother object to learn")],
    "emphasis-broken": [(DRAWBACK, r"Names as job\* and pod\* are free. Another object to learn")],
    "html-left": [("## Summary\n", "<!-- toc -->\n\n## Summary\n")],
    "link-dropped": [(DRAWBACK, "Another [object](../9000-calendars/README.md) to learn")],
    "section-thin": [
        ("- A job that waits says so in its status, with the time at which it will begin.\n", ""),
        (
            "- Nothing changes for a namespace without quiet hours.",
            "- Nothing changes without them.",
        ),
    ],
    "figure-unsupported": [(DRAWBACK, "It holds 3 million objects. Another object to learn")],
    "claim-stale": [(DRAWBACK, "It holds 3 million objects as of 2019. Another object to learn")],
    "claim-undated": [(DRAWBACK, "There is currently none. Another object to learn")],
    "acronym-unexplained": [(DRAWBACK, "Another CRD to learn, another object to learn")],
    "label-missing": [
        ("- [x] The approvers", "- **Approval:** The approvers"),
        ("- The owner of a namespace", "- **Owners:** The owner of a namespace"),
        ("- A job that is created in", "- **Waiting:** A job that is created in"),
    ],
    "title-asserts": [(DRAWBACK, "The drawbacks are hypothetical. Another object to learn")],
    "title-differs": [],
}
MILDER = {
    "heading-skips-level": "info",
    "emphasis-broken": "warning",
    "html-left": "warning",
    "link-dropped": "warning",
}


def house(name):
    """Return the type without what it says of a rule."""
    text = (Path(types.__file__).parent / "kep.yaml").read_text("utf-8")
    (line,) = (line for line in text.split("\n") if line.startswith(f"  {name}: {{"))
    return load(changed(text, (line + "\n", "")), "kep.yaml")


def severities(brief_type, text, rule):
    draft, _ = opened(text.encode(), "kep", shipped, {"kep.yaml": YAML.encode()}.get)
    brief = hold_against(draft, brief_type, Around(date(2026, 3, 1), "README.md"))
    return {str(f.severity) for f in report(brief).findings if f.rule == rule}


def test_each_rule_that_the_type_uses_otherwise_is_shown_in_use():
    assert set(KEP.rules) == set(USUAL)


@pytest.mark.parametrize("rule", USUAL)
def test_what_is_usual_in_a_proposal_is_held_to_less_than_the_house_asks(rule):
    text = changed(README, *USUAL[rule])
    shown = {MILDER[rule]} if rule in MILDER else set()

    assert severities(KEP, text, rule) == shown
    assert severities(house(rule), text, rule) - shown != set()
