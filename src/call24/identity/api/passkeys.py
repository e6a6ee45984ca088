"""Passkeys: adding and removing them, signing in with one, and stepping up with one."""

from __future__ import annotations

import ipaddress
import json
from typing import Any

from fastapi import Request, Response
from pydantic import Field

from call24.http.access import AddingProof, Body, SettingUp, client_address, host_of, recently_proven
from call24.http.router import Router
from call24.identity.answers.second_factors import NewPasskey, PasskeyAnswer, PasskeyRegistration, PasskeyRequest
from call24.identity.answers.users import NewSession
from call24.identity.api.auth import CurrentPassword, DeviceReport, session_view, told_by
from call24.identity.api.known_device import DEVICE_COOKIE
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.model import Passkey
from call24.identity.webauthn_rules import RelyingParty
from call24.kit.errors import Conflict
from call24.kit.ids import PasskeyId
from call24.kit.instants import iso
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1", tags=["session"])


class PasskeyCredential(Body):
    """What the browser answered.

    `credential`: `PublicKeyCredential.toJSON()` as JSON text; `challenge`: as answered with the options.
    """

    challenge: str = Field(max_length=200)
    credential: str = Field(max_length=20_000)

    def answered(self) -> dict[str, Any]:
        """What is no object answers nothing, and is refused where it is checked."""
        try:
            found = json.loads(self.credential)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class NewPasskeyCredential(PasskeyCredential):
    """What the browser answered, and a name for the new passkey."""

    name: str = Field(max_length=200)


class PasskeyName(Body):
    """The passkey's new name."""

    name: str = Field(max_length=200)


class PasskeySignIn(PasskeyCredential):
    """What the browser answered, and the device to sign in. `device_name`: shown in the list of sessions."""

    device_name: str = Field(max_length=100)
    device: DeviceReport | None = None


def place(request: Request) -> RelyingParty:
    """By the address that the browser used: looked at once the body is known to be one.

    Raises: Invalid, Conflict (code passkey_needs_name).
    """
    name, _ = host_of(request)
    if not names(name):
        raise Conflict("Passkeys need a host name, not an IP address", code="passkey_needs_name")
    host = request.headers["host"].lower()
    local = name == "localhost" or name.endswith(".localhost")
    return RelyingParty(rp_id=name.lower(), origins=(f"https://{host}", *((f"http://{host}",) if local else ())))


