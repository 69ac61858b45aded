"""What the team agrees on: people, rights, types. Checked before it counts."""

import os
from collections.abc import Mapping
from pathlib import Path

from cyclopts import App

from briefs.errors import BadPolicy, NotEntitled
from briefs.library import names, shipped
from briefs.policy import RIGHTS, Policy, objections_to, policy, shortages
from desk import exits, output
from desk.options import Where, Writing
from desk.persons import account_name, person_of, refuse_foreign_account
from tasks import acts
from tasks.repository import Change, Content
from tasks.repository.content import POLICY
from tasks.settings import Desk, find_desk

app = App(name="policy", help="What the team agrees on: people, rights, types.")


@app.command
def show(*, options: Where | None = None) -> int:
    """Show who is who, and who may do what, as it counts now."""
    options = options or Where()
    with Content(find_desk(options.desk).content) as content:
        agreed = acts.current_policy(content)
    rights = {action: list(agreed.may(action)) for action in RIGHTS}
    if options.json:
        people = [person.model_dump(mode="json") for person in agreed.people]
        output.envelope(version=agreed.version, people=people, rights=rights)
        return exits.DONE
    rows = [(p.id, p.name, ", ".join(p.roles), ", ".join(p.accounts)) for p in agreed.people]
    output.say(output.table(rows, ("person", "name", "roles", "accounts")))
    output.say()
    output.say(output.table([(a, ", ".join(r)) for a, r in rights.items()], ("may", "roles")))
    return exits.DONE


@app.command
def check(*, options: Where | None = None) -> int:
    """Say what is wrong with the files in policy/, and change nothing."""
    options = options or Where()
    found = read_policy(find_desk(options.desk))
    for sentence in shortages(found):
        output.note(f"note: {sentence}")
    if options.json:
        output.envelope(version=found.version, shortages=shortages(found))
    else:
        output.say("policy/ can be applied")
    return exits.DONE


@app.command
def apply(*, options: Writing | None = None) -> int:
    """Check the files in policy/ and let them count from now on."""
    options = options or Writing()
    desk = find_desk(options.desk)
    refuse_foreign_account(desk)
    found = read_policy(desk)
    with Content(desk.content) as content:
        agreed = acts.current_policy(content)
        person = person_of(agreed, account_name(os.getuid()), options.person)
        if "admin" not in person.roles:
            raise NotEntitled(f"{person.id} may not change the policy: that is for the role admin")
        if found.version != agreed.version and not options.dry_run:
            _commit(content, desk, person.id)
    for sentence in shortages(found):
        output.note(f"note: {sentence}")
    if options.json:
        output.envelope(version=found.version, person=person.id, dry_run=options.dry_run)
        return exits.DONE
    done = "would be" if options.dry_run else "is"
    output.say(f"the policy {done} {found.version[:12]}, by {person.id}")
    return exits.DONE


def read_policy(desk: Desk) -> Policy:
    """Return the policy as the files in `policy/` stand. Raises `BadPolicy`."""
    files = policy_files(desk.policy).items()
    return policy_of({name: data.decode("utf-8") for name, data in files})


def policy_of(texts: Mapping[str, str]) -> Policy:
    """Return the policy that `texts` (name to YAML) declare. Raises `BadPolicy`."""
    found = policy(texts, {name: t for name in names() if (t := shipped(name))})
    if objections := objections_to(found):
        raise BadPolicy("; ".join(objections))
    return found


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


def _commit(content: Content, desk: Desk, person: str) -> None:
    with content.locked():
        old = content.git.resolve(POLICY)
        files: dict[str, bytes | None] = dict.fromkeys(content.listing(old) if old else {})
        files |= policy_files(desk.policy)
        content.commit(POLICY, old, Change(files, f"policy: applied by {person}\n", acts.now()))
