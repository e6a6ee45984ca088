"""What this room holds of persons: who wrote notes of calls. Callers' notes are found by their calls."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.call_notes.model import CallNote
from call24.call_notes.service import CallNotes
from call24.data_map import Browser, Category, Closing, KeptById, Place, Trace, UntilSignOut, of_caller
from call24.kit.holdings import Holdings, Keeper


class NoteOf(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody wrote in the note of a call; what it says is of who called."""

    id: str
    at: datetime


HOLDS = Holdings(
    room="call_notes",
    traces=(
        Trace(
            struct=CallNote,
            fields=("authors",),
            erase=KeptById("who wrote the note of a call, which goes with the call"),
            file="call_notes",
            part=NoteOf,
            order="at",
        ),
    ),
    places=(
        Place(
            where=Browser("sessionStorage", "call24.notes"),
            what={
                "what was typed into the note of a call and is not saved yet": of_caller(
                    Category.TEXT, "nothing that was typed is lost when the page is loaded again"
                )
            },
            kept=UntilSignOut(),
            closing=Closing.STAYS,
            why="seconds, until it is saved; the server refuses the session, and the app then forgets all",
        ),
    ),
    keepers=(Keeper(of=CallNotes, erase_callers=("call_notes", CallNotes.erase_callers)),),
)
