"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "mail_not_received",
        409,
        "This installation receives no e-mail",
        "Have its operator set `--mail-in-domain`, as docs/guides/tasks-by-email.md describes",
    ),
)
