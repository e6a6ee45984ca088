"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "live.read", "See the live board: queues, and who is available.", roles=("administrator", "supervisor", "agent")
    ),
)
