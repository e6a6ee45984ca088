"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import LATER, NOTHING, ProblemType

PROBLEM_TYPES = (
    ProblemType("already_held", 409, "The call is already on hold", NOTHING),
    ProblemType("already_muted", 409, "The agent is already muted", NOTHING),
    ProblemType(
        "consulting", 409, "There is already a consultation in the call", "Complete or cancel the consultation first"
    ),
    ProblemType("in_conference", 409, "The call is a conference", "Remove the consult party first"),
    ProblemType("no_customer", 409, "An internal call has no customer", "Nothing: this is for calls with customers"),
    ProblemType("no_third", 409, "There is no consult party in the call", "Start a consultation first"),
    ProblemType("not_answered", 409, "The call has not been answered yet", LATER),
    ProblemType("not_connected", 409, "Nobody is talking in the call at the moment", LATER),
    ProblemType("not_held", 409, "The call is not on hold", NOTHING),
    ProblemType("not_in_conference", 409, "The call is not a conference", NOTHING),
    ProblemType("not_muted", 409, "The agent is not muted", NOTHING),
    ProblemType(
        "not_offered", 409, "The call does not ring for this user", "Nothing: it ended, or went to another agent"
    ),
    ProblemType(
        "not_yours",
        409,
        "Another agent has the call; this user is only the consult party",
        "Leave it to the other agent",
    ),
    ProblemType("on_hold", 409, "The customer is on hold", "Resume the call first"),
    ProblemType("phone_away", 409, "The agent's phone is reconnecting", "Retry in a moment"),
    ProblemType(
        "recording_declined",
        409,
        "The customer withdrew the consent to be recorded, or objected",
        "Ask the customer; a privacy officer can enter a new consent, which holds for the next call",
    ),
    ProblemType(
        "recording_never", 409, "Calls of this queue are never recorded", "An administrator can change the queue"
    ),
    ProblemType("recording_not_paused", 409, "The recording is not paused", NOTHING),
    ProblemType("recording_off", 409, "The call is not being recorded", "Start the recording first"),
    ProblemType("recording_on", 409, "The call is already being recorded", NOTHING),
    ProblemType(
        "recording_stopped",
        409,
        "The caller stopped the recording of this call",
        "Do not record it: nothing records this call again",
    ),
    ProblemType("recording_paused", 409, "The recording is already paused", NOTHING),
    ProblemType("third_not_answered", 409, "The consult party has not answered yet", "Wait, or cancel"),
    ProblemType(
        "third_there", 409, "There is already a consult party in the call", "Complete or cancel the consultation first"
    ),
)
