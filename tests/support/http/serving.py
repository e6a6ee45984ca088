"""Serves an ASGI application over HTTP on a free port of this machine, in the test's own event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from tests.support.wait import wait_until

from call24.kit.admission import Admission, Bounds
from call24.realtime import Hub, sockets
from call24.realtime.socket import Socket
from call24.server.listener import Server
from call24.server.uvicorn_protocol import Http


@asynccontextmanager
async def serving(
    app: Any, hub: Hub | None = None, kind: type[Socket] | None = None, admission: Admission | None = None
) -> AsyncIterator[int]:
    """The port. `hub`: whose sockets are served too; `admission`: who gets a place."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    config = uvicorn.Config(
        app,
        log_level="warning",
        log_config=None,  # its own would keep what it logs from everybody else, in later tests too
        lifespan="off",
        http=Http,
        ws="none" if hub is None else sockets(hub, kind=kind),  # type: ignore[arg-type]
        timeout_graceful_shutdown=1,
    )
    server = Server(config, admission or Admission(Bounds()))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await wait_until(lambda: server.started or task.done())
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task
