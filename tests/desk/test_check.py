"""`briefs check`: what it is judged for, and which file a finding stands in."""

import json
import re

import pytest

from tests.briefs.samples import SAMPLE

STALE = "renew the claim of"


@pytest.fixture
def sample(tmp_path):
    file = tmp_path / "portugal.md"
    file.write_text(SAMPLE, "utf-8")
    return file


def rules(told):
    (file,) = told.json["files"]
    return {finding["rule"] for finding in file["findings"]}


def test_a_claim_lapses_with_the_day_that_the_draft_is_judged_for(run, sample):
    fresh = run("check", sample, "--at", "2025-07-01", "--format", "json")
    later = run("check", sample, "--at", "2029-07-01", "--format", "json")

    assert (fresh.code, rules(fresh)) == (0, set())
    assert "claim-stale" in rules(later)
    assert later.json["files"][0]["on"] == "2029-07-01"


def test_a_moment_with_its_zone_names_a_day_too(run, sample):
    told = run("check", sample, "--at", "2025-07-01 23:30 America/New_York", "--format", "json")

    assert told.json["files"][0]["on"] == "2025-07-02"


@pytest.mark.parametrize("at", ["soon", "2025-13-01", "2025-07-01 25:00"])
def test_what_is_no_day_is_refused(run, sample, at):
    told = run("check", sample, "--at", at)

    assert told.code != 0 and told.out == "" and at in told.err


def test_every_section_has_its_bar_and_every_point_lost_its_line(run, sample):
    sample.write_text(
        SAMPLE.replace("[State", "[Staat").replace("## Crises", "## Troubles"), "utf-8"
    )
    told = run("check", sample, "--at", "2025-07-01")
    bars = re.findall(r"^  [█·]{20} +(\d+) %", told.out, re.M)
    score = run("check", sample, "--at", "2025-07-01", "--format", "json").json["files"][0]["score"]

    assert len(bars) == len(score["sections"])
    assert bars.count("0") == 1
    lost = [loss for section in score["sections"] for loss in section["lost"]]
    assert sum(loss["points"] for loss in lost) == pytest.approx(
        100 - sum(section["earned"] for section in score["sections"])
    )


def test_a_finding_that_fmt_mends_carries_its_fix_in_json_and_in_sarif(run, sample):
    sample.write_text(SAMPLE.replace("## Crises", "## **Crises**"), "utf-8")
    line = SAMPLE.split("\n").index("## Crises") + 1

    (file,) = run("check", sample, "--at", "2025-07-01", "--format", "json").json["files"]
    (run_,) = run("check", sample, "--at", "2025-07-01", "--format", "sarif").json["runs"]

    (finding,) = file["findings"]
    assert finding["fix"] == {"first": line, "last": line, "lines": ["## Crises"]}
    (result,) = run_["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {
                "startLine": line,
                "startColumn": 1,
                "endLine": line + 1,
                "endColumn": 1,
            },
            "insertedContent": {"text": "## Crises\n"},
        }
    ]
    (rule,) = run_["tool"]["driver"]["rules"]
    assert rule["id"] == "heading-bold" and rule["shortDescription"]["text"]


def test_metadata_beside_the_text_is_read_there_and_its_findings_stand_there(run, tmp_path):
    (tmp_path / "README.md").write_text("# KEP-1: A\n\n## Summary\n\nText.\n", "utf-8")
    (tmp_path / "kep.yaml").write_text("title: A\nstatus: imlpemented\n", "utf-8")

    told = run("check", tmp_path / "README.md", "--type", "kep", "--format", "json")
    findings = told.json["files"][0]["findings"]

    assert told.code == 1
    status = [f for f in findings if f["line"] == 2 and "implemented" in f["message"]]
    assert [f["file"] for f in status] == [str(tmp_path / "kep.yaml")]
    assert {f["file"] for f in findings if f["rule"] == "section-missing"} == {
        str(tmp_path / "README.md")
    }


def test_the_annotations_of_a_host_name_file_line_and_column(run, sample):
    sample.write_text(SAMPLE.replace("## Crises", "## **Crises**"), "utf-8")

    told = run("check", sample, "--at", "2025-07-01", "--format", "github")

    assert re.fullmatch(
        rf"::warning file={re.escape(str(sample))},line=\d+,col=\d+,title=heading-bold::.+\n",
        told.out,
    )
    assert json.dumps(told.err)
