"""Signing in with an organisation's own provider, and setting which one that is."""

from __future__ import annotations

import logging
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import Depends, Request, Response
from pydantic import Field

from call24.http.access import SERIALISED, AddingProof, Body, allowed, check_over, client_address, host_of
from call24.http.middleware.audit import on_behalf
from call24.http.router import Router
from call24.identity.api.auth import AboutDevice, session_view, told_by
from call24.identity.api.tokens import InApp
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.model import Principal
from call24.identity.oidc.id_token import NotBelieved
from call24.identity.oidc.model import Provider
from call24.identity.oidc.service import Return
from call24.identity.oidc.settings import Wish
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


class Asked(Body):
    """`organisation`: its short name, or an e-mail address in one of its domains."""

    organisation: str = Field(min_length=1, max_length=254)


class Confirmed(Body):
    current_password: str = Field(max_length=1000)


class CameBack(Body):
    """`state`, `code` and `iss`: from the address that the provider sent the browser to; `browser`: from the begin."""

    state: str = Field(min_length=1, max_length=200)
    code: str = Field(min_length=1, max_length=4000)
    browser: str = Field(min_length=1, max_length=200)
    iss: str | None = Field(None, max_length=500)

    def back(self) -> Return:
        return Return(state=self.state, code=self.code, browser=self.browser, issuer=self.iss)


class Arrival(CameBack):
    device_name: str = Field(max_length=100)
    device: AboutDevice | None = None


class ProviderWish(Body):
    """All of it anew. `client_secret`: left out, it stays as it is, for the same issuer and client.

    `domains`: of the e-mail addresses for which accounts are found, or made where `makes_users` says so, with `role`;
    `required`: nobody but the owner signs in with a password any more.
    """

    short_name: str = Field(max_length=60)
    issuer: str = Field(max_length=500)
    client_id: str = Field(max_length=300)
    client_secret: str | None = Field(None, max_length=1000)
    domains: list[Annotated[str, Field(max_length=260)]] = Field([], max_length=50)
    makes_users: bool = False
    role: str = Field("agent", max_length=40)
    required: bool = False
    enabled: bool = True

    def wish(self) -> Wish:
        return Wish(**{**self.model_dump(), "domains": tuple(self.domains)})


@router.post("/auth/provider/begin", tags=["session"], operation_id="identity_provider_begin_sign_in")
async def begin(body: Asked, request: Request, accounts: AccountsDep) -> dict[str, Any]:
    """Where the browser goes to sign in, and what it keeps to itself until it is back.

    404 no_provider: whether there is no such organisation, or it does not sign in this way.
    """
    sign_in = accounts.provider_sign_in
    way = await sign_in.begin(body.organisation, client_address(request), came_back_at(request))
    return {"url": way.url, "browser": way.browser}


@router.post("/auth/provider/complete", tags=["session"], operation_id="identity_provider_complete_sign_in")
async def complete(
    body: Arrival,
    request: Request,
    response: Response,
    identity: IdentityDep,
    tenants: TenantsDep,
    accounts: AccountsDep,
) -> dict[str, Any]:
    """Sign in with what the provider sent back. 401 provider_refused: it did not work, for whatever reason."""
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
    """What a provider says when somebody has signed out there (OpenID Connect Back-Channel Logout): the sessions here
    that were opened by that one have ended when this is answered. 400 bad_request: it is not believed."""
    try:
        form = parse_qs((await request.body()).decode("latin-1"), max_num_fields=20)
        token = form["logout_token"][0]
    except (KeyError, ValueError):
        raise Invalid(errors=[("logout_token", "what the provider signed, in a form")]) from None
    try:
        ended = await accounts.provider_logout.take(token, client_address(request))
    except NotBelieved as reason:
        log.info("a provider's logout was refused: %s", reason)
        raise BadRequest("This is no logout token for us") from None
    for tenant_id, user_id in ended[:1]:
        on_behalf(request, tenant_id, user_id, None)
    return Response(status_code=200, headers={"Cache-Control": "no-store"})


@router.get("/me/provider", tags=["session"], operation_id="identity_provider_read_my_link")
async def mine(principal: InApp, identity: IdentityDep, accounts: AccountsDep) -> dict[str, Any]:
    """`offered`: the organisation has a sign-in of its own; `bound`: one's account is connected to it."""
    user = await identity.user(principal.tenant_id, principal.user_id)
    bound = await accounts.provider_sign_in.is_bound(user)
    return {"offered": bound is not None, "bound": bound is True}


