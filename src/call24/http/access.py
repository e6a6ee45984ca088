"""Who makes a request and whether they may: the dependencies every router begins with."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import logging
import re
from collections.abc import AsyncIterator, Callable
from typing import Annotated
from weakref import WeakValueDictionary

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict

from call24.http.asked import check_read
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal, User
from call24.identity.permissions import EVERYTHING, HELP, STEP_UP, permits
from call24.identity.roles import check_own
from call24.identity.service import IdentityService
from call24.kit.admission import EXTENSION
from call24.kit.errors import Invalid, Refused, Unauthenticated
from call24.kit.ids import TenantId, UserId
from call24.kit.log_context import work_for

log = logging.getLogger(__name__)

_HOST = re.compile(r"^(?P<name>[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?$")


class Body(BaseModel):
    """A request body: fields it does not name are refused, and types are not guessed."""

    model_config = ConfigDict(extra="forbid", strict=True)


async def known(request: Request, identity: IdentityDep) -> Principal:
    """Also somebody who may only set up a second factor yet. Raises: Unauthenticated."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated
    found = await identity.authenticate(bearer.strip(), client_address(request))
    request.state.principal = found
    work_for(tenant_id=found.tenant_id)
    if (admitted := request.scope.get("extensions", {}).get(EXTENSION)) is not None:
        admitted.proven(found.tenant_id)
    request.app.state.came_from.note(found.tenant_id, client_address(request))
    request.app.state.asked.check(request)
    seen: Callable[[UserId], None] | None = request.app.state.seen
    if seen is not None and found.device_id is not None:  # an API token says nothing of its user
        seen(found.user_id)
    return found


KnownDep = Annotated[Principal, Depends(known)]


async def principal(known: KnownDep) -> Principal:
    """Raises: Unauthenticated, Refused (code mfa_setup_due)."""
    if known.setup_due:
        raise Refused("Your organisation requires a second factor: set one up first", code="mfa_setup_due")
    return known


PrincipalDep = Annotated[Principal, Depends(principal)]


async def setting_up(known: KnownDep) -> Principal:
    """In a signed-in app, also who may do nothing else yet. Raises: Refused for an API token."""
    known.own_device()
    return known


SettingUp = Annotated[Principal, Depends(setting_up)]


def recently_proven(principal: Principal) -> None:
    """Raises: Refused when a second factor is asked of this user and was not given of late."""
    if principal.proof_due:
        raise Refused("Confirm with your second factor first", code="mfa_due")


async def adding_proof(principal: SettingUp, identity: IdentityDep) -> User:
    """Who adds a way to prove who they are, or begins to: who has one already shows it first. Raises: Refused.

    Who has none is not asked, also where the organisation asks it of everybody: there is nothing to show yet.
    """
    user = await identity.user(principal.tenant_id, principal.user_id)
    if user.mfa:
        recently_proven(principal)
    return user


AddingProof = Annotated[User, Depends(adding_proof)]


class Allowed:
    """A dependency that lets through whoever may do all of `permissions`; the route's description names them.

    `for_good`: a recent second factor is asked too, whatever the permissions are.
    """

    def __init__(self, *permissions: str, for_good: bool = False) -> None:
        if unknown := set(permissions) - EVERYTHING:
            raise ValueError(f"no room declares {', '.join(sorted(unknown))}")
        self.permissions = permissions
        self.for_good = for_good

    async def __call__(self, request: Request, principal: PrincipalDep) -> Principal:
        for permission in self.permissions:
            require(principal, permission)
        if self.for_good:
            recently_proven(principal)
        check_read(request)
        return principal


def allowed(*permissions: str) -> Allowed:
    """`Depends(allowed("users.read"))`."""
    return Allowed(*permissions)


def deleting(*permissions: str) -> Allowed:
    """`Depends(deleting("queues.write"))`, for what takes things for good: a recent second factor is asked too."""
    return Allowed(*permissions, for_good=True)


def require(principal: Principal, permission: str) -> None:
    """Raises: Refused (code mfa_due when a recent second factor is missing); a missing permission is logged, by ids."""
    if not permits(principal, permission):
        log.info(
            "denied: user %s lacks the permission %s in organisation %s",
            principal.user_id,
            permission,
            principal.tenant_id,
        )
        raise Refused(_lacks(principal, permission), permission=permission)
    if permission in STEP_UP:
        recently_proven(principal)


def _lacks(principal: Principal, permission: str) -> str:
    """What to ask an administrator for, or that the token was made for less."""
    listed = permission in principal.abilities or ("*" in principal.abilities and permission not in STEP_UP)
    if principal.device_id is None and not listed:
        return f"An API token can do this only if it was created with the scope {permission}"
    allowed = HELP[permission].rstrip(".")
    return f"Your role lacks the permission {permission} ({allowed}): ask an administrator for a role that has it"


async def installation_operator(request: Request, principal: PrincipalDep) -> Principal:
    """Whom the machine's own command named, in the app and with a second factor in this session. No role and no token
    has it. Raises: Refused (code operator_only, mfa_due)."""
    if not principal.operator:
        log.info("denied: user %s of organisation %s is no operator", principal.user_id, principal.tenant_id)
        raise Refused("Only an operator of the installation can do this, signed in to the app", code="operator_only")
    if not principal.proven:
        raise Refused("Confirm with your second factor first", code="mfa_due")
    check_read(request)
    return principal


InstallationOperatorDep = Annotated[Principal, Depends(installation_operator)]


async def check_over(user_id: str, principal: Principal, identity: IdentityService) -> None:
    """That the user may do nothing that the asker may not. Raises: NotFound, Refused (code beyond_own)."""
    user = await identity.user(principal.tenant_id, UserId(user_id))
    check_own(principal.permissions, identity.roles.granted(user.tenant_id, user.role))


_turns: WeakValueDictionary[TenantId, asyncio.Lock] = WeakValueDictionary()


def turn(tenant_id: TenantId) -> asyncio.Lock:
    """What is `SERIALISED` in an organisation holds it."""
    return _turns.setdefault(tenant_id, asyncio.Lock())


async def _alone(principal: PrincipalDep) -> AsyncIterator[None]:
    async with turn(principal.tenant_id):
        yield


SERIALISED = [Depends(_alone)]
"""For routes that make a thing name another, or delete one that others may name: one at a time in an organisation, so
that what was looked at is still so when it is stored. Between several servers it promises nothing."""


def host_of(request: Request) -> tuple[str, int]:
    """The name and port the client used, from its Host header. Raises: Invalid when that is no host."""
    match = _HOST.match(request.headers.get("host", ""))
    if match is None:
        raise Invalid("The Host header has no host name")
    return match["name"], int(match["port"] or 443)


def client_address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def check_internal(request: Request, header: str, secret: str) -> None:
    """For this machine's own tools: only from here, with the secret that lies in the data folder. Raises: Refused."""
    shown = request.headers.get(header, "").encode()
    if not _from_this_machine(request) or not secret or not hmac.compare_digest(shown, secret.encode()):
        raise Refused("Only the tools on this machine can do this")


def _from_this_machine(request: Request) -> bool:
    """By loopback, or by a public address of its own: then both ends of the connection have the same."""
    address = client_address(request)
    try:
        near = ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
    return near or address == (request.scope.get("server") or ("",))[0]
