"""The main process's side: which nodes there are, and their sockets as connections of its hub like any others.

So all that counts sockets (presence, counts, webhooks, revocation, the HTTP API) counts those of all nodes without
knowing of them. While there are no nodes nothing is written and nothing followed; a look every two seconds is all.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from typing import assert_never

from call24.identity.channel_auth import Grant
from call24.identity.model import Principal
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error, Unavailable
from call24.kit.ids import TenantId, TokenId, UserId
from call24.pusher_apps.model import AppTerms
from call24.realtime import protocol as p
from call24.realtime.api import ByNumber, Request, reply
from call24.realtime.app_channels import AppChannels
from call24.realtime.client_messages import Origin, answer
from call24.realtime.cluster import messages as w
from call24.realtime.cluster.link import Link
from call24.realtime.cluster.model import MAIN, Sign
from call24.realtime.cluster.store import NodeStore
from call24.realtime.connection import Connection
from call24.realtime.handshake import WHY
from call24.realtime.hub import Hub
from call24.realtime.protocol import Close

log = logging.getLogger(__name__)

LOOK_S = 2.0
BEAT_S = 1.0
LEASE_S = 6.0
"""A node that gave no sign for so long, while MongoDB was there, is gone, and its sockets with it."""

NUMBER_MAX = 9 * 10**8

MayHear = Callable[[TenantId, str], bool]


class FarWire:
    """In place of a transport: a socket that a node holds."""

    __slots__ = ("node", "number", "tenant_id")

    def __init__(self, node: _Node, number: int, tenant_id: TenantId) -> None:
        self.node = node
        self.number = number
        self.tenant_id = tenant_id

    def write(self, data: bytes) -> None:
        self.node.say(self.tenant_id, w.Put(w.packed([self.number]), data))

    def get_write_buffer_size(self) -> int:
        """How much waits for the client is looked at where its socket is; for the node it is bounded by the link."""
        return 0


class _Node:
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


class Coordinator:
    """`by_number`: an application; `may_hear`: whether an organisation is let in, and a role may hear anything;
    `proof`: what only who has the installation's key can say."""

    def __init__(
        self, store: NodeStore, clock: Clock, hub: Hub, by_number: ByNumber, may_hear: MayHear, proof: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._hub = hub
        self._by_number = by_number
        self._may_hear = may_hear
        self._proof = proof
        self._run = secrets.token_hex(8)
        self._beat = 0
        self._nodes: dict[str, _Node] = {}
        self._link: Link | None = None
        self._linking: asyncio.Task[None] | None = None
        self._applications: dict[str, TenantId] = {}

    @property
    def nodes(self) -> int:
        return len(self._nodes)

    def authorised(self, socket_id: str, principal: Principal) -> None:
        """For `/broadcasting/auth` at this process: as ChannelAuth's, and a node's socket becomes the session's too.

        Raises: Unauthenticated, Refused.
        """
        self._hub.auth.authorised(socket_id, principal)
        self._grant(socket_id, principal)

    def application_changed(self, terms: AppTerms) -> None:
        self._applications[terms.key] = terms.tenant_id
        self._tell_changed(terms.tenant_id)

    def application_removed(self, key: str) -> None:
        if (tenant_id := self._applications.pop(key, None)) is not None:
            self._tell_changed(tenant_id)

    def _tell_changed(self, tenant_id: TenantId) -> None:
        for node in list(self._nodes.values()):
            node.say(tenant_id, w.Changed())

    # --- who is there ---

    async def run(self) -> None:
        try:
            while True:
                await asyncio.sleep(BEAT_S if self._nodes else LOOK_S)
                try:
                    await self.look()
                except Unavailable:
                    pass  # nobody is given up for it
                except Exception:  # the realtime edge: calls go on without nodes
                    log.exception("checking the realtime nodes failed")
        finally:
            await self._unlink()

    async def look(self) -> None:
        """Takes in who came, and gives up who is gone. Raises: Unavailable."""
        found = await self._store.signs()
        if not found and not self._nodes:
            return
        signs = {sign.run: sign for sign in found if sign.proof == self._proof}
        linked = self._linking is not None and not self._linking.done()
        for node in [node for run, node in self._nodes.items() if run not in signs or not linked]:
            self._lose(node)
        if not linked:
            await self._unlink()
        for sign in signs.values():
            node = self._nodes.get(sign.run) or await self._take_in(sign.run)
            node.quiet_s = 0.0 if node.beat != sign.beat else node.quiet_s + BEAT_S
            node.beat = sign.beat
            if node.quiet_s >= LEASE_S:
                self._lose(node)
                await self._store.take_down(node.run)
        await self._tell_nodes(strangers=len(signs) < len(found))

    async def _take_in(self, run: str) -> _Node:
        link = self._link or await self._linked()
        number = 1 + secrets.randbelow(NUMBER_MAX)
        node = self._nodes[run] = _Node(run, number, link)
        link.open(run)
        self._hub.send_far(self._send_far)
        log.info("a realtime node connected: %s", run)
        return node

    async def _linked(self) -> Link:
        link = Link(self._store, self._clock, self._run, self._heard, self._broken, self._cut)
        await link.begin()
        self._link = link
        self._linking = asyncio.create_task(link.run(), name="realtime nodes")
        return link

    async def _tell_nodes(self, strangers: bool) -> None:
        """Only who stands in this is served. The last one gone, nothing is followed any more. `strangers`: there are
        some with another key; they learn that it is another."""
        if not self._nodes:
            await self._unlink()
        if not (self._nodes or strangers):
            await self._store.take_down(MAIN)
            return
        self._beat += 1
        numbers = {node.run: node.number for node in self._nodes.values()}
        now = self._clock.now()
        await self._store.put_up(
            Sign(id=MAIN, run=self._run, proof=self._proof, beat=self._beat, nodes=numbers, at=now)
        )

    async def _unlink(self) -> None:
        linking, self._linking, self._link = self._linking, None, None
        if linking is not None:
            linking.cancel()
            await asyncio.wait((linking,))

    def _broken(self, run: str) -> None:
        """It learns of it by its number that is missing from the main process's sign. Not from amid a publication."""
        if (node := self._nodes.get(run)) is not None:
            asyncio.get_running_loop().call_soon(self._lose, node)

    def _cut(self, run: str, tenant_id: TenantId) -> None:
        """Something of this organisation did not get there: its sockets at that node come back and ask for it."""
        node = self._nodes.get(run)
        theirs = [] if node is None else [one for _, one in node.sockets.values() if one.tenant_id == tenant_id]
        log.warning(
            "too many events of one organisation wait for a realtime node: %d connections are closed", len(theirs)
        )
        for connection in theirs:
            connection.close(Close.OVER_CAPACITY, "Too slow: connect again")

    def _lose(self, node: _Node) -> None:
        if self._nodes.get(node.run) is not node:
            return
        log.warning("a realtime node with %d connections is gone: %s", len(node.sockets), node.run)
        del self._nodes[node.run]
        if self._link is not None:
            self._link.close(node.run)
        for number in list(node.sockets):
            self._drop(node, number)
        if not self._nodes:
            self._hub.send_far(None)

    # --- to nodes ---

    def _send_far(self, hearers: Sequence[Connection], frame: bytes) -> Sequence[Connection]:
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
            if (node := self._nodes.get(run)) is not None:
                node.say(tenant_id, w.Put(w.packed(numbers), frame))
        return near

    # --- from nodes ---

    def _heard(self, run: str, tenant_id: TenantId, word: w.Word) -> None:
        node = self._nodes.get(run)
        if node is None:
            return
        match word:
            case w.Said():
                self._said(node, word)
            case w.Opened():
                self._opened(node, tenant_id, word)
            case w.SocketLeft(number):
                self._drop(node, number)
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

    def _said(self, node: _Node, word: w.Said) -> None:
        held = node.sockets.get(word.socket)
        if held is None or held[1].closing:
            return
        namespace, connection = held
        for told in answer(Origin(self._hub, namespace, connection), p.parse(word.text)):
            connection.put(told)

    def _opened(self, node: _Node, tenant_id: TenantId, word: w.Opened) -> None:
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
        self, node: _Node, namespace: AppChannels, tenant_id: TenantId, number: int, socket_id: str
    ) -> Connection | Close:
        def ended(code: Close, reason: str) -> None:
            node.say(tenant_id, w.Closed(number, code, reason))
            asyncio.get_running_loop().call_soon(self._drop, node, number)  # not from amid a publication

        opened = self._hub.open(namespace, FarWire(node, number, tenant_id), ended, socket_id)
        if not isinstance(opened, Close):
            node.sockets[number] = (namespace, opened)
        return opened

    def _drop(self, node: _Node, number: int) -> None:
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
        """A node's socket of the house is known here from its first session on: before that it is nobody's."""
        place, number = w.place_of(socket_id)
        node = next((one for one in self._nodes.values() if one.number == place), None) if place else None
        if node is None or number in node.sockets:
            return
        if self._hub.application_of(socket_id) is not None:
            return
        opened = self._open(node, self._hub.house, principal.tenant_id, number, socket_id)
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
