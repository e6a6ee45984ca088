"""Making, changing and finding opening hours; the call path reads them from memory, as last known."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound
from call24.kit.ids import HoursId, TenantId, new_id
from call24.kit.mongo import Mongo
from call24.queues.hours import Hours, is_open, next_open
from call24.queues.rules import HOURS_MAX, UsedBy, check_room, check_unused, checked_hours, name_key, tidy
from call24.queues.store import HoursStore
from call24.tenants.service import TenantService


class HoursService:
    def __init__(self, mongo: Mongo, clock: Clock, tenants: TenantService) -> None:
        self._store = HoursStore(mongo)
        self._clock = clock
        self._tenants = tenants
        self._hours: dict[HoursId, Hours] = {}
        self._changes = 0

    async def create(self, tenant_id: TenantId, name: str, **settings: object) -> Hours:
        """`settings`: fields of Hours. Raises: Invalid, Conflict (codes hours_name_taken, too_many)."""
        check_room(len(self.known_hours(tenant_id)), HOURS_MAX, "opening hours")
        fresh = Hours(
            id=HoursId(new_id("hrs")), tenant_id=tenant_id, name="", name_key="", created_at=self._clock.now()
        )
        hours = _made(fresh, {**settings, "name": name})
        try:
            await self._store.add(hours)
        except Conflict:
            raise _name_taken() from None
        self._remember(hours)
        return hours

    async def change(self, tenant_id: TenantId, hours_id: HoursId, **settings: object) -> Hours:
        """Raises: NotFound, Invalid, Conflict (code hours_name_taken)."""
        hours = _made(await self._store.get(tenant_id, hours_id), settings)
        try:
            fields = {name: getattr(hours, name) for name in {*settings, "name_key"}}
            if not await self._store.change(tenant_id, hours_id, fields):
                raise NotFound
        except Conflict:
            raise _name_taken() from None
        self._remember(hours)
        return hours

    async def delete(self, tenant_id: TenantId, hours_id: HoursId, used_by: UsedBy) -> None:
        """Raises: NotFound, Conflict (code hours_in_use)."""
        await self._store.get(tenant_id, hours_id)
        check_unused(used_by(tenant_id, hours_id), "hours_in_use")
        if not await self._store.delete(tenant_id, hours_id):
            raise NotFound
        self._changes += 1
        self._hours.pop(hours_id, None)

    async def get(self, tenant_id: TenantId, hours_id: HoursId) -> Hours:
        """Raises: NotFound."""
        return await self._store.get(tenant_id, hours_id)

    async def ids(self, tenant_id: TenantId) -> set[HoursId]:
        """As they are stored, also by another process."""
        return await self._store.ids(tenant_id)

    def at_present(self, hours: Hours) -> tuple[bool, datetime | None]:
        """Whether it is open now, and else when it opens next."""
        now, timezone = self._clock.now(), self._timezone(hours.tenant_id)
        return (True, None) if is_open(hours, now, timezone) else (False, next_open(hours, now, timezone))

    # The call path: memory only, never a wait.

    async def refresh(self) -> None:
        """Read all opening hours again. Raises: Unavailable, and then keeps what it had."""
        while True:  # again when something changed meanwhile: what was read may not have it
            changes = self._changes
            every = await self._store.every()
            if changes == self._changes:
                break
        self._hours = {hours.id: hours for hours in every}

    def known(self, tenant_id: TenantId, hours_id: HoursId | None) -> Hours | None:
        hours = self._hours.get(hours_id) if hours_id is not None else None
        return hours if hours is not None and hours.tenant_id == tenant_id else None

    def known_hours(self, tenant_id: TenantId) -> list[Hours]:
        """In no order."""
        return [hours for hours in self._hours.values() if hours.tenant_id == tenant_id]

    def is_open(self, tenant_id: TenantId, hours_id: HoursId | None, at: datetime) -> bool:
        """Without hours, or with hours that are not known, it is always open: nobody is turned away by mistake."""
        hours = self.known(tenant_id, hours_id)
        return hours is None or is_open(hours, at, self._timezone(tenant_id))

    def next_open(self, tenant_id: TenantId, hours_id: HoursId | None, at: datetime) -> datetime | None:
        """The first open instant from ``at`` on; None: not in the next 400 days."""
        hours = self.known(tenant_id, hours_id)
        return at if hours is None else next_open(hours, at, self._timezone(tenant_id))

    def forget_tenant(self, tenant_id: TenantId) -> None:
        self._changes += 1
        self._hours = {hours.id: hours for hours in self._hours.values() if hours.tenant_id != tenant_id}

    def _timezone(self, tenant_id: TenantId) -> str:
        tenant = self._tenants.known(tenant_id)
        return tenant.timezone if tenant is not None else "UTC"

    def _remember(self, hours: Hours) -> None:
        self._hours[hours.id] = hours
        self._changes += 1


def _made(hours: Hours, settings: dict[str, object]) -> Hours:
    if "name" in settings:
        name = tidy(str(settings["name"]))
        settings = {**settings, "name": name, "name_key": name_key(name)}
    return checked_hours(msgspec.structs.replace(hours, **settings))


def _name_taken() -> Conflict:
    return Conflict("There are already opening hours with this name", code="hours_name_taken")
