"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission("tasks.read", "See tasks.", roles=("administrator", "supervisor", "agent")),
    Permission("tasks.write", "Create, take and finish tasks.", roles=("administrator", "supervisor", "agent")),
)
