"""Each organisation's transfer register, and whether its data may go to an endpoint.

Rooms that keep an endpoint ask `why_not` before they store it; what is stored already stays: it is named
as a gap in the record of processing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from call24.data_transfers import rules
from call24.data_transfers.model import DataTransfer, Standing
from call24.data_transfers.store import DataTransferStore
from call24.kit.clock import Clock
from call24.kit.endpoints import Endpoint
from call24.kit.errors import Conflict
from call24.kit.ids import DataTransferId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo

FindEndpoints = Callable[[TenantId], Awaitable[Sequence[Endpoint]]]


class DataTransfers:
    """`region`: country where an organisation states that its data is kept; `found`: the endpoints that it has;
    `own`: the installation's; `changed`: told when a register was."""

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        *,
        region: Callable[[TenantId], Awaitable[str]],
        found: FindEndpoints,
        own: Sequence[Endpoint],
        changed: Callable[[TenantId], None],
    ) -> None:
        self._store = DataTransferStore(mongo)
        self._clock = clock
        self._region = region
        self._found = found
        self._own = own
        self._changed = changed

    async def why_not(self, tenant_id: TenantId, endpoint: Endpoint) -> str | None:
        """Why its data may not go there, in words. Raises: Invalid (no country), Unavailable."""
        region = await self._region(tenant_id)
        return rules.why_not(region, endpoint, await self._store.all(tenant_id), self._today()) if region else None

    async def why_no_region(self, tenant_id: TenantId, region: str) -> str | None:
        """Why it may not state that its data is kept there: the installation's own endpoints are elsewhere.

        The operator says where they are; what is not said is a gap. Raises: Unavailable.
        """
        entries = await self._store.all(tenant_id)
        told = [one for one in self._own if one.country]
        reasons = [rules.why_not(region, endpoint, entries, self._today()) for endpoint in told]
        return next((reason for reason in reasons if reason is not None), None)

    async def add(self, tenant_id: TenantId, by: UserId, settings: dict[str, Any]) -> DataTransfer:
        """`settings`: fields of DataTransfer. Raises: Invalid, Conflict (code too_many), Unavailable."""
        if len(await self._store.all(tenant_id)) >= rules.ENTRIES_MAX:
            raise Conflict(f"The register has at most {rules.ENTRIES_MAX} entries", code="too_many")
        entry = DataTransfer(
            id=DataTransferId(new_id("dtr")),
            tenant_id=tenant_id,
            created_by=by,
            created_at=self._clock.now(),
            **rules.tidy(settings),
        )
        await self._store.add(rules.checked(entry))
        self._changed(tenant_id)
        return entry

    async def get(self, tenant_id: TenantId, entry_id: DataTransferId) -> DataTransfer:
        """Raises: NotFound, Unavailable."""
        return await self._store.get(tenant_id, entry_id)

    async def all(self, tenant_id: TenantId) -> list[DataTransfer]:
        return await self._store.all(tenant_id)

    async def remove(self, tenant_id: TenantId, entry_id: DataTransferId) -> None:
        """Raises: NotFound, Conflict (code transfer_in_use), Unavailable."""
        entry = await self._store.get(tenant_id, entry_id)
        region, entries = await self._region(tenant_id), await self._store.all(tenant_id)
        left = [one for one in entries if one.id != entry.id]
        for endpoint in await self._endpoints(tenant_id):
            before = rules.standing(region, endpoint, entries, self._today())
            if before == "registered" != rules.standing(region, endpoint, left, self._today()):
                text = f"The {endpoint.kind.replace('_', ' ')} {endpoint.id} needs this entry: change that first"
                raise Conflict(text, code="transfer_in_use")
        await self._store.remove(tenant_id, entry_id)
        self._changed(tenant_id)

    async def standings(self, tenant_id: TenantId) -> list[tuple[Endpoint, Standing]]:
        """Of all endpoints that get the organisation's data. Raises: Unavailable."""
        region, entries = await self._region(tenant_id), await self._store.all(tenant_id)
        return [
            (endpoint, rules.standing(region, endpoint, entries, self._today()))
            for endpoint in await self._endpoints(tenant_id)
        ]

    async def told(self, tenant_id: TenantId) -> list[str]:
        """The register in sentences, for the privacy policy and the record of processing. Raises: Unavailable."""
        return [rules.sentence(one) for one in await self._store.all(tenant_id)]

    async def gaps(self, tenant_id: TenantId) -> list[str]:
        """What the record of processing must name as missing. Raises: Unavailable."""
        found = [rules.gap(endpoint, how) for endpoint, how in await self.standings(tenant_id)]
        return [gap for gap in found if gap]

    async def _endpoints(self, tenant_id: TenantId) -> list[Endpoint]:
        return [*self._own, *await self._found(tenant_id)]

    def _today(self) -> str:
        return self._clock.now().date().isoformat()
