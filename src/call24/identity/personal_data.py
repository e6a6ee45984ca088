"""What this room holds of persons: accounts and what belongs to them, sessions, devices, links; and of
organisations: its caches.
"""

from __future__ import annotations

from call24.data_map import ChangedByRoom, DeletedByAddress, Trace
from call24.identity.avatars.model import Picture
from call24.identity.model import (
    Authenticator,
    Device,
    EmailLink,
    Invitation,
    KnownDevice,
    Passkey,
    ResetWish,
    Token,
    User,
)
from call24.identity.oidc.model import AuthorizationRequest, LinkedAccount
from call24.identity.recovery import Recovery
from call24.identity.roles import Roles
from call24.identity.service import IdentityService
from call24.kit.holdings import Holdings, Keeper, Stage

HOLDS = Holdings(
    room="identity",
    traces=(
        Trace(struct=Token, fields=("user_id",), file="sessions_and_tokens"),
        Trace(struct=Device, fields=("user_id",), file="devices"),
        Trace(struct=KnownDevice, fields=("user_id",), file="known_devices"),
        Trace(struct=Authenticator, fields=("id",), file="authenticator"),
        Trace(struct=Passkey, fields=("user_id",), file="passkeys"),
        Trace(struct=Picture, fields=("id",), file="picture"),
        Trace(struct=LinkedAccount, fields=("user_id",), file="sign_in_providers"),
        Trace(struct=AuthorizationRequest, fields=("user_id",), untold="secrets alone, for ten minutes"),
        Trace(struct=EmailLink, fields=("user_id",), file="links"),
        Trace(struct=User, fields=("id",), file="profile"),
        Trace(struct=Invitation, erase=DeletedByAddress("email"), untold="gone by itself within a day or two"),
        Trace(struct=ResetWish, erase=ChangedByRoom("goes by its address"), untold="looked at within seconds"),
    ),
    keepers=(
        Keeper(of=Recovery, forget_person=Recovery.forget_user),
        Keeper(
            of=IdentityService,
            forget_organisation=IdentityService.forget_tenant,
            stage=Stage.ACCOUNTS,
        ),
        Keeper(of=Roles, forget_organisation=Roles.forget_tenant),
    ),
)
