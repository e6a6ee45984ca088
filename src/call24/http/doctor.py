"""A complete temporary organisation for the doctor's test call, and its removal.

Only from this machine, and with the secret that lies in the data folder.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from call24.http.access import ServicesDep, check_internal
from call24.http.dependencies import Services
from call24.kit.errors import NotFound
from call24.kit.ids import TenantId

router = APIRouter(prefix="/v1/internal/doctor", tags=["internal"], include_in_schema=False)

_HEADER = "x-call24-doctor"
_TRUNK_ADDRESS = "127.0.0.1"


async def the_doctor(request: Request, services: ServicesDep) -> Services:
    """Raises: Refused."""
    check_internal(request, _HEADER, services.doctor_secret)
    return services


DoctorDep = Annotated[Services, Depends(the_doctor)]


@router.post("", status_code=201, operation_id="doctor_admit")
async def admit(services: DoctorDep) -> dict[str, Any]:
    """What a test call needs: a trunk, a number that no carrier has, a queue, and an agent who can sign in."""
    tenant = await services.tenants.create(
        "Call24 doctor", temporary=True, numbers=["+999"], domains=[], networks=[_TRUNK_ADDRESS]
    )
    try:
        password = secrets.token_urlsafe(18)
        email = f"doctor-{secrets.token_hex(8)}@call24.invalid"
        user = await services.identity.add_user(tenant.id, email=email, name="Doctor", role="agent", password=password)
        queue = await services.queues.create(tenant.id, "doctor", members=[user.id], wrap_up_s=0)
        trunk = await services.tenants.add_trunk(tenant.id, "doctor", [_TRUNK_ADDRESS])
        number = await services.tenants.add_number(tenant, f"+999{secrets.randbelow(10**9):09d}", trunk.id, queue.id)
    except BaseException:  # a cancelled request too
        await wipe(services, tenant.id)
        raise
    return {
        "tenant_id": tenant.id,
        "trunk_id": trunk.id,
        "number": number.e164,
        "queue_id": queue.id,
        "user_id": user.id,
        "email": email,
        "password": password,
    }


@router.delete("/{tenant_id}", status_code=204, operation_id="doctor_discharge")
async def discharge(tenant_id: str, services: DoctorDep) -> Response:
    """Remove a temporary organisation wholly; no other can be removed here."""
    tenant = await services.tenants.get(TenantId(tenant_id))
    if not tenant.temporary:
        raise NotFound
    await wipe(services, tenant.id)
    return Response(status_code=204)


async def wipe(services: Services, tenant_id: TenantId) -> None:
    """Sessions and phones first, then files, then every document."""
    await services.identity.revoke_of_tenant(tenant_id)
    services.identity.forget_tenant(tenant_id)
    for erase in services.erase_tenant:
        await erase(tenant_id)
    services.queues.forget_tenant(tenant_id)
    services.hours.forget_tenant(tenant_id)
    services.flows.forget_tenant(tenant_id)
    services.agents.forget_tenant(tenant_id)
    services.identity.roles.forget_tenant(tenant_id)
    await services.tenants.wipe(tenant_id)


async def wipe_leftovers(services: Services) -> int:
    """At start: temporary organisations that a killed doctor or server left behind."""
    left = [tenant for tenant in await services.tenants.all() if tenant.temporary]
    for tenant in left:
        await wipe(services, tenant.id)
    return len(left)
