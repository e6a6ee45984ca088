"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "session.change",
        "Go available, pause and end a wrap-up; say what a call came to.",
        roles=("administrator", "supervisor", "agent"),
    ),
    Permission("agents.read", "See each agent's day.", roles=("administrator", "supervisor")),
    Permission(
        "agents.correct",
        "Say what an agent's state is, and end an offer that is stuck.",
        roles=("administrator", "supervisor"),
    ),
)
