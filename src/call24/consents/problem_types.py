"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "consent_text_changed",
        409,
        "The text of the purpose is not the one that was shown",
        "Show the purpose's text again, with its `hash`, and ask again",
    ),
)
