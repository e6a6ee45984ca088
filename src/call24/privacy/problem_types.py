"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import FREE, NOTHING, ProblemType

PROBLEM_TYPES = (
    ProblemType("caller_on_call", 409, "The caller is on a call", "Wait until it is over"),
    ProblemType("organisation_closing", 409, "The organisation is being closed already", NOTHING),
    ProblemType("closing_begun", 409, "The deletion of the organisation has begun, and nothing stops it", NOTHING),
    ProblemType("user_in_use", 409, "A flow refers to the user", FREE),
    ProblemType("user_on_call", 409, "The user is on a call", "Wait until it is over"),
)
