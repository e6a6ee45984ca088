"""Signing in with the organisation's identity provider (OpenID Connect), and its settings."""

from __future__ import annotations

import logging
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request, Response
from pydantic import Field

from call24.http.access import SERIALISED, AddingProof, Body, allowed, check_over, client_address, host_of
from call24.http.middleware.audit import on_behalf
from call24.http.router import Router
from call24.identity.answers.provider import (
    IdentityProvider,
    IdentityProviderTest,
    ProviderLink,
    ProviderRedirect,
    ProviderSettings,
)
from call24.identity.answers.users import NewSession
from call24.identity.api.auth import CurrentPassword, DeviceReport, session_view, told_by
from call24.identity.api.known_device import DEVICE_COOKIE
from call24.identity.api.tokens import InApp
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.model import Principal
from call24.identity.oidc.id_token import NotBelieved
from call24.identity.oidc.model import Provider
from call24.identity.oidc.service import Return
from call24.identity.oidc.settings import ProviderInput
from call24.kit.errors import BadRequest, Invalid
from call24.kit.ids import UserId
from call24.tenants.dependencies import TenantsDep

log = logging.getLogger(__name__)
router = Router(prefix="/v1")

_LOGOUT_FORM = {
    "type": "object",
    "required": ["logout_token"],
    "properties": {"logout_token": {"type": "string", "minLength": 1, "maxLength": 32768}},
}
_LOGOUT_BODY = {
    "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": _LOGOUT_FORM}}}
}

Reader = Annotated[Principal, Depends(allowed("organisation.read"))]
Writer = Annotated[Principal, Depends(allowed("sign_in.write"))]


class ProviderLookup(Body):
    """Which organisation to sign in to.

    `organisation`: its short name, or an e-mail address in one of its domains.
    """

    organisation: str = Field(min_length=1, max_length=254)


class ProviderReturn(Body):
    """What the browser came back with.

    `state`, `code` and `iss`: from the URL that the provider redirected to; `browser`: as answered at the beginning.
    """

    state: str = Field(min_length=1, max_length=200)
    code: str = Field(min_length=1, max_length=4000)
    browser: str = Field(min_length=1, max_length=200)
    iss: str | None = Field(None, max_length=500)

    def back(self) -> Return:
        return Return(state=self.state, code=self.code, browser=self.browser, issuer=self.iss)


class ProviderSignIn(ProviderReturn):
    """What the browser came back with, and the device to sign in. `device_name`: shown in the list of sessions."""

    device_name: str = Field(max_length=100)
    device: DeviceReport | None = None


class ProviderChange(Body):
    """The identity provider's settings, all of them.

    `client_secret`: leave it out to keep the stored one; only for the same issuer and client. `domains`: e-mail domains
    whose users may sign in this way. `makes_users`: who has no account gets one, with `role`. `required`: only the
    owner may still sign in with a password. `country`: ISO 3166 code of where the provider is; an organisation that
    states where its data is kept must state it.
    """

    short_name: str = Field(max_length=60)
    issuer: str = Field(max_length=500)
    client_id: str = Field(max_length=300)
    client_secret: str | None = Field(None, max_length=1000)
    domains: list[Annotated[str, Field(max_length=260)]] = Field([], max_length=50)
    makes_users: bool = False
    role: str = Field("agent", max_length=40)
    required: bool = False
    country: str = Field("", max_length=2)
    enabled: bool = True

    def wish(self) -> ProviderInput:
        return ProviderInput(**{**self.model_dump(), "domains": tuple(self.domains)})


@router.post("/auth/provider/begin", tags=["session"], operation_id="identity_provider_begin_sign_in")
async def begin(body: ProviderLookup, request: Request, accounts: AccountsDep) -> ProviderRedirect:
    """Starts signing in with an organisation's identity provider.

    Send the browser to `url`, and keep `browser` in it until it is back. 404 no_provider: there is no such
    organisation, or it has no identity provider. 503 provider_away: the provider cannot be reached.
    """
    sign_in = accounts.provider_sign_in
    way = await sign_in.begin(body.organisation, client_address(request), came_back_at(request))
    return {"url": way.url, "browser": way.browser}


@router.post(
    "/auth/provider/complete",
    tags=["session"],
    responses={200: DEVICE_COOKIE},
    operation_id="identity_provider_complete_sign_in",
)
async def complete(
    body: ProviderSignIn,
    request: Request,
    response: Response,
    identity: IdentityDep,
    tenants: TenantsDep,
    accounts: AccountsDep,
) -> NewSession:
    """Finishes signing in with an organisation's identity provider.

    The bearer token is shown only here. 401 provider_refused: the provider or the account was not accepted; the reason
    is in the server's log.
    """
    signed_in = await accounts.provider_sign_in.complete(
        body.back(), body.device_name, told_by(body.device), client_address(request)
    )
    return await session_view(identity, tenants, accounts, request, response, signed_in)


@router.post(
    "/auth/provider/logout",
    tags=["session"],
    response_class=Response,
    openapi_extra=_LOGOUT_BODY,
    operation_id="identity_provider_back_channel_logout",
)
async def logout(request: Request, accounts: AccountsDep) -> Response:
    """Ends the sessions of a user who signed out at the identity provider.

    Called by the provider itself (OpenID Connect Back-Channel Logout). The sessions have ended when this is answered.
    400 bad_request: the logout token is not valid.
    """
    try:
        form = parse_qs((await request.body()).decode("latin-1"), max_num_fields=20)
        token = form["logout_token"][0]
    except (KeyError, ValueError):
        raise Invalid(errors=[("logout_token", "what the provider signed, in a form")]) from None
    try:
        ended = await accounts.provider_logout.take(token, client_address(request))
    except NotBelieved as reason:
        log.info("a logout request of an identity provider was refused: %s", reason)
        raise BadRequest("This is no logout token for us") from None
    for tenant_id, user_id in ended[:1]:
        on_behalf(request, tenant_id, user_id, None)
    return Response(status_code=200, headers={"Cache-Control": "no-store"})


