"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "fence.read",
        "See the toll-fraud policy and its usage.",
        roles=("administrator", "supervisor", "auditor"),
    ),
    Permission("fence.write", "Change toll-fraud protection, and lift a freeze.", step_up=True),
)
