"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType("too_much", 422, "The period has more data than one request can process", "Request a shorter period"),
)
