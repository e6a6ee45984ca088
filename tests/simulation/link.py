"""Between one life of Call24 and the model of Asterisk: in the shape of asterisk/client.py's AriClient, with faults."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from tests.simulation.asterisk import Asterisk
from tests.simulation.faults import Injector
from tests.simulation.rest import Rest, manager, variables_of
from tests.simulation.world import World

from call24.asterisk.client import AWAY, AriReply, Listener

PROBE_EVERY_S = 5.0
NOTICES_CUT_S = 2.0
BACKOFF_S = 0.3
_CALL = re.compile(r"call_[0-9a-z]{26}")
_WORDS = re.compile("/|:|%2F|tone_")
COMMON = "all"


class Owners:
    """Whose a channel, a bridge or a playback is, as the requests themselves say."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}

    def learn(self, thing: str, owner: str) -> None:
        self._of[thing] = owner

    def of(self, text: str) -> str:
        call = _CALL.search(text)
        if call is not None and call.group() in self._of:
            return self._of[call.group()]
        return next((self._of[word] for word in _WORDS.split(text) if word in self._of), COMMON)

    def listen(self, path: str, params: Mapping[str, str], body: Any) -> str:
        """What a request tells of its owner."""
        if path == "/channels/create" and body:
            owner = str(body["variables"]["C24_TENANT"])
            self.learn(body["channelId"], owner)
            self.learn(body["variables"]["C24_CALL"], owner)
            return owner
        owner = self.of(path + ":" + params.get("eventSource", ""))
        if "value" in params and (call := variables_of(params).get("C24_CALL")):
            self.learn(call, owner)
        if "/snoop/" in path:
            self.learn(path.rpartition("/")[2], owner)
        return owner


class Link:
    """``point`` is awaited wherever the process may be killed: before a request, and when it has been done."""

    url = "http://model/ari"
    login = ("call24", "secret")

    def __init__(
        self,
        world: World,
        asterisk: Asterisk,
        injector: Injector,
        owners: Owners,
        point: Callable[[str], Awaitable[None]],
    ) -> None:
        self._world = world
        self._asterisk = asterisk
        self._rest = Rest(asterisk)
        self._injector = injector
        self._owners = owners
        self._point = point
        self._listener: Listener | None = None
        self._buffer: list[dict[str, Any]] | None = None
        self._lost = asyncio.Event()
        self._order: dict[str, float] = {}
        self.cut = False
        self.requests = 0
        self.told: dict[str, float] = {}
        """Callers whose arrival was told, and when."""

    # --- requests ---

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        timeout_s: float = 5.0,
    ) -> AriReply:
        await self._point(f"before {method} {path}")
        self.requests += 1
        owner = self._owners.listen(path, params or {}, body)
        fault = self._injector.hits(owner, "slow", "refused", "unheard", "unsent")
        await asyncio.sleep(self._injector.latency(owner, 0.0005, 0.003))
        if self.cut:
            await asyncio.sleep(min(timeout_s, 2.0))
        if self.cut or not self._asterisk.up:
            return AWAY
        if fault == "refused":
            return AriReply(500, {"message": "Internal Server Error"})
        if fault == "unsent":
            await asyncio.sleep(timeout_s)
            return AWAY
        if fault == "slow":
            await asyncio.sleep(self._injector.latency(owner, 0.2, 3.0))
        reply = AriReply(*self._rest.request(method, path, params or {}, body))
        self._world.say(f"  {method} {path} {dict(params or {})} -> {reply.status}{' ' + fault if fault else ''}")
        await self._point(f"after {method} {path}")
        await asyncio.sleep(timeout_s if fault == "unheard" else self._injector.latency(owner, 0.0005, 0.003))
        return AWAY if fault == "unheard" else reply

    async def ask_manager(self, action: Mapping[str, str]) -> str:
        await self._point("before a manager's action")
        await asyncio.sleep(0.001)
        if self.cut or not self._asterisk.up:
            raise OSError
        return manager(self._asterisk, action)

    # --- events ---

    async def run(self, listener: Listener) -> None:
        """Connect, listen, connect again, as the client does."""
        while True:
            if self._asterisk.up and not self.cut:
                await self._listen(listener)
            listener.disconnected()
            await asyncio.sleep(BACKOFF_S)

    async def _listen(self, listener: Listener) -> None:
        await self._point("before connecting")
        self._lost.clear()
        self._buffer, self._listener = [], listener
        self._asterisk.hear = self._hear
        if await listener.connected() and not self._lost.is_set():
            early, self._buffer = self._buffer, None
            for event in early:
                self._give(event, listener)
            watch = asyncio.create_task(self._watch(listener))
            await self._lost.wait()
            watch.cancel()
        self.drop()

    async def _watch(self, listener: Listener) -> None:
        while True:
            await asyncio.sleep(PROBE_EVERY_S)
            await listener.probe()

    def drop(self) -> None:
        """The connection is over: by a cut, by Asterisk's end or by ours."""
        if self._listener is not None:
            self._listener = None
            self._asterisk.disconnect()
        self._lost.set()

    def _hear(self, event: dict[str, Any], about: str) -> None:
        owner = self._owners.of(about)
        fault = self._injector.hits(owner, "lost", "doubled", "delayed")
        delay = self._injector.latency(owner, 0.0005, 0.002)
        self._world.say(f"  {event['type']} {about} {event.get('args') or event.get('cause') or ''} {fault or ''}")
        if fault == "lost":
            return
        if fault == "delayed":
            delay += self._injector.latency(owner, 0.0, 1.0)
        # One after the other: the loop's heap keeps no order among timers of the same instant.
        at = max(self._order.get(about, 0.0) + 1e-6, self._world.loop.passed + delay)
        self._order[about] = at
        for _ in range(2 if fault == "doubled" else 1):
            self._world.loop.call_at(at, self._deliver, event, self._listener)

    def _deliver(self, event: dict[str, Any], listener: Listener | None) -> None:
        if listener is None or listener is not self._listener:
            return
        if self._buffer is not None:
            self._buffer.append(event)
        else:
            self._give(event, listener)

    def _give(self, event: dict[str, Any], listener: Listener) -> None:
        if event["type"] == "StasisStart":
            self.told.setdefault(event["channel"]["id"], self._world.loop.passed)
        listener.heard(event)


@asynccontextmanager
async def manager_session(link: Link) -> AsyncIterator[Callable[[Mapping[str, str]], Awaitable[str]]]:
    """In place of asterisk/ami.py's, which speaks HTTP."""
    yield link.ask_manager
