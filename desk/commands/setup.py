"""For whoever runs the desk: make one, serve it, look after it."""

import getpass
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from briefs.errors import BadPolicy, BriefError
from briefs.instants import stamp
from briefs.policy import FILES
from briefs.slugs import nearest
from desk import client, exits, output
from desk.commands.policy import policy_files, policy_of, read_policy
from desk.options import Where
from desk.prefect_settings import embedded
from desk.serve import reconcile_here, serve
from tasks import acts
from tasks.repository import Content, RepositoryError, upkeep
from tasks.settings import Desk, find_desk, open_desk
from tasks.words import TEMPLATES, render

SAMPLE = "portugal"


def init(folder: Path, /, *, admin: str, sample: bool = False) -> int:
    """Make a desk: settings, content repository, and a first policy for the admin to complete.

    Parameters
    ----------
    folder
        The folder to make; it must not exist, or be empty.
    admin
        Who looks after the desk, as "Name <mail>".
    sample
        Add three people who all map to this account, and the sample brief as a draft.
    """
    match = re.fullmatch(r"\s*([^<>]+?)\s*<([^<>@\s]+@[^<>@\s]+)>\s*", admin)
    if not match:
        raise BadPolicy(f"“{admin[:60]}” is not of the form Name <mail>; write it so")
    _refuse_checkout(folder)
    upkeep.need_git()
    texts = _first_texts(match.group(1), match.group(2), sample)
    policy_of({name: texts[f"policy/{name}"] for name in FILES})
    try:
        if folder.exists() and any(folder.iterdir()):
            raise BriefError(f"{folder} is not empty; name another folder")
        _furnish(folder, texts, sample)
    except OSError as error:
        raise BriefError(
            f"{folder} cannot be made ({error.strerror}); name another folder"
        ) from error
    desk = open_desk(folder)
    upkeep.establish(desk.content, policy_files(desk.policy), acts.now())
    output.say(f"{folder}: a desk. Next: complete policy/people.yaml, then briefs policy apply")
    if sample:
        output.say(
            f"the people ada, ben and cleo all map to the account {getpass.getuser()}, "
            f"for trying things out; the sample brief is {folder / f'{SAMPLE}.md'}"
        )
    return exits.DONE


def serve_desk(*, port: int | None = None, desk: Path | None = None) -> int:
    """Serve the desk: Prefect with its pages, the clock, and this desk's socket.

    Parameters
    ----------
    port
        The port of Prefect's pages; else the one of desk.yaml. 0: any free one.
    desk
        The desk's folder; else BRIEFS_DESK, else the nearest one upwards.
    """
    serve(find_desk(desk), port)
    return exits.DONE


def reconcile(*, options: Where | None = None) -> int:
    """Finish whatever is unfinished, here and now: submissions, publications, announcements."""
    options = options or Where()
    desk = find_desk(options.desk)
    if client.running(desk):
        answer: dict[str, Any] = client.call(desk, "POST", "/reconcile")
    else:
        with Content(desk.content) as content:
            for sentence in upkeep.start_up(content):
                output.note(sentence)
        answer = {"message": reconcile_here(desk, embedded(desk))}
    if options.json:
        output.envelope(**answer)
    else:
        output.say(str(answer["message"]))
    return exits.DONE


def doctor(*, options: Where | None = None) -> int:
    """Show what is set up, what is missing, and how to mend it."""
    options = options or Where()
    faults = 0
    rows: list[dict[str, Any]] = []
    for what, fault in _checks(options.desk):
        faults += bool(fault)
        rows.append({"what": what, "fault": fault})
    if options.json:
        output.envelope(checks=rows)
    else:
        for row in rows:
            mark = output.styled("✗", "error") if row["fault"] else output.styled("✓", "good")
            output.say(f"{mark} {row['what']}" + (f": {row['fault']}" if row["fault"] else ""))
    return exits.REFUSED if faults else exits.DONE


def _checks(named: Path | None) -> Iterator[tuple[str, str]]:
    for name, package in (("git", "git"), ("ssh-keygen", "openssh-client")):
        yield name, "" if shutil.which(name) else f"install it: apt install {package}"
    yield "Git's version", _git_too_old()
    try:
        desk = find_desk(named)
    except BriefError as error:
        yield "the desk", str(error)
        return
    yield f"the desk {desk.root}", ""
    yield "the content repository", _content_fault(desk)
    yield "the files in policy/", _policy_fault(desk)
    serving = client.running(desk)
    yield "briefs serve", "" if serving else "start it, or run briefs reconcile from time to time"


def _git_too_old() -> str:
    done = subprocess.run(["git", "version"], capture_output=True, text=True, check=False)
    match = re.search(r"(\d+)\.(\d+)", done.stdout)
    # 2.36 is the first that makes refs durable (core.fsync).
    if match and (int(match.group(1)), int(match.group(2))) >= (2, 36):
        return ""
    return f"install 2.36 or newer: this is {done.stdout.strip() or 'unknown'}"


def _content_fault(desk: Desk) -> str:
    try:
        with Content(desk.content) as content:
            faults = upkeep.faults_of(content)
            for tip in content.slugs().values():
                content.state(tip)
    except BriefError as error:
        return str(error)
    return "; ".join(faults)


def _policy_fault(desk: Desk) -> str:
    try:
        found = read_policy(desk)
        with Content(desk.content) as content:
            if acts.current_policy(content).version != found.version:
                return "they differ from what counts: briefs policy apply"
    except (BriefError, RepositoryError) as error:
        return str(error)
    return ""


def _refuse_checkout(folder: Path) -> None:
    program = Path(__file__).resolve().parents[2]
    if (program / "pyproject.toml").exists() and folder.resolve().is_relative_to(program):
        raise BriefError(f"{folder} lies in the program's own checkout; name a folder outside it")


def _first_texts(name: str, mail: str, sample: bool) -> dict[str, str]:
    values = {
        "name": name,
        "mail": mail,
        "id": nearest(name) or "admin",
        "account": getpass.getuser(),
        "sample": sample,
        "made": stamp(acts.now()),
    }
    files = ("desk.yaml", *(f"policy/{name}" for name in FILES))
    return {file: render(f"desk/{Path(file).name}.j2", values) for file in files}


def _furnish(folder: Path, texts: Mapping[str, str], sample: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("policy/types", "site", "outbox", "state"):
        (folder / part).mkdir(parents=True)
    for target, text in texts.items():
        (folder / target).write_text(text, "utf-8")
    if sample:
        shutil.copyfile(TEMPLATES / "sample" / f"{SAMPLE}.md", folder / f"{SAMPLE}.md")
