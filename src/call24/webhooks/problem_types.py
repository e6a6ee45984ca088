"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import NOTHING, ProblemType

PROBLEM_TYPES = (ProblemType("delivery_waiting", 409, "The delivery is already waiting to be sent", NOTHING),)
