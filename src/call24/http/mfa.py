"""A second proof of who it is: setting it up, giving it anew, taking it away."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from call24.http.access import (
    AddingProof,
    Body,
    ServicesDep,
    SettingUp,
    allowed,
    check_over,
    host_of,
    recently_proven,
)
from call24.http.passkeys import names
from call24.http.passkeys import view as passkey_view
from call24.identity.model import Principal
from call24.kit.errors import Conflict
from call24.kit.ids import UserId

router = APIRouter(prefix="/v1", tags=["session"])

Code = Annotated[str, Field(min_length=1, max_length=40)]


class Begin(Body):
    current_password: str = Field(max_length=1000)


class Shown(Body):
    """`code`: of the authenticator, or a recovery code."""

    code: Code


class Removal(Body):
    """`code`: where no proof was given of late."""

    current_password: str = Field(max_length=1000)
    code: str = Field("", max_length=40)


@router.get("/me/mfa", operation_id="mfa_read")
async def state(principal: SettingUp, request: Request, services: ServicesDep) -> dict[str, Any]:
    """How the user proves who it is. `required`: the organisation asks for a second proof of everybody."""
    user = await services.identity.user(principal.tenant_id, principal.user_id)
    kept = await services.accounts.mfa.kept(user)
    return {
        "authenticator": kept is not None and bool(kept.secret),
        "recovery_codes_left": len(kept.recovery) if kept is not None else 0,
        "required": services.identity.asks_proof(principal.tenant_id),
        "passkeys": [passkey_view(one) for one in await services.accounts.passkeys.of(user)],
        "passkeys_here": names(host_of(request)[0]),
    }


@router.post("/me/mfa", status_code=201, operation_id="mfa_begin_setup")
async def begin(body: Begin, principal: SettingUp, user: AddingProof, services: ServicesDep) -> dict[str, Any]:
    """A fresh authenticator: its secret, and its address for a QR code. It counts once a code of it was confirmed.

    403 mfa_due: who has a passkey shows it first.
    """
    await services.accounts.recovery.check(user, body.current_password, principal.token_id)
    secret, uri = await services.accounts.mfa.begin(user)
    return {"secret": secret, "uri": uri}


@router.post("/me/mfa/confirm", operation_id="mfa_confirm_setup")
async def confirm(body: Shown, principal: SettingUp, user: AddingProof, services: ServicesDep) -> dict[str, Any]:
    """From now on a code is asked for at signing in. The recovery codes are shown this once."""
    return {"recovery_codes": await services.accounts.mfa.confirm(user, body.code, principal.token_id)}


@router.post("/me/mfa/recovery", operation_id="mfa_renew_recovery_codes")
async def renew(body: Begin, principal: SettingUp, services: ServicesDep) -> dict[str, Any]:
    """Fresh recovery codes, shown this once; the old ones open nothing any more. 403 mfa_due."""
    recently_proven(principal)
    user = await services.identity.user(principal.tenant_id, principal.user_id)
    await services.accounts.recovery.check(user, body.current_password, principal.token_id)
    if not user.mfa:
        raise Conflict("There is no second proof yet", code="mfa_off")
    return {"recovery_codes": await services.accounts.mfa.renew_recovery(user)}


@router.post("/me/mfa/proof", status_code=204, operation_id="mfa_step_up")
async def prove(body: Shown, principal: SettingUp, services: ServicesDep) -> Response:
    """What asks for a recent proof (403 mfa_due) is open again for a quarter of an hour."""
    user = await services.identity.user(principal.tenant_id, principal.user_id)
    await services.accounts.mfa.step_up(user, body.code, principal.token_id)
    return Response(status_code=204)


@router.post("/me/mfa/remove", status_code=204, operation_id="mfa_remove")
async def remove(body: Removal, principal: SettingUp, services: ServicesDep) -> Response:
    """The authenticator. 403 mfa_due; 409 mfa_required where one is asked of everybody and there is no passkey."""
    user = await services.identity.user(principal.tenant_id, principal.user_id)
    await services.accounts.recovery.check(user, body.current_password, principal.token_id)
    if body.code:
        await services.accounts.mfa.step_up(user, body.code, principal.token_id)
    else:
        recently_proven(principal)
    if services.identity.asks_proof(principal.tenant_id) and not await services.accounts.passkeys.of(user):
        raise Conflict("Your organisation asks for a second proof", code="mfa_required")
    await services.accounts.mfa.remove(user)
    return Response(status_code=204)


@router.delete("/users/{user_id}/mfa", status_code=204, tags=["administration"], operation_id="mfa_remove_for_user")
async def help_out(
    user_id: str, principal: Annotated[Principal, Depends(allowed("users.write"))], services: ServicesDep
) -> Response:
    """For a user who has lost authenticator, passkeys and recovery codes: all go. The user's sessions end."""
    await check_over(user_id, principal, services)
    await services.accounts.mfa.remove_all(principal.tenant_id, UserId(user_id))
    await services.identity.revoke_of_user(principal.tenant_id, UserId(user_id))
    return Response(status_code=204)
