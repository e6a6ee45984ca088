"""Calls. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part

SetDispositionAnswerDayItem = TypedDict(
    "SetDispositionAnswerDayItem",
    {
        "state": NotRequired[str | None],
        "from": NotRequired[str | None],
        "to": NotRequired[str | None],
    },
)


class SetDispositionAnswer(TypedDict):
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
    day: NotRequired[list[SetDispositionAnswerDayItem | None] | None]


class Given(TypedDict):
    disposition_id: str


class PlaceAnswer(TypedDict):
    id: str


class Consulted(TypedDict):
    """Exactly one of the fields."""

    agent_id: NotRequired[str | None]
    number: NotRequired[str | None]


NewCall = TypedDict(
    "NewCall",
    {
        "to": Consulted,
        "from": NotRequired[str | None],
    },
)


class ListCallsAnswerItemsItemQueue(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]


class ListCallsAnswerItemsItemRecording(TypedDict):
    id: NotRequired[str | None]
    kind: NotRequired[str | None]
    state: NotRequired[str | None]
    duration_s: NotRequired[float | None]


class ListCallsAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    at: NotRequired[str | None]
    ended_at: NotRequired[str | None]
    direction: NotRequired[str | None]
    number: NotRequired[Any]
    name: NotRequired[Any]
    contact_id: NotRequired[Any]
    queue: NotRequired[ListCallsAnswerItemsItemQueue | None]
    agent: NotRequired[ListCallsAnswerItemsItemQueue | None]
    outcome: NotRequired[str | None]
    missed: NotRequired[bool | None]
    ended_by: NotRequired[str | None]
    answered_at: NotRequired[str | None]
    menu_s: NotRequired[float | None]
    wait_s: NotRequired[float | None]
    ring_s: NotRequired[float | None]
    talk_s: NotRequired[float | None]
    hold_s: NotRequired[float | None]
    outside_s: NotRequired[float | None]
    wrap_up_s: NotRequired[float | None]
    line: NotRequired[list[Any] | None]
    recording: NotRequired[ListCallsAnswerItemsItemRecording | None]


class ListCallsAnswer(TypedDict):
    items: list[ListCallsAnswerItemsItem | None]
    next: NotRequired[Any]


class SearchAnswer(TypedDict):
    items: list[Any]
    next: NotRequired[Any]


class Search(TypedDict):
    q: str
    limit: NotRequired[int]
    cursor: NotRequired[str | None]


class ReadAnswer(TypedDict):
    id: str
    at: NotRequired[str | None]
    ended_at: NotRequired[str | None]
    direction: NotRequired[str | None]
    number: NotRequired[Any]
    name: NotRequired[Any]
    contact_id: NotRequired[Any]
    queue: NotRequired[ListCallsAnswerItemsItemQueue | None]
    agent: NotRequired[ListCallsAnswerItemsItemQueue | None]
    outcome: NotRequired[str | None]
    missed: NotRequired[bool | None]
    ended_by: NotRequired[str | None]
    answered_at: NotRequired[str | None]
    menu_s: NotRequired[float | None]
    wait_s: NotRequired[float | None]
    ring_s: NotRequired[float | None]
    talk_s: NotRequired[float | None]
    hold_s: NotRequired[float | None]
    outside_s: NotRequired[float | None]
    wrap_up_s: NotRequired[float | None]
    line: NotRequired[list[Any] | None]
    recording: NotRequired[ListCallsAnswerItemsItemRecording | None]
    origin_call_id: NotRequired[Any]
    end_reason: NotRequired[Any]
    attempts: NotRequired[float | None]
    flow: NotRequired[Any]
    menu: NotRequired[list[Any] | None]
    legs: NotRequired[list[Any] | None]
    queues: NotRequired[list[Any] | None]
    agents: NotRequired[list[Any] | None]
    transfers: NotRequired[list[Any] | None]
    monitors: NotRequired[list[Any] | None]
    recorded_from: NotRequired[Any]
    pauses: NotRequired[list[Any] | None]
    timeline: NotRequired[list[Any] | None]
    offers: NotRequired[list[Any] | None]
    delete_at: NotRequired[str | None]
    cause: NotRequired[float | None]
    found_missing: NotRequired[bool | None]


class ExplainRoutingAnswerOffersItemCandidatesItem(TypedDict):
    agent: NotRequired[ListCallsAnswerItemsItemQueue | None]
    chosen: NotRequired[bool | None]
    code: NotRequired[str | None]
    reason: NotRequired[str | None]
    idle_s: NotRequired[float | None]


class ExplainRoutingAnswerOffersItem(TypedDict):
    at: NotRequired[str | None]
    agent: NotRequired[ListCallsAnswerItemsItemQueue | None]
    purpose: NotRequired[str | None]
    outcome: NotRequired[Any]
    ring_s: NotRequired[float | None]
    candidates: NotRequired[list[ExplainRoutingAnswerOffersItemCandidatesItem | None] | None]
    others: NotRequired[list[Any] | None]


class ExplainRoutingAnswer(TypedDict):
    call_id: NotRequired[str | None]
    outcome: NotRequired[str | None]
    offers: NotRequired[list[ExplainRoutingAnswerOffersItem | None] | None]


def set_disposition(call_id: str, body: Given, *, idempotency_key: str | None = None) -> Request[SetDispositionAnswer]:
    """What the call came to, as far as this agent had it. During the call or its wrap-up; given again, it corrects.
    409 not_in_hand when the agent does not have this call, or its wrap-up is over. 422 for a disposition that the
    queue does not take.
    """
    return Request(
        "POST", f"/v1/calls/{part(call_id)}/disposition", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def place(body: NewCall, *, idempotency_key: str | None = None) -> Request[PlaceAnswer]:
    """The agent's own phone rings first and answers by itself; 409 `phone_not_registered` where it could not ring."""
    return Request("POST", "/v1/calls", body=body, headers={"Idempotency-Key": idempotency_key})


def list_calls(
    *, limit: int | None = None, cursor: str | None = None, queue_id: str | None = None, agent_id: str | None = None
) -> Request[ListCallsAnswer]:
    """Ended calls, newest first: all of them, or for an agent those of its queues and its own. `queue_id`,
    `agent_id`: only those that stood in the queue, that the agent had.
    """
    return Request(
        "GET", "/v1/calls", query={"limit": limit, "cursor": cursor, "queue_id": queue_id, "agent_id": agent_id}
    )


def search(body: Search) -> Request[SearchAnswer]:
    """The same by a part of the caller's number or name; not in the URL, since URLs are logged on the way."""
    return Request("POST", "/v1/calls/search", body=body)


def read(call_id: str) -> Request[ReadAnswer]:
    """One call: its timeline, who had it, where it went, who listened, and why each agent was rung."""
    return Request("GET", f"/v1/calls/{part(call_id)}")


def explain_routing(call_id: str) -> Request[ExplainRoutingAnswer]:
    """In the order in which they were made. `reason` is in words, `code` the same for programs."""
    return Request("GET", f"/v1/calls/{part(call_id)}/why")
