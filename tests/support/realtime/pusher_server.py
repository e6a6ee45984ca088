"""Our server with realtime and Pusher's HTTP API on a real port, and applications of an organisation there."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.http.api import Api, Organisation
from tests.support.http.serving import serving
from tests.support.realtime.pusher_clients import Peer

from call24.identity.channel_auth import ChannelGrants
from call24.identity.model import Device
from call24.kit.clock import SystemClock
from call24.kit.ids import TenantId
from call24.kit.secrets import AppKey
from call24.realtime import Hub
from call24.realtime.api import api_app
from call24.realtime.cluster.coordinator import Coordinator
from call24.realtime.cluster.store import NodeStore
from call24.realtime.webhooks import Webhooks
from call24.server.http_app import create_app


@dataclass
class Served:
    api: Api
    hub: Hub
    acme: Organisation
    owner: Coordinator
    port: int = 0
    app: Any = None
    hooks: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    async def peer(self, **settings: Any) -> Peer:
        """An application of the organisation, made over the API."""
        settings = {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}
        answer = await self.acme.call("owner", "POST", "/v1/applications", json={"name": "Shop", **settings})
        assert answer.status_code == 201, answer.text
        made = answer.json()
        self.ids[made["app_id"]] = made["id"]
        return Peer("call24", self.port, made["app_id"], made["key"], made["secret"])

    def id_of(self, peer: Peer) -> str:
        return self.ids[peer.app_id]

    def cut(self, peer: Peer) -> None:
        """Every socket of the application, as when the network falls away."""
        namespace = self.hub.namespace(peer.key)
        assert namespace is not None
        for connection in list(namespace.connections.values()):
            connection.wire.abort()  # type: ignore[attr-defined]  # a transport

    def forget(self, peer: Peer, channel: str) -> None:
        """As after a restart of the server."""
        namespace = self.hub.namespace(peer.key)
        assert namespace is not None
        namespace.channels[channel].epoch = "another"


def may_hear(api: Api, tenant_id: TenantId, role: str) -> bool:
    """As main has it."""
    identity = api.services.identity
    return identity.is_open(tenant_id) and "live.read" in identity.roles.granted(tenant_id, role)


@asynccontextmanager
async def pusher_server(api: Api) -> AsyncIterator[Served]:
    clock = SystemClock()  # the clients' own: their requests carry the time
    auth = ChannelGrants(api.services.realtime, clock)
    known = api.services.applications
    hooks: list[tuple[str, bytes, Mapping[str, str]]] = []

    async def take(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        hooks.append((url, body, headers))
        return 200

    webhooks = Webhooks(clock, take, known.by_key)
    hub = Hub(auth, clock, known=known.by_key, tell=webhooks.tell)
    proof = AppKey.load(api.data).node_proof()
    owner = Coordinator(NodeStore(api.mongo), clock, hub, known.by_number, lambda *who: may_hear(api, *who), proof)
    served = Served(api, hub, await api.organisation("Acme"), owner, hooks=hooks)
    known.changed += (hub.application_changed, owner.application_changed)
    known.removed += (hub.application_removed, owner.application_removed)

    async def signed_out(device: Device) -> None:
        hub.revoke(device.token_id)

    api.services.identity.events.device_signed_out.append(signed_out)
    ours = dataclasses.replace(api.services, socket_authorised=owner.authorised, socket_application=hub.application_of)
    app = create_app(ours)
    app.mount("/apps", api_app(hub, known.by_number))
    served.app = app
    telling = asyncio.create_task(webhooks.run())
    async with serving(app, hub) as served.port:
        yield served
    telling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await telling
