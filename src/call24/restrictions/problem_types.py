"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "data_restricted",
        403,
        "The person's data is restricted: it is kept and not used",
        "Ask the privacy officer, who sees why and until when",
    ),
    ProblemType(
        "restriction_untold",
        409,
        "The person was not told yet that the restriction will be lifted",
        "Tell the person, and take the step `tell_lifting`",
    ),
    ProblemType("restriction_lifted", 409, "The restriction was lifted before", "Nothing: the data is used again"),
    ProblemType(
        "restriction_not_opened",
        409,
        "You have not opened the restricted data, or half an hour is over",
        "Open it with `POST /v1/restrictions/{restriction_id}/openings`, with the reason",
    ),
    ProblemType(
        "restriction_history_full", 409, "The restriction was opened 200 times", "Ask whether it can be lifted"
    ),
    ProblemType("restriction_changed", 409, "Somebody else has changed it", "Read it again, and try again"),
)
