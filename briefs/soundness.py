"""Whether a policy can be lived with: what nobody could ever satisfy is refused when it is set."""

from briefs.matching import matched
from briefs.people import ROLES, Person
from briefs.policy import Policy
from briefs.signoff import ALL, FIGURES, PSEUDO
from briefs.types import BriefType, SignOffRule


def objections_to(agreed: Policy) -> list[str]:
    """Return what nobody could ever satisfy in `agreed`, one sentence each."""
    objections = []
    if agreed.settings.default_type not in agreed.types:
        objections.append(f"name a default_type that exists: {', '.join(sorted(agreed.types))}")
    if not agreed.with_role("admin"):
        objections.append("give somebody the role admin, or nobody can change the policy")
    for name in agreed.settings.signoff:
        if name not in agreed.types:
            objections.append(
                f"signoff: “{name}” is no type; use {', '.join(sorted(agreed.types))}"
            )
    for name in agreed.settings.terms:
        if name not in agreed.types:
            objections.append(f"terms: “{name}” is no type; use {', '.join(sorted(agreed.types))}")
    for brief_type in agreed.types.values():
        objections += _unmeetable(brief_type, agreed)
    return objections + _unchangeable(agreed)


def _unmeetable(brief_type: BriefType, agreed: Policy) -> list[str]:
    """Return which sign-off rules nobody could meet, or everybody, as they name nothing."""
    paths = {node.path for node in brief_type.nodes()} | {*PSEUDO, ALL, FIGURES}
    keys, rules = brief_type.front_matter.keys, agreed.rules_for(brief_type)
    faults = [
        f"nobody holds the role “{rule.role}”: give it to somebody in people.yaml, "
        f"or use {', '.join(ROLES)}"
        for rule in rules
        if agreed.speaks_of(brief_type.type) and not _is_role(rule.role, agreed)
    ]
    faults += [
        f"“{path}” is no section of it"
        for rule in rules
        for path in rule.sections
        if path not in paths
    ]
    faults += [
        f"its front matter has no key “{key}”"
        for rule in rules
        for key in rule.when or {}
        if key not in keys
    ]
    return [f"signoff of {brief_type.type}: {fault}" for fault in faults]


def _is_role(role: str, agreed: Policy) -> bool:
    return role in ROLES or bool(agreed.with_role(role))


def _unchangeable(agreed: Policy) -> list[str]:
    change = agreed.settings.change
    able = len(agreed.with_role(change.role))
    if able >= change.count:
        return []
    return [f"change: {change.count} of role {change.role} must agree, and {able} hold it"]


def shortages(agreed: Policy) -> list[str]:
    """Return which sign-off rules and terms the people listed could never meet, a sentence each.

    Only those of types that the team has chosen: others may never be needed here. That authors
    do not count comes on top, brief by brief.
    """
    return [
        sentence
        for name, brief_type in sorted(agreed.types.items())
        if agreed.in_use(name)
        for sentence in _short(name, brief_type, agreed)
    ]


def _short(name: str, brief_type: BriefType, agreed: Policy) -> list[str]:
    rules, terms = agreed.rules_for(brief_type), agreed.terms_for(brief_type)
    found = []
    for rule in rules:
        if agreed.with_role(rule.role) and rule.role not in agreed.may("sign off"):
            found.append(f"{name}: role {rule.role} is asked to sign off, and has no right to it")
            continue
        able = len(_able(rule, agreed))
        if able < rule.count:
            key = " with an own key" if rule.personal_key else ""
            both = f" and {'has' if able == 1 else 'have'} a key" if rule.personal_key else ""
            found.append(
                f"{name}: {_many(rule, key)}{_of(rule)}, "
                f"and {able} {'person holds' if able == 1 else 'people hold'} it{both}"
            )
    found = found or _crowded(name, brief_type, agreed)
    everybody = {p.id for rule in rules for p in _able(rule, agreed)}
    if not found and len(everybody) < terms.quorum:
        found.append(f"{name}: a quorum of {terms.quorum} is asked, and {len(everybody)} may sign")
    for role in terms.veto:
        if not agreed.with_role(role):
            found.append(f"{name}: role {role} may veto, and nobody holds it")
        elif role not in agreed.may("veto"):
            found.append(f"{name}: role {role} has a veto, and no right to it: see rights.veto")
    return found


def _crowded(name: str, brief_type: BriefType, agreed: Policy) -> list[str]:
    """Return what a section asks of more different people than there are."""
    rules = [r for r in agreed.rules_for(brief_type) if r.when is None and not r.shared]
    for path in (*PSEUDO, *(node.path for node in brief_type.nodes())):
        places = [r for r in rules if _covers(r, path) for _ in range(r.count)]
        filled = len(matched([[p.id for p in _able(rule, agreed)] for rule in places]))
        if filled < len(places):
            return [
                f"{name}: its rules ask for {len(places)} different people in a section, "
                f"and {filled} can be found: one person counts for one rule"
            ]
    return []


def _covers(rule: SignOffRule, path: str) -> bool:
    wanted = {ALL, FIGURES, path}
    return any(p in wanted or path.startswith(f"{p}.") for p in rule.sections)


def _able(rule: SignOffRule, agreed: Policy) -> list[Person]:
    with_role = agreed.with_role(rule.role)
    return [p for p in with_role if not rule.personal_key or any(not k.revoked for k in p.keys)]


def _many(rule: SignOffRule, key: str) -> str:
    if rule.count == 1:
        return f"1 sign-off by role {rule.role}{key} is asked"
    return f"{rule.count} sign-offs by role {rule.role}{key} are asked"


def _of(rule: SignOffRule) -> str:
    return " of some briefs" if rule.when else ""
