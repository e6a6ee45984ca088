"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "exports.make",
        "Export call records and reports.",
        roles=("administrator", "supervisor", "privacy_officer"),
        step_up=True,
    ),
    Permission(
        "tasks.export",
        "Export the tasks that one sees to CSV files and JSON lines.",
        roles=("administrator", "supervisor", "agent"),
        step_up=True,
    ),
)
