"""A request that is repeated with the same Idempotency-Key is done once, and answered as the first time.

Kept in memory only, bounded and for a day: after a restart of the server a repetition is a new request. Failures are
not kept. Source: draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from call24.kit.clock import Clock
from call24.kit.errors import Conflict

KEPT, KEPT_FOR = 10_000, timedelta(days=1)


class _Kept(NamedTuple):
    at: datetime
    asked: str
    answer: asyncio.Future[Any]


class Once:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()

    async def do(self, key: tuple[str, ...], asked: str, work: Callable[[], Awaitable[Any]]) -> Any:
        """`key`: who asks, and its key; `asked`: what for. Raises: Conflict for a key used for another thing."""
        now = self._clock.now()
        before = self._kept.get(key)
        if before is not None and now - before.at < KEPT_FOR:
            if before.asked != asked:
                raise Conflict("This Idempotency-Key was used for another request", code="idempotency_key_reused")
            return await asyncio.shield(before.answer)
        answer = asyncio.ensure_future(work())
        kept = self._kept[key] = _Kept(now, asked, answer)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

        def forget_a_failure(done: asyncio.Future[Any]) -> None:
            failed = done.cancelled() or done.exception() is not None
            if failed and self._kept.get(key) is kept:
                del self._kept[key]

        answer.add_done_callback(forget_a_failure)
        return await asyncio.shield(answer)
