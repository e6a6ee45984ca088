"""Passkeys. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class RelyingParty(TypedDict):
    """The site that a passkey is for."""

    name: str
    id: str


class PasskeyUser(TypedDict):
    """The user that a passkey is made for."""

    id: str
    name: str
    displayName: str


class PasskeyAlgorithm(TypedDict):
    """A kind of key that is accepted."""

    type: Literal["public-key"]
    alg: int


class PasskeyDescriptor(TypedDict):
    """A passkey that there is already."""

    id: str
    type: Literal["public-key"]
    transports: NotRequired[list[str]]


class AuthenticatorSelection(TypedDict):
    """What the device must be able to do."""

    residentKey: Literal["required"]
    requireResidentKey: bool
    userVerification: Literal["required"]


class PasskeyCreationOptions(TypedDict):
    """WebAuthn's PublicKeyCredentialCreationOptionsJSON: pass it to `parseCreationOptionsFromJSON`."""

    rp: RelyingParty
    user: PasskeyUser
    challenge: str
    pubKeyCredParams: list[PasskeyAlgorithm]
    timeout: int
    excludeCredentials: list[PasskeyDescriptor]
    authenticatorSelection: AuthenticatorSelection
    attestation: Literal["none"]


class PasskeyRegistration(TypedDict):
    """What a browser needs to make a passkey."""

    challenge: str
    options: PasskeyCreationOptions


class CurrentPassword(TypedDict):
    """The current user's password."""

    current_password: str


class NewPasskey(TypedDict):
    """A passkey that was just added."""

    id: str
    name: str
    created_at: str
    last_used_at: str | None
    synced: bool
    suspect: bool
    recovery_codes: list[str]


class NewPasskeyCredential(TypedDict):
    """What the browser answered, and a name for the new passkey."""

    challenge: str
    credential: str
    name: str


class PasskeyAnswer(TypedDict):
    """A passkey of a user."""

    id: str
    name: str
    created_at: str
    last_used_at: str | None
    synced: bool
    suspect: bool


class PasskeyName(TypedDict):
    """The passkey's new name."""

    name: str


class PasskeyRequestOptions(TypedDict):
    """WebAuthn's PublicKeyCredentialRequestOptionsJSON: pass it to `parseRequestOptionsFromJSON`."""

    challenge: str
    timeout: int
    rpId: str
    allowCredentials: list[PasskeyDescriptor]
    userVerification: Literal["required"]


class PasskeyRequest(TypedDict):
    """What a browser needs to use a passkey."""

    challenge: str
    options: PasskeyRequestOptions


class PasskeyCredential(TypedDict):
    """What the browser answered. `credential`: `PublicKeyCredential.toJSON()` as JSON text; `challenge`: as answered
    with the options.
    """

    challenge: str
    credential: str


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


class PasskeySignIn(TypedDict):
    """What the browser answered, and the device to sign in. `device_name`: shown in the list of sessions."""

    challenge: str
    credential: str
    device_name: str
    device: NotRequired[DeviceReport | None]


def begin_registration(body: CurrentPassword, *, idempotency_key: str | None = None) -> Request[PasskeyRegistration]:
    """Starts adding a passkey: returns what the browser needs to make one. 403 mfa_due: the user has a second factor
    and must step up first. 409 passkey_needs_name: browsers make passkeys for host names only, not for IP
    addresses. A user has 20 passkeys at most (422 too_many_passkeys).
    """
    return Request("POST", "/v1/me/passkeys/options", body=body, headers={"Idempotency-Key": idempotency_key})


def add(body: NewPasskeyCredential, *, idempotency_key: str | None = None) -> Request[NewPasskey]:
    """Adds the passkey that the browser made. From now on it signs the user in, and signing in with a password asks
    for a second factor. The first second factor comes with recovery codes, shown only here. 403 passkey_refused:
    the credential is not valid. 409 passkey_known: it was added before. 403 mfa_due: the user has a second factor
    and must step up first.
    """
    return Request("POST", "/v1/me/passkeys", body=body, headers={"Idempotency-Key": idempotency_key})


def read(passkey_id: str) -> Request[PasskeyAnswer]:
    """Returns a passkey of the current user. `GET /v1/me/mfa` lists them."""
    return Request("GET", f"/v1/me/passkeys/{part(passkey_id)}")


def rename(passkey_id: str, body: PasskeyName, *, if_match: str | None = None) -> Request[None]:
    """Renames a passkey of the current user."""
    return Request(
        "PATCH", f"/v1/me/passkeys/{part(passkey_id)}", body=body, headers={"If-Match": if_match}, answer="nothing"
    )


def remove(passkey_id: str, *, if_match: str | None = None) -> Request[None]:
    """Removes a passkey of the current user. It no longer signs in. 403 mfa_due: step up first. 409 mfa_required:
    the organisation requires a second factor, and this is the user's last.
    """
    return Request("DELETE", f"/v1/me/passkeys/{part(passkey_id)}", headers={"If-Match": if_match}, answer="nothing")


def begin_step_up() -> Request[PasskeyRequest]:
    """Starts stepping up with a passkey: returns what the browser needs to use one of the current user's. 403
    passkey_refused: the user has no passkey for this address.
    """
    return Request("POST", "/v1/me/passkeys/proof/options")


def step_up(body: PasskeyCredential, *, idempotency_key: str | None = None) -> Request[None]:
    """Steps up the session with a passkey. For 15 minutes, requests that answered 403 mfa_due are allowed. 403
    passkey_refused: the credential is not valid. 403 passkey_suspect: the passkey may have been copied and no
    longer works.
    """
    return Request(
        "POST", "/v1/me/passkeys/proof", body=body, headers={"Idempotency-Key": idempotency_key}, answer="nothing"
    )


def begin_sign_in() -> Request[PasskeyRequest]:
    """Starts signing in with a passkey: returns what the browser needs to use one."""
    return Request("POST", "/v1/auth/passkey/options")


def sign_in(body: PasskeySignIn) -> Request[NewSession]:
    """Signs in with a passkey. No password and no other second factor is asked for. The bearer token is shown only
    here. 401 passkey_refused: the credential is not valid. 401 passkey_suspect: the passkey may have been copied
    and no longer works. 401 provider_required: the user signs in with the organisation's identity provider.
    """
    return Request("POST", "/v1/auth/passkey", body=body)
