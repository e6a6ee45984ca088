"""A node's sockets. What their clients say goes to the main process, and what that says is put before them.

Pings and what is malformed are answered here. A socket of the built-in application is nobody's until the main process
says whose session it is (`Granted`): what its client says meanwhile waits, for a few seconds.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import assert_never

from call24.identity.channel_auth import ChannelGrants, Grant
from call24.identity.model import Principal
from call24.kit.clock import Clock
from call24.kit.errors import Refused, Unauthenticated, Unavailable
from call24.kit.ids import TenantId, TokenId, UserId
from call24.pusher_apps.model import AppTerms
from call24.realtime import protocol as p
from call24.realtime.api import ApiReply, ByNumber, Request, asking
from call24.realtime.app_channels import AppChannels
from call24.realtime.client_messages import Origin
from call24.realtime.cluster import messages as w
from call24.realtime.cluster.node_session import NodeSession
from call24.realtime.cluster.store import NodeStore
from call24.realtime.connection import Connection, Wire
from call24.realtime.hub import Hub
from call24.realtime.protocol import Close
from call24.realtime.requests import Wrong
from call24.realtime.socket import Socket

GRANT_S = 5.0
WAITING_MAX = 200
"""Things said on a socket that is nobody's yet."""
WAITING_BYTES_MAX = 16 * 1024
"""Of all of them together."""


class _Held:
    """One socket. `tenant_id`: None while it is nobody's."""

    __slots__ = ("connection", "number", "size", "tenant_id", "waiting")

    def __init__(self, number: int, connection: Connection, tenant_id: TenantId | None) -> None:
        self.number = number
        self.connection = connection
        self.tenant_id = tenant_id
        self.waiting: list[str] = []
        self.size = 0

    def keep(self, text: str) -> bool:
        """Until it is somebody's; False: that would be too much."""
        size = self.size + len(text.encode(errors="replace"))
        if len(self.waiting) >= WAITING_MAX or size > WAITING_BYTES_MAX:
            return False
        self.waiting.append(text)
        self.size = size
        return True

    def taken(self) -> list[str]:
        waiting, self.waiting, self.size = self.waiting, [], 0
        return waiting


