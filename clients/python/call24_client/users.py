"""Users. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


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


class UserPage(TypedDict):
    """A page of users, the oldest first."""

    items: list[UserAnswer]
    next: str | None


class NewUser(TypedDict):
    """A user with a password. `role`: a built-in role, or the id of a custom role."""

    email: str
    name: str
    role: str
    password: str


class RoleAssignment(TypedDict):
    """`role`: a built-in role, or the id of a custom role."""

    role: str


class UserSkills(TypedDict):
    """A user's skills."""

    skills: dict[str, int]


class Skills(TypedDict):
    """All of the user's skills: name -> level from 1 to 10."""

    skills: dict[str, int]


class ErasureReceiptAnswer(TypedDict):
    """A signed receipt of an erasure, without personal data. `./call24 privacy verify-receipt` checks it offline."""

    format: Literal["call24-receipt-1"]
    id: str
    at: str
    rule: Literal["account_deletion", "caller_erasure", "organisation_closing", "person_erasure"]
    reason: str
    subject: str
    erased: dict[str, int]
    interrupted: bool
    processors: NotRequired[dict[str, str]]
    installation: str
    signature: str


class AccountErasure(TypedDict):
    """An account that was deleted, with all that was kept of the person."""

    id: str
    deleted: dict[str, int]
    receipt: ErasureReceiptAnswer


class AccountDeletion(TypedDict):
    """Why the account is deleted: the user has left, asked for it, was created by mistake, or another reason."""

    reason: Literal["left", "asked", "mistake", "other"]


class ReportedAccount(TypedDict):
    """An account that was closed since it is a child's."""

    id: str
    receipt_id: str


def list_users(*, limit: int | None = None, cursor: str | None = None) -> Request[UserPage]:
    """Lists the users of the organisation, the oldest first."""
    return Request("GET", "/v1/users", query={"limit": limit, "cursor": cursor})


def add_user(body: NewUser, *, idempotency_key: str | None = None) -> Request[UserAnswer]:
    """Creates a user with a password. 403 beyond_own: `role` has a permission that you lack. 403 invitation_due: the
    address is in no domain that the operator grants the organisation; invite the person instead.
    """
    return Request("POST", "/v1/users", body=body, headers={"Idempotency-Key": idempotency_key})


def read_user(user_id: str) -> Request[UserAnswer]:
    """Returns a user."""
    return Request("GET", f"/v1/users/{part(user_id)}")


def change_role(user_id: str, body: RoleAssignment) -> Request[UserAnswer]:
    """Changes a user's role, and ends the user's sessions: they sign in again with the new role. 403 beyond_own: the
    user's role, or the new one, has a permission that you lack. 409 last_owner: an organisation keeps an owner.
    """
    return Request("PUT", f"/v1/users/{part(user_id)}/role", body=body)


def disable(user_id: str, *, idempotency_key: str | None = None) -> Request[UserAnswer]:
    """Disables a user: they cannot sign in any more. Their sessions, sockets and phones end, and their API tokens
    are refused. 403 beyond_own: the user has a permission that you lack. 409 last_owner: an organisation keeps an
    owner.
    """
    return Request("POST", f"/v1/users/{part(user_id)}/disable", headers={"Idempotency-Key": idempotency_key})


def enable(user_id: str, *, idempotency_key: str | None = None) -> Request[UserAnswer]:
    """Enables a user who was disabled. 403 beyond_own: the user has a permission that you lack."""
    return Request("POST", f"/v1/users/{part(user_id)}/enable", headers={"Idempotency-Key": idempotency_key})


def read_skills(user_id: str) -> Request[UserSkills]:
    """Returns a user's skills and their levels."""
    return Request("GET", f"/v1/users/{part(user_id)}/skills")


def set_skills(user_id: str, body: Skills, *, if_match: str | None = None) -> Request[UserSkills]:
    """Sets a user's skills. Replaces them all; calls that wait for such a skill are routed again at once."""
    return Request("PUT", f"/v1/users/{part(user_id)}/skills", body=body, headers={"If-Match": if_match})


def delete(user_id: str, body: AccountDeletion, *, idempotency_key: str | None = None) -> Request[AccountErasure]:
    """Deletes a user's account and all that is kept of the person. Their sessions, sockets and phones have ended
    when this is answered. Call records, the audit log and statistics stay for as long as they are kept, with an
    id that no longer leads to anybody. 403 beyond_own: the user has a permission that you lack. 409 last_owner:
    an organisation keeps an owner. 409 user_on_call. 409 user_in_use: a flow leads to the user. `receipt` is
    signed proof of the deletion; it can be downloaded again by its id.
    """
    return Request("POST", f"/v1/users/{part(user_id)}/delete", body=body, headers={"Idempotency-Key": idempotency_key})


def report_child(user_id: str, *, idempotency_key: str | None = None) -> Request[ReportedAccount]:
    """Closes an account that is a child's, and deletes it. It is closed when this is answered, also in a call, and
    deleted at once or within a minute of the call's end. No reason is asked or kept. A flow that leads to the
    user rings nobody. 403 beyond_own: the user has a permission that you lack. 409 last_owner: an organisation
    keeps an owner.
    """
    return Request("POST", f"/v1/users/{part(user_id)}/report-child", headers={"Idempotency-Key": idempotency_key})


def export_my_data() -> Request[bytes]:
    """Downloads all that is kept of the current user, as JSON files in a ZIP. `manifest.json` says what is in it and
    what is left out. An organisation packs one file at a time: 429 too_many_requests while another is packed. 403
    mfa_due: step up first.
    """
    return Request("GET", "/v1/me/file", answer="bytes")


def export_data(user_id: str) -> Request[bytes]:
    """Downloads all that is kept of a user, as JSON files in a ZIP. For whoever answers for the organisation's
    privacy. `manifest.json` says what is in it and what is left out. An organisation packs one file at a time:
    429 too_many_requests while another is packed.
    """
    return Request("GET", f"/v1/users/{part(user_id)}/file", answer="bytes")
