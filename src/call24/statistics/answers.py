"""What the API answers about reports."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Date, Instant, one_of
from call24.kit.ids import UserId

ReportBy = Annotated[str, one_of("queue", "agent", "hour", "day", "disposition", "direction", "number")]
ReportUnit = Annotated[str, one_of("count", "s", "share")]
ReportValues = Annotated[dict[str, float | None], Field(description="By the measure's `key`. Null: nothing to measure")]


class ReportMeasure(TypedDict):
    """A measure of a report: what its values mean."""

    key: str
    name: str
    unit: Annotated[ReportUnit, Field(description="`s`: seconds; `share`: from 0 to 1")]
    definition: str
    adds_up: Annotated[bool, Field(description="The rows sum to the total")]


class ReportRow(TypedDict):
    """The figures of one queue, agent, hour, day, disposition, direction or number."""

    key: Annotated[str | None, Field(description="An id, or the hour, day or direction. Null: calls without one")]
    name: Annotated[str, Field(description="The name to show")]
    values: ReportValues
    before: Annotated[ReportValues | None, Field(description="Of the days before. Null: nothing, or not asked for")]


_Days = TypedDict(
    "_Days",
    {
        "from": Annotated[Date, Field(description="The first day, in the organisation's time zone")],
        "to": Annotated[Date, Field(description="The last day")],
    },
)


class ReportBefore(_Days):
    """The same weekdays before, with which a report is compared."""

    until: Annotated[Instant | None, Field(description="Counted up to then, since the report's days are not over")]
    total: ReportValues


class ReportAnswer(_Days):
    """Measures of a number of days by one thing, with their total."""

    by: ReportBy
    time_zone: Annotated[str, Field(description="IANA name, such as `Europe/London`")]
    measures: list[ReportMeasure]
    rows: list[ReportRow]
    total: ReportValues
    before: Annotated[
        ReportBefore | None,
        Field(description="Null where it was not asked for, no day has begun, or calls of the days before are deleted"),
    ]


class AgentFigures(TypedDict):
    """What an agent did today, in the measures of reports."""

    id: UserId
    handled: Annotated[int, Field(description="As `handled` in reports: times that the agent had a call and spoke")]
    handle_time_s: Annotated[
        float | None, Field(description="As in reports: mean talk + hold + wrap-up. Null: no call yet")
    ]


class TodayAnswer(TypedDict):
    """Today's figures, for the live screen: of each agent, and of each hour so far."""

    at: Annotated[Instant, Field(description="Counted then")]
    day: Annotated[Date, Field(description="Today, in the organisation's time zone")]
    time_zone: Annotated[str, Field(description="IANA name, such as `Europe/London`")]
    agents: Annotated[
        list[AgentFigures],
        Field(description="Every user but those who objected to statistics on individuals"),
    ]
    hours: Annotated[
        list[ReportRow],
        Field(description="From midnight to the hour that goes on; without measures of agents", max_length=24),
    ]
    total: Annotated[ReportValues, Field(description="Of all hours")]


TotalPeriod = Annotated[str, one_of("day", "week", "month")]


class TotalRow(_Days):
    """Sums of calls that are deleted, of a day, or of those days of a week or month that have no row of their own."""

    period: TotalPeriod
    values: ReportValues


class TotalsAnswer(_Days):
    """What is kept of calls that are deleted: totals of at least 10 different callers."""

    time_zone: Annotated[str, Field(description="IANA name, such as `Europe/London`")]
    fewest_callers: Annotated[int, Field(description="What has fewer different callers in it is not kept")]
    measures: list[ReportMeasure]
    rows: list[TotalRow]
    total: Annotated[ReportValues, Field(description="Of all rows")]
