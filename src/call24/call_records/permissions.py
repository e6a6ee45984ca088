"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "calls.read_own",
        "See the calls of one's queues and one's own.",
        roles=("administrator", "supervisor", "agent", "privacy_officer"),
    ),
    Permission(
        "calls.read_all",
        "See all calls, live and ended, and the reports.",
        roles=("administrator", "supervisor", "privacy_officer"),
    ),
)
