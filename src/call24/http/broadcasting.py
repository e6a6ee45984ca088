"""Which realtime channels a device may hear: its user's own and its organisation's own, nothing else.

Source: Pusher Channels, "Authenticating users": HMAC-SHA256 over `socket_id:channel_name`, as `key:signature`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import urllib.parse
from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field, ValidationError

from call24.http.access import Body, PrincipalDep, ServicesDep, host_of
from call24.identity.model import Principal
from call24.kit.errors import Invalid, Refused

router = APIRouter(tags=["realtime"])

_SOCKET_ID = re.compile(r"^[0-9]{1,20}\.[0-9]{1,20}$")


class ChannelRequest(Body):
    socket_id: str = Field(max_length=41)
    channel_name: str = Field(max_length=200)


def channels_of(principal: Principal) -> dict[str, str]:
    return {"user": f"private-user.{principal.user_id}", "tenant": f"private-tenant.{principal.tenant_id}"}


@router.get("/v1/realtime")
async def realtime(request: Request, principal: PrincipalDep, services: ServicesDep) -> dict[str, Any]:
    host, port = host_of(request)
    return {
        "key": services.realtime.key,
        "host": host,
        "port": port,
        "auth_endpoint": "/broadcasting/auth",
        "channels": channels_of(principal),
    }


@router.post("/broadcasting/auth")
async def authorise(request: Request, principal: PrincipalDep, services: ServicesDep) -> dict[str, str]:
    """Body: `socket_id` and `channel_name`, as a form (pusher-js) or as JSON."""
    wish = _parsed(request.headers.get("content-type", ""), await request.body())
    if not _SOCKET_ID.match(wish.socket_id):
        raise Invalid(errors=[("socket_id", "the id of an open socket")])
    if wish.channel_name not in channels_of(principal).values():
        raise Refused("This channel is not yours")
    text = f"{wish.socket_id}:{wish.channel_name}".encode()
    signature = hmac.new(services.realtime.secret.encode(), text, hashlib.sha256).hexdigest()
    if services.socket_authorised is not None:
        services.socket_authorised(wish.socket_id, principal)
    return {"auth": f"{services.realtime.key}:{signature}"}


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
