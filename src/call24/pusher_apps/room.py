"""Pusher apps: keys by which an organisation's own programs use the realtime server."""

from __future__ import annotations

from call24.kit.room import Room
from call24.pusher_apps import api, personal_data, store

ROOM = Room(
    name="pusher_apps",
    routers=(api.router,),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
