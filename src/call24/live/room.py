"""The live view: what goes on now."""

from __future__ import annotations

from call24.kit.room import Room
from call24.live import api, personal_data
from call24.live.permissions import PERMISSIONS

ROOM = Room(
    name="live",
    permissions=PERMISSIONS,
    routers=(api.router,),
    holds=personal_data.HOLDS,
)
