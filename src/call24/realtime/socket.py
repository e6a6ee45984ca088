"""The websocket endpoint `/app/KEY` as a protocol of the event loop: no task and no queue for each socket.

uvicorn makes one of these for each request to upgrade (`ws=`). The handshake is the package websockets'; frames are
read by frames.py; what a client asks for is answered in answers.py. Why not as an ASGI application: ADR 42.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.http11 import Request
from websockets.server import ServerProtocol

from call24.kit.admission import Admitted
from call24.kit.proxies import Proxies
from call24.realtime import frames
from call24.realtime import protocol as p
from call24.realtime.activity_timeout import ActivityTimeout
from call24.realtime.client_messages import Origin, answer
from call24.realtime.connection import Connection
from call24.realtime.frames import BrokenFrame, FrameKind, Message
from call24.realtime.handshake import WHY, UpgradeRequest, is_built_in, namespace_of, origin_allowed
from call24.realtime.hub import Hub
from call24.realtime.protocol import Close

IN_MAX = 12_288
"""Bytes of a message: an event's data, and room for its names."""
CLOSE_S = 0.5
"""How long a client may take to close too."""


def realtime_app() -> ASGIApp:
    """What is told to who comes to `/app` without a websocket."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = [(b"content-type", b"text/plain"), (b"upgrade", b"websocket"), (b"connection", b"upgrade")]
            await send({"type": "http.response.start", "status": 426, "headers": headers})
            await send({"type": "http.response.body", "body": b"Connect with a websocket\n"})

    return app


def sockets(
    hub: Hub, origins: Iterable[str] = (), proxies: Iterable[str] = (), kind: type[Socket] | None = None
) -> Callable[..., Socket]:
    """For uvicorn's `ws`. `origins`: pages of other hosts that may connect, such as `https://desk.example.org`.
    `proxies`: addresses and networks of reverse proxies that say by which scheme they were asked."""
    allowed, believed, wanted = frozenset(origins), Proxies(proxies), kind or Socket

    def made(*, server_state: Any = None, **_of_uvicorn: Any) -> Socket:
        return wanted(hub, allowed, believed, set() if server_state is None else server_state.connections)

    return made


class Socket(asyncio.Protocol):
    """`open_ones`: those that uvicorn waits for before it ends."""

    __slots__ = (
        "_admitted",
        "_hub",
        "_open_ones",
        "_origins",
        "_place",
        "_proxies",
        "_pulse",
        "_reader",
        "_shaken",
        "_transport",
    )

    def __init__(self, hub: Hub, origins: frozenset[str], proxies: Proxies, open_ones: set[Any]) -> None:
        self._hub = hub
        self._origins = origins
        self._proxies = proxies
        self._open_ones = open_ones
        self._transport: asyncio.Transport | None = None
        self._place: Origin | None = None
        self._pulse: ActivityTimeout | None = None
        self._reader: frames.FrameReader | None = frames.FrameReader(IN_MAX)  # until nothing can be read any more
        self._shaken = False
        self._admitted: Admitted | None = None

    def stands_at(self, admitted: Admitted) -> None:
        """The place that its connection has among all of them. One of an application counts for the organisation."""
        self._admitted = admitted
        if self._place is not None:
            self._place.connection.proven = admitted.proven
            if (terms := self._place.namespace.terms) is not self._hub.built_in.terms:
                admitted.of_tenant(terms.tenant_id)

    # --- the event loop's and uvicorn's calls ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._open_ones.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._leave()
        self._open_ones.discard(self)
        self._transport = None
        if self._admitted is not None:
            self._admitted.leave()

    def data_received(self, data: bytes) -> None:
        if not self._shaken:
            self._shaken = True
            try:
                self._shake(data)
            except BaseException:  # the transport is not this protocol's yet, so that nobody would tell it of the end
                self._leave()
                self._open_ones.discard(self)
                raise
            return
        try:
            for message in self._reader.feed(data) if self._reader is not None else ():
                self._heard(message)
        except BrokenFrame as broken:
            self._broken(broken)

    def shutdown(self) -> None:
        """The server ends: clients come back at once, to the one that follows."""
        if self._place is not None:
            self._place.connection.close(Close.AGAIN, "The server starts anew: connect again")
        elif self._transport is not None:
            self._transport.close()

    # --- beginning ---

    def _shake(self, head: bytes) -> None:
        """Source: RFC 6455 4.2."""
        assert self._transport is not None
        shaking = ServerProtocol()
        shaking.receive_data(head)
        request = next(iter(shaking.events_received()), None)
        if not isinstance(request, Request):
            self._transport.close()
            return
        asked = self._asked(request)
        if is_built_in(self._hub, asked) and not origin_allowed(asked, self._origins):
            response = shaking.reject(403, "This page may not connect\n")
        else:
            response = shaking.accept(request)
        shaking.send_response(response)
        self._transport.write(b"".join(shaking.data_to_send()))
        if response.status_code == 101:
            self._open(self._transport, asked)
        else:
            self._transport.close()

    def _asked(self, request: Request) -> UpgradeRequest:
        """A proxy that is believed says by which scheme it was asked itself."""
        assert self._transport is not None
        said = {name: request.headers.get_all(name) for name in ("Host", "Origin", "X-Forwarded-Proto")}
        first = {name: values[0] if values else "" for name, values in said.items()}
        peer = self._transport.get_extra_info("peername") or ("",)
        scheme = first["X-Forwarded-Proto"].strip() if peer[0] in self._proxies else ""
        tls = scheme in ("https", "wss") if scheme else self._transport.get_extra_info("sslcontext") is not None
        return UpgradeRequest(request.path, first["Host"], first["Origin"], tls)

    def _open(self, transport: asyncio.Transport, asked: UpgradeRequest) -> None:
        namespace = namespace_of(self._hub, asked)
        if isinstance(namespace, Close):
            self._end(namespace, WHY[namespace])
            return
        connection = self._hub.open(namespace, transport, self._end)
        if isinstance(connection, Close):
            self._end(connection, WHY[connection])
            return
        self._place = Origin(self._hub, namespace, connection)
        self._pulse = ActivityTimeout(connection, self._hub.clock, must_subscribe=namespace is self._hub.built_in)
        self._hub.heartbeat.add(connection, transport)
        self._greet(connection)

    def _greet(self, connection: Connection) -> None:
        connection.put(p.established(connection.socket_id))

    # --- hearing ---

    def _heard(self, message: Message) -> None:
        if self._place is None or self._pulse is None or self._place.connection.closing:
            if message.kind is FrameKind.CLOSE and self._transport is not None:
                self._transport.close()
            return
        connection = self._place.connection
        if message.kind is FrameKind.CLOSE:
            self._said_goodbye(message.payload)
        elif not self._pulse.heard():
            connection.close(Close.OVER_CAPACITY, "Too many messages")
        elif message.kind is FrameKind.PING:
            connection.put_frame(frames.frame(FrameKind.PONG, message.payload))
        elif message.kind is FrameKind.BYTES:
            connection.close(Close.TOO_BIG, "A message is text of at most 12 KB")
        elif message.kind is FrameKind.TEXT:
            self._answer(self._place, message.payload)

    def _answer(self, place: Origin, payload: bytes) -> None:
        try:
            said = payload.decode()
        except UnicodeDecodeError:
            raise BrokenFrame(frames.NO_TEXT, "text is UTF-8") from None
        for told in self._told(place, said):
            if not place.connection.put(told):
                place.connection.close(Close.OVER_CAPACITY, "Too slow: connect again")

    def _told(self, place: Origin, said: str) -> list[str]:
        return answer(place, p.parse(said))

    # --- ending ---

    def _said_goodbye(self, payload: bytes) -> None:
        """Raises: Broken."""
        code = frames.close_code(payload)
        self._depart(frames.frame(FrameKind.CLOSE, b"") if code == frames.NO_CODE else frames.close(code, ""))

    def _broken(self, broken: BrokenFrame) -> None:
        if broken.code == frames.TOO_BIG and self._place is not None:
            self._place.connection.close(Close.TOO_BIG, "A message is text of at most 12 KB")
        else:
            self._depart(frames.close(broken.code, str(broken)))
        self._reader = None

    def _depart(self, goodbye: bytes) -> None:
        self._leave()
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(goodbye)
            self._transport.close()
            self._abort_later()

    def _end(self, code: Close, reason: str) -> None:
        """Say why, and close. A client that takes nothing more is not waited for."""
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(frames.text(p.error(code, reason)) + frames.close(code, reason))
        self._abort_later()
        asyncio.get_running_loop().call_soon(self._leave)  # not from amid a publication

    def _abort_later(self) -> None:
        assert self._transport is not None
        asyncio.get_running_loop().call_later(CLOSE_S, self._transport.abort)

    def _leave(self) -> None:
        place, self._place = self._place, None
        if self._pulse is not None:
            self._pulse.stop()
            self._pulse = None
        if place is not None:
            place.connection.gone()
            self._hub.leave(place.namespace, place.connection)
