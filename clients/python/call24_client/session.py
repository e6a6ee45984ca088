"""Session. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request


class RequestStateAnswer(TypedDict):
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


def request_state(body: Wish) -> Request[RequestStateAnswer]:
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
