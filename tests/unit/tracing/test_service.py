"""What becomes of spans that were taken: sent once, again, or dropped and counted."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import msgspec
import pytest
from tests.support.calls.told import Told
from tests.support.telephony.collector import StandInCollector, collecting
from tests.support.wait import wait_until

from call24.call_records.call_record import CallRecord, fold
from call24.kit.clock import SystemClock
from call24.kit.endpoints import Endpoint, WhyNot, anywhere
from call24.kit.ids import CallId, TenantId
from call24.tracing import service
from call24.tracing.otlp import Collector
from call24.tracing.service import Tracing

RECORD = fold(Told().talks().after(5).ends().entries)


@pytest.fixture
async def stand_in(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StandInCollector]:
    monkeypatch.setattr(service, "EVERY_S", 0.01)
    monkeypatch.setattr(service, "AGAIN_S", 0.02)
    async with collecting() as collector:
        yield collector


@contextlib.asynccontextmanager
async def tracing_to(stand_in: StandInCollector, why_not: WhyNot = anywhere) -> AsyncIterator[Tracing]:
    tracing = Tracing(SystemClock(), Collector(stand_in.url, {}, "", version="1", instance="i"), why_not)
    running = asyncio.create_task(tracing.run())
    try:
        yield tracing
    finally:
        running.cancel()
        await asyncio.wait([running])
        await tracing.stop()


def other(number: int) -> CallRecord:
    return msgspec.structs.replace(RECORD, id=CallId(f"call_{number}"))


async def test_a_record_that_is_written_again_is_sent_once(stand_in: StandInCollector) -> None:
    async with tracing_to(stand_in) as tracing:
        for _ in range(3):
            tracing.call_ended(RECORD)
        tracing.call_ended(other(7))
        await wait_until(lambda: not tracing.waiting, 5)
        assert len(stand_in.named("call")) == 2


async def test_of_calls_that_were_told_no_more_are_remembered_than_there_is_room_for(
    stand_in: StandInCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "TOLD_MAX", 3)
    async with tracing_to(stand_in) as tracing:
        for number in range(20):
            tracing.call_ended(other(number))
        assert len(tracing._told) == 3
        tracing.call_ended(other(19))
        await wait_until(lambda: not tracing.waiting, 5)
        assert len(stand_in.named("call")) == 20


async def test_calls_are_forgotten_after_the_time_that_spans_wait_at_most(
    stand_in: StandInCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LONGEST_S", 0.05)
    async with tracing_to(stand_in) as tracing:
        tracing.call_ended(RECORD)
        await wait_until(lambda: not tracing._told, 5)


async def test_a_collector_that_is_away_for_too_long_misses_what_waited(
    stand_in: StandInCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LONGEST_S", 1.0)
    stand_in.status = 503
    async with tracing_to(stand_in) as tracing:
        tracing.call_ended(RECORD)
        spans = tracing.waiting
        await wait_until(lambda: not tracing.waiting, 5)
        assert stand_in.asked > 2
        assert (tracing.exported, tracing.dropped) == (0, {"late": spans})


async def test_what_may_not_go_any_more_is_left_out_also_of_what_is_sent_again(
    stand_in: StandInCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ALLOWED_S", 0.01)
    stand_in.status = 503
    refused = list[str]()

    async def why_not(tenant_id: TenantId, there: Endpoint) -> str | None:
        return refused[0] if refused else None

    async with tracing_to(stand_in, why_not) as tracing:
        tracing.call_ended(RECORD)
        spans = tracing.waiting
        await wait_until(lambda: stand_in.asked > 1, 5)
        refused.append("no transfer to there is allowed")
        await wait_until(lambda: tracing.dropped["not_allowed"] == spans, 5)
        stand_in.status = 200
        tracing.call_ended(other(7))
        await wait_until(lambda: not tracing.waiting, 5)
        assert (stand_in.spans, tracing.exported) == ([], 0)


async def test_what_the_collector_does_not_want_is_counted_and_not_sent_again(stand_in: StandInCollector) -> None:
    stand_in.rejected = 2
    async with tracing_to(stand_in) as tracing:
        tracing.call_ended(RECORD)
        spans = tracing.waiting
        await wait_until(lambda: not tracing.waiting, 5)
        assert (tracing.exported, tracing.dropped) == (spans - 2, {"refused": 2})
        stand_in.status = 400
        tracing.call_ended(other(7))
        await wait_until(lambda: not tracing.waiting, 5)
        assert (stand_in.asked, tracing.exported, tracing.dropped) == (2, spans - 2, {"refused": spans + 2})
