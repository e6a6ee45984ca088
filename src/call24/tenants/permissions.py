"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "organisation.read",
        "See the organisation's settings.",
        roles=("administrator", "supervisor", "privacy_officer", "auditor"),
    ),
    Permission("organisation.write", "Change the organisation's settings.", roles=("administrator",), step_up=True),
    Permission("trunks.read", "See trunks.", roles=("administrator", "supervisor", "auditor")),
    Permission("trunks.write", "Change trunks.", roles=("administrator",), step_up=True),
    Permission("numbers.read", "See the organisation's numbers.", roles=("administrator", "supervisor", "auditor")),
    Permission("numbers.write", "Change numbers and their destinations.", roles=("administrator",), step_up=True),
)
