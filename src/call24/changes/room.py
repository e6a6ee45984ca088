"""The change feed: what was changed outside of calls, in order, for readers."""

from __future__ import annotations

from call24.changes import personal_data, store
from call24.kit.room import Room

ROOM = Room(
    name="changes",
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
