"""Reports. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request


class ReadAnswerMeasuresItem(TypedDict):
    key: NotRequired[str | None]
    name: NotRequired[str | None]
    unit: NotRequired[str | None]
    definition: NotRequired[str | None]
    adds_up: NotRequired[bool | None]


class ReadAnswerRowsItemValues(TypedDict):
    calls: NotRequired[float | None]
    offered: NotRequired[float | None]
    answered: NotRequired[float | None]
    abandoned: NotRequired[float | None]
    short_abandoned: NotRequired[float | None]
    elsewhere: NotRequired[float | None]
    average_speed_of_answer_s: NotRequired[Any]
    longest_wait_s: NotRequired[float | None]
    service_level: NotRequired[Any]
    handled: NotRequired[float | None]
    talk_s: NotRequired[float | None]
    hold_s: NotRequired[float | None]
    wrap_up_s: NotRequired[float | None]
    handle_time_s: NotRequired[Any]
    transfers: NotRequired[float | None]
    rung: NotRequired[float | None]
    took: NotRequired[float | None]
    ring_no_answer: NotRequired[float | None]
    declined: NotRequired[float | None]
    signed_in_s: NotRequired[float | None]
    paused_s: NotRequired[float | None]
    ready_s: NotRequired[float | None]
    handling_s: NotRequired[float | None]
    occupancy: NotRequired[Any]


class ReadAnswerRowsItem(TypedDict):
    key: NotRequired[str | None]
    name: NotRequired[str | None]
    values: NotRequired[ReadAnswerRowsItemValues | None]


ReadAnswer = TypedDict(
    "ReadAnswer",
    {
        "by": NotRequired[str | None],
        "from": NotRequired[str | None],
        "to": NotRequired[str | None],
        "time_zone": NotRequired[str | None],
        "measures": NotRequired[list[ReadAnswerMeasuresItem | None] | None],
        "rows": NotRequired[list[ReadAnswerRowsItem | None] | None],
        "total": NotRequired[ReadAnswerRowsItemValues | None],
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
) -> Request[ReadAnswer]:
    """Measures by one thing, and their total, of whole days in the organisation's time zone. A call counts whole in
    the day and hour in which it began; an agent's time (signed in, occupancy) when it passed. An hour that the
    clock had twice is one row. `measures` says what each value means; `adds_up`: its rows sum to the total. With
    a filter, measures that know nothing of it are left out.
    """
    return Request(
        "GET",
        "/v1/reports",
        query={"by": by, "from": from_, "to": to, "queue_id": queue_id, "agent_id": agent_id, "direction": direction},
    )
