"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import READ, ProblemType

PROBLEM_TYPES = (
    ProblemType("incident_changed", 409, "Somebody else has changed the incident", READ),
    ProblemType(
        "incident_state",
        409,
        "The incident is in a state in which this is not possible",
        "Do one of the `acts` of the incident",
    ),
    ProblemType(
        "incident_risk",
        409,
        "The breach is not assessed as unlikely to be a risk, so the authority is notified",
        "Notify the authority (`notify_authority`), or assess the risk again (`assess`)",
    ),
    ProblemType(
        "incident_undecided",
        409,
        "The incident is not assessed, or nobody has decided whether the affected people are told",
        "Take the step `assess`, and `tell_people` or `waive_people`, then close it",
    ),
    ProblemType(
        "incident_history_full",
        409,
        "The incident has no room for more notes, edits, searches or drafts",
        "Take the steps that settle it: they are always noted",
    ),
    ProblemType(
        "incident_searching",
        409,
        "Affected people are being looked for already",
        "Wait until the search has ended, then start another",
    ),
)
