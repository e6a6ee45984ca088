"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import READ, ProblemType

PROBLEM_TYPES = (
    ProblemType("request_changed", 409, "Somebody else has changed the privacy request", READ),
    ProblemType(
        "request_state",
        409,
        "The privacy request is in a state in which this step is not possible",
        "Take one of the `steps` of the request",
    ),
    ProblemType(
        "identity_unproven",
        409,
        "The identity of the person who asks is not checked yet",
        "Take the step `confirm_identity` first",
    ),
    ProblemType(
        "request_extended",
        409,
        "The deadline of the privacy request was extended before",
        "Answer the request: it can be extended once",
    ),
    ProblemType(
        "request_history_full",
        409,
        "The history of the privacy request has no room for more notes",
        "Finish or refuse the request",
    ),
    ProblemType(
        "privacy_requests_open",
        409,
        "The person has 10 privacy requests that are not answered",
        "Answer some of them first",
    ),
)
