"""What Asterisk sends on a PBX's own host while a trace is on, through the PBX's port (host_capture.py).

As receiver.py is for Asterisk on this machine: the same is asked of both.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import struct
from collections.abc import Callable

import aiohttp
from yarl import URL

from call24.kit.pbx_pairing import PBX_NAME, Place
from call24.sip_traces.hep import Packet, packet_of
from call24.sip_traces.receiver import AT_ONCE, Pace

log = logging.getLogger(__name__)

PLACE = "/v1/sip-messages"
PORT, PASSWORD, WEBSOCKETS = "X-Capture-Port", "X-Capture-Password", "X-Websocket-Port"
"""What Asterisk is to be told, and at which of its ports each message comes in a frame of its own."""
FRAME = struct.Struct("!IH")
"""How many messages found no room so far, and the length of the datagram behind it; 0: none has come for a moment."""
OPEN_S = 5.0
SILENT_S = 10.0
"""Without the empty frame that comes every two seconds, the way there is cut."""


class FarReceiver:
    """`end`: of pbx/client.far_end. `lost`: called when the stream ended by itself; Asterisk may still send there.

    `missed` counts on over streams; one that ended adds one, since nobody knows how many, and each message that `take`
    raised at."""

    def __init__(self, end: tuple[Place, ssl.SSLContext], take: Callable[[Packet, bytes], object]) -> None:
        (host, port), self._context = end
        self._url = URL.build(scheme="https", host=host, port=port, path=PLACE)
        self._take = take
        self._reading: asyncio.Task[None] | None = None
        self._pace = Pace()
        self._missed_before = 0
        self._raised = ""
        self.lost: Callable[[], object] = lambda: None
        self.port, self.password, self.websocket_port = 0, "", 0
        self.missed = self.refused = 0

    @property
    def is_open(self) -> bool:
        return self._reading is not None

    @property
    def too_busy(self) -> bool:
        return self._pace.too_busy

    async def open(self) -> None:
        """Raises: OSError."""
        if self._reading is not None:
            return
        self._pace, self._missed_before = Pace(), self.missed
        opened = asyncio.get_running_loop().create_future()
        self._reading = asyncio.create_task(self._run(opened), name="SIP messages of the PBX")
        try:
            async with asyncio.timeout(OPEN_S):
                await opened
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        reading, self._reading, self.password = self._reading, None, ""
        if reading is not None:
            reading.cancel()

    async def _run(self, opened: asyncio.Future[None]) -> None:
        waits = aiohttp.ClientTimeout(total=None, sock_connect=OPEN_S, sock_read=SILENT_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=waits) as session,
                session.post(self._url, ssl=self._context, server_hostname=PBX_NAME) as response,
            ):
                if response.status != 200:
                    raise OSError(f"the PBX's host answered {response.status}")
                self.port, self.password = int(response.headers[PORT]), response.headers[PASSWORD]
                self.websocket_port = int(response.headers[WEBSOCKETS])
                opened.set_result(None)
                await self._read(response.content)
        except Exception as trouble:  # whatever it is: who has it is told that it ended
            if not opened.done():
                opened.set_exception(OSError(f"the PBX's host does not send its SIP messages: {trouble}"))
                return
            if not isinstance(trouble, aiohttp.ClientError | EOFError | OSError):
                self._note(trouble)
        self._reading = None
        self.missed += 1
        self.lost()

    async def _read(self, content: aiohttp.StreamReader) -> None:
        """Raises: EOFError, OSError, aiohttp.ClientError."""
        in_turn = 0
        while True:
            missed, length = FRAME.unpack(await content.readexactly(FRAME.size))
            self.missed = self._missed_before + missed
            if not length:
                continue
            datagram = await content.readexactly(length)
            self._pace.count()
            if (packet := packet_of(datagram)) is None:
                self.refused += 1
            else:
                self._taken(packet, datagram)
            in_turn = (in_turn + 1) % AT_ONCE
            if not in_turn:
                await asyncio.sleep(0)

    def _taken(self, packet: Packet, datagram: bytes) -> None:
        """One message that nobody can sort ends no trace."""
        try:
            self._take(packet, datagram)
        except Exception as trouble:
            self._missed_before += 1
            self.missed += 1
            self._note(trouble)

    def _note(self, trouble: Exception) -> None:
        """Once for each kind in turn, and without its words: they may be of a message."""
        if (kind := type(trouble).__name__) != self._raised:
            log.error("SIP messages of the PBX: %s", kind)
            self._raised = kind
