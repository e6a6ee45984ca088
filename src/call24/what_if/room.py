"""What a day would have been like with other settings."""

from __future__ import annotations

from call24.kit.room import Room
from call24.what_if import api

ROOM = Room(
    name="what_if",
    routers=(api.router,),
)
