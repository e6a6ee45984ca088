"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import NOTHING, ProblemType

PROBLEM_TYPES = (
    ProblemType("delivery_waiting", 409, "The delivery is already waiting to be sent", NOTHING),
    ProblemType(
        "old_secret_signs",
        409,
        "The secret of the webhook or processor was changed within the last day, and the one before still signs beside "
        "it",
        "Change it again after `old_secret_until`; if the new one is lost or known to others, make another webhook or "
        "processor and delete this one",
    ),
)
