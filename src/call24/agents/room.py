"""Agent sessions, pause reasons, dispositions and skills."""

from __future__ import annotations

from call24.agents import personal_data, store
from call24.agents.api import agents, reason_codes, session
from call24.agents.permissions import PERMISSIONS
from call24.agents.service import AgentService
from call24.identity.service import IdentityService
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room


def build(there: Provided) -> Built:
    agents = AgentService(there.get(Mongo), there.get(IdentityService))
    return Built(services=(agents,), refresh=(agents.refresh,))


ROOM = Room(
    name="agents",
    provides=(AgentService,),
    build=build,
    permissions=PERMISSIONS,
    routers=(
        session.router,
        agents.router,
        reason_codes.router,
    ),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
