"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType("erasure_register_full", 409, "No more callers of the organisation can be erased", "Ask the operator"),
)
