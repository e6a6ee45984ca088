"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import MOST, OPERATOR, OTHER, ProblemType

PROBLEM_TYPES = (
    ProblemType("network_not_granted", 403, "An address of the trunk is not granted to the organisation", OPERATOR),
    ProblemType("number_not_granted", 403, "The number is not granted to the organisation", OPERATOR),
    ProblemType("number_taken", 409, "The number is already in use", OTHER),
    ProblemType(
        "symmetric_rtp_differs",
        409,
        "A trunk of another organisation at one of these addresses has a different symmetric_rtp",
        "Set symmetric_rtp as `detail` says, or ask the operator of this installation",
    ),
    ProblemType(
        "retention_reason_required",
        422,
        "To keep calls, or recordings beyond them, longer, a legal reason has to be stated",
        "Say in the field that `errors` names by which law or contract",
    ),
    ProblemType(
        "retention_separate",
        409,
        "How long calls are kept is not changed here, since calls that are there follow",
        "Use `PUT /v1/organisation/record-days`",
    ),
    ProblemType(
        "too_many_networks",
        409,
        "The trunks of the organisation, or of the installation, have too many addresses",
        "Use fewer addresses, or ask the operator to change --trunk-networks-each or --trunk-networks",
    ),
    ProblemType("too_many_trunks", 409, "An organisation has at most 20 trunks", MOST),
    ProblemType("trunk_in_use", 409, "Numbers use this trunk", "Move or delete them first"),
)