class ClusterNode(Hub):
    """In place of the hub, for socket.py; `by_number`: an application."""

    def __init__(
        self,
        store: NodeStore,
        auth: ChannelGrants,
        clock: Clock,
        *,
        known: Callable[[str], AppTerms | None],
        by_number: ByNumber,
        proof: str,
    ) -> None:
        super().__init__(auth, clock, known=known)
        self.lives = NodeSession(store, clock, proof, self._begun, self._told, self._cut)
        self._by_number = by_number
        self._place = 0
        self._count = 0
        self._held: dict[int, _Held] = {}
        self.stale = asyncio.Event()
        """Set when what is known of applications is to be read again."""

    # --- for socket.py ---

    def open(
        self, namespace: AppChannels, wire: Wire, ended: Callable[[Close, str], object], socket_id: str = ""
    ) -> Connection | Close:
        if not self.lives.served:
            return Close.OVER_CAPACITY
        opened = super().open(namespace, wire, ended, socket_id)
        if isinstance(opened, Close):
            return opened
        tenant_id = None if namespace is self.built_in else namespace.terms.tenant_id
        self._held[self._count] = _Held(self._count, opened, tenant_id)
        if tenant_id is not None:
            self.lives.say(tenant_id, w.Opened(self._count, opened.socket_id, namespace.terms.key))
        return opened

    def leave(self, namespace: AppChannels, connection: Connection) -> None:
        super().leave(namespace, connection)
        held = self._of(connection)
        if held is not None:
            del self._held[held.number]
            if held.tenant_id is not None:
                self.lives.say(held.tenant_id, w.SocketLeft(held.number))

    def said(self, connection: Connection, text: str) -> list[str]:
        """What the client is told at once."""
        match p.parse(text):
            case p.Ping():
                return [p.PONG]
            case p.Malformed(why):
                return [p.error(None, why)]
            case p.Pong() | p.Other():
                return []
        held = self._of(connection)
        if held is None:
            return []
        if held.tenant_id is not None:
            self.lives.say(held.tenant_id, w.Said(held.number, text))
        elif held.keep(text):
            if len(held.waiting) == 1:
                self.clock.call_later(GRANT_S, lambda: self._not_granted(held))
        else:
            connection.close(Close.OVER_CAPACITY, "Too many messages")
        return []

    def _new_id(self) -> str:
        self._count += 1
        return w.socket_id(self._place, self._count, secrets.randbelow(10**10), secrets.randbelow(10**6))

    def _of(self, connection: Connection) -> _Held | None:
        place, number = w.place_of(connection.socket_id)
        held = self._held.get(number)
        return held if held is not None and held.connection is connection and place else None

    def _not_granted(self, held: _Held) -> None:
        for text in held.taken():
            said = p.parse(text)
            if isinstance(said, p.Subscribe):
                held.connection.put(p.subscription_error(said.channel[:300], "The authorisation is not valid"))
            elif isinstance(said, p.SignIn):
                held.connection.close(Close.UNAUTHORISED, "The sign-in is not valid, or not any more")

    # --- from the main process ---

    def _begun(self, number: int) -> None:
        """A life is served: sockets of the one before are closed, and come back at once."""
        self._place = number
        for held in list(self._held.values()):
            del self._held[held.number]
            held.connection.close(Close.AGAIN, "The server starts anew: connect again")

    def _cut(self, tenant_id: TenantId) -> None:
        """What its clients said did not get to the main process: they come back and say it again."""
        for held in [one for one in self._held.values() if one.tenant_id == tenant_id]:
            held.connection.close(Close.OVER_CAPACITY, "Too slow: connect again")

    def _told(self, tenant_id: TenantId, word: w.Word) -> None:
        match word:
            case w.Put(sockets, frame):
                self._put(tenant_id, w.unpacked(sockets), frame)
            case w.Closed(number, code, reason):
                held = self._held.get(number)
                if held is not None and held.tenant_id == tenant_id:
                    held.connection.close(Close(code), reason)
            case w.Granted():
                self._granted(tenant_id, word)
            case w.Changed():
                self.stale.set()
            case w.Opened() | w.Said() | w.SocketLeft() | w.Which() | w.Authorise() | w.ApiRequest() | w.Answered():
                pass  # that is what nodes say
            case _:
                assert_never(word)

    def _put(self, tenant_id: TenantId, numbers: tuple[int, ...], frame: bytes) -> None:
        """Only before sockets of the organisation that the message is of."""
        found = (self._held.get(number) for number in numbers)
        hearers = [one.connection for one in found if one is not None and one.tenant_id == tenant_id]
        took = self._outbox.broadcast(hearers, frame)
        self.counters.delivered += len(took)
        if len(took) < len(hearers):
            for connection in set(hearers).difference(took):
                connection.close(Close.OVER_CAPACITY, "Too slow: connect again")

    def _granted(self, tenant_id: TenantId, word: w.Granted) -> None:
        held = self._held.get(word.socket)
        if held is None or held.connection.socket_id != word.socket_id:
            self.lives.say(tenant_id, w.SocketLeft(word.socket))
            return
        held.tenant_id = tenant_id
        user_id, token_id = UserId(word.user_id), TokenId(word.token_id)
        held.connection.granted(Grant(tenant_id=tenant_id, user_id=user_id, token_id=token_id, at=self.clock.now()))
        for text in held.taken():
            self.lives.say(tenant_id, w.Said(held.number, text))

    # --- for the HTTP edge ---

    async def replying(self, request: Request) -> ApiReply:
        """A request to the HTTP API: what is not signed is refused here, all else decided by the main process."""
        try:
            terms, _ = asking(self._by_number, request, self.clock.wall())
        except Wrong as wrong:
            return ApiReply.refused(wrong)
        try:
            answer = await self.lives.ask(terms.tenant_id, lambda number: w.ApiRequest(number, *request))
        except Unavailable as away:
            return ApiReply(503, f"{away.detail}\n".encode())
        return ApiReply(answer.status, answer.body)

    async def application_at(self, tenant_id: TenantId, socket_id: str) -> str | None:
        """The key of the application that a socket of any process is of, if the organisation may know. Raises:
        Unavailable."""
        own = self.application_of(socket_id)
        if own is not None:
            return own
        answer = await self.lives.ask(tenant_id, lambda number: w.Which(number, socket_id))
        return answer.body.decode() or None

    async def authorised(self, socket_id: str, principal: Principal) -> None:
        """Raises: Unauthenticated, Refused, Unavailable."""
        answer = await self.lives.ask(
            principal.tenant_id,
            lambda number: w.Authorise(number, socket_id, principal.user_id, principal.token_id, principal.role),
        )
        if answer.status == 401:
            raise Unauthenticated
        if answer.status != 200:
            raise Refused(answer.body.decode())


class NodeSocket(Socket):
    """A socket of an application is greeted by the main process, once that knows it."""

    __slots__ = ()

    def _greet(self, connection: Connection) -> None:
        assert isinstance(self._hub, ClusterNode)
        if self._place is not None and self._place.namespace is self._hub.built_in:
            super()._greet(connection)

    def _told(self, place: Origin, said: str) -> list[str]:
        assert isinstance(place.hub, ClusterNode)
        return place.hub.said(place.connection, said)
