"""Who acts: from the account that the system vouches for to a canonical person."""

import os
import pwd

from briefs.errors import NotEntitled
from briefs.policy import Person, Policy
from tasks.settings import Desk


def account_name(uid: int) -> str:
    """Return the name of a system account, or `uid:NNN` where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid:{uid}"


def person_of(policy: Policy, account: str, named: str | None) -> Person:
    """Return the person that `account` acts as: the one `named` (`--as`), or its only one.

    Raises:
        NotEntitled: the account maps to nobody, not to this one, or to several.
    """
    own = policy.of_account(account)
    if not own:
        raise NotEntitled(
            f"the account {account} belongs to nobody on this desk; "
            "an admin adds it to people.yaml and runs briefs policy apply"
        )
    ids = ", ".join(person.id for person in own)
    if named is None:
        if len(own) == 1:
            return own[0]
        raise NotEntitled(f"say who you are: --as one of {ids}")
    found = next((person for person in own if person.id == named), None)
    if found is None:
        raise NotEntitled(f"the account {account} may act as {ids}, not as “{named[:60]}”")
    return found


def refuse_foreign_account(desk: Desk) -> None:
    """Let only the account that owns the desk act on it directly; others go through the socket.

    Raises:
        NotEntitled: another account.
    """
    owner = desk.root.stat().st_uid
    if os.getuid() != owner:
        raise NotEntitled(
            f"this is for the account that owns the desk ({account_name(owner)}): other accounts "
            "act through a running desk (briefs serve), and on the policy not at all"
        )
