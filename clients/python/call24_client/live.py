"""Live. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request


class ReadAnswerSystem(TypedDict):
    asterisk: NotRequired[str | None]
    mongodb: NotRequired[str | None]


class ReadAnswerSession(TypedDict):
    state: NotRequired[str | None]
    since: NotRequired[str | None]
    reason: NotRequired[Any]
    call_id: NotRequired[Any]
    pause_limit_at: NotRequired[Any]
    overdue: NotRequired[bool | None]
    agent_id: NotRequired[str | None]
    wrap_up_until: NotRequired[Any]
    next: NotRequired[Any]
    disposition_due: NotRequired[Any]
    disposition_required: NotRequired[bool | None]
    disposition_id: NotRequired[Any]
    day: NotRequired[list[Any] | None]


class ReadAnswerQueuesItemAgents(TypedDict):
    offline: NotRequired[float | None]
    available: NotRequired[float | None]
    offered: NotRequired[float | None]
    on_call: NotRequired[float | None]
    wrap_up: NotRequired[float | None]
    paused: NotRequired[float | None]


class ReadAnswerQueuesItem(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    waiting: NotRequired[float | None]
    callbacks: NotRequired[float | None]
    longest_since: NotRequired[Any]
    line: NotRequired[list[Any] | None]
    service_level: NotRequired[Any]
    agents: NotRequired[ReadAnswerQueuesItemAgents | None]


ReadAnswerAgentsItem = TypedDict(
    "ReadAnswerAgentsItem",
    {
        "id": NotRequired[str | None],
        "name": NotRequired[str | None],
        "state": NotRequired[str | None],
        "since": NotRequired[str | None],
        "reason": NotRequired[Any],
        "call_id": NotRequired[Any],
        "pause_limit_at": NotRequired[Any],
        "overdue": NotRequired[bool | None],
        "with": NotRequired[Any],
    },
)


class ReadAnswerToday(TypedDict):
    answered: NotRequired[float | None]
    handle_s: NotRequired[Any]
    service_level: NotRequired[Any]


class ReadAnswer(TypedDict):
    seq: NotRequired[float | None]
    at: NotRequired[str | None]
    system: NotRequired[ReadAnswerSystem | None]
    session: NotRequired[ReadAnswerSession | None]
    call: NotRequired[Any]
    queues: NotRequired[list[ReadAnswerQueuesItem | None] | None]
    agents: NotRequired[list[ReadAnswerAgentsItem | None] | None]
    today: NotRequired[ReadAnswerToday | None]
    calls: NotRequired[list[Any] | None]


def read() -> Request[ReadAnswer]:
    """Everything that the app shows now. `seq` is taken first: an event may come twice, but none is missed. `call`:
    the one this user has, is rung for or listens to. `calls`: all that go on, and whom each agent talks to
    (`with`), for who may see all.
    """
    return Request("GET", "/v1/live")
