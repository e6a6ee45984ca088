"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "sip_trace_needs_own_asterisk",
        409,
        "The installation uses an Asterisk that it does not run itself",
        "Have that Asterisk send its SIP messages (HEP) to a capture server of your own",
    ),
    ProblemType(
        "sip_trace_going_on",
        409,
        "A SIP trace of this organisation, or four in all, are waiting or capturing",
        "End it, or wait until it is over",
    ),
    ProblemType("sip_traces_full", 409, "As many SIP traces as may be are kept", "End one, or wait 15 minutes"),
)
