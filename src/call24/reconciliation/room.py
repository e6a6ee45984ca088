"""Nightly comparison of call records with Asterisk's own log."""

from __future__ import annotations

from call24.kit.room import Room
from call24.reconciliation import api, personal_data, service

ROOM = Room(
    name="reconciliation",
    routers=(api.router,),
    indexes=service.INDEXES,
    holds=personal_data.HOLDS,
)
