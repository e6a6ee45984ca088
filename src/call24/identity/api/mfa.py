"""Second factors: setting up an authenticator, stepping up with a code, and removing it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
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
from call24.identity.answers.second_factors import AuthenticatorSetup, RecoveryCodes, SecondFactors
from call24.identity.api.auth import CurrentPassword
from call24.identity.api.passkeys import names
from call24.identity.api.passkeys import view as passkey_view
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.model import Principal
from call24.kit.errors import Conflict
from call24.kit.ids import UserId

router = Router(prefix="/v1", tags=["session"])

Code = Annotated[str, Field(min_length=1, max_length=40)]


class SecondFactorCode(Body):
    """`code`: from the authenticator, or a recovery code."""

    code: Code


class AuthenticatorRemoval(Body):
    """`code`: from the authenticator, or a recovery code; needed if the session has not stepped up recently."""

    current_password: str = Field(max_length=1000)
    code: str = Field("", max_length=40)


@router.get("/me/mfa", operation_id="mfa_read")
async def state(principal: SettingUp, request: Request, identity: IdentityDep, accounts: AccountsDep) -> SecondFactors:
    """Returns the current user's second factors: authenticator, passkeys and recovery codes."""
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
async def begin(
    body: CurrentPassword, principal: SettingUp, user: AddingProof, accounts: AccountsDep
) -> AuthenticatorSetup:
    """Starts setting up an authenticator app.

    Show `uri` as a QR code, then confirm with a code: until then the authenticator is not used. 403 mfa_due: the user
    has a passkey and must step up first.
    """
    await accounts.recovery.check(user, body.current_password, principal.token_id)
    secret, uri = await accounts.mfa.begin(user)
    return {"secret": secret, "uri": uri}


@router.post("/me/mfa/confirm", operation_id="mfa_confirm_setup")
async def confirm(
    body: SecondFactorCode, principal: SettingUp, user: AddingProof, accounts: AccountsDep
) -> RecoveryCodes:
    """Finishes setting up an authenticator app with one of its codes.

    From now on signing in asks for a second factor. The recovery codes are shown only here. 403 mfa_due: the user has a
    passkey and must step up first.
    """
    return {"recovery_codes": await accounts.mfa.confirm(user, body.code, principal.token_id)}


@router.post("/me/mfa/recovery", operation_id="mfa_renew_recovery_codes")
async def renew(
    body: CurrentPassword, principal: SettingUp, identity: IdentityDep, accounts: AccountsDep
) -> RecoveryCodes:
    """Replaces the current user's recovery codes.

    The new codes are shown only here; the old ones no longer work. 403 mfa_due: step up first. 409 mfa_off: the user
    has no second factor.
    """
    recently_proven(principal)
    user = await identity.user(principal.tenant_id, principal.user_id)
    await accounts.recovery.check(user, body.current_password, principal.token_id)
    if not user.mfa:
        raise Conflict("There is no second factor yet", code="mfa_off")
    return {"recovery_codes": await accounts.mfa.renew_recovery(user)}


@router.post("/me/mfa/proof", status_code=204, operation_id="mfa_step_up")
async def prove(body: SecondFactorCode, principal: SettingUp, identity: IdentityDep, accounts: AccountsDep) -> None:
    """Steps up the session with a code of the authenticator or a recovery code.

    For 15 minutes, requests that answered 403 mfa_due are allowed. 403 wrong_code; 403 mfa_off: the user has no second
    factor.
    """
    user = await identity.user(principal.tenant_id, principal.user_id)
    await accounts.mfa.step_up(user, body.code, principal.token_id)


@router.post("/me/mfa/remove", status_code=204, operation_id="mfa_remove")
async def remove(
    body: AuthenticatorRemoval, principal: SettingUp, identity: IdentityDep, accounts: AccountsDep
) -> None:
    """Removes the current user's authenticator. Passkeys and recovery codes stay.

    403 mfa_due: send `code`, or step up first. 409 mfa_required: the organisation requires a second factor, and the
    user has no passkey.
    """
    user = await identity.user(principal.tenant_id, principal.user_id)
    await accounts.recovery.check(user, body.current_password, principal.token_id)
    if body.code:
        await accounts.mfa.step_up(user, body.code, principal.token_id)
    else:
        recently_proven(principal)
    if identity.asks_proof(principal.tenant_id) and not await accounts.passkeys.of(user):
        raise Conflict("Your organisation requires a second factor", code="mfa_required")
    await accounts.mfa.remove(user)


@router.delete("/users/{user_id}/mfa", status_code=204, tags=["administration"], operation_id="mfa_remove_for_user")
async def help_out(
    user_id: str,
    principal: Annotated[Principal, Depends(allowed("users.write"))],
    identity: IdentityDep,
    accounts: AccountsDep,
) -> None:
    """Removes all second factors of a user, and ends the user's sessions.

    For a user who has lost authenticator, passkeys and recovery codes. 403 beyond_own: the user has a permission that
    you lack. 404 not_found: there is no such user, or they have no second factor.
    """
    await check_over(user_id, principal, identity)
    await accounts.mfa.remove_all(principal.tenant_id, UserId(user_id))
    await identity.revoke_of_user(principal.tenant_id, UserId(user_id))
