"""What the engine asks about the configuration, put together from the rooms."""

from __future__ import annotations

from call24.engine.quota import Quota
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.settings import Settings
from call24.server.call_configuration import KnownDirectory, Past
from call24.server.services import Rooms


def directory_of(rooms: Rooms, past: Past) -> KnownDirectory:
    return KnownDirectory(
        tenants=rooms.tenants,
        identity=rooms.identity,
        agents=rooms.agents,
        queues=rooms.queues,
        hours=rooms.hours,
        flows=rooms.flows,
        consents=rooms.consents,
        past=past,
    )


def quota_of(settings: Settings, rooms: Rooms, clock: Clock) -> Quota:
    def limit(tenant_id: TenantId) -> int | None:
        tenant = rooms.tenants.known(tenant_id)
        return None if tenant is None else tenant.max_calls

    return Quota(settings.most_calls, limit, rooms.tenant_ids, clock)
