"""Where authenticators, recovery codes and passkeys are kept, and whether a user has any."""

from __future__ import annotations

from datetime import datetime

from call24.identity.model import Authenticator, Passkey, User
from call24.identity.store import IdentityStore
from call24.kit.ids import PasskeyId, TenantId, UserId
from call24.kit.mongo import Index, Mongo

INDEXES = (
    Index(Passkey, ("credential_id",), unique=True, across=True),
    Index(Passkey, ("user_id",)),
)


class MfaStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._users = IdentityStore(mongo)
        self._by_credential = mongo.platform(Passkey, why="a passkey says who signs in")

    async def authenticator(self, tenant_id: TenantId, user_id: UserId) -> Authenticator | None:
        return await self._mongo.tenant(tenant_id).collection(Authenticator).find_one({"id": user_id})

    async def change_authenticator(self, user: User, now: datetime, fields: dict[str, object]) -> None:
        """Made when there is none yet."""
        kept = self._mongo.tenant(user.tenant_id).collection(Authenticator)
        if not await kept.update(user.id, fields):
            fresh = Authenticator(id=user.id, tenant_id=user.tenant_id, created_at=now)
            await kept.replace(fresh, upsert=True)
            await kept.update(user.id, fields)

    async def change_if(self, user: User, still: dict[str, object], fields: dict[str, object]) -> bool:
        """True for exactly one of all who try it at once."""
        kept = self._mongo.tenant(user.tenant_id).collection(Authenticator)
        return await kept.update_where({"id": user.id, **still}, fields) == 1

    async def by_credential(self, credential_id: str) -> Passkey | None:
        return await self._by_credential.find_one({"credential_id": credential_id})

    async def passkeys(self, tenant_id: TenantId, user_id: UserId) -> list[Passkey]:
        """The oldest first."""
        kept = self._mongo.tenant(tenant_id).collection(Passkey)
        return await kept.find({"user_id": user_id}, sort=[("created_at", 1)])

    async def add_passkey(self, passkey: Passkey) -> None:
        """Raises: Conflict when it is somebody's already."""
        await self._mongo.tenant(passkey.tenant_id).collection(Passkey).insert(passkey)

    async def change_passkey(self, passkey: Passkey, still: dict[str, object], fields: dict[str, object]) -> bool:
        """True for exactly one of all who try it at once."""
        kept = self._mongo.tenant(passkey.tenant_id).collection(Passkey)
        return await kept.update_where({"id": passkey.id, **still}, fields) == 1

    async def own_passkey(self, tenant_id: TenantId, user_id: UserId, passkey_id: PasskeyId) -> Passkey | None:
        return await self._mongo.tenant(tenant_id).collection(Passkey).find_one({"id": passkey_id, "user_id": user_id})

    async def drop_passkey(self, passkey: Passkey) -> None:
        await self._mongo.tenant(passkey.tenant_id).collection(Passkey).delete(passkey.id)

    async def drop_all(self, tenant_id: TenantId, user_id: UserId) -> None:
        scope = self._mongo.tenant(tenant_id)
        await scope.collection(Passkey).delete_many({"user_id": user_id})
        await scope.collection(Authenticator).delete(user_id)

    async def settle(self, tenant_id: TenantId, user_id: UserId) -> User:
        """The user, of whom a second factor is asked from now on if there is any to give; who has none operates the
        installation no more. Raises: NotFound."""
        kept = await self.authenticator(tenant_id, user_id)
        on = bool(kept is not None and kept.secret) or bool(await self.passkeys(tenant_id, user_id))
        user = await self._users.change_user(
            tenant_id, user_id, {"mfa": on, **({} if on else {"operator_since": None})}
        )
        if not on:
            await self.drop_all(tenant_id, user_id)  # recovery codes stand in for nothing any more
        return user
