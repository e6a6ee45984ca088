"""For whoever runs this installation: further organisations, each with its owner. Only from this machine, with the
secret that lies in the data folder; an organisation's own users cannot do it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from call24.http.access import Body, ServicesDep, check_internal
from call24.http.audited import on_behalf
from call24.http.services import Services
from call24.identity.setup import FirstOwner, make_organisation
from call24.kit.ids import TenantId, UserId

router = APIRouter(prefix="/v1/internal/organisations", tags=["internal"], include_in_schema=False)

_HEADER = "x-call24-operator"
OPERATOR = UserId("operator")
"""Who it was in an organisation's audit log."""


class NewOrganisation(Body):
    organisation: str = Field(max_length=200)
    name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    password: str = Field(max_length=1000)
    region: str = Field("GB", max_length=2)
    timezone: str = Field("UTC", max_length=64)


async def operator(request: Request, services: ServicesDep) -> Services:
    """Raises: Refused."""
    check_internal(request, _HEADER, services.operator_secret)
    return services


@router.post("", status_code=201)
async def add(
    body: NewOrganisation, request: Request, services: Annotated[Services, Depends(operator)]
) -> dict[str, Any]:
    """Make an organisation and its owner, or neither."""
    owner = await make_organisation(services.tenants, services.identity, FirstOwner(**body.model_dump()))
    on_behalf(request, owner.tenant_id, OPERATOR, None)
    return {"tenant_id": owner.tenant_id, "owner_id": owner.id}


@router.post("/{tenant_id}/disable", status_code=204)
async def disable(tenant_id: str, request: Request, services: Annotated[Services, Depends(operator)]) -> Response:
    """Nobody of it is let in from now on: sessions, sockets and phones end. Its machines' tokens open nothing, and
    neither do its applications' keys."""
    tenant = await services.tenants.change(TenantId(tenant_id), disabled_at=datetime.now(UTC))
    await services.identity.sign_out_everyone(tenant.id, machines=False)
    services.applications.tenant_changed(tenant.id)
    on_behalf(request, tenant.id, OPERATOR, None)
    return Response(status_code=204)


@router.post("/{tenant_id}/enable", status_code=204)
async def enable(tenant_id: str, request: Request, services: Annotated[Services, Depends(operator)]) -> Response:
    tenant = await services.tenants.change(TenantId(tenant_id), disabled_at=None)
    services.applications.tenant_changed(tenant.id)
    on_behalf(request, tenant.id, OPERATOR, None)
    return Response(status_code=204)
