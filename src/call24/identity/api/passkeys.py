"""Passkeys: making and removing them, signing in with one, and showing one as a fresh second proof."""

from __future__ import annotations

import ipaddress
import json
from typing import Any

from fastapi import Request, Response
from pydantic import Field

from call24.http.access import AddingProof, Body, SettingUp, client_address, host_of, recently_proven
from call24.http.router import Router
from call24.identity.api.auth import AboutDevice, session_view, told_by
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.model import Passkey
from call24.identity.webauthn_rules import Place
from call24.kit.errors import Conflict
from call24.kit.ids import PasskeyId
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1", tags=["session"])


class Begin(Body):
    current_password: str = Field(max_length=1000)


class Shown(Body):
    """`credential`: what the browser answered, as JSON text with bytes as base64url; `challenge`: from the options."""

    challenge: str = Field(max_length=200)
    credential: str = Field(max_length=20_000)

    def answered(self) -> dict[str, Any]:
        """What is no object answers nothing, and is refused where it is checked."""
        try:
            found = json.loads(self.credential)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class New(Shown):
    name: str = Field(max_length=200)


class Name(Body):
    name: str = Field(max_length=200)


class SignIn(Shown):
    device_name: str = Field(max_length=100)
    device: AboutDevice | None = None


def place(request: Request) -> Place:
    """By the address that the browser used: looked at once the body is known to be one.

    Raises: Invalid, Conflict (code passkey_needs_name).
    """
    name, _ = host_of(request)
    if not names(name):
        raise Conflict("Passkeys need an address with a name, not a number", code="passkey_needs_name")
    host = request.headers["host"].lower()
    local = name == "localhost" or name.endswith(".localhost")
    return Place(rp_id=name.lower(), origins=(f"https://{host}", *((f"http://{host}",) if local else ())))


def names(host: str) -> bool:
    """Whether passkeys can be for this host: browsers take no bare addresses."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return True
    return False


@router.post("/me/passkeys/options", operation_id="passkeys_begin_registration")
async def begin(
    body: Begin, principal: SettingUp, user: AddingProof, request: Request, accounts: AccountsDep
) -> dict[str, Any]:
    """What the browser needs to make one. 403 mfa_due: who has a second proof already shows it first."""
    await accounts.recovery.check(user, body.current_password, principal.token_id)
    challenge, options = await accounts.passkeys.begin(user, place(request))
    return {"challenge": challenge, "options": options}


@router.post("/me/passkeys", status_code=201, operation_id="passkeys_add")
async def add(
    body: New, principal: SettingUp, user: AddingProof, request: Request, accounts: AccountsDep
) -> dict[str, Any]:
    """From now on it signs in, and a second proof is asked for. `recovery_codes`: shown this once, with the first."""
    passkey, codes = await accounts.passkeys.add(
        user, body.name, body.challenge, body.answered(), place(request), principal.token_id
    )
    return {**view(passkey), "recovery_codes": codes}


@router.patch("/me/passkeys/{passkey_id}", status_code=204, operation_id="passkeys_rename")
async def rename(passkey_id: str, body: Name, principal: SettingUp, accounts: AccountsDep) -> Response:
    await accounts.passkeys.rename(principal.tenant_id, principal.user_id, PasskeyId(passkey_id), body.name)
    return Response(status_code=204)


@router.delete("/me/passkeys/{passkey_id}", status_code=204, operation_id="passkeys_remove")
async def remove(passkey_id: str, principal: SettingUp, identity: IdentityDep, accounts: AccountsDep) -> Response:
    """It opens nothing any more. 403 mfa_due; 409 mfa_required for the last proof where one is asked of everybody."""
    recently_proven(principal)
    user = await identity.user(principal.tenant_id, principal.user_id)
    asked = identity.asks_proof(principal.tenant_id)
    await accounts.passkeys.remove(user, PasskeyId(passkey_id), asked_of_all=asked)
    return Response(status_code=204)


@router.post("/me/passkeys/proof/options", operation_id="passkeys_begin_step_up")
async def begin_proof(
    principal: SettingUp, request: Request, identity: IdentityDep, accounts: AccountsDep
) -> dict[str, Any]:
    """What the browser needs to show one of the user's passkeys."""
    user = await identity.user(principal.tenant_id, principal.user_id)
    challenge, options = await accounts.passkeys.ask(user, place(request))
    return {"challenge": challenge, "options": options}


@router.post("/me/passkeys/proof", status_code=204, operation_id="passkeys_step_up")
async def prove(
    body: Shown, principal: SettingUp, request: Request, identity: IdentityDep, accounts: AccountsDep
) -> Response:
    """What asks for a recent proof (403 mfa_due) is open again for a quarter of an hour."""
    user = await identity.user(principal.tenant_id, principal.user_id)
    await accounts.passkeys.prove(user, body.challenge, body.answered(), place(request), principal.token_id)
    return Response(status_code=204)


@router.post("/auth/passkey/options", operation_id="passkeys_begin_sign_in")
async def begin_sign_in(request: Request, accounts: AccountsDep) -> dict[str, Any]:
    """What the browser needs to show a passkey to somebody unknown yet."""
    challenge, options = await accounts.passkeys.ask(None, place(request))
    return {"challenge": challenge, "options": options}


@router.post("/auth/passkey", operation_id="passkeys_sign_in")
async def sign_in(
    body: SignIn,
    request: Request,
    response: Response,
    identity: IdentityDep,
    tenants: TenantsDep,
    accounts: AccountsDep,
) -> dict[str, Any]:
    """Sign in by passkey; it is the second proof too."""
    signed_in = await accounts.passkeys.sign_in(
        body.challenge, body.answered(), place(request), body.device_name, client_address(request), told_by(body.device)
    )
    return await session_view(identity, tenants, accounts, request, response, signed_in)


def view(passkey: Passkey) -> dict[str, Any]:
    return {
        "id": passkey.id,
        "name": passkey.name,
        "created_at": passkey.created_at.isoformat(),
        "last_used_at": passkey.last_used_at.isoformat() if passkey.last_used_at else None,
        "synced": passkey.synced,
        "suspect": passkey.suspect_at is not None,
    }
