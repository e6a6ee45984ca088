"""Addresses that are kept out: all of them for operators; for an organisation, of the SIP port those in its own
trunks' networks, and of the phones' port those from which its own people signed in or worked within a day.

An organisation sees no other address: who scans this installation is not its business. Lifting one that is not there
changes nothing.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, NamedTuple

from fastapi import Depends, Request

from call24.asterisk.ranges import OUT_S
from call24.asterisk.scanners import BANNED_S, Scanners
from call24.http.access import InstallationOperatorDep, allowed, recently_proven
from call24.http.came_from import CameFrom
from call24.http.pagination import AskedDep
from call24.http.provided import provided
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import NotFound
from call24.kit.ids import TenantId, derived_id
from call24.kit.instants import iso
from call24.server.api.operator import OperatorDep
from call24.sip_edge.answers import Ban, BanPage, InstallationBan, InstallationBanPage
from call24.sip_edge.limits import BANNED_S as REFUSED_S
from call24.sip_edge.limits import sender, wider
from call24.sip_edge.state import PhoneBans
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService

log = logging.getLogger(__name__)

router = Router(prefix="/v1/trunks/bans", tags=["administration"])
installation = Router(prefix="/v1/installation/bans", tags=["installation"])
operators = Router(prefix="/v1/internal/sip-bans", tags=["internal"], include_in_schema=False)

Reader = Annotated[Principal, Depends(allowed("trunks.read"))]
Owner = Annotated[Principal, Depends(allowed("trunks.write"))]
_LASTS_S = {"dropped": BANNED_S, "challenged": OUT_S, "refused": REFUSED_S}


async def lifting(principal: InstallationOperatorDep) -> Principal:
    """An operator who gave a second factor of late. Raises: Refused (code mfa_due)."""
    recently_proven(principal)
    return principal


LiftingDep = Annotated[Principal, Depends(lifting)]


@dataclass(frozen=True)
class Bans:
    """`bans`: who is kept from the SIP port; `phone_bans`: from the phones' port."""

    bans: Scanners | None = None
    phone_bans: PhoneBans | None = None


BansDep = Annotated[Bans, provided(Bans)]


class ListedBan(NamedTuple):
    """`state`: `refused` by the phones' port; `until`: in s since 1970; `trunk_ids`: trunks that name the address."""

    id: str
    address: str
    state: str
    until: int
    trunk_ids: tuple[str, ...] = ()

    def view(self) -> Ban:
        return {
            "id": self.id,
            "address": self.address,
            "state": self.state,
            "until": _iso(self.until),
            "trunk_ids": list(dict.fromkeys(self.trunk_ids)),
        }

    def view_of_installation(self) -> InstallationBan:
        return {
            "id": self.id,
            "address": self.address,
            "state": self.state,
            "since": _iso(self.until - int(_LASTS_S[self.state])),
            "until": _iso(self.until),
            "in_trunk": bool(self.trunk_ids),
        }

    def place(self) -> tuple[int, int, str]:
        """Who may be meant by a ban comes first: a carrier, or agents behind one address."""
        return (0 if self.trunk_ids or self.state == "refused" else 1, self.until, self.address)


@router.get("", operation_id="bans_list_bans")
async def list_bans(
    principal: Reader, bans: BansDep, tenants: TenantsDep, asked: AskedDep, request: Request
) -> BanPage:
    """Lists addresses that are kept out now and concern your organisation; those that are let in first come first.

    They are addresses in the networks of your trunks, and addresses of your people that the phones' port refuses.
    """
    found = await _of(principal.tenant_id, bans, tenants, request)
    return asked.page(found, ListedBan.view, lambda one: (one.until, one.address))


@router.get("/{ban_id}", operation_id="bans_read_ban")
async def read_ban(ban_id: str, principal: Reader, bans: BansDep, tenants: TenantsDep, request: Request) -> Ban:
    """Returns a ban. 404 for one that is over, or that is not in your organisation's list."""
    theirs = await _of(principal.tenant_id, bans, tenants, request)
    found = next((ban for ban in theirs if ban.id == ban_id), None)
    if found is None:
        raise NotFound
    return found.view()


@router.delete("/{ban_id}", status_code=204, operation_id="bans_lift_ban")
async def lift_ban(ban_id: str, principal: Owner, bans: BansDep, tenants: TenantsDep, request: Request) -> None:
    """Lifts a ban: the address is let in again at once. 404 for one that is not in your organisation's list."""
    theirs = [ban for ban in await _of(principal.tenant_id, bans, tenants, request) if ban.id == ban_id]
    if not theirs:
        raise NotFound
    await _lift(bans, theirs)


