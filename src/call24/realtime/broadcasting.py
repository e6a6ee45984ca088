"""Which realtime channels a device may hear, and who it may sign in as: what pusher-js and Laravel Echo ask.

A socket of this installation's own hears its user's and its organisation's channels, nothing else. A socket of an
application of the organisation hears what that application opens to members; another organisation's socket is treated
like one that does not exist.
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import Field, ValidationError

from call24.http.access import Body, allowed, host_of
from call24.http.media_types import JSON, media_type
from call24.http.provided import provided
from call24.http.router import Router
from call24.identity.channel_auth import (
    SOCKET_ID,
    channels_of,
    for_sessions,
    sign,
    sign_user,
    tenant_channel,
    user_channel,
)
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.kit.errors import Invalid, Refused
from call24.kit.ids import TenantId
from call24.kit.secrets import RealtimeKey
from call24.pusher_apps.dependencies import PusherAppsDep
from call24.pusher_apps.rules import open_to_members
from call24.pusher_apps.service import ApplicationService
from call24.realtime.answers import ChannelAuth, RealtimeSettings, UserAuth

router = Router(tags=["realtime"])

Hearer = Annotated[Principal, Depends(allowed("live.read"))]


def _none(_socket_id: str) -> str | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Sockets:
    """`realtime`: this installation's own key; `realtime_at`: host and port of the sockets, where they are not ours;
    `socket_authorised`: told (socket id, principal) whenever a realtime socket is allowed to hear a channel;
    `socket_application`: the key of the application that an open socket is of, by the socket's id;
    `socket_application_at`: the same where another process must be asked, for whom.
    """

    realtime: RealtimeKey
    realtime_at: tuple[str, int] | None = None
    socket_authorised: Callable[[str, Principal], Awaitable[None] | None] | None = None
    socket_application: Callable[[str], str | None] = _none
    socket_application_at: Callable[[TenantId, str], Awaitable[str | None]] | None = None


SocketsDep = Annotated[Sockets, provided(Sockets)]


class UserRequest(Body):
    """The socket that asks."""

    socket_id: str = Field(max_length=41)


class ChannelRequest(UserRequest):
    """The socket that asks, and for which channel."""

    channel_name: str = Field(max_length=200)


R = TypeVar("R", bound=UserRequest)


def _form_or_json(kind: type[UserRequest]) -> dict[str, Any]:
    schema = kind.model_json_schema()
    content = {media: {"schema": schema} for media in ("application/x-www-form-urlencoded", "application/json")}
    return {"requestBody": {"required": True, "content": content}}


@router.get("/v1/realtime", operation_id="broadcasting_realtime")
async def realtime(request: Request, principal: Hearer, sockets: SocketsDep) -> RealtimeSettings:
    """Returns how to connect to realtime events with a Pusher client: key, host, port and channels."""
    host, port = sockets.realtime_at or host_of(request)
    return {
        "key": sockets.realtime.key,
        "host": host,
        "port": port,
        "auth_endpoint": "/broadcasting/auth",
        "channels": {
            "user": user_channel(principal.user_id, principal.tenant_id),
            "tenant": tenant_channel(principal.tenant_id),
        },
    }


@router.post("/broadcasting/auth", openapi_extra=_form_or_json(ChannelRequest), operation_id="broadcasting_authorise")
async def authorise(
    request: Request, principal: Hearer, identity: IdentityDep, sockets: SocketsDep, pusher_apps: PusherAppsDep
) -> ChannelAuth:
    """Authorises a socket to subscribe to a private or presence channel, as Pusher clients and Laravel Echo ask for it.

    The body is a form (pusher-js) or JSON. A socket of this installation may hear its user's and its organisation's
    channel; a socket of one of the organisation's Pusher apps what that app opens to members. 403 for any other
    channel.
    """
    wish = _parsed(ChannelRequest, request.headers.get("content-type", ""), await request.body())
    _check_socket(wish.socket_id)
    channel = wish.channel_name
    key = await _key_for(principal, sockets, pusher_apps, wish.socket_id, channel)
    channel_data = ""
    if channel.startswith("presence-"):
        user = await identity.user(principal.tenant_id, principal.user_id)
        channel_data = json.dumps({"user_id": principal.user_id, "user_info": {"name": user.name}})
    await _authorised(sockets, wish.socket_id, principal)
    signed: ChannelAuth = {"auth": sign(key, wish.socket_id, channel, channel_data)}
    if channel_data:
        signed["channel_data"] = channel_data
    return signed


@router.post(
    "/broadcasting/user-auth", openapi_extra=_form_or_json(UserRequest), operation_id="broadcasting_authorise_user"
)
async def authorise_user(
    request: Request, principal: Hearer, sockets: SocketsDep, pusher_apps: PusherAppsDep
) -> UserAuth:
    """Signs a socket in as the user of this session, as Pusher clients ask for it. The body is a form or JSON."""
    wish = _parsed(UserRequest, request.headers.get("content-type", ""), await request.body())
    _check_socket(wish.socket_id)
    key = await _key_for(principal, sockets, pusher_apps, wish.socket_id, None)
    user_data = json.dumps({"id": principal.user_id})
    await _authorised(sockets, wish.socket_id, principal)
    return {"auth": sign_user(key, wish.socket_id, user_data), "user_data": user_data}


def _check_socket(socket_id: str) -> None:
    if not SOCKET_ID.fullmatch(socket_id):
        raise Invalid(errors=[("socket_id", "the id of an open socket")])


async def _authorised(sockets: Sockets, socket_id: str, principal: Principal) -> None:
    """Raises: Unauthenticated, Refused, Unavailable."""
    if sockets.socket_authorised is not None:
        asked = sockets.socket_authorised(socket_id, principal)
        if asked is not None:
            await asked


async def _key_for(
    principal: Principal, sockets: Sockets, pusher_apps: ApplicationService, socket_id: str, channel: str | None
) -> RealtimeKey:
    """What to sign with, for this channel or for signing in. Raises: Refused, Unavailable."""
    if sockets.socket_application_at is not None:
        key = await sockets.socket_application_at(principal.tenant_id, socket_id)
    else:
        key = sockets.socket_application(socket_id)
    terms = None if key is None else pusher_apps.by_key(key)  # none has this installation's own
    if terms is not None and terms.tenant_id == principal.tenant_id:
        if channel is not None and not open_to_members(terms, channel):
            raise Refused("You cannot subscribe to this channel")
        return for_sessions(RealtimeKey(terms.key, terms.secret))
    if channel is not None and channel not in channels_of(principal.user_id, principal.tenant_id):
        raise Refused("You cannot subscribe to this channel")
    return sockets.realtime


def _parsed(kind: type[R], content_type: str, body: bytes) -> R:
    """Raises: Invalid."""
    try:
        if media_type(content_type) == JSON:
            return kind.model_validate(json.loads(body))
        pairs = urllib.parse.parse_qsl(body.decode(), strict_parsing=True, max_num_fields=10)
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a field came twice")
        return kind.model_validate(dict(pairs))
    except (ValidationError, ValueError, RecursionError):
        raise Invalid(f"{' and '.join(kind.model_fields)}, as a form or as JSON") from None
