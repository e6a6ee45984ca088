"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission("audit.read", "Read the audit log.", roles=("administrator", "privacy_officer", "auditor")),
    Permission("audit.export", "Download the audit log.", roles=("privacy_officer", "auditor"), step_up=True),
)
