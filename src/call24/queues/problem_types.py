"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import FREE, OTHER, ProblemType

PROBLEM_TYPES = (
    ProblemType("hours_in_use", 409, "Something uses the opening hours", FREE),
    ProblemType("hours_name_taken", 409, "There are already opening hours with this name", OTHER),
    ProblemType("queue_in_use", 409, "Something leads to the queue", FREE),
    ProblemType("queue_name_taken", 409, "There is already a queue with this name", OTHER),
    ProblemType(
        "recording_not_announced",
        422,
        "The queue would record every call and not announce it",
        "Switch `record_announcement` on, or say in `not_announced_because` why callers need not hear it",
    ),
)
