"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission("call_notes.write", "Write notes of one's own calls.", roles=("administrator", "supervisor", "agent")),
    Permission(
        "call_notes.write_all", "Write notes of all calls that one sees.", roles=("administrator", "supervisor")
    ),
)
