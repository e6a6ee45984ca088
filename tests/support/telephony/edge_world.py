"""The phones' port in this process, with a stand-in for Asterisk that registers whoever asks, or does not."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Origin, Subprotocol

from call24.installer import certificates
from call24.kit.settings import Settings
from call24.sip_edge.__main__ import listening, tls
from call24.sip_edge.gate import Gate
from call24.sip_edge.limits import ConnectionLimits

SIP = Subprotocol("sip")
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def register(name: str = "ten_a.dev_b", *, cseq: int = 1) -> str:
    return f"REGISTER sip:call24 SIP/2.0\r\nTo: <sip:{name}@call24>\r\nCSeq: {cseq} REGISTER\r\n\r\n"


@dataclass
class EdgeWorld:
    """`answers`: what Asterisk says to a request; `heard`: what came to it, and from which address."""

    gate: Gate
    port: int
    trusting: ssl.SSLContext
    answers: dict[str, int] = field(default_factory=lambda: {"REGISTER": 200})
    heard: list[str] = field(default_factory=list)
    came_from: list[str] = field(default_factory=list)
    links: list[ServerConnection] = field(default_factory=list)

    def connect(self, address: str | None = "127.0.0.1", **more: Any) -> connect:
        where: dict[str, Any] = {} if address is None else {"host": "127.0.0.1", "local_addr": (address, 0)}
        given: dict[str, Any] = {"subprotocols": [SIP], "ssl": self.trusting, "compression": None}
        return connect(f"wss://localhost:{self.port}/ws", **{**given, **where, **more})

    async def phone(self, name: str = "ten_a.dev_b", address: str = "127.0.0.1") -> ClientConnection:
        link = await self.connect(address)
        await link.send(register(name))
        assert str(await link.recv()).startswith("SIP/2.0 200 ")
        return link

    async def raw(self, address: str = "127.0.0.1", *, tls: bool = False) -> Stream:
        """No websocket: TCP, or TLS."""
        secure: dict[str, Any] = {"ssl": self.trusting, "server_hostname": "localhost"} if tls else {}
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0), **secure)

    async def asterisk(self, link: ServerConnection) -> None:
        self.links.append(link)
        self.came_from.append(link.remote_address[0])
        with contextlib.suppress(Exception):
            async for request in link:
                self.heard.append(str(request))
                method, _, rest = str(request).partition(" ")
                status = self.answers.get(method)
                if status is not None:
                    head = rest.partition("\r\n")[2]
                    await link.send(f"SIP/2.0 {status} So\r\n{head}")


@contextlib.asynccontextmanager
async def edge_world(
    folder: Path, limits: ConnectionLimits, *, proxies: tuple[str, ...] = (), origins: tuple[str, ...] = ()
) -> AsyncIterator[EdgeWorld]:
    settings = Settings(data=folder)
    certificates.make(settings)
    socket = listening("127.0.0.1", 0)
    world: EdgeWorld | None = None

    async def asterisk(link: ServerConnection) -> None:
        assert world is not None
        await world.asterisk(link)

    async with serve(asterisk, "127.0.0.1", 0, subprotocols=[SIP], compression=None) as pbx:
        gate = Gate(limits, tls(settings), ari_port=pbx.sockets[0].getsockname()[1], proxies=proxies, origins=origins)
        trusting = ssl.create_default_context(cafile=str(settings.tls / "ca.pem"))
        world = EdgeWorld(gate, socket.getsockname()[1], trusting)
        gate.listen(socket)
        running = asyncio.create_task(gate.run())
        try:
            yield world
        finally:
            running.cancel()
            asyncio.get_running_loop().remove_reader(socket.fileno())
            socket.close()
            gate.close()


__all__ = ["SIP", "EdgeWorld", "Origin", "Stream", "edge_world", "register"]
