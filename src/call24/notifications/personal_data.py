"""What this room holds of persons: letters that wait to be sent."""

from __future__ import annotations

from call24.data_map import DeletedByAddress, Trace
from call24.kit.holdings import Holdings
from call24.notifications.email.model import OutgoingEmail

HOLDS = Holdings(
    room="notifications",
    traces=(Trace(struct=OutgoingEmail, erase=DeletedByAddress("to"), untold="sealed until it is sent"),),
)
