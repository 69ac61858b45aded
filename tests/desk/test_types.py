"""Types at the front doors: list, guide, schema, skeleton, and a sign-off that has a condition."""

import json
import os
import re
import subprocess
import sys

import jsonschema
import pytest
import yaml

from briefs.brief import hold_against
from briefs.findings import Mode
from briefs.frontmatter import read
from briefs.library import names, opened, shipped
from briefs.report import report
from briefs.rules import RULES
from briefs.types import files
from desk.exits import REFUSED, USAGE
from tests.desk.support import PROJECT, carry_on, digest, record, refused

KEP = PROJECT / "tests" / "briefs" / "kep"
MEMO = re.search(
    r"<!-- example: memo -->\n\n```yaml\n(.*?)```",
    (PROJECT / "docs" / "types.md").read_text("utf-8"),
    re.DOTALL,
)[1]


# Listing


def test_types_lists_the_shipped_types(run):
    told = run("types")

    assert [line.split()[0] for line in told.out.splitlines()] == ["type", *names()]
    assert "Kubernetes enhancement proposal" in told.out


def test_types_answers_in_json(run):
    answer = run("types", "--json").json

    assert [found["type"] for found in answer["types"]] == names()
    assert answer["types"][0].keys() == {"type", "version", "sections", "pass_mark", "title"}


def test_types_lists_a_desks_own_too(desk, run):
    (desk / "policy" / "types" / "memo.yaml").write_text(MEMO)

    listed = [found["type"] for found in run("types", "--desk", desk, "--json").json["types"]]

    assert listed == [*names(), "memo"]


# The guide


@pytest.mark.parametrize("name", names())
def test_a_guide_names_every_key_section_field_rule_and_sign_off(run, name):
    told = run("types", "show", name)
    found = shipped(name)

    assert told.code == 0
    assert [key for key in found.front_matter.keys if f"| `{key}` |" not in told.out] == []
    for node in found.nodes():
        assert f"**{node.path} {node.title}**" in told.out
        assert node.guide in told.out
        assert [f.title for f in node.fields if f"- **{f.title}** (field; " not in told.out] == []
    answer = run("types", "show", name, "--json").json
    assert [r["name"] for r in answer["rules"] if f"\n| `{r['name']}`" not in told.out] == []
    assert told.out.count("of the role") == len(found.signoff)
    assert "{{" not in told.out and "None" not in told.out and "\n\n\n" not in told.out


def test_a_guide_says_what_a_section_asks_and_what_it_is_worth(run):
    told = run("types", "show", "country").out

    (preface,) = re.findall(r"- \*\*1 Preface\*\*.*\n.*\n(.*)", told)
    (third,) = (line for line in told.splitlines() if line.startswith("- **3 "))
    assert preface == "  Asked: 80 words or more; one source or more."
    assert re.search(
        r"\(heading ##; always; 1[56][.\d]* points; at least 60 percent of them\)", third
    )
    assert "0.5 times the words and the sources of section 3, or more" in told
    assert "a numbered list of 2 items or more" in told
    assert "a complete list of 3 items or more" in told
    assert "a score; a year; a source" in told


def test_a_guide_says_when_a_key_and_a_sign_off_are_asked(run):
    told = run("types", "show", "kep").out
    when = "where status is implementable or implemented and latest-milestone is v1.21 or later"

    assert f"| {when} |" in told
    assert (
        "- one person of the role production-readiness, for section 6 and the front matter, " + when
    ) in told
    assert "- **4.1 User Stories (Optional)** (heading ###; optional)".replace("- ", "  - ") in told
    assert "| `heading-skips-level` | info | info |" in told
    assert "| `claim-stale`" not in told


def test_the_points_of_a_guide_add_up(run):
    for name in names():
        answer = run("types", "show", name, "--json").json
        scored = any(node.weight for node in shipped(name).nodes())
        assert round(sum(answer["points"].values()), 2) == (100 if scored else 0)
        assert answer["type"]["type"] == name


def test_a_guide_of_a_family_with_rules_of_its_own_names_both(run):
    told = run("types", "show", "eip").out

    assert "| `preamble-len-title` (value-length) | error | error |" in told
    assert "Where status is Withdrawn, every finding has the severity warning." in told
    assert "taken as it stands" in told


def test_a_guide_can_be_had_of_a_file(run, tmp_path):
    file = tmp_path / "memo.yaml"
    file.write_text(MEMO)

    told = run("types", "show", file)

    assert told.out.startswith("# Memo\n\nA decision to take, on two pages.\n")
    assert "for section 3 and the front matter, where subject is treaty" in told.out


