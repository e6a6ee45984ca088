"""E-mails that wait to be sent."""

from __future__ import annotations

from call24.kit.room import Room
from call24.notifications import personal_data
from call24.notifications.email import outbox

ROOM = Room(
    name="notifications",
    indexes=outbox.INDEXES,
    holds=personal_data.HOLDS,
)
