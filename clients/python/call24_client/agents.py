"""Agents. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

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


class Correction(TypedDict):
    """`reason`: why; a code, since journals keep no words about people."""

    state: Literal["available", "paused", "offline"]
    reason: Literal["asked", "forgotten", "away", "stuck", "technical", "shift_over", "other"]


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


def set_session(agent_id: str, body: Correction) -> Request[AgentSessionAnswer]:
    """Say what an agent is. A wrap-up ends at once, also without its disposition; a call or an offer goes on, and
    the correction comes after it (`next`). Who did it, and why, is written down.
    """
    return Request("PUT", f"/v1/agents/{part(agent_id)}/session", body=body)


def end_offer(agent_id: str) -> Request[dict[str, Any]]:
    """End an offer that is stuck: the agent is free again, the caller goes on to the next. 409 not_offered."""
    return Request("DELETE", f"/v1/agents/{part(agent_id)}/offer")


def read_timeline(agent_id: str, *, day: str | None = None) -> Request[ReadTimelineAnswer]:
    """One agent's day: every state with its reason and call, every wish, and who corrected what."""
    return Request("GET", f"/v1/agents/{part(agent_id)}/timeline", query={"day": day})
