"""A provider says that somebody has signed out there, or is not let in any more: their sessions end here too.

What it sends is believed only when it is signed by the issuer that an organisation set, for its client, of now, and
once. Source: OpenID Connect Back-Channel Logout 1.0.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from call24.identity.oidc.client import OidcClient, ProviderTrouble
from call24.identity.oidc.id_token import SKEW_S, NotBelieved, addressed, check_logout
from call24.identity.oidc.model import Provider
from call24.identity.oidc.rules import account_id, session_id
from call24.identity.oidc.store import ProviderStore
from call24.identity.service import IdentityService
from call24.identity.throttle import Attempts, Limits
from call24.kit.clock import Clock
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Mongo

log = logging.getLogger(__name__)

TOLD = Limits(window=timedelta(seconds=60), per_pair=None, per_account=None, per_address=600)
"""By the address alone: anybody may name any issuer, and it is counted before a signature is looked at."""
LONGEST = timedelta(minutes=10)
"""A logout token that is to hold longer than this is none."""


class ProviderLogout:
    def __init__(self, mongo: Mongo, clock: Clock, identity: IdentityService, remote: OidcClient) -> None:
        self._store = ProviderStore(mongo)
        self._clock = clock
        self._identity = identity
        self._remote = remote
        self._told = Attempts(TOLD)
        self._taken: dict[tuple[str, str], datetime] = {}

    async def take(self, token: str, address: str) -> list[tuple[TenantId, UserId]]:
        """Whose sessions have ended when this returns; nobody's is no fault.

        Raises: NotBelieved, TooMany, Unavailable.
        """
        issuer, clients = addressed(token)
        self._told.begin("", address, self._clock.now())
        providers = await self._store.of_client(issuer, clients)
        if not providers:
            raise NotBelieved("no organisation signs in there")
        try:
            key = await self._remote.key_of(await self._remote.about(issuer), token)
        except ProviderTrouble as trouble:
            raise NotBelieved(trouble.problem) from None
        for client_id in {provider.client_id for provider in providers}:
            said = check_logout(token, key, issuer=issuer, client_id=client_id, now=self._clock.wall())
        self._take_once(issuer, said["jti"], said["exp"])
        ended = []
        for provider in providers:
            ended += await self._revoke(provider, said.get("sub", ""), said.get("sid", ""))
        return ended

    async def _revoke(self, provider: Provider, subject: str, session: str) -> list[tuple[TenantId, UserId]]:
        """That session where one is named, else all of the subject's."""
        tenant_id = provider.tenant_id
        if session:
            name = session_id(tenant_id, provider.issuer, session)
            whose = await self._identity.revoke_of_provider_session(tenant_id, name)
            return [(tenant_id, user_id) for user_id in dict.fromkeys(whose)]
        bound = await self._store.bound(tenant_id, account_id(tenant_id, provider.issuer, subject))
        if bound is None:
            return []
        await self._identity.revoke_of_user(tenant_id, bound.user_id)
        return [(tenant_id, bound.user_id)]

    def _take_once(self, issuer: str, jti: str, until: float) -> None:
        """Raises: NotBelieved for one that came before, or that holds too long to be remembered."""
        now = self._clock.now()
        if until > (now + LONGEST).timestamp():
            raise NotBelieved("it holds too long")
        self._taken = {one: end for one, end in self._taken.items() if end > now}
        if (issuer, jti) in self._taken:
            raise NotBelieved("it came before")
        self._taken[issuer, jti] = datetime.fromtimestamp(until, UTC) + timedelta(seconds=SKEW_S)
