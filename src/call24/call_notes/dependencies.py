"""What routes ask of this room: `call_notes: CallNotesDep`."""

from __future__ import annotations

from typing import Annotated

from call24.call_notes.service import CallNotes
from call24.http.provided import provided

CallNotesDep = Annotated[CallNotes, provided(CallNotes)]
