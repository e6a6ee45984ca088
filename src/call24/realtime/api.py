"""Pusher's HTTP API at `/apps/ID/...` as a bare ASGI application: who is asking, and which request it is.

An application that does not exist, and one that did not sign this, are answered alike. What is done is in requests.py.
Source: Pusher Channels, "HTTP API Reference".
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.types import ASGIApp, Receive, Scope, Send

from call24.applications.model import Terms
from call24.realtime import requests
from call24.realtime.hub import Hub
from call24.realtime.namespace import Namespace
from call24.realtime.requests import Answer, Wrong
from call24.realtime.signature import fault, parameters

BODY_MAX = 256 * 1024
_PATH = re.compile(r"(?:.*?)(/apps/([0-9]{1,20})/(.*))", re.DOTALL)
_USER = re.compile(r"users/([^/]{1,128})/terminate_connections", re.DOTALL)
_CHANNEL = re.compile(r"channels/([^/]{1,200})(/users)?", re.DOTALL)
_NOBODY = secrets.token_hex(20)

ByNumber = Callable[[str], Terms | None]


def api_app(hub: Hub, by_number: ByNumber) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1008})
            return
        try:
            told: Any = await _answered(hub, by_number, scope, receive)
            status, body, kind = 200, msgspec.json.encode(told), b"application/json"
        except Wrong as wrong:
            status, body, kind = wrong.status, f"{wrong}\n".encode(), b"text/plain; charset=utf-8"
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


async def _answered(hub: Hub, by_number: ByNumber, scope: Scope, receive: Receive) -> Answer:
    """Raises: Wrong."""
    path = _PATH.fullmatch(scope["path"])
    if path is None:
        raise Wrong(404, "There is nothing here")
    asked = parameters(scope["query_string"].decode("latin-1"))
    if asked is None:
        raise Wrong(400, "A parameter came twice")
    body = await _body(receive)
    terms = by_number(path[2])
    key, secret = (terms.key, terms.secret) if terms is not None else (asked.get("auth_key", ""), _NOBODY)
    if (why := fault(key, secret, scope["method"], path[1], asked, body, hub.clock.now())) is not None:
        raise Wrong(401, why)
    namespace = hub.namespace(key)
    if terms is None or namespace is None:
        raise Wrong(401, "There is no such application")
    if not terms.served:
        raise Wrong(403, "The application is switched off")
    return _routed(namespace, scope["method"], path[3], asked, body)


def _routed(namespace: Namespace, method: str, path: str, asked: dict[str, str], body: bytes) -> Answer:
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


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_MAX:
            raise Wrong(413, "The request is too large")
        if message["type"] != "http.request" or not message.get("more_body", False):
            return bytes(body)
