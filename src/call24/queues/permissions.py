"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission("queues.read", "See queues and opening hours.", roles=("administrator", "supervisor", "auditor")),
    Permission(
        "queues.write", "Change queues, opening hours, pause reasons and dispositions.", roles=("administrator",)
    ),
)
