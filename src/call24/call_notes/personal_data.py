"""What this room holds of persons: who wrote notes of calls. Callers' notes are found by their calls."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.call_notes.model import LoggedCall
from call24.call_notes.service import CallNotes
from call24.data_map import KeptById, Trace
from call24.kit.holdings import Holdings, Keeper


class NoteOf(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody wrote in the note of a call; what it says is of who called."""

    id: str
    at: datetime


HOLDS = Holdings(
    room="call_notes",
    traces=(
        Trace(
            struct=LoggedCall,
            fields=("authors",),
            erase=KeptById("who wrote the note of a call, which goes with the call"),
            file="call_notes",
            part=NoteOf,
            order="at",
        ),
    ),
    keepers=(Keeper(of=CallNotes, erase_callers=("call_notes", CallNotes.erase_callers)),),
)
