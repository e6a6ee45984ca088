"""An organisation's identity provider (OpenID Connect): where it is, whose accounts are bound to it, and visits under
way."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    PERSON,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Category,
    Recipient,
    Until,
    WithAccount,
    document,
    of_organisation,
    of_user,
)
from call24.kit.ids import TenantId, UserId

ProviderFault = Literal["unreachable", "no_provider", "other_issuer", "no_keys", "client_refused"]
"""What is wrong with a provider, or with how it is set up."""

_SECRET = of_organisation(
    Category.SECRET, "signs in at the provider; sealed", recipients=(Recipient.IDENTITY_PROVIDER,)
)
_SUBJECT = of_user(Category.ID, "matching the identity provider's user with the account")
_VISIT = of_user(Category.CREDENTIALS, "recognising a visit that comes back")


@document("providers", tenant=True)
class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """Where an organisation's people sign in; it has one at most, under the organisation's own id.

    `domains`: of the e-mail addresses for which accounts are found or made; `findable`: those of them by which
    anybody may ask for this sign-in; `makes_users`: who has no account is given one, with `role`; `required`: nobody
    but the owner may use a password; `trusted_with`: what whoever set the issuer might do, so how far it is believed.
    `country`: ISO 3166 code of where the provider is; empty: not stated.
    """

    id: Annotated[TenantId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    short_name: Annotated[str, SETTING]
    issuer: Annotated[str, SETTING]
    client_id: Annotated[str, SETTING]
    client_secret: Annotated[bytes, _SECRET]
    domains: Annotated[tuple[str, ...], SETTING] = ()
    findable: Annotated[tuple[str, ...], STATE] = ()
    makes_users: Annotated[bool, SETTING] = False
    role: Annotated[str, SETTING] = "agent"
    required: Annotated[bool, SETTING] = False
    country: Annotated[str, SETTING] = ""
    enabled: Annotated[bool, SETTING] = True
    trusted_with: Annotated[tuple[str, ...], STATE] = ()
    changed_at: Annotated[datetime, TIME]


@document("bound_accounts", tenant=True, kept=WithAccount())
class LinkedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an issuer means by a subject. `id`: a hash of the organisation, the issuer and the subject."""

    id: Annotated[str, _SUBJECT]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, PERSON]
    issuer: Annotated[str, SETTING]
    bound_at: Annotated[datetime, TIME]


@document("provider_visits", tenant=True, kept=Until("it is used", latest="`expires_at`, ten minutes,"))
class AuthorizationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was sent to the provider. `id`: a hash of the state; `browser_hash`: of what only the browser knows
    that began it; `user_id`: who is signed in and binds the account, if that is what it is for."""

    id: Annotated[str, _VISIT]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId | None, PERSON] = None
    browser_hash: Annotated[str, _VISIT]
    nonce: Annotated[str, _VISIT]
    verifier: Annotated[str, _VISIT]
    issuer: Annotated[str, SETTING]
    redirect_uri: Annotated[str, SETTING]
    expires_at: Annotated[datetime, TIME]


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What a checked ID token says of somebody. `email`: empty unless the provider says that it is verified; `session`:
    the provider's name for the session there, where it has one."""

    subject: str
    session: str = ""
    email: str = ""
    name: str = ""
