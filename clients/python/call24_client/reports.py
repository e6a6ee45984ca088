"""Reports. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request


class ReportMeasure(TypedDict):
    """A measure of a report: what its values mean."""

    key: str
    name: str
    unit: Literal["count", "s", "share"]
    definition: str
    adds_up: bool


class ReportRow(TypedDict):
    """The figures of one queue, agent, hour, day, disposition, direction or number."""

    key: str | None
    name: str
    values: dict[str, float | None]


ReportAnswer = TypedDict(
    "ReportAnswer",
    {
        "from": str,
        "to": str,
        "by": Literal["queue", "agent", "hour", "day", "disposition", "direction", "number"],
        "time_zone": str,
        "measures": list[ReportMeasure],
        "rows": list[ReportRow],
        "total": dict[str, float | None],
    },
)


TotalRow = TypedDict(
    "TotalRow",
    {
        "from": str,
        "to": str,
        "period": Literal["day", "week", "month"],
        "values": dict[str, float | None],
    },
)


TotalsAnswer = TypedDict(
    "TotalsAnswer",
    {
        "from": str,
        "to": str,
        "time_zone": str,
        "fewest_callers": int,
        "measures": list[ReportMeasure],
        "rows": list[TotalRow],
        "total": dict[str, float | None],
    },
)


def read(
    *,
    by: Literal["queue", "agent", "hour", "day", "disposition", "direction", "number"],
    from_: str | None = None,
    to: str | None = None,
    queue_id: str | None = None,
    agent_id: str | None = None,
    direction: Literal["inbound", "outbound", "internal", "callback"] | None = None,
) -> Request[ReportAnswer]:
    """Returns a report: the measures of whole days by one thing, and their total. Days are those of the
    organisation's time zone, 366 at most. A call counts whole in the day and hour in which it began; an agent's
    time (signed in, occupancy) counts when it passed. An hour that the clock had twice is one row. Hours and days
    that have not begun have none. `measures` says what each value means. With a filter, measures that cannot be
    filtered by it are left out.
    """
    return Request(
        "GET",
        "/v1/reports",
        query={"by": by, "from": from_, "to": to, "queue_id": queue_id, "agent_id": agent_id, "direction": direction},
    )


def read_totals(
    *, from_: str | None = None, to: str | None = None, queue_id: str | None = None
) -> Request[TotalsAnswer]:
    """Returns what is kept of calls that are deleted: totals of the organisation, or of a queue. A row is of a day,
    where at least 10 different callers called; else of the week's days without a row, or of the month's. It has
    no largest values and nothing of agents. A row is there once all calls of its days are deleted, and it is
    returned whole where it has one of the days asked for, 366 at most. Rows never have a call twice.
    """
    return Request("GET", "/v1/reports/totals", query={"from": from_, "to": to, "queue_id": queue_id})
