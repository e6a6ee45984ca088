"""Avatars. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class SetMineAnswer(TypedDict):
    tag: NotRequired[str | None]


class ListAvatarsAnswerItemsItem(TypedDict):
    user_id: NotRequired[str | None]
    tag: NotRequired[str | None]


class ListAvatarsAnswer(TypedDict):
    items: list[ListAvatarsAnswerItemsItem | None]
    next: NotRequired[Any]


def set_mine(*, idempotency_key: str | None = None) -> Request[SetMineAnswer]:
    """Drawn anew as a square: nothing else of the file is kept. `tag`: changes with the picture."""
    return Request("POST", "/v1/me/picture", headers={"Idempotency-Key": idempotency_key})


def remove_mine() -> Request[None]:
    """Drop Picture."""
    return Request("DELETE", "/v1/me/picture", answer="nothing")


def list_avatars(*, limit: int | None = None, cursor: str | None = None) -> Request[ListAvatarsAnswer]:
    """Who of the organisation has a picture, and which: a picture with the same tag need not be asked for again."""
    return Request("GET", "/v1/pictures", query={"limit": limit, "cursor": cursor})


def read(user_id: str) -> Request[bytes]:
    """WebP, 256 by 256, with an ETag."""
    return Request("GET", f"/v1/users/{part(user_id)}/picture", answer="bytes")


def remove(user_id: str) -> Request[None]:
    """Remove Picture."""
    return Request("DELETE", f"/v1/users/{part(user_id)}/picture", answer="nothing")
