"""Telling organisations' own servers what happens on their channels: in order for each address, signed, with retries.

What waits is kept (store.py) and told after a restart; an event may then be told twice, never not at all. An address
that is slow or dead holds up itself alone: its events wait in their order, it is asked again every minute at most, and
what it has not taken within two hours, or what is more than it may have waiting, is dropped, counted and logged.
Source: Pusher Channels, "Webhooks": X-Pusher-Key, and X-Pusher-Signature as HMAC-SHA256 of the body.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, Protocol

import aiohttp
import msgspec

from call24.kit.clock import Clock
from call24.kit.fair import Fair
from call24.kit.ids import WaitingEventId, new_id
from call24.pusher_apps.model import AppTerms, WaitingEvent

log = logging.getLogger(__name__)

PAUSES_S = (1.0, 5.0, 20.0, 60.0)
"""Before an address is asked again; the last one again and again."""
KEPT = timedelta(hours=2)
WAITING_MAX = 1_000
BATCH_MAX = 50
AT_ONCE, EACH = 60, 4
"""Requests at once: in all, and of one organisation."""

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
        self, clock: Clock, post: Post, known: Callable[[str], AppTerms | None], keep: Keep | None = None
    ) -> None:
        self._clock = clock
        self._post = post
        self._known = known
        self._keep = keep
        self._room = Fair(AT_ONCE, EACH)
        self._number = 0
        self._lines: dict[tuple[str, str], _Line] = {}
        self._woken: asyncio.Queue[_Line] = asyncio.Queue()
        self.delivered = self.dropped = 0

    def tell(self, terms: AppTerms, event: dict[str, Any]) -> None:
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
            self._drop([line.events.popleft()], "too many waited")
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
                await self._tell_all([line.events.popleft() for _ in range(min(BATCH_MAX, len(line.events)))], line)
        finally:
            self._lines.pop((line.key, line.url), None)

    async def _tell_all(self, batch: list[WaitingEvent], line: _Line) -> None:
        """Until it is taken, or too old, or nobody wants it any more."""
        body = self._body(batch)
        for pause in itertools.chain(PAUSES_S, itertools.repeat(PAUSES_S[-1])):
            since = self._clock.now() - KEPT
            if old := [event for event in batch if event.created_at <= since]:
                self._drop(old, "their server did not take them in time")
                batch = batch[len(old) :]
                body = self._body(batch)
            terms = self._known(line.key)
            if terms is None or not any(hook.url == line.url for hook in terms.webhooks):
                self._drop(batch, "nobody is to be told there any more")
                return
            async with self._room.turn(terms.tenant_id):
                taken = not batch or await self._taken(line.url, body, terms)
            if taken:
                self.delivered += len(batch)
                self._over(batch)
                return
            await self._pause(pause)

    def _body(self, batch: list[WaitingEvent]) -> bytes:
        events = [msgspec.Raw(event.told.encode()) for event in batch]
        return msgspec.json.encode({"time_ms": int(self._clock.wall().timestamp() * 1000), "events": events})

    def _drop(self, events: list[WaitingEvent], why: str) -> None:
        if events:
            self.dropped += len(events)
            log.warning("%d webhook events of application %s were dropped: %s", len(events), events[0].key, why)
            self._over(events)

    async def _taken(self, url: str, body: bytes, terms: AppTerms) -> bool:
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
