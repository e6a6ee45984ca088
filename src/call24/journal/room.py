"""The journal of calls and agents."""

from __future__ import annotations

from call24.journal import journal, personal_data
from call24.kit.room import Room

ROOM = Room(
    name="journal",
    indexes=journal.INDEXES,
    holds=personal_data.HOLDS,
)
