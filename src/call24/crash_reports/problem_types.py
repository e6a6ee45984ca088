"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "telemetry_not_agreed",
        409,
        "The user did not agree that crash reports are sent",
        "Show the text of the purpose `telemetry` (`GET /v1/me/consents`), have the user agree to it, then send again",
    ),
)
