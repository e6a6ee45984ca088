"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import READ, ProblemType

PROBLEM_TYPES = (
    ProblemType("disclosure_changed", 409, "Somebody else has added to the entry", READ),
    ProblemType(
        "disclosure_history_full",
        409,
        "The entry has no room for more corrections",
        "Make another entry that refers to it; a change of its secrecy is always noted",
    ),
)