def test_a_guide_of_what_is_no_type_is_refused(run, tmp_path):
    broken = tmp_path / "memo.yaml"
    broken.write_text(MEMO.replace("weight: 40", "wieght: 40"))

    refused(run("types", "show", "memo"), USAGE, "no brief type", ", ".join(names()))
    refused(run("types", "show", broken), USAGE, "line 30: sections.1.wieght")
    refused(run("types", "show", tmp_path / "none.yaml"), USAGE, "cannot be read")


# The schema


class Editor(yaml.SafeLoader):
    """Reads YAML as editors do, by the core schema of YAML 1.2."""


Editor.yaml_implicit_resolvers = {
    first: [(tag, found) for tag, found in pairs if not tag.endswith((":bool", ":timestamp"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Editor.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|false)$", re.IGNORECASE), list("tTfF")
)


@pytest.fixture(scope="module")
def schema():
    done = subprocess.run(
        [sys.executable, "-m", "desk.cli", "types", "schema"],
        capture_output=True,
        check=True,
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
    )
    return json.loads(done.stdout)


def faults(schema, text):
    """Return where an editor would mark a type, by path."""
    seen = yaml.load(text, Loader=Editor)
    return [
        ".".join(map(str, e.path)) for e in jsonschema.Draft7Validator(schema).iter_errors(seen)
    ]


def test_the_schema_is_one(schema):
    jsonschema.Draft7Validator.check_schema(schema)

    assert set(schema["properties"]["rules"]["properties"]) == set(RULES)
    undescribed = [
        f"{model}.{name}"
        for model, declared in schema["$defs"].items()
        for name, entry in declared.get("properties", {}).items()
        if model[0].isupper() and "description" not in entry
    ]
    assert undescribed == []


@pytest.mark.parametrize(("name", "text"), [*files(), ("memo", MEMO)], ids=lambda value: value[:9])
def test_the_schema_takes_a_type_as_an_editor_and_as_the_desk_reads_it(schema, name, text):
    as_read = dict(read(text).values)

    assert faults(schema, text) == []
    assert [*jsonschema.Draft7Validator(schema).iter_errors(as_read)] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('path: "1"', "path: 1"),
        ("weight: 30\n    floor", 'weight: "30"\n    floor'),
        ("required: true, guide", 'required: "yes", guide'),
        ("title: Question", "title: 2026"),
        ("about: A decision to take, on two pages.", "about:"),
        ("one_of: [open, decided]", "one_of: [1, 2.5, true]"),
    ],
)
def test_the_schema_takes_a_scalar_in_either_form(schema, before, after, tmp_path, run):
    assert MEMO.count(before) == 1
    text = MEMO.replace(before, after)
    (tmp_path / "memo.yaml").write_text(text)

    assert faults(schema, text) == []
    assert run("types", "show", tmp_path / "memo.yaml").code == 0


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("pass_mark: 70", "pass_mark: 101", "pass_mark"),
        ("pass_mark: 70", "pass_mark: most", "pass_mark"),
        ("pass_mark: 70", "pas_mark: 70", ""),
        ("version: 1\n", "", ""),
        ("type: memo", "type: Memo", "type"),
        ("kind: people", "kind: persons", "front_matter.keys.authors.kind"),
        ("prose: true", "prose: perhaps", "sections.0.prose"),
        (
            "should_hold: [number, year]",
            "should_hold: [proof]",
            "sections.1.fields.1.should_hold.0",
        ),
        ("section-thin: {words: 20}", "section-thin: {wrods: 20}", "rules.section-thin"),
        ("section-thin: {words: 20}", "section-thin: {words: few}", "rules.section-thin"),
        ("section-thin: {words: 20}", "section-thni: {words: 20}", "rules.section-thni"),
        ("section-thin: {words: 20}", "short: {is: section-thni}", "rules.short.is"),
        ("section-thin: {words: 20}", "short: {is: section-thin, wrods: 2}", "rules.short"),
        ("section-thin: {words: 20}", "keys-missing: {}", "rules.keys-missing"),
        ("severity: {draft: info", "severity: {draft: fatal", "rules.claim-stale"),
        ("count: 1}", "count: 0}", "signoff.0.count"),
        ("role: legal", "role: The lawyer", "signoff.1.role"),
    ],
)
def test_the_schema_marks_what_the_desk_refuses(schema, before, after, place, tmp_path, run):
    assert MEMO.count(before) == 1
    text = MEMO.replace(before, after)
    (tmp_path / "memo.yaml").write_text(text)

    assert place in faults(schema, text)
    refused(run("types", "show", tmp_path / "memo.yaml"), USAGE, "memo.yaml, line ")


# The skeleton

UNFINISHED = {
    "guidance-left",
    "front-matter-missing",
    "front-matter-invalid",
    "section-thin",
    "evidence-missing",
    "evidence-thin",
    "list-missing",
    "sources-missing",
    "recommendations-few",
    "sentences-few",
}


