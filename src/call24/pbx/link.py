"""The server host's end: it listens where Asterisk would, on this machine alone, and carries connections to the PBX."""

from __future__ import annotations

import asyncio
import logging
import ssl

from call24.kit.pbx_pairing import PBX_NAME, Pairing, Place
from call24.kit.settings_types import PHONES_FROM
from call24.pbx.pipe import End
from call24.pbx.wire import CONTROL, GOODBYE_S, HANDSHAKE_S, PHONES, server_side

log = logging.getLogger(__name__)

CONNECTIONS = 20_000
CONNECT_S = 5.0
SAID_EVERY_S = 60.0


class Link:
    """`listen` on a port; whoever comes from where phones come from is one there too."""

    def __init__(self, pairing: Pairing, pbx: Place, *, connections: int = CONNECTIONS) -> None:
        self._contexts = {protocol: server_side(pairing, protocol) for protocol in (CONTROL, PHONES)}
        self._pbx, self._connections = pbx, connections
        self._tasks: set[asyncio.Task[None]] = set()
        self._said = ""
        self._said_at = -SAID_EVERY_S
        self.open: set[End] = set()

    async def listen(self, port: int) -> asyncio.Server:
        """Raises: OSError."""
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: End(self._arrived, self.open.discard), "127.0.0.1", port, backlog=1024)

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for end in list(self.open):
            end.close()

    def _arrived(self, inner: End) -> None:
        if inner.transport is None:
            return
        if len(self.open) >= self._connections:
            log.error("%d connections to the PBX are open: another is refused", len(self.open))
            inner.transport.abort()
            return
        self.open.add(inner)
        come_from = inner.transport.get_extra_info("peername")[0]
        task = asyncio.create_task(self._carry(inner, PHONES if come_from == PHONES_FROM else CONTROL))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, inner: End, protocol: str) -> None:
        outer = End()
        try:
            async with asyncio.timeout(CONNECT_S):
                transport, _ = await asyncio.get_running_loop().create_connection(
                    lambda: outer,
                    *self._pbx,
                    ssl=self._contexts[protocol],
                    server_hostname=PBX_NAME,
                    ssl_handshake_timeout=HANDSHAKE_S,
                    ssl_shutdown_timeout=GOODBYE_S,
                )
        except OSError as trouble:  # ssl.SSLError and TimeoutError too
            self._say(_words(trouble))
            inner.close()
            return
        if transport.get_extra_info("ssl_object").selected_alpn_protocol() != protocol:
            self._say(f"it does not speak {protocol}: install the same version of Call24 there")
            transport.abort()
            inner.close()
            return
        self._said = ""
        inner.join(outer)

    def _say(self, trouble: str) -> None:
        now = asyncio.get_running_loop().time()
        if trouble != self._said or now - self._said_at > SAID_EVERY_S:
            log.error("the PBX at %s:%d cannot be reached: %s", *self._pbx, trouble)
            self._said, self._said_at = trouble, now


def _words(trouble: OSError) -> str:
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return f"its certificate is not of this pairing ({trouble.verify_message}): copy the pairing file again"
    return str(trouble) or "no answer in time"