@router.get("/me/provider", tags=["session"], operation_id="identity_provider_read_my_link")
async def mine(principal: InApp, identity: IdentityDep, accounts: AccountsDep) -> ProviderLink:
    """Returns whether the current user's account is linked to the organisation's identity provider."""
    user = await identity.user(principal.tenant_id, principal.user_id)
    bound = await accounts.provider_sign_in.is_bound(user)
    return {"offered": bound is not None, "bound": bound is True}


@router.post("/me/provider/begin", tags=["session"], operation_id="identity_provider_begin_linking")
async def begin_binding(
    body: CurrentPassword, request: Request, principal: InApp, user: AddingProof, accounts: AccountsDep
) -> ProviderRedirect:
    """Starts linking the current user's account to the organisation's identity provider.

    The e-mail address at the provider may be another one. 403 mfa_due: the user has a second factor and must step up
    first. 404 no_provider: the organisation has no identity provider.
    """
    await accounts.recovery.check(user, body.current_password, principal.token_id)
    way = await accounts.provider_sign_in.begin_binding(user, came_back_at(request))
    return {"url": way.url, "browser": way.browser}


@router.post(
    "/me/provider/complete", status_code=204, tags=["session"], operation_id="identity_provider_complete_linking"
)
async def complete_binding(body: ProviderReturn, _: InApp, user: AddingProof, accounts: AccountsDep) -> None:
    """Finishes linking the current user's account to the organisation's identity provider.

    409 provider_refused: the provider's answer was not accepted; the reason is in the server's log. 403 mfa_due: the
    user has a second factor and must step up first.
    """
    await accounts.provider_sign_in.complete_binding(user, body.back())


@router.delete(
    "/users/{user_id}/provider", status_code=204, tags=["administration"], operation_id="identity_provider_unlink"
)
async def unbind(
    user_id: str,
    principal: Annotated[Principal, Depends(allowed("users.write"))],
    identity: IdentityDep,
    accounts: AccountsDep,
) -> None:
    """Unlinks a user's account from the organisation's identity provider, and ends the user's sessions.

    For a user whose account at the provider has changed. 403 beyond_own: the user has a permission that you lack.
    """
    await check_over(user_id, principal, identity)
    await accounts.provider_sign_in.unbind(principal.tenant_id, UserId(user_id))
    await identity.revoke_of_user(principal.tenant_id, UserId(user_id))


@router.get("/organisation/provider", tags=["administration"], operation_id="identity_provider_read")
async def read(principal: Reader, request: Request, accounts: AccountsDep) -> IdentityProvider:
    """Returns the organisation's identity provider, and the URIs to enter there.

    The client secret is never answered.
    """
    return view(await accounts.provider.get(principal.tenant_id), request)


@router.put(
    "/organisation/provider", dependencies=SERIALISED, tags=["administration"], operation_id="identity_provider_set"
)
async def put(body: ProviderChange, request: Request, principal: Writer, accounts: AccountsDep) -> IdentityProvider:
    """Sets the organisation's identity provider.

    Replaces all settings. Test them with `POST /v1/organisation/provider/test` before you make them `required`. 403
    beyond_own: `role` has a permission that you lack. 409 transfer_not_registered: `country` is in another region than
    the organisation's data, and no entry of the transfer register covers it.
    """
    provider = await accounts.provider.put(principal.tenant_id, body.wish(), principal.permissions)
    return view(provider, request)


@router.delete(
    "/organisation/provider",
    status_code=204,
    dependencies=SERIALISED,
    tags=["administration"],
    operation_id="identity_provider_remove",
)
async def remove(principal: Writer, accounts: AccountsDep) -> None:
    """Deletes the organisation's identity provider. Users sign in with passwords again."""
    await accounts.provider.remove(principal.tenant_id)


@router.post("/organisation/provider/test", tags=["administration"], operation_id="identity_provider_test")
async def test(request: Request, principal: Writer, accounts: AccountsDep) -> IdentityProviderTest:
    """Tests the organisation's identity provider: whether it answers and accepts the client id and secret.

    Nobody signs in. 404 not_found: the organisation has no identity provider.
    """
    problem = await accounts.provider.test(principal.tenant_id, came_back_at(request))
    return {"ok": problem is None, "problem": problem}


def came_back_at(request: Request) -> str:
    """The app under the name that the browser uses. The provider lets nobody be sent elsewhere than it was told."""
    name, port = host_of(request)
    return f"https://{name}{'' if port == 443 else f':{port}'}/"


def view(provider: Provider | None, request: Request) -> IdentityProvider:
    here = came_back_at(request)
    return {
        "provider": _settings(provider) if provider is not None else None,
        "redirect_uri": here,
        "logout_uri": f"{here}v1/auth/provider/logout",
    }


def _settings(provider: Provider) -> ProviderSettings:
    """Never the secret."""
    return {
        "short_name": provider.short_name,
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "domains": list(provider.domains),
        "findable": list(provider.findable),
        "makes_users": provider.makes_users,
        "role": provider.role,
        "required": provider.required,
        "country": provider.country,
        "enabled": provider.enabled,
    }
