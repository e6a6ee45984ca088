"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "erasure_notices_full",
        409,
        "Too many erasure notices of the organisation wait for processors' answers",
        "Have the processors answer, or delete those that are gone; then erase again",
    ),
)
