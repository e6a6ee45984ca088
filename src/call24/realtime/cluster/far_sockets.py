"""The sockets that nodes hold, as connections of the main process's hub like any others: what they say, what they are
sent. Which nodes there are is coordinator.py's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import assert_never

from call24.identity.channel_auth import Grant
from call24.identity.model import Principal
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error
from call24.kit.ids import TenantId, TokenId, UserId
from call24.realtime import protocol as p
from call24.realtime.api import ByNumber, Request, reply
from call24.realtime.app_channels import AppChannels
from call24.realtime.client_messages import Origin, answer
from call24.realtime.cluster import messages as w
from call24.realtime.cluster.link import Link
from call24.realtime.connection import Connection
from call24.realtime.handshake import WHY
from call24.realtime.hub import Hub
from call24.realtime.protocol import Close

log = logging.getLogger(__name__)

MayHear = Callable[[TenantId, str], bool]


class FarWire:
    """In place of a transport: a socket that a node holds."""

    __slots__ = ("node", "number", "tenant_id")

    def __init__(self, node: FarNode, number: int, tenant_id: TenantId) -> None:
        self.node = node
        self.number = number
        self.tenant_id = tenant_id

    def write(self, data: bytes) -> None:
        self.node.say(self.tenant_id, w.Put(w.packed([self.number]), data))

    def get_write_buffer_size(self) -> int:
        """How much waits for the client is looked at where its socket is; for the node it is bounded by the link."""
        return 0


class FarNode:
    """One life of a node. `quiet_s`: for how long it gave no sign."""

    def __init__(self, run: str, number: int, link: Link) -> None:
        self.run = run
        self.number = number
        self.beat = -1
        self.quiet_s = 0.0
        self.sockets: dict[int, tuple[AppChannels, Connection]] = {}
        self._link = link

    def say(self, tenant_id: TenantId, word: w.Word) -> None:
        self._link.say(self.run, tenant_id, word)


class FarSockets:
    """`nodes`: those that are there, by their run; `by_number`: an application; `may_hear`: whether an organisation is
    let in, and a role may hear anything."""

    def __init__(self, clock: Clock, hub: Hub, by_number: ByNumber, may_hear: MayHear) -> None:
        self.nodes: dict[str, FarNode] = {}
        self._clock = clock
        self._hub = hub
        self._by_number = by_number
        self._may_hear = may_hear

    def authorised(self, socket_id: str, principal: Principal) -> None:
        """For `/broadcasting/auth` at this process: as ChannelAuth's, and a node's socket becomes the session's too.

        Raises: Unauthenticated, Refused.
        """
        self._hub.auth.authorised(socket_id, principal)
        self._grant(socket_id, principal)

    # --- to nodes ---

    def send(self, hearers: Sequence[Connection], frame: bytes) -> Sequence[Connection]:
        """One message for all that a node holds of them; gives those of this process."""
        near: list[Connection] = []
        far: dict[tuple[str, TenantId], list[int]] = {}
        for one in hearers:
            wire = one.wire
            if isinstance(wire, FarWire):
                far.setdefault((wire.node.run, wire.tenant_id), []).append(wire.number)
            else:
                near.append(one)
        for (run, tenant_id), numbers in far.items():
            if (node := self.nodes.get(run)) is not None:
                node.say(tenant_id, w.Put(w.packed(numbers), frame))
        return near

    # --- from nodes ---

    def heard(self, run: str, tenant_id: TenantId, word: w.Word) -> None:
        node = self.nodes.get(run)
        if node is None:
            return
        match word:
            case w.Said():
                self._said(node, word)
            case w.Opened():
                self._opened(node, tenant_id, word)
            case w.SocketLeft(number):
                self.drop(node, number)
            case w.Which(re, socket_id):
                key = self._hub.application_of(socket_id) or ""
                node.say(tenant_id, w.Answered(re, 200, key.encode()))
            case w.Authorise():
                node.say(tenant_id, self._authorise(tenant_id, word))
            case w.ApiRequest(re, method, path, query, body):
                told = reply(self._hub, self._by_number, Request(method, path, query, body))
                node.say(tenant_id, w.Answered(re, told.status, told.body))
            case w.Put() | w.Closed() | w.Granted() | w.Changed() | w.Answered():
                log.warning("protocol error: a realtime node sent a message that only the main process may send")
            case _:
                assert_never(word)

    def _said(self, node: FarNode, word: w.Said) -> None:
        held = node.sockets.get(word.socket)
        if held is None or held[1].closing:
            return
        namespace, connection = held
        for told in answer(Origin(self._hub, namespace, connection), p.parse(word.text)):
            connection.put(told)

    def _opened(self, node: FarNode, tenant_id: TenantId, word: w.Opened) -> None:
        namespace = self._hub.namespace(word.key)
        if namespace is None or namespace.terms.tenant_id != tenant_id:
            node.say(tenant_id, w.Closed(word.socket, Close.UNKNOWN_APP, WHY[Close.UNKNOWN_APP]))
            return
        opened = self._open(node, namespace, tenant_id, word.socket, word.socket_id)
        if isinstance(opened, Close):
            node.say(tenant_id, w.Closed(word.socket, opened, WHY[opened]))
        else:
            opened.put(p.established(word.socket_id))

    def _open(
        self, node: FarNode, namespace: AppChannels, tenant_id: TenantId, number: int, socket_id: str
    ) -> Connection | Close:
        def ended(code: Close, reason: str) -> None:
            node.say(tenant_id, w.Closed(number, code, reason))
            asyncio.get_running_loop().call_soon(self.drop, node, number)  # not from amid a publication

        opened = self._hub.open(namespace, FarWire(node, number, tenant_id), ended, socket_id)
        if not isinstance(opened, Close):
            node.sockets[number] = (namespace, opened)
        return opened

    def drop(self, node: FarNode, number: int) -> None:
        held = node.sockets.pop(number, None)
        if held is not None:
            namespace, connection = held
            connection.gone()
            self._hub.leave(namespace, connection)

    # --- sessions ---

    def _authorise(self, tenant_id: TenantId, word: w.Authorise) -> w.Answered:
        principal = Principal(
            tenant_id=tenant_id,
            user_id=UserId(word.user_id),
            role=word.role,
            permissions=frozenset(),
            token_id=TokenId(word.token_id),
            device_id=None,
            abilities=(),
        )
        if not self._may_hear(tenant_id, word.role):
            return w.Answered(word.re, 403, b"Your role does not allow this")
        try:
            self.authorised(word.socket_id, principal)
        except Call24Error as error:
            return w.Answered(word.re, error.status, error.detail.encode())
        return w.Answered(word.re, 200)

    def _grant(self, socket_id: str, principal: Principal) -> None:
        """A node's socket of the built-in application is known here from its first session on."""
        place, number = w.place_of(socket_id)
        node = next((one for one in self.nodes.values() if one.number == place), None) if place else None
        if node is None or number in node.sockets:
            return
        if self._hub.application_of(socket_id) is not None:
            return
        opened = self._open(node, self._hub.built_in, principal.tenant_id, number, socket_id)
        if isinstance(opened, Close):
            node.say(principal.tenant_id, w.Closed(number, opened, WHY[opened]))
            return
        node.say(principal.tenant_id, w.Granted(number, socket_id, principal.user_id, principal.token_id))
        opened.granted(
            Grant(
                tenant_id=principal.tenant_id,
                user_id=principal.user_id,
                token_id=principal.token_id,
                at=self._clock.now(),
            )
        )
