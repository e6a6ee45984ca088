"""What is counted of events: by their kinds alone, with values of labels that were foreseen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from call24.journal.model import Entry
from call24.kit.ids import EventId, TenantId
from call24.metrics.counters import Counters


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def counters(registry: CollectorRegistry) -> Counters:
    return Counters(registry)


def entry(type: str, **body: Any) -> Entry:
    at = datetime(2026, 11, 29, tzinfo=UTC)
    return Entry(
        id=EventId("evt_1"), tenant_id=TenantId("ten_1"), seq=1, at=at, type=type, body=body, delete_at=at,
        call_id=None, agent_id=None,
    )  # fmt: skip


def test_events_of_a_call_are_counted_by_their_kinds(counters: Counters, registry: CollectorRegistry) -> None:
    counters.journal_event(entry("CallArrived"))
    counters.journal_event(entry("CallPlaced", direction="internal"))
    counters.journal_event(entry("CallOffered"))
    counters.journal_event(entry("OfferEnded", outcome="declined"))
    counters.journal_event(entry("CallConnected"))
    counters.journal_event(entry("CallEnded", ended_by="caller", cause=16))
    counters.journal_event(entry("AgentPaused"))
    value = registry.get_sample_value
    assert value("call24_journal_events_total") == 7
    assert value("call24_calls_started_total", {"direction": "inbound"}) == 1
    assert value("call24_calls_started_total", {"direction": "internal"}) == 1
    assert value("call24_offers_total") == 1
    assert value("call24_offers_ended_total", {"outcome": "declined"}) == 1
    assert value("call24_offers_ended_total", {"outcome": "answered"}) == 1
    assert value("call24_calls_ended_total", {"ended_by": "caller", "cause": "16"}) == 1


def test_what_nobody_foresaw_makes_no_series_of_its_own(counters: Counters, registry: CollectorRegistry) -> None:
    for cause in (-1, 500, 501, 100_000):
        counters.journal_event(entry("CallEnded", ended_by="system", cause=cause))
    for name in ("a", "b", "c"):
        counters.command_done(name, 0.01, True)
        counters.queue_left("inbound", name, 3.0)
    value = registry.get_sample_value
    assert value("call24_calls_ended_total", {"ended_by": "system", "cause": "other"}) == 4
    assert value("call24_mongodb_command_seconds_count", {"command": "other"}) == 3
    assert value("call24_queue_wait_seconds_count", {"left": "other"}) == 3


def test_a_callback_that_waits_is_no_wait_at_the_telephone(counters: Counters, registry: CollectorRegistry) -> None:
    counters.queue_left("callback", "answered", 3600.0)
    counters.queue_left("inbound", "answered", 12.0)
    value = registry.get_sample_value
    assert value("call24_queue_wait_seconds_count", {"left": "answered"}) == 1
    assert value("call24_queue_wait_seconds_sum", {"left": "answered"}) == 12.0


def test_requests_to_ari_are_told_apart_by_what_became_of_them(counters: Counters, registry: CollectorRegistry) -> None:
    for status in (200, 204, 404, 500, 0):
        counters.ari_answered(0.02, status)
    counts = {
        result: registry.get_sample_value("call24_ari_request_seconds_count", {"result": result})
        for result in ("ok", "error", "no_answer")
    }
    assert counts == {"ok": 2, "error": 2, "no_answer": 1}
