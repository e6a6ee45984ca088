"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import AGAIN, LATER, ProblemType

PROBLEM_TYPES = (
    ProblemType("agent_busy", 409, "The user is on a call, or a call is ringing", "End it first"),
    ProblemType("colleague_busy", 409, "The colleague is on a call or in wrap-up", LATER),
    ProblemType(
        "colleague_no_phone",
        409,
        "No phone of the colleague is registered",
        "Ask somebody else; they must open the app",
    ),
    ProblemType("colleague_offline", 409, "The colleague is offline", "Ask somebody else"),
    ProblemType("customer_in_call", 409, "The number is that of the customer in this call", "Choose another number"),
    ProblemType(
        "monitoring_objected",
        409,
        "An agent in the call objected to being listened to",
        "Nothing; the agent can agree again in the app",
    ),
    ProblemType("network_away", 503, "No phone can be rung at the moment", AGAIN),
    ProblemType("no_line_free", 409, "The organisation has reached its number of concurrent calls", LATER),
    ProblemType(
        "no_number_to_show",
        409,
        "The organisation has no verified number to show",
        "Add a number, and let a call come in on it",
    ),
    ProblemType("no_phone", 409, "The user is not signed in on a device with a phone", "Open the app on a device"),
    ProblemType("not_listening", 409, "The user does not monitor this call yet", "Start listening first"),
    ProblemType("own_call", 409, "The user is in this call and cannot monitor it", "Nothing"),
    ProblemType(
        "phone_not_registered",
        409,
        "None of the user's phones is registered",
        "Open the app and wait until it is connected",
    ),
)
