"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "report_not_mailed",
        409,
        "The report cannot be sent to you by e-mail",
        "Confirm your e-mail address, allow e-mails of scheduled reports under Notifications, or ask the operator "
        "whether the installation has a mail server; `detail` says which",
    ),
)
