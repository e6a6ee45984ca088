"""The websocket endpoint `/app/{key}` as a bare ASGI application: one task per direction, bounded in every way.

Which application an address is of, and whether a socket may speak so much, is decided here; what it asks for is
answered in answers.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from call24.realtime import protocol as p
from call24.realtime.answers import Place, answer
from call24.realtime.connection import Connection
from call24.realtime.hub import Hub
from call24.realtime.namespace import Namespace
from call24.realtime.protocol import Close
from call24.realtime.pulse import Pulse

IN_MAX = 12_288
"""Bytes of a message: an event's data, and room for its names."""
CLOSE_S = 0.5

_PATH = re.compile(r"(?:.*/)?app/([A-Za-z0-9_-]{1,64})/?")
_WHY = {
    Close.TLS_ONLY: "This application is reached by TLS only: use wss",
    Close.UNKNOWN_APP: "There is no such app",
    Close.DISABLED: "The application is switched off",
    Close.OVER_QUOTA: "The application has as many sockets as it may have",
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
        if _is_house(hub, scope) and not origin_allowed(scope, allowed):
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


def _is_house(hub: Hub, scope: Scope) -> bool:
    """Pages of organisations' own applications are on hosts of their own; no cookie of ours lets them in."""
    path = _PATH.fullmatch(scope["path"])
    return path is None or path[1] == hub.key


def _namespace(hub: Hub, scope: Scope) -> Namespace | Close:
    """The application that this address is of, or why it is not served."""
    path = _PATH.fullmatch(scope["path"])
    if path is None:
        return Close.UNKNOWN_PATH
    namespace = hub.namespace(path[1])
    if namespace is None:
        return Close.UNKNOWN_APP
    version = parse_qs(scope["query_string"].decode("latin-1")).get("protocol", [None])[0]
    if (fault := p.version_fault(version)) is not None:
        return fault
    if namespace.terms.tls_only and scope.get("scheme", "ws") != "wss":
        return Close.TLS_ONLY
    return namespace


def _opened(hub: Hub, scope: Scope) -> Place | Close:
    namespace = _namespace(hub, scope)
    if isinstance(namespace, Close):
        return namespace
    connection = hub.open(namespace)
    return connection if isinstance(connection, Close) else Place(hub, namespace, connection)


async def _serve(hub: Hub, scope: Scope, receive: Receive, send: Send) -> None:
    place = _opened(hub, scope)
    if isinstance(place, Close):
        await _close(send, place, _WHY[place])
        return
    connection = place.connection
    pulse = Pulse(connection, hub.clock, must_subscribe=place.namespace is hub.house)
    try:
        connection.put(p.established(connection.socket_id))
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(_write(connection, send))
            reading = group.create_task(_read(place, pulse, receive))
            await connection.closed.wait()
            writing.cancel()
            reading.cancel()
    except* OSError:
        connection.gone()
    finally:
        pulse.stop()
        hub.leave(place.namespace, connection)
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


async def _read(place: Place, pulse: Pulse, receive: Receive) -> None:
    """Until the client leaves."""
    connection = place.connection
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            connection.gone()
            return
        text = message.get("text")
        if text is None or len(text) > IN_MAX or len(text.encode(errors="replace")) > IN_MAX:
            connection.close(Close.TOO_BIG, "A message is text of at most 12 KB")
        elif not pulse.heard():
            connection.close(Close.OVER_CAPACITY, "Too many messages")
        else:
            for told in answer(place, p.parse(text)):
                if not connection.put(told):
                    connection.close(Close.OVER_CAPACITY, "Too slow: connect again")
