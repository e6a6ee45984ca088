"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

_RULES = "An owner can change the toll-fraud policy (`/v1/fence`)"

PROBLEM_TYPES = (
    ProblemType("destination_denied", 403, "The organisation's policy denies this country or number", _RULES),
    ProblemType(
        "emergency_number",
        403,
        "It is an emergency number: Call24 does not place emergency calls",
        "Use a mobile phone, or another telephone",
    ),
    ProblemType(
        "frozen", 403, "Outgoing calls are frozen because they looked like fraud", "An owner can lift it (`/v1/fence`)"
    ),
    ProblemType("minutes_used_up", 403, "Today's outgoing minutes are used up", _RULES),
    ProblemType("not_a_number", 403, "This is not a phone number", "Use the international form: +442079460123"),
    ProblemType("premium_denied", 403, "The organisation's policy denies premium-rate numbers", _RULES),
    ProblemType("satellite_denied", 403, "The organisation's policy denies satellite numbers", _RULES),
    ProblemType("too_many_calls", 403, "Too many concurrent outgoing calls", "Wait until one has ended"),
    ProblemType("too_many_per_minute", 403, "Too many outgoing calls in a minute", "Wait a minute"),
)
