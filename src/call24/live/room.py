"""The live view: what goes on now."""

from __future__ import annotations

from call24.kit.room import Room
from call24.live import api

ROOM = Room(
    name="live",
    routers=(api.router,),
)
