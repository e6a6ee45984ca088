"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import READ, ProblemType

PROBLEM_TYPES = (
    ProblemType("task_changed", 409, "Somebody else has changed the task", READ),
    ProblemType(
        "task_transition",
        409,
        "A task in this state cannot become that: what is done or dropped is taken up again first",
        "Make it `open` or `in_progress` first; `detail` names what is allowed",
    ),
    ProblemType(
        "task_offer_over",
        409,
        "The task is not offered to you any more: its time was up, it was withdrawn, or somebody else has it",
        READ,
    ),
    ProblemType(
        "count_changed",
        409,
        "Another number of tasks matches the filter than `count` says",
        "Ask for the count again, show it to the user, then decide",
    ),
)
