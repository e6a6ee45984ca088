"""Telling organisations' own servers what happens on their channels: in order for each address, signed, with retries.

What waits is kept (store.py) and told after a restart; an event may then be told twice, never not at all. Bounded: what
an address does not take within two hours is dropped and counted.
Source: Pusher Channels, "Webhooks": X-Pusher-Key, and X-Pusher-Signature as HMAC-SHA256 of the body.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol

import aiohttp
import msgspec

from call24.applications.model import Terms, WaitingEvent
from call24.kit.clock import Clock
from call24.kit.ids import WaitingEventId, new_id

log = logging.getLogger(__name__)

RETRIES_S = (1.0, 5.0, 20.0, 60.0, 200.0, 600.0, 1800.0, 3600.0)
WAITING_MAX = 1_000
BATCH_MAX = 50

Post = Callable[[str, bytes, Mapping[str, str]], Awaitable[int]]


class Keep(Protocol):
    """Both return at once."""

    def put(self, event: WaitingEvent) -> None: ...

    def over(self, events: Iterable[WaitingEvent]) -> None: ...


class _Line:
    """What waits for one address of one application."""

    def __init__(self, key: str, url: str) -> None:
        self.key = key
        self.url = url
        self.events: deque[WaitingEvent] = deque()


class Webhooks:
    """`tell` never waits; `run` delivers for as long as the process lives. Without `keep` a restart forgets."""

    def __init__(
        self, clock: Clock, post: Post, known: Callable[[str], Terms | None], keep: Keep | None = None
    ) -> None:
        self._clock = clock
        self._post = post
        self._known = known
        self._keep = keep
        self._number = 0
        self._lines: dict[tuple[str, str], _Line] = {}
        self._woken: asyncio.Queue[_Line] = asyncio.Queue()
        self.delivered = self.dropped = 0

    def tell(self, terms: Terms, event: dict[str, Any]) -> None:
        for hook in terms.webhooks:
            if event["name"] in hook.events:
                now = self._clock.now()
                self._number = max(self._number + 1, int(now.timestamp() * 1_000_000))
                waiting = WaitingEvent(
                    id=WaitingEventId(new_id("wev")),
                    tenant_id=terms.tenant_id,
                    key=terms.key,
                    url=hook.url,
                    number=self._number,
                    told=msgspec.json.encode(event).decode(),
                    created_at=now,
                )
                if self._keep is not None:
                    self._keep.put(waiting)
                self._put(waiting)

    def tell_again(self, left: Iterable[WaitingEvent]) -> None:
        """What a restart left, in its order: before anything new."""
        for event in left:
            self._number = max(self._number, event.number)
            self._put(event)

    def _put(self, event: WaitingEvent) -> None:
        line = self._lines.get((event.key, event.url))
        if line is None:
            line = self._lines[event.key, event.url] = _Line(event.key, event.url)
            self._woken.put_nowait(line)
        if len(line.events) >= WAITING_MAX:
            self._over([line.events.popleft()])
            self.dropped += 1
        line.events.append(event)

    def _over(self, events: list[WaitingEvent]) -> None:
        if self._keep is not None:
            self._keep.over(events)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                line = await self._woken.get()
                group.create_task(self._empty(line), name="webhooks of an application")

    async def _empty(self, line: _Line) -> None:
        try:
            while line.events:
                batch = [line.events.popleft() for _ in range(min(BATCH_MAX, len(line.events)))]
                if await self._deliver(line, batch):
                    self.delivered += len(batch)
                else:
                    self.dropped += len(batch)
                    log.warning("webhook events of an application were dropped: %d", len(batch))
                self._over(batch)
        finally:
            self._lines.pop((line.key, line.url), None)

    async def _deliver(self, line: _Line, batch: list[WaitingEvent]) -> bool:
        events = [msgspec.Raw(event.told.encode()) for event in batch]
        body = msgspec.json.encode({"time_ms": int(self._clock.now().timestamp() * 1000), "events": events})
        for wait in (*RETRIES_S, None):
            terms = self._known(line.key)
            if terms is None or not any(hook.url == line.url for hook in terms.webhooks):
                return False  # nobody wants to be told there any more
            if await self._taken(line.url, body, terms):
                return True
            if wait is not None:
                await self._pause(wait)
        return False

    async def _taken(self, url: str, body: bytes, terms: Terms) -> bool:
        signature = hmac.digest(terms.secret.encode(), body, hashlib.sha256).hex()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "call24-webhooks",
            "X-Pusher-Key": terms.key,
            "X-Pusher-Signature": signature,
        }
        try:
            status = await self._post(url, body, headers)
        except (OSError, aiohttp.ClientError, ValueError):
            return False
        return 200 <= status < 300

    async def _pause(self, seconds: float) -> None:
        over = asyncio.Event()
        timer = self._clock.call_later(seconds, over.set)
        try:
            await over.wait()
        finally:
            timer.cancel()
