"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "recordings.play_own",
        "Listen to recordings of one's own calls and to messages in one's queues.",
        roles=("administrator", "supervisor", "agent"),
        step_up=True,
    ),
    Permission("recordings.play_all", "Listen to all recordings.", roles=("administrator", "supervisor"), step_up=True),
    Permission(
        "recordings.audit",
        "See who played a recording.",
        roles=("administrator", "supervisor", "privacy_officer", "auditor"),
    ),
    Permission("recordings.keys", "See and replace the keys that encrypt recordings.", step_up=True),
)
