"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission("privacy_requests.read", "See privacy requests.", roles=("privacy_officer", "auditor")),
    Permission("privacy_requests.write", "Enter and answer privacy requests.", roles=("privacy_officer",)),
)
