"""Queues and opening hours."""

from __future__ import annotations

from call24.kit.room import Room
from call24.queues import store
from call24.queues.api import hours, queues

ROOM = Room(
    name="queues",
    routers=(
        queues.router,
        hours.router,
    ),
    indexes=store.INDEXES,
)
