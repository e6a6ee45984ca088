"""SIP to a carrier's host, for a question at a time: over UDP, TCP or TLS, to an address that was looked at before.

It sends what it is given and returns the final response; what the far side says beside its status goes nowhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import ssl
from collections.abc import AsyncIterator
from typing import Any

from call24.kit.sip_targets import SipTarget
from call24.testphones.sip_message import MAX_BYTES, MalformedSip, SipMessage, parse, request

ANSWER_S, CONNECT_S = 4.0, 4.0
REPEAT_S = (0.5, 1.0, 2.0)
"""Over UDP, after each of these. Source: RFC 3261, 17.1.2.2 (timer E)."""


class Silent(Exception):
    """No final response in time."""


class CarrierLink:
    """`local`: our own address and port. `_heard`: what arrived, or why nothing will."""

    def __init__(self, transport: str, local: tuple[str, int]) -> None:
        self.transport = transport
        self.local = local
        self._heard: asyncio.Queue[SipMessage | OSError] = asyncio.Queue(32)

    def send(self, raw: bytes) -> None:
        raise NotImplementedError

    def heard(self, one: SipMessage | OSError) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self._heard.put_nowait(one)

    async def ask(self, message: SipMessage) -> SipMessage:
        """Raises: Silent, OSError."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        repeats = [begun + sum(REPEAT_S[: n + 1]) for n in range(len(REPEAT_S))] if self.transport == "udp" else []
        self.send(message.encode())
        while True:
            until = min([begun + ANSWER_S, *repeats])
            try:
                async with asyncio.timeout_at(until):
                    found = await self._heard.get()
            except TimeoutError:
                if loop.time() >= begun + ANSWER_S:
                    raise Silent from None
                repeats = repeats[1:]
                self.send(message.encode())
                continue
            if isinstance(found, OSError):
                raise found
            if found.status >= 200 and found.call_id == message.call_id and found.cseq == message.cseq:
                return found

    def request(
        self, method: str, uri: str, who: str, number: int, call_id: str, more: tuple[tuple[str, str], ...] = ()
    ) -> SipMessage:
        """`who`: the URI in From and To."""
        host, port = self.local
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        via = f"SIP/2.0/{self.transport.upper()} {place};branch=z9hG4bK{secrets.token_hex(8)};rport"
        headers = (
            ("Via", via),
            ("Max-Forwards", "70"),
            ("From", f"<{who}>;tag={secrets.token_hex(6)}"),
            ("To", f"<{who}>" if method == "REGISTER" else f"<{uri}>"),
            ("Call-ID", call_id),
            ("CSeq", f"{number} {method}"),
            ("User-Agent", "Call24"),
            *more,
        )
        return request(method, uri, headers)


class _Datagrams(CarrierLink, asyncio.DatagramProtocol):
    def __init__(self) -> None:
        super().__init__("udp", ("", 0))
        self._way: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: Any) -> None:
        self._way = transport
        self.local = transport.get_extra_info("sockname")[:2]

    def datagram_received(self, data: bytes, addr: Any) -> None:
        with contextlib.suppress(MalformedSip):
            self.heard(parse(data))

    def error_received(self, exc: Exception) -> None:
        self.heard(exc if isinstance(exc, OSError) else OSError(str(exc)))

    def send(self, raw: bytes) -> None:
        assert self._way is not None
        self._way.sendto(raw)

    def close(self) -> None:
        if self._way is not None:
            self._way.abort()


class _Stream(CarrierLink):
    def __init__(self, transport: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__(transport, writer.get_extra_info("sockname")[:2])
        self._reader, self._writer = reader, writer

    def send(self, raw: bytes) -> None:
        self._writer.write(raw)

    async def read(self) -> None:
        """Until it ends."""
        try:
            while True:
                head = await self._reader.readuntil(b"\r\n\r\n")
                if not head.strip():  # an answer to a keep-alive
                    continue
                message = parse(head.lstrip(b"\r\n").replace(b"Content-Length", b"X-Length"))
                length = int(message.header("X-Length") or message.header("l") or 0)
                await self._reader.readexactly(min(length, MAX_BYTES))
                self.heard(message)
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as trouble:
            self.heard(OSError(type(trouble).__name__))


@contextlib.asynccontextmanager
async def carrier_link(
    place: SipTarget, transport: str, host: str, context: ssl.SSLContext | None
) -> AsyncIterator[CarrierLink]:
    """`host`: the name that its certificate must have, by TLS. Raises: OSError, ssl.SSLError, TimeoutError."""
    loop = asyncio.get_running_loop()
    if transport == "udp":
        _, link = await loop.create_datagram_endpoint(_Datagrams, remote_addr=(place.address, place.port))
        try:
            yield link
        finally:
            link.close()
        return
    name = host if context is not None else None
    async with asyncio.timeout(CONNECT_S):
        reader, writer = await asyncio.open_connection(place.address, place.port, ssl=context, server_hostname=name)
    stream = _Stream(transport, reader, writer)
    reading = asyncio.create_task(stream.read(), name="carrier link")
    try:
        yield stream
    finally:
        reading.cancel()
        writer.transport.abort()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
