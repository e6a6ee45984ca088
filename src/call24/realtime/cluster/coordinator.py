"""The main process's side: which nodes there are, who is given up, and the link to them.

Their sockets are connections of its hub like any others (far_sockets.py), so all that counts sockets (presence, counts,
webhooks, revocation, the HTTP API) counts those of all nodes without knowing of them. While there are no nodes nothing
is written and nothing followed; a look every two seconds is all.
"""

from __future__ import annotations

import asyncio
import logging
import secrets

from call24.identity.model import Principal
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId
from call24.pusher_apps.model import AppTerms
from call24.realtime.api import ByNumber
from call24.realtime.cluster import messages as w
from call24.realtime.cluster.far_sockets import FarNode, FarSockets, MayHear
from call24.realtime.cluster.link import Link
from call24.realtime.cluster.model import MAIN, Sign
from call24.realtime.cluster.store import NodeStore
from call24.realtime.hub import Hub
from call24.realtime.protocol import Close

log = logging.getLogger(__name__)

LOOK_S = 2.0
BEAT_S = 1.0
LEASE_S = 6.0
"""A node that gave no sign for so long, while MongoDB was there, is gone, and its sockets with it."""

NUMBER_MAX = 9 * 10**8


class Coordinator:
    """`by_number`: an application; `may_hear`: whether an organisation is let in, and a role may hear anything;
    `proof`: what only who has the installation's key can say."""

    def __init__(
        self, store: NodeStore, clock: Clock, hub: Hub, by_number: ByNumber, may_hear: MayHear, proof: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._hub = hub
        self._proof = proof
        self._run = secrets.token_hex(8)
        self._beat = 0
        self._sockets = FarSockets(clock, hub, by_number, may_hear)
        self._link: Link | None = None
        self._linking: asyncio.Task[None] | None = None
        self._applications: dict[str, TenantId] = {}

    @property
    def nodes(self) -> int:
        return len(self._sockets.nodes)

    def authorised(self, socket_id: str, principal: Principal) -> None:
        """For `/broadcasting/auth` at this process. Raises: Unauthenticated, Refused."""
        self._sockets.authorised(socket_id, principal)

    def application_changed(self, terms: AppTerms) -> None:
        self._applications[terms.key] = terms.tenant_id
        self._tell_changed(terms.tenant_id)

    def application_removed(self, key: str) -> None:
        if (tenant_id := self._applications.pop(key, None)) is not None:
            self._tell_changed(tenant_id)

    def _tell_changed(self, tenant_id: TenantId) -> None:
        for node in list(self._sockets.nodes.values()):
            node.say(tenant_id, w.Changed())

    # --- who is there ---

    async def run(self) -> None:
        try:
            while True:
                await asyncio.sleep(BEAT_S if self._sockets.nodes else LOOK_S)
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
        if not found and not self._sockets.nodes:
            return
        signs = {sign.run: sign for sign in found if sign.proof == self._proof}
        linked = self._linking is not None and not self._linking.done()
        for node in [node for run, node in self._sockets.nodes.items() if run not in signs or not linked]:
            self._lose(node)
        if not linked:
            await self._unlink()
        for sign in signs.values():
            node = self._sockets.nodes.get(sign.run) or await self._take_in(sign.run)
            node.quiet_s = 0.0 if node.beat != sign.beat else node.quiet_s + BEAT_S
            node.beat = sign.beat
            if node.quiet_s >= LEASE_S:
                self._lose(node)
                await self._store.take_down(node.run)
        await self._tell_nodes(strangers=len(signs) < len(found))

    async def _take_in(self, run: str) -> FarNode:
        link = self._link or await self._linked()
        number = 1 + secrets.randbelow(NUMBER_MAX)
        node = self._sockets.nodes[run] = FarNode(run, number, link)
        link.open(run)
        self._hub.send_far(self._sockets.send)
        log.info("a realtime node connected: %s", run)
        return node

    async def _linked(self) -> Link:
        link = Link(self._store, self._clock, self._run, self._sockets.heard, self._broken, self._cut)
        await link.begin()
        self._link = link
        self._linking = asyncio.create_task(link.run(), name="realtime nodes")
        return link

    async def _tell_nodes(self, strangers: bool) -> None:
        """Only who stands in this is served. The last one gone, nothing is followed any more. `strangers`: there are
        some with another key; they learn that it is another."""
        if not self._sockets.nodes:
            await self._unlink()
        if not (self._sockets.nodes or strangers):
            await self._store.take_down(MAIN)
            return
        self._beat += 1
        numbers = {node.run: node.number for node in self._sockets.nodes.values()}
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
        if (node := self._sockets.nodes.get(run)) is not None:
            asyncio.get_running_loop().call_soon(self._lose, node)

    def _cut(self, run: str, tenant_id: TenantId) -> None:
        """Something of this organisation did not get there: its sockets at that node come back and ask for it."""
        node = self._sockets.nodes.get(run)
        theirs = [] if node is None else [one for _, one in node.sockets.values() if one.tenant_id == tenant_id]
        log.warning(
            "too many events of one organisation wait for a realtime node: %d connections are closed", len(theirs)
        )
        for connection in theirs:
            connection.close(Close.OVER_CAPACITY, "Too slow: connect again")

    def _lose(self, node: FarNode) -> None:
        if self._sockets.nodes.get(node.run) is not node:
            return
        log.warning("a realtime node with %d connections is gone: %s", len(node.sockets), node.run)
        del self._sockets.nodes[node.run]
        if self._link is not None:
            self._link.close(node.run)
        for number in list(node.sockets):
            self._sockets.drop(node, number)
        if not self._sockets.nodes:
            self._hub.send_far(None)
