"""Agents. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class CorrectAnswer(TypedDict):
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


class Correction(TypedDict):
    """`reason`: why; a code, since journals keep no words about people."""

    state: Literal["available", "paused", "offline"]
    reason: Literal["asked", "forgotten", "away", "stuck", "technical", "shift_over", "other"]


class TimelineAnswerAgent(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]


TimelineAnswer = TypedDict(
    "TimelineAnswer",
    {
        "day": NotRequired[str | None],
        "agent": NotRequired[TimelineAnswerAgent | None],
        "from": NotRequired[str | None],
        "to": NotRequired[str | None],
        "stretches": NotRequired[list[Any] | None],
        "items": list[Any],
    },
)


GiveDispositionAnswerDayItem = TypedDict(
    "GiveDispositionAnswerDayItem",
    {
        "state": NotRequired[str | None],
        "from": NotRequired[str | None],
        "to": NotRequired[str | None],
    },
)


class GiveDispositionAnswer(TypedDict):
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
    day: NotRequired[list[GiveDispositionAnswerDayItem | None] | None]


class Given(TypedDict):
    disposition_id: str


def correct(agent_id: str, body: Correction) -> Request[CorrectAnswer]:
    """Say what an agent is. A wrap-up ends at once, also without its disposition; a call or an offer goes on, and
    the correction comes after it (`next`). Who did it, and why, is written down.
    """
    return Request("PUT", f"/v1/agents/{part(agent_id)}/session", body=body)


def end_offer(agent_id: str) -> Request[dict[str, Any]]:
    """End an offer that is stuck: the agent is free again, the caller goes on to the next. 409 not_offered."""
    return Request("DELETE", f"/v1/agents/{part(agent_id)}/offer")


def timeline(agent_id: str, *, day: str | None = None) -> Request[TimelineAnswer]:
    """One agent's day: every state with its reason and call, every wish, and who corrected what."""
    return Request("GET", f"/v1/agents/{part(agent_id)}/timeline", query={"day": day})


def give_disposition(
    call_id: str, body: Given, *, idempotency_key: str | None = None
) -> Request[GiveDispositionAnswer]:
    """What the call came to, as far as this agent had it. During the call or its wrap-up; given again, it corrects.
    409 not_in_hand when the agent does not have this call, or its wrap-up is over. 422 for a disposition that the
    queue does not take.
    """
    return Request(
        "POST", f"/v1/calls/{part(call_id)}/disposition", body=body, headers={"Idempotency-Key": idempotency_key}
    )
