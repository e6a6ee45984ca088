"""For whoever runs this installation: further organisations, each with its owner. Only from this machine, with the
secret that lies in the data folder; an organisation's own users cannot do it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import Field

from call24.engine.dependencies import EngineDep
from call24.engine.engine import Engine
from call24.http.access import Body, check_internal
from call24.http.middleware.audit import on_behalf
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.setup import FirstOwner, make_organisation
from call24.kit.ids import TenantId, UserId
from call24.pusher_apps.dependencies import PusherAppsDep
from call24.server.answers import NewTenant, OperatorLines, OperatorOrganisation, OperatorOrganisationList
from call24.server.api.tool_secrets import ToolSecretsDep
from call24.tenants.dependencies import TenantsDep
from call24.tenants.grants import checked
from call24.tenants.model import Tenant

router = Router(prefix="/v1/internal/organisations", tags=["internal"], include_in_schema=False)

_HEADER = "x-call24-operator"
OPERATOR = UserId("operator")
"""Who it was in an organisation's audit log."""


Numbers = list[Annotated[str, Field(max_length=16)]]
Domains = list[Annotated[str, Field(max_length=253)]]
Networks = list[Annotated[str, Field(max_length=64)]]


class NewOrganisation(Body):
    """`numbers`: those that it may name, or how they begin (`+`: any); `domains`: e-mail domains of which it may make
    accounts without a letter (`*`: any); `networks`: addresses and ranges that its trunks may name (`*`: any), also
    where another organisation's do; null: none, but for the first organisation."""

    organisation: str = Field(max_length=200)
    name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    password: str = Field(max_length=1000)
    region: str = Field("GB", max_length=2)
    timezone: str = Field("UTC", max_length=64)
    numbers: Numbers | None = Field(None, max_length=1000)
    domains: Domains | None = Field(None, max_length=1000)
    networks: Networks | None = Field(None, max_length=1000)


async def operator(request: Request, secrets: ToolSecretsDep) -> None:
    """Raises: Refused."""
    check_internal(request, _HEADER, secrets.operator_secret)


OperatorDep = Annotated[None, Depends(operator)]


@router.post("", status_code=201, operation_id="operator_add")
async def add(
    body: NewOrganisation, request: Request, _: OperatorDep, tenants: TenantsDep, identity: IdentityDep
) -> NewTenant:
    """Makes an organisation and its owner, or neither."""
    owner = await make_organisation(tenants, identity, FirstOwner(**body.model_dump()))
    on_behalf(request, owner.tenant_id, OPERATOR, None)
    return {"tenant_id": owner.tenant_id, "owner_id": owner.id}


class Terms(Body):
    """What is not named stays. `max_calls` null: as many as this installation has lines for, less what is kept for the
    others. `numbers`, `domains`, `networks`: all that is granted; what was named before stays the organisation's."""

    max_calls: int | None = Field(None, ge=0, le=100_000)
    numbers: Numbers = Field([], max_length=1000)
    domains: Domains = Field([], max_length=1000)
    networks: Networks = Field([], max_length=1000)

    def settings(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in self.model_fields_set}
        granted = {name: said.pop(name) for name in ("numbers", "domains", "networks") if name in said}
        return {**said, **checked(**granted)}


@router.get("", operation_id="operator_listed")
async def listed(_: OperatorDep, tenants_service: TenantsDep, engine: EngineDep) -> OperatorOrganisationList:
    """Lists every organisation with its lines: in use, the most that it may use, and calls refused since the start."""
    tenants = [tenant for tenant in await tenants_service.all() if not tenant.temporary]
    return {"items": [{"id": one.id, "name": one.name, **_lines(one, engine)} for one in tenants], "next": None}


@router.patch("/{tenant_id}", operation_id="operator_change")
async def change(
    tenant_id: str,
    body: Terms,
    request: Request,
    _: OperatorDep,
    tenants: TenantsDep,
    engine: EngineDep,
) -> OperatorOrganisation:
    """Changes how many calls an organisation may have at a time, and what it may name. Calls that go on are not cut."""
    tenant = await tenants.change(TenantId(tenant_id), **body.settings())
    on_behalf(request, tenant.id, OPERATOR, None)
    return {"id": tenant.id, "name": tenant.name, **_lines(tenant, engine)}


def _lines(tenant: Tenant, engine: Engine) -> OperatorLines:
    lines = engine.quota.lines(tenant.id, engine.live_calls(tenant.id))
    return {
        "numbers": tenant.numbers,
        "domains": tenant.domains,
        "networks": tenant.networks,
        "max_calls": tenant.max_calls,
        "calls": lines.used,
        "limit": lines.limit,
        "refused": lines.refused,
    }


@router.post("/{tenant_id}/disable", status_code=204, operation_id="operator_disable")
async def disable(
    tenant_id: str,
    request: Request,
    _: OperatorDep,
    pusher_apps: PusherAppsDep,
    tenants: TenantsDep,
    identity: IdentityDep,
) -> Response:
    """Nobody of it is let in from now on: sessions, sockets and phones end. Its machines' tokens open nothing, and
    neither do its applications' keys."""
    tenant = await tenants.change(TenantId(tenant_id), disabled_at=datetime.now(UTC))
    await identity.revoke_of_tenant(tenant.id, machines=False)
    pusher_apps.tenant_changed(tenant.id)
    on_behalf(request, tenant.id, OPERATOR, None)
    return Response(status_code=204)


@router.post("/{tenant_id}/enable", status_code=204, operation_id="operator_enable")
async def enable(
    tenant_id: str, request: Request, _: OperatorDep, pusher_apps: PusherAppsDep, tenants: TenantsDep
) -> Response:
    tenant = await tenants.change(TenantId(tenant_id), disabled_at=None)
    pusher_apps.tenant_changed(tenant.id)
    on_behalf(request, tenant.id, OPERATOR, None)
    return Response(status_code=204)
