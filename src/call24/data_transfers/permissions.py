"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "data_transfers.read",
        "See the register of transfers of personal data to other regions.",
        roles=("administrator", "privacy_officer", "auditor"),
    ),
    Permission(
        "data_transfers.write",
        "Change the register of transfers of personal data to other regions.",
        roles=("privacy_officer",),
        step_up=True,
    ),
)
