"""Contacts: who calls, by number and name."""

from __future__ import annotations

from call24.contacts import personal_data, store
from call24.kit.room import Room

ROOM = Room(
    name="contacts",
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
