"""Refused calls. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request


class ListRefusedCallsAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    reason: NotRequired[str | None]
    number: NotRequired[str | None]
    dialled: NotRequired[str | None]
    source: NotRequired[str | None]
    trunk_id: NotRequired[str | None]
    count: NotRequired[float | None]
    first_at: NotRequired[str | None]
    at: NotRequired[str | None]


class ListRefusedCallsAnswer(TypedDict):
    items: list[ListRefusedCallsAnswerItemsItem | None]
    next: NotRequired[Any]


def list_refused_calls(*, limit: int | None = None, cursor: str | None = None) -> Request[ListRefusedCallsAnswer]:
    """The last refused first; the newest 500 of the last 30 days, fewer where call records stay for fewer. `count`
    attempts within an hour that were alike are one. An empty `caller` stands for many, in a flood.
    """
    return Request("GET", "/v1/refused-calls", query={"limit": limit, "cursor": cursor})
