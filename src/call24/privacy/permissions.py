"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "organisation.close", "Close the organisation, which deletes all of it, or keep it after all.", step_up=True
    ),
    Permission(
        "callers.erase", "Erase a caller and all that is kept of them.", roles=("privacy_officer",), step_up=True
    ),
    Permission(
        "privacy.read",
        "See the record of processing activities.",
        roles=("administrator", "privacy_officer", "auditor"),
    ),
    Permission("privacy.holds", "See, set, review and release legal holds.", roles=("privacy_officer",), step_up=True),
)
