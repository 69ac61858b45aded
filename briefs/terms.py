"""The words of the field: stages and actions. The table that joins them is in `stages`."""

from enum import StrEnum


class Stage(StrEnum):
    """Where a brief stands; exactly one at a time."""

    DRAFT = "draft"
    CHECKED = "checked"
    SCORED = "scored"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What moves a brief: a verb in the imperative."""

    SUBMIT = "submit"
    CHECK = "check"
    SCORE = "score"
    REQUEST_REVIEW = "request review"
    SIGN_OFF = "sign off"
    REQUEST_CHANGES = "request changes"
    RETRACT = "retract"
    VETO = "veto"
    LIFT = "lift"
    COMMENT = "comment"
    OVERRIDE = "override"
    SETTLE = "settle"
    RECALL = "recall"
    ABANDON = "abandon"
    ASSIGN = "assign"
    SCHEDULE = "schedule"
    RELEASE = "release"
    UNSCHEDULE = "unschedule"
    HOLD = "hold"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
