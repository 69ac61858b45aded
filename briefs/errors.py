"""The errors that somebody may want to catch: each carries its facts, each is a sentence."""

from collections.abc import Sequence


class BriefError(Exception):
    """Anything that this program says no to, in one sentence with the remedy."""


class MalformedBrief(BriefError):
    """Intake cannot read the draft at all: nothing of it is kept."""

    def __init__(self, what: str, remedy: str, line: int | None = None) -> None:
        """Say `what` is wrong, at which `line` (from 1), and the `remedy`."""
        self.what, self.remedy, self.line = what, remedy, line
        where = f"line {line}: " if line else ""
        super().__init__(f"{where}{what}; {remedy}")


class BadName(BriefError):
    """A slug that is none; the message names the nearest valid one."""


class TransitionRefused(BriefError):
    """The brief may not take this action now; `objections` say why, to people."""

    def __init__(self, action: str, stage: str | None, objections: Sequence[str]) -> None:
        """Refuse `action` at `stage` (None: the brief does not exist yet)."""
        self.action, self.stage, self.objections = action, stage, tuple(objections)
        where = f" while {stage}" if stage else ""
        super().__init__(f"cannot {action}{where}: {'; '.join(self.objections)}")


class NotEntitled(BriefError):
    """The person may not do this; the message names the roles that may."""


class UnknownBrief(BriefError):
    """No brief of that slug is in the content repository, or none that this person may see."""


class UnreadableRecord(BriefError):
    """A record is not of a form that this program knows: it fails closed."""


class BadPolicy(BriefError):
    """The policy as written cannot be applied; the message says which entry, and why."""


class BadInstant(BriefError):
    """A moment that cannot be understood, or understood in two ways; both readings are named."""
