"""Trunks: how calls reach an organisation and leave it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends
from pydantic import Field

from call24.asterisk.trunk_status import TrunkStatus
from call24.http.access import SERIALISED, Body, allowed, deleting
from call24.http.pagination import AskedDep
from call24.http.provided import provided
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import TrunkId
from call24.kit.instants import iso
from call24.tenants.answers import TrunkAnswer, TrunkPage
from call24.tenants.dependencies import TenantsDep
from call24.tenants.model import Trunk

router = Router(prefix="/v1/trunks", tags=["administration"])

Address = Annotated[str, Field(max_length=60)]
Reader = Annotated[Principal, Depends(allowed("trunks.read"))]
Owner = Annotated[Principal, Depends(allowed("trunks.write"))]
Deleter = Annotated[Principal, Depends(deleting("trunks.write"))]


def _unknown(_trunk_id: str) -> TrunkStatus:
    return TrunkStatus(status="unknown")


@dataclass(frozen=True)
class TrunkStatuses:
    """`trunk_status`: how a trunk fares, by its id."""

    trunk_status: Callable[[str], TrunkStatus] = _unknown


TrunkStatusesDep = Annotated[TrunkStatuses, provided(TrunkStatuses)]


class TrunkChange(Body):
    """Settings of a trunk. Fields that are left out stay as they are. `host`, `port` and `username` null: none.

    `addresses`: IP addresses and networks that may send calls. `kind` registration: the trunk registers at `host` with
    `username` and `password`. `country`: ISO 3166 code of where the carrier is; an organisation that states where its
    data is kept must state it.
    """

    name: str = Field("", max_length=200)
    kind: Literal["ip", "registration"] = "ip"
    order: int = 1
    addresses: list[Address] = Field([], max_length=64)
    host: str | None = Field(None, max_length=253)
    port: int | None = None
    transport: Literal["udp", "tcp", "tls"] = "udp"
    username: str | None = Field(None, max_length=64)
    password: str | None = Field(None, max_length=128)
    send_as_account: bool = False
    srtp: bool = False
    symmetric_rtp: bool = False
    trust_identity: bool = False
    country: str = Field("", max_length=2)
    enabled: bool = True

    def settings(self) -> dict[str, Any]:
        return {field: getattr(self, field) for field in self.model_fields_set}


class NewTrunk(TrunkChange):
    """A new trunk. Fields that are left out have their defaults."""

    name: str = Field(max_length=200)


@router.get("", operation_id="trunks_list_trunks")
async def list_trunks(
    principal: Reader, tenants: TenantsDep, trunk_statuses: TrunkStatusesDep, asked: AskedDep
) -> TrunkPage:
    """Lists the organisation's trunks in the order in which they are tried, with the status of each."""
    found = await tenants.trunks(principal.tenant_id)
    return asked.page(found, lambda one: _view(one, trunk_statuses), lambda one: (one.order, one.name, one.id))


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="trunks_add_trunk")
async def add_trunk(
    body: NewTrunk, principal: Owner, tenants: TenantsDep, trunk_statuses: TrunkStatusesDep
) -> TrunkAnswer:
    """Creates a trunk.

    An organisation has at most 20 trunks of 64 addresses or networks each; networks are /24 (IPv6: /64) at the widest
    unless the operator allows wider ones. An address that another organisation uses may be shared only where calls can
    be told apart. 409 `transfer_not_registered`: `country` is in another region than the organisation's data, and no
    entry of the transfer register covers it.
    """
    return _view(await tenants.add_trunk(principal.tenant_id, **body.settings()), trunk_statuses)


@router.get("/{trunk_id}", operation_id="trunks_read_trunk")
async def read_trunk(
    trunk_id: str, principal: Reader, tenants: TenantsDep, trunk_statuses: TrunkStatusesDep
) -> TrunkAnswer:
    """Retrieves a trunk with its status. Its password is never shown."""
    return _view(await tenants.trunk(principal.tenant_id, TrunkId(trunk_id)), trunk_statuses)


@router.patch("/{trunk_id}", dependencies=SERIALISED, operation_id="trunks_change_trunk")
async def change_trunk(
    trunk_id: str, body: TrunkChange, principal: Owner, tenants: TenantsDep, trunk_statuses: TrunkStatusesDep
) -> TrunkAnswer:
    """Updates the given settings of a trunk. Calls that go on are not affected.

    Changing `username` or `host` requires the password again, because it is sent only where it was given for. 409
    `transfer_not_registered`: as for a new trunk.
    """
    changed = await tenants.change_trunk(principal.tenant_id, TrunkId(trunk_id), **body.settings())
    return _view(changed, trunk_statuses)


@router.delete("/{trunk_id}", status_code=204, dependencies=SERIALISED, operation_id="trunks_remove_trunk")
async def remove_trunk(trunk_id: str, principal: Deleter, tenants: TenantsDep) -> None:
    """Deletes a trunk. 409 `trunk_in_use` while numbers use it."""
    await tenants.remove_trunk(principal.tenant_id, TrunkId(trunk_id))


def _view(trunk: Trunk, trunk_statuses: TrunkStatuses) -> TrunkAnswer:
    """Never the password."""
    status = trunk_statuses.trunk_status(trunk.id) if trunk.enabled else TrunkStatus(status="off")
    return {
        "id": trunk.id,
        "name": trunk.name,
        "kind": trunk.kind,
        "order": trunk.order,
        "addresses": list(trunk.addresses),
        "host": trunk.host,
        "port": trunk.port,
        "transport": trunk.transport,
        "username": trunk.login.username if trunk.login else None,
        "send_as_account": trunk.send_as_account,
        "srtp": trunk.srtp,
        "symmetric_rtp": trunk.symmetric_rtp,
        "trust_identity": trunk.trust_identity,
        "country": trunk.country,
        "enabled": trunk.enabled,
        "status": status.status,
        "since": iso(status.since),
        "trouble": status.trouble or None,
    }
