"""The audio of a plain call: RTP over UDP, one port for each call, as a carrier brings it."""

from __future__ import annotations

import asyncio
from typing import Any

from call24.testphones.rtp import RtpStream

Address = tuple[str, int]


class AudioSocket(asyncio.DatagramProtocol):
    """The audio port of one call. Sends nothing until `to` is known."""

    transport: asyncio.DatagramTransport

    def __init__(self) -> None:
        self.to: Address | None = None
        self.stream: RtpStream | None = None
        self.host, self.port = "", 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.host, self.port = transport.get_extra_info("sockname")[:2]

    def datagram_received(self, raw: bytes, source: Any) -> None:
        if self.stream is not None:
            self.stream.receive(raw)

    def send(self, packet: bytes) -> None:
        if self.to is not None and not self.transport.is_closing():
            self.transport.sendto(packet, self.to)

    def close(self) -> None:
        self.transport.close()


async def open_audio(host: str, ports: tuple[int, int] | None = None) -> AudioSocket:
    """`ports`: an inclusive range; None takes any free one. Raises: OSError if none can be had."""
    loop = asyncio.get_running_loop()
    choices = [0] if ports is None else range(ports[0], ports[1] + 1, 2)
    for port in choices:
        try:
            return (await loop.create_datagram_endpoint(AudioSocket, local_addr=(host, port)))[1]
        except OSError:
            continue
    raise OSError(f"no free audio port in {ports}")
