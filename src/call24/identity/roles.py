"""Roles: the built-in ones, and those that an organisation makes of named permissions.

What a role is allowed is read from memory at each request, so a change holds from the next one on. Nobody gives away
what they lack: that holds for making, changing and deleting a role as for giving one to somebody.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable

import msgspec

from call24.identity.model import CustomRole
from call24.identity.permissions import BUILT_IN, EVERYTHING, lacking, of_built_in
from call24.identity.store import RoleStore
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound, Refused
from call24.kit.ids import RoleId, TenantId, new_id
from call24.kit.mongo import Mongo
from call24.tenants.rules import checked_name

MOST = 50


class Roles:
    def __init__(self, mongo: Mongo, clock: Clock) -> None:
        self._store = RoleStore(mongo)
        self._clock = clock
        self.changed: list[Callable[[TenantId], Awaitable[None]]] = []
        """Told when a role of an organisation is allowed something else, or is gone."""
        self.permissions_changed: list[Callable[[CustomRole, CustomRole], Awaitable[None]]] = []
        """Told what a role was and what it is, by main, which ends what is not allowed any more."""
        self._known: dict[str, CustomRole] = {}
        self._changes = 0

    def granted(self, tenant_id: TenantId, role: str) -> frozenset[str]:
        """What a role is allowed; a role that this organisation does not have: nothing."""
        custom = self._known.get(role)
        if custom is None or custom.tenant_id != tenant_id:
            return of_built_in(role)
        return EVERYTHING.intersection(custom.permissions)

    def name(self, tenant_id: TenantId, role: str) -> str:
        """What to call a role; a role that this organisation does not have: nothing."""
        custom = self._known.get(role)
        if custom is not None and custom.tenant_id == tenant_id:
            return custom.name
        return role.replace("_", " ").capitalize() if role in BUILT_IN else ""

    async def all(self, tenant_id: TenantId) -> list[CustomRole]:
        """The organisation's own, by name."""
        return await self._store.all(tenant_id)

    async def get(self, tenant_id: TenantId, role_id: str) -> CustomRole:
        """Raises: NotFound."""
        return await self._store.get(tenant_id, RoleId(role_id))

    async def create(
        self, tenant_id: TenantId, maker: Collection[str], name: str, permissions: Iterable[str]
    ) -> CustomRole:
        """Raises: Invalid, Refused (code beyond_own), Conflict (codes name_taken, too_many)."""
        name = checked_name(name)
        wanted = _checked(permissions)
        check_own(maker, wanted)
        if len(await self._store.all(tenant_id)) >= MOST:
            raise Conflict(f"There are {MOST} roles already", code="too_many")
        role = CustomRole(
            id=RoleId(new_id("rol")),
            tenant_id=tenant_id,
            name=name,
            name_key=_free_key(name),
            permissions=wanted,
            created_at=self._clock.now(),
        )
        try:
            await self._store.add(role)
        except Conflict:
            raise _name_taken() from None
        return self._remember(role)

    async def change(
        self,
        tenant_id: TenantId,
        maker: Collection[str],
        role_id: str,
        name: str | None = None,
        permissions: Iterable[str] | None = None,
    ) -> CustomRole:
        """What is None stays. Raises: NotFound, Invalid, Refused (code beyond_own), Conflict (code name_taken)."""
        before = role = await self._store.get(tenant_id, RoleId(role_id))
        check_own(maker, EVERYTHING.intersection(role.permissions))
        if permissions is not None:
            role = msgspec.structs.replace(role, permissions=_checked(permissions))
            check_own(maker, role.permissions)
        if name is not None:
            name = checked_name(name)
            role = msgspec.structs.replace(role, name=name, name_key=_free_key(name))
        try:
            if not await self._store.replace(role):
                raise NotFound
        except Conflict:
            raise _name_taken() from None
        self._remember(role)
        for watcher in self.permissions_changed:
            await watcher(before, role)
        await self._tell(tenant_id)
        return role

    async def delete(self, tenant_id: TenantId, maker: Collection[str], role_id: str) -> None:
        """Raises: NotFound, Refused (code beyond_own), Conflict (code role_in_use)."""
        role = await self._store.get(tenant_id, RoleId(role_id))
        check_own(maker, EVERYTHING.intersection(role.permissions))
        if await self._store.holders(tenant_id, role.id):
            raise Conflict("Users have this role: give them another one first", code="role_in_use")
        await self._store.delete(tenant_id, role.id)
        self._known.pop(role.id, None)
        self._changes += 1
        await self._tell(tenant_id)

    async def check_giving(self, tenant_id: TenantId, maker: Collection[str], role: str) -> None:
        """That this role is there and that `maker` may give it. Raises: Invalid, Refused (code beyond_own)."""
        if role not in BUILT_IN:
            try:
                await self._store.get(tenant_id, RoleId(role))
            except NotFound:
                raise Invalid(errors=[("role", "one of this organisation's roles")]) from None
        check_own(maker, self.granted(tenant_id, role))

    async def refresh(self) -> None:
        """Read all roles again. Raises: Unavailable, and then keeps what it had."""
        while True:  # again when one was changed meanwhile: what was read may not have it
            changes = self._changes
            roles = await self._store.every()
            if changes == self._changes:
                break
        self._known = {role.id: role for role in roles}

    def forget_tenant(self, tenant_id: TenantId) -> None:
        self._known = {id: role for id, role in self._known.items() if role.tenant_id != tenant_id}

    async def _tell(self, tenant_id: TenantId) -> None:
        for watcher in self.changed:
            await watcher(tenant_id)

    def _remember(self, role: CustomRole) -> CustomRole:
        self._known[role.id] = role
        self._changes += 1
        return role


def check_own(maker: Collection[str], wanted: Iterable[str]) -> None:
    """Raises: Refused (code beyond_own)."""
    missing = lacking(maker, wanted)
    if missing:
        raise Refused(f"You cannot grant permissions that you do not have: {', '.join(missing)}", code="beyond_own")


def _checked(permissions: Iterable[str]) -> tuple[str, ...]:
    wanted = set(permissions)
    if wanted - EVERYTHING:
        raise Invalid(errors=[("permissions", "only names from the list of permissions")])
    return tuple(sorted(wanted))


def _free_key(name: str) -> str:
    """Raises: Conflict (code name_taken) for the name of a built-in role."""
    key = name.casefold()
    if key.replace(" ", "_") in BUILT_IN:
        raise _name_taken()
    return key


def _name_taken() -> Conflict:
    return Conflict("There is already a role with this name", code="name_taken")
