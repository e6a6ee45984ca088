"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "people.read",
        "See the organisation's address book, and one's own private entries.",
        roles=("administrator", "supervisor", "agent", "privacy_officer"),
    ),
    Permission(
        "people.write",
        "Write people into the address book, change and delete them.",
        roles=("administrator", "supervisor", "agent"),
    ),
)
