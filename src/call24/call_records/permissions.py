"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "calls.read_own",
        "See one's own calls and those of one's queues.",
        roles=("administrator", "supervisor", "agent", "privacy_officer"),
    ),
    Permission(
        "calls.read_all",
        "See all calls, live and past, and reports.",
        roles=("administrator", "supervisor", "privacy_officer"),
    ),
)
