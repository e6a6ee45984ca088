"""A day replayed with another order of ringing, as the API answers it, for the app's tests and pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from call24.what_if.api import Question
from call24.what_if.what_if import NOT_MODELLED

Json = dict[str, Any]

ANNA, BATBOLD, SARAA = "usr_anna", "usr_batbold", "usr_saraa"
"""Members of the queue of the scenes."""
TURNS = (ANNA, BATBOLD, SARAA)


def reason(agent: str, code: str, *, chosen: bool = False) -> Json:
    return {"agent_id": agent, "chosen": chosen, "code": code, "idle_s": 40.0}


def decision(n: int, now: str, then: str | None, **more: Any) -> Json:
    differs = now != then
    reasons = [reason(then, "its_turn", chosen=True), reason(now, "offered_later")] if differs and then else []
    return {
        "at": f"2026-03-02T{9 + n // 12:02}:{5 * (n % 12):02}:07.000Z",
        "call_id": f"call_d{n}",
        "queue_id": "que_support",
        "rung": [now],
        "as_now": [now],
        "would_ring": [then] if then else [],
        "hopeless": False,
        "reasons": reasons,
        "instead": None,
        "reproduced": True,
        "differs": differs,
        **more,
    }


def answer(question: Json) -> Json:
    """Forty offers, most of them to Anna; in turn, they would have been spread."""
    made = [decision(n, ANNA if n % 5 else BATBOLD, TURNS[n % 3]) for n in range(38)]
    made += [
        decision(38, BATBOLD, None, instead="call_d39"),
        decision(39, ANNA, SARAA, reproduced=False, rung=[BATBOLD]),
    ]
    return {
        "day": question["day"],
        "queue_id": question["queue_id"],
        "changes": question["changes"],
        "offers": len(made),
        "reproduced": sum(one["reproduced"] for one in made),
        "differ": sum(one["differs"] for one in made),
        "earlier": 6,
        "earlier_s": 11.4,
        "reached": 2,
        "calls": 37,
        "max_wait": {"would_leave": 3, "might_stay": 0},
        "max_waiting": {"would_be_full": 0, "might_join": 0},
        "auto_pause": {"would_pause": 0, "would_not": 0},
        "decisions": made,
        "left_off": 0,
        "offered_earlier": [],
        "not_modelled": list(NOT_MODELLED),
    }


def empty(question: Json) -> Json:
    nothing = {"offers": 0, "reproduced": 0, "differ": 0, "earlier": 0, "earlier_s": None, "reached": 0, "calls": 0}
    return {**answer(question), **nothing, "decisions": []}


class WhatIfScene:
    def __init__(self) -> None:
        self.answers: Callable[[Json], Json] = answer
        self.asked: list[Json] = []

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        """None for what is not its own."""
        if path != "/v1/what-if":
            return None
        self.asked.append(Question.model_validate(body).model_dump(exclude_unset=True))
        return 200, self.answers(self.asked[-1])
