"""Telling organisations' own servers what happens on their channels: in order for each address, signed, with retries.

Kept in memory and bounded: what an address does not take within some minutes is dropped and counted.
Source: Pusher Channels, "Webhooks": X-Pusher-Key, and X-Pusher-Signature as HMAC-SHA256 of the body.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import msgspec

from call24.applications.model import Terms
from call24.kit.clock import Clock

log = logging.getLogger(__name__)

RETRIES_S = (1.0, 5.0, 20.0, 60.0, 200.0)
WAITING_MAX = 1_000
BATCH_MAX = 50

Post = Callable[[str, bytes, Mapping[str, str]], Awaitable[int]]


class _Line:
    """What waits for one address of one application."""

    def __init__(self, terms: Terms, url: str) -> None:
        self.terms = terms
        self.url = url
        self.events: deque[dict[str, Any]] = deque()


class Webhooks:
    """`tell` never waits; `run` delivers for as long as the process lives."""

    def __init__(self, clock: Clock, post: Post, known: Callable[[str], Terms | None]) -> None:
        self._clock = clock
        self._post = post
        self._known = known
        self._lines: dict[tuple[str, str], _Line] = {}
        self._woken: asyncio.Queue[_Line] = asyncio.Queue()
        self.delivered = self.dropped = 0

    def tell(self, terms: Terms, event: dict[str, Any]) -> None:
        for hook in terms.webhooks:
            if event["name"] in hook.events:
                self._put(terms, hook.url, event)

    def _put(self, terms: Terms, url: str, event: dict[str, Any]) -> None:
        line = self._lines.get((terms.number, url))
        if line is None:
            line = self._lines[terms.number, url] = _Line(terms, url)
            self._woken.put_nowait(line)
        if len(line.events) >= WAITING_MAX:
            line.events.popleft()
            self.dropped += 1
        line.events.append(event)

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
                    log.warning("webhook events of application %s were dropped: %d", line.terms.number, len(batch))
        finally:
            self._lines.pop((line.terms.number, line.url), None)

    async def _deliver(self, line: _Line, batch: list[dict[str, Any]]) -> bool:
        body = msgspec.json.encode({"time_ms": int(self._clock.now().timestamp() * 1000), "events": batch})
        for wait in (*RETRIES_S, None):
            terms = self._known(line.terms.key)
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
