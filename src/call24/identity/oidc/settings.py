"""What an administrator sets of the organisation's sign-in, and trying whether the provider is there as it should be.

The client's secret is stored sealed and never shown. How far the provider is believed is bounded by what whoever named
its issuer may do: nobody becomes the owner by naming a provider of their own.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from call24.identity.oidc.client import Client, Exchange, OidcClient, ProviderTrouble
from call24.identity.oidc.model import Provider, ProviderFault
from call24.identity.oidc.rules import check_secret, checked, endpoint_of, findable, normal_domains
from call24.identity.oidc.store import ProviderStore
from call24.identity.roles import check_own
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.encryption import SecretBox
from call24.kit.endpoints import WhyNot, anywhere, check_endpoint
from call24.kit.errors import Conflict, Invalid, NotFound, Refused
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey


@dataclass(frozen=True, kw_only=True)
class ProviderInput:
    """`client_secret` None: the one that is stored, for the same issuer and client."""

    short_name: str
    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    domains: tuple[str, ...] = ()
    makes_users: bool = False
    role: str = "agent"
    required: bool = False
    country: str = ""
    enabled: bool = True


class ProviderSettings:
    def __init__(self, mongo: Mongo, clock: Clock, key: AppKey, identity: IdentityService, remote: OidcClient) -> None:
        self._store = ProviderStore(mongo)
        self._clock = clock
        self._box = SecretBox(key, "provider secrets")
        self._identity = identity
        self._remote = remote
        self.why_not: WhyNot = anywhere

    async def get(self, tenant_id: TenantId) -> Provider | None:
        return await self._store.provider(tenant_id)

    async def put(self, tenant_id: TenantId, wish: ProviderInput, maker: Collection[str]) -> Provider:
        """`maker`: what whoever sets it may do.

        Raises: Invalid, Refused (beyond_own, short_name_not_granted), Conflict (short_name_taken,
        transfer_not_registered).
        """
        wish = replace(
            wish,
            short_name=wish.short_name.strip().casefold(),
            issuer=wish.issuer.strip(),
            client_id=wish.client_id.strip(),
            domains=normal_domains(wish.domains),
        )
        await self._identity.roles.check_giving(tenant_id, maker, wish.role)
        if wish.makes_users:
            check_own(maker, ("users.write",))
        before = await self._store.provider(tenant_id)
        self._check_name(tenant_id, wish.short_name, before)
        same_issuer = before is not None and before.issuer == wish.issuer
        believed = set(maker) | set(before.trusted_with if before is not None and same_issuer else ())
        provider = Provider(
            id=tenant_id,
            tenant_id=tenant_id,
            short_name=wish.short_name,
            issuer=wish.issuer,
            client_id=wish.client_id,
            client_secret=self._sealed(tenant_id, wish, before),
            domains=wish.domains,
            findable=findable(wish.domains, await self._identity.users(tenant_id)),
            makes_users=wish.makes_users,
            role=wish.role,
            required=wish.required,
            country=wish.country,
            enabled=wish.enabled,
            trusted_with=tuple(sorted(believed)),
            changed_at=self._clock.now(),
        )
        checked(provider, private=self._remote.private)
        if provider.enabled:
            await check_endpoint(self.why_not, tenant_id, endpoint_of(provider))
        try:
            await self._store.put(provider)
        except Conflict:
            raise Conflict("This short name is taken", code="short_name_taken") from None
        self._remote.forget(provider.issuer)
        return provider

    async def remove(self, tenant_id: TenantId) -> None:
        """Linked accounts stay so, for when the same issuer is set again. Raises: NotFound."""
        if not await self._store.drop(tenant_id):
            raise NotFound

    async def client(self, provider: Provider) -> Client:
        """Raises: ProviderTrouble when the secret was sealed with another app key."""
        secret = self._box.open(provider.client_secret, provider.tenant_id)
        if secret is None:
            raise ProviderTrouble("client_refused")
        return Client(provider.client_id, secret)

    async def test(self, tenant_id: TenantId, redirect_uri: str) -> ProviderFault | None:
        """Asks the provider what it is, for its keys, and with a code that cannot hold whether it knows us.

        None: all is well. Raises: NotFound.
        """
        provider = await self._store.provider(tenant_id)
        if provider is None:
            raise NotFound
        self._remote.forget(provider.issuer)
        try:
            about = await self._remote.about(provider.issuer)
            await self._remote.keys(about)
            nothing = Exchange(secrets.token_urlsafe(16), secrets.token_urlsafe(48), redirect_uri)
            await self._remote.exchange(about, await self.client(provider), nothing)
        except ProviderTrouble as trouble:
            return None if trouble.problem == "refused" else trouble.problem
        return None

    def _check_name(self, tenant_id: TenantId, short_name: str, before: Provider | None) -> None:
        """Nobody signs in at somebody else who took the name of their organisation. What is named stays."""
        named = before is not None and before.short_name == short_name
        if not named and not self._identity.grants_name(tenant_id, short_name):
            text = "The short name must be the beginning of a granted domain, such as acme for acme.example"
            raise Refused(text, code="short_name_not_granted")

    def _sealed(self, tenant_id: TenantId, wish: ProviderInput, before: Provider | None) -> bytes:
        """A secret belongs to its client and issuer: it is not sent to an address that somebody else put there."""
        if wish.client_secret is not None:
            check_secret(wish.client_secret)
            return self._box.seal(wish.client_secret, tenant_id)
        if before is None or (before.issuer, before.client_id) != (wish.issuer, wish.client_id):
            raise Invalid(errors=[("client_secret", "the client's secret at this provider")])
        return before.client_secret
