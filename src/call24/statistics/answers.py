"""What the API answers about reports."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Date, Instant, one_of

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
