"""Recordings. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request, part


class RecordingKeyAnswer(TypedDict):
    """A key that recordings are encrypted with. The key itself is never shown."""

    id: str
    made_at: str
    active: bool


class RecordingKeyPage(TypedDict):
    """One page of keys, oldest first."""

    items: list[RecordingKeyAnswer]
    next: str | None


class NewRecordingKey(TypedDict):
    """The key that new recordings are encrypted with from now on."""

    id: str


class QueueRef(TypedDict):
    """A queue by id, with the name to show. The name of a deleted queue is empty."""

    id: str
    name: str


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


class RecordingSummary(TypedDict):
    """A recording, as it is shown with its call."""

    id: str
    kind: Literal["call", "message"]
    state: Literal["open", "stored", "short", "empty", "missing", "refused", "deleted"]
    duration_s: float


class KeptRecordingAnswer(TypedDict):
    """A call whose record is gone and whose recordings are kept."""

    call_id: str
    direction: Literal["inbound", "outbound", "internal", "callback"]
    contact_id: str | None
    arrived_at: str
    queues: list[QueueRef]
    agents: list[UserRef]
    record_until: str
    delete_at: str
    recordings: list[RecordingSummary]
    restricted: bool


class KeptRecordingPage(TypedDict):
    """One page of calls whose recordings are kept longer than their record, newest first."""

    items: list[KeptRecordingAnswer]
    next: str | None


class RecordingAnswer(TypedDict):
    """A recording of a call, or a voicemail (`message`)."""

    id: str
    call_id: str
    kind: Literal["call", "message"]
    state: Literal["open", "stored", "short", "empty", "missing", "refused"]
    duration_s: float
    expected_s: float | None
    channels: int
    encrypted: bool


class PlaybackUser(TypedDict):
    """Who played a recording."""

    id: str
    name: str


class PlaybackRange(TypedDict):
    """The bytes of the file that were asked for, both ends included."""

    first: int
    last: int


class PlaybackAnswer(TypedDict):
    """One time that somebody played a recording."""

    id: str
    call_id: str
    user: PlaybackUser
    at: str
    last_at: str
    address: str
    range: PlaybackRange


class PlaybackList(TypedDict):
    """Who played a recording, newest first, 200 at most."""

    items: list[PlaybackAnswer]


def list_keys(*, limit: int | None = None, cursor: str | None = None) -> Request[RecordingKeyPage]:
    """Lists the keys that recordings are encrypted with. New recordings are encrypted with the active one. The keys
    themselves are never shown.
    """
    return Request("GET", "/v1/recordings/keys", query={"limit": limit, "cursor": cursor})


def rotate_key(*, idempotency_key: str | None = None) -> Request[NewRecordingKey]:
    """Makes a new key for recordings. New recordings are encrypted with it at once. Older ones are re-encrypted in
    the background; then their keys are destroyed.
    """
    return Request("POST", "/v1/recordings/keys", headers={"Idempotency-Key": idempotency_key})


def list_kept(*, limit: int | None = None, cursor: str | None = None) -> Request[KeptRecordingPage]:
    """Lists calls whose recordings are kept longer than their call record, newest first. Of these calls nothing else
    is kept: no other list, report or export has them.
    """
    return Request("GET", "/v1/recordings/kept", query={"limit": limit, "cursor": cursor})


def read(recording_id: str) -> Request[RecordingAnswer]:
    """Returns what is known of a recording. 404 for one that you may not play: without `recordings.play_all` those
    are the recordings of calls that you did not have, and voicemails of queues that are not yours.
    """
    return Request("GET", f"/v1/recordings/{part(recording_id)}")


def read_audio(recording_id: str) -> Request[bytes]:
    """Downloads a recording's audio: WAV at 8 kHz, the customer on the left channel and the agent on the right. One
    byte range and `If-Range` are honoured; several ranges are refused with 416. Each playback is logged before
    the first byte is sent.
    """
    return Request("GET", f"/v1/recordings/{part(recording_id)}/audio", answer="bytes")


def list_playbacks(recording_id: str) -> Request[PlaybackList]:
    """Lists who played a recording, newest first: one entry for each playback, 200 at most."""
    return Request("GET", f"/v1/recordings/{part(recording_id)}/listenings")


def read_vcon(recording_id: str) -> Request[bytes]:
    """Downloads the call of a recording as a signed vCon with the audio inside. It is logged as a playback. 404 for
    a recording that you may not play, one that is kept longer than its call record, and where there is no audio.
    409 call_live: the call goes on.
    """
    return Request("GET", f"/v1/recordings/{part(recording_id)}/vcon", answer="bytes")
