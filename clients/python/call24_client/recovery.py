"""Recovery. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request, part


class ResetRequest(TypedDict):
    """What becomes of a request for a new password. The same whether or not there is such an account."""

    sends: bool


class PasswordResetRequest(TypedDict):
    """The account's e-mail address."""

    email: str


class NewPassword(TypedDict):
    """`token`: from the link."""

    token: str
    password: str


class ConfirmedEmail(TypedDict):
    """The address that the user has from now on."""

    email: str


class EmailConfirmation(TypedDict):
    """`token`: from the link."""

    token: str


class PasswordChange(TypedDict):
    """`keep_tokens`: false also revokes the user's API tokens."""

    current_password: str
    password: str
    keep_tokens: NotRequired[bool]


class SentLink(TypedDict):
    """A link was sent by e-mail, or is here to be passed on."""

    link: str | None


class EmailChange(TypedDict):
    """The new address, and the current password."""

    email: str
    current_password: str


def request_reset(body: PasswordResetRequest) -> Request[ResetRequest]:
    """Sends a link for setting a new password, if there is such an account. The link works once, for an hour. The
    answer is the same if there is no such account. `sends` is false if this installation sends no e-mail: then an
    administrator makes a link with `POST /v1/users/{user_id}/reset`.
    """
    return Request("POST", "/v1/auth/reset", body=body)


def complete_reset(body: NewPassword) -> Request[None]:
    """Sets a new password with the token of a link. Ends all sessions and revokes all API tokens of the user. 404
    not_found: the link was used or has expired.
    """
    return Request("POST", "/v1/auth/reset/complete", body=body, answer="nothing")


def confirm_email(body: EmailConfirmation) -> Request[ConfirmedEmail]:
    """Confirms a new e-mail address with the token of the link that was sent to it. The address is the user's from
    now on. 404 not_found: the link was used or has expired.
    """
    return Request("POST", "/v1/auth/email/confirm", body=body)


def change_password(body: PasswordChange) -> Request[None]:
    """Changes the current user's password, and ends the user's other sessions. API tokens are revoked too, unless
    `keep_tokens` is true. 403 no_device for an API token.
    """
    return Request("PUT", "/v1/me/password", body=body, answer="nothing")


def change_email(body: EmailChange) -> Request[SentLink]:
    """Changes the current user's e-mail address, once the link that is sent to the new address is opened. If this
    installation sends no e-mail, `link` is that link. 403 no_device for an API token.
    """
    return Request("PUT", "/v1/me/email", body=body)


def send_reset(user_id: str, *, idempotency_key: str | None = None) -> Request[SentLink]:
    """Sends a user a link for setting a new password. If this installation sends no e-mail, pass on `link` yourself.
    403 beyond_own: the user has a permission that you lack.
    """
    return Request("POST", f"/v1/users/{part(user_id)}/reset", headers={"Idempotency-Key": idempotency_key})
