"""For whoever must be able to swear to it: replay the records, with no desk and no network."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from briefs.keys import BadKey, fingerprint, public_key
from desk import exits, output
from desk.options import Where
from desk.request import BadRequest
from tasks import verify as proof
from tasks.settings import find_desk


def verify(
    slugs: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    /,
    *,
    repository: Path | None = None,
    desk_key: Path | None = None,
    all: Annotated[bool, Parameter(negative="")] = False,
    options: Where | None = None,
) -> int:
    """Replay the history of briefs from raw Git, and name the first thing that does not hold.

    Exit code 0: everything holds; 1: something does not.

    Parameters
    ----------
    slugs
        The briefs; all of them, where none is named.
    repository
        A clone of the content repository, in place of a desk.
    desk_key
        The desk's public key as you know it from elsewhere; the repository must rest on it.
    all
        All briefs, said aloud.
    """
    options = options or Where()
    if all and slugs:
        raise BadRequest("name briefs, or say --all")
    where = repository or find_desk(options.desk).content
    report = proof.briefs(where, slugs, _trusted(desk_key))
    if options.json:
        output.envelope(
            holds=report.holds,
            desk_keys=[fingerprint(key) for key in report.keys],
            policies=report.policies,
            fault=report.fault,
            briefs=[_plain(verdict) for verdict in report.verdicts],
        )
    else:
        _tell(report)
    return exits.DONE if report.holds else exits.REFUSED


def _tell(report: proof.Report) -> None:
    for key in report.keys:
        output.note(f"all of this rests on the desk's key {fingerprint(key)}")
    if report.fault:
        output.say(f"{output.styled('✗', 'error')} {report.fault}")
    for verdict in report.verdicts:
        if verdict.fault:
            output.say(f"{output.styled('✗', 'error')} {verdict.slug}: {verdict.fault}")
            continue
        output.say(
            f"{output.styled('✓', 'good')} {verdict.slug}: {_many(verdict.records, 'record')}, "
            f"{_many(verdict.revisions, 'revision')}, {verdict.personal} personal and "
            f"{verdict.witnessed} witnessed sign-offs, {_many(verdict.editions, 'edition')}"
        )
        for note in verdict.notes:
            output.say(f"  note: {note}")
    if not report.verdicts and not report.fault:
        output.say("no brief yet: there is nothing to verify")


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _plain(verdict: proof.Verdict) -> dict[str, object]:
    return {
        "slug": verdict.slug,
        "holds": not verdict.fault,
        "fault": verdict.fault,
        "records": verdict.records,
        "revisions": verdict.revisions,
        "personal": verdict.personal,
        "witnessed": verdict.witnessed,
        "editions": verdict.editions,
        "notes": list(verdict.notes),
    }


def _trusted(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        return [public_key(path.read_text("utf-8"))]
    except (OSError, UnicodeDecodeError, BadKey) as error:
        raise BadRequest(
            f"{path} is no public key ({error}); name a file like keys/desk.pub"
        ) from error
