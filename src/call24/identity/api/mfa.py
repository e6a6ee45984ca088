"""A second proof of who it is: setting it up, giving it anew, taking it away."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import Field

from call24.http.access import (
    AddingProof,
    Body,
    SettingUp,
    allowed,
    check_over,
    host_of,
    recently_proven,
)
from call24.http.router import Router
from call24.identity.api.passkeys import names
from call24.identity.api.passkeys import view as passkey_view
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.model import Principal
from call24.kit.errors import Conflict
from call24.kit.ids import UserId

router = Router(prefix="/v1", tags=["session"])

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
async def state(principal: SettingUp, request: Request, identity: IdentityDep, accounts: AccountsDep) -> dict[str, Any]:
    """How the user proves who it is. `required`: the organisation asks for a second proof of everybody."""
    user = await identity.user(principal.tenant_id, principal.user_id)
    kept = await accounts.mfa.kept(user)
    return {
        "authenticator": kept is not None and bool(kept.secret),
        "recovery_codes_left": len(kept.recovery) if kept is not None else 0,
        "required": identity.asks_proof(principal.tenant_id),
        "passkeys": [passkey_view(one) for one in await accounts.passkeys.of(user)],
        "passkeys_here": names(host_of(request)[0]),
    }


@router.post("/me/mfa", status_code=201, operation_id="mfa_begin_setup")
async def begin(body: Begin, principal: SettingUp, user: AddingProof, accounts: AccountsDep) -> dict[str, Any]:
    """A fresh authenticator: its secret, and its address for a QR code. It counts once a code of it was confirmed.

    403 mfa_due: who has a passkey shows it first.
    """
    await accounts.recovery.check(user, body.current_password, principal.token_id)
    secret, uri = await accounts.mfa.begin(user)
    return {"secret": secret, "uri": uri}


@router.post("/me/mfa/confirm", operation_id="mfa_confirm_setup")
async def confirm(body: Shown, principal: SettingUp, user: AddingProof, accounts: AccountsDep) -> dict[str, Any]:
    """From now on a code is asked for at signing in. The recovery codes are shown this once."""
    return {"recovery_codes": await accounts.mfa.confirm(user, body.code, principal.token_id)}


@router.post("/me/mfa/recovery", operation_id="mfa_renew_recovery_codes")
async def renew(body: Begin, principal: SettingUp, identity: IdentityDep, accounts: AccountsDep) -> dict[str, Any]:
    """Fresh recovery codes, shown this once; the old ones open nothing any more. 403 mfa_due."""
    recently_proven(principal)
    user = await identity.user(principal.tenant_id, principal.user_id)
    await accounts.recovery.check(user, body.current_password, principal.token_id)
    if not user.mfa:
        raise Conflict("There is no second proof yet", code="mfa_off")
    return {"recovery_codes": await accounts.mfa.renew_recovery(user)}


@router.post("/me/mfa/proof", status_code=204, operation_id="mfa_step_up")
async def prove(body: Shown, principal: SettingUp, identity: IdentityDep, accounts: AccountsDep) -> Response:
    """What asks for a recent proof (403 mfa_due) is open again for a quarter of an hour."""
    user = await identity.user(principal.tenant_id, principal.user_id)
    await accounts.mfa.step_up(user, body.code, principal.token_id)
    return Response(status_code=204)


@router.post("/me/mfa/remove", status_code=204, operation_id="mfa_remove")
async def remove(body: Removal, principal: SettingUp, identity: IdentityDep, accounts: AccountsDep) -> Response:
    """The authenticator. 403 mfa_due; 409 mfa_required where one is asked of everybody and there is no passkey."""
    user = await identity.user(principal.tenant_id, principal.user_id)
    await accounts.recovery.check(user, body.current_password, principal.token_id)
    if body.code:
        await accounts.mfa.step_up(user, body.code, principal.token_id)
    else:
        recently_proven(principal)
    if identity.asks_proof(principal.tenant_id) and not await accounts.passkeys.of(user):
        raise Conflict("Your organisation asks for a second proof", code="mfa_required")
    await accounts.mfa.remove(user)
    return Response(status_code=204)


@router.delete("/users/{user_id}/mfa", status_code=204, tags=["administration"], operation_id="mfa_remove_for_user")
async def help_out(
    user_id: str,
    principal: Annotated[Principal, Depends(allowed("users.write"))],
    identity: IdentityDep,
    accounts: AccountsDep,
) -> Response:
    """For a user who has lost authenticator, passkeys and recovery codes: all go. The user's sessions end."""
    await check_over(user_id, principal, identity)
    await accounts.mfa.remove_all(principal.tenant_id, UserId(user_id))
    await identity.revoke_of_user(principal.tenant_id, UserId(user_id))
    return Response(status_code=204)
