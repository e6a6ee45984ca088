"""Which realtime channels a device may hear: its user's own and its organisation's own, nothing else."""

from __future__ import annotations

import json
import urllib.parse
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field, ValidationError

from call24.http.access import Body, ServicesDep, allowed, host_of
from call24.identity.channel_auth import SOCKET_ID, sign, tenant_channel, user_channel
from call24.identity.model import Principal
from call24.kit.errors import Invalid, Refused

router = APIRouter(tags=["realtime"])

Hearer = Annotated[Principal, Depends(allowed("live.read"))]


class ChannelRequest(Body):
    socket_id: str = Field(max_length=41)
    channel_name: str = Field(max_length=200)


def channels_of(principal: Principal) -> dict[str, str]:
    return {"user": user_channel(principal.user_id), "tenant": tenant_channel(principal.tenant_id)}


@router.get("/v1/realtime")
async def realtime(request: Request, principal: Hearer, services: ServicesDep) -> dict[str, Any]:
    host, port = host_of(request)
    return {
        "key": services.realtime.key,
        "host": host,
        "port": port,
        "auth_endpoint": "/broadcasting/auth",
        "channels": channels_of(principal),
    }


@router.post("/broadcasting/auth")
async def authorise(request: Request, principal: Hearer, services: ServicesDep) -> dict[str, str]:
    """Body: `socket_id` and `channel_name`, as a form (pusher-js) or as JSON."""
    wish = _parsed(request.headers.get("content-type", ""), await request.body())
    if not SOCKET_ID.fullmatch(wish.socket_id):
        raise Invalid(errors=[("socket_id", "the id of an open socket")])
    if wish.channel_name not in channels_of(principal).values():
        raise Refused("This channel is not yours")
    if services.socket_authorised is not None:
        services.socket_authorised(wish.socket_id, principal)
    return {"auth": sign(services.realtime, wish.socket_id, wish.channel_name)}


def _parsed(content_type: str, body: bytes) -> ChannelRequest:
    """Raises: Invalid."""
    try:
        if content_type.partition(";")[0].strip().lower() == "application/json":
            return ChannelRequest.model_validate(json.loads(body))
        pairs = urllib.parse.parse_qsl(body.decode(), strict_parsing=True, max_num_fields=10)
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a field came twice")
        return ChannelRequest.model_validate(dict(pairs))
    except (ValidationError, ValueError, RecursionError):
        raise Invalid("socket_id and channel_name, as a form or as JSON") from None
