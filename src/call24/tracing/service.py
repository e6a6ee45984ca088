"""Takes spans of calls and requests, and sends them to the operator's collector. Off unless the operator set one.

Nobody waits for it: what there is no room for is dropped and counted, and so is what the collector does not take within
`LONGEST_S`. Nothing is kept over a restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Sequence

from call24.call_records.model import CallRecord
from call24.http.middleware.served_requests import Listener, ServedRequest
from call24.kit.clock import Clock
from call24.kit.endpoints import WhyNot
from call24.kit.errors import Call24Error
from call24.kit.ids import CallId, TenantId
from call24.tracing.call_spans import spans_of
from call24.tracing.model import Span, SpanContext
from call24.tracing.otlp import Collector
from call24.tracing.request_spans import span_of
from call24.tracing.waiting import Dropped, WaitingSpans

CALL_SPANS, CALL_SPANS_EACH = 8_192, 2_048
REQUEST_SPANS, REQUEST_SPANS_EACH = 4_096, 1_024
"""Waiting, in all and of one organisation. Calls have room of their own: no number of requests takes it from them."""
LONGEST_S = 600.0
EVERY_S = 1.0
BATCH = 512
AGAIN_S, AGAIN_MOST_S = 1.0, 30.0
STOP_S = 1.0
ALLOWED_S = 60.0
TOLD_MAX = 2_000

log = logging.getLogger(__name__)


class Tracing:
    """`collector`: None: nothing is traced. `why_not`: why an organisation's data may not go there."""

    def __init__(self, clock: Clock, collector: Collector | None, why_not: WhyNot) -> None:
        self._clock = clock
        self._collector = collector
        self._why_not = why_not
        self.exported = 0
        self.dropped = Counter[Dropped]()
        self._calls = self._waiting(CALL_SPANS, CALL_SPANS_EACH)
        self._requests = self._waiting(REQUEST_SPANS, REQUEST_SPANS_EACH)
        self._in_hand: list[tuple[float, Span]] = []
        self._told: OrderedDict[CallId, tuple[TenantId, float]] = OrderedDict()
        """Calls whose spans are made: a record is written again when its agents' wrap-up ends."""
        self._allowed: dict[TenantId, tuple[float, bool]] = {}
        self.well = True
        """Whether the collector took what it was sent last."""

    def _waiting(self, most: int, each: int) -> WaitingSpans:
        return WaitingSpans(most, each, LONGEST_S, time.monotonic, self._drop)

    @property
    def on(self) -> bool:
        return self._collector is not None

    @property
    def waiting(self) -> int:
        return len(self._calls) + len(self._requests) + len(self._in_hand)

    # --- what comes ---

    def listener(self) -> Listener | None:
        """Of requests; None: nobody wants to know."""
        return Listener(now=self._clock.now, ended=self._request_ended) if self.on else None

    def _request_ended(self, request: ServedRequest) -> None:
        context = SpanContext(trace_id=secrets.token_bytes(16), span_id=secrets.token_bytes(8))
        self._requests.add([span_of(request, context)])

    def call_ended(self, record: CallRecord) -> None:
        """Its record has just been written. A call is told of once."""
        if record.id not in self._told:
            self._told[record.id] = (record.tenant_id, time.monotonic())
            self._forget_old()
            self.call_spans(spans_of(record, self._clock.now()))

    def call_spans(self, spans: Sequence[Span]) -> None:
        if self.on:
            self._calls.add(spans)

    def _forget_old(self) -> None:
        now = time.monotonic()
        while self._told:
            oldest = next(iter(self._told))
            if len(self._told) <= TOLD_MAX and now - self._told[oldest][1] <= LONGEST_S:
                return
            del self._told[oldest]

    # --- what goes ---

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            self._forget_old()
            await self._send_all()

    async def _send_all(self) -> None:
        """Until nothing waits. A collector that does not answer is asked again, later and later."""
        again_s = AGAIN_S
        while await self._take():
            after_s = await self._send()
            if after_s is None:
                again_s = AGAIN_S
                continue
            await asyncio.sleep(max(after_s, again_s))
            again_s = min(AGAIN_MOST_S, 2 * again_s)

    async def _take(self) -> bool:
        """Whether there is something to send: what was not taken before, then calls, then requests."""
        self._calls.drop_late()
        self._requests.drop_late()
        kept = [one for one in self._in_hand if not self._calls.is_late(one[0])]
        self._drop("late", len(self._in_hand) - len(kept))
        self._in_hand = kept
        await self._leave_out()  # what may go may be other than when they were taken: the collector was away
        while not self._in_hand and (len(self._calls) or len(self._requests)):
            taken = self._calls.take(BATCH)
            self._in_hand = taken + self._requests.take(BATCH - len(taken))
            await self._leave_out()
        return bool(self._in_hand)

    async def _leave_out(self) -> None:
        """What may not go to the collector."""
        for tenant_id in {span.tenant_id for _, span in self._in_hand}:
            if tenant_id is not None and not await self._may_go(tenant_id):
                kept = [one for one in self._in_hand if one[1].tenant_id != tenant_id]
                self._drop("not_allowed", len(self._in_hand) - len(kept))
                self._in_hand = kept

    async def _may_go(self, tenant_id: TenantId) -> bool:
        """By the organisation's register of transfers; as it was within the last minute."""
        assert self._collector is not None
        until, may = self._allowed.get(tenant_id, (0.0, False))
        if time.monotonic() < until:
            return may
        try:
            may = await self._why_not(tenant_id, self._collector.endpoint) is None
        except Call24Error:  # nobody says in which country it is, or it cannot be looked up
            may = False
        self._allowed[tenant_id] = (time.monotonic() + ALLOWED_S, may)
        return may

    async def _send(self) -> float | None:
        """What is in hand. None: that is done with; else it stays in hand, and is to be sent after so many seconds."""
        assert self._collector is not None
        sent = await self._collector.send([span for _, span in self._in_hand])
        self._say(sent.why)
        if sent.told == "again":
            return sent.after_s
        refused = len(self._in_hand) if sent.told == "refused" else sent.rejected
        self._drop("refused", min(refused, len(self._in_hand)))
        self.exported += max(0, len(self._in_hand) - refused)
        self._in_hand = []
        return None

    def _say(self, why: str) -> None:
        """When it begins, and when it is over."""
        if self.well and why:
            log.warning("the collector of --otlp-endpoint takes no spans: %s", why)
        elif not self.well and not why:
            log.info("the collector of --otlp-endpoint takes spans again")
        self.well = not why

    async def stop(self) -> None:
        """One last request, which is not waited for long."""
        if self._collector is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                if await self._take():
                    await self._send()
        await self._collector.close()

    def _drop(self, why: Dropped, spans: int) -> None:
        if spans:
            self.dropped[why] += spans

    # --- forgotten ---

    def forget_organisation(self, tenant_id: TenantId) -> None:
        self._calls.forget(tenant_id)
        self._requests.forget(tenant_id)
        self._in_hand = [one for one in self._in_hand if one[1].tenant_id != tenant_id]
        self._allowed.pop(tenant_id, None)
        for call_id in [id for id, (whose, _) in self._told.items() if whose == tenant_id]:
            del self._told[call_id]
