"""Addresses that are kept from the SIP port: all of them for the operator, of its own trunks' for an organisation.

An organisation sees no address that none of its trunks names: who scans this installation is not its business. Lifting
one that is not there changes nothing.
"""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from call24.asterisk.scanners import Ban
from call24.http.access import ServicesDep, allowed
from call24.http.listed import AskedDep
from call24.http.operator import operator
from call24.http.services import Services
from call24.identity.model import Principal
from call24.kit.errors import NotFound
from call24.kit.ids import TenantId, TrunkId
from call24.reports.views import iso

router = APIRouter(prefix="/v1/trunks/bans", tags=["administration"])
operators = APIRouter(prefix="/v1/internal/sip-bans", tags=["internal"], include_in_schema=False)

Reader = Annotated[Principal, Depends(allowed("trunks.read"))]
Owner = Annotated[Principal, Depends(allowed("trunks.write"))]
Operator = Annotated[Services, Depends(operator)]


@router.get("")
async def list_bans(principal: Reader, services: ServicesDep, asked: AskedDep) -> dict[str, Any]:
    """Addresses in the networks of the organisation's trunks that are banned now, the first to be let in first.
    `challenged`: asked for a password like a stranger; `dropped`: not answered at all."""
    found = _of(principal.tenant_id, services)
    return asked.page(found, lambda one: _view(*one), lambda one: (one[0].until, one[0].address))


@router.delete("/{ban_id}", status_code=204)
async def lift_ban(ban_id: str, principal: Owner, services: ServicesDep) -> None:
    """Let the address in again at once. One that none of the organisation's trunks names is not found."""
    theirs = [ban.address for ban, _ in _of(principal.tenant_id, services) if ban.id == ban_id]
    if not theirs or services.bans is None:
        raise NotFound
    await services.bans.lift(theirs)


@operators.get("")
async def every_ban(services: Operator) -> dict[str, Any]:
    """All of them, with the trunks of all organisations that name the address."""
    bans = services.bans.bans() if services.bans is not None else []
    rows = [_view(ban, [trunk.id for _, trunk in services.tenants.ways_in(ban.address)]) for ban in bans]
    return {"items": rows[:1000], "next": None}


@operators.delete("/{address}", status_code=204)
async def lift_any_ban(address: str, services: Operator) -> None:
    """Raises: NotFound."""
    try:
        known = str(ipaddress.ip_address(address))
    except ValueError:
        raise NotFound from None
    if services.bans is None or not await services.bans.lift([known]):
        raise NotFound


def _of(tenant_id: TenantId, services: Services) -> list[tuple[Ban, list[TrunkId]]]:
    """Those that meet the organisation, each with its trunks that name the address."""
    found = []
    for ban in services.bans.bans() if services.bans is not None else ():
        theirs = [trunk.id for _, trunk in services.tenants.ways_in(ban.address) if trunk.tenant_id == tenant_id]
        if theirs:
            found.append((ban, theirs))
    return found


def _view(ban: Ban, trunks: list[TrunkId]) -> dict[str, Any]:
    return {
        "id": ban.id,
        "address": ban.address,
        "state": ban.state,
        "until": iso(datetime.fromtimestamp(ban.until, UTC)),
        "trunk_ids": list(dict.fromkeys(trunks)),
    }