def skeleton(run, folder, slug, name, *words):
    """Return the skeleton that `briefs new` writes, and the report on it."""
    told = run("new", slug, "--type", name, "-o", folder, *words)
    assert told.code == 0, told
    text = (folder / f"{slug}.md").read_text("utf-8")
    draft, brief_type = opened(text.encode(), name, shipped)
    return text, hold_against(draft, brief_type)


@pytest.mark.parametrize(
    ("name", "slug", "words"),
    [
        ("country", "belgium", ("--country", "BE")),
        ("country", "belgium", ()),
        ("kep", "quiet-hours", ("--kep-number", "9001", "--authors", "@ada, @ben")),
        ("eip", "eip-9001", ()),
    ],
)
def test_a_fresh_skeleton_lacks_only_what_is_unfinished(run, tmp_path, name, slug, words):
    text, brief = skeleton(run, tmp_path, slug, name, *words)
    made = report(brief)

    assert list(brief.sections) == [node.path for node in shipped(name).nodes()]
    own = {rule for rule in shipped(name).rules if rule.startswith("preamble-")}
    assert {finding.rule for finding in made.findings} <= UNFINISHED | own
    assert made.score.total == (0 if made.score.sections else 100)
    guides = [
        g for node in shipped(name).nodes() for g in (node.guide, *(f.guide for f in node.fields))
    ]
    assert [guide for guide in guides if guide and guide not in text] == []


@pytest.mark.parametrize("name", ["country", "kep"])
def test_every_guidance_of_a_skeleton_is_found_to_be_left(run, tmp_path, name):
    text, brief = skeleton(run, tmp_path, "belgium", name)
    left = [f.line for f in report(brief, Mode.DRAFT).findings if f.rule == "guidance-left"]

    shown = [n for n, line in enumerate(text.split("\n"), 1) if "*Guidance: " in line]
    assert left == shown
    fields = sum(len(node.fields) for node in shipped(name).nodes())
    assert len(shown) == len(shipped(name).nodes()) + fields


def test_a_skeleton_holds_what_the_front_matter_was_said_to_say(run, tmp_path):
    words = (
        "--country",
        "be",
        "--as-of",
        "2026-03-01",
        "--tags",
        "ports, rail",
        "--region",
        "a: b",
    )
    _, brief = skeleton(run, tmp_path, "belgium", "country", *words)

    assert brief.title == "Belgium: Strategic U.S. Foreign Policy Analysis"
    assert brief.front.values == {
        "title": brief.title,
        "country": "BE",
        "authors": [{"name": "", "email": ""}],
        "as_of": "2026-03-01",
        "brief_type": "country",
        "region": "a: b",
        "tags": ["ports", "rail"],
    }


def test_a_skeleton_of_lines_holds_what_it_was_told_as_it_stands(run, tmp_path):
    words = ("--title", "Fees: a floor", "--author", "Ada <ada@example.org>")
    text, _ = skeleton(run, tmp_path, "eip-9001", "eip", *words)

    assert "\ntitle: Fees: a floor\n" in text
    assert "\nauthor: Ada <ada@example.org>\n" in text


def test_a_title_is_made_of_a_slug_of_words_and_of_no_other(run, tmp_path):
    titles = {
        slug: skeleton(run, tmp_path, slug, "kep")[1].key("title")
        for slug in ("quiet-hours", "9001-quiet-hours", "eip-1", "v2")
    }

    assert titles == {
        "quiet-hours": "Quiet Hours",
        "9001-quiet-hours": "Quiet Hours",
        "eip-1": "",
        "v2": "",
    }


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("country", ("--country", "XX"), "“XX” is no ISO 3166-1 code"),
        ("country", ("--contry", "BE"), "“contry” is no key of this type; write --country"),
        ("country", ("--zzz", "1"), "“zzz” is no key of this type; use title, country"),
        ("country", ("--as-of", "soon"), "--as_of: write a date as 2026-03-01"),
        ("country", ("--authors", "Ada"), "--authors: write a list of authors"),
        ("kep", ("--kep-number", "nine"), "--kep-number: write a whole number"),
    ],
)
def test_what_the_front_matter_cannot_say_is_refused_and_nothing_is_written(
    run, tmp_path, name, words, said
):
    refused(run("new", "belgium", "--type", name, "-o", tmp_path, *words), USAGE, said)
    assert [*tmp_path.iterdir()] == []


def test_a_skeleton_is_written_once_and_where_there_is_a_folder(run, tmp_path):
    assert run("new", "belgium", "-o", tmp_path).out == f"{tmp_path / 'belgium.md'}\n"

    refused(run("new", "belgium", "-o", tmp_path), REFUSED, "exists; take another slug")
    refused(run("new", "belgium", "-o", tmp_path / "no"), REFUSED, "cannot be written")


