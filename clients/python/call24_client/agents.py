"""Agents. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request, part

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


class AgentCorrection(TypedDict):
    """The state that the agent is to have, and why: a code, because journals keep no words about people."""

    state: Literal["available", "paused", "offline"]
    reason: Literal["asked", "forgotten", "away", "stuck", "technical", "shift_over", "other"]


class OfferEnding(TypedDict):
    """The offer is being ended."""


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


def set_session(agent_id: str, body: AgentCorrection) -> Request[AgentSessionAnswer]:
    """Sets an agent's state, as a supervisor. Who did it and why is recorded. A wrap-up ends at once, also without
    its disposition. A call or an offer goes on, and the new state follows it (`next`).
    """
    return Request("PUT", f"/v1/agents/{part(agent_id)}/session", body=body)


def end_offer(agent_id: str) -> Request[OfferEnding]:
    """Ends an offer that is stuck: the agent is free again, and the caller goes on to the next agent. 409
    `not_offered` where the agent is offered no call.
    """
    return Request("DELETE", f"/v1/agents/{part(agent_id)}/offer")


def read_timeline(agent_id: str, *, day: str | None = None) -> Request[AgentTimeline]:
    """Retrieves an agent's day: each state with its reason and call, each request, and each correction."""
    return Request("GET", f"/v1/agents/{part(agent_id)}/timeline", query={"day": day})
