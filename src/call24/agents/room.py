"""Agent sessions, pause reasons, dispositions, skills and mobile numbers."""

from __future__ import annotations

from call24.agents import personal_data, store
from call24.agents.api import agents, mobile, reason_codes, session
from call24.agents.mobiles import AgentMobiles
from call24.agents.permissions import PERMISSIONS
from call24.agents.service import AgentService
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    mongo, identity = there.get(Mongo), there.get(IdentityService)
    agents = AgentService(mongo, identity)
    mobiles = AgentMobiles(mongo, there.get(Clock), identity, there.get(TenantService))
    return Built(services=(agents, mobiles), refresh=(agents.refresh, mobiles.refresh))


ROOM = Room(
    name="agents",
    provides=(AgentService, AgentMobiles),
    build=build,
    permissions=PERMISSIONS,
    routers=(
        session.router,
        mobile.router,
        agents.router,
        reason_codes.router,
    ),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
