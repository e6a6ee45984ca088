"""Passkeys. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class BeginRegistrationAnswer(TypedDict):
    challenge: NotRequired[str | None]
    options: NotRequired[dict[str, Any] | None]


class Begin(TypedDict):
    current_password: str


class AddAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    created_at: NotRequired[str | None]
    last_used_at: NotRequired[Any]
    synced: NotRequired[bool | None]
    suspect: NotRequired[bool | None]
    recovery_codes: NotRequired[list[str | None] | None]


class New(TypedDict):
    challenge: str
    credential: str
    name: str


class Name(TypedDict):
    name: str


class Shown(TypedDict):
    """`credential`: what the browser answered, as JSON text with bytes as base64url; `challenge`: from the options."""

    challenge: str
    credential: str


class SignInAnswerUser(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    email: NotRequired[str | None]
    role: NotRequired[str | None]
    disabled: NotRequired[bool | None]
    email_verified: NotRequired[bool | None]
    phone: NotRequired[str | None]
    mfa: NotRequired[bool | None]


class SignInAnswerTenant(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    region: NotRequired[str | None]
    timezone: NotRequired[str | None]


class SignInAnswerDevice(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]


class SignInAnswer(TypedDict):
    token: NotRequired[str | None]
    user: NotRequired[SignInAnswerUser | None]
    tenant: NotRequired[SignInAnswerTenant | None]
    device: NotRequired[SignInAnswerDevice | None]
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


class SignIn(TypedDict):
    challenge: str
    credential: str
    device_name: str
    device: NotRequired[AboutDevice | None]


def begin_registration(body: Begin, *, idempotency_key: str | None = None) -> Request[BeginRegistrationAnswer]:
    """What the browser needs to make one. 403 mfa_due: who has a second proof already shows it first."""
    return Request("POST", "/v1/me/passkeys/options", body=body, headers={"Idempotency-Key": idempotency_key})


def add(body: New, *, idempotency_key: str | None = None) -> Request[AddAnswer]:
    """From now on it signs in, and a second proof is asked for. `recovery_codes`: shown this once, with the first."""
    return Request("POST", "/v1/me/passkeys", body=body, headers={"Idempotency-Key": idempotency_key})


def rename(passkey_id: str, body: Name) -> Request[None]:
    """Rename."""
    return Request("PATCH", f"/v1/me/passkeys/{part(passkey_id)}", body=body, answer="nothing")


def remove(passkey_id: str) -> Request[None]:
    """It opens nothing any more. 403 mfa_due; 409 mfa_required for the last proof where one is asked of everybody."""
    return Request("DELETE", f"/v1/me/passkeys/{part(passkey_id)}", answer="nothing")


def begin_step_up() -> Request[BeginRegistrationAnswer]:
    """What the browser needs to show one of the user's passkeys."""
    return Request("POST", "/v1/me/passkeys/proof/options")


def step_up(body: Shown, *, idempotency_key: str | None = None) -> Request[None]:
    """What asks for a recent proof (403 mfa_due) is open again for a quarter of an hour."""
    return Request(
        "POST", "/v1/me/passkeys/proof", body=body, headers={"Idempotency-Key": idempotency_key}, answer="nothing"
    )


def begin_sign_in() -> Request[BeginRegistrationAnswer]:
    """What the browser needs to show a passkey to somebody unknown yet."""
    return Request("POST", "/v1/auth/passkey/options")


def sign_in(body: SignIn) -> Request[SignInAnswer]:
    """Sign in by passkey; it is the second proof too."""
    return Request("POST", "/v1/auth/passkey", body=body)
