"""Agent sessions, pause reasons, dispositions and skills."""

from __future__ import annotations

from call24.agents import personal_data, store
from call24.agents.api import agents, reason_codes, session
from call24.agents.permissions import PERMISSIONS
from call24.kit.room import Room

ROOM = Room(
    name="agents",
    permissions=PERMISSIONS,
    routers=(
        session.router,
        agents.router,
        reason_codes.router,
    ),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
