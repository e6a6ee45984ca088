"""Call flows and their prompts."""

from __future__ import annotations

from call24.flows import personal_data, store
from call24.flows.api import flows, prompts
from call24.flows.permissions import PERMISSIONS
from call24.kit.room import Room

ROOM = Room(
    name="flows",
    permissions=PERMISSIONS,
    routers=(
        flows.router,
        prompts.router,
    ),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
