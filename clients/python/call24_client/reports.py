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
    before: dict[str, float | None] | None


ReportBefore = TypedDict(
    "ReportBefore",
    {
        "from": str,
        "to": str,
        "until": str | None,
        "total": dict[str, float | None],
    },
)


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
        "before": ReportBefore | None,
    },
)


class QueueRef(TypedDict):
    """A queue by id, with the name to show. The name of a deleted queue is empty."""

    id: str
    name: str


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


class LineSegment(TypedDict):
    """One piece of a call's line: what the customer went through, and for how long."""

    kind: Literal["menu", "wait", "ring", "talk", "hold", "outside", "voicemail", "wrap", "left"]
    s: float


class RecordingSummary(TypedDict):
    """A recording, as it is shown with its call."""

    id: str
    kind: Literal["call", "message"]
    state: Literal["open", "stored", "short", "empty", "missing", "refused", "deleted"]
    duration_s: float


class CallRow(TypedDict):
    """An ended call, as lists show it."""

    id: str
    at: str
    ended_at: str | None
    direction: Literal["inbound", "outbound", "internal", "callback"]
    number: str | None
    name: str | None
    contact_id: str | None
    queue: QueueRef | None
    agent: UserRef | None
    outcome: Literal[
        "open",
        "answered",
        "forwarded",
        "callback",
        "voicemail",
        "turned_away",
        "abandoned",
        "abandoned_in_menu",
        "cancelled",
        "busy",
        "no_answer",
        "not_reached",
        "expired",
        "failed",
    ]
    missed: bool
    ended_by: Literal["caller", "called", "agent", "system", "third"] | None
    answered_at: str | None
    menu_s: float
    wait_s: float
    ring_s: float
    talk_s: float
    hold_s: float
    outside_s: float
    wrap_up_s: float
    line: list[LineSegment]
    recording: RecordingSummary | None
    restricted: bool


class CallPage(TypedDict):
    """One page of ended calls, newest first."""

    items: list[CallRow]
    next: str | None


class AgentFigures(TypedDict):
    """What an agent did today, in the measures of reports."""

    id: str
    handled: int
    handle_time_s: float | None


class TodayAnswer(TypedDict):
    """Today's figures, for the live screen: of each agent, and of each hour so far."""

    at: str
    day: str
    time_zone: str
    agents: list[AgentFigures]
    hours: list[ReportRow]
    total: dict[str, float | None]


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
    compare: bool | None = None,
) -> Request[ReportAnswer]:
    """Returns a report: the measures of whole days by one thing, and their total. Days are those of the
    organisation's time zone, 366 at most. A call counts whole in the day and hour in which it began; an agent's
    time (signed in, occupancy) counts when it passed. An hour that the clock had twice is one row. Hours and days
    that have not begun have none. `measures` says what each value means. With a filter, measures that cannot be
    filtered by it are left out. `compare` adds the figures of the same weekdays before: as many whole weeks
    earlier as the report's days are long, and up to the same time of day where the last of them is today. It adds
    none where calls of those days are deleted already.
    """
    return Request(
        "GET",
        "/v1/reports",
        query={
            "by": by,
            "from": from_,
            "to": to,
            "queue_id": queue_id,
            "agent_id": agent_id,
            "direction": direction,
            "compare": compare,
        },
    )


def list_calls(
    *,
    measure: Literal[
        "calls",
        "offered",
        "answered",
        "abandoned",
        "short_abandoned",
        "elsewhere",
        "handled",
        "transfers",
        "rung",
        "took",
        "ring_no_answer",
        "declined",
    ],
    limit: int | None = None,
    cursor: str | None = None,
    from_: str | None = None,
    to: str | None = None,
    direction: Literal["inbound", "outbound", "internal", "callback"] | None = None,
    queue_id: str | None = None,
    agent_id: str | None = None,
    disposition_id: str | None = None,
    number_id: str | None = None,
    hour: int | None = None,
) -> Request[CallPage]:
    """Lists the calls that a figure of a report counts, newest first. The query names a cell of a report: its days,
    its filters, and what its row is of; `none` is the row of calls without one. Measures that count stays in
    queues, agents' parts or offers may count a call several times; it is listed once. A page may have fewer calls
    than `limit`, or none, while others follow: read on until `next` is null.
    """
    return Request(
        "GET",
        "/v1/reports/calls",
        query={
            "measure": measure,
            "limit": limit,
            "cursor": cursor,
            "from": from_,
            "to": to,
            "direction": direction,
            "queue_id": queue_id,
            "agent_id": agent_id,
            "disposition_id": disposition_id,
            "number_id": number_id,
            "hour": hour,
        },
    )


def read_today() -> Request[TodayAnswer]:
    """Returns today's figures for the live screen, of all agents and hours at once. They are those of `GET
    /v1/reports` for today: `handled` and `handle_time_s` by agent, and by hour what waits in queues came to. Ask
    again when the realtime event `record` says that a call has ended; three seconds after it at the earliest,
    since they are counted at most every two seconds.
    """
    return Request("GET", "/v1/reports/today")


def read_totals(
    *, from_: str | None = None, to: str | None = None, queue_id: str | None = None
) -> Request[TotalsAnswer]:
    """Returns what is kept of calls that are deleted: totals of the organisation, or of a queue. A row is of a day,
    where at least 10 different callers called; else of the week's days without a row, or of the month's. It has
    no largest values and nothing of agents. A row is there once all calls of its days are deleted, and it is
    returned whole where it has one of the days asked for, 366 at most. Rows never have a call twice.
    """
    return Request("GET", "/v1/reports/totals", query={"from": from_, "to": to, "queue_id": queue_id})
