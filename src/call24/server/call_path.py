"""What the engine asks about the configuration, put together from the rooms."""

from __future__ import annotations

from call24.asterisk.endpoints import Endpoints
from call24.engine.engine import Engine
from call24.engine.quota import Quota
from call24.kit.clock import Clock
from call24.kit.ids import TenantId, UserId
from call24.kit.settings import Settings
from call24.server.call_configuration import KnownDirectory, Past
from call24.server.services import Rooms
from call24.toll_fraud.model import Denied


def directory_of(rooms: Rooms, past: Past) -> KnownDirectory:
    return KnownDirectory(
        tenants=rooms.tenants,
        identity=rooms.identity,
        agents=rooms.agents,
        mobiles=rooms.mobiles,
        queues=rooms.queues,
        hours=rooms.hours,
        flows=rooms.flows,
        consents=rooms.consents,
        past=past,
        test_numbers=rooms.number_tests.numbers,
    )


def quota_of(settings: Settings, rooms: Rooms, clock: Clock) -> Quota:
    def limit(tenant_id: TenantId) -> int | None:
        tenant = rooms.tenants.known(tenant_id)
        return None if tenant is None else tenant.max_calls

    return Quota(settings.most_calls, limit, rooms.tenant_ids, clock)


def connect_own_calls(rooms: Rooms, engine: Engine, endpoints: Endpoints) -> None:
    """Calls that Call24 makes by itself."""
    rooms.number_tests.connect(engine, endpoints)
    prove_by_calls(rooms, engine)


def prove_by_calls(rooms: Rooms, engine: Engine) -> None:
    """Agents prove their mobile numbers by a code that is said in a call to them."""

    def barred(tenant_id: TenantId, user_id: UserId, number: str) -> tuple[str, str] | None:
        said = rooms.fence.verdict(tenant_id, user_id, number, engine.clock.now())
        return (said.code, said.text) if isinstance(said, Denied) else None

    rooms.mobiles.speak = engine.spoken.begin
    rooms.mobiles.barred = barred
