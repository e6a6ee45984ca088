"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "crm.read",
        "See the connections to CRMs, and what is in step, waits or failed.",
        roles=("administrator", "privacy_officer", "auditor"),
    ),
    Permission(
        "crm.write",
        "Connect CRMs, preview and switch connections, and choose between values.",
        roles=("administrator",),
        step_up=True,
    ),
)
