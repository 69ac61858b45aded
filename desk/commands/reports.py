"""How the report on a draft is shown: for people, for programs, for code hosts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from briefs.errors import BriefError, MalformedBrief
from briefs.findings import Severity
from briefs.report import Report
from desk import output

Reports: TypeAlias = Mapping[Path, Report | MalformedBrief]
_SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def clean(found: Report | MalformedBrief) -> bool:
    """Say whether a draft could go to review."""
    return isinstance(found, Report) and not found.errors and found.score.passed


def as_text(reports: Reports) -> None:
    """Print a line a finding, then a bar for each section that lost points, then the score."""
    for file, found in reports.items():
        if isinstance(found, BriefError):
            output.say(f"{file}:{found.line or 1}: {output.styled('error', 'error')} {found}")
            continue
        for f in found.findings:
            severity = output.styled(str(f.severity), str(f.severity))
            output.say(f"{file}:{f.line}: {severity} {f.message} [{f.rule}]")
        _score(found)
        verdict = "passes" if clean(found) else "does not pass"
        output.say(
            f"{file}: {found.errors} errors, {found.warnings} warnings, "
            f"score {found.score.total} of 100 (pass mark {found.score.pass_mark}): {verdict}"
        )


def as_json(reports: Reports) -> None:
    """Print the envelope: findings and score of each file."""
    output.envelope(files=[_file(file, found) for file, found in reports.items()])


def as_github(reports: Reports) -> None:
    """Print workflow commands, which GitHub shows as annotations."""
    for file, found in reports.items():
        for f in _findings(file, found):
            level = "notice" if f["severity"] == "info" else f["severity"]
            name = _escaped(str(file)).replace(":", "%3A").replace(",", "%2C")
            place = f"file={name},line={f['line']},col={f['column']},title={f['rule']}"
            output.say(f"::{level} {place}::{_escaped(str(f['message']))}")


def _escaped(text: str) -> str:
    # %, CR and LF are the three that GitHub reads in a message.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def as_sarif(reports: Reports) -> None:
    """Print a SARIF 2.1.0 log."""
    results = [
        {
            "ruleId": f["rule"],
            "level": _LEVELS[Severity(f["severity"])],
            "message": {"text": f["message"]},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": str(file)},
                        "region": {"startLine": f["line"], "startColumn": f["column"]},
                    }
                }
            ],
        }
        for file, found in reports.items()
        for f in _findings(file, found)
    ]
    driver = {
        "name": "briefs",
        "rules": [{"id": r} for r in sorted({x["ruleId"] for x in results})],
    }
    run = {"tool": {"driver": driver}, "results": results}
    output.say(json.dumps({"version": "2.1.0", "$schema": _SARIF, "runs": [run]}, indent=2))


def _score(found: Report) -> None:
    short = [section for section in found.score.sections if section.lost]
    for section in short:
        lost = (section.weight - section.earned) / 100
        output.say(
            f"  {output.bar(section.percent)} {section.percent:3d} %  "
            f"{section.path} {section.title} (line {section.line or '-'}): {lost:.2f} points lost"
        )
        for loss in section.lost:
            output.say(f"      {loss.hundredths / 100:.2f}: {loss.reason}")


def _findings(file: Path, found: Report | MalformedBrief) -> list[dict[str, Any]]:
    if isinstance(found, MalformedBrief):
        return [
            {
                "file": str(file),
                "line": found.line or 1,
                "column": 1,
                "severity": "error",
                "rule": "malformed",
                "message": f"{found.what}; {found.remedy}",
            }
        ]
    return [
        {
            "file": str(file),
            "line": f.line,
            "column": f.column,
            "severity": str(f.severity),
            "rule": f.rule,
            "message": f.message,
        }
        for f in found.findings
    ]


def _file(file: Path, found: Report | MalformedBrief) -> dict[str, Any]:
    findings = _findings(file, found)
    if isinstance(found, MalformedBrief):
        return {"file": str(file), "findings": findings, "score": None}
    score = found.score
    return {
        "file": str(file),
        "digest": found.digest,
        "findings": findings,
        "score": {
            "total": score.total,
            "pass_mark": score.pass_mark,
            "passed": score.passed,
            "rubric": score.rubric,
            "sections": [
                {
                    "path": s.path,
                    "title": s.title,
                    "line": s.line,
                    "weight": s.weight / 100,
                    "earned": s.earned / 100,
                    "lost": [{"points": x.hundredths / 100, "reason": x.reason} for x in s.lost],
                }
                for s in score.sections
            ],
        },
    }


FORMATS: Final = {"text": as_text, "json": as_json, "github": as_github, "sarif": as_sarif}
