"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "transfer_not_registered",
        409,
        "Personal data would go to another region, and no entry of the transfer register covers it",
        "Have a privacy officer add the recipient with its safeguard (`POST /v1/data-transfers`), then try again",
    ),
    ProblemType(
        "transfer_in_use",
        409,
        "An endpoint in another region is allowed by this entry alone",
        "Add another entry for it, or switch the endpoint off, then delete this one",
    ),
)
