"""Invitations. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request, part


class InvitationAnswer(TypedDict):
    """An invitation that can still be accepted."""

    id: str
    email: str
    name: str
    role: str
    queues: list[str]
    created_at: str
    expires_at: str


class InvitationPage(TypedDict):
    """A page of the invitations that can still be accepted, the oldest first."""

    items: list[InvitationAnswer]
    next: str | None


class SentInvitation(TypedDict):
    """An invitation that was just sent."""

    id: str
    email: str
    name: str
    role: str
    queues: list[str]
    created_at: str
    expires_at: str
    link: str | None


class NewInvitation(TypedDict):
    """Whom to invite. `name`: may be changed by whoever accepts; `role`: a built-in role, or the id of a custom
    role; `queues`: ids of those that whoever accepts joins, which needs the permission `queues.write`.
    """

    email: str
    name: str
    role: str
    queues: NotRequired[list[str]]


class InvitationPreview(TypedDict):
    """What an invitation's link invites to."""

    organisation: str
    email: str
    name: str
    role: str
    expires_at: str


class InvitationToken(TypedDict):
    """`token`: from the invitation's link."""

    token: str


class UserAnswer(TypedDict):
    """A user: a person with an account in the organisation."""

    id: str
    name: str
    email: str
    role: str
    disabled: bool
    email_verified: bool
    phone: str
    mfa: bool


class OrganisationSummary(TypedDict):
    """The organisation that a user belongs to."""

    id: str
    name: str
    region: str
    timezone: str


class DeviceSummary(TypedDict):
    """A signed-in device. Its phone registers with this id."""

    id: str
    name: str


class NewSession(TypedDict):
    """A new session, and who has signed in."""

    token: str
    user: UserAnswer
    tenant: OrganisationSummary
    device: DeviceSummary
    permissions: list[str]
    role_name: str
    mfa_setup_due: bool
    operator: bool


class DeviceReport(TypedDict):
    """What the app says about its device, shown to the user in the list of sessions. Every field is optional.
    `identifier`: the app's own id for the device, made at its first start.
    """

    identifier: NotRequired[str]
    model: NotRequired[str]
    os: NotRequired[str]
    app_version: NotRequired[str]
    network: NotRequired[str]


class InvitationAcceptance(TypedDict):
    """The account to create, and the device to sign in. `token`: from the invitation's link. `birth_date`: needed,
    `YYYY-MM-DD`; it is checked and not stored.
    """

    token: str
    name: str
    password: str
    device_name: str
    device: NotRequired[DeviceReport | None]
    birth_date: NotRequired[str]


def list_invitations(*, limit: int | None = None, cursor: str | None = None) -> Request[InvitationPage]:
    """Lists the invitations that can still be accepted, the oldest first."""
    return Request("GET", "/v1/invitations", query={"limit": limit, "cursor": cursor})


def invite(body: NewInvitation, *, idempotency_key: str | None = None) -> Request[SentInvitation]:
    """Invites somebody to the organisation by e-mail. The link works once, for seven days. If this installation
    sends no e-mail, pass on `link` yourself. The answer is the same if the address has an account already. 403
    beyond_own: `role` has a permission that you lack. 403 address_not_granted: the address is in no domain that
    the operator grants the organisation. A queue that is deleted before the invitation is accepted is left out
    then, and so are all if you may not change queues any more.
    """
    return Request("POST", "/v1/invitations", body=body, headers={"Idempotency-Key": idempotency_key})


def read_invitation(invitation_id: str) -> Request[InvitationAnswer]:
    """Returns an invitation. 404 not_found: there is none, or it was accepted, was withdrawn or has expired."""
    return Request("GET", f"/v1/invitations/{part(invitation_id)}")


def withdraw(invitation_id: str, *, if_match: str | None = None) -> Request[None]:
    """Withdraws an invitation. Its link no longer works."""
    return Request("DELETE", f"/v1/invitations/{part(invitation_id)}", headers={"If-Match": if_match}, answer="nothing")


def resend(invitation_id: str, *, idempotency_key: str | None = None) -> Request[SentInvitation]:
    """Sends an invitation again. A new invitation with a new link, valid for seven days, takes its place; the old
    link no longer works.
    """
    return Request(
        "POST", f"/v1/invitations/{part(invitation_id)}/resend", headers={"Idempotency-Key": idempotency_key}
    )


def read(body: InvitationToken) -> Request[InvitationPreview]:
    """Returns what an invitation's link invites to. 404 not_found: there is no such link, or it was used, was
    withdrawn or has expired.
    """
    return Request("POST", "/v1/invitations/look", body=body)


def accept(body: InvitationAcceptance) -> Request[NewSession]:
    """Accepts an invitation: creates the account and signs it in. The link is used up only when this succeeds. The
    session's bearer token is shown only here. Ask for the date of birth first, with `POST /v1/age-screen`. 403
    not_eligible: they may not have an account.
    """
    return Request("POST", "/v1/invitations/accept", body=body)
