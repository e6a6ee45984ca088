"""Pusher's HTTP API at `/apps/ID/...` as a bare ASGI application: who is asking, and which request it is.

An application that does not exist, and one that did not sign this, are answered alike. What is done is in requests.py.
Source: Pusher Channels, "HTTP API Reference".
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple

import msgspec
from starlette.types import ASGIApp, Receive, Scope, Send

from call24.pusher_apps.model import AppTerms
from call24.realtime import requests
from call24.realtime.app_channels import AppChannels
from call24.realtime.hub import Hub
from call24.realtime.request_signature import fault, parameters
from call24.realtime.requests import Answer, Wrong

BODY_MAX = 256 * 1024
_PATH = re.compile(r"(?:.*?)(/apps/([0-9]{1,20})/(.*))", re.DOTALL)
_USER = re.compile(r"users/([^/]{1,128})/terminate_connections", re.DOTALL)
_CHANNEL = re.compile(r"channels/([^/]{1,200})(/users)?", re.DOTALL)
_NOBODY = secrets.token_hex(20)

ByNumber = Callable[[str], AppTerms | None]


class Request(NamedTuple):
    """As it came; `path` from `/apps/` on."""

    method: str
    path: str
    query: str
    body: bytes


class ApiReply(NamedTuple):
    """`body`: JSON with status 200, else a line of text."""

    status: int
    body: bytes

    @classmethod
    def refused(cls, wrong: Wrong) -> ApiReply:
        return cls(wrong.status, f"{wrong}\n".encode())


Replying = Callable[[Request], Awaitable[ApiReply]]


def api_app(hub: Hub, by_number: ByNumber) -> ASGIApp:
    async def replying(request: Request) -> ApiReply:
        return reply(hub, by_number, request)

    return served(replying)


def served(replying: Replying) -> ASGIApp:
    """`replying`: where requests go that are none too large."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1008})
            return
        try:
            said = await replying(await _request(scope, receive))
        except Wrong as wrong:
            said = ApiReply.refused(wrong)
        kind = b"application/json" if said.status == 200 else b"text/plain; charset=utf-8"
        headers = [(b"content-type", kind), (b"content-length", str(len(said.body)).encode())]
        await send({"type": "http.response.start", "status": said.status, "headers": headers})
        await send({"type": "http.response.body", "body": said.body})

    return app


def reply(hub: Hub, by_number: ByNumber, request: Request) -> ApiReply:
    """What the request does is done when this returns."""
    try:
        terms, asked = asking(by_number, request, hub.clock.wall())
        namespace = hub.namespace(terms.key)
        if namespace is None:
            raise Wrong(401, "There is no such application")
        if not terms.served:
            raise Wrong(403, "The application is switched off")
        path = _PATH.fullmatch(request.path)
        assert path is not None
        return ApiReply(200, msgspec.json.encode(_routed(namespace, request.method, path[3], asked, request.body)))
    except Wrong as wrong:
        return ApiReply.refused(wrong)


def number_of(request: Request) -> str | None:
    """The application's, as the path has it."""
    path = _PATH.fullmatch(request.path)
    return None if path is None else path[2]


def asking(by_number: ByNumber, request: Request, now: datetime) -> tuple[AppTerms, dict[str, str]]:
    """The application that signed this, and the parameters. Raises: Wrong."""
    number = number_of(request)
    if number is None:
        raise Wrong(404, "There is nothing here")
    asked = parameters(request.query)
    if asked is None:
        raise Wrong(400, "A parameter came twice")
    terms = by_number(number)
    key, secret = (terms.key, terms.secret) if terms is not None else (asked.get("auth_key", ""), _NOBODY)
    if (why := fault(key, secret, request.method, request.path, asked, request.body, now)) is not None:
        raise Wrong(401, why)
    if terms is None:
        raise Wrong(401, "There is no such application")
    return terms, asked


def _routed(namespace: AppChannels, method: str, path: str, asked: dict[str, str], body: bytes) -> Answer:
    user, channel = _USER.fullmatch(path), _CHANNEL.fullmatch(path)
    match method:
        case "POST" if path == "events":
            return requests.trigger(namespace, body)
        case "POST" if path == "batch_events":
            return requests.trigger_batch(namespace, body)
        case "POST" if user is not None:
            return requests.terminate(namespace, user[1])
        case "GET" if path == "channels":
            return requests.channels(namespace, asked)
        case "GET" if channel is not None and channel[2]:
            return requests.users(namespace, channel[1])
        case "GET" if channel is not None:
            return requests.channel(namespace, channel[1], asked)
    raise Wrong(404, "There is nothing here")


async def _request(scope: Scope, receive: Receive) -> Request:
    """Raises: Wrong."""
    path = _PATH.fullmatch(scope["path"])
    whole = scope["path"] if path is None else path[1]
    return Request(scope["method"], whole, scope["query_string"].decode("latin-1"), await _body(receive))


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_MAX:
            raise Wrong(413, "The request is too large")
        if message["type"] != "http.request" or not message.get("more_body", False):
            return bytes(body)
