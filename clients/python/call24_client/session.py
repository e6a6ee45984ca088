"""Session. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

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


class StateRequest(TypedDict):
    """The state that you request. `reason`: of a pause; a pause reason's id or a built-in code (break, lunch,
    training, meeting, paperwork).
    """

    state: Literal["available", "paused", "offline"]
    reason: NotRequired[str | None]


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


AgentDayStretch = TypedDict(
    "AgentDayStretch",
    {
        "from": str,
        "to": str | None,
        "state": Literal["offline", "available", "offered", "on_call", "wrap_up", "paused"],
        "reason": str | None,
        "reason_name": str | None,
        "call_id": str | None,
    },
)


class DispositionRef(TypedDict):
    """A disposition by id, with the name to show."""

    id: str
    name: str


class AgentDayEvent(TypedDict):
    """Something that changed an agent's session."""

    at: str
    event: str
    state: Literal["offline", "available", "offered", "on_call", "wrap_up", "paused"]
    reason: str | None
    reason_name: str | None
    call_id: str | None
    by: UserRef | None
    why: str | None
    disposition: DispositionRef | None


AgentTimeline = TypedDict(
    "AgentTimeline",
    {
        "from": str,
        "to": str,
        "day": str,
        "agent": UserRef,
        "stretches": list[AgentDayStretch],
        "items": list[AgentDayEvent],
    },
)


def request_state(body: StateRequest) -> Request[AgentSessionAnswer]:
    """Requests a state for yourself: available, paused or offline. During a call it takes effect when the call is
    over. 409 `disposition_required` while your wrap-up waits for its disposition; nothing is changed then.
    """
    return Request("PUT", "/v1/session", body=body)


def heartbeat() -> Request[None]:
    """Reports that the app is still there, where it has no realtime connection. Each other request does so too. An
    agent without a connection, a request or a registered phone for a minute is offered no more calls.
    """
    return Request("POST", "/v1/session/heartbeat", answer="nothing")


def read_timeline(*, day: str | None = None) -> Request[AgentTimeline]:
    """Retrieves your own day: each state with its reason and call, and what supervisors corrected."""
    return Request("GET", "/v1/session/timeline", query={"day": day})
