"""What other rooms, and webhooks, are told of recordings. By ids and states alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from call24.changes.model import EventType
from call24.kit.ids import CallId, RecordingId
from call24.recordings.model import Kind, Recording, State


class RecordingKept(msgspec.Struct, frozen=True, kw_only=True):
    """``state``: what it came to; with ``stored`` and ``short`` there is sound."""

    recording_id: RecordingId
    call_id: CallId
    kind: Kind
    state: State
    duration_s: float
    stored_at: datetime | None


RECORDING_KEPT = EventType(
    name="recording.kept",
    room="recordings",
    body=RecordingKept,
    says="A recording, or a message that was left, is taken in after its end, or it is known that there is no sound.",
    outside=True,
)
EVENTS: tuple[EventType[Any], ...] = (RECORDING_KEPT,)


def kept(recording: Recording) -> RecordingKept:
    return RecordingKept(
        recording_id=recording.id,
        call_id=recording.call_id,
        kind=recording.kind,
        state=recording.state,
        duration_s=recording.duration_s,
        stored_at=recording.stored_at,
    )
