"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "call.control",
        "Hold, transfer, consult, conference and record calls in one's own hand.",
        roles=("administrator", "supervisor", "agent"),
    ),
    Permission("calls.place", "Ring outside numbers and colleagues.", roles=("administrator", "supervisor", "agent")),
    Permission(
        "calls.monitor",
        "Listen to calls that go on, whisper and join them.",
        roles=("administrator", "supervisor"),
        step_up=True,
    ),
    Permission("calls.take_over", "Take a call from an agent.", roles=("administrator", "supervisor"), step_up=True),
    Permission("calls.end", "End other people's calls.", roles=("administrator", "supervisor")),
    Permission("callbacks.read", "See promised call-backs.", roles=("administrator", "supervisor", "agent")),
    Permission("callbacks.write", "Remove promised call-backs.", roles=("administrator", "supervisor")),
)
