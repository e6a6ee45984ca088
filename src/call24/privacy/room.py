"""A person's file and account deletion; the sweeper."""

from __future__ import annotations

from call24.kit.room import Room
from call24.privacy import api, personal_data, store

ROOM = Room(
    name="privacy",
    routers=(api.router,),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
