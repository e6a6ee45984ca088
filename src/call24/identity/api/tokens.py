"""A user's own sessions and API tokens: listed, created and revoked by the user, in a signed-in app."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec
from fastapi import Depends
from pydantic import Field

from call24.http.access import SERIALISED, Body, PrincipalDep, recently_proven
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.answers.users import ApiToken, ApiTokenPage, NewApiToken, SignInSession, SignInSessionPage
from call24.identity.api.auth import DeviceReport
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Device, Principal, Token
from call24.identity.permissions import permits
from call24.kit.errors import Invalid, NotFound
from call24.kit.ids import TokenId
from call24.kit.instants import iso
from call24.kit.paging import SortKey

router = Router(prefix="/v1", tags=["session"])

TOKENS_MAX = 100


async def in_app(principal: PrincipalDep) -> Principal:
    """Raises: Refused for an API token: it cannot create or revoke tokens."""
    principal.own_device()
    return principal


InApp = Annotated[Principal, Depends(in_app)]


class NewToken(Body):
    """`abilities`: the token's scopes, names as in `GET /v1/permissions`.

    `["*"]` is all that the user's role allows, except permissions that ask people for step-up: name those.
    """

    name: str = Field(min_length=1, max_length=100)
    abilities: list[Annotated[str, Field(max_length=60)]] = Field(min_length=1, max_length=100)
    expires_in_days: int = Field(365, ge=1, le=365)


@router.get("/tokens", operation_id="tokens_list_tokens")
async def tokens(principal: InApp, identity: IdentityDep, asked: AskedDep) -> ApiTokenPage:
    """Lists the current user's API tokens, the oldest first. Their secrets are never answered."""
    theirs = await _theirs(principal, identity, machines=True)
    return asked.page(theirs, _token_view, _made)


@router.post("/tokens", status_code=201, dependencies=SERIALISED, operation_id="tokens_make_token")
async def make_token(body: NewToken, principal: InApp, identity: IdentityDep) -> NewApiToken:
    """Creates an API token for the current user.

    The bearer token is shown only here. It never allows more than the user's role, also when the role changes later.
    403 mfa_due: step up first, since nobody asks a token for a second factor. A user has 100 API tokens at most (422
    too_many_tokens).
    """
    recently_proven(principal)
    beyond = [one for one in body.abilities if one != "*" and not permits(principal, one)]
    if beyond:
        raise Invalid(
            errors=[(f"abilities.{body.abilities.index(one)}", "a permission of your role") for one in beyond]
        )
    if len(await _theirs(principal, identity, machines=True)) >= TOKENS_MAX:
        raise Invalid(f"A user has at most {TOKENS_MAX} tokens", code="too_many_tokens")
    issued = await identity.issue_token(
        await identity.user(principal.tenant_id, principal.user_id),
        body.name,
        tuple(dict.fromkeys(body.abilities)),
        timedelta(days=body.expires_in_days),
    )
    return {**_token_view(issued.token), "token": issued.bearer}


@router.get("/tokens/{token_id}", operation_id="tokens_read_token")
async def read_token(token_id: str, principal: InApp, identity: IdentityDep) -> ApiToken:
    """Returns an API token of the current user, without its secret."""
    return _token_view(_one(await _theirs(principal, identity, machines=True), token_id))


@router.delete("/tokens/{token_id}", status_code=204, operation_id="tokens_revoke_token")
async def revoke_token(token_id: str, principal: InApp, identity: IdentityDep) -> None:
    """Revokes an API token of the current user.

    From its next request on it is refused, and its sockets are closed. 403 mfa_due: step up first.
    """
    recently_proven(principal)
    await identity.revoke_own(principal.tenant_id, principal.user_id, TokenId(token_id), machine=True)


@router.get("/me/sessions", operation_id="tokens_list_sessions")
async def sessions(principal: InApp, identity: IdentityDep, asked: AskedDep) -> SignInSessionPage:
    """Lists the current user's sessions, the oldest first.

    A user has 20 at most: the next one to sign in ends the one that was unused for longest, and names its device in
    `instead_of`.
    """
    devices = {one.id: one for one in await identity.devices_of(principal.tenant_id, principal.user_id)}
    theirs = await _theirs(principal, identity, machines=False)

    def view(token: Token) -> SignInSession:
        assert token.device_id is not None
        return _session_view(token, devices[token.device_id], principal)

    return asked.page([token for token in theirs if token.device_id in devices], view, _made)


@router.get("/me/sessions/{session_id}", operation_id="tokens_read_session")
async def read_session(session_id: str, principal: InApp, identity: IdentityDep) -> SignInSession:
    """Returns a session of the current user."""
    token = _one(await _theirs(principal, identity, machines=False), session_id)
    devices = await identity.devices_of(principal.tenant_id, principal.user_id)
    device = next((one for one in devices if one.id == token.device_id), None)
    if device is None:
        raise NotFound
    return _session_view(token, device, principal)


@router.put("/me/device", status_code=204, operation_id="tokens_set_device")
async def tell_device(body: DeviceReport, principal: InApp, identity: IdentityDep) -> None:
    """Updates what the app says about its device, for instance after an update or on another network."""
    await identity.tell_device(principal.tenant_id, principal.own_device(), body.told())


@router.delete("/me/sessions/{session_id}", status_code=204, operation_id="tokens_end_session")
async def end_session(session_id: str, principal: InApp, identity: IdentityDep) -> None:
    """Ends a session of the current user: signs that device out.

    Its token is revoked, its sockets are closed and its phone is no longer registered when this is answered. 403
    mfa_due: step up first.
    """
    recently_proven(principal)
    await identity.revoke_own(principal.tenant_id, principal.user_id, TokenId(session_id), machine=False)


@router.delete("/me/sessions", status_code=204, operation_id="tokens_end_other_sessions")
async def end_other_sessions(principal: InApp, identity: IdentityDep) -> None:
    """Ends all sessions of the current user but this one. 403 mfa_due: step up first."""
    recently_proven(principal)
    await identity.revoke_of_user(principal.tenant_id, principal.user_id, but=principal.token_id)


async def _theirs(principal: Principal, identity: IdentityDep, *, machines: bool) -> list[Token]:
    found = await identity.tokens(principal.tenant_id, principal.user_id)
    return [token for token in found if (token.device_id is None) is machines]


def _one(tokens: list[Token], id: str) -> Token:
    """Raises: NotFound."""
    found = next((token for token in tokens if token.id == id), None)
    if found is None:
        raise NotFound
    return found


def _made(token: Token) -> SortKey:
    return ms(token.created_at), token.id


def _token_view(token: Token) -> ApiToken:
    return {
        "id": token.id,
        "name": token.name,
        "abilities": list(token.abilities),
        "created_at": iso(token.created_at),
        "last_used_at": iso(token.last_used_at),
        "expires_at": iso(token.expires_at),
    }


def _session_view(token: Token, device: Device, principal: Principal) -> SignInSession:
    seen_at = device.last_seen_at or device.created_at
    return {
        "id": token.id,
        "name": device.name,
        "instead_of": device.instead_of,
        "device_id": device.id,
        "created_at": iso(token.created_at),
        "expires_at": iso(token.lapses_at),
        "told": msgspec.to_builtins(device.told),
        "seen": {
            "first_address": device.address,
            "last_address": device.last_address,
            "last_at": iso(seen_at),
        },
        "current": token.id == principal.token_id,
    }
