"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType("recording_damaged", 404, "The recording's file is damaged", "Restore it from a backup"),
    ProblemType(
        "recording_key_foreign",
        404,
        "The recording was encrypted with another installation's key",
        "Restore this installation's key",
    ),
)
