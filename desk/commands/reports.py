"""How the report on a draft is shown: for people, for programs, for code hosts."""

import inspect
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from briefs.errors import BriefError, MalformedBrief
from briefs.findings import Finding, Fix, Severity
from briefs.report import Report
from briefs.rules import RULES
from desk import output


class Judged(NamedTuple):
    """The report on a draft, and the file that holds its front matter."""

    report: Report
    front: Path


Reports: TypeAlias = Mapping[Path, Judged | MalformedBrief]
_SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_FRONT: Final = "@front"


def clean(found: Judged | MalformedBrief) -> bool:
    """Say whether a draft could go to review."""
    return isinstance(found, Judged) and not found.report.errors and found.report.score.passed


def as_text(reports: Reports) -> None:
    """Print a line a finding, then a bar for each section, then the score."""
    for file, found in reports.items():
        if isinstance(found, BriefError):
            output.say(f"{file}:{found.line or 1}: {output.styled('error', 'error')} {found}")
            continue
        report = found.report
        for f in report.findings:
            severity = output.styled(str(f.severity), str(f.severity))
            place = f"{_file_of(file, found, f)}:{f.line}:{f.column}"
            output.say(f"{place}: {severity} {f.message} {output.styled(f'[{f.rule}]', 'dim')}")
        _score(report)
        verdict = "passes" if clean(found) else "does not pass"
        marked = report.score.sections
        score = f"score {report.score.total} of 100 (pass mark {report.score.pass_mark})"
        output.say(
            f"{file}: {report.errors} errors, {report.warnings} warnings"
            f"{f', {score}' if marked else ''}: {verdict}"
        )
        if mended := sum(f.fix is not None for f in report.findings):
            output.note(f"briefs fmt {file} mends {mended} of these findings")


def as_json(reports: Reports) -> None:
    """Print the envelope: findings and score of each file."""
    output.envelope(files=[_file(file, found) for file, found in reports.items()])


def as_github(reports: Reports) -> None:
    """Print workflow commands, which GitHub shows as annotations."""
    for file, found in reports.items():
        for f in _findings(file, found):
            level = "notice" if f["severity"] == "info" else f["severity"]
            name = _escaped(str(f["file"])).replace(":", "%3A").replace(",", "%2C")
            place = f"file={name},line={f['line']},col={f['column']},title={f['rule']}"
            output.say(f"::{level} {place}::{_escaped(str(f['message']))}")


def _escaped(text: str) -> str:
    # %, CR and LF are the three that GitHub reads in a message.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def as_sarif(reports: Reports) -> None:
    """Print a SARIF 2.1.0 log: results with their fixes, and each rule with what is right."""
    results = [_result(f) for file, found in reports.items() for f in _findings(file, found)]
    rules = [_described(name) for name in sorted({result["ruleId"] for result in results})]
    driver = {"name": "briefs", "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    output.say(json.dumps({"version": "2.1.0", "$schema": _SARIF, "runs": [run]}, indent=2))


def _result(f: Mapping[str, Any]) -> dict[str, Any]:
    uri = {"uri": f["file"]}
    region = {"startLine": f["line"], "startColumn": f["column"]}
    result: dict[str, Any] = {
        "ruleId": f["rule"],
        "level": _LEVELS[Severity(f["severity"])],
        "message": {"text": f["message"]},
        "locations": [{"physicalLocation": {"artifactLocation": uri, "region": region}}],
    }
    if fix := f.get("fix"):
        change = {"artifactLocation": uri, "replacements": [_replacement(fix)]}
        result["fixes"] = [{"artifactChanges": [change]}]
    return result


def _replacement(fix: Mapping[str, Any]) -> dict[str, Any]:
    region = {"startLine": fix["first"], "startColumn": 1}
    region |= {"endLine": max(fix["last"] + 1, fix["first"]), "endColumn": 1}
    text = "".join(f"{line}\n" for line in fix["lines"])
    return {"deletedRegion": region, "insertedContent": {"text": text}}


def _described(name: str) -> dict[str, Any]:
    if (rule := RULES.get(name)) is None:  # a type's own name for a rule, or what intake refuses
        return {"id": name}
    head, _, examples = (inspect.getdoc(rule.judge) or "").partition("\n\n")
    return {
        "id": name,
        "shortDescription": {"text": " ".join(head.split())},
        "help": {"text": examples},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _score(found: Report) -> None:
    for section in found.score.sections:
        output.say(
            f"  {output.bar(section.percent)} {section.percent:3d} %  "
            f"{section.earned / 100:5.2f} of {section.weight / 100:5.2f}  "
            f"{section.path} {section.title}"
        )
        for loss in section.lost:
            where = f"line {loss.line}: " if loss.line else ""
            output.say(f"      {where}{loss.hundredths / 100:.2f} points lost: {loss.reason}")


def _file_of(file: Path, found: Judged, finding: Finding) -> str:
    return str(found.front if finding.node == _FRONT else file)


def _findings(file: Path, found: Judged | MalformedBrief) -> list[dict[str, Any]]:
    if isinstance(found, MalformedBrief):
        return [
            {
                "file": str(file),
                "line": found.line or 1,
                "column": 1,
                "severity": "error",
                "rule": "malformed",
                "message": f"{found.what}; {found.remedy}",
                "node": "",
            }
        ]
    return [
        {
            "file": _file_of(file, found, f),
            "line": f.line,
            "column": f.column,
            "severity": str(f.severity),
            "rule": f.rule,
            "message": f.message,
            "node": f.node,
            **({"fix": _fix(f.fix)} if f.fix else {}),
        }
        for f in found.report.findings
    ]


def _fix(fix: Fix) -> dict[str, Any]:
    return {"first": fix.first, "last": fix.last, "lines": list(fix.lines)}


def _file(file: Path, found: Judged | MalformedBrief) -> dict[str, Any]:
    findings = _findings(file, found)
    if isinstance(found, MalformedBrief):
        return {"file": str(file), "findings": findings, "score": None}
    report, score = found.report, found.report.score
    return {
        "file": str(file),
        "digest": report.digest,
        "mode": str(report.mode),
        "on": report.on,
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
                    "lost": [
                        {"points": x.hundredths / 100, "line": x.line, "reason": x.reason}
                        for x in s.lost
                    ],
                }
                for s in score.sections
            ],
        },
    }


FORMATS: Final = {"text": as_text, "json": as_json, "github": as_github, "sarif": as_sarif}
