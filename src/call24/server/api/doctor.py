"""A complete temporary organisation for the doctor's test call, and its removal.

Only from this machine, and with the secret that lies in the data folder.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import Field

from call24.http.access import Body, check_internal
from call24.http.provided import provided
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.kit.errors import Invalid, NotFound
from call24.kit.ids import TenantId
from call24.kit.own_addresses import own_addresses
from call24.privacy.closings import erase_organisation
from call24.queues.dependencies import QueuesDep
from call24.server.answers import DoctorOrganisation
from call24.server.api.tool_secrets import ToolSecretsDep
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/internal/doctor", tags=["internal"], include_in_schema=False)

_HEADER = "x-call24-doctor"
_TRUNK_ADDRESS = "127.0.0.1"


@dataclass(frozen=True)
class TenantErasers:
    """What must go with an organisation besides its documents: recordings on disk, live calls, memory."""

    erase_tenant: tuple[Callable[[TenantId], Awaitable[None]], ...] = ()


@dataclass(frozen=True)
class Organisations:
    """What a temporary organisation is made of, and removed from."""

    eraser: Annotated[TenantErasers, provided(TenantErasers)]
    identity: IdentityDep
    queues: QueuesDep
    tenants: TenantsDep

    async def wipe(self, tenant_id: TenantId) -> None:
        """Sessions and phones first, then what rooms hold in memory and files, then every document."""
        await erase_organisation(tenant_id, self.identity, self.eraser.erase_tenant, self.tenants)

    async def wipe_leftovers(self) -> int:
        """At start: temporary organisations that a killed doctor or server left behind."""
        left = [tenant for tenant in await self.tenants.all() if tenant.temporary]
        for tenant in left:
            await self.wipe(tenant.id)
        return len(left)


async def the_doctor(
    request: Request, tool_secrets: ToolSecretsDep, there: Annotated[Organisations, Depends()]
) -> Organisations:
    """Raises: Refused."""
    check_internal(request, _HEADER, tool_secrets.doctor_secret)
    return there


_RECORDED: dict[str, Any] = {
    "record": "always",
    "not_announced_because": "A test call between two phones of Call24: nobody speaks",
}
DoctorDep = Annotated[Organisations, Depends(the_doctor)]


class CallsFrom(Body):
    """`address`: of this machine, as Asterisk sees it."""

    address: Annotated[str, Field(max_length=45)] = _TRUNK_ADDRESS


@router.post("", status_code=201, operation_id="doctor_admit")
async def admit(there: DoctorDep, wish: CallsFrom | None = None) -> DoctorOrganisation:
    """Makes what a test call needs: a trunk, a number that no carrier has, a queue, and an agent who can sign in."""
    address = _TRUNK_ADDRESS if wish is None else wish.address
    if address not in {_TRUNK_ADDRESS, *own_addresses()}:
        raise Invalid(errors=[("address", "is none of this machine's")])
    tenant = await there.tenants.create(
        "Call24 doctor", temporary=True, numbers=["+999"], domains=[], networks=[address]
    )
    try:
        password = secrets.token_urlsafe(18)
        email = f"doctor-{secrets.token_hex(8)}@call24.invalid"
        user = await there.identity.add_user(tenant.id, email=email, name="Doctor", role="agent", password=password)
        queue = await there.queues.create(tenant.id, "doctor", members=[user.id], wrap_up_s=0, **_RECORDED)
        trunk = await there.tenants.add_trunk(tenant.id, "doctor", [address])
        number = await there.tenants.add_number(tenant, f"+999{secrets.randbelow(10**9):09d}", trunk.id, queue.id)
    except BaseException:  # a cancelled request too
        await there.wipe(tenant.id)
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
async def discharge(tenant_id: str, there: DoctorDep) -> Response:
    """Remove a temporary organisation wholly; no other can be removed here."""
    tenant = await there.tenants.get(TenantId(tenant_id))
    if not tenant.temporary:
        raise NotFound
    await there.wipe(tenant.id)
    return Response(status_code=204)
