"""What the API answers to "how many agents?"."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict


class StaffingFigure(TypedDict):
    """A simulated figure, with the interval that holds its true value 19 times in 20. Null: nothing to take it from.

    No interval (`low` and `high` null) where callers never hang up and more than 95 % of the agents' time is work: the
    queue settles too slowly for the simulated calls.
    """

    value: float | None
    low: float | None
    high: float | None


class StaffingFormula(TypedDict):
    """What Erlang C says of the same team. It assumes that callers never hang up."""

    service_level: Annotated[float, Field(description="Share of calls answered within `target_s`")]
    average_speed_of_answer_s: float


class StaffingPoint(TypedDict):
    """A team size."""

    agents: int
    service_level: Annotated[
        StaffingFigure,
        Field(description="Share of calls answered within `target_s`, without callers who hung up within it"),
    ]
    average_speed_of_answer_s: StaffingFigure
    abandoned: Annotated[StaffingFigure, Field(description="Share of callers who hang up before an answer")]
    occupancy: Annotated[StaffingFigure, Field(description="Share of the agents' time that is spent on calls")]
    erlang_c: Annotated[StaffingFormula | None, Field(description="Null: the formula's queue grows without limit")]


class StaffingCurve(TypedDict):
    """How the service level and the wait change with the number of agents."""

    erlangs: Annotated[float, Field(description="How many agents' work the calls are")]
    target_s: float
    goal: Annotated[float, Field(description="The share of calls that should be answered within `target_s`")]
    smallest: Annotated[
        int | None,
        Field(
            description="The smallest team that reaches the goal; callers who hang up within `target_s` are left out. "
            "Null: none of these"
        ),
    ]
    smallest_erlang_c: Annotated[int | None, Field(description="The same by Erlang C")]
    calls: Annotated[int, Field(description="Calls that were simulated for each size")]
    points: Annotated[list[StaffingPoint], Field(description="By the number of agents")]
