"""Where organisations' sign-in, the accounts bound to it and visits under way are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from call24.identity.oidc.model import AuthorizationRequest, LinkedAccount, Provider
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Index, Mongo

INDEXES = (
    Index(Provider, ("short_name",), unique=True, across=True),
    Index(Provider, ("findable",), across=True),
    Index(Provider, ("issuer", "client_id"), across=True),
    Index(LinkedAccount, ("user_id", "issuer"), unique=True),
    Index(AuthorizationRequest, ("expires_at",), across=True),
)


class ProviderStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._by_name = mongo.platform(Provider, why="who signs in names an organisation before anybody is known")
        self._visits = mongo.platform(AuthorizationRequest, why="a provider sends back a state alone")

    async def provider(self, tenant_id: TenantId) -> Provider | None:
        return await self._mongo.tenant(tenant_id).collection(Provider).find_one({"id": tenant_id})

    async def put(self, provider: Provider) -> None:
        """Raises: Conflict for a short name that is taken."""
        await self._mongo.tenant(provider.tenant_id).collection(Provider).replace(provider, upsert=True)

    async def drop(self, tenant_id: TenantId) -> bool:
        return await self._mongo.tenant(tenant_id).collection(Provider).delete(tenant_id)

    async def named(self, name: str) -> list[Provider]:
        """Those that offer it under a short name or a domain; there may be several of a domain."""
        field = "findable" if "." in name else "short_name"
        return await self._by_name.find({field: name, "enabled": True}, limit=2)

    async def of_client(self, issuer: str, clients: Sequence[str]) -> list[Provider]:
        """Whoever signs in there as one of these clients."""
        filter = {"issuer": issuer, "client_id": {"$in": list(clients)}, "enabled": True}
        return await self._by_name.find(filter, limit=20)

    async def bound(self, tenant_id: TenantId, account_id: str) -> LinkedAccount | None:
        return await self._mongo.tenant(tenant_id).collection(LinkedAccount).find_one({"id": account_id})

    async def bound_to(self, tenant_id: TenantId, user_id: UserId, issuer: str) -> LinkedAccount | None:
        wanted = {"user_id": user_id, "issuer": issuer}
        return await self._mongo.tenant(tenant_id).collection(LinkedAccount).find_one(wanted)

    async def bind(self, account: LinkedAccount) -> None:
        """Raises: Conflict when the account, or the user at this issuer, is bound already."""
        await self._mongo.tenant(account.tenant_id).collection(LinkedAccount).insert(account)

    async def unbind(self, tenant_id: TenantId, user_id: UserId) -> int:
        return await self._mongo.tenant(tenant_id).collection(LinkedAccount).delete_many({"user_id": user_id})

    async def begin(self, visit: AuthorizationRequest) -> None:
        await self._mongo.tenant(visit.tenant_id).collection(AuthorizationRequest).insert(visit)

    async def visit(self, id: str) -> AuthorizationRequest | None:
        return await self._visits.find_one({"id": id})

    async def take(self, visit: AuthorizationRequest) -> bool:
        """Use it up; True for exactly one of all who try."""
        return await self._mongo.tenant(visit.tenant_id).collection(AuthorizationRequest).delete(visit.id)

    async def drop_expired(self, now: datetime) -> None:
        await self._visits.delete_many({"expires_at": {"$lte": now}})
