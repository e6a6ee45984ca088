"""Audit. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request


class ListEntriesAnswerItemsItem(TypedDict):
    seq: NotRequired[float | None]
    at: NotRequired[str | None]
    actor_id: NotRequired[str | None]
    token_id: NotRequired[str | None]
    address: NotRequired[str | None]
    action: NotRequired[str | None]
    objects: NotRequired[list[Any] | None]
    fields: NotRequired[list[Any] | None]
    why: NotRequired[Any]
    status: NotRequired[float | None]
    code: NotRequired[str | None]
    actor: NotRequired[str | None]


class ListEntriesAnswer(TypedDict):
    items: list[ListEntriesAnswerItemsItem | None]
    next: NotRequired[float | None]


class VerifyAnswer(TypedDict):
    lines: NotRequired[float | None]
    whole: NotRequired[bool | None]
    seq: NotRequired[Any]
    what: NotRequired[Any]


def list_entries(
    *,
    limit: int | None = None,
    cursor: int | None = None,
    from_: str | None = None,
    to: str | None = None,
    actor_id: str | None = None,
    action: str | None = None,
    object_id: str | None = None,
) -> Request[ListEntriesAnswer]:
    """Who did what, the newest first; `action` is method and route, `object_id` the id of what it was done to.
    `actor` is the name that the user has now, null for one who is gone. `next`: the cursor of the page after
    this.
    """
    return Request(
        "GET",
        "/v1/audit",
        query={
            "limit": limit,
            "cursor": cursor,
            "from": from_,
            "to": to,
            "actor_id": actor_id,
            "action": action,
            "object_id": object_id,
        },
    )


def verify() -> Request[VerifyAnswer]:
    """Whether every line is as it was written, and none is missing: chain and signed checkpoint are looked at. `seq`
    and `what`: the first line that is not, and what is wrong with it. One at a time in an organisation.
    """
    return Request("GET", "/v1/audit/check")


def download(
    *,
    format: Literal["csv", "jsonl"] | None = None,
    from_: str | None = None,
    to: str | None = None,
    actor_id: str | None = None,
    action: str | None = None,
    object_id: str | None = None,
) -> Request[bytes]:
    """The same as a file, the oldest first. JSON lines have the hashes, so that the chain can be checked elsewhere."""
    return Request(
        "GET",
        "/v1/audit/file",
        query={
            "format": format,
            "from": from_,
            "to": to,
            "actor_id": actor_id,
            "action": action,
            "object_id": object_id,
        },
        answer="bytes",
    )
