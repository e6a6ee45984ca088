"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "policy_outdated",
        409,
        "Another version of the privacy policy applies, or its text is another",
        "Get `/v1/me/policy` again, show the user its `current` version and send its version and hash",
    ),
)
