"""Recordings. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListKeysAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    made_at: NotRequired[str | None]
    active: NotRequired[bool | None]


class ListKeysAnswer(TypedDict):
    items: list[ListKeysAnswerItemsItem | None]
    next: NotRequired[Any]


class RotateKeyAnswer(TypedDict):
    id: str


class ReadAnswer(TypedDict):
    id: str
    kind: NotRequired[str | None]
    state: NotRequired[str | None]
    duration_s: NotRequired[float | None]
    call_id: NotRequired[str | None]
    channels: NotRequired[float | None]
    expected_s: NotRequired[float | None]
    encrypted: NotRequired[bool | None]


class ListPlaybacksAnswer(TypedDict):
    items: list[Any]


def list_keys(*, limit: int | None = None, cursor: str | None = None) -> Request[ListKeysAnswer]:
    """The keys that recordings are encrypted with; new ones take the last. The keys themselves are never shown."""
    return Request("GET", "/v1/recordings/keys", query={"limit": limit, "cursor": cursor})


def rotate_key(*, idempotency_key: str | None = None) -> Request[RotateKeyAnswer]:
    """New recordings take it. The old ones are encrypted anew in the background; then their keys are destroyed."""
    return Request("POST", "/v1/recordings/keys", headers={"Idempotency-Key": idempotency_key})


def read(recording_id: str) -> Request[ReadAnswer]:
    """Metadata."""
    return Request("GET", f"/v1/recordings/{part(recording_id)}")


def read_audio(recording_id: str) -> Request[bytes]:
    """WAV, 8 kHz: the customer on the left, the agent on the right. Honours one byte range, and If-Range."""
    return Request("GET", f"/v1/recordings/{part(recording_id)}/audio", answer="bytes")


def list_playbacks(recording_id: str) -> Request[ListPlaybacksAnswer]:
    """Who listened to it, the newest first: one entry for each playing."""
    return Request("GET", f"/v1/recordings/{part(recording_id)}/listenings")
