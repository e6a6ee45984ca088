"""What an owner changes about people: their role, and whether they are let in at all. Each takes effect at once.

An organisation keeps an owner who can sign in. It knows no HTTP and sends no e-mail.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from call24.corrections.model import Made, UserField
from call24.identity.model import Role, User
from call24.identity.rules import email_key
from call24.identity.service import IdentityService
from call24.identity.store import IdentityStore
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, Refused
from call24.kit.ids import CorrectionId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo, TenantScope
from call24.tenants.rules import checked_name

UserWatcher = Callable[[User], Awaitable[None]]


class UserAdmin:
    def __init__(self, mongo: Mongo, clock: Clock, identity: IdentityService) -> None:
        self._store = IdentityStore(mongo)
        self._clock = clock
        self._identity = identity
        self.changed: list[UserWatcher] = []
        """Told when somebody may not do any more what they might, or is not let in at all."""

    async def add(self, tenant_id: TenantId, *, email: str, name: str, role: Role, password: str) -> User:
        """Without asking who reads the address, so only of those that the operator granted the organisation.

        Raises: Invalid, Conflict (code email_taken: in this organisation), Refused (code invitation_due: of any other
        address, whether somebody has it or not).
        """
        if not self._identity.grants_address(tenant_id, email_key(email)):
            raise _invitation_due()
        try:
            return await self._identity.add_user(tenant_id, email=email, name=name, role=role, password=password)
        except Conflict:
            if any(user.email_key == email_key(email) for user in await self._store.users(tenant_id)):
                raise
            raise _invitation_due() from None

    async def change_role(self, tenant_id: TenantId, user_id: UserId, role: Role) -> User:
        """Their sessions end: who signs in again has the new role. Raises: NotFound, Conflict (code last_owner)."""
        before = await self._store.user(tenant_id, user_id)
        if before.role == role:
            return before
        if role != "owner":
            await self._keep_an_owner(before)
        user = await self._store.change_user(tenant_id, user_id, {"role": role})
        return await self._begun_anew(user)

    async def disable(self, tenant_id: TenantId, user_id: UserId) -> User:
        """Sessions, sockets and phones end; machines' tokens open nothing. An operator of the installation is none any
        more, enabled again or not. Raises: NotFound, Conflict (last_owner)."""
        before = await self._store.user(tenant_id, user_id)
        if before.disabled_at is not None:
            return before
        await self._keep_an_owner(before)
        gone: dict[str, object] = {"disabled_at": self._clock.now(), "operator_since": None}
        user = await self._store.change_user(tenant_id, user_id, gone)
        return await self._begun_anew(user)

    async def enable(self, tenant_id: TenantId, user_id: UserId) -> User:
        """Raises: NotFound."""
        user = await self._store.change_user(tenant_id, user_id, {"disabled_at": None})
        self._identity.remember(user)
        return user

    async def change_profile(self, tenant_id: TenantId, user_id: UserId, **changes: str) -> User:
        """By the user, `changes`: name and phone (E.164, or empty). Raises: NotFound, Invalid."""
        if "name" in changes:
            changes["name"] = checked_name(changes["name"])
        made = Made(id=CorrectionId(new_id("cor")), at=self._clock.now(), by=user_id)
        user = await self._store.correct_user(tenant_id, user_id, changes, made)
        self._identity.remember(user)
        return user

    async def correct(self, scope: TenantScope, user_id: UserId, field: UserField, value: str, made: Made) -> User:
        """By an officer, within the transaction that answers the request; `remember` the user when it is stored.

        Raises: NotFound, Invalid: no such value, or it is there already.
        """
        if field == "name":
            value = checked_name(value, "value")
        user = await self._store.user(scope.tenant_id, user_id)
        if getattr(user, field) == value:
            raise Invalid(errors=[("value", "another one than is stored")])
        return await self._store.correct_within(scope, user_id, {field: value}, made)

    async def end_unproven(self, tenant_id: TenantId) -> None:
        """Who has no second factor signs in again."""
        for user in await self._store.users(tenant_id):
            if not user.mfa:
                await self._identity.revoke_of_user(tenant_id, user.id)

    async def _begun_anew(self, user: User) -> User:
        self._identity.remember(user)
        await self._identity.revoke_of_user(user.tenant_id, user.id)
        for watcher in self.changed:
            await watcher(user)
        return user

    async def _keep_an_owner(self, going: User) -> None:
        users = await self._store.users(going.tenant_id)
        if going.role == "owner" and not any(
            user.role == "owner" and user.disabled_at is None and user.id != going.id for user in users
        ):
            raise Conflict("An organisation must have an owner who can sign in", code="last_owner")


def _invitation_due() -> Refused:
    return Refused("The domain of this address is not granted: send an invitation instead", code="invitation_due")
