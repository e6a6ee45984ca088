"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "files.read",
        "See and download the files of people, tasks and calls that one may see.",
        roles=("administrator", "supervisor", "agent", "privacy_officer"),
    ),
    Permission(
        "files.write",
        "Attach files to people, tasks and calls that one may see, and delete them.",
        roles=("administrator", "supervisor", "agent"),
    ),
)
