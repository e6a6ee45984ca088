"""Resetting and changing the password, and changing the e-mail address."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field

from call24.http.access import Body, allowed, check_over, client_address
from call24.http.middleware.audit import on_behalf
from call24.http.router import Router
from call24.identity.answers.invitations import ConfirmedEmail, ResetRequest, SentLink
from call24.identity.api.tokens import InApp
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.model import Principal
from call24.kit.ids import UserId

router = Router(prefix="/v1", tags=["session"])


class PasswordResetRequest(Body):
    """The account's e-mail address."""

    email: str = Field(max_length=254)


class NewPassword(Body):
    """`token`: from the link."""

    token: str = Field(min_length=1, max_length=100)
    password: str = Field(max_length=1000)


class EmailConfirmation(Body):
    """`token`: from the link."""

    token: str = Field(min_length=1, max_length=100)


class PasswordChange(Body):
    """`keep_tokens`: false also revokes the user's API tokens."""

    current_password: str = Field(max_length=1000)
    password: str = Field(max_length=1000)
    keep_tokens: bool = False


class EmailChange(Body):
    """The new address, and the current password."""

    email: str = Field(max_length=254)
    current_password: str = Field(max_length=1000)


@router.post("/auth/reset", status_code=202, operation_id="recovery_request_reset")
async def ask(body: PasswordResetRequest, request: Request, accounts: AccountsDep) -> ResetRequest:
    """Sends a link for setting a new password, if there is such an account.

    The link works once, for an hour. The answer is the same if there is no such account. `sends` is false if this
    installation sends no e-mail: then an administrator makes a link with `POST /v1/users/{user_id}/reset`.
    """
    return {"sends": await accounts.recovery.ask(body.email, client_address(request))}


@router.post("/auth/reset/complete", status_code=204, operation_id="recovery_complete_reset")
async def complete(body: NewPassword, request: Request, accounts: AccountsDep) -> None:
    """Sets a new password with the token of a link.

    Ends all sessions and revokes all API tokens of the user. 404 not_found: the link was used or has expired.
    """
    user = await accounts.recovery.complete(body.token, body.password)
    on_behalf(request, user.tenant_id, user.id, None)


@router.post("/auth/email/confirm", operation_id="recovery_confirm_email")
async def confirm(body: EmailConfirmation, request: Request, accounts: AccountsDep) -> ConfirmedEmail:
    """Confirms a new e-mail address with the token of the link that was sent to it.

    The address is the user's from now on. 404 not_found: the link was used or has expired.
    """
    user = await accounts.recovery.confirm_email(body.token)
    on_behalf(request, user.tenant_id, user.id, None)
    return {"email": user.email}


@router.put("/me/password", status_code=204, operation_id="recovery_change_password")
async def change_password(body: PasswordChange, principal: InApp, accounts: AccountsDep, identity: IdentityDep) -> None:
    """Changes the current user's password, and ends the user's other sessions.

    API tokens are revoked too, unless `keep_tokens` is true. 403 no_device for an API token.
    """
    user = await identity.user(principal.tenant_id, principal.user_id)
    recovery = accounts.recovery
    await recovery.change_password(
        user, body.current_password, body.password, here=principal.token_id, keep_tokens=body.keep_tokens
    )


@router.put("/me/email", status_code=202, operation_id="recovery_change_email")
async def change_email(body: EmailChange, principal: InApp, identity: IdentityDep, accounts: AccountsDep) -> SentLink:
    """Changes the current user's e-mail address, once the link that is sent to the new address is opened.

    If this installation sends no e-mail, `link` is that link. 403 no_device for an API token.
    """
    user = await identity.user(principal.tenant_id, principal.user_id)
    return {
        "link": await accounts.recovery.change_email(user, body.email, body.current_password, here=principal.token_id)
    }


@router.post("/users/{user_id}/reset", status_code=202, tags=["administration"], operation_id="recovery_send_reset")
async def help_out(
    user_id: str,
    principal: Annotated[Principal, Depends(allowed("users.write"))],
    identity: IdentityDep,
    accounts: AccountsDep,
) -> SentLink:
    """Sends a user a link for setting a new password.

    If this installation sends no e-mail, pass on `link` yourself. 403 beyond_own: the user has a permission that you
    lack.
    """
    await check_over(user_id, principal, identity)
    return {"link": await accounts.recovery.link_for(principal.tenant_id, UserId(user_id), principal.user_id)}
