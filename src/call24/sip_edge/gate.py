"""Accepts connections, gives each a place, lets it wait, or refuses it before any TLS, and knows who is registered.

What a connection says is phone.py's; who gets a place is decided by admission.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
import ssl
import struct
from collections import deque

from call24.kit.proxies import Proxies
from call24.sip_edge import proxy_line
from call24.sip_edge.admission import PhoneAdmission, Verdict
from call24.sip_edge.handshake_queue import HandshakeQueue, spoken
from call24.sip_edge.limits import (
    HANDSHAKE_S,
    REGISTERED_WITHIN_S,
    SILENT_S,
    SOCKETS_OF_A_PHONE,
    ConnectionLimits,
    sender,
)
from call24.sip_edge.phone import GOING_AWAY, TRY_AGAIN, CountedAs, Phone

log = logging.getLogger(__name__)

AT_ONCE = 64
"""Connections that are accepted before anything else has its turn."""
TURN_S = 0.25
TOLD_EVERY_S = 60.0
RESET = struct.pack("ii", 1, 0)
NO_DESCRIPTORS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
BANS_TOLD = 1_000
PROXY = "proxy"
"""Whom connections of trusted proxies count as until they say for whom they are."""


class Gate:
    """`proxies`: believed in X-Forwarded-For and the PROXY line; `origins`: pages of other hosts that may connect."""

    def __init__(
        self,
        limits: ConnectionLimits,
        context: ssl.SSLContext,
        *,
        ari_port: int,
        proxies: tuple[str, ...],
        origins: tuple[str, ...],
    ) -> None:
        self.ari_port, self.origins = ari_port, origins
        self.admission = PhoneAdmission(limits)
        self._limits = limits
        self._context = context
        self._proxies = Proxies(proxies)
        self._loop = asyncio.get_running_loop()
        self._handshakes = HandshakeQueue()
        self._waiting: dict[str, deque[tuple[socket.socket, float]]] = {}
        self._ready: dict[str, None] = {}
        """Of the addresses where some wait those that may have a place, in the order of their turns."""
        self._phones: set[Phone] = set()
        self._by_name: dict[bytes, list[Phone]] = {}
        self._proxied = 0
        self._starting: set[asyncio.Task[None]] = set()
        self._told = 0

    # --- coming ---

    def listen(self, listening: socket.socket) -> None:
        listening.setblocking(False)
        self._loop.add_reader(listening.fileno(), self._accept, listening)

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(AT_ONCE):
            try:
                connection, told = listening.accept()
            except OSError as error:
                if error.errno in NO_DESCRIPTORS:
                    log.error("a connection cannot be accepted: %s", error)
                    self._loop.remove_reader(listening.fileno())
                    self._loop.call_later(TURN_S, self.listen, listening)
                return  # nobody is there any more
            connection.setblocking(False)
            self._arrived(connection, told[0])

    def _arrived(self, connection: socket.socket, address: str) -> None:
        if address in self._proxies:
            if self._proxied >= self._limits.proxied:
                self.admission.refused += 1
                _cut(connection)
            else:
                self._proxied += 1
                self._run(self._proxied_start(connection))
            return
        self._placed(connection, sender(address))

    def _placed(self, connection: socket.socket, who: str) -> None:
        now = self._loop.time()
        match self.admission.ask(who, now):
            case Verdict.ADMIT:
                self._admit(connection, who)
            case Verdict.WAIT:
                self.admission.waiting.more(who)
                self._waiting.setdefault(who, deque()).append((connection, now))
                self._ready.setdefault(who)
            case Verdict.REFUSE:
                _cut(connection)

    def _admit(self, connection: socket.socket, who: str) -> None:
        phone = Phone(self, who, self.admission.admit(who, self._loop.time()))
        self._run(self._start(connection, phone))

    async def _start(self, connection: socket.socket, phone: Phone) -> None:
        self._phones.add(phone)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 60_000)
            await self._begin_tls(connection, phone)
        except (OSError, TimeoutError) as error:  # no TLS, or gone
            connection.close()
            # A browser that does not trust the certificate ends at once, which is hardly a strike; silence is one.
            self.ended(phone, broken=not isinstance(error, ConnectionAbortedError | TimeoutError))

    async def _begin_tls(self, connection: socket.socket, phone: Phone) -> None:
        """Raises: OSError, TimeoutError."""
        until = self._loop.time() + HANDSHAKE_S
        async with asyncio.timeout_at(until):
            if not await spoken(connection):
                raise ConnectionResetError
            await self._handshakes.take(phone.sender)
        await self._loop.connect_accepted_socket(
            lambda: phone,
            connection,
            ssl=self._context,
            ssl_handshake_timeout=max(0.1, until - self._loop.time()),
            ssl_shutdown_timeout=2.0,
        )

    async def _proxied_start(self, connection: socket.socket) -> None:
        """Of a trusted proxy: a PROXY line says from whom, or else X-Forwarded-For will."""
        try:
            async with asyncio.timeout(HANDSHAKE_S):
                told = await proxy_line.read(connection)
        except (OSError, TimeoutError, ValueError):
            self._proxied -= 1
            _cut(connection)
            return
        if told is not None:
            self._proxied -= 1
            self._placed(connection, told)
            return
        phone = Phone(self, PROXY, False)
        phone.place = CountedAs.PROXY
        await self._start(connection, phone)

    def _run(self, work) -> None:  # type: ignore[no-untyped-def]
        task = self._loop.create_task(work)
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    # --- what phones tell ---

    def located(self, phone: Phone, forwarded: tuple[str, ...]) -> bool:
        """Whether there is a place for it, now that a proxy may have said for whom it asks."""
        if phone.place is not CountedAs.PROXY:
            return True
        who = PROXY
        for each in reversed(forwarded):
            with contextlib.suppress(ValueError):
                who = sender(each)
            if each not in self._proxies:
                break
        now = self._loop.time()
        if self.admission.ask(who, now) is not Verdict.ADMIT:
            return False
        self._proxied -= 1
        phone.sender, phone.place, phone.known = who, CountedAs.STRANGER, self.admission.admit(who, now)
        return True

    def registered(self, phone: Phone, name: bytes) -> bool:
        if not self.admission.register(phone.sender, phone.known, self._loop.time(), _organisation(name)):
            phone.place, phone.name = CountedAs.NONE, None  # its place was given back
            return False
        phone.place = CountedAs.REGISTERED
        self._next(phone.sender)
        others = self._by_name.setdefault(name, [])
        others.append(phone)
        if len(others) > SOCKETS_OF_A_PHONE:
            others[0].end(TRY_AGAIN)
        return True

    def ended(self, phone: Phone, broken: bool = False) -> None:
        """`broken`: its handshake failed."""
        if phone not in self._phones:
            return
        self._phones.discard(phone)
        now = self._loop.time()
        match phone.place:
            case CountedAs.PROXY:
                self._proxied -= 1
            case CountedAs.STRANGER:
                self.admission.leave(phone.sender, phone.known)
                if not phone.is_blameless and self.admission.strike(phone.sender, now, broken=broken):
                    log.warning(
                        "an address that connected too often without registering a phone is refused for ten minutes"
                    )
                self._next(phone.sender)
            case CountedAs.REGISTERED:
                assert phone.name is not None
                self.admission.sign_off(phone.sender, now, _organisation(phone.name))
                self._forget_name(phone.name, phone)

    def _forget_name(self, name: bytes, phone: Phone) -> None:
        others = self._by_name[name]
        others.remove(phone)
        if not others:
            del self._by_name[name]

    # --- those that wait ---

    def _next(self, who: str) -> None:
        """A place of this sender is free: whoever has waited longest of all that may have one gets it."""
        if who in self._waiting:
            self._ready.setdefault(who)
        while self._ready:
            first = next(iter(self._ready))
            may = self.admission.ask(first, self._loop.time(), waits=True) is Verdict.ADMIT
            if not may and self.admission.full():
                return
            del self._ready[first]
            if may:
                self._let_in(first)

    def _let_in(self, who: str) -> None:
        connection, _ = self._waiting[who].popleft()
        self._no_longer_waits(who)
        if who in self._waiting:
            self._ready[who] = None  # at the end: others come first now
        self._admit(connection, who)

    def _no_longer_waits(self, who: str) -> None:
        self.admission.waiting.less(who)
        if not self._waiting[who]:
            del self._waiting[who]
            self._ready.pop(who, None)

    def _turn(self) -> None:
        now = self._loop.time()
        for who, queue in list(self._waiting.items()):
            banned = self.admission.banned(who, now)
            while queue and (banned or now - queue[0][1] > REGISTERED_WITHIN_S):
                _cut(queue.popleft()[0])
                self.admission.refused += 1
                self._no_longer_waits(who)
            self._let_known_in(who, now)
        self._ready |= dict.fromkeys(self._waiting)  # more may be free for each of them by now
        self._next("")

    def _let_known_in(self, who: str, now: float) -> None:
        """Into the places of the known, for which unauthenticated clients do not wait."""
        while who in self._waiting and self.admission.known(who, now):
            if self.admission.ask(who, now, waits=True) is not Verdict.ADMIT:
                return
            self._let_in(who)

    async def run(self) -> None:
        """For ever: who waits, who is silent, and what the log is told."""
        told_at = silent_at = self._loop.time()
        while True:
            await asyncio.sleep(TURN_S)
            self._turn()
            now = self._loop.time()
            if now - silent_at > TOLD_EVERY_S:
                silent_at = now
                for phone in [one for one in self._phones if one.is_registered and now - one.heard_at > SILENT_S]:
                    phone.abort()
            if now - told_at > TOLD_EVERY_S:
                told_at = now
                self._tell_log()

    def _tell_log(self) -> None:
        more, self._told = self.admission.refused - self._told, self.admission.refused
        if more:
            log.warning("%d connections were refused in the last minute: %s", more, self.state())

    # --- what is known ---

    def state(self) -> dict[str, int]:
        known, now = self.admission, self._loop.time()
        return {
            "registered": known.registered.total(),
            "unregistered": known.strangers.total() + self._proxied,
            "waiting": known.waiting.total(),
            "refused": known.refused,
            "banned": known.bans(now),
        }

    def bans(self) -> dict[str, float]:
        """Address, or network of IPv6, and for how many seconds more; those that end last, as many as are told."""
        found = self.admission.banned_for(self._loop.time())
        return dict(sorted(found.items(), key=lambda one: -one[1])[:BANS_TOLD])

    def lift(self, who: str) -> bool:
        return self.admission.lift(who, self._loop.time())

    def close(self) -> None:
        for phone in list(self._phones):
            phone.end(GOING_AWAY)


def _organisation(name: bytes) -> bytes:
    """Whose phone it is. Source: kit/sip_names.py."""
    return name.partition(b".")[0]


def _cut(connection: socket.socket) -> None:
    """At once, with nothing left of it in the kernel."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.close()
