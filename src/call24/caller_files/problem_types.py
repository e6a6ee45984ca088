"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType("call_live", 409, "The call goes on, so there is no vCon of it yet", "Wait until the call is over"),
    ProblemType(
        "too_many_imports",
        429,
        "A file is being imported already, or the organisation has 1,000 imports",
        "Wait until the import is done",
    ),
)
