"""soketi, another server that speaks Pusher's protocol, as a process of its own: what ours is compared with.

It is brought by hand, since its websocket engine comes from no package registry: see docs/rooms/realtime.md.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.realtime.pusher_clients import Peer


@asynccontextmanager
async def soketi(modules: Path) -> AsyncIterator[Peer]:
    """`modules`: the node_modules folder that it was installed to."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    app = {"ID": "7001", "KEY": "soketi-key", "SECRET": "soketi-secret", "ENABLE_CLIENT_MESSAGES": "true"}
    app["USER_AUTHENTICATION"] = "true"
    env = {
        **os.environ,
        "SOKETI_HOST": "127.0.0.1",
        "SOKETI_PORT": str(port),
        "SOKETI_METRICS_HOST": "127.0.0.1",
        **{f"SOKETI_DEFAULT_APP_{name}": value for name, value in app.items()},
    }
    server = modules / "@soketi" / "soketi" / "bin" / "server.js"
    child = await asyncio.create_subprocess_exec(
        *("node", str(server), "start"), env=env, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await _listening(port)
        yield Peer("soketi", port, app["ID"], app["KEY"], app["SECRET"])
    finally:
        child.kill()
        await child.wait()


async def _listening(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
