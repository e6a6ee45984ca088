"""What py_webauthn is asked, in one place: options for a browser, and whether its answer is genuine. Pure.

A passkey here always proves its holder too (user verification), so that it is a second factor by itself.
The library comes with the first passkey: with the formats of attestations it takes 8 MB, and an installation without
passkeys needs none of it. Source: W3C Web Authentication Level 2, sections 7.1 and 7.2.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from call24.identity.answers.second_factors import PasskeyCreationOptions, PasskeyRequestOptions
from call24.identity.model import Passkey, User
from call24.kit.errors import Refused

if TYPE_CHECKING:
    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor
    from webauthn.registration.verify_registration_response import VerifiedRegistration

_TIMEOUT_MS = 120_000


@dataclass(frozen=True, kw_only=True)
class RelyingParty:
    """The host name that passkeys are for, and the addresses that a browser may show them at."""

    rp_id: str
    origins: tuple[str, ...]


def creation(user: User, kept: Sequence[Passkey], place: RelyingParty, challenge: bytes) -> PasskeyCreationOptions:
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_registration_options(
        rp_id=place.rp_id,
        rp_name="Call24",
        user_id=user.id.encode(),
        user_name=user.email,
        user_display_name=user.name,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(kept),
    )
    made: PasskeyCreationOptions = json.loads(webauthn.options_to_json(options))
    return made


def request(kept: Sequence[Passkey], place: RelyingParty, challenge: bytes) -> PasskeyRequestOptions:
    """`kept`: those that may be shown; none: whichever the device has."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=place.rp_id,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        allow_credentials=_descriptors(kept),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    made: PasskeyRequestOptions = json.loads(webauthn.options_to_json(options))
    return made


def registered(credential: dict[str, Any], place: RelyingParty, challenge: bytes) -> VerifiedRegistration:
    """Raises: Refused (code passkey_refused)."""
    import webauthn

    try:
        return webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=list(place.origins),
            require_user_verification=True,
        )
    except _malformed():
        raise refused() from None


def shown(
    credential: dict[str, Any], passkey: Passkey, place: RelyingParty, challenge: bytes
) -> VerifiedAuthentication:
    """The counter is the caller's to compare: only what is signed may make a passkey suspect.

    Raises: Refused (code passkey_refused).
    """
    import webauthn

    try:
        return webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=list(place.origins),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _malformed():
        raise refused() from None


def credential_id(made: VerifiedRegistration) -> str:
    """As browsers name it."""
    from webauthn.helpers import bytes_to_base64url

    return bytes_to_base64url(made.credential_id)


def went_back(before: int, now: int) -> bool:
    """Whether a counter shows that there are two of the device. One that counts nothing stays 0."""
    return (before > 0 or now > 0) and now <= before


def refused() -> Refused:
    return Refused("The passkey could not be verified", code="passkey_refused")


def transports_told(credential: dict[str, Any]) -> tuple[str, ...]:
    """How the device says that it is reached; what is none of the known ways is left out."""
    from webauthn.helpers.structs import AuthenticatorTransport

    response = credential.get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    known = {one.value for one in AuthenticatorTransport}
    return (
        tuple(dict.fromkeys(one for one in told if isinstance(one, str) and one in known))
        if isinstance(told, list)
        else ()
    )


def _descriptors(kept: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(one.credential_id),
            transports=[AuthenticatorTransport(way) for way in one.transports] or None,
        )
        for one in kept
    ]


def _malformed() -> tuple[type[Exception], ...]:
    """What the library raises of answers that are none."""
    from webauthn.helpers.exceptions import WebAuthnException

    return (WebAuthnException, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, struct.error)
