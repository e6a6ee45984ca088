"""The websocket endpoint `/app/{key}` as a bare ASGI application: one task per direction, bounded in every way.

Who may subscribe is asked of the hub. Clients say little (pings and subscriptions), so what they may say is narrow.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Iterable
from typing import assert_never
from urllib.parse import parse_qs, urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from call24.realtime import protocol as p
from call24.realtime.connection import Connection
from call24.realtime.hub import Hub
from call24.realtime.protocol import Close
from call24.realtime.pulse import Pulse

IN_MAX = 10_240
CHANNELS_MAX = 20
CLOSE_S = 0.5

_PATH = re.compile(r"(?:.*/)?app/([A-Za-z0-9_-]{1,64})/?")
_WHY = {
    Close.UNKNOWN_APP: "There is no such app",
    Close.UNKNOWN_PATH: "There is nothing here",
    Close.BAD_VERSION: "The protocol's version is a number",
    Close.UNSUPPORTED_VERSION: "This version of the protocol is not spoken here: use 7",
    Close.NO_VERSION: "The address names no version of the protocol",
    Close.OVER_CAPACITY: "Too many sockets: try again later",
}


def realtime_app(hub: Hub, origins: Iterable[str] = ()) -> ASGIApp:
    """`origins`: web pages of other hosts that may connect, such as `https://desk.example.org`."""
    allowed = frozenset(origins)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = [(b"content-type", b"text/plain"), (b"upgrade", b"websocket"), (b"connection", b"upgrade")]
            await send({"type": "http.response.start", "status": 426, "headers": headers})
            await send({"type": "http.response.body", "body": b"Connect with a websocket\n"})
            return
        if scope["type"] != "websocket" or (await receive())["type"] != "websocket.connect":
            return
        if not origin_allowed(scope, allowed):
            await send({"type": "websocket.close", "code": 1008})  # before accepting: answered with 403
            return
        # The server raises OSError (or its own subclass) when the client is gone.
        with contextlib.suppress(OSError):
            await send({"type": "websocket.accept"})
            await _serve(hub, scope, receive, send)

    return app


def origin_allowed(scope: Scope, others: frozenset[str] = frozenset()) -> bool:
    """Browsers name the page that connects: it must be ours. What is no browser names none. Source: RFC 6455 10.2."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    if not origin or origin in others:
        return not origin or origin != "null"
    try:
        page = urlsplit(origin)
        served = urlsplit(f"{page.scheme}://{headers.get(b'host', b'').decode('latin-1')}")
        ports = {"https": 443, "http": 80}
        return (
            page.scheme in ports
            and page.hostname is not None
            and (page.hostname, page.port or ports[page.scheme]) == (served.hostname, served.port or ports[page.scheme])
        )
    except ValueError:
        return False


def _fault(hub: Hub, scope: Scope) -> Close | None:
    """Why this address is not served."""
    path = _PATH.fullmatch(scope["path"])
    if path is None:
        return Close.UNKNOWN_PATH
    if path[1] != hub.key:
        return Close.UNKNOWN_APP
    return p.version_fault(parse_qs(scope["query_string"].decode("latin-1")).get("protocol", [None])[0])


async def _serve(hub: Hub, scope: Scope, receive: Receive, send: Send) -> None:
    fault = _fault(hub, scope)
    connection = None if fault else hub.open()
    if connection is None:
        fault = fault or Close.OVER_CAPACITY
        await _close(send, fault, _WHY[fault])
        return
    pulse = Pulse(connection, hub.clock)
    try:
        connection.put(p.established(connection.socket_id))
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(_write(connection, send))
            reading = group.create_task(_read(hub, connection, pulse, receive))
            await connection.closed.wait()
            writing.cancel()
            reading.cancel()
    except* OSError:
        connection.gone()
    finally:
        pulse.stop()
        hub.leave(connection)
    if connection.close_code is not None:
        await _close(send, connection.close_code, connection.close_reason)


async def _close(send: Send, code: Close, reason: str) -> None:
    """Say why, and close. A client that takes nothing more is not waited for."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_S):
            await send({"type": "websocket.send", "text": p.error(code, reason)})
            await send({"type": "websocket.close", "code": int(code), "reason": reason})


async def _write(connection: Connection, send: Send) -> None:
    while True:
        await send({"type": "websocket.send", "text": await connection.next()})


async def _read(hub: Hub, connection: Connection, pulse: Pulse, receive: Receive) -> None:
    """Until the client leaves."""
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            connection.gone()
            return
        text = message.get("text")
        if text is None or len(text) > IN_MAX:
            connection.close(Close.TOO_BIG, "A message is text of at most 10 KB")
        elif not pulse.heard():
            connection.close(Close.OVER_CAPACITY, "Too many messages")
        elif (answer := _answer(hub, connection, p.parse(text))) is not None and not connection.put(answer):
            connection.close(Close.OVER_CAPACITY, "Too slow: connect again")


def _answer(hub: Hub, connection: Connection, frame: p.Frame) -> str | None:
    """Do what the client asks for, and what it is told."""
    match frame:
        case p.Ping():
            return p.PONG
        case p.Subscribe(channel, auth):
            if len(connection.channels) >= CHANNELS_MAX and channel not in connection.channels:
                return p.subscription_error(channel, "This socket has too many subscriptions")
            if hub.subscribe(connection, channel, auth) is None:
                return p.subscription_error(channel, "The authorisation is not valid, or not any more")
            return p.subscribed(channel)
        case p.Unsubscribe(channel):
            hub.unsubscribe(connection, channel)
            return None
        case p.ClientEvent():
            return p.error(p.CLIENT_EVENT_REFUSED, "Clients cannot publish here: use the API")
        case p.Malformed(why):
            return p.error(None, why)
        case p.Pong() | p.Other():
            return None
    assert_never(frame)
