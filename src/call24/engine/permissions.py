"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "call.control",
        "Hold, transfer, consult, conference and record one's own calls.",
        roles=("administrator", "supervisor", "agent"),
    ),
    Permission("calls.place", "Call external numbers and colleagues.", roles=("administrator", "supervisor", "agent")),
    Permission(
        "calls.monitor",
        "Monitor calls in progress: listen, whisper, barge in.",
        roles=("administrator", "supervisor"),
        step_up=True,
    ),
    Permission("calls.take_over", "Take over an agent's call.", roles=("administrator", "supervisor"), step_up=True),
    Permission("calls.end", "End other people's calls.", roles=("administrator", "supervisor")),
    Permission("callbacks.read", "See waiting callbacks.", roles=("administrator", "supervisor", "agent")),
    Permission("callbacks.write", "Remove waiting callbacks.", roles=("administrator", "supervisor")),
)
