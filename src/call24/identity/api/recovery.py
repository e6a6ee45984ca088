"""A lost or changed password, and a changed e-mail address."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import Field

from call24.http.access import Body, allowed, check_over, client_address
from call24.http.middleware.audit import on_behalf
from call24.http.router import Router
from call24.identity.api.tokens import InApp
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.model import Principal
from call24.kit.ids import UserId

router = Router(prefix="/v1", tags=["session"])


class Lost(Body):
    email: str = Field(max_length=254)


class NewPassword(Body):
    """`token`: what stands in the link."""

    token: str = Field(min_length=1, max_length=100)
    password: str = Field(max_length=1000)


class Confirmation(Body):
    token: str = Field(min_length=1, max_length=100)


class PasswordChange(Body):
    """`keep_tokens`: machines' tokens go on; else they end too."""

    current_password: str = Field(max_length=1000)
    password: str = Field(max_length=1000)
    keep_tokens: bool = False


class EmailChange(Body):
    email: str = Field(max_length=254)
    current_password: str = Field(max_length=1000)


@router.post("/auth/reset", status_code=202, operation_id="recovery_request_reset")
async def ask(body: Lost, request: Request, accounts: AccountsDep) -> dict[str, Any]:
    """Sends a link that works once, for an hour, if there is such an account. The answer is the same if not.

    `sends` false: this installation sends no e-mail, so nothing comes; somebody who may change people makes a link.
    """
    return {"sends": await accounts.recovery.ask(body.email, client_address(request))}


@router.post("/auth/reset/complete", status_code=204, operation_id="recovery_complete_reset")
async def complete(body: NewPassword, request: Request, accounts: AccountsDep) -> Response:
    """Every session and every token of the user has ended when this is answered."""
    user = await accounts.recovery.complete(body.token, body.password)
    on_behalf(request, user.tenant_id, user.id, None)
    return Response(status_code=204)


@router.post("/auth/email/confirm", operation_id="recovery_confirm_email")
async def confirm(body: Confirmation, request: Request, accounts: AccountsDep) -> dict[str, Any]:
    """The address that the link was sent to is the user's from now on."""
    user = await accounts.recovery.confirm_email(body.token)
    on_behalf(request, user.tenant_id, user.id, None)
    return {"email": user.email}


@router.put("/me/password", status_code=204, operation_id="recovery_change_password")
async def change_password(
    body: PasswordChange, principal: InApp, accounts: AccountsDep, identity: IdentityDep
) -> Response:
    """The user's other sessions have ended when this is answered, and machines' tokens if they are not kept."""
    user = await identity.user(principal.tenant_id, principal.user_id)
    recovery = accounts.recovery
    await recovery.change_password(
        user, body.current_password, body.password, here=principal.token_id, keep_tokens=body.keep_tokens
    )
    return Response(status_code=204)


@router.put("/me/email", status_code=202, operation_id="recovery_change_email")
async def change_email(
    body: EmailChange, principal: InApp, identity: IdentityDep, accounts: AccountsDep
) -> dict[str, Any]:
    """Takes effect when the letter to the new address was read. `link`: where this installation sends no e-mail."""
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
) -> dict[str, Any]:
    """Sends a user a link to a new password. `link`: where this installation sends no e-mail; pass it on."""
    await check_over(user_id, principal, identity)
    return {"link": await accounts.recovery.link_for(principal.tenant_id, UserId(user_id), principal.user_id)}
