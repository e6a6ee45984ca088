"""What realtime is told of notes of calls: by ids alone, never the text."""

from __future__ import annotations

from typing import Any

import msgspec

from call24.changes.model import EventType
from call24.kit.ids import CallId, UserId


class CallNoteChanged(msgspec.Struct, frozen=True, kw_only=True):
    """``version`` 0: it was removed."""

    call_id: CallId
    version: int
    by: UserId


CALL_NOTE_CHANGED = EventType(
    name="call_note.changed",
    room="call_notes",
    body=CallNoteChanged,
    says="The note of a call was written, changed or removed.",
)
EVENTS: tuple[EventType[Any], ...] = (CALL_NOTE_CHANGED,)
