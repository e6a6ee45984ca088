"""Staffing. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import TypedDict

from call24_client.transport import Request


class StaffingFigure(TypedDict):
    """A simulated figure, with the interval that holds its true value 19 times in 20. Null: nothing to take it from.
    No interval (`low` and `high` null) where callers never hang up and more than 95 % of the agents' time is
    work: the queue settles too slowly for the simulated calls.
    """

    value: float | None
    low: float | None
    high: float | None


class StaffingFormula(TypedDict):
    """What Erlang C says of the same team. It assumes that callers never hang up."""

    service_level: float
    average_speed_of_answer_s: float


class StaffingPoint(TypedDict):
    """A team size."""

    agents: int
    service_level: StaffingFigure
    average_speed_of_answer_s: StaffingFigure
    abandoned: StaffingFigure
    occupancy: StaffingFigure
    erlang_c: StaffingFormula | None


class StaffingCurve(TypedDict):
    """How the service level and the wait change with the number of agents."""

    erlangs: float
    target_s: float
    goal: float
    smallest: int | None
    smallest_erlang_c: int | None
    calls: int
    points: list[StaffingPoint]


def read_curve(
    *,
    arrivals_per_hour: float,
    handle_s: float,
    wrap_up_s: float | None = None,
    patience_s: float | None = None,
    target_s: float | None = None,
    goal: float | None = None,
) -> Request[StaffingCurve]:
    """Simulates a queue with several team sizes: the service level and the wait of each, beside Erlang C. Calls go
    through the routing that real calls go through. Agents answer at once and work all the time. It takes some
    seconds; one at a time per organisation: 429 while another is computed. Calls for 150 agents at most.
    """
    return Request(
        "GET",
        "/v1/staffing",
        query={
            "arrivals_per_hour": arrivals_per_hour,
            "handle_s": handle_s,
            "wrap_up_s": wrap_up_s,
            "patience_s": patience_s,
            "target_s": target_s,
            "goal": goal,
        },
    )