@installation.get("", operation_id="installation_list_bans")
async def list_every_ban(
    _: InstallationOperatorDep, bans: BansDep, tenants: TenantsDep, asked: AskedDep
) -> InstallationBanPage:
    """Lists all addresses that the installation keeps out now. It names no organisation.

    For operators of the installation alone. Addresses that a trunk names, and those that the phones' port refuses, come
    first; then those that are let in first.
    """
    rows = sorted([*_at_sip(bans, tenants), *await _at_phones(bans)], key=ListedBan.place)
    return asked.page(rows, ListedBan.view_of_installation, ListedBan.place)


@installation.delete("/{ban_id}", status_code=204, operation_id="installation_lift_ban")
async def lift_ban_of_installation(ban_id: str, principal: LiftingDep, bans: BansDep, tenants: TenantsDep) -> None:
    """Lifts a ban: the address is let in again at once. 404 for one that is over, or was lifted meanwhile."""
    meant = [ban for ban in [*_at_sip(bans, tenants), *await _at_phones(bans)] if ban.id == ban_id]
    if not await _lift(bans, meant):
        raise NotFound
    log.info("operator %s of organisation %s lifted %s", principal.user_id, principal.tenant_id, ban_id)


@operators.get("")
async def every_ban(_: OperatorDep, bans: BansDep, tenants: TenantsDep) -> BanPage:
    """Lists every ban, 1,000 at most, with the trunks of all organisations that name the address."""
    rows = [*_at_sip(bans, tenants), *await _at_phones(bans)]
    return {"items": [ban.view() for ban in rows[:1000]], "next": None}


@operators.delete("/{address}", status_code=204)
async def lift_any_ban(address: str, _: OperatorDep, bans: BansDep, tenants: TenantsDep) -> None:
    """At both ports; of IPv6 also that of its network. Raises: NotFound."""
    try:
        known = str(ipaddress.ip_address(address))
    except ValueError:
        raise NotFound from None
    met = {known, sender(known), wider(sender(known))}
    all_of_them = [*_at_sip(bans, tenants), *await _at_phones(bans)]
    if not await _lift(bans, [ban for ban in all_of_them if ban.address in met]):
        raise NotFound


async def _of(tenant_id: TenantId, bans: Bans, tenants: TenantService, request: Request) -> list[ListedBan]:
    """Those that meet the organisation, each with its trunks that name the address."""
    came_from: CameFrom = request.app.state.came_from
    at_sip = [ban for ban in _at_sip(bans, tenants, tenant_id) if ban.trunk_ids]
    at_phones = [ban for ban in await _at_phones(bans) if came_from.within(tenant_id, ban.address)]
    return sorted([*at_sip, *at_phones], key=lambda ban: (ban.until, ban.address))


def _at_sip(bans: Bans, tenants: TenantService, tenant_id: TenantId | None = None) -> list[ListedBan]:
    """`tenant_id`: whose trunks alone are named."""
    found = []
    for ban in bans.bans.bans() if bans.bans is not None else ():
        named = [trunk for _, trunk in tenants.ways_in(ban.address)]
        theirs = tuple(trunk.id for trunk in named if tenant_id in (None, trunk.tenant_id))
        found.append(ListedBan(ban.id, ban.address, ban.state, ban.until, theirs))
    return found


async def _at_phones(bans: Bans) -> list[ListedBan]:
    found = await bans.phone_bans.all() if bans.phone_bans is not None else {}
    now = time.time()
    return [
        ListedBan(derived_id("ban", f"phones {who}"), who, "refused", int(now + left_s))
        for who, left_s in found.items()
    ]


def _iso(unix: int) -> str:
    return iso(datetime.fromtimestamp(unix, UTC))


async def _lift(bans_service: Bans, bans: Iterable[ListedBan]) -> int:
    """How many of them were banned still."""
    listed = list(bans)
    at_sip = [ban.address for ban in listed if ban.state != "refused"]
    lifted = await bans_service.bans.lift(at_sip) if bans_service.bans is not None and at_sip else 0
    if bans_service.phone_bans is not None:
        for ban in listed:
            lifted += ban.state == "refused" and await bans_service.phone_bans.lift(ban.address)
    return lifted
