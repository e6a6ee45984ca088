"""For whoever runs this installation: further organisations, each with its owner. Only from this machine, with the
secret that lies in the data folder; an organisation's own users cannot do it.
"""

from __future__ import annotations

import hmac
import ipaddress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from call24.http.access import Body, ServicesDep, client_address
from call24.http.services import Services
from call24.kit.errors import Refused

router = APIRouter(prefix="/v1/internal/organisations", tags=["internal"], include_in_schema=False)

_HEADER = "x-call24-operator"


class NewOrganisation(Body):
    organisation: str = Field(max_length=200)
    name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    password: str = Field(max_length=1000)
    region: str = Field("GB", max_length=2)
    timezone: str = Field("UTC", max_length=64)


async def operator(request: Request, services: ServicesDep) -> Services:
    """Raises: Refused."""
    try:
        near = ipaddress.ip_address(client_address(request)).is_loopback
    except ValueError:
        near = False
    shown = request.headers.get(_HEADER, "").encode()
    secret = services.operator_secret.encode()
    if not near or not secret or not hmac.compare_digest(shown, secret):
        raise Refused("Only the operator of this machine may do this")
    return services


@router.post("", status_code=201)
async def add(body: NewOrganisation, services: Annotated[Services, Depends(operator)]) -> dict[str, Any]:
    """Make an organisation and its owner, or neither."""
    tenant = await services.tenants.create(body.organisation, region=body.region, timezone=body.timezone)
    try:
        owner = await services.identity.add_user(
            tenant.id, email=body.email, name=body.name, role="owner", password=body.password
        )
    except BaseException:
        await services.tenants.wipe(tenant.id)
        raise
    return {"tenant_id": tenant.id, "owner_id": owner.id}
