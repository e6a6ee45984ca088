"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "callers.export", "Get a file of all that is kept of a caller.", roles=("privacy_officer",), step_up=True
    ),
    Permission(
        "callers.import",
        "Import the file of a caller that another Call24 made, and see what was imported.",
        roles=("privacy_officer",),
        step_up=True,
    ),
)
