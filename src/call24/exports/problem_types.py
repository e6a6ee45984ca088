"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "export_not_done",
        409,
        "The export's file does not exist yet, or was deleted",
        "Check the export's state; create another one",
    ),
    ProblemType(
        "too_many_exports",
        429,
        "Too many exports at the same time, or today",
        "Wait until one is done, or until tomorrow",
    ),
)
