"""Accepts connections: each is counted before TLS costs anything, and none takes a descriptor that others need.

uvicorn's server does all else. How many may be open is kit/admission.py's; what one may send,
server/uvicorn_protocol.py's.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import errno
import gc
import logging
import os
import resource
import socket
import struct
import sys
from collections import deque
from functools import partial

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from call24.kit.admission import Admission, Admitted, Bounds
from call24.kit.settings import Settings
from call24.server.uvicorn_protocol import HEAD_S, Http, UnreadableRequestFilter

log = logging.getLogger(__name__)

AT_ONCE = 64
"""Connections accepted before others of the event loop have their turn."""
HANDSHAKES = 8
"""Begun in one turn of the event loop."""
CLOSE_S = 2.0
"""How long a client may take to close TLS too."""
SAY_EVERY_S = 60.0
AGAIN_S = 0.2
LATE_S = 0.25
"""How much later than after its time a silent socket may be closed."""
LOOK_EVERY = 50
"""Ticks of the server; five seconds."""
CROWD = 300
"""Connections."""
MANY = 1_000_000
_NONE_LEFT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_NOT_OF_STRANGERS = UnreadableRequestFilter()
_RESET = struct.pack("ii", 1, 0)


def admission(settings: Settings) -> Admission:
    """As many as the process may have open, less a reserve."""
    bounds = Bounds.within(raise_descriptors(), settings.connections_per_address)
    return Admission(bounds, settings.proxy_list())


def raise_descriptors() -> int:
    """Take as many as the system gives; how many that are. Source: getrlimit(2), RLIMIT_NOFILE."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        hard = MANY
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class Server(uvicorn.Server):
    """`serve` it, with sockets that listen or with none: then at the configured address."""

    def __init__(self, config: uvicorn.Config, admission: Admission) -> None:
        super().__init__(config)
        logging.getLogger("uvicorn.error").addFilter(_NOT_OF_STRANGERS)
        self._admission = admission
        self._listeners: list[socket.socket] = []
        self._silent: dict[socket.socket, tuple[Admitted, float]] = {}
        self._due: deque[tuple[float, socket.socket]] = deque()
        self._opening: set[asyncio.Task[None]] = set()
        self._told = (0, 0)
        self._will_say = False
        self._most = 0
        self._turns: deque[asyncio.Future[None]] = deque()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            self._listeners = sockets or await _bound(self.config)
        except OSError as error:
            log.error("the port cannot be opened: %s", error)
            sys.exit(STARTUP_FAILURE)
        await super().startup(sockets=[])
        if not self.should_exit:
            for listener in self._listeners:
                listener.setblocking(False)
                self._listen(listener)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listener in self._listeners:
            asyncio.get_running_loop().remove_reader(listener)
            listener.close()
        self._listeners = []
        for came in list(self._silent):
            self._send_away(came)
        for task in list(self._opening):
            task.cancel()
        await super().shutdown(sockets)

    def _listen(self, listener: socket.socket) -> None:
        if listener in self._listeners:
            asyncio.get_running_loop().add_reader(listener, self._accept, listener)

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(AT_ONCE):
            try:
                came, peer = listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _NONE_LEFT:
                    raise
                self._stand_still(listener)
                return
            self._came(came, peer[0])

    def _stand_still(self, listener: socket.socket) -> None:
        """Nothing is left to accept with: who knocks waits in the kernel, and the loop does not spin."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(listener)
        loop.call_later(AGAIN_S, self._listen, listener)
        log.warning("no file descriptor is left: new connections wait")

    def _came(self, came: socket.socket, address: str) -> None:
        admitted = self._admission.enter(address)
        if self._told != (self._admission.refused, self._admission.dropped):
            self._say_later()
        if admitted is None:
            _reset(came)
            return
        loop = asyncio.get_running_loop()
        came.setblocking(False)
        admitted.end = partial(self._send_away, came)
        began = loop.time()
        self._silent[came] = (admitted, began)
        loop.add_reader(came, self._speaks, came)
        if not self._due:
            loop.call_later(LATE_S, self._sweep)
        self._due.append((began + HEAD_S, came))

    # --- who has said nothing yet: a descriptor and no task ---

    def _send_away(self, came: socket.socket) -> None:
        if (found := self._silent.pop(came, None)) is not None:
            found[0].leave()
            asyncio.get_running_loop().remove_reader(came)
            _reset(came)

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        while self._due and self._due[0][0] <= loop.time():
            self._send_away(self._due.popleft()[1])
        if self._due:
            loop.call_later(LATE_S, self._sweep)

    def _speaks(self, came: socket.socket) -> None:
        if _has_left(came):
            self._send_away(came)
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(came)
        admitted, began = self._silent.pop(came)
        task = loop.create_task(self._open(came, admitted, began), name="connection")
        admitted.end = task.cancel
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    # --- TLS ---

    async def _open(self, came: socket.socket, admitted: Admitted, began: float) -> None:
        loop = asyncio.get_running_loop()
        try:
            await self._turn()
        except asyncio.CancelledError:
            admitted.leave()
            _reset(came)
            return
        tls = self.config.ssl
        waits = {} if tls is None else {"ssl_handshake_timeout": HEAD_S, "ssl_shutdown_timeout": CLOSE_S}
        try:
            transport, _ = await loop.connect_accepted_socket(
                lambda: self._protocol(admitted, began), came, ssl=tls, **waits
            )
        except BaseException as error:
            admitted.leave()
            if isinstance(error, OSError | asyncio.CancelledError):
                return
            raise
        admitted.end = transport.abort

    async def _turn(self) -> None:
        """A TLS handshake takes a millisecond of CPU: a thousand at once would keep all others waiting."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[None] = loop.create_future()
        if not self._turns:
            loop.call_soon(self._next_turns)
        self._turns.append(waiting)
        await waiting

    def _next_turns(self) -> None:
        for _ in range(min(HANDSHAKES, len(self._turns))):
            _there(self._turns.popleft())
        if self._turns:
            asyncio.get_running_loop().call_soon(self._next_turns)

    def _protocol(self, admitted: Admitted, began: float) -> Http:
        made = Http(self.config, self.server_state, self.lifespan.state, asyncio.get_running_loop())
        made.admitted, made.began = admitted, began
        return made

    # --- afterwards ---

    async def on_tick(self, counter: int) -> bool:
        if counter % LOOK_EVERY == 0:
            await self._give_back()
        return await super().on_tick(counter)

    async def _give_back(self) -> None:
        """When a crowd has left, so does the memory that it took."""
        self._most = max(self._most, self._admission.open)
        if self._most - self._admission.open >= CROWD:
            self._most = self._admission.open
            gc.collect()  # closed connections are in circles of references
            await asyncio.to_thread(_trim)

    def _say_later(self) -> None:
        if not self._will_say:
            self._will_say = True
            asyncio.get_running_loop().call_later(SAY_EVERY_S, self._say)

    def _say(self) -> None:
        self._will_say = False
        now = (self._admission.refused, self._admission.dropped)
        refused, dropped = now[0] - self._told[0], now[1] - self._told[1]
        self._told = now
        log.warning(
            "too many connections: %d were refused, %d unauthenticated ones were closed; %d are open",
            refused,
            dropped,
            self._admission.open,
        )


def _there(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


def _has_left(came: socket.socket) -> bool:
    try:
        return came.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _trim() -> None:
    """Source: malloc_trim(3), of glibc."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def _reset(came: socket.socket) -> None:
    """Without a farewell: nothing of it is left, neither here nor in the kernel."""
    with contextlib.suppress(OSError):
        came.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    came.close()


async def _bound(config: uvicorn.Config) -> list[socket.socket]:
    """Raises: OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(
        config.host, config.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    return [_listener(family, address, config.backlog) for family, _, _, _, address in dict.fromkeys(found)]


def _listener(family: int, address: tuple[object, ...], backlog: int) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(backlog)
    except OSError as error:
        made.close()
        raise OSError(error.errno, f"{address[0]}:{address[1]}: {os.strerror(error.errno or 0)}") from None
    return made
