"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "people.import",
        "Import people from CSV and vCard files into the address book, and undo imports.",
        roles=("administrator", "supervisor"),
    ),
    Permission(
        "people.export",
        "Export people of the address book to CSV and vCard files.",
        roles=("administrator", "supervisor"),
        step_up=True,
    ),
)
