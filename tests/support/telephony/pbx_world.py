"""Both ends of the way to a PBX in this process, with a stand-in for Asterisk that sends back what it gets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from call24.installer import pbx_pairing
from call24.kit.pbx_pairing import Pairing, Place
from call24.kit.settings import Settings
from call24.pbx.link import Link
from call24.pbx.listener import HANDSHAKES, Listener, listening, targets
from call24.pbx.wire import pbx_side

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def paired(folder: Path) -> tuple[Path, Pairing]:
    """A new PBX: the folder of its certificates, and what its server is given."""
    settings = Settings(data=folder)
    pbx_pairing.make(settings)
    return settings.pbx_secrets, Pairing.load(settings.pbx_secrets / "pairing.json")


@dataclass
class PbxWorld:
    """`heard`: all that came to Asterisk; `came_from`: from which address, each connection."""

    listener: Listener
    port: int
    link: Link
    link_port: int = 0
    heard: bytearray = field(default_factory=bytearray)
    came_from: list[str] = field(default_factory=list)
    read_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def connect(self, come_from: str = "127.0.0.1") -> Stream:
        """As the server does, at its own end."""
        return await asyncio.open_connection("127.0.0.1", self.link_port, local_addr=(come_from, 0))

    async def knock(self, context: ssl.SSLContext, name: str = "call24-pbx") -> Stream:
        """At the PBX's port, with certificates of the test's choice."""
        return await asyncio.open_connection("127.0.0.1", self.port, ssl=context, server_hostname=name)

    async def asterisk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.came_from.append(writer.get_extra_info("peername")[0])
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await self.read_on.wait()
                self.heard += data
                writer.write(data)
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def pbx_world(
    folder: Path,
    *,
    handshakes: int = HANDSHAKES,
    pairing: Pairing | None = None,
    through: int = 0,
    listens: socket.socket | None = None,
) -> AsyncIterator[PbxWorld]:
    """`pairing`: another one than the PBX's, for the server; `through`: a port that leads to the PBX's."""
    secrets, own = paired(folder)
    world: PbxWorld | None = None

    async def asterisk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert world is not None
        await world.asterisk(reader, writer)

    pbx = await asyncio.start_server(asterisk, "127.0.0.1", 0)
    listens = listens or listening("127.0.0.1", 0)
    port = listens.getsockname()[1]
    listener = Listener(
        pbx_side(secrets), targets(pbx.sockets[0].getsockname()[1], folder / "keeper.sock"), handshakes=handshakes
    )
    world = PbxWorld(listener, port, Link(pairing or own, Place("127.0.0.1", through or port)))
    world.read_on.set()
    here = await world.link.listen(0)
    world.link_port = here.sockets[0].getsockname()[1]
    running = asyncio.create_task(listener.run(listens))
    try:
        yield world
    finally:
        running.cancel()
        await asyncio.wait({running})
        for server in (here, pbx):
            server.close()
        world.link.close()
        listens.close()
