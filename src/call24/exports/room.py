"""Call records and reports as files."""

from __future__ import annotations

from call24.exports import api, personal_data, service
from call24.exports.permissions import PERMISSIONS
from call24.kit.room import Room

ROOM = Room(
    name="exports",
    permissions=PERMISSIONS,
    routers=(api.router,),
    indexes=service.INDEXES,
    holds=personal_data.HOLDS,
)
