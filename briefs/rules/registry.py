"""The registry: what a rule is, and which rules a type asks, under which names and severities.

A rule is a generator over a brief that yields remarks: a place and what to do there. Its name is
its function's, hyphenated; its docstring says what is right, with a Bad and a Good.
"""

from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from typing import Final, NamedTuple, TypeAlias

from pydantic import ValidationError

from briefs.brief import Brief
from briefs.findings import Finding, Fix, Mode, Severity
from briefs.markdown import Block
from briefs.types import gravest
from briefs.types.language import BriefType, RuleUse, Strict, holds_surely, wrong


class Remark(NamedTuple):
    """What a rule says: where, what to do, and of which node (by default, that of the line).

    `rule` and `severity` are set where a constraint of the type speaks under a name of its own,
    or where neither mode nor modifier may change how grave it is.
    """

    line: int
    message: str
    node: str = ""
    column: int = 1
    fix: Fix | None = None
    rule: str = ""
    severity: Severity | None = None


Remarks: TypeAlias = Iterator[Remark]
Judge: TypeAlias = Callable[..., Remarks]


class Options(Strict):
    """What a type may set of a rule; a rule without options has these, which are none."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, severity, whether a draft may still break it, its options, the judge."""

    name: str
    severity: Severity
    unfinished: bool
    house: bool
    about: str
    options: type[Options]
    judge: Judge

    def severity_in(self, mode: Mode) -> Severity:
        """Return the severity in `mode`: what a draft merely lacks so far is a warning there."""
        return Severity.WARNING if self.unfinished and mode is Mode.DRAFT else self.severity


class _Registry(MutableMapping[str, Rule]):
    """All rules by name. Those of families are loaded when one is asked for that is not here yet.

    They take a tenth of the time that a check takes, and most types name none of them.
    """

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}
        self._whole = False

    def house(self) -> list[str]:
        """Return the names of the rules that hold in every type that does not say otherwise."""
        return [name for name, rule in self._rules.items() if rule.house]

    def __getitem__(self, name: str) -> Rule:
        if name not in self._rules:
            self._load()
        return self._rules[name]

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(self._rules)

    def __len__(self) -> int:
        self._load()
        return len(self._rules)

    def __setitem__(self, name: str, rule: Rule) -> None:
        self._rules[name] = rule

    def __delitem__(self, name: str) -> None:
        del self._rules[name]

    def _load(self) -> None:
        if not self._whole:
            self._whole = True
            for module in FAMILIES:
                import_module(module)


FAMILIES: Final = ("briefs.rules.preamble", "briefs.rules.proposals")
RULES: Final = _Registry()
MOST_REMARKS: Final = 500  # of one rule; nobody reads more, and hostile text could have 100,000


def rule(
    severity: Severity,
    *,
    unfinished: bool = False,
    house: bool = True,
    about: str = "",
    options: type[Options] = Options,
) -> Callable[[Judge], Judge]:
    """Enter the decorated generator in `RULES`.

    `house`: it holds in every type that does not switch it off; else a type names it. A judge
    takes the brief, and its options where it has any. `about` is the node that its remarks are
    about, where that is not the one of their lines.
    """

    def enter(judge: Judge) -> Judge:
        name = judge.__name__.replace("_", "-")
        RULES[name] = Rule(name, severity, unfinished, house, about, options, judge)
        return judge

    return enter


def at(block: Block, message: str, index: int = 0, fix: Fix | None = None) -> Remark:
    """Return a remark on `block`, at the character `index` of its text."""
    line, column = block.place(index)
    return Remark(line, message, column=column, fix=fix)


class Asked(NamedTuple):
    """A rule as a type asks it."""

    name: str
    rule: Rule
    options: Options
    use: RuleUse

    def remarks(self, brief: Brief) -> Remarks:
        """Return what the rule says of `brief`."""
        if self.rule.options is Options:
            return self.rule.judge(brief)
        return self.rule.judge(brief, self.options)

    def severity_in(self, mode: Mode) -> Severity:
        """Return the severity in `mode`: the type's where it sets one, else the rule's."""
        wanted = self.use.severity
        if isinstance(wanted, Severity):
            return wanted
        return (wanted or {}).get(mode) or self.rule.severity_in(mode)


_PLAIN: Final = RuleUse.model_validate({})


@lru_cache(maxsize=64)
def asked(brief_type: BriefType) -> tuple[Asked, ...]:
    """Return the rules that `brief_type` asks.

    Raises:
        PydanticCustomError: an entry names no rule, or its options are not the rule's.
    """
    uses: dict[str, RuleUse] = dict.fromkeys(
        RULES.house() if brief_type.house_rules else (), _PLAIN
    )
    uses |= brief_type.rules
    checked = [_asked(name, use) for name, use in uses.items()]
    return tuple(one for one in checked if not one.use.off)


def _asked(name: str, use: RuleUse) -> Asked:
    of = use.of or name
    if (found := RULES.get(of)) is None:
        near = get_close_matches(of, RULES, 1)
        hint = f"; write “{near[0]}”" if near else "; docs/rules.md lists them"
        raise wrong(f"rules.{name}", f"“{of}” is no rule{hint}")
    try:
        return Asked(name, found, found.options.model_validate(dict(use.options)), use)
    except ValidationError as error:
        path, reason = gravest(error, found.options)
        raise wrong(f"rules.{name}.{path}", reason) from error


def check(brief: Brief, mode: Mode = Mode.SUBMIT) -> tuple[Finding, ...]:
    """Return the findings of all rules on `brief`, in the order of the lines."""
    given = _given(brief)
    found = [
        _finding(brief, remark, one, given or one.severity_in(mode))
        for one in asked(brief.type)
        for remark in _not_too_many(one.remarks(brief))
    ]
    return tuple(sorted(found, key=lambda f: (f.line, f.column, f.rule, f.message)))


def _not_too_many(remarks: Remarks) -> Remarks:
    for number, remark in enumerate(remarks, start=1):
        if number > MOST_REMARKS:
            message = f"mend the {MOST_REMARKS} above first: this is found here too, and further on"
            yield remark._replace(message=message, fix=None)
            return
        yield remark


def _given(brief: Brief) -> Severity | None:
    """Return the severity that front-matter values give to all findings, if they give one."""
    for modifier in brief.type.modifiers:
        if holds_surely(modifier.when, brief.front.values):
            return modifier.severity
    return None


def _finding(brief: Brief, remark: Remark, one: Asked, severity: Severity) -> Finding:
    return Finding(
        remark.line,
        remark.column,
        remark.rule or one.name,
        remark.severity or severity,
        remark.message,
        remark.node or one.rule.about or brief.node_at(remark.line),
        remark.fix,
    )
