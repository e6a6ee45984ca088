"""Recordings, their keys, and who played them."""

from __future__ import annotations

from call24.kit.room import Room
from call24.recordings import api, events, personal_data, store
from call24.recordings.permissions import PERMISSIONS

ROOM = Room(
    name="recordings",
    permissions=PERMISSIONS,
    routers=(api.router,),
    indexes=store.INDEXES,
    events=events.EVENTS,
    holds=personal_data.HOLDS,
)
