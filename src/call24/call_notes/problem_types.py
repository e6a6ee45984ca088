"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "not_for_internal_calls",
        409,
        "No customer is in this call, so it has no note",
        "Write notes of calls with customers",
    ),
)
