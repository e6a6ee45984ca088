"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import FREE, NOTHING, ProblemType

PROBLEM_TYPES = (
    ProblemType("caller_on_call", 409, "The caller is on a call", "Wait until it is over"),
    ProblemType("organisation_closing", 409, "The organisation is being closed already", NOTHING),
    ProblemType("closing_begun", 409, "The deletion of the organisation has begun, and nothing stops it", NOTHING),
    ProblemType("legal_hold", 409, "A legal hold keeps it from being deleted", "Have the hold released first"),
    ProblemType(
        "legal_holds_full",
        409,
        "There are as many open legal holds, or reviews of one, as can be kept",
        "Release a hold, or set a new one instead of this",
    ),
    ProblemType("legal_hold_released", 409, "The legal hold is released already", NOTHING),
    ProblemType(
        "retention_change_begun", 409, "The change of how long calls are kept has taken effect", "Make another change"
    ),
    ProblemType(
        "retention_change_open",
        409,
        "A change of how long calls are kept is under way",
        "Undo it (`DELETE /v1/organisation/record-days/change`), or wait until all calls have followed",
    ),
    ProblemType(
        "retention_plan_outdated",
        409,
        "The plan is of another change, or older than an hour",
        "Read `GET /v1/organisation/record-days/plan` again, and confirm its `id`",
    ),
    ProblemType(
        "retention_plan_required",
        409,
        "A shorter time deletes calls that are kept: it has to be confirmed",
        "Read `GET /v1/organisation/record-days/plan`, and send its `id` as `plan_id`",
    ),
    ProblemType("user_in_use", 409, "A flow refers to the user", FREE),
    ProblemType("user_on_call", 409, "The user is on a call", "Wait until it is over"),
)
