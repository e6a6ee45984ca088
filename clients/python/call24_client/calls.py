"""Calls. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class HistoryAnswerItemsItemQueue(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]


class HistoryAnswerItemsItemRecording(TypedDict):
    id: NotRequired[str | None]
    kind: NotRequired[str | None]
    state: NotRequired[str | None]
    duration_s: NotRequired[float | None]


class HistoryAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    at: NotRequired[str | None]
    ended_at: NotRequired[str | None]
    direction: NotRequired[str | None]
    number: NotRequired[Any]
    name: NotRequired[Any]
    contact_id: NotRequired[Any]
    queue: NotRequired[HistoryAnswerItemsItemQueue | None]
    agent: NotRequired[HistoryAnswerItemsItemQueue | None]
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
    recording: NotRequired[HistoryAnswerItemsItemRecording | None]


class HistoryAnswer(TypedDict):
    items: list[HistoryAnswerItemsItem | None]
    next: NotRequired[Any]


class SearchAnswer(TypedDict):
    items: list[Any]
    next: NotRequired[Any]


class Search(TypedDict):
    q: str
    limit: NotRequired[int]
    cursor: NotRequired[str | None]


class DetailAnswer(TypedDict):
    id: str
    at: NotRequired[str | None]
    ended_at: NotRequired[str | None]
    direction: NotRequired[str | None]
    number: NotRequired[Any]
    name: NotRequired[Any]
    contact_id: NotRequired[Any]
    queue: NotRequired[HistoryAnswerItemsItemQueue | None]
    agent: NotRequired[HistoryAnswerItemsItemQueue | None]
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
    recording: NotRequired[HistoryAnswerItemsItemRecording | None]
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


def history(
    *, limit: int | None = None, cursor: str | None = None, queue_id: str | None = None, agent_id: str | None = None
) -> Request[HistoryAnswer]:
    """Ended calls, newest first: all of them, or for an agent those of its queues and its own. `queue_id`,
    `agent_id`: only those that stood in the queue, that the agent had.
    """
    return Request(
        "GET", "/v1/calls", query={"limit": limit, "cursor": cursor, "queue_id": queue_id, "agent_id": agent_id}
    )


def search(body: Search) -> Request[SearchAnswer]:
    """The same by a part of the caller's number or name; not in the URL, since URLs are logged on the way."""
    return Request("POST", "/v1/calls/search", body=body)


def detail(call_id: str) -> Request[DetailAnswer]:
    """One call: its timeline, who had it, where it went, who listened, and why each agent was rung."""
    return Request("GET", f"/v1/calls/{part(call_id)}")
