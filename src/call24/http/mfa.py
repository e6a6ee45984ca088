"""A second proof of who it is: setting it up, giving it anew, taking it away."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from call24.http.access import Body, ServicesDep, allowed, check_over
from call24.http.tokens import InApp
from call24.identity.model import Principal
from call24.kit.ids import UserId

router = APIRouter(prefix="/v1", tags=["session"])

Code = Annotated[str, Field(min_length=1, max_length=40)]


class Begin(Body):
    current_password: str = Field(max_length=1000)


class Shown(Body):
    """`code`: of the authenticator, or a recovery code."""

    code: Code


class Removal(Shown):
    current_password: str = Field(max_length=1000)


@router.post("/me/mfa", status_code=201)
async def begin(body: Begin, principal: InApp, services: ServicesDep) -> dict[str, Any]:
    """A fresh authenticator: its secret, and its address for a QR code. It counts once a code of it was confirmed."""
    user = await services.identity.user(principal.tenant_id, principal.user_id)
    await services.accounts.recovery.check(user, body.current_password)
    secret, uri = await services.accounts.mfa.begin(user)
    return {"secret": secret, "uri": uri}


@router.post("/me/mfa/confirm")
async def confirm(body: Shown, principal: InApp, services: ServicesDep) -> dict[str, Any]:
    """From now on a code is asked for at signing in. The recovery codes are shown this once."""
    user = await services.identity.user(principal.tenant_id, principal.user_id)
    return {"recovery_codes": await services.accounts.mfa.confirm(user, body.code, principal.token_id)}


@router.post("/me/mfa/proof", status_code=204)
async def prove(body: Shown, principal: InApp, services: ServicesDep) -> Response:
    """What asks for a recent proof (403 mfa_due) is open again for a quarter of an hour."""
    user = await services.identity.user(principal.tenant_id, principal.user_id)
    await services.accounts.mfa.step_up(user, body.code, principal.token_id)
    return Response(status_code=204)


@router.post("/me/mfa/remove", status_code=204)
async def remove(body: Removal, principal: InApp, services: ServicesDep) -> Response:
    user = await services.identity.user(principal.tenant_id, principal.user_id)
    await services.accounts.recovery.check(user, body.current_password)
    await services.accounts.mfa.step_up(user, body.code, principal.token_id)
    await services.accounts.mfa.remove(principal.tenant_id, principal.user_id)
    return Response(status_code=204)


@router.delete("/users/{user_id}/mfa", status_code=204, tags=["administration"])
async def help_out(
    user_id: str, principal: Annotated[Principal, Depends(allowed("users.write"))], services: ServicesDep
) -> Response:
    """For a user who has lost authenticator and recovery codes. The user's sessions end."""
    await check_over(user_id, principal, services)
    await services.accounts.mfa.remove(principal.tenant_id, UserId(user_id))
    await services.identity.end_sessions(principal.tenant_id, UserId(user_id))
    return Response(status_code=204)