def names(host: str) -> bool:
    """Whether passkeys can be for this host: browsers take no bare addresses."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return True
    return False


@router.post("/me/passkeys/options", operation_id="passkeys_begin_registration")
async def begin(
    body: CurrentPassword, principal: SettingUp, user: AddingProof, request: Request, accounts: AccountsDep
) -> PasskeyRegistration:
    """Starts adding a passkey: returns what the browser needs to make one.

    403 mfa_due: the user has a second factor and must step up first. 409 passkey_needs_name: browsers make passkeys for
    host names only, not for IP addresses. A user has 20 passkeys at most (422 too_many_passkeys).
    """
    await accounts.recovery.check(user, body.current_password, principal.token_id)
    challenge, options = await accounts.passkeys.begin(user, place(request))
    return {"challenge": challenge, "options": options}


@router.post("/me/passkeys", status_code=201, operation_id="passkeys_add")
async def add(
    body: NewPasskeyCredential, principal: SettingUp, user: AddingProof, request: Request, accounts: AccountsDep
) -> NewPasskey:
    """Adds the passkey that the browser made.

    From now on it signs the user in, and signing in with a password asks for a second factor. The first second factor
    comes with recovery codes, shown only here. 403 passkey_refused: the credential is not valid. 409 passkey_known: it
    was added before. 403 mfa_due: the user has a second factor and must step up first.
    """
    passkey, codes = await accounts.passkeys.add(
        user, body.name, body.challenge, body.answered(), place(request), principal.token_id
    )
    return {**view(passkey), "recovery_codes": codes}


@router.get("/me/passkeys/{passkey_id}", operation_id="passkeys_read")
async def read(passkey_id: str, principal: SettingUp, accounts: AccountsDep) -> PasskeyAnswer:
    """Returns a passkey of the current user. `GET /v1/me/mfa` lists them."""
    return view(await accounts.passkeys.get(principal.tenant_id, principal.user_id, PasskeyId(passkey_id)))


@router.patch("/me/passkeys/{passkey_id}", status_code=204, operation_id="passkeys_rename")
async def rename(passkey_id: str, body: PasskeyName, principal: SettingUp, accounts: AccountsDep) -> None:
    """Renames a passkey of the current user."""
    await accounts.passkeys.rename(principal.tenant_id, principal.user_id, PasskeyId(passkey_id), body.name)


@router.delete("/me/passkeys/{passkey_id}", status_code=204, operation_id="passkeys_remove")
async def remove(passkey_id: str, principal: SettingUp, identity: IdentityDep, accounts: AccountsDep) -> None:
    """Removes a passkey of the current user. It no longer signs in.

    403 mfa_due: step up first. 409 mfa_required: the organisation requires a second factor, and this is the user's
    last.
    """
    recently_proven(principal)
    user = await identity.user(principal.tenant_id, principal.user_id)
    asked = identity.asks_proof(principal.tenant_id)
    await accounts.passkeys.remove(user, PasskeyId(passkey_id), asked_of_all=asked)


@router.post("/me/passkeys/proof/options", operation_id="passkeys_begin_step_up")
async def begin_proof(
    principal: SettingUp, request: Request, identity: IdentityDep, accounts: AccountsDep
) -> PasskeyRequest:
    """Starts stepping up with a passkey: returns what the browser needs to use one of the current user's.

    403 passkey_refused: the user has no passkey for this address.
    """
    user = await identity.user(principal.tenant_id, principal.user_id)
    challenge, options = await accounts.passkeys.ask(user, place(request))
    return {"challenge": challenge, "options": options}


@router.post("/me/passkeys/proof", status_code=204, operation_id="passkeys_step_up")
async def prove(
    body: PasskeyCredential, principal: SettingUp, request: Request, identity: IdentityDep, accounts: AccountsDep
) -> None:
    """Steps up the session with a passkey.

    For 15 minutes, requests that answered 403 mfa_due are allowed. 403 passkey_refused: the credential is not valid.
    403 passkey_suspect: the passkey may have been copied and no longer works.
    """
    user = await identity.user(principal.tenant_id, principal.user_id)
    await accounts.passkeys.prove(user, body.challenge, body.answered(), place(request), principal.token_id)


@router.post("/auth/passkey/options", operation_id="passkeys_begin_sign_in")
async def begin_sign_in(request: Request, accounts: AccountsDep) -> PasskeyRequest:
    """Starts signing in with a passkey: returns what the browser needs to use one."""
    challenge, options = await accounts.passkeys.ask(None, place(request))
    return {"challenge": challenge, "options": options}


@router.post("/auth/passkey", responses={200: DEVICE_COOKIE}, operation_id="passkeys_sign_in")
async def sign_in(
    body: PasskeySignIn,
    request: Request,
    response: Response,
    identity: IdentityDep,
    tenants: TenantsDep,
    accounts: AccountsDep,
) -> NewSession:
    """Signs in with a passkey. No password and no other second factor is asked for.

    The bearer token is shown only here. 401 passkey_refused: the credential is not valid. 401 passkey_suspect: the
    passkey may have been copied and no longer works. 401 provider_required: the user signs in with the organisation's
    identity provider.
    """
    signed_in = await accounts.passkeys.sign_in(
        body.challenge, body.answered(), place(request), body.device_name, client_address(request), told_by(body.device)
    )
    return await session_view(identity, tenants, accounts, request, response, signed_in)


def view(passkey: Passkey) -> PasskeyAnswer:
    return {
        "id": passkey.id,
        "name": passkey.name,
        "created_at": iso(passkey.created_at),
        "last_used_at": iso(passkey.last_used_at),
        "synced": passkey.synced,
        "suspect": passkey.suspect_at is not None,
    }
