"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission("disclosures.read", "See what authorities were given, also in secret.", roles=("privacy_officer",)),
    Permission("disclosures.write", "Enter what authorities were given.", roles=("privacy_officer",)),
)
