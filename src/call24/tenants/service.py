"""Organisations, trunks and numbers: making and finding them, and the copy in memory that the call path reads.

A call must be routed while MongoDB is away, so all tenants, trunks and numbers are kept here as last known: set by
every change made through this process and by `refresh()`, which main runs every 30 s. It knows nothing of queues.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import NumberId, QueueId, TenantId, TrunkId, new_id
from call24.kit.mongo import Mongo
from call24.kit.phone import parse_e164
from call24.tenants.model import Number, Tenant, Trunk
from call24.tenants.rules import check_greeting, check_tenant, checked_addresses, checked_name
from call24.tenants.store import TenantStore

TrunkWatcher = Callable[[Trunk], Awaitable[None]]


@dataclass(frozen=True)
class TenantEvents:
    """Who wants to know: main puts the PBX's provisioning here."""

    trunk_added: list[TrunkWatcher] = field(default_factory=list)
    trunk_removed: list[TrunkWatcher] = field(default_factory=list)


class TenantService:
    def __init__(self, mongo: Mongo, clock: Clock) -> None:
        self._store = TenantStore(mongo)
        self._clock = clock
        self.events = TenantEvents()
        self._tenants: dict[TenantId, Tenant] = {}
        self._trunks: dict[TrunkId, Trunk] = {}
        self._numbers: dict[str, Number] = {}
        self._changes = 0

    async def create(
        self,
        name: str,
        *,
        region: str = "GB",
        timezone: str = "UTC",
        record_days: int = 90,
        temporary: bool = False,
    ) -> Tenant:
        """Raises: Invalid."""
        check_tenant(region, timezone, record_days)
        tenant = Tenant(
            id=TenantId(new_id("ten")),
            name=checked_name(name),
            region=region,
            timezone=timezone,
            record_days=record_days,
            temporary=temporary,
            created_at=self._clock.now(),
        )
        await self._store.add_tenant(tenant)
        self._tenants[tenant.id] = tenant
        self._changes += 1
        return tenant

    async def get(self, tenant_id: TenantId) -> Tenant:
        """Raises: NotFound."""
        return await self._store.tenant(tenant_id)

    async def all(self) -> list[Tenant]:
        return await self._store.tenants()

    async def wipe(self, tenant_id: TenantId) -> int:
        """Delete the organisation with every document of it; how many there were."""
        for trunk in await self._store.trunks(tenant_id):
            self._trunks.pop(trunk.id, None)
            for watcher in self.events.trunk_removed:
                await watcher(trunk)
        self._numbers = {e164: number for e164, number in self._numbers.items() if number.tenant_id != tenant_id}
        self._tenants.pop(tenant_id, None)
        self._changes += 1
        return await self._store.wipe(tenant_id)

    async def add_trunk(self, tenant_id: TenantId, name: str, addresses: Sequence[str]) -> Trunk:
        """Raises: Invalid."""
        trunk = Trunk(
            id=TrunkId(new_id("trk")),
            tenant_id=tenant_id,
            name=checked_name(name),
            addresses=checked_addresses(addresses),
            created_at=self._clock.now(),
        )
        await self._store.add_trunk(trunk)
        self._trunks[trunk.id] = trunk
        self._changes += 1
        for watcher in self.events.trunk_added:
            await watcher(trunk)
        return trunk

    async def trunks(self, tenant_id: TenantId) -> list[Trunk]:
        return await self._store.trunks(tenant_id)

    async def add_number(
        self, tenant: Tenant, number: str, trunk_id: TrunkId, queue_id: QueueId, greeting: str | None = "greeting"
    ) -> Number:
        """The caller checked `queue_id`. Raises: Invalid, NotFound (the trunk), Conflict (the number is taken)."""
        e164 = parse_e164(number, tenant.region)
        if e164 is None:
            raise Invalid(errors=[("number", "a phone number, best in international form: +442079460123")])
        check_greeting(greeting)
        await self._store.trunk(tenant.id, trunk_id)
        made = Number(
            id=NumberId(new_id("num")),
            tenant_id=tenant.id,
            e164=e164,
            trunk_id=trunk_id,
            queue_id=queue_id,
            greeting=greeting,
            created_at=self._clock.now(),
        )
        try:
            await self._store.add_number(made)
        except Conflict:
            raise Conflict("This number is in use", code="number_taken") from None
        self._numbers[e164] = made
        self._changes += 1
        return made

    async def numbers(self, tenant_id: TenantId) -> list[Number]:
        return await self._store.numbers(tenant_id)

    # The call path: memory only, never a wait.

    async def refresh(self) -> None:
        """Read everything again. Raises: Unavailable, and then keeps what it had."""
        while True:  # again when something changed meanwhile: what was read may not have it
            changes = self._changes
            tenants = await self._store.tenants()
            trunks = await self._store.every_trunk()
            numbers = await self._store.every_number()
            if changes == self._changes:
                break
        self._tenants = {tenant.id: tenant for tenant in tenants}
        self._trunks = {trunk.id: trunk for trunk in trunks}
        self._numbers = {number.e164: number for number in numbers}

    def known(self, tenant_id: TenantId) -> Tenant | None:
        return self._tenants.get(tenant_id)

    def known_tenants(self) -> list[Tenant]:
        return list(self._tenants.values())

    def known_trunk(self, trunk_id: TrunkId) -> Trunk | None:
        return self._trunks.get(trunk_id)

    def known_trunks(self) -> list[Trunk]:
        return list(self._trunks.values())

    def number_by_e164(self, e164: str) -> Number | None:
        return self._numbers.get(e164)
