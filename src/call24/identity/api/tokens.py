"""A user's own sessions and machines' tokens: seen, made and revoked by the user, in a signed-in app."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Response
from pydantic import Field

from call24.http.access import SERIALISED, Body, PrincipalDep, recently_proven
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.api.auth import AboutDevice
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Device, Principal, Token
from call24.identity.permissions import permits
from call24.kit.errors import Invalid
from call24.kit.ids import TokenId
from call24.kit.paging import Place

router = Router(prefix="/v1", tags=["session"])

TOKENS_MAX = 100


async def in_app(principal: PrincipalDep) -> Principal:
    """Raises: Refused for a machine: a token makes and ends no other tokens."""
    principal.own_device()
    return principal


InApp = Annotated[Principal, Depends(in_app)]


class NewToken(Body):
    """`abilities`: permissions that it is narrowed to; `["*"]`: all that the user's role may do, but for what asks
    people for a second proof: that is named, or not given."""

    name: str = Field(min_length=1, max_length=100)
    abilities: list[Annotated[str, Field(max_length=60)]] = Field(min_length=1, max_length=100)
    expires_in_days: int = Field(365, ge=1, le=365)


@router.get("/tokens", operation_id="tokens_list_tokens")
async def tokens(principal: InApp, identity: IdentityDep, asked: AskedDep) -> dict[str, Any]:
    """The oldest first."""
    return asked.page(await _theirs(principal, identity, machines=True), _token_view, _made)


@router.post("/tokens", status_code=201, dependencies=SERIALISED, operation_id="tokens_make_token")
async def make_token(body: NewToken, principal: InApp, identity: IdentityDep) -> dict[str, Any]:
    """`token` is shown this once. It never may more than the user's role, also when that changes later.

    403 mfa_due: a machine is asked for no second proof, so its user is.
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


@router.delete("/tokens/{token_id}", status_code=204, operation_id="tokens_revoke_token")
async def revoke_token(token_id: str, principal: InApp, identity: IdentityDep) -> Response:
    """From the next request on it opens nothing; its sockets are closed."""
    recently_proven(principal)
    await identity.revoke_own(principal.tenant_id, principal.user_id, TokenId(token_id), machine=True)
    return Response(status_code=204)


@router.get("/me/sessions", operation_id="tokens_list_sessions")
async def sessions(principal: InApp, identity: IdentityDep, asked: AskedDep) -> dict[str, Any]:
    """Where the user is signed in, the oldest first, this session marked. 20 at most: the next one signs out the one
    that is unused for longest, and names it (`instead_of`)."""
    devices = {one.id: one for one in await identity.devices_of(principal.tenant_id, principal.user_id)}
    found = await _theirs(principal, identity, machines=False)

    def view(token: Token) -> dict[str, Any]:
        assert token.device_id is not None
        return {**_session_view(token, devices[token.device_id]), "current": token.id == principal.token_id}

    return asked.page([token for token in found if token.device_id in devices], view, _made)


@router.put("/me/device", status_code=204, operation_id="tokens_set_device")
async def tell_device(body: AboutDevice, principal: InApp, identity: IdentityDep) -> Response:
    """What the app says of the device it runs on now; for instance after an update, or on another network."""
    await identity.tell_device(principal.tenant_id, principal.own_device(), body.told())
    return Response(status_code=204)


@router.delete("/me/sessions/{session_id}", status_code=204, operation_id="tokens_end_session")
async def end_session(session_id: str, principal: InApp, identity: IdentityDep) -> Response:
    """Sign out there: token, phone and sockets are gone when this is answered."""
    recently_proven(principal)
    await identity.revoke_own(principal.tenant_id, principal.user_id, TokenId(session_id), machine=False)
    return Response(status_code=204)


@router.delete("/me/sessions", status_code=204, operation_id="tokens_end_other_sessions")
async def end_other_sessions(principal: InApp, identity: IdentityDep) -> Response:
    """Sign out everywhere but here."""
    recently_proven(principal)
    await identity.revoke_of_user(principal.tenant_id, principal.user_id, but=principal.token_id)
    return Response(status_code=204)


async def _theirs(principal: Principal, identity: IdentityDep, *, machines: bool) -> list[Token]:
    found = await identity.tokens(principal.tenant_id, principal.user_id)
    return [token for token in found if (token.device_id is None) is machines]


def _made(token: Token) -> Place:
    return ms(token.created_at), token.id


def _token_view(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "abilities": list(token.abilities),
        "created_at": token.created_at.isoformat(),
        "last_used_at": token.last_used_at.isoformat() if token.last_used_at else None,
        "expires_at": token.expires_at.isoformat(),
    }


def _session_view(token: Token, device: Device) -> dict[str, Any]:
    """`told`: by the app, unchecked; `seen`: by the server; `instead_of`: the device that was signed out when this one
    signed in, since a user has 20 at most."""
    seen_at = device.last_seen_at or device.created_at
    return {
        "id": token.id,
        "name": device.name,
        "instead_of": device.instead_of,
        "device_id": device.id,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.lapses_at.isoformat(),
        "told": msgspec.to_builtins(device.told),
        "seen": {
            "first_address": device.address,
            "last_address": device.last_address,
            "last_at": seen_at.isoformat(),
        },
    }
