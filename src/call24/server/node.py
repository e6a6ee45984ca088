"""`python -m call24.server.node FILE`: a realtime node, with the settings that `./call24 node` wrote into FILE.

It serves sockets, Pusher's HTTP API and `/broadcasting/` for the main process (realtime/nodes). It routes no calls, and
keeps nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import uvloop

from call24.audit.service import AuditLog
from call24.identity.channel_auth import ChannelGrants
from call24.identity.service import IdentityService
from call24.journal.journal import Journal
from call24.kit.certificate import CertificateWatch
from call24.kit.clock import SystemClock
from call24.kit.errors import Unavailable
from call24.kit.holdings import Held
from call24.kit.log_format import log_to_stderr
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import DATABASE, Settings
from call24.migrations.folder_stamp import UnusableData
from call24.migrations.run import Migrations
from call24.pusher_apps.service import ApplicationService
from call24.realtime.api import served
from call24.realtime.cluster.node import ClusterNode, NodeSocket
from call24.realtime.cluster.node_session import Foreign
from call24.realtime.cluster.store import NodeStore
from call24.realtime.hosted import hosted, realtime_key
from call24.realtime.socket import realtime_app, sockets
from call24.server.building import Building
from call24.server.http_app import create_node_app
from call24.server.http_services import Services
from call24.server.listener import Server, admission
from call24.server.rooms import ROOMS
from call24.server.server import edge, spare_collections
from call24.server.services import ground
from call24.tenants.service import TenantService

log = logging.getLogger(__name__)

REFRESH_S = 15.0
AGAIN_S = 0.5


class NodeProcess:
    """`run` it, and serve `app` and `sockets`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        clock, key = SystemClock(), AppKey.load(settings.data)
        self.mongo = Mongo(settings.mongodb_uri(), DATABASE)
        journal = Journal(self.mongo, settings.data / "spool" / "node")
        audit = AuditLog(self.mongo, clock, key, settings.data / "audit")
        self.there = ground(settings, self.mongo, clock, key, journal, audit)
        self.building = Building(ROOMS, self.there, Held(()))
        applications = self.applications = self.there.get(ApplicationService)
        self.edge = ClusterNode(
            NodeStore(self.mongo),
            self.there.get(ChannelGrants),
            clock,
            known=applications.by_key,
            by_number=applications.by_number,
            proof=key.node_proof(),
        )
        applications.changed.append(self.edge.application_changed)
        applications.removed.append(self.edge.application_removed)
        self.app = create_node_app(self._services())
        self.app.mount("/apps", served(self.edge.replying))
        self.app.mount("/app", realtime_app())
        self.sockets = sockets(self.edge, settings.origin_list(), settings.proxy_list(), NodeSocket)
        self.known = asyncio.Event()
        """Set once it knows applications: before that it would turn away for good whom it is to serve."""

    def _services(self) -> Services:
        elsewhere = hosted(self.settings)
        return Services(
            there=self.there,
            realtime=realtime_key(self.settings, self.there.get(AppKey)),
            realtime_at=None if elsewhere is None else (elsewhere.socket_host, elsewhere.port),
            socket_authorised=self.edge.authorised,
            socket_application_at=self.edge.application_at,
            wss_port=self.settings.wss_port,
            origins=self.settings.origin_list(),
            web=self.settings.data,
            doctor_secret="",
            health={"mongodb": lambda: self.mongo.ping(1.0), "main": self._served},
        )

    async def _served(self) -> bool:
        return self.edge.lives.served

    async def run(self) -> None:
        """Raises: Foreign, UnusableData."""
        while not await self._may_begin():  # noqa: ASYNC110 - it is the attempt itself that is waited for
            await asyncio.sleep(AGAIN_S)
        self.known.set()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._refresh(), name="refresh")
            group.create_task(self.edge.lives.run(), name="lives")

    async def _may_begin(self) -> bool:
        """Raises: UnusableData."""
        try:
            await self.there.get(Migrations).stamp()
        except Unavailable:
            log.warning("a realtime node waits for MongoDB")
            return False
        return await self._read()

    async def _refresh(self) -> None:
        """Of applications at once when one was changed."""
        stale = self.edge.stale
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(REFRESH_S):
                    await stale.wait()
            whole = not stale.is_set()
            stale.clear()
            if not await self._read(whole):
                await asyncio.sleep(AGAIN_S)
                stale.set()

    async def _read(self, whole: bool = True) -> bool:
        """Whether what this node must know could be read."""
        try:
            if whole:
                await self.there.get(TenantService).refresh()
                await self.there.get(IdentityService).refresh()
            await self.applications.refresh()
        except Unavailable:
            log.warning("a realtime node waits for MongoDB")
            return False
        return True

    async def stop(self) -> None:
        await self.edge.lives.leave()
        await self.building.stop()
        await self.mongo.close()


async def serve(settings: Settings) -> int:
    """Until a signal ends it."""
    log_to_stderr(settings.log_format)
    node = NodeProcess(settings)
    config = edge(settings, node.app, node.sockets)
    config.load()
    assert config.ssl is not None
    server = Server(config, admission(settings))
    watch = CertificateWatch(settings.certificate, config.ssl)
    working = asyncio.create_task(node.run(), name="node")
    working.add_done_callback(lambda _: setattr(server, "should_exit", True))
    watching = asyncio.create_task(watch.run(), name="certificate")
    try:
        await _first(node.known.wait(), working)
        if not working.done():
            spare_collections()
            log.info("a realtime node serves at port %d", settings.http_port)
            await server.serve()
    finally:
        for task in (working, watching):
            task.cancel()
        await asyncio.wait((working, watching))
        await node.stop()
    return _said_why(working)


async def _first(wish: Coroutine[Any, Any, object], working: asyncio.Task[None]) -> None:
    """Until one of both is over."""
    waiting = asyncio.create_task(wish, name="node: begins")
    await asyncio.wait((waiting, working), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


def _said_why(working: asyncio.Task[None]) -> int:
    if working.cancelled() or (error := working.exception()) is None:
        return 0
    foreign = error.subgroup(Foreign) if isinstance(error, BaseExceptionGroup) else None
    if isinstance(error, UnusableData):
        log.error("%s", error)
    elif foreign is not None:
        log.error("%s", foreign.exceptions[0])
    else:
        log.error("the node ended", exc_info=error)
    return 1


if __name__ == "__main__":
    sys.exit(uvloop.run(serve(Settings.load(Path(sys.argv[1])))))
