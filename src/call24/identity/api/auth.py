"""Signing in and out, the first organisation, and the current user."""

from __future__ import annotations

import contextlib

from fastapi import Request, Response
from pydantic import Field

from call24.engine.api.call_targets import e164
from call24.http.access import Body, KnownDep, PrincipalDep, client_address
from call24.http.middleware.audit import on_behalf
from call24.http.router import Router
from call24.identity.accounts import Accounts
from call24.identity.answers.users import CurrentUser, DeviceSummary, NewSession, OrganisationSummary, UserAnswer
from call24.identity.api.known_device import DEVICE_COOKIE, device_secret, know_again
from call24.identity.dependencies import AccountsDep, IdentityDep, SetupDep
from call24.identity.model import Device, SignedIn, Told, User
from call24.identity.rules import operates
from call24.identity.service import IdentityService
from call24.identity.setup import FirstOwner
from call24.identity.signing_in import SignInRequest
from call24.kit.errors import Unauthenticated, Unavailable
from call24.tenants.dependencies import TenantsDep
from call24.tenants.model import Tenant
from call24.tenants.service import TenantService

router = Router(prefix="/v1", tags=["session"])

_CLEARS = {"headers": {"Clear-Site-Data": {"description": '`"storage"`', "schema": {"type": "string"}}}}


class DeviceReport(Body):
    """What the app says about its device, shown to the user in the list of sessions. Every field is optional.

    `identifier`: the app's own id for the device, made at its first start.
    """

    identifier: str = Field("", max_length=100)
    model: str = Field("", max_length=100)
    os: str = Field("", max_length=100)
    app_version: str = Field("", max_length=50)
    network: str = Field("", max_length=30)

    def told(self) -> Told:
        return Told(**{name: _printable(value) for name, value in self.model_dump().items()})


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable()).strip()


class Login(Body):
    """`device_name`: shown in the list of sessions; `code`: of the authenticator, or a recovery code, where the account
    has a second factor."""

    email: str = Field(max_length=254)
    password: str = Field(max_length=1000)
    device_name: str = Field(max_length=100)
    device: DeviceReport | None = None
    code: str = Field("", max_length=40)


class CurrentPassword(Body):
    """The current user's password."""

    current_password: str = Field(max_length=1000)


class ProfileChange(Body):
    """The fields to change; the others stay.

    `phone`: E.164, or as dialled in the organisation's country; empty for none.
    """

    name: str = Field("", max_length=200)
    phone: str = Field("", max_length=40)


class FirstOrganisation(Body):
    """The first organisation and its owner.

    `setup_token`: from the one-time link that is shown at the first start; `region`: ISO 3166-1 alpha-2; `timezone`: an
    IANA name.
    """

    setup_token: str = Field(max_length=200)
    organisation: str = Field(max_length=200)
    name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    password: str = Field(max_length=1000)
    region: str = Field("GB", max_length=2)
    timezone: str = Field("UTC", max_length=64)
    device_name: str = Field("First device", max_length=100)


@router.post("/setup", status_code=201, responses={201: DEVICE_COOKIE}, operation_id="auth_setup")
async def setup(
    body: FirstOrganisation,
    request: Request,
    response: Response,
    setup: SetupDep,
    identity: IdentityDep,
    tenants: TenantsDep,
    accounts: AccountsDep,
) -> NewSession:
    """Creates the first organisation and its owner, and signs the owner in.

    Works once, with the token of the one-time link. The session's bearer token is shown only here.
    """
    wish = FirstOwner(
        organisation=body.organisation,
        name=body.name,
        email=body.email,
        password=body.password,
        region=body.region,
        timezone=body.timezone,
    )
    signed_in = await setup.run(body.setup_token, wish, body.device_name)
    return await session_view(identity, tenants, accounts, request, response, signed_in)


@router.post("/auth/login", responses={200: DEVICE_COOKIE}, operation_id="auth_login")
async def login(
    body: Login, request: Request, response: Response, accounts: AccountsDep, identity: IdentityDep, tenants: TenantsDep
) -> NewSession:
    """Signs in with e-mail address and password.

    The bearer token is shown only here. 401 mfa_required: the password is right and the account has a second factor:
    ask for a code and send it as `code`. 401 provider_required: the user signs in with the organisation's identity
    provider. If a session of the same user makes this request, the new session replaces it.
    """
    wish = SignInRequest(
        email=body.email,
        password=body.password,
        device_name=body.device_name,
        address=client_address(request),
        told=told_by(body.device),
        code=body.code,
        secret=device_secret(request),
    )
    return await session_view(
        identity, tenants, accounts, request, response, await accounts.signing_in.by_password(wish)
    )


