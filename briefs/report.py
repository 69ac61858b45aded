"""The report on one revision: findings and score, as it is committed beside the text."""

from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, TypeAdapter, ValidationError

from briefs.brief import Brief
from briefs.canonical import canonical, sha256
from briefs.errors import UnreadableRecord
from briefs.findings import Finding, Mode, Severity
from briefs.rules import check
from briefs.score import Score, completeness


@dataclass(frozen=True, slots=True)
class Report:
    """Findings and score of exactly these bytes.

    `on` is the day of the judgement, on which findings of what is out of date depend; empty where
    the day of the brief's facts was taken.
    """

    digest: str
    mode: Mode
    findings: tuple[Finding, ...]
    score: Score
    on: str = ""

    __pydantic_config__ = ConfigDict(extra="forbid")

    @property
    def errors(self) -> int:
        """How many findings block."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings advise."""
        return sum(finding.severity is Severity.WARNING for finding in self.findings)

    def json(self) -> bytes:
        """Return the report as canonical JSON."""
        return canonical(_adapter().dump_python(self, mode="json"))


def report(brief: Brief, mode: Mode = Mode.SUBMIT) -> Report:
    """Return the report on `brief`."""
    on = brief.around.on
    found = check(brief, mode)
    return Report(
        sha256(brief.draft.data), mode, found, completeness(brief), on.isoformat() if on else ""
    )


def read_report(data: bytes) -> Report:
    """Return the report in `data`, as `Report.json` wrote it. Raises `UnreadableRecord`."""
    try:
        return _adapter().validate_json(data)
    except ValidationError as error:
        raise UnreadableRecord(
            "report.json is of an unknown form; use the version of the program that wrote it"
        ) from error


@cache
def _adapter() -> TypeAdapter[Report]:
    return TypeAdapter(Report)  # built when first needed: checking a draft never does
