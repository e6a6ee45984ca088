"""Making, changing and finding what agents choose from: one class for pause reasons and for dispositions.

The call path and agents' wishes read them from memory, as last known.
"""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from call24.agents.rules import CHOICES_MAX, checked, in_order, name_key, tidy
from call24.agents.settings import Disposition, PauseReason
from call24.agents.store import ChoiceStore
from call24.kit.errors import Conflict, NotFound
from call24.kit.ids import TenantId, new_id
from call24.kit.mongo import Mongo

T = TypeVar("T", bound=PauseReason | Disposition)


class Choices(Generic[T]):
    def __init__(self, mongo: Mongo, kind: type[T], prefix: str) -> None:
        self._store = ChoiceStore(mongo, kind)
        self._kind = kind
        self._prefix = prefix
        self._known: dict[str, T] = {}
        self._changes = 0

    async def create(self, tenant_id: TenantId, name: str, **settings: object) -> T:
        """One that was retired comes back with its old id. Raises: Invalid, Conflict (codes name_taken, too_many)."""
        name = tidy(name)
        fresh = self._kind(id=new_id(self._prefix), tenant_id=tenant_id, name=name, name_key=name_key(name))  # type: ignore[arg-type]
        made = msgspec.structs.replace(fresh, **settings)
        checked(made)
        retired = await self._store.named(tenant_id, made.name_key)
        if retired is not None and not retired.active:
            return await self.change(tenant_id, retired.id, name=name, active=True, **settings)
        if sum(thing.tenant_id == tenant_id for thing in self._known.values()) >= CHOICES_MAX:
            raise Conflict(f"There are {CHOICES_MAX} already, including retired ones", code="too_many")
        try:
            await self._store.add(made)
        except Conflict:
            raise _name_taken() from None
        return self._remember(made)

    async def change(self, tenant_id: TenantId, id: str, **settings: object) -> T:
        """Raises: NotFound, Invalid, Conflict (code name_taken)."""
        if "name" in settings:
            name = tidy(str(settings["name"]))
            settings = {**settings, "name": name, "name_key": name_key(name)}
        made = msgspec.structs.replace(await self._store.get(tenant_id, id), **settings)
        checked(made)
        try:
            if not await self._store.change(tenant_id, id, settings):
                raise NotFound
        except Conflict:
            raise _name_taken() from None
        return self._remember(made)

    async def retire(self, tenant_id: TenantId, id: str) -> None:
        """Nobody can choose it any more; what is past keeps its name. Raises: NotFound."""
        if not (await self._store.get(tenant_id, id)).active:
            raise NotFound
        await self.change(tenant_id, id, active=False)

    async def get(self, tenant_id: TenantId, id: str) -> T:
        """Raises: NotFound."""
        return await self._store.get(tenant_id, id)

    async def all(self, tenant_id: TenantId) -> list[T]:
        """Also the retired ones."""
        return await self._store.all(tenant_id)

    async def refresh(self) -> None:
        """Read all of them again. Raises: Unavailable, and then keeps what it had."""
        while True:  # again when something changed meanwhile: what was read may not have it
            changes = self._changes
            every = await self._store.every()
            if changes == self._changes:
                break
        self._known = {thing.id: thing for thing in every}

    def known(self, tenant_id: TenantId, id: str) -> T | None:
        thing = self._known.get(id)
        return thing if thing is not None and thing.tenant_id == tenant_id else None

    def known_all(self, tenant_id: TenantId) -> list[T]:
        theirs = [thing for thing in self._known.values() if thing.tenant_id == tenant_id]
        return sorted(theirs, key=in_order)

    def forget_tenant(self, tenant_id: TenantId) -> None:
        self._changes += 1
        self._known = {id: thing for id, thing in self._known.items() if thing.tenant_id != tenant_id}

    def _remember(self, thing: T) -> T:
        self._known[thing.id] = thing
        self._changes += 1
        return thing


def _name_taken() -> Conflict:
    return Conflict("This name is already in use", code="name_taken")
