"""What the team agrees on: people, rights, types. Checked before it counts."""

import os
from pathlib import Path

from cyclopts import App

from briefs.amendment import missing
from briefs.errors import BadPolicy
from briefs.people import DESK
from briefs.policy import RIGHTS, Policy
from briefs.record import Actor
from briefs.soundness import shortages
from desk import exits, output
from desk.options import Where, Writing
from desk.persons import account_name, person_of, refuse_foreign_account
from tasks import acts, signatures
from tasks.agreed import Result, agree, current_policy, followed, proposal, propose, sound
from tasks.repository import Content
from tasks.settings import Desk, find_desk
from tasks.signers import revoked
from tasks.signers import signers as keys_of

app = App(name="policy", help="What the team agrees on: people, rights, types.")


@app.command
def show(*, options: Where | None = None) -> int:
    """Show who is who, and who may do what, as it counts now."""
    options = options or Where()
    with Content(find_desk(options.desk).content) as content:
        agreed = current_policy(content)
        waits = proposal(content)
    rights = {action: list(agreed.may(action)) for action in RIGHTS}
    if options.json:
        people = [person.model_dump(mode="json") for person in agreed.people]
        proposed = waits.version if waits else None
        output.envelope(version=agreed.version, people=people, rights=rights, proposed=proposed)
        return exits.DONE
    rows = [(p.id, p.name, ", ".join(p.roles), ", ".join(p.accounts)) for p in agreed.people]
    output.say(output.table(rows, ("person", "name", "roles", "accounts")))
    output.say()
    output.say(output.table([(a, ", ".join(r)) for a, r in rights.items()], ("may", "roles")))
    output.note(f"policy {agreed.version[:12]}")
    if waits:
        output.note(f"{waits.version[:12]} is proposed by {waits.by}: {missing(waits, agreed)}")
    return exits.DONE


@app.command
def check(*, options: Where | None = None) -> int:
    """Say what is wrong with the files in policy/, and change nothing."""
    options = options or Where()
    desk = find_desk(options.desk)
    texts = {name: data.decode("utf-8") for name, data in policy_files(desk.policy).items()}
    with Content(desk.content) as content:
        found = followed(content, current_policy(content), texts)
    for sentence in shortages(found):
        output.note(f"note: {sentence}")
    if options.json:
        output.envelope(version=found.version)
    else:
        output.say("policy/ can be applied")
    return exits.DONE


@app.command
def apply(*, options: Writing | None = None) -> int:
    """Check the files in policy/ and let them count, once enough people agree."""
    options = options or Writing()
    desk = find_desk(options.desk)
    refuse_foreign_account(desk)
    found = read_policy(desk, first=True)
    with Content(desk.content) as content:
        actor = _actor(content, options)
        files = policy_files(desk.policy)
        result = propose(content, files, actor, acts.now(), options.dry_run)
    for sentence in shortages(found):
        output.note(f"note: {sentence}")
    return _told(options, result, actor)


@app.command
def approve(*, version: str, options: Writing | None = None) -> int:
    """Agree to the policy that somebody else has applied and that waits for more people.

    Parameters
    ----------
    version
        Its version, 12 characters or more, as `briefs policy show` prints it.
    """
    options = options or Writing()
    desk = find_desk(options.desk)
    refuse_foreign_account(desk)
    with Content(desk.content) as content:
        actor = _actor(content, options)
        return _told(options, agree(content, version, actor, acts.now(), options.dry_run), actor)


@app.command
def signers(*, revocations: bool = False, options: Where | None = None) -> int:
    """Print whose keys may sign, as `ssh-keygen -Y verify` and `git verify-commit` read them.

    Parameters
    ----------
    revocations
        Print the keys that are revoked in place of those that may sign.
    """
    options = options or Where()
    with Content(find_desk(options.desk).content) as content:
        agreed = current_policy(content)
    allowed = signatures.allowed_signers(keys_of(agreed)) + signatures.allowed_signers(
        # Commits are the desk's alone.
        (signer for signer in keys_of(agreed) if signer.identity == DESK),
        signatures.COMMITS,
    )
    text = signatures.revocations(revoked(agreed)) if revocations else allowed
    if options.json:
        output.envelope(version=agreed.version, lines=text.splitlines())
    else:
        output.say(text.rstrip("\n"))
    return exits.DONE


def read_policy(desk: Desk, *, first: bool = False) -> Policy:
    """Return the policy as the files in `policy/` stand; see `sound`. Raises `BadPolicy`."""
    files = policy_files(desk.policy).items()
    return sound({name: data.decode("utf-8") for name, data in files}, first=first)


def policy_files(folder: Path) -> dict[str, bytes]:
    """Return the policy's files by their name in the content repository. Raises `BadPolicy`."""
    files = {}
    for path in [folder / "people.yaml", folder / "policy.yaml", *folder.glob("types/*.yaml")]:
        try:
            data = path.read_bytes()
            data.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadPolicy(f"{path} cannot be read as UTF-8 text ({error}); mend it") from error
        files[path.relative_to(folder).as_posix()] = data
    return files


def _actor(content: Content, options: Writing) -> Actor:
    account = account_name(os.getuid())
    person = person_of(current_policy(content), account, options.person)
    return Actor(person.id, "command line", {"account": account})


def _told(options: Writing, result: Result, actor: Actor) -> int:
    done = "would be" if options.dry_run else "is"
    if options.json:
        output.envelope(
            version=result.version,
            person=actor.person,
            dry_run=options.dry_run,
            missing=result.missing,
        )
    elif result.missing:
        output.say(f"the policy {result.version[:12]} {done} proposed, by {actor.person}")
        output.say(f"  {result.missing}")
    elif result.unchanged:
        output.say(f"nothing changed: the policy is {result.version[:12]}")
    else:
        output.say(f"the policy {done} {result.version[:12]}, by {actor.person}")
    return exits.WAITING if result.missing else exits.DONE
