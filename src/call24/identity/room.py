"""Users, sign-in, sessions, API tokens, roles and invitations."""

from __future__ import annotations

from call24.identity import link_store, mfa_store, personal_data, store
from call24.identity.api import (
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
from call24.identity.oidc import store as identity_providers
from call24.identity.permissions import PERMISSIONS
from call24.kit.room import Room

ROOM = Room(
    name="identity",
    permissions=PERMISSIONS,
    routers=(
        auth.router,
        sanctum.router,
        tokens.router,
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
    holds=personal_data.HOLDS,
)
