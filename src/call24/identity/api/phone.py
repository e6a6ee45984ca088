"""What the phone of a signed-in device registers with, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from call24.http.access import allowed, host_of
from call24.http.provided import provided
from call24.http.router import Router
from call24.identity.answers.users import PhoneCredentials
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.kit.sip_names import sip_name


@dataclass(frozen=True)
class PhoneServer:
    """`wss_port`: where phones connect."""

    wss_port: int


PhoneServerDep = Annotated[PhoneServer, provided(PhoneServer)]

router = Router(prefix="/v1/phone", tags=["phone"])

SIP_DOMAIN = "call24"


@router.get("", operation_id="phone_read_credentials")
async def phone(
    request: Request,
    principal: Annotated[Principal, Depends(allowed("phone.use"))],
    identity: IdentityDep,
    phone_server: PhoneServerDep,
) -> PhoneCredentials:
    """Returns the SIP credentials of the signed-in device's phone, and where it registers.

    They belong to this device only and end with its session. 403 no_device for an API token.
    """
    host, _ = host_of(request)
    device = await identity.device(principal.tenant_id, principal.own_device())
    name = sip_name(device.tenant_id, device.id)
    return {
        "device_id": device.id,
        "aor": f"sip:{name}@{SIP_DOMAIN}",
        "username": name,
        "password": identity.sip_password(device),
        "ws_url": f"wss://{host}:{phone_server.wss_port}/ws",
    }
