"""Invitations. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListInvitationsAnswer(TypedDict):
    items: list[Any]
    next: NotRequired[Any]


class InviteAnswer(TypedDict):
    id: str
    email: NotRequired[str | None]
    name: NotRequired[str | None]
    role: NotRequired[str | None]
    created_at: NotRequired[str | None]
    expires_at: NotRequired[str | None]
    link: NotRequired[str | None]


class NewInvitation(TypedDict):
    email: str
    name: str
    role: str


class ReadAnswer(TypedDict):
    organisation: NotRequired[str | None]
    email: NotRequired[str | None]
    name: NotRequired[str | None]
    role: NotRequired[str | None]
    expires_at: NotRequired[str | None]


class Held(TypedDict):
    """`token`: what stands in the link."""

    token: str


class AcceptAnswerUser(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    email: NotRequired[str | None]
    role: NotRequired[str | None]
    disabled: NotRequired[bool | None]
    email_verified: NotRequired[bool | None]
    phone: NotRequired[str | None]
    mfa: NotRequired[bool | None]


class AcceptAnswerTenant(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    region: NotRequired[str | None]
    timezone: NotRequired[str | None]


class AcceptAnswerDevice(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]


class AcceptAnswer(TypedDict):
    token: NotRequired[str | None]
    user: NotRequired[AcceptAnswerUser | None]
    tenant: NotRequired[AcceptAnswerTenant | None]
    device: NotRequired[AcceptAnswerDevice | None]
    permissions: NotRequired[list[str | None] | None]
    role_name: NotRequired[str | None]
    mfa_setup_due: NotRequired[bool | None]


class AboutDevice(TypedDict):
    """What the app says of the device; all of it may be left out. `identifier`: its own, made at its first start."""

    identifier: NotRequired[str]
    model: NotRequired[str]
    os: NotRequired[str]
    app_version: NotRequired[str]
    network: NotRequired[str]


class Accepted(TypedDict):
    token: str
    name: str
    password: str
    device_name: str
    device: NotRequired[AboutDevice | None]


def list_invitations(*, limit: int | None = None, cursor: str | None = None) -> Request[ListInvitationsAnswer]:
    """Those that can still be accepted, the oldest first."""
    return Request("GET", "/v1/invitations", query={"limit": limit, "cursor": cursor})


def invite(body: NewInvitation, *, idempotency_key: str | None = None) -> Request[InviteAnswer]:
    """Sends a link that works once, for seven days. `link` is set where this installation sends no e-mail: pass it
    on. Whether the address has an account already is not told here.
    """
    return Request("POST", "/v1/invitations", body=body, headers={"Idempotency-Key": idempotency_key})


def resend(invitation_id: str, *, idempotency_key: str | None = None) -> Request[InviteAnswer]:
    """Sends a new invitation in its place, for seven days from now; the old link opens nothing any more."""
    return Request(
        "POST", f"/v1/invitations/{part(invitation_id)}/resend", headers={"Idempotency-Key": idempotency_key}
    )


def withdraw(invitation_id: str) -> Request[None]:
    """Its link opens nothing any more."""
    return Request("DELETE", f"/v1/invitations/{part(invitation_id)}", answer="nothing")


def read(body: Held) -> Request[ReadAnswer]:
    """What a link invites to. A link that was used, withdrawn or is over is as one that never was."""
    return Request("POST", "/v1/invitations/look", body=body)


def accept(body: Accepted) -> Request[AcceptAnswer]:
    """Makes the account and signs in. Only success uses the link up."""
    return Request("POST", "/v1/invitations/accept", body=body)
