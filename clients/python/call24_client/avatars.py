"""Avatars. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import TypedDict

from call24_client.transport import Request, part


class AvatarTag(TypedDict):
    """Names a version of an avatar."""

    tag: str


class AvatarVersion(TypedDict):
    """Which version of an avatar a user has."""

    user_id: str
    tag: str


class AvatarPage(TypedDict):
    """A page of the users who have an avatar."""

    items: list[AvatarVersion]
    next: str | None


def set_mine(file: bytes, *, idempotency_key: str | None = None) -> Request[AvatarTag]:
    """Sets the current user's avatar. Send a PNG, JPEG, WebP or HEIC file of up to 5 MB and 40 million pixels. It is
    cropped to a square and stored as WebP, 256 by 256; nothing else of the file, such as its metadata, is kept.
    """
    return Request("POST", "/v1/me/picture", files={"file": file}, headers={"Idempotency-Key": idempotency_key})


def remove_mine() -> Request[None]:
    """Deletes the current user's avatar."""
    return Request("DELETE", "/v1/me/picture", answer="nothing")


def list_avatars(*, limit: int | None = None, cursor: str | None = None) -> Request[AvatarPage]:
    """Lists the users of the organisation who have an avatar. `tag` changes with the picture: while it stays the
    same, a picture that was fetched before is still right.
    """
    return Request("GET", "/v1/pictures", query={"limit": limit, "cursor": cursor})


def read(user_id: str) -> Request[bytes]:
    """Returns a user's avatar as WebP, 256 by 256 pixels. 404 not_found: there is no such user, or they have no
    avatar.
    """
    return Request("GET", f"/v1/users/{part(user_id)}/picture", answer="bytes")


def remove(user_id: str) -> Request[None]:
    """Deletes a user's avatar. 403 beyond_own: the user has a permission that you lack."""
    return Request("DELETE", f"/v1/users/{part(user_id)}/picture", answer="nothing")
