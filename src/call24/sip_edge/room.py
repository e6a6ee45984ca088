"""Addresses that are kept from the SIP ports."""

from __future__ import annotations

from call24.kit.room import Room
from call24.sip_edge import api

ROOM = Room(
    name="sip_edge",
    routers=(
        api.router,
        api.installation,
        api.operators,
    ),
)
