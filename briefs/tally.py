"""The tally: which sign-offs count at one moment, what the quorum lacks, and who could give it.

A pure view over the state, the sign-offs and the policy, with a fixed moment; what-if is another
view. It counts section by section: in each section, every rule that covers it needs so many
different people who are entitled there, and in one section a person counts for one rule alone,
rules that are shared aside.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Final, TypeAlias

from briefs.instants import read_stamp, stamp
from briefs.matching import matched
from briefs.people import Key, Person
from briefs.policy import Policy
from briefs.record import Counted, State, Veto
from briefs.signoff import SignOff, covered, named, stands
from briefs.types import SignOffRule

NOBODY: Final = "nobody can"

_Filled: TypeAlias = tuple[SignOffRule, tuple[str, ...]]
_Claims: TypeAlias = tuple[set[str], dict[str, list[str]]]


@dataclass(frozen=True)
class Tally:
    """The sign-offs on a brief as they count at the moment `at`, a stamp.

    `since` is the moment from which people could still sign, where that is another.
    """

    state: State
    policy: Policy
    signoffs: tuple[SignOff, ...]
    at: str
    since: str = ""

    def why_not(self, person: Person, rule: SignOffRule, path: str) -> str:
        """Return why `person` cannot count for `rule` in a section, in a few words, or "".

        Absence is no reason here: who is away comes back (see `away`).
        """
        roles = self.policy.roles_of(person, self.at)
        if rule.role not in roles:
            return f"is not {rule.role}"
        if roles.isdisjoint(self.policy.may("sign off")):
            return "has no right to sign off"
        if self.state.assigned and not self._assigned(person):
            return "is not assigned"
        if self._wrote(person.id, path):
            return "has text in it"
        if rule.role not in person.roles and (fault := self._cannot_lend(person, rule, path)):
            return fault
        if rule.personal_key and not any(self._may_sign(key) for key in person.keys):
            return "has no key"
        # Whoever names a section names its parts.
        if not self._written.get(person.id, frozenset()).isdisjoint(self._parts(path)):
            return "has text in a part of it"
        return ""

    def _parts(self, path: str) -> tuple[str, ...]:
        if path not in self._below:
            self._below[path] = covered([path], self.state)
        return self._below[path]

    @cached_property
    def _below(self) -> dict[str, tuple[str, ...]]:
        return {}  # filled as sections are asked for

    def counts(self, signoff: SignOff, rule: SignOffRule, path: str) -> bool:
        """Say whether a sign-off of this tally counts for `rule` in a section at this moment.

        It speaks of the text as it is, and is its giver's newest word on it; its giver had the
        role when signing, and is still here and in that role; has no text in the section; the
        sign-off has not grown too old; and the key that it was signed with still holds.
        """
        return signoff in self._standing(path) and self._serves(signoff, rule)

    def expired(self, signoff: SignOff) -> bool:
        """Say whether a sign-off is older than the terms let it grow."""
        until = self.expires(signoff)
        return until is not None and until <= self.at

    def expires(self, signoff: SignOff) -> str | None:
        """Return the moment from which a sign-off counts no more for its age, or None."""
        days = self.state.terms.valid_days
        try:
            return stamp(read_stamp(signoff.at) + timedelta(days=days)) if days else None
        except OverflowError:  # beyond the calendar
            return None

    def signed(self, rule: SignOffRule, path: str) -> tuple[str, ...]:
        """Return the people whose sign-offs count for `rule` in a section, sorted.

        Who has the role only in the place of somebody else counts neither beside them, nor for
        what these have written.
        """
        return _placed(*self._claims(rule, path))

    def _claims(self, rule: SignOffRule, path: str) -> _Claims:
        """Return who signed in a role of their own, and whose place each deputy may fill."""
        serving = [s for s in self._standing(path) if self._serves(s, rule)]
        people = {signoff.reviewer for signoff in serving if rule.role not in signoff.lent}
        deputies = {
            signoff.reviewer: [
                p for p in self._lenders(signoff, rule.role) if not self._wrote(p, path)
            ]
            for signoff in serving
            if signoff.reviewer not in people
        }
        return people, deputies

    def _with(self, people: Iterable[Person], rule: SignOffRule, path: str) -> tuple[str, ...]:
        """Return who would count for `rule` in a section, had `people` signed it too."""
        own, deputies = self._claims(rule, path)
        for person in people:
            if rule.role in person.roles:
                own = own | {person.id}
            else:
                lent = self.policy.stood_in_for(person, self.at)
                able = [p.id for p in lent if rule.role in p.roles]
                deputies = deputies | {
                    person.id: [name for name in able if not self._wrote(name, path)]
                }
        return _placed(own, deputies)

    def _lenders(self, signoff: SignOff, role: str) -> list[str]:
        """Return those in whose place a sign-off has its role, who still hold it themselves."""
        found = (self.policy.person(name) for name in signoff.deputy_for)
        return [p.id for p in found if p and role in p.roles]

    def _serves(self, signoff: SignOff, rule: SignOffRule) -> bool:
        own_key = signoff.strength == "personal" or not rule.personal_key
        return own_key and rule.role in self._roles[id(signoff)]

    def _standing(self, path: str) -> tuple[SignOff, ...]:
        """Return the sign-offs that speak of the text of a section as it is, by who may."""
        return tuple(
            signoff
            for signoff in self._speaking.get(path, ())
            if self._newest[signoff.reviewer, path] == signoff.seq
            and not self._wrote(signoff.reviewer, path)
            and stands(signoff, path, self.state)
        )

    @cached_property
    def filled(self) -> Mapping[str, Sequence[tuple[SignOffRule, tuple[str, ...]]]]:
        """For each section, the rules that cover it and the people who count for each."""
        # Most sections are alike: the same rules, the same sign-offs, the same authors.
        alike: dict[tuple[object, ...], list[_Filled]] = {}
        found = {}
        for path in sorted(self.state.digests.sections):
            rules = tuple(n for n, paths in enumerate(self._covered) if path in paths)
            signoffs = tuple(map(id, self._standing(path)))
            like = (rules, signoffs, self.state.holders.get(path, ()))
            if like not in alike:
                covering = [self.state.rules[number] for number in rules]
                alike[like] = _seated([(rule, self.signed(rule, path)) for rule in covering])
            found[path] = alike[like]
        return found

    @property
    def vetoes(self) -> tuple[Veto, ...]:
        """The vetoes that stand: those given before an override of this text are set aside."""
        return tuple(v for v in self.state.vetoes if not (self.overridden and v.seq < self._passed))

    @property
    def overridden(self) -> bool:
        """Whether an override holds for exactly these bytes."""
        override = self.state.override
        return override is not None and override.digest == self.state.digests.bytes

    def met(self) -> bool:
        """Say whether nothing of the review stands against the text: it is approved."""
        return self.complete() and not self.vetoes

    def complete(self) -> bool:
        """Say whether no sign-off is lacking: as `lacking`, without the words."""
        filled = all(len(p) >= r.count for rules in self.filled.values() for r, p in rules)
        return self.overridden or (filled and not self._too_few())

    def lacking(self) -> list[str]:
        """Return what the quorum lacks, a sentence each; empty when it is met or overridden."""
        if self.overridden:
            return []
        found: dict[tuple[int, int, tuple[str, ...]], list[str]] = {}
        for path, rules in self.filled.items():
            for rule, people in rules:
                if missing := rule.count - len(people):
                    able = tuple(p.id for p in self.able(rule, path))
                    key = (self.state.rules.index(rule), missing, able)
                    found.setdefault(key, []).append(path)
        sentences = [
            self._lack(self.state.rules[number], missing, able, paths)
            for (number, missing, able), paths in sorted(found.items())
        ]
        return sentences or self._too_few()

    def vetoed(self) -> list[str]:
        """Return the vetoes that stand, a sentence each."""
        return [
            f"have {veto.by} lift the veto of r{veto.revision} (“{veto.reason}”), or override it"
            if self.policy.person(veto.by)
            else f"override the veto of r{veto.revision} (“{veto.reason}”): {veto.by} has left"
            for veto in self.vetoes
        ]

    def waiting(self) -> list[str]:
        """Return until when the text waits before it may go out: any edit begins that anew."""
        hours = self.state.terms.wait_hours
        until = stamp(read_stamp(self.state.submitted) + timedelta(hours=hours)) if hours else ""
        if until <= self.at or self.overridden:
            return []
        return [f"wait until {until}: r{self.state.revision} lies open for {hours} hours first"]

    def objections(self) -> list[str]:
        """Return everything of the review that stands against publication at this moment."""
        return [*self.lacking(), *self.vetoed(), *self.waiting()]

    def able(self, rule: SignOffRule, path: str) -> list[Person]:
        """Return whose sign-off would fill a place of `rule` in a section, beside those there.

        Also who is to sign for another rule, so that somebody who has signed can count for this.
        """
        filled = self.filled[path]
        places = [r for r, people in filled if not r.shared for _ in people]
        wanted = [rule] if rule.shared else [*places, rule]
        signed = [self.signed(r, path) for r in wanted]
        have = {person for people in signed for person in people}
        now = len(signed[0]) if rule.shared else len(matched(signed))
        return [
            person
            for person in self.policy.people
            if person.id not in have and self._would_fill(person, wanted, signed, path) > now
        ]

    def _would_fill(
        self,
        person: Person,
        wanted: Sequence[SignOffRule],
        signed: Sequence[Sequence[str]],
        path: str,
    ) -> int:
        """Return how many places of `wanted` were filled, had `person` signed too."""
        more = [
            people if self.why_not(person, rule, path) else self._with([person], rule, path)
            for rule, people in zip(wanted, signed, strict=True)
        ]
        return len(more[0]) if wanted[0].shared else len(matched(more))

    def blocked(self) -> list[str]:
        """Return where too few people are entitled for the rules ever to be met, and why."""
        found: dict[tuple[int, tuple[str, ...]], list[str]] = {}
        crowded: dict[tuple[int, int], list[str]] = {}
        for path in self.state.digests.sections:
            rules = [(n, r) for n, r in enumerate(self.state.rules) if path in self._covered[n]]
            able = {number: self._entitled(number, path) for number, _ in rules}
            short = [n for n, rule in rules if len(able[n]) < rule.count]
            for number in short:
                found.setdefault((number, able[number]), []).append(path)
            places = [able[n] for n, rule in rules if not rule.shared for _ in range(rule.count)]
            if not short and (seats := len(matched(places))) < len(places):
                crowded.setdefault((len(places), seats), []).append(path)
        return (
            [
                self._blockade(self.state.rules[number], able, paths)
                for (number, able), paths in sorted(found.items())
            ]
            + [
                f"find {places} different people for the rules on {named(paths, self.state)}: "
                f"{seats} can be found, as one person counts for one rule"
                for (places, seats), paths in sorted(crowded.items())
            ]
            + self._quorum_blocked()
        )

    def _quorum_blocked(self) -> list[str]:
        """Return that too few people are entitled for the quorum, whoever wrote nothing counted."""
        quorum = self.state.terms.quorum
        able = [
            person.id
            for person in self.policy.people
            if person.id not in self._written
            and any(
                not self.why_not(person, rule, path)
                for number, rule in enumerate(self.state.rules)
                for path in self._covered[number].intersection(self.state.written)
            )
        ]
        if quorum == 1 or len(able) >= quorum:
            return []
        roles = {rule.role for rule in self.state.rules}
        wrote = ", ".join(
            f"{person.id} has text in it"
            for person in sorted(self.policy.people, key=lambda p: p.id)
            if person.id in self._written and roles & self.policy.roles_of(person, self.at)
        )
        return [
            f"find {quorum} people who may sign and wrote nothing of it: there "
            f"{'is' if len(able) == 1 else 'are'} {len(able)}" + (f" ({wrote})" if wrote else "")
        ]

    def _entitled(self, number: int, path: str) -> tuple[str, ...]:
        """Return who could count for a rule in a section, or does."""
        holders = tuple(self.state.holders.get(part, ()) for part in self._parts(path))
        like = (number, holders, tuple(map(id, self._standing(path))))
        if like not in self._able:
            rule = self.state.rules[number]
            signed = set(self.signed(rule, path))
            people = self.policy.people
            able = [p for p in people if p.id in signed or not self.why_not(p, rule, path)]
            ids = {p.id for p in able}
            self._able[like] = tuple(
                p.id for p in able if p.id in signed or not self._beside(p, rule.role, ids)
            )
        return self._able[like]

    def _beside(self, person: Person, role: str, people: Collection[str]) -> bool:
        """Say whether `person` has a role only in the place of people who are there themselves."""
        lent = [p.id for p in self.policy.stood_in_for(person, self.at) if role in p.roles]
        return role not in person.roles and set(lent).issubset(people)

    @cached_property
    def _able(self) -> dict[tuple[object, ...], tuple[str, ...]]:
        return {}  # filled as sections are asked for

    def counted(self) -> tuple[Counted, ...]:
        """Return who counts, for which role, in which sections, by which sign-offs."""
        found: dict[tuple[str, str], list[str]] = {}
        for path, rules in self.filled.items():
            for rule, people in rules:
                for person in people:
                    found.setdefault((person, rule.role), []).append(path)
        seated = {person for person, _ in found}
        for person, role, path in self._signers:
            if person not in seated:  # who counts for the quorum alone
                found.setdefault((person, role), []).append(path)
        return tuple(
            Counted(person, role, tuple(sorted(set(paths))), self._nonces(person, role, paths))
            for (person, role), paths in sorted(found.items())
        )

    def at_moment(self, at: str) -> "Tally":
        """Return the tally of the same brief at another moment."""
        return replace(self, at=at)

    def with_signoffs(self, more: Iterable[SignOff]) -> "Tally":
        """Return the tally as it would be with more sign-offs."""
        return replace(self, signoffs=(*self.signoffs, *more))

    @cached_property
    def _signers(self) -> Sequence[tuple[str, str, str]]:
        """Everybody whose sign-off counts, for a rule of which role, in which section."""
        return [
            (person, rule.role, path)
            for path, rules in self.filled.items()
            if path in self.state.written
            for rule, _ in rules
            for person in self.signed(rule, path)
        ]

    @cached_property
    def _covered(self) -> list[frozenset[str]]:
        return [frozenset(covered(rule.sections, self.state)) for rule in self.state.rules]

    @cached_property
    def _roles(self) -> Mapping[int, frozenset[str]]:
        """The roles in which each sign-off counts, whatever the section; by its identity."""
        return {id(signoff): self._roles_of(signoff) for signoff in self.signoffs}

    def _roles_of(self, signoff: SignOff) -> frozenset[str]:
        person = self.policy.person(signoff.reviewer)
        if person is None or self.expired(signoff):
            return frozenset()
        if self.state.assigned and not self._assigned(person, signoff.deputy_for):
            return frozenset()
        personal = signoff.strength == "personal"
        if not (self._key_holds(person, signoff) if personal else self._witness_holds(signoff)):
            return frozenset()
        own = set(person.roles).difference(signoff.lent)
        lent = {role for role in signoff.lent if self._lenders(signoff, role)}
        return frozenset((own | lent).intersection(signoff.roles))

    @cached_property
    def _newest(self) -> Mapping[tuple[str, str], int]:
        """The number of the record of a person's newest word on a section."""
        found: dict[tuple[str, str], int] = {}
        for signoff in self.signoffs:
            for path in signoff.sections:
                key = (signoff.reviewer, path)
                found[key] = max(signoff.seq, found.get(key, 0))
        return found

    @property
    def _passed(self) -> int:
        return self.state.override.seq if self.state.override else 0

    @cached_property
    def _speaking(self) -> Mapping[str, Sequence[SignOff]]:
        """The sign-offs that speak of each section."""
        found: dict[str, list[SignOff]] = {}
        for signoff in self.signoffs:
            if self._roles[id(signoff)]:
                for path in signoff.sections:
                    found.setdefault(path, []).append(signoff)
        return found

    def _assigned(self, person: Person, deputy_for: Iterable[str] = ()) -> bool:
        lent = {p.id for p in self.policy.stood_in_for(person, self.at)} | set(deputy_for)
        return bool({person.id, *lent} & set(self.state.assigned))

    def _may_sign(self, key: Key) -> bool:
        # A key whose first day is still to come may sign in time.
        stands = self.state.terms.expired_keys == "stand"
        last = (self.since if stands and self.since else self.at)[:10]
        return not key.revoked and (key.until is None or last <= key.until)

    def _cannot_lend(self, person: Person, rule: SignOffRule, path: str) -> str:
        """Return why those whom `person` stands in for cannot be stood in for here, or ""."""
        lent = [p for p in self.policy.stood_in_for(person, self.at) if rule.role in p.roles]
        if all(self._wrote(p.id, path) for p in lent):
            return "stands in for somebody with text in it"
        if {p.id for p in lent if not self._wrote(p.id, path)} <= set(self.signed(rule, path)):
            return "stands in for somebody who has signed it"
        return ""

    def _wrote(self, name: str, path: str) -> bool:
        return path in self._written.get(name, ())

    @cached_property
    def _written(self) -> Mapping[str, frozenset[str]]:
        """The sections in which each person of the desk has text, under any name."""
        marks = {person.id: person.marks() for person in self.policy.people}
        found: dict[str, set[str]] = {}
        for path, names in self.state.holders.items():
            for name, own in marks.items():
                if not own.isdisjoint(names):
                    found.setdefault(name, set()).add(path)
        return {name: frozenset(paths) for name, paths in found.items()}

    def _key_holds(self, person: Person, signoff: SignOff) -> bool:
        key = person.key(signoff.key)
        if key is None or key.revoked or not key.holds(signoff.at):
            return False
        return key.holds(self.at) or self.state.terms.expired_keys == "stand"

    def _witness_holds(self, signoff: SignOff) -> bool:
        keys = self.policy.settings.desk_keys
        return not signoff.key or any(k.key == signoff.key and not k.revoked for k in keys)

    def _too_few(self) -> list[str]:
        quorum = self.state.terms.quorum
        if quorum == 1:
            return []  # the rules ask for that much
        have = sorted({person for person, _, _ in self._signers}.difference(self._written))
        if len(have) >= quorum:
            return []
        signed = f"{', '.join(have)} signed" if have else "nobody signed"
        return [f"get sign-offs of {quorum} different people who wrote nothing of it: {signed}"]

    def _lack(
        self, rule: SignOffRule, missing: int, able: Sequence[str], paths: Sequence[str]
    ) -> str:
        key = " with their own key" if rule.personal_key else ""
        need = (
            f"get {missing} more sign-off{'s' if missing > 1 else ''} by role {rule.role}{key} "
            f"on {named(paths, self.state)}"
        )
        fits = [p for p in able if self._fits(p, rule, paths[0])]
        people = [p for p in self.policy.people if p.id in fits]
        together = set(self._with(people, rule, paths[0])).difference(self.signed(rule, paths[0]))
        if len(together) >= missing:
            return f"{need}: {(' or ' if missing == 1 else ', ').join(fits)} can give it"
        if len(able) > len(fits) and len(able) >= missing:
            others = " or ".join(p for p in able if p not in fits)
            direct = f"{', '.join(fits)} can give it, and " if fits else ""
            free = f"a sign-off of {others} for another rule frees somebody who has signed"
            return f"{need}: {direct}{free}"
        who = f"only {', '.join(able)} can" if able else NOBODY
        return f"{need}: {who}{self._cause(rule, paths)}; {self._cure(rule)}"

    def _cure(self, rule: SignOffRule) -> str:
        others = set(self.state.assigned)
        if others and any(p.id not in others for p in self.policy.with_role(rule.role)):
            return "assign more reviewers"
        rules = self.policy.settings.signoff.get(self.state.type)
        own = self.policy.types.get(self.state.type)
        asked = rules if rules is not None else own.signoff if own else ()
        if all(other.role != rule.role for other in asked):
            return f"submit it once more: the policy asks for no {rule.role} by now"
        key = " and a key" if rule.personal_key else ""
        return f"give somebody the role {rule.role}{key} in people.yaml"

    def _fits(self, name: str, rule: SignOffRule, path: str) -> bool:
        person = self.policy.person(name)
        return bool(person and not self.why_not(person, rule, path))

    def _blockade(self, rule: SignOffRule, able: Sequence[str], paths: Sequence[str]) -> str:
        where = named(paths, self.state)
        what = (
            "did not write this brief" if where == "all sections" else f"wrote nothing in {where}"
        )
        have = "has" if rule.count == 1 else "have"
        key = f" and {have} a key" if rule.personal_key else ""
        return (
            f"find {rule.count} {'person' if rule.count == 1 else 'people'} of role {rule.role} "
            f"who {what}{key}: "
            f"there {'is' if len(able) == 1 else 'are'} {len(able)}{self._cause(rule, paths)}"
        )

    def _cause(self, rule: SignOffRule, paths: Sequence[str]) -> str:
        """Return why those of the role who cannot sign cannot, as ` (ben has text in it)`."""
        causes = [
            f"{person.id} {reason}"
            for person in self.policy.people
            if rule.role in self.policy.roles_of(person, self.at)
            and (reason := self.why_not(person, rule, paths[0]))
        ]
        return f" ({', '.join(causes)})" if causes else ""

    def _nonces(self, person: str, role: str, paths: Sequence[str]) -> tuple[str, ...]:
        rules = [rule for rule in self.state.rules if rule.role == role]
        mine = (s for s in self.signoffs if s.reviewer == person)
        return tuple(
            sorted(
                s.nonce
                for s in mine
                if any(self.counts(s, rule, path) for rule in rules for path in paths)
            )
        )


def _placed(people: Collection[str], deputies: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return who counts: a place is filled once, whoever stands in, and not beside its holder."""
    names = sorted(set(deputies).difference(people))
    seats = matched([[p for p in deputies[name] if p not in people] for name in names])
    return tuple(sorted({*people, *(names[n] for n in seats)}))


def _seated(covering: Sequence[tuple[SignOffRule, tuple[str, ...]]]) -> list[_Filled]:
    """Return the people who fill the places of each rule, given all who signed for it."""
    own = [(n, rule) for n, (rule, _) in enumerate(covering) if not rule.shared]
    places = [n for n, rule in own for _ in range(rule.count)]
    seats = matched([covering[n][1] for n in places])
    seated: dict[int, list[str]] = {}
    for seat, person in seats.items():
        seated.setdefault(places[seat], []).append(person)
    return [
        (rule, people[: rule.count] if rule.shared else tuple(sorted(seated.get(n, ()))))
        for n, (rule, people) in enumerate(covering)
    ]
