"""Pictures. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class PutPictureAnswer(TypedDict):
    tag: NotRequired[str | None]


class ListPicturesAnswerItemsItem(TypedDict):
    user_id: NotRequired[str | None]
    tag: NotRequired[str | None]


class ListPicturesAnswer(TypedDict):
    items: list[ListPicturesAnswerItemsItem | None]
    next: NotRequired[Any]


def put_picture(*, idempotency_key: str | None = None) -> Request[PutPictureAnswer]:
    """Drawn anew as a square: nothing else of the file is kept. `tag`: changes with the picture."""
    return Request("POST", "/v1/me/picture", headers={"Idempotency-Key": idempotency_key})


def drop_picture() -> Request[None]:
    """Drop Picture."""
    return Request("DELETE", "/v1/me/picture", answer="nothing")


def list_pictures(*, limit: int | None = None, cursor: str | None = None) -> Request[ListPicturesAnswer]:
    """Who of the organisation has a picture, and which: a picture with the same tag need not be asked for again."""
    return Request("GET", "/v1/pictures", query={"limit": limit, "cursor": cursor})


def picture(user_id: str) -> Request[bytes]:
    """WebP, 256 by 256, with an ETag."""
    return Request("GET", f"/v1/users/{part(user_id)}/picture", answer="bytes")


def remove_picture(user_id: str) -> Request[None]:
    """Remove Picture."""
    return Request("DELETE", f"/v1/users/{part(user_id)}/picture", answer="nothing")
