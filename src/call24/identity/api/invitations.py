"""Users come by invitation: an owner invites, who holds the link accepts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import Field

from call24.http.access import Body, allowed, client_address
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.api.auth import AboutDevice, session_view, told_by
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.invitations import Acceptance
from call24.identity.model import Invitation, Principal
from call24.kit.ids import InvitationId
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/invitations", tags=["administration"])

Writer = Annotated[Principal, Depends(allowed("users.write"))]
Secret = Annotated[str, Field(min_length=1, max_length=100)]


class NewInvitation(Body):
    email: str = Field(max_length=254)
    name: str = Field(max_length=200)
    role: str = Field(max_length=40)


class Held(Body):
    """`token`: what stands in the link."""

    token: Secret


class Accepted(Held):
    name: str = Field(max_length=200)
    password: str = Field(max_length=1000)
    device_name: str = Field(max_length=100)
    device: AboutDevice | None = None


@router.get("", operation_id="invitations_list_invitations")
async def list_invitations(
    principal: Annotated[Principal, Depends(allowed("users.read"))], accounts: AccountsDep, asked: AskedDep
) -> dict[str, Any]:
    """Those that can still be accepted, the oldest first."""
    found = await accounts.invitations.all(principal.tenant_id)
    return asked.page(found, _view, lambda one: (ms(one.created_at), one.id))


@router.post("", status_code=201, operation_id="invitations_invite")
async def invite(
    body: NewInvitation, principal: Writer, identity: IdentityDep, accounts: AccountsDep
) -> dict[str, Any]:
    """Sends a link that works once, for seven days. `link` is set where this installation sends no e-mail: pass it on.

    Whether the address has an account already is not told here.
    """
    await identity.roles.check_giving(principal.tenant_id, principal.permissions, body.role)
    by = await identity.user(principal.tenant_id, principal.user_id)
    invitation, link = await accounts.invitations.invite(by, email=body.email, name=body.name, role=body.role)
    return {**_view(invitation), "link": link}


@router.post("/{invitation_id}/resend", status_code=201, operation_id="invitations_resend")
async def resend(invitation_id: str, principal: Writer, accounts: AccountsDep, identity: IdentityDep) -> dict[str, Any]:
    """Sends a new invitation in its place, for seven days from now; the old link opens nothing any more."""
    invitations = accounts.invitations
    before = await invitations.get(principal.tenant_id, InvitationId(invitation_id))
    await identity.roles.check_giving(principal.tenant_id, principal.permissions, before.role)
    by = await identity.user(principal.tenant_id, principal.user_id)
    invitation, link = await invitations.resend(by, before)
    return {**_view(invitation), "link": link}


@router.delete("/{invitation_id}", status_code=204, operation_id="invitations_withdraw")
async def withdraw(invitation_id: str, principal: Writer, accounts: AccountsDep) -> Response:
    """Its link opens nothing any more."""
    await accounts.invitations.withdraw(principal.tenant_id, InvitationId(invitation_id))
    return Response(status_code=204)


@router.post("/look", tags=["session"], operation_id="invitations_read")
async def look(body: Held, tenants: TenantsDep, accounts: AccountsDep) -> dict[str, Any]:
    """What a link invites to. A link that was used, withdrawn or is over is as one that never was."""
    invitation = await accounts.invitations.look(body.token)
    tenant = await tenants.get(invitation.tenant_id)
    return {
        "organisation": tenant.name,
        "email": invitation.email,
        "name": invitation.name,
        "role": invitation.role,
        "expires_at": invitation.expires_at.isoformat(),
    }


@router.post("/accept", status_code=201, tags=["session"], operation_id="invitations_accept")
async def accept(
    body: Accepted,
    request: Request,
    response: Response,
    identity: IdentityDep,
    tenants: TenantsDep,
    accounts: AccountsDep,
) -> dict[str, Any]:
    """Makes the account and signs in. Only success uses the link up."""
    wish = Acceptance(
        secret=body.token,
        name=body.name,
        password=body.password,
        device_name=body.device_name,
        told=told_by(body.device),
        address=client_address(request),
    )
    return await session_view(identity, tenants, accounts, request, response, await accounts.invitations.accept(wish))


def _view(invitation: Invitation) -> dict[str, Any]:
    return {
        "id": invitation.id,
        "email": invitation.email,
        "name": invitation.name,
        "role": invitation.role,
        "created_at": invitation.created_at.isoformat(),
        "expires_at": invitation.expires_at.isoformat(),
    }
