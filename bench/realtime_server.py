"""Call24's realtime alone, over plain HTTP, as a process: `python -m bench.realtime_server PORT ID KEY SECRET HOOK`.

The same hub, sockets, HTTP API and webhooks as the server's, and served in the same way; without MongoDB and Asterisk,
which the peer has not either. All that an application can have is switched on: client events, counts of subscribers,
and at the address HOOK a webhook for all that there is to be told.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import get_args

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import Mount

from call24.identity.channel_auth import ChannelGrants
from call24.kit.clock import SystemClock
from call24.kit.ids import TenantId
from call24.kit.outbound_http import OutboundHttp
from call24.kit.secrets import AppKey
from call24.pusher_apps.model import AppTerms, AppWebhook, HookEvent
from call24.realtime import Hub, sockets
from call24.realtime.api import api_app
from call24.realtime.webhooks import Webhooks
from call24.server.server import spare_collections

CONNECTIONS_MAX = 10_000


async def main(port: int, number: str, key: str, secret: str, hook: str) -> None:
    terms = AppTerms(
        number=number,
        key=key,
        secret=secret,
        tenant_id=TenantId("ten_bench"),
        client_events=True,
        subscription_counts=True,
        connections_max=CONNECTIONS_MAX,
        webhooks=(AppWebhook(url=hook, events=get_args(HookEvent)),),
    )
    clock, poster = SystemClock(), OutboundHttp(private=True)
    webhooks = Webhooks(clock, poster.post, {key: terms}.get)
    hub = Hub(
        ChannelGrants(AppKey(b"b" * 32).realtime(), clock),
        clock,
        known={key: terms}.get,
        tell=webhooks.tell,
        sockets_max=2 * CONNECTIONS_MAX,  # one organisation has half
    )
    app = Starlette(routes=[Mount("/apps", api_app(hub, {number: terms}.get))])
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_level="warning",
        access_log=False,
        lifespan="off",
        backlog=4096,
        ws=sockets(hub),  # type: ignore[arg-type]  # as in call24/server/server.py
        timeout_graceful_shutdown=1,
    )
    spare_collections()
    telling = asyncio.create_task(webhooks.run())
    await uvicorn.Server(config).serve()
    telling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await telling
    await poster.close()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), *sys.argv[2:6]))
