"""Webhooks: events sent to an organisation's own servers."""

from __future__ import annotations

from call24.kit.room import Room
from call24.webhooks import api, personal_data, store

ROOM = Room(
    name="webhooks",
    routers=(api.router,),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
