"""Callbacks. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListCallbacksAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    state: NotRequired[str | None]
    number: NotRequired[Any]
    name: NotRequired[Any]
    queue_id: NotRequired[str | None]
    agent_id: NotRequired[Any]
    origin_call_id: NotRequired[Any]
    since: NotRequired[str | None]
    attempts: NotRequired[float | None]
    not_before: NotRequired[Any]
    expires_at: NotRequired[str | None]


class ListCallbacksAnswer(TypedDict):
    items: list[ListCallbacksAnswerItemsItem | None]
    next: NotRequired[Any]


def list_callbacks(*, limit: int | None = None, cursor: str | None = None) -> Request[ListCallbacksAnswer]:
    """In the order in which they were promised; for an agent those of its queues."""
    return Request("GET", "/v1/callbacks", query={"limit": limit, "cursor": cursor})


def remove(call_id: str) -> Request[dict[str, Any]]:
    """The customer is not called back any more; one that is being called is hung up on."""
    return Request("DELETE", f"/v1/callbacks/{part(call_id)}")
