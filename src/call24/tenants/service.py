"""Organisations, trunks and numbers: making, changing and finding them. It knows nothing of queues.

The copy in memory that the call path reads (known.py) is set by every change made through this process and by
`refresh()`, which main runs every 30 s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from call24.kit.clock import Clock
from call24.kit.endpoints import WhyNot, anywhere, check_endpoint
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.ids import FlowId, NumberId, QueueId, TenantId, TrunkId, new_id
from call24.kit.mongo import Mongo
from call24.kit.phone import parse_e164
from call24.kit.secrets import AppKey
from call24.kit.sip_targets import SipTargets
from call24.tenants.events import TenantEvents, TrunkWatcher
from call24.tenants.grants import checked, may_name, not_granted
from call24.tenants.known import KnownTenants
from call24.tenants.logins import TrunkLogins
from call24.tenants.model import Number, Tenant, Trunk
from call24.tenants.rules import (
    LIMITS,
    TrunkLimits,
    check_number,
    check_room,
    check_tenant,
    checked_addresses,
    checked_name,
    checked_trunk,
    endpoint_of,
    reason_for,
)
from call24.tenants.sharing import check_shared
from call24.tenants.store import TenantStore


class TenantService(KnownTenants):
    def __init__(
        self, mongo: Mongo, clock: Clock, key: AppKey, limits: TrunkLimits = LIMITS, targets: SipTargets | None = None
    ) -> None:
        """`targets`: where trunks may lead; None: anywhere. `why_not`: whether data may go somewhere."""
        super().__init__()
        self.why_not: WhyNot = anywhere
        self._store = TenantStore(mongo)
        self._limits = limits
        self.targets = targets
        self._logins = TrunkLogins(key)
        self._clock = clock
        self.events = TenantEvents()

    async def create(
        self,
        name: str,
        *,
        region: str = "GB",
        timezone: str = "UTC",
        record_days: int = 90,
        temporary: bool = False,
        numbers: Sequence[str] | None = None,
        domains: Sequence[str] | None = None,
        networks: Sequence[str] | None = None,
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
            **checked(numbers=numbers, domains=domains, networks=networks),
        )
        await self._store.add_tenant(tenant)
        self._tenants[tenant.id] = tenant
        self._changes += 1
        return tenant

    async def change(self, tenant_id: TenantId, **settings: Any) -> Tenant:
        """`settings`: fields of Tenant; what is not named stays, but the reason for other days of recordings.

        Raises: NotFound, Invalid (also code retention_reason_required).
        """
        if "name" in settings:
            settings = {**settings, "name": checked_name(settings["name"])}
        before = await self._store.tenant(tenant_id)
        if settings.get("recording_days", before.recording_days) != before.recording_days:
            settings = {"recording_days_reason": None, **settings}
        tenant = msgspec.structs.replace(before, **settings)
        check_tenant(
            tenant.region, tenant.timezone, tenant.record_days, tenant.recording_days, tenant.recording_stop_key
        )
        wish = tenant.recording_days, tenant.recording_days_reason
        if wish != (before.recording_days, before.recording_days_reason):
            reason = reason_for(wish[0], tenant.record_days, wish[1])
            tenant = msgspec.structs.replace(tenant, recording_days_reason=reason)
            settings = {**settings, "recording_days_reason": reason}
        if not await self._store.change_tenant(tenant_id, settings):
            raise NotFound
        self._tenants[tenant_id] = tenant
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
            self._resolved.pop(trunk.id, None)
            self._ways_in = None
            for watcher in self.events.trunk_removed:
                await watcher(trunk)
        self._numbers = {e164: number for e164, number in self._numbers.items() if number.tenant_id != tenant_id}
        self._proofs = {id: number for id, number in self._proofs.items() if number.tenant_id != tenant_id}
        self._tenants.pop(tenant_id, None)
        self._changes += 1
        return await self._store.wipe(tenant_id)

    # Trunks

    async def add_trunk(self, tenant_id: TenantId, name: str, addresses: Sequence[str] = (), **settings: Any) -> Trunk:
        """`settings`: fields of Trunk, and `username` with `password`; without an order it is last.

        Raises: Invalid, Conflict (too_many_trunks, too_many_networks, symmetric_rtp_differs, transfer_not_registered),
        Refused (code network_not_granted: also where nobody has it).
        """
        theirs = await self._store.trunks(tenant_id)
        fresh = Trunk(
            id=TrunkId(new_id("trk")),
            tenant_id=tenant_id,
            name=name,
            order=min(1000, max((trunk.order for trunk in theirs), default=0) + 1),
            created_at=self._clock.now(),
        )
        trunk = self._made(fresh, {"name": name, "addresses": addresses, **settings})
        self._check_room(theirs, trunk)
        await self._check_host(trunk)
        self._check_shared(trunk, trunk.addresses)
        await self._check_country(trunk)
        await self._store.add_trunk(trunk)
        await self._remember(trunk, self.events.trunk_added)
        return trunk

    async def change_trunk(self, tenant_id: TenantId, trunk_id: TrunkId, **settings: Any) -> Trunk:
        """What is not named stays; `username=None` takes the account away. Raises: as `add_trunk`, and NotFound."""
        before = await self._store.trunk(tenant_id, trunk_id)
        trunk = self._made(before, settings)
        if "addresses" in settings:
            self._check_room((one for one in await self._store.trunks(tenant_id) if one.id != trunk_id), trunk)
        if settings.keys() & {"host", "port", "transport"}:
            await self._check_host(trunk)
        if settings.keys() & {"addresses", "symmetric_rtp", "enabled"}:
            self._check_shared(trunk, set(trunk.addresses) - set(before.addresses))
        if settings.keys() & {"host", "addresses", "country", "enabled"}:
            await self._check_country(trunk)
        if not await self._store.replace_trunk(trunk):
            raise NotFound
        await self._remember(trunk, self.events.trunk_changed)
        return trunk

    async def remove_trunk(self, tenant_id: TenantId, trunk_id: TrunkId) -> None:
        """Raises: NotFound, Conflict (code trunk_in_use: numbers are on it)."""
        trunk = await self._store.trunk(tenant_id, trunk_id)
        if any(number.trunk_id == trunk_id for number in await self._store.numbers(tenant_id)):
            raise Conflict("Numbers use this trunk", code="trunk_in_use")
        await self._store.drop_trunk(tenant_id, trunk_id)
        self._trunks.pop(trunk_id, None)
        self._resolved.pop(trunk_id, None)
        self._ways_in = None
        self._changes += 1
        for watcher in self.events.trunk_removed:
            await watcher(trunk)

    async def trunk(self, tenant_id: TenantId, trunk_id: TrunkId) -> Trunk:
        """Raises: NotFound."""
        return await self._store.trunk(tenant_id, trunk_id)

    async def trunks(self, tenant_id: TenantId) -> list[Trunk]:
        return await self._store.trunks(tenant_id)

    def trunk_password(self, trunk: Trunk) -> str:
        """For the PBX alone. Empty without a login, or when it was sealed with another app key."""
        return self._logins.password(trunk)

    def _check_room(self, theirs: Iterable[Trunk], trunk: Trunk) -> None:
        others = (one for one in self._trunks.values() if one.tenant_id != trunk.tenant_id)
        check_room(theirs, others, trunk, self._limits)

    def _check_shared(self, trunk: Trunk, fresh: Iterable[str]) -> None:
        tenants = self._tenants
        check_shared(tenants.get(trunk.tenant_id), trunk, fresh, tenants.values(), self._trunks.values())

    async def _check_country(self, trunk: Trunk) -> None:
        """Nothing goes to one that is switched off. Raises: Invalid, Conflict (code transfer_not_registered)."""
        if trunk.enabled:
            await check_endpoint(self.why_not, trunk.tenant_id, endpoint_of(trunk))

    async def _check_host(self, trunk: Trunk) -> None:
        """A name that has no address now is looked at again when it has one. Raises: Invalid."""
        if trunk.host is None or self.targets is None:
            return
        _, why = await self.targets.allowed(trunk.host, trunk.port, trunk.transport)
        if why is not None:
            raise Invalid(errors=[("host", f"a carrier's host; this one is {why}")])

    def _made(self, trunk: Trunk, settings: dict[str, Any]) -> Trunk:
        settings = dict(settings)
        login = self._logins.taken_from(settings, trunk)
        if "name" in settings:
            settings["name"] = checked_name(settings["name"])
        if "addresses" in settings:
            settings["addresses"] = checked_addresses(settings["addresses"], self._limits, trunk.addresses)
        return checked_trunk(msgspec.structs.replace(trunk, **settings, login=login), self._limits)

    async def _remember(self, trunk: Trunk, watchers: list[TrunkWatcher]) -> None:
        self._trunks[trunk.id] = trunk
        self._ways_in = None
        self._changes += 1
        for watcher in watchers:
            await watcher(trunk)

    # Numbers

    async def add_number(
        self,
        tenant: Tenant,
        number: str,
        trunk_id: TrunkId,
        queue_id: QueueId | None = None,
        greeting: str | None = "greeting",
        *,
        flow_id: FlowId | None = None,
        label: str = "",
    ) -> Number:
        """The caller checked queue and flow.

        Raises: Invalid, NotFound (the trunk), Conflict (the organisation has it already), Refused (code
        number_not_granted: also where another organisation has it).
        """
        e164 = parse_e164(number, tenant.region)
        if e164 is None:
            raise Invalid(errors=[("number", "a phone number, best in international form: +442079460123")])
        if not may_name(tenant, e164, self._tenants.values()):
            raise not_granted()
        made = Number(
            id=NumberId(new_id("num")),
            tenant_id=tenant.id,
            e164=e164,
            trunk_id=trunk_id,
            queue_id=queue_id,
            flow_id=flow_id,
            greeting=greeting,
            label=label,
            created_at=self._clock.now(),
        )
        check_number(made)
        await self._store.trunk(tenant.id, trunk_id)
        try:
            await self._store.add_number(made)
        except Conflict:
            if any(one.e164 == e164 for one in await self._store.numbers(tenant.id)):
                raise Conflict("This number is in use", code="number_taken") from None
            raise not_granted() from None
        self._numbers[e164] = made
        self._changes += 1
        return made

    async def change_number(self, tenant_id: TenantId, number_id: NumberId, **settings: Any) -> Number:
        """What is not named stays, but the number itself never changes. The caller checked queue and flow.

        Raises: NotFound, Invalid.
        """
        before = await self.number(tenant_id, number_id)
        number = msgspec.structs.replace(before, **settings)
        if number.trunk_id != before.trunk_id:
            number = msgspec.structs.replace(number, verified_at=None)
        check_number(number)
        try:
            await self._store.trunk(tenant_id, number.trunk_id)
        except NotFound:
            raise Invalid(errors=[("trunk_id", "a trunk of this organisation")]) from None
        if not await self._store.replace_number(number):
            raise NotFound
        self._proofs.pop(number_id, None)
        self._numbers[number.e164] = number
        self._changes += 1
        return number

    async def remove_number(self, tenant_id: TenantId, number_id: NumberId) -> None:
        """Calls in hand go on; new ones to it are refused. Raises: NotFound."""
        number = await self._store.number(tenant_id, number_id)
        await self._store.drop_number(tenant_id, number_id)
        self._numbers.pop(number.e164, None)
        self._changes += 1

    async def number(self, tenant_id: TenantId, number_id: NumberId) -> Number:
        """Raises: NotFound."""
        proofs = dict(self._proofs)  # one may be stored, and go, while the number is read
        return _proven(await self._store.number(tenant_id, number_id), proofs)

    async def numbers(self, tenant_id: TenantId) -> list[Number]:
        proofs = dict(self._proofs)
        return [_proven(number, proofs) for number in await self._store.numbers(tenant_id)]

    async def refresh(self) -> None:
        """Read everything again. Raises: Unavailable, and then keeps what it had."""
        while True:  # again when something changed meanwhile: what was read may not have it
            changes = self._changes
            await self._store_proofs()
            tenants = await self._store.tenants()
            trunks = await self._store.every_trunk()
            numbers = await self._store.every_number()
            if changes == self._changes:
                break
        self._tenants = {tenant.id: tenant for tenant in tenants}
        if (fresh := {trunk.id: trunk for trunk in trunks}) != self._trunks:
            self._trunks, self._ways_in = fresh, None
        self._numbers = {number.e164: number for number in numbers}

    async def _store_proofs(self) -> None:
        for number in list(self._proofs.values()):
            await self._store.verify_number(number)
            self._proofs.pop(number.id, None)


def _proven(stored: Number, proofs: Mapping[NumberId, Number]) -> Number:
    """With the call that has just shown whose it is, which is stored a little later."""
    proof = proofs.get(stored.id)
    if proof is None or stored.verified_at is not None or proof.trunk_id != stored.trunk_id:
        return stored
    return msgspec.structs.replace(stored, verified_at=proof.verified_at)
