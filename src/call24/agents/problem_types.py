"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType("disposition_required", 409, "The last call has no disposition yet", "Set its disposition first"),
    ProblemType(
        "mobile_not_allowed",
        409,
        "The organisation does not call agents on their mobile numbers",
        "An administrator allows it in the organisation's settings",
    ),
    ProblemType(
        "not_in_hand", 409, "The user does not have this call, or its wrap-up is over", "Nothing: it is too late"
    ),
)
