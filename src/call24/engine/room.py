"""Call control: placing calls, transfers, supervision and callbacks."""

from __future__ import annotations

from call24.engine import personal_data
from call24.engine.api import call_control, callbacks, monitoring, outbound_calls
from call24.engine.permissions import PERMISSIONS
from call24.kit.room import Room

ROOM = Room(
    name="engine",
    permissions=PERMISSIONS,
    routers=(
        outbound_calls.router,
        call_control.router,
        monitoring.router,
        callbacks.router,
    ),
    holds=personal_data.HOLDS,
)
