"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "processors.read",
        "See the processors that get personal data, and what they answered to erasures.",
        roles=("administrator", "privacy_officer", "auditor"),
    ),
    Permission(
        "processors.write",
        "Register, change and delete processors that get personal data.",
        roles=("privacy_officer",),
        step_up=True,
    ),
)
