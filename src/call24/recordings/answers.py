"""What the API answers about recordings, their encryption keys, and who played them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant
from call24.kit.ids import CallId, KeyId, ListeningId, RecordingId, UserId
from call24.recordings.model import Kind, State


class RecordingAnswer(TypedDict):
    """A recording of a call, or a voicemail (`message`)."""

    id: RecordingId
    call_id: CallId
    kind: Kind
    state: Annotated[
        State,
        Field(
            description="`open`: being recorded. `short`: more than a second is missing. `empty`: no sound came. "
            "`missing`: there is no file. `refused`: not begun, since the disk was too full"
        ),
    ]
    duration_s: Annotated[float, Field(description="Seconds of sound")]
    expected_s: Annotated[float | None, Field(description="Seconds for which the call was recorded")]
    channels: Annotated[int, Field(description="2: customer left, agent right. 1: a voicemail. 0: no sound yet")]
    encrypted: Annotated[bool, Field(description="False: it was kept before there were keys")]


class RecordingKeyAnswer(TypedDict):
    """A key that recordings are encrypted with. The key itself is never shown."""

    id: KeyId
    made_at: Instant
    active: Annotated[bool, Field(description="New recordings are encrypted with it")]


class RecordingKeyPage(TypedDict):
    """One page of keys, oldest first."""

    items: list[RecordingKeyAnswer]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]


class NewRecordingKey(TypedDict):
    """The key that new recordings are encrypted with from now on."""

    id: KeyId


class PlaybackUser(TypedDict):
    """Who played a recording."""

    id: UserId
    name: str


class PlaybackRange(TypedDict):
    """The bytes of the file that were asked for, both ends included."""

    first: int
    last: int


class PlaybackAnswer(TypedDict):
    """One time that somebody played a recording."""

    id: ListeningId
    call_id: CallId
    user: PlaybackUser
    at: Instant
    last_at: Annotated[Instant, Field(description="The latest request of this playback")]
    address: Annotated[str, Field(description="The IP address that it was played from")]
    range: PlaybackRange


class PlaybackList(TypedDict):
    """Who played a recording, newest first, 200 at most."""

    items: list[PlaybackAnswer]
