"""How many agents a queue needs."""

from __future__ import annotations

from call24.kit.room import Room
from call24.staffing import api

ROOM = Room(
    name="staffing",
    routers=(api.router,),
)
