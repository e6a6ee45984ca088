"""Second factors, passkeys, and WebAuthn's options for a browser."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant


class PasskeyAnswer(TypedDict):
    """A passkey of a user."""

    id: str
    name: str
    created_at: Instant
    last_used_at: Annotated[Instant | None, Field(description="Null if it was never used")]
    synced: Annotated[bool, Field(description="The device copies it to the user's other devices")]
    suspect: Annotated[bool, Field(description="It may have been copied, so it no longer works")]


class NewPasskey(PasskeyAnswer):
    """A passkey that was just added."""

    recovery_codes: Annotated[
        list[str], Field(description="Shown only here, with the user's first second factor; else empty")
    ]


class SecondFactors(TypedDict):
    """The second factors that a user has."""

    authenticator: Annotated[bool, Field(description="An authenticator app is set up")]
    recovery_codes_left: int
    required: Annotated[bool, Field(description="The organisation requires a second factor of everybody")]
    passkeys: list[PasskeyAnswer]
    passkeys_here: Annotated[
        bool, Field(description="Passkeys can be used at this address: browsers need a host name, not an IP address")
    ]


class AuthenticatorSetup(TypedDict):
    """A new authenticator, to be confirmed with one of its codes."""

    secret: Annotated[str, Field(description="Base32, to be typed in by hand")]
    uri: Annotated[str, Field(description="The `otpauth://` URI to show as a QR code")]


class RecoveryCodes(TypedDict):
    """New recovery codes; each works once."""

    recovery_codes: Annotated[list[str], Field(description="Shown only here")]


class RelyingParty(TypedDict):
    """The site that a passkey is for."""

    name: str
    id: Annotated[str, Field(description="Host name")]


class PasskeyUser(TypedDict):
    """The user that a passkey is made for."""

    id: Annotated[str, Field(description="base64url")]
    name: str
    displayName: str


class PasskeyAlgorithm(TypedDict):
    """A kind of key that is accepted."""

    type: Literal["public-key"]
    alg: Annotated[int, Field(description="COSE algorithm identifier, such as -7 (ES256)")]


class PasskeyDescriptor(TypedDict):
    """A passkey that there is already."""

    id: Annotated[str, Field(description="base64url")]
    type: Literal["public-key"]
    transports: Annotated[
        NotRequired[list[str]], Field(description="Missing if the device did not say how it is reached")
    ]


class AuthenticatorSelection(TypedDict):
    """What the device must be able to do."""

    residentKey: Literal["required"]
    requireResidentKey: bool
    userVerification: Literal["required"]


class PasskeyCreationOptions(TypedDict):
    """WebAuthn's PublicKeyCredentialCreationOptionsJSON: pass it to `parseCreationOptionsFromJSON`."""

    rp: RelyingParty
    user: PasskeyUser
    challenge: Annotated[str, Field(description="base64url")]
    pubKeyCredParams: list[PasskeyAlgorithm]
    timeout: Annotated[int, Field(description="Milliseconds")]
    excludeCredentials: list[PasskeyDescriptor]
    authenticatorSelection: AuthenticatorSelection
    attestation: Literal["none"]


class PasskeyRequestOptions(TypedDict):
    """WebAuthn's PublicKeyCredentialRequestOptionsJSON: pass it to `parseRequestOptionsFromJSON`."""

    challenge: Annotated[str, Field(description="base64url")]
    timeout: Annotated[int, Field(description="Milliseconds")]
    rpId: Annotated[str, Field(description="Host name")]
    allowCredentials: Annotated[
        list[PasskeyDescriptor], Field(description="Empty when signing in: the device offers what it has")
    ]
    userVerification: Literal["required"]


class PasskeyRegistration(TypedDict):
    """What a browser needs to make a passkey."""

    challenge: Annotated[str, Field(description="Send it back with the credential")]
    options: PasskeyCreationOptions


class PasskeyRequest(TypedDict):
    """What a browser needs to use a passkey."""

    challenge: Annotated[str, Field(description="Send it back with the credential")]
    options: PasskeyRequestOptions
