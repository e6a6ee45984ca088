"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import READ, ProblemType

PROBLEM_TYPES = (
    ProblemType("person_changed", 409, "Somebody else has changed the person", READ),
    ProblemType("not_mergeable", 409, "These two people cannot be merged", READ),
    ProblemType("already_undone", 409, "It was undone before, or can no longer be", READ),
    ProblemType("person_deleted", 409, "The person was deleted or merged since", READ),
)
