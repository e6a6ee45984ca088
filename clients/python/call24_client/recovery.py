"""Recovery. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class RequestResetAnswer(TypedDict):
    sends: NotRequired[bool | None]


class Lost(TypedDict):
    email: str


class NewPassword(TypedDict):
    """`token`: what stands in the link."""

    token: str
    password: str


class ConfirmEmailAnswer(TypedDict):
    email: NotRequired[str | None]


class Confirmation(TypedDict):
    token: str


class PasswordChange(TypedDict):
    """`keep_tokens`: machines' tokens go on; else they end too."""

    current_password: str
    password: str
    keep_tokens: NotRequired[bool]


class ChangeEmailAnswer(TypedDict):
    link: NotRequired[Any]


class EmailChange(TypedDict):
    email: str
    current_password: str


class SendResetAnswer(TypedDict):
    link: NotRequired[str | None]


def request_reset(body: Lost) -> Request[RequestResetAnswer]:
    """Sends a link that works once, for an hour, if there is such an account. The answer is the same if not. `sends`
    false: this installation sends no e-mail, so nothing comes; somebody who may change people makes a link.
    """
    return Request("POST", "/v1/auth/reset", body=body)


def complete_reset(body: NewPassword) -> Request[None]:
    """Every session and every token of the user has ended when this is answered."""
    return Request("POST", "/v1/auth/reset/complete", body=body, answer="nothing")


def confirm_email(body: Confirmation) -> Request[ConfirmEmailAnswer]:
    """The address that the link was sent to is the user's from now on."""
    return Request("POST", "/v1/auth/email/confirm", body=body)


def change_password(body: PasswordChange) -> Request[None]:
    """The user's other sessions have ended when this is answered, and machines' tokens if they are not kept."""
    return Request("PUT", "/v1/me/password", body=body, answer="nothing")


def change_email(body: EmailChange) -> Request[ChangeEmailAnswer]:
    """Takes effect when the letter to the new address was read. `link`: where this installation sends no e-mail."""
    return Request("PUT", "/v1/me/email", body=body)


def send_reset(user_id: str, *, idempotency_key: str | None = None) -> Request[SendResetAnswer]:
    """Sends a user a link to a new password. `link`: where this installation sends no e-mail; pass it on."""
    return Request("POST", f"/v1/users/{part(user_id)}/reset", headers={"Idempotency-Key": idempotency_key})
