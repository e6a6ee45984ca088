"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "incidents.read", "See personal data breaches and whom they affect.", roles=("privacy_officer", "auditor")
    ),
    Permission("incidents.write", "Enter and handle personal data breaches.", roles=("privacy_officer",)),
)
