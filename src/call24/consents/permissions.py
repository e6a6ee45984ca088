"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission("consents.read", "See what callers agreed or objected to.", roles=("privacy_officer", "auditor")),
    Permission("consents.write", "Enter what callers agreed or objected to.", roles=("privacy_officer",)),
)
