"""Realtime nodes in the test's own process: each with what a node's process has, on a port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.support.http.serving import serving
from tests.support.realtime.pusher_clients import Peer
from tests.support.realtime.pusher_server import Served
from tests.support.wait import wait_until

from call24.identity.channel_auth import ChannelGrants
from call24.kit.clock import SystemClock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.secrets import AppKey
from call24.pusher_apps.service import ApplicationService
from call24.realtime.api import served as served_api
from call24.realtime.cluster.node import ClusterNode, NodeSocket
from call24.realtime.cluster.store import NodeStore
from call24.server.http_app import create_node_app


@dataclass
class NodeHere:
    """`living`: its task; cancelled, the node is as good as dead to the others."""

    edge: ClusterNode
    port: int
    living: asyncio.Task[None]

    def at(self, peer: Peer) -> Peer:
        """The same application, reached at this node."""
        return dataclasses.replace(peer, port=self.port)

    async def served(self) -> None:
        await wait_until(lambda: self.edge.lives.served, timeout_s=20)


@asynccontextmanager
async def owning(served: Served) -> AsyncIterator[None]:
    """The main process looks after nodes."""
    task = asyncio.create_task(served.owner.run())
    try:
        yield
    finally:
        await _ended(task)


@asynccontextmanager
async def node_of(served: Served, mongo: Mongo | None = None) -> AsyncIterator[NodeHere]:
    """Another node of the main process; it is served when this begins. `mongo`: its own way to the database."""
    api, clock, key = served.api, SystemClock(), AppKey.load(served.api.data)
    applications = ApplicationService(api.mongo, clock, key)
    applications.is_open = api.services.applications.is_open
    await applications.refresh()
    edge = ClusterNode(
        NodeStore(mongo or api.mongo),
        ChannelGrants(api.services.realtime, clock),
        clock,
        known=applications.by_key,
        by_number=applications.by_number,
        proof=key.node_proof(),
    )
    applications.changed.append(edge.application_changed)
    applications.removed.append(edge.application_removed)
    there = Provided(api.services.there)
    there.put(ApplicationService, applications)
    app = create_node_app(
        dataclasses.replace(
            api.services,
            there=there,
            socket_authorised=edge.authorised,
            socket_application_at=edge.application_at,
        )
    )
    app.mount("/apps", served_api(edge.replying))

    async def refreshing() -> None:
        while True:
            await edge.stale.wait()
            edge.stale.clear()
            await applications.refresh()

    living, reading = asyncio.create_task(edge.lives.run()), asyncio.create_task(refreshing())
    try:
        async with serving(app, edge, NodeSocket) as port:
            node = NodeHere(edge, port, living)
            await node.served()
            yield node
    finally:
        await _ended(living)
        await _ended(reading)
        await edge.lives.leave()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
