"""For whoever runs the desk: make one, serve it, look after it."""

import getpass
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from briefs.errors import BadPolicy, BriefError
from briefs.instants import stamp
from briefs.policy import FILES
from briefs.slugs import nearest
from desk import client, exits, output
from desk.commands.policy import policy_files, read_policy
from desk.options import Where
from desk.prefect_settings import embedded
from desk.serve import reconcile_here, serve
from tasks import acts
from tasks.agreed import current_policy, desk_key, establish, sound
from tasks.repository import Content, RepositoryError, remote, upkeep
from tasks.repository.content import KEY
from tasks.settings import Desk, find_desk, open_desk
from tasks.signatures import make_key
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
    name, mail = match.groups()
    texts = _first_texts(name, mail, sample)
    sound({name: texts[f"policy/{name}"] for name in FILES}, first=True)
    try:
        if folder.exists() and any(folder.iterdir()):
            raise BriefError(f"{folder} is not empty; name another folder")
        _furnish(folder, name, mail, sample)
    except OSError as error:
        raise BriefError(
            f"{folder} cannot be made ({error.strerror}); name another folder"
        ) from error
    desk = open_desk(folder)
    establish(desk.content, policy_files(desk.policy), _id(name), acts.now())
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
    yield "git", "" if shutil.which("git") else "install it: apt install git"
    yield "ssh-keygen", "" if shutil.which("ssh-keygen") else _NO_SSH
    yield "Git's version", _git_too_old()
    try:
        desk = find_desk(named)
    except BriefError as error:
        yield "the desk", str(error)
        return
    yield f"the desk {desk.root}", ""
    yield "the content repository", _content_fault(desk)
    yield "the desk's key", _key_fault(desk)
    yield "the remote", _remote_fault(desk)
    yield "the files in policy/", _policy_fault(desk)
    serving = client.running(desk)
    yield "briefs serve", "" if serving else "start it, or run briefs reconcile from time to time"


_NO_SSH = (
    "install it: apt install openssh-client; without it nobody signs with a key of their own, "
    "and what the desk witnesses works all the same"
)


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


def _remote_fault(desk: Desk) -> str:
    try:
        with Content(desk.content) as content:
            return "; ".join(remote.alarm(content))
    except BriefError as error:
        return str(error)


def _key_fault(desk: Desk) -> str:
    try:
        with Content(desk.content) as content:
            key = desk_key(content, current_policy(content))
    except BriefError as error:
        return str(error)
    return "" if key else "name it in policy.yaml, under desk_keys, and run briefs policy apply"


def _policy_fault(desk: Desk) -> str:
    try:
        found = read_policy(desk)
        with Content(desk.content) as content:
            if current_policy(content).version != found.version:
                return "they differ from what counts: briefs policy apply"
    except (BriefError, RepositoryError) as error:
        return str(error)
    return ""


def _refuse_checkout(folder: Path) -> None:
    program = Path(__file__).resolve().parents[2]
    if (program / "pyproject.toml").exists() and folder.resolve().is_relative_to(program):
        raise BriefError(f"{folder} lies in the program's own checkout; name a folder outside it")


def _id(name: str) -> str:
    return nearest(name) or "admin"


def _first_texts(name: str, mail: str, sample: bool, key: str = "") -> dict[str, str]:
    values = {
        "name": name,
        "mail": mail,
        "id": _id(name),
        "account": getpass.getuser(),
        "sample": sample,
        "made": stamp(acts.now()),
        "key": key,
    }
    files = ("desk.yaml", *(f"policy/{name}" for name in FILES))
    return {file: render(f"desk/{Path(file).name}.j2", values) for file in files}


def _furnish(folder: Path, name: str, mail: str, sample: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("policy/types", "site", "outbox", "state"):
        (folder / part).mkdir(parents=True)
    (folder / KEY).parent.mkdir(mode=0o700)
    key = make_key(folder / KEY)
    for target, text in _first_texts(name, mail, sample, key).items():
        (folder / target).write_text(text, "utf-8")
    if sample:
        shutil.copyfile(TEMPLATES / "sample" / f"{SAMPLE}.md", folder / f"{SAMPLE}.md")