@router.post("/me/provider/begin", tags=["session"], operation_id="identity_provider_begin_linking")
async def begin_binding(
    body: Confirmed, request: Request, principal: InApp, user: AddingProof, accounts: AccountsDep
) -> dict[str, Any]:
    """To connect one's own account, whatever its address. 403 mfa_due: who has a second proof shows it first."""
    await accounts.recovery.check(user, body.current_password, principal.token_id)
    way = await accounts.provider_sign_in.begin_binding(user, came_back_at(request))
    return {"url": way.url, "browser": way.browser}


@router.post(
    "/me/provider/complete", status_code=204, tags=["session"], operation_id="identity_provider_complete_linking"
)
async def complete_binding(body: CameBack, _: InApp, user: AddingProof, accounts: AccountsDep) -> Response:
    """409 provider_refused: it did not work, for whatever reason. 403 mfa_due, as at the beginning."""
    await accounts.provider_sign_in.complete_binding(user, body.back())
    return Response(status_code=204)


@router.delete(
    "/users/{user_id}/provider", status_code=204, tags=["administration"], operation_id="identity_provider_unlink"
)
async def unbind(
    user_id: str,
    principal: Annotated[Principal, Depends(allowed("users.write"))],
    identity: IdentityDep,
    accounts: AccountsDep,
) -> Response:
    """For a user who is somebody else at the provider now. The user's sessions end."""
    await check_over(user_id, principal, identity)
    await accounts.provider_sign_in.unbind(principal.tenant_id, UserId(user_id))
    await identity.revoke_of_user(principal.tenant_id, UserId(user_id))
    return Response(status_code=204)


@router.get("/organisation/provider", tags=["administration"], operation_id="identity_provider_read")
async def read(principal: Reader, request: Request, accounts: AccountsDep) -> dict[str, Any]:
    """What the provider must be told. `redirect_uri`: where to send browsers back to; `logout_uri`: where to say that
    somebody has signed out there (back-channel logout)."""
    return view(await accounts.provider.get(principal.tenant_id), request)


@router.put(
    "/organisation/provider", dependencies=SERIALISED, tags=["administration"], operation_id="identity_provider_set"
)
async def put(body: ProviderWish, request: Request, principal: Writer, accounts: AccountsDep) -> dict[str, Any]:
    provider = await accounts.provider.put(principal.tenant_id, body.wish(), principal.permissions)
    return view(provider, request)


@router.delete(
    "/organisation/provider",
    status_code=204,
    dependencies=SERIALISED,
    tags=["administration"],
    operation_id="identity_provider_remove",
)
async def remove(principal: Writer, accounts: AccountsDep) -> Response:
    """People sign in with passwords again."""
    await accounts.provider.remove(principal.tenant_id)
    return Response(status_code=204)


@router.post("/organisation/provider/test", tags=["administration"], operation_id="identity_provider_test")
async def test(request: Request, principal: Writer, accounts: AccountsDep) -> dict[str, Any]:
    """Asks the provider whether it is one and knows us. `problem`: unreachable, no_provider (it does not answer as one
    does), other_issuer, no_keys, client_refused (client id or secret is wrong)."""
    problem = await accounts.provider.test(principal.tenant_id, came_back_at(request))
    return {"ok": problem is None, "problem": problem}


def came_back_at(request: Request) -> str:
    """The app under the name that the browser uses. The provider lets nobody be sent elsewhere than it was told."""
    name, port = host_of(request)
    return f"https://{name}{'' if port == 443 else f':{port}'}/"


def view(provider: Provider | None, request: Request) -> dict[str, Any]:
    """Never the secret."""
    ours = {"redirect_uri": came_back_at(request), "logout_uri": f"{came_back_at(request)}v1/auth/provider/logout"}
    if provider is None:
        return {"provider": None, **ours}
    shown = {
        "short_name": provider.short_name,
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "domains": list(provider.domains),
        "findable": list(provider.findable),
        "makes_users": provider.makes_users,
        "role": provider.role,
        "required": provider.required,
        "enabled": provider.enabled,
    }
    return {"provider": shown, **ours}
