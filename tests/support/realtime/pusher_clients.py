"""The official clients as processes of their own: Node's by a driver that is told what to do."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

from tests.support.wait import wait_until

from call24.installer import web
from call24.installer.paths import CHECKOUT

CLIENTS = CHECKOUT / "tests" / "clients"
MASTER_KEY = "aGVsbG8sIHRoaXMgaXMgYSBrZXkgb2YgMzIgYnl0ZXM="


@dataclass(frozen=True)
class Peer:
    """A server that speaks Pusher's protocol, and an application there. `authority`: a file with the certificates that
    its own is signed by; without one it is spoken to in the clear."""

    name: str
    port: int
    app_id: str
    key: str
    secret: str
    host: str = "127.0.0.1"
    master_key: str = MASTER_KEY
    authority: str = ""


class NodeClients:
    """Every client that was made in one Node process, by its name."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self._child = child
        self.said: list[dict[str, Any]] = []
        self._calls = 0

    def tell(self, do: str, as_: str = "", **more: Any) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps({"do": do, "as": as_, **more}).encode() + b"\n")

    async def connected(self, as_: str, do: str = "connect", **more: Any) -> str:
        """The socket's id."""
        self.tell(do, as_, **more)
        return str((await self.says(as_, "state", state="connected"))["socket_id"])

    async def subscribed(self, as_: str, channel: str) -> dict[str, Any]:
        self.tell("subscribe", as_, channel=channel)
        return await self.says(as_, "subscribed", channel=channel)

    async def server(self, call: str, *words: Any) -> dict[str, Any]:
        """What Node's pusher answers."""
        self._calls += 1
        self.tell("server", id=self._calls, call=call, words=words)
        return await self.says("server", "answer", id=self._calls)

    async def webhook(self, headers: dict[str, str], body: str) -> dict[str, Any]:
        self._calls += 1
        self.tell("webhook", id=self._calls, headers=headers, body=body)
        return await self.says("server", "answer", id=self._calls)

    def all(self, as_: str, what: str, **more: Any) -> list[dict[str, Any]]:
        return [one for one in self.said if one.items() >= {"as": as_, "what": what, **more}.items()]

    async def says(self, as_: str, what: str, times: int = 1, **more: Any) -> dict[str, Any]:
        try:
            await wait_until(
                lambda: len(self.all(as_, what, **more)) >= times or self._child.returncode is not None, timeout_s=30
            )
            assert len(self.all(as_, what, **more)) >= times, "the clients' process has ended"
        except AssertionError:
            raise AssertionError(f"{as_} did not say {what} {more} {times} times, but: {self.said}") from None
        return self.all(as_, what, **more)[-1]

    async def listen(self) -> None:
        assert self._child.stdout is not None
        async for line in self._child.stdout:
            self.said.append(json.loads(line))


@asynccontextmanager
async def node_clients(peer: Peer) -> AsyncIterator[NodeClients]:
    assert web.node() and web.packages_there(CLIENTS), "Node and the clients are missing: `./call24 test` brings both"
    child = await asyncio.create_subprocess_exec(
        *(str(web.node()), str(CLIENTS / "driver.mjs"), json.dumps(asdict(peer))),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **({"NODE_EXTRA_CA_CERTS": peer.authority} if peer.authority else {})},
    )
    clients = NodeClients(child)
    listening = asyncio.create_task(clients.listen())
    try:
        yield clients
    finally:
        assert child.stdin is not None
        child.stdin.close()
        await child.wait()
        await listening
