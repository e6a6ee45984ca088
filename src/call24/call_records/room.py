"""Call records: ended calls, and why each went to whom."""

from __future__ import annotations

from call24.call_records import kept_calls, personal_data, projector
from call24.call_records.api import calls, routing_decisions
from call24.call_records.permissions import PERMISSIONS
from call24.kit.room import Room

ROOM = Room(
    name="call_records",
    permissions=PERMISSIONS,
    routers=(
        calls.router,
        routing_decisions.router,
    ),
    indexes=(*projector.INDEXES, *kept_calls.INDEXES),
    holds=personal_data.HOLDS,
)
