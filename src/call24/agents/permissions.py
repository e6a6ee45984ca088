"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission(
        "session.change",
        "Go available, pause, end a wrap-up, set dispositions.",
        roles=("administrator", "supervisor", "agent"),
    ),
    Permission("agents.read", "See each agent's day.", roles=("administrator", "supervisor")),
    Permission(
        "agents.correct",
        "Set an agent's state, and end a stuck offer.",
        roles=("administrator", "supervisor"),
    ),
)
