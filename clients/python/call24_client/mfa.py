"""Mfa. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class ReadAnswer(TypedDict):
    authenticator: NotRequired[bool | None]
    recovery_codes_left: NotRequired[float | None]
    required: NotRequired[bool | None]
    passkeys: NotRequired[list[Any] | None]
    passkeys_here: NotRequired[bool | None]


class BeginSetupAnswer(TypedDict):
    secret: NotRequired[str | None]
    uri: NotRequired[str | None]


class Begin(TypedDict):
    current_password: str


class ConfirmSetupAnswer(TypedDict):
    recovery_codes: NotRequired[list[str | None] | None]


class Shown(TypedDict):
    """`code`: of the authenticator, or a recovery code."""

    code: str


class Removal(TypedDict):
    """`code`: where no proof was given of late."""

    current_password: str
    code: NotRequired[str]


def read() -> Request[ReadAnswer]:
    """How the user proves who it is. `required`: the organisation asks for a second proof of everybody."""
    return Request("GET", "/v1/me/mfa")


def begin_setup(body: Begin, *, idempotency_key: str | None = None) -> Request[BeginSetupAnswer]:
    """A fresh authenticator: its secret, and its address for a QR code. It counts once a code of it was confirmed.
    403 mfa_due: who has a passkey shows it first.
    """
    return Request("POST", "/v1/me/mfa", body=body, headers={"Idempotency-Key": idempotency_key})


def confirm_setup(body: Shown, *, idempotency_key: str | None = None) -> Request[ConfirmSetupAnswer]:
    """From now on a code is asked for at signing in. The recovery codes are shown this once."""
    return Request("POST", "/v1/me/mfa/confirm", body=body, headers={"Idempotency-Key": idempotency_key})


def renew_recovery_codes(body: Begin, *, idempotency_key: str | None = None) -> Request[ConfirmSetupAnswer]:
    """Fresh recovery codes, shown this once; the old ones open nothing any more. 403 mfa_due."""
    return Request("POST", "/v1/me/mfa/recovery", body=body, headers={"Idempotency-Key": idempotency_key})


def step_up(body: Shown, *, idempotency_key: str | None = None) -> Request[None]:
    """What asks for a recent proof (403 mfa_due) is open again for a quarter of an hour."""
    return Request(
        "POST", "/v1/me/mfa/proof", body=body, headers={"Idempotency-Key": idempotency_key}, answer="nothing"
    )


def remove(body: Removal, *, idempotency_key: str | None = None) -> Request[None]:
    """The authenticator. 403 mfa_due; 409 mfa_required where one is asked of everybody and there is no passkey."""
    return Request(
        "POST", "/v1/me/mfa/remove", body=body, headers={"Idempotency-Key": idempotency_key}, answer="nothing"
    )


def remove_for_user(user_id: str) -> Request[None]:
    """For a user who has lost authenticator, passkeys and recovery codes: all go. The user's sessions end."""
    return Request("DELETE", f"/v1/users/{part(user_id)}/mfa", answer="nothing")
