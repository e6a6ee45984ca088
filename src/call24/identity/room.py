"""Users, sign-in, sessions, API tokens, roles and invitations."""

from __future__ import annotations

from call24.identity import link_store, mfa_store, personal_data, store
from call24.identity.accounts import Accounts
from call24.identity.api import (
    age_screen,
    auth,
    avatars,
    identity_provider,
    invitations,
    mfa,
    passkeys,
    phone,
    recovery,
    roles,
    sanctum,
    tokens,
    users,
)
from call24.identity.channel_auth import ChannelGrants
from call24.identity.model import Authenticator
from call24.identity.oidc import store as identity_providers
from call24.identity.oidc.model import Provider
from call24.identity.operators import Operators
from call24.identity.permissions import PERMISSIONS
from call24.identity.recovery import Recovery
from call24.identity.roles import Roles
from call24.identity.service import IdentityService
from call24.identity.setup import Setup
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.outbound_http import OutboundHttp
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.sealed_field import SealedField
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.realtime.hosted import realtime_key
from call24.tenants.rules import is_open
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    mongo, clock, key, settings = there.get(Mongo), there.get(Clock), there.get(AppKey), there.get(Settings)
    tenants, outward = there.get(TenantService), OutboundHttp(private=settings.sign_in_private)
    identity = IdentityService(mongo, clock, key)
    _ask(identity, tenants)
    accounts = Accounts(mongo, clock, key, identity, outward)
    channel_auth = ChannelGrants(realtime_key(settings, key), clock)
    setup = Setup(mongo, clock, settings.data, tenants, identity)
    operators = Operators(mongo, clock, identity)
    recovery = BackgroundTask(name="password wishes", run=accounts.recovery.run, bound="one wish after another")
    return Built(
        services=(identity, identity.roles, accounts, accounts.recovery, channel_auth, setup, operators),
        tasks=(recovery,),
        refresh=(identity.refresh,),
        start=(setup.prepare,),
        stop=(outward.close,),
    )


def _ask(identity: IdentityService, tenants: TenantService) -> None:
    """What the organisation settles of its people's accounts."""

    def asks_proof(tenant_id: TenantId) -> bool:
        tenant = tenants.known(tenant_id)
        return tenant is not None and tenant.mfa_required

    identity.is_open, identity.asks_proof = lambda tenant_id: is_open(tenants.known(tenant_id)), asks_proof
    identity.grants_address, identity.grants_name = tenants.grants_address, tenants.grants_name


ROOM = Room(
    name="identity",
    provides=(IdentityService, Roles, Accounts, Recovery, ChannelGrants, Setup, Operators),
    build=build,
    permissions=PERMISSIONS,
    routers=(
        auth.router,
        sanctum.router,
        tokens.router,
        age_screen.router,
        invitations.router,
        recovery.router,
        mfa.router,
        identity_provider.router,
        avatars.router,
        passkeys.router,
        phone.router,
        users.router,
        roles.router,
    ),
    indexes=(*store.INDEXES, *link_store.INDEXES, *identity_providers.INDEXES, *mfa_store.INDEXES),
    sealed=(
        SealedField(kind=Authenticator, field="secret", purpose="authenticators"),
        SealedField(kind=Authenticator, field="begun", purpose="authenticators"),
        SealedField(kind=Provider, field="client_secret", purpose="provider secrets"),
    ),
    holds=personal_data.HOLDS,
)
