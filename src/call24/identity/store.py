"""Where users, tokens and devices are kept."""

from __future__ import annotations

from datetime import datetime

from call24.identity.model import Device, Token, User
from call24.kit.ids import DeviceId, TenantId, TokenId, UserId
from call24.kit.mongo import Index, Mongo

INDEXES = (
    Index(User, ("email_key",), unique=True, across=True),
    Index(User, ("name",)),
    Index(Token, ("user_id",)),
    Index(Token, ("expires_at",), across=True),
    Index(Token, ("last_used_at",), across=True),
    Index(Device, ("user_id",)),
)


class IdentityStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._by_email = mongo.platform(User, why="signing in by e-mail")
        self._by_bearer = mongo.platform(Token, why="a bearer token says whose request it is")
        self._to_expire = mongo.platform(Token, why="sessions that have expired")
        self._every_user = mongo.platform(User, why="calls are routed from a copy in memory")
        self._every_device = mongo.platform(Device, why="the PBX needs every signed-in phone")

    async def user_by_email(self, email_key: str) -> User | None:
        return await self._by_email.find_one({"email_key": email_key})

    async def token(self, token_id: TokenId) -> Token | None:
        return await self._by_bearer.find_one({"id": token_id})

    async def expired_tokens(self, now: datetime, idle_since: datetime) -> list[Token]:
        rule = {"$or": [{"expires_at": {"$lte": now}}, {"last_used_at": {"$lte": idle_since}}]}
        return await self._to_expire.find(rule, limit=1000)

    async def every_user(self) -> list[User]:
        return await self._every_user.find()

    async def every_device(self) -> list[Device]:
        return await self._every_device.find()

    async def add_user(self, user: User) -> None:
        await self._mongo.tenant(user.tenant_id).collection(User).insert(user)

    async def user(self, tenant_id: TenantId, user_id: UserId) -> User:
        return await self._mongo.tenant(tenant_id).collection(User).get(user_id)

    async def users(self, tenant_id: TenantId) -> list[User]:
        return await self._mongo.tenant(tenant_id).collection(User).find(sort=[("name", 1)])

    async def add_session(self, device: Device, token: Token) -> None:
        """The device first: a token without its device could sign in and have no phone."""
        scope = self._mongo.tenant(device.tenant_id)
        await scope.collection(Device).insert(device)
        await scope.collection(Token).insert(token)

    async def device(self, tenant_id: TenantId, device_id: DeviceId) -> Device:
        return await self._mongo.tenant(tenant_id).collection(Device).get(device_id)

    async def devices(self, tenant_id: TenantId) -> list[Device]:
        return await self._mongo.tenant(tenant_id).collection(Device).find()

    async def used(self, token: Token, now: datetime) -> None:
        await self._mongo.tenant(token.tenant_id).collection(Token).update(token.id, {"last_used_at": now})

    async def drop_session(self, tenant_id: TenantId, token_id: TokenId, device_id: DeviceId) -> None:
        """The token first: from then on nothing is let in."""
        scope = self._mongo.tenant(tenant_id)
        await scope.collection(Token).delete(token_id)
        await scope.collection(Device).delete(device_id)
