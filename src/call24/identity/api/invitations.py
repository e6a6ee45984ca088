"""Invitations: sent by e-mail, accepted by whoever has the link."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import Field

from call24.http.access import Body, allowed, client_address, require
from call24.http.pagination import AskedDep, ms
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.answers.invitations import InvitationAnswer, InvitationPage, InvitationPreview, SentInvitation
from call24.identity.answers.users import NewSession
from call24.identity.api.age_screen import BirthDate, SettingsDep, check
from call24.identity.api.auth import DeviceReport, session_view, told_by
from call24.identity.api.known_device import DEVICE_COOKIE
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.invitations import Acceptance
from call24.identity.model import Invitation, Principal
from call24.kit.errors import Invalid
from call24.kit.ids import InvitationId, QueueId
from call24.kit.instants import iso
from call24.queues.dependencies import QueuesDep
from call24.queues.invited import PERMISSION
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/invitations", tags=["administration"])

Writer = Annotated[Principal, Depends(allowed("users.write"))]
Secret = Annotated[str, Field(min_length=1, max_length=100)]


class NewInvitation(Body):
    """Whom to invite.

    `name`: may be changed by whoever accepts; `role`: a built-in role, or the id of a custom role; `queues`: ids of
    those that whoever accepts joins, which needs the permission `queues.write`.
    """

    email: str = Field(max_length=254)
    name: str = Field(max_length=200)
    role: str = Field(max_length=40)
    queues: list[Annotated[str, Field(max_length=40)]] = Field([], max_length=50)


class InvitationToken(Body):
    """`token`: from the invitation's link."""

    token: Secret


class InvitationAcceptance(InvitationToken):
    """The account to create, and the device to sign in. `token`: from the invitation's link.

    `birth_date`: needed, `YYYY-MM-DD`; it is checked and not stored.
    """

    name: str = Field(max_length=200)
    password: str = Field(max_length=1000)
    device_name: str = Field(max_length=100)
    device: DeviceReport | None = None
    birth_date: BirthDate = ""


@router.get("", operation_id="invitations_list_invitations")
async def list_invitations(
    principal: Annotated[Principal, Depends(allowed("users.read"))], accounts: AccountsDep, asked: AskedDep
) -> InvitationPage:
    """Lists the invitations that can still be accepted, the oldest first."""
    found = await accounts.invitations.all(principal.tenant_id)
    return asked.page(found, _view, lambda one: (ms(one.created_at), one.id))


@router.get("/{invitation_id}", operation_id="invitations_read_invitation")
async def read_invitation(
    invitation_id: str, principal: Annotated[Principal, Depends(allowed("users.read"))], accounts: AccountsDep
) -> InvitationAnswer:
    """Returns an invitation. 404 not_found: there is none, or it was accepted, was withdrawn or has expired."""
    return _view(await accounts.invitations.get_open(principal.tenant_id, InvitationId(invitation_id)))


@router.post("", status_code=201, operation_id="invitations_invite")
async def invite(
    body: NewInvitation, principal: Writer, identity: IdentityDep, accounts: AccountsDep, queue_service: QueuesDep
) -> SentInvitation:
    """Invites somebody to the organisation by e-mail.

    The link works once, for seven days. If this installation sends no e-mail, pass on `link` yourself. The answer is
    the same if the address has an account already. 403 beyond_own: `role` has a permission that you lack. 403
    address_not_granted: the address is in no domain that the operator grants the organisation. A queue that is deleted
    before the invitation is accepted is left out then, and so are all if you may not change queues any more.
    """
    await identity.roles.check_giving(principal.tenant_id, principal.permissions, body.role)
    queues = tuple(dict.fromkeys(QueueId(one) for one in body.queues))
    if queues:
        require(principal, PERMISSION)
        there = {one.id for one in await queue_service.all(principal.tenant_id)}
        if not there.issuperset(queues):
            raise Invalid(errors=[("queues", "queues of this organisation")])
    by = await identity.user(principal.tenant_id, principal.user_id)
    invitation, link = await accounts.invitations.invite(
        by, email=body.email, name=body.name, role=body.role, queues=queues
    )
    return {**_view(invitation), "link": link}


@router.post("/{invitation_id}/resend", status_code=201, operation_id="invitations_resend")
async def resend(invitation_id: str, principal: Writer, accounts: AccountsDep, identity: IdentityDep) -> SentInvitation:
    """Sends an invitation again.

    A new invitation with a new link, valid for seven days, takes its place; the old link no longer works.
    """
    invitations = accounts.invitations
    before = await invitations.get(principal.tenant_id, InvitationId(invitation_id))
    await identity.roles.check_giving(principal.tenant_id, principal.permissions, before.role)
    if before.queues:
        require(principal, PERMISSION)
    by = await identity.user(principal.tenant_id, principal.user_id)
    invitation, link = await invitations.resend(by, before)
    return {**_view(invitation), "link": link}


@router.delete("/{invitation_id}", status_code=204, operation_id="invitations_withdraw")
async def withdraw(invitation_id: str, principal: Writer, accounts: AccountsDep) -> None:
    """Withdraws an invitation. Its link no longer works."""
    await accounts.invitations.withdraw(principal.tenant_id, InvitationId(invitation_id))


@router.post("/look", tags=["session"], operation_id="invitations_read")
async def look(body: InvitationToken, tenants: TenantsDep, accounts: AccountsDep) -> InvitationPreview:
    """Returns what an invitation's link invites to.

    404 not_found: there is no such link, or it was used, was withdrawn or has expired.
    """
    invitation = await accounts.invitations.look(body.token)
    tenant = await tenants.get(invitation.tenant_id)
    return {
        "organisation": tenant.name,
        "email": invitation.email,
        "name": invitation.name,
        "role": invitation.role,
        "expires_at": iso(invitation.expires_at),
    }


@router.post(
    "/accept", status_code=201, tags=["session"], responses={201: DEVICE_COOKIE}, operation_id="invitations_accept"
)
async def accept(
    body: InvitationAcceptance,
    request: Request,
    response: Response,
    identity: IdentityDep,
    tenants: TenantsDep,
    accounts: AccountsDep,
    clock: ClockDep,
    settings: SettingsDep,
) -> NewSession:
    """Accepts an invitation: creates the account and signs it in.

    The link is used up only when this succeeds. The session's bearer token is shown only here. Ask for the date of
    birth first, with `POST /v1/age-screen`. 403 not_eligible: they may not have an account.
    """
    check(request, body.birth_date, settings.minimum_age, clock.now())
    wish = Acceptance(
        secret=body.token,
        name=body.name,
        password=body.password,
        device_name=body.device_name,
        told=told_by(body.device),
        address=client_address(request),
    )
    return await session_view(identity, tenants, accounts, request, response, await accounts.invitations.accept(wish))


def _view(invitation: Invitation) -> InvitationAnswer:
    return {
        "id": invitation.id,
        "email": invitation.email,
        "name": invitation.name,
        "role": invitation.role,
        "queues": list(invitation.queues),
        "created_at": iso(invitation.created_at),
        "expires_at": iso(invitation.expires_at),
    }
