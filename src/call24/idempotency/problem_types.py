"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import AGAIN, ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "idempotency_key_in_use", 409, "A request with this Idempotency-Key is in progress", "Retry in a moment"
    ),
    ProblemType(
        "idempotency_key_reused",
        422,
        "This Idempotency-Key was used for another request",
        "Use a new key for a new request",
    ),
    ProblemType(
        "idempotency_outcome_unknown",
        409,
        "The server stopped while it processed the request with this key",
        "Check whether it was carried out; then use a new key",
    ),
    ProblemType(
        "too_many_idempotency_keys", 429, "The user or the organisation has used too many idempotency keys today", AGAIN
    ),
)
