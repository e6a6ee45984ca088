"""Session. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request

SessionDayPart = TypedDict(
    "SessionDayPart",
    {
        "from": str,
        "to": str | None,
        "state": Literal["offline", "available", "offered", "on_call", "wrap_up", "paused"],
    },
)


class AgentSessionAnswer(TypedDict):
    """An agent's session, with the day so far."""

    state: Literal["offline", "available", "offered", "on_call", "wrap_up", "paused"]
    since: str
    reason: str | None
    call_id: str | None
    pause_limit_at: str | None
    overdue: bool
    agent_id: str
    wrap_up_until: str | None
    next: Literal["offline", "available", "offered", "on_call", "wrap_up", "paused"] | None
    disposition_due: str | None
    disposition_required: bool
    disposition_id: str | None
    day: list[SessionDayPart]


class Wish(TypedDict):
    """`reason`: of a pause; a pause reason's id or a built-in code (break, lunch, training, meeting, paperwork)."""

    state: Literal["available", "paused", "offline"]
    reason: NotRequired[str | None]


class ReadTimelineAnswerAgent(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]


ReadTimelineAnswer = TypedDict(
    "ReadTimelineAnswer",
    {
        "day": NotRequired[str | None],
        "agent": NotRequired[ReadTimelineAnswerAgent | None],
        "from": NotRequired[str | None],
        "to": NotRequired[str | None],
        "stretches": NotRequired[list[Any] | None],
        "items": list[Any],
    },
)


def request_state(body: Wish) -> Request[AgentSessionAnswer]:
    """Be available, paused or offline. During a call it is remembered, and done when the call is over. 409
    disposition_required while a wrap-up waits for its disposition: nothing is changed then.
    """
    return Request("PUT", "/v1/session", body=body)


def heartbeat() -> Request[None]:
    """A sign of life, for an app without a realtime connection. Any other request is one too. An agent of whom
    nothing is heard for a minute (no socket, no request, no registered phone) gets no more calls.
    """
    return Request("POST", "/v1/session/heartbeat", answer="nothing")


def read_timeline(*, day: str | None = None) -> Request[ReadTimelineAnswer]:
    """The agent's own day, also what supervisors changed."""
    return Request("GET", "/v1/session/timeline", query={"day": day})
