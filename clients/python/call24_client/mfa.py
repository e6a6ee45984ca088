"""Mfa. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request, part


class PasskeyAnswer(TypedDict):
    """A passkey of a user."""

    id: str
    name: str
    created_at: str
    last_used_at: str | None
    synced: bool
    suspect: bool


class SecondFactors(TypedDict):
    """The second factors that a user has."""

    authenticator: bool
    recovery_codes_left: int
    required: bool
    passkeys: list[PasskeyAnswer]
    passkeys_here: bool


class AuthenticatorSetup(TypedDict):
    """A new authenticator, to be confirmed with one of its codes."""

    secret: str
    uri: str


class CurrentPassword(TypedDict):
    """The current user's password."""

    current_password: str


class RecoveryCodes(TypedDict):
    """New recovery codes; each works once."""

    recovery_codes: list[str]


class SecondFactorCode(TypedDict):
    """`code`: from the authenticator, or a recovery code."""

    code: str


class AuthenticatorRemoval(TypedDict):
    """`code`: from the authenticator, or a recovery code; needed if the session has not stepped up recently."""

    current_password: str
    code: NotRequired[str]


def read() -> Request[SecondFactors]:
    """Returns the current user's second factors: authenticator, passkeys and recovery codes."""
    return Request("GET", "/v1/me/mfa")


def begin_setup(body: CurrentPassword, *, idempotency_key: str | None = None) -> Request[AuthenticatorSetup]:
    """Starts setting up an authenticator app. Show `uri` as a QR code, then confirm with a code: until then the
    authenticator is not used. 403 mfa_due: the user has a passkey and must step up first.
    """
    return Request("POST", "/v1/me/mfa", body=body, headers={"Idempotency-Key": idempotency_key})


def confirm_setup(body: SecondFactorCode, *, idempotency_key: str | None = None) -> Request[RecoveryCodes]:
    """Finishes setting up an authenticator app with one of its codes. From now on signing in asks for a second
    factor. The recovery codes are shown only here. 403 mfa_due: the user has a passkey and must step up first.
    """
    return Request("POST", "/v1/me/mfa/confirm", body=body, headers={"Idempotency-Key": idempotency_key})


def renew_recovery_codes(body: CurrentPassword, *, idempotency_key: str | None = None) -> Request[RecoveryCodes]:
    """Replaces the current user's recovery codes. The new codes are shown only here; the old ones no longer work.
    403 mfa_due: step up first. 409 mfa_off: the user has no second factor.
    """
    return Request("POST", "/v1/me/mfa/recovery", body=body, headers={"Idempotency-Key": idempotency_key})


def step_up(body: SecondFactorCode, *, idempotency_key: str | None = None) -> Request[None]:
    """Steps up the session with a code of the authenticator or a recovery code. For 15 minutes, requests that
    answered 403 mfa_due are allowed. 403 wrong_code; 403 mfa_off: the user has no second factor.
    """
    return Request(
        "POST", "/v1/me/mfa/proof", body=body, headers={"Idempotency-Key": idempotency_key}, answer="nothing"
    )


def remove(body: AuthenticatorRemoval, *, idempotency_key: str | None = None) -> Request[None]:
    """Removes the current user's authenticator. Passkeys and recovery codes stay. 403 mfa_due: send `code`, or step
    up first. 409 mfa_required: the organisation requires a second factor, and the user has no passkey.
    """
    return Request(
        "POST", "/v1/me/mfa/remove", body=body, headers={"Idempotency-Key": idempotency_key}, answer="nothing"
    )


def remove_for_user(user_id: str) -> Request[None]:
    """Removes all second factors of a user, and ends the user's sessions. For a user who has lost authenticator,
    passkeys and recovery codes. 403 beyond_own: the user has a permission that you lack. 404 not_found: there is
    no such user, or they have no second factor.
    """
    return Request("DELETE", f"/v1/users/{part(user_id)}/mfa", answer="nothing")
