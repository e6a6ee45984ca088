"""A curve of team sizes as the API answers it, for the app's tests and pictures: the formula is the product's own."""

from __future__ import annotations

from typing import Any

from call24.staffing.erlang import erlang_c

Json = dict[str, Any]

SIMULATED = (
    (9, 0.611, 23.4, 0.132, 0.857),
    (10, 0.736, 14.4, 0.082, 0.807),
    (11, 0.786, 10.2, 0.059, 0.764),
    (12, 0.796, 8.0, 0.041, 0.737),
    (13, 0.878, 3.4, 0.023, 0.702),
    (14, 0.946, 1.7, 0.011, 0.636),
    (15, 0.974, 0.7, 0.005, 0.591),
    (16, 0.992, 0.4, 0.003, 0.565),
)
"""120 calls an hour of 240 s with 30 s of wrap-up, whose callers hang up after 180 s."""


def near(value: float, by: float) -> Json:
    return {"value": value, "low": value - by, "high": value + by}


def point(agents: int, level: float, wait_s: float, abandoned: float, occupancy: float) -> Json:
    formula = erlang_c(agents, 120, 270, 20)
    return {
        "agents": agents,
        "service_level": near(level, 0.15 * (1 - level) + 0.005),
        "average_speed_of_answer_s": near(wait_s, 0.2 * wait_s),
        "abandoned": near(abandoned, abandoned / 4),
        "occupancy": near(occupancy, 0.02),
        "erlang_c": None
        if formula is None
        else {
            "service_level": formula.service_level,
            "average_speed_of_answer_s": formula.average_speed_of_answer_s,
        },
    }


class StaffingScene:
    def __init__(self) -> None:
        self.query: dict[str, str] = {}
        """Of the request that is being answered."""
        self.asked: list[Json] = []

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        """None for what is not its own."""
        if path != "/v1/staffing":
            return None
        self.asked.append({name: float(value) for name, value in self.query.items()})
        return 200, {
            "erlangs": 9.0,
            "target_s": 20,
            "goal": 0.8,
            "smallest": 13,
            "smallest_erlang_c": 13,
            "calls": 6000,
            "points": [point(*one) for one in SIMULATED],
        }
