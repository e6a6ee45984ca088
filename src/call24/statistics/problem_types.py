"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "statistics_objected",
        409,
        "The agent objected to statistics on individuals",
        "Ask without the agent: the agent's work is in the totals",
    ),
)
