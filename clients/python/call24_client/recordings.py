"""Recordings. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class KeysAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    made_at: NotRequired[str | None]
    active: NotRequired[bool | None]


class KeysAnswer(TypedDict):
    items: list[KeysAnswerItemsItem | None]
    next: NotRequired[Any]


class NewKeyAnswer(TypedDict):
    id: str


class MetadataAnswer(TypedDict):
    id: str
    kind: NotRequired[str | None]
    state: NotRequired[str | None]
    duration_s: NotRequired[float | None]
    call_id: NotRequired[str | None]
    channels: NotRequired[float | None]
    expected_s: NotRequired[float | None]
    encrypted: NotRequired[bool | None]


class ListeningsAnswer(TypedDict):
    items: list[Any]


def keys(*, limit: int | None = None, cursor: str | None = None) -> Request[KeysAnswer]:
    """The keys that recordings are encrypted with; new ones take the last. The keys themselves are never shown."""
    return Request("GET", "/v1/recordings/keys", query={"limit": limit, "cursor": cursor})


def new_key(*, idempotency_key: str | None = None) -> Request[NewKeyAnswer]:
    """New recordings take it. The old ones are encrypted anew in the background; then their keys are destroyed."""
    return Request("POST", "/v1/recordings/keys", headers={"Idempotency-Key": idempotency_key})


def metadata(recording_id: str) -> Request[MetadataAnswer]:
    """Metadata."""
    return Request("GET", f"/v1/recordings/{part(recording_id)}")


def audio(recording_id: str) -> Request[bytes]:
    """WAV, 8 kHz: the customer on the left, the agent on the right. Honours one byte range, and If-Range."""
    return Request("GET", f"/v1/recordings/{part(recording_id)}/audio", answer="bytes")


def listenings(recording_id: str) -> Request[ListeningsAnswer]:
    """Who listened to it, the newest first: one entry for each playing."""
    return Request("GET", f"/v1/recordings/{part(recording_id)}/listenings")