def test_a_draft_that_does_not_name_its_type_is_told_how_it_is_checked(run, tmp_path):
    file = tmp_path / "quiet-hours.md"

    told = run("new", "quiet-hours", "--type", "kep", "-o", tmp_path)

    assert told.err == (
        f"its front matter does not name its type: briefs check {file} --type kep\n"
    )
    assert run("check", file, "--type", "kep").code == REFUSED
    assert run("new", "belgium", "--type", "country", "-o", tmp_path).err == ""


def test_a_skeleton_of_a_desks_own_type(desk, run, tmp_path):
    (desk / "policy" / "types" / "memo.yaml").write_text(MEMO)

    told = run(
        "new", "bridge", "--type", "memo", "--desk", desk, "--subject", "treaty", "-o", tmp_path
    )
    text = (tmp_path / "bridge.md").read_text("utf-8")

    assert told.code == 0
    assert "\nbrief_type: memo\nsubject: treaty\n# status: (one of open, decided)\n" in text
    assert "# decided_on: Give the day of the decision. (asked where status is decided)\n" in text


# A sign-off with a condition, from policy to quorum

EVA = """
  - id: eva
    name: Eva Lind
    email: eva@example.org
    roles: [production-readiness]
"""


@pytest.fixture
def kep(desk, run, tmp_path):
    """A desk with somebody for production readiness, and a folder with the proposal."""
    people = desk / "policy" / "people.yaml"
    account = re.search(r"accounts: (\[.*\])", people.read_text())[0]
    people.write_text(people.read_text().rstrip() + EVA + f"    {account}\n")
    assert run("policy", "check").err == ""
    assert run("policy", "apply", "--as", "zoe-vance").code == 0
    draft = tmp_path / "kep"
    draft.mkdir()
    for name in ("README.md", "kep.yaml"):
        (draft / name).write_text((KEP / name).read_text("utf-8"))
    return draft


def submitted(run, draft, desk):
    told = run(
        "submit", draft / "README.md", "--slug", "quiet-hours", "--type", "kep", "--as", "ada"
    )
    assert told.code == 0, told
    carry_on(desk, "quiet-hours")
    return record(desk, "quiet-hours")


def approved(run, desk, person, *sections):
    words = ("--sections", *sections) if sections else ()
    shown = digest(desk, "quiet-hours")
    told = run("approve", "quiet-hours", "--as", person, "--digest", shown, *words)
    assert told.code == 0, told
    return record(desk, "quiet-hours")["stage"]


def edited(draft, before, after):
    text = (draft / "kep.yaml").read_text()
    assert text.count(before) == 1
    (draft / "kep.yaml").write_text(text.replace(before, after))


def test_a_proposal_that_can_be_built_waits_for_production_readiness(desk, run, kep):
    state = submitted(run, kep, desk)
    condition = {
        "latest-milestone": {"at_least": "v1.21", "one_of": []},
        "status": {"at_least": "", "one_of": ["implementable", "implemented"]},
    }

    assert state["rules"] == [
        {"sections": ["*"], "role": "reviewer", "count": 1},
        {
            "sections": ["6", "@front"],
            "role": "production-readiness",
            "count": 1,
            "when": condition,
        },
    ]
    assert approved(run, desk, "ben") == "in review"
    assert run("status", "quiet-hours", "--json").json["needs"] == [
        "get 1 more sign-off by role production-readiness on sections 6, @front: eva can give it"
    ]
    assert approved(run, desk, "eva", "6", "@front") == "approved"


def test_another_stage_voids_what_was_signed(desk, run, kep):
    submitted(run, kep, desk)
    approved(run, desk, "eva", "6", "@front")
    edited(kep, "stage: alpha", "stage: beta")

    submitted(run, kep, desk)

    assert approved(run, desk, "ben") == "in review"
    assert approved(run, desk, "eva", "6", "@front") == "approved"


def test_another_text_elsewhere_leaves_it_standing(desk, run, kep):
    submitted(run, kep, desk)
    approved(run, desk, "eva", "6", "@front")
    text = (kep / "README.md").read_text().replace("Another object to learn", "One object more")
    (kep / "README.md").write_text(text)

    submitted(run, kep, desk)

    assert approved(run, desk, "ben") == "approved"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("status: implementable", "status: provisional"),
        ('"v1.36"\nmilestone', '"v1.20"\nmilestone'),
    ],
)
def test_one_that_cannot_be_built_yet_does_not_wait(desk, run, kep, before, after):
    edited(kep, before, after)

    state = submitted(run, kep, desk)

    assert [rule["role"] for rule in state["rules"]] == ["reviewer"]
    assert approved(run, desk, "ben") == "approved"


def test_a_desk_that_never_uses_a_type_hears_nothing_of_its_roles(desk, run):
    assert run("policy", "check").code == 0
    assert "production-readiness" not in run("policy", "show").out
