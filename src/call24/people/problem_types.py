"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import READ, ProblemType

PROBLEM_TYPES = (ProblemType("person_changed", 409, "Somebody else has changed the person", READ),)
