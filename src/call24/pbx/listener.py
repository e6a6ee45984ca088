"""The PBX host's port: whoever shows the server's certificate is led to Asterisk on this machine, others to nothing.

Connections in their handshake are counted apart from those that were let in, so that unauthenticated clients hold up
nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import socket
import ssl
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from call24.kit.settings_types import PHONES_FROM
from call24.pbx.pipe import End
from call24.pbx.wire import CONTROL, GOODBYE_S, HANDSHAKE_S, PHONES, RECORDINGS

log = logging.getLogger(__name__)

HANDSHAKES = 512
CONNECTIONS = 20_000
CONNECT_S = 2.0
PAUSE_S = 0.1
"""After an accept that failed, for want of descriptors."""


def listening(host: str, port: int) -> socket.socket:
    """Raises: OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024, dualstack_ipv6=host == "::")


class Target(NamedTuple):
    """A port of this machine, and from which of its addresses it is reached."""

    port: int
    come_from: str


def targets(ari_port: int, keeper: Path) -> dict[str, Target | Path]:
    """`keeper`: the socket of the recording keeper."""
    return {CONTROL: Target(ari_port, "127.0.0.1"), PHONES: Target(ari_port, PHONES_FROM), RECORDINGS: keeper}


class Listener:
    """`leads`: what each protocol leads to. `run` it on a listening socket."""

    def __init__(
        self,
        context: ssl.SSLContext,
        leads: Mapping[str, Target | Path],
        *,
        handshakes: int = HANDSHAKES,
        connections: int = CONNECTIONS,
    ) -> None:
        self._context, self._leads = context, leads
        self._handshakes, self._connections = handshakes, connections
        self._waiting: dict[str, OrderedDict[int, socket.socket]] = {}
        self._count = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.open: set[End] = set()

    @property
    def waiting(self) -> int:
        """How many are in their handshake."""
        return sum(map(len, self._waiting.values()))

    async def run(self, listening: socket.socket) -> None:
        """Until cancelled; then all connections are closed."""
        loop = asyncio.get_running_loop()
        listening.setblocking(False)
        try:
            while True:
                try:
                    accepted, address = await loop.sock_accept(listening)
                except OSError as trouble:
                    log.error("no connection can be accepted: %s", trouble)
                    await asyncio.sleep(PAUSE_S)
                    continue
                task = asyncio.create_task(self._admit(accepted, self._enter(accepted, address[0])))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        finally:
            for task in self._tasks:
                task.cancel()
            for end in list(self.open):
                end.close()

    def _enter(self, accepted: socket.socket, address: str) -> tuple[str, int]:
        """Its place among those in their handshake; the oldest of whoever has the most makes room."""
        if self.waiting >= self._handshakes:
            most = max(self._waiting, key=lambda who: len(self._waiting[who]))
            with contextlib.suppress(OSError):
                self._leave(most, next(iter(self._waiting[most]))).shutdown(socket.SHUT_RDWR)
        self._count += 1
        self._waiting.setdefault(who := whose(address), OrderedDict())[self._count] = accepted
        return who, self._count

    def _leave(self, who: str, number: int) -> socket.socket:
        """Raises: KeyError for one that has left."""
        theirs = self._waiting[who]
        left = theirs.pop(number)
        if not theirs:
            del self._waiting[who]
        return left

    async def _admit(self, accepted: socket.socket, place: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        outer = End(gone=self.open.discard)
        try:
            transport, _ = await loop.connect_accepted_socket(
                lambda: outer,
                accepted,
                ssl=self._context,
                ssl_handshake_timeout=HANDSHAKE_S,
                ssl_shutdown_timeout=GOODBYE_S,
            )
        except OSError as trouble:  # ssl.SSLError and TimeoutError too
            log.debug("%s was not let in: %s", place[0], trouble)
            accepted.close()
            return
        finally:
            with contextlib.suppress(KeyError):
                self._leave(*place)
        lead = self._leads.get(transport.get_extra_info("ssl_object").selected_alpn_protocol() or "")
        if lead is None or len(self.open) >= self._connections:
            log.warning("a connection of the server is refused: %s", "no such protocol" if lead is None else "too many")
            transport.abort()
            return
        self.open.add(outer)
        await self._lead(outer, lead)

    async def _lead(self, outer: End, lead: Target | Path) -> None:
        loop, inner = asyncio.get_running_loop(), End()
        try:
            async with asyncio.timeout(CONNECT_S):
                if isinstance(lead, Path):
                    await loop.create_unix_connection(lambda: inner, str(lead))
                else:
                    here = (lead.come_from, 0)
                    await loop.create_connection(lambda: inner, "127.0.0.1", lead.port, local_addr=here)
        except OSError:  # Asterisk is away: whoever asks tries again
            outer.close()
            return
        outer.join(inner)


def whose(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
