"""What may be allowed in this room, and the built-in roles that are allowed it. To restrict and to lift are steps of a
privacy request."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission("restrictions.read", "See whose data is restricted.", roles=("privacy_officer", "auditor")),
    Permission(
        "restrictions.open",
        "Listen to restricted recordings, with a reason.",
        roles=("privacy_officer",),
        step_up=True,
    ),
)
