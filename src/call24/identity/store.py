"""Where users, their roles, tokens and devices are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from call24.corrections.model import Made, UserCorrection, UserField
from call24.corrections.store import CorrectionStore
from call24.identity.model import Counter, CustomRole, Device, KnownDevice, Token, Told, User
from call24.kit.ids import CorrectionId, DeviceId, RoleId, TenantId, TokenId, UserId, new_id
from call24.kit.mongo import Index, Mongo, TenantScope

INDEXES = (
    Index(User, ("email_key",), unique=True, across=True),
    Index(User, ("name",)),
    Index(User, ("id",)),
    Index(Token, ("user_id",)),
    Index(Token, ("provider_session",)),
    Index(Token, ("lapses_at",), across=True),
    Index(Device, ("user_id",)),
    Index(CustomRole, ("name_key",), unique=True),
    Index(KnownDevice, ("user_id",)),
)
CORRECTED: tuple[UserField, ...] = ("name", "phone", "email")
"""What a change of leaves a line in the history of the user's data."""


class IdentityStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._corrections = CorrectionStore(mongo)
        self._by_email = mongo.platform(User, why="signing in by e-mail")
        self._by_bearer = mongo.platform(Token, why="a bearer token says whose request it is")
        self._counters = mongo.platform(Counter, why="tokens are counted over the installation")
        self._to_expire = mongo.platform(Token, why="sessions that have expired")
        self._every_user = mongo.platform(User, why="calls are routed from a copy in memory")
        self._operators = mongo.platform(User, why="operators of the installation are of any organisation")
        self._every_device = mongo.platform(Device, why="the PBX needs every signed-in phone")

    async def user_by_email(self, email_key: str) -> User | None:
        return await self._by_email.find_one({"email_key": email_key})

    async def token(self, token_id: TokenId) -> Token | None:
        return await self._by_bearer.find_one({"id": token_id})

    async def next_token_id(self) -> TokenId:
        return TokenId(str(await self._counters.count_up("tokens", "last")))

    async def lapsed_tokens(self, now: datetime) -> list[Token]:
        return await self._to_expire.find({"lapses_at": {"$lte": now}}, limit=1000)

    async def every_user(self) -> list[User]:
        return await self._every_user.find()

    async def every_device(self) -> list[Device]:
        return await self._every_device.find()

    async def add_user(self, user: User) -> None:
        await self._mongo.tenant(user.tenant_id).collection(User).insert(user)

    async def user(self, tenant_id: TenantId, user_id: UserId) -> User:
        return await self._mongo.tenant(tenant_id).collection(User).get(user_id)

    async def user_if_any(self, tenant_id: TenantId, user_id: UserId) -> User | None:
        return await self._mongo.tenant(tenant_id).collection(User).find_one({"id": user_id})

    async def users(self, tenant_id: TenantId) -> list[User]:
        return await self._mongo.tenant(tenant_id).collection(User).find(sort=[("name", 1)])

    async def users_after(self, tenant_id: TenantId, last: str, limit: int) -> list[User]:
        """By id: so many of those that follow."""
        rest = {"id": {"$gt": last}}
        return await self._mongo.tenant(tenant_id).collection(User).find(rest, sort=[("id", 1)], limit=limit)

    async def add_session(self, device: Device, token: Token) -> None:
        """The device first: a token without its device could sign in and have no phone."""
        scope = self._mongo.tenant(device.tenant_id)
        await scope.collection(Device).insert(device)
        await scope.collection(Token).insert(token)

    async def add_token(self, token: Token) -> None:
        await self._mongo.tenant(token.tenant_id).collection(Token).insert(token)

    async def own_token(self, tenant_id: TenantId, user_id: UserId, token_id: TokenId) -> Token | None:
        return await self._mongo.tenant(tenant_id).collection(Token).find_one({"id": token_id, "user_id": user_id})

    async def tokens(self, tenant_id: TenantId, user_id: UserId | None = None) -> list[Token]:
        """Of one user, or of a whole organisation."""
        theirs = {} if user_id is None else {"user_id": user_id}
        return await self._mongo.tenant(tenant_id).collection(Token).find(theirs, sort=[("created_at", 1)])

    async def tokens_of_provider(self, tenant_id: TenantId, provider_session: str) -> list[Token]:
        theirs = {"provider_session": provider_session}
        return await self._mongo.tenant(tenant_id).collection(Token).find(theirs)

    async def change_user(self, tenant_id: TenantId, user_id: UserId, fields: Mapping[str, object]) -> User:
        """Raises: NotFound, Conflict for an address that is taken."""
        users = self._mongo.tenant(tenant_id).collection(User)
        await users.update(user_id, fields)
        return await users.get(user_id)

    async def correct_user(
        self, tenant_id: TenantId, user_id: UserId, fields: Mapping[str, object], made: Made
    ) -> User:
        """The same, with a line in the history for each field of `CORRECTED` that is another one afterwards."""
        return await self._mongo.transact(tenant_id, lambda scope: self.correct_within(scope, user_id, fields, made))

    async def correct_within(
        self, scope: TenantScope, user_id: UserId, fields: Mapping[str, object], made: Made
    ) -> User:
        """The same, within a transaction. Raises: NotFound, Conflict for an address that is taken."""
        users = scope.collection(User)
        before = await users.get(user_id)
        await users.update(user_id, fields)
        after = await users.get(user_id)
        correction_id = made.id
        for field in CORRECTED:
            if (old := getattr(before, field)) != (new := getattr(after, field)):
                await self._corrections.add(
                    scope,
                    UserCorrection(
                        id=correction_id,
                        tenant_id=scope.tenant_id,
                        user_id=user_id,
                        field=field,
                        old=old,
                        new=new,
                        at=made.at,
                        by=made.by,
                        request_id=made.request_id,
                        why=made.why,
                    ),
                )
                correction_id = CorrectionId(new_id("cor"))
        return after

    async def operators(self) -> list[User]:
        """Of the installation, of every organisation."""
        return await self._operators.find({"operator_since": {"$ne": None}})

    async def grant_operator(self, user: User, now: datetime) -> bool:
        """False: the user is disabled, or has no second factor."""
        users = self._mongo.tenant(user.tenant_id).collection(User)
        may = {"id": user.id, "mfa": True, "disabled_at": None}
        return await users.update_where(may, {"operator_since": now}) == 1

    async def device(self, tenant_id: TenantId, device_id: DeviceId) -> Device:
        return await self._mongo.tenant(tenant_id).collection(Device).get(device_id)

    async def devices(self, tenant_id: TenantId) -> list[Device]:
        return await self._mongo.tenant(tenant_id).collection(Device).find()

    async def count_devices(self, tenant_id: TenantId) -> int:
        return await self._mongo.tenant(tenant_id).collection(Device).count()

    async def made_room(self, device: Device, name: str) -> None:
        """For this device another one, of this name, was signed out."""
        await self._mongo.tenant(device.tenant_id).collection(Device).update(device.id, {"instead_of": name})

    async def used(self, token: Token, now: datetime, lapses_at: datetime, address: str) -> None:
        scope = self._mongo.tenant(token.tenant_id)
        await scope.collection(Token).update(token.id, {"last_used_at": now, "lapses_at": lapses_at})
        if token.device_id is not None:
            await scope.collection(Device).update(token.device_id, {"last_seen_at": now, "last_address": address})

    async def proven(self, tenant_id: TenantId, token_id: TokenId, now: datetime) -> None:
        await self._mongo.tenant(tenant_id).collection(Token).update(token_id, {"proven_at": now})

    async def change_device(self, tenant_id: TenantId, device_id: DeviceId, told: Told) -> None:
        await self._mongo.tenant(tenant_id).collection(Device).update(device_id, {"told": told})

    async def devices_of(self, tenant_id: TenantId, user_id: UserId) -> list[Device]:
        return await self._mongo.tenant(tenant_id).collection(Device).find({"user_id": user_id})

    async def drop_token(self, tenant_id: TenantId, token_id: TokenId, device_id: DeviceId | None) -> None:
        """The token first: from then on nothing is let in."""
        scope = self._mongo.tenant(tenant_id)
        await scope.collection(Token).delete(token_id)
        if device_id is not None:
            await scope.collection(Device).delete(device_id)


class RoleStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(CustomRole, why="what roles are allowed is read from a copy in memory")

    async def every(self) -> list[CustomRole]:
        return await self._every.find()

    async def all(self, tenant_id: TenantId) -> list[CustomRole]:
        return await self._mongo.tenant(tenant_id).collection(CustomRole).find(sort=[("name_key", 1)])

    async def get(self, tenant_id: TenantId, role_id: RoleId) -> CustomRole:
        return await self._mongo.tenant(tenant_id).collection(CustomRole).get(role_id)

    async def add(self, role: CustomRole) -> None:
        await self._mongo.tenant(role.tenant_id).collection(CustomRole).insert(role)

    async def replace(self, role: CustomRole) -> bool:
        return await self._mongo.tenant(role.tenant_id).collection(CustomRole).replace(role)

    async def delete(self, tenant_id: TenantId, role_id: RoleId) -> None:
        await self._mongo.tenant(tenant_id).collection(CustomRole).delete(role_id)

    async def holders(self, tenant_id: TenantId, role: str) -> int:
        return await self._mongo.tenant(tenant_id).collection(User).count({"role": role})
