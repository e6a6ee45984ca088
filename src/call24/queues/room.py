"""Queues and opening hours."""

from __future__ import annotations

from call24.kit.room import Room
from call24.queues import personal_data, store
from call24.queues.api import hours, queues
from call24.queues.permissions import PERMISSIONS

ROOM = Room(
    name="queues",
    permissions=PERMISSIONS,
    routers=(
        queues.router,
        hours.router,
    ),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
