"""Sends push messages: one after another to a browser, and to many browsers at once, within bounds.

Whoever puts a message waits for nothing. To one browser a newer message takes the place of an older one with the same
topic that waits. An organisation has a share of what is sent at once, and so has a push service: one that is slow holds
up its own browsers. Messages that wait are in memory alone: what must not be lost is kept by who puts it.
Source: RFC 8030, sections 5 (the request) and 7.3 (what is gone).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.fair import Fair
from call24.kit.ids import DeviceId, TenantId
from call24.kit.outbound_http import NotAllowed
from call24.web_push import rules
from call24.web_push.encoding import encrypt, unb64
from call24.web_push.model import Outcome, Target, Urgency
from call24.web_push.vapid import Vapid

log = logging.getLogger(__name__)

Post = Callable[[str, bytes, Mapping[str, str]], Awaitable[int]]

ORGANISATIONS_AT_ONCE, OF_ORGANISATION = 400, 10
SERVICES_AT_ONCE, OF_SERVICE = 200, 50
"""Requests at once: to all push services, and to one."""
WAITING_OF_BROWSER = 30
"""Topics that wait for one browser; the oldest makes room."""
_GONE = (404, 410)
_LATER = 429


@dataclass(frozen=True, kw_only=True)
class Push:
    """One message for one browser. `topic`: as in the header; `until`: when it is not worth sending any more; `told`:
    what became of it, where somebody wants to know."""

    tenant_id: TenantId
    device_id: DeviceId
    target: Target
    message: bytes
    topic: str
    urgency: Urgency
    until: datetime
    due: datetime
    tries: int = 0
    told: Callable[[Outcome], None] | None = None


@dataclass
class _Line:
    """What waits for one browser, by topic."""

    waiting: dict[str, Push] = field(default_factory=dict)
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class Sender:
    """`run` it for as long as the process lives. `over`: told what became of each message, without waiting."""

    def __init__(self, clock: Clock, vapid: Vapid, post: Post, over: Callable[[Push, Outcome], None]) -> None:
        self._clock = clock
        self._vapid = vapid
        self._post = post
        self._over = over
        self._lines: dict[DeviceId, _Line] = {}
        self._organisations = Fair(ORGANISATIONS_AT_ONCE, OF_ORGANISATION)
        self._services = Fair(SERVICES_AT_ONCE, OF_SERVICE)
        self._group: asyncio.TaskGroup | None = None
        self.counts: Counter[Outcome] = Counter()
        """Since the process started."""

    @property
    def waiting(self) -> int:
        """Messages for all browsers."""
        return sum(len(line.waiting) for line in self._lines.values())

    def put(self, push: Push) -> None:
        line = self._lines.get(push.device_id)
        if line is None:
            line = self._lines[push.device_id] = _Line()
            self._begin(push.device_id, line)
        if (older := line.waiting.pop(push.topic, None)) is not None:
            self._ended(older, "late")
        line.waiting[push.topic] = push
        while len(line.waiting) > WAITING_OF_BROWSER:
            oldest = next(iter(line.waiting))
            self._ended(line.waiting.pop(oldest), "late")
        line.woken.set()

    def forget(self, device_id: DeviceId) -> None:
        """Its subscription is gone: what waits for it is not sent, and what is on its way is not tried again."""
        line = self._lines.pop(device_id, None)
        if line is not None:
            line.waiting.clear()
            line.woken.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            self._group = group
            for device_id, line in self._lines.items():
                self._begin(device_id, line)
            await asyncio.Event().wait()

    def _begin(self, device_id: DeviceId, line: _Line) -> None:
        if self._group is not None:
            self._group.create_task(self._work(device_id, line), name=f"push {device_id}")

    async def _work(self, device_id: DeviceId, line: _Line) -> None:
        try:
            while line.waiting:
                push = min(line.waiting.values(), key=lambda one: one.due)
                wait_s = (push.due - self._clock.now()).total_seconds()
                if wait_s > 0:
                    line.woken.clear()
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(wait_s):
                            await line.woken.wait()
                    continue
                del line.waiting[push.topic]
                await self._try(push, line)
        finally:
            if self._lines.get(device_id) is line:
                del self._lines[device_id]

    async def _try(self, push: Push, line: _Line) -> None:
        service = urlsplit(push.target.endpoint).netloc
        async with self._organisations.turn(push.tenant_id), self._services.turn(service):
            if self._forgotten(push, line):
                return
            if push.topic in line.waiting or self._clock.now() >= push.until:  # or a newer one came meanwhile
                self._ended(push, "late")
                return
            outcome, again = await self._sent(push)
        now, tries = self._clock.now(), push.tries + 1
        due = rules.again_at(tries, now, push.until) if again and not self._forgotten(push, line) else None
        if due is None:
            self._ended(push, outcome)
        elif push.topic in line.waiting:
            self._ended(push, "late")
        else:
            line.waiting[push.topic] = replace(push, tries=tries, due=due)

    def _forgotten(self, push: Push, line: _Line) -> bool:
        return self._lines.get(push.device_id) is not line

    async def _sent(self, push: Push) -> tuple[Outcome, bool]:
        """And whether it is worth another attempt."""
        left_s = max(0, int((push.until - self._clock.now()).total_seconds()))
        headers = {
            "TTL": str(min(left_s, int(rules.TTL_MAX.total_seconds()))),
            "Urgency": push.urgency,
            "Topic": push.topic,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Authorization": self._vapid.authorization(push.target.endpoint),
        }
        body = encrypt(push.message, unb64(push.target.p256dh), unb64(push.target.auth))
        try:
            status = await self._post(push.target.endpoint, body, headers)
        except TimeoutError:
            return "too_slow", True
        except (OSError, aiohttp.ClientError, ValueError) as error:
            refused = NotAllowed.caused(error)
            return ("not_allowed", False) if refused else ("no_answer", True)
        if 200 <= status < 300:
            return "accepted", False
        if status in _GONE:
            return "gone", False
        return "refused", status == _LATER or status >= 500

    def _ended(self, push: Push, outcome: Outcome) -> None:
        self.counts[outcome] += 1
        if outcome not in ("accepted", "gone", "late"):
            host = urlsplit(push.target.endpoint).hostname
            log.warning("a push message to device %s at %s was not delivered: %s", push.device_id, host, outcome)
        try:
            self._over(push, outcome)
        except Unavailable:
            log.warning("what became of a push message could not be told")