@router.post("/auth/logout", status_code=204, responses={204: _CLEARS}, operation_id="auth_logout")
async def logout(principal: KnownDep, response: Response, identity: IdentityDep) -> None:
    """Signs out: revokes the token that makes the request.

    Its sockets are closed, and the device's phone is no longer registered. The browser is told to clear its storage.
    """
    await identity.revoke(principal.tenant_id, principal.token_id, principal.device_id)
    response.headers["Clear-Site-Data"] = '"storage"'


@router.get("/me", operation_id="auth_me")
async def me(principal: KnownDep, identity: IdentityDep, tenants: TenantsDep) -> CurrentUser:
    """Returns the current user, their organisation, and the permissions of the token that makes the request.

    Also answers a user who must set up a second factor before anything else (`mfa_setup_due`).
    """
    user = identity.known_user(principal.user_id)
    if user is None:
        user = await identity.user(principal.tenant_id, principal.user_id)
    tenant = await _tenant(tenants, user)
    device = None
    if principal.device_id is not None:
        device = _device_view(await identity.device(principal.tenant_id, principal.device_id))
    return {
        "user": user_view(user),
        "tenant": _tenant_view(tenant),
        "device": device,
        "permissions": sorted(principal.permissions),
        "role_name": identity.roles.name(user.tenant_id, user.role),
        "mfa_setup_due": principal.setup_due,
        "operator": principal.operator,
    }


@router.patch("/me", operation_id="auth_change_me")
async def change_me(
    body: ProfileChange, principal: PrincipalDep, accounts: AccountsDep, tenants: TenantsDep
) -> UserAnswer:
    """Changes the current user's name or phone number. Fields that are left out stay as they are.

    The e-mail address is changed with `PUT /v1/me/email`. 403 no_device for an API token.
    """
    principal.own_device()
    changes: dict[str, str] = {name: getattr(body, name) for name in body.model_fields_set}
    if changes.get("phone"):
        changes["phone"] = e164(tenants, principal.tenant_id, changes["phone"], "phone")
    return user_view(await accounts.people.change_profile(principal.tenant_id, principal.user_id, **changes))


def told_by(device: DeviceReport | None) -> Told | None:
    return device.told() if device is not None else None


def user_view(user: User) -> UserAnswer:
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "role": user.role,
        "disabled": user.disabled_at is not None,
        "email_verified": user.email_verified_at is not None,
        "phone": user.phone,
        "mfa": user.mfa,
    }


def _tenant_view(tenant: Tenant) -> OrganisationSummary:
    return {"id": tenant.id, "name": tenant.name, "region": tenant.region, "timezone": tenant.timezone}


def _device_view(device: Device) -> DeviceSummary:
    return {"id": device.id, "name": device.name}


async def _tenant(tenants: TenantService, user: User) -> Tenant:
    """As stored, or as last known while the database is away. Raises: NotFound, Unavailable."""
    try:
        return await tenants.get(user.tenant_id)
    except Unavailable:
        known = tenants.known(user.tenant_id)
        if known is None:
            raise
        return known


async def in_its_place(identity: IdentityService, request: Request, signed_in: SignedIn) -> None:
    """Who signs in from a session of their own has the new one in its place: the old one ends."""
    _, _, bearer = request.headers.get("authorization", "").partition(" ")
    if bearer:
        with contextlib.suppress(Unauthenticated):
            before = await identity.authenticate(bearer.strip(), client_address(request))
            if before.user_id == signed_in.user.id and before.device_id is not None:
                await identity.revoke(before.tenant_id, before.token_id, before.device_id)


async def session_view(
    identity: IdentityService,
    tenants: TenantService,
    accounts: Accounts,
    request: Request,
    response: Response,
    signed_in: SignedIn,
) -> NewSession:
    on_behalf(request, signed_in.user.tenant_id, signed_in.user.id, signed_in.device.token_id)
    await know_again(request, response, accounts, signed_in.user)
    await in_its_place(identity, request, signed_in)
    return {
        "token": signed_in.bearer,
        "user": user_view(signed_in.user),
        "tenant": _tenant_view(await _tenant(tenants, signed_in.user)),
        "device": _device_view(signed_in.device),
        "permissions": sorted(identity.roles.granted(signed_in.user.tenant_id, signed_in.user.role)),
        "role_name": identity.roles.name(signed_in.user.tenant_id, signed_in.user.role),
        "mfa_setup_due": identity.setup_due(signed_in.user),
        "operator": operates(signed_in.user),
    }
