"""Which organisations have series of their own: a bounded number, and of the others the sum."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from call24.calls.model import CallState, Direction
from call24.kit.ids import TenantId
from call24.metrics.exposition import Sample
from call24.server.metric_sources import calls as source

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def waiting(tenant_id: str, queue_id: str, waited_s: float, direction: Direction = Direction.INBOUND) -> Any:
    at = NOW - timedelta(seconds=waited_s)
    return SimpleNamespace(
        tenant_id=TenantId(tenant_id), queue_id=queue_id, queued_at=at, arrived_at=at, direction=direction,
        state=CallState.WAITING,
    )  # fmt: skip


class Tenants:
    def __init__(self, temporary: str = "") -> None:
        self._temporary = temporary

    def known(self, tenant_id: str) -> Any:
        return SimpleNamespace(temporary=tenant_id == self._temporary)


def engine(live: list[Any]) -> Any:
    return SimpleNamespace(all_live=lambda: live)


async def read(live: list[Any], temporary: str = "") -> dict[str, dict[tuple[str, ...], float]]:
    clock: Any = SimpleNamespace(now=lambda: NOW)
    queues: Any = SimpleNamespace(known_count=3)
    found: dict[str, dict[tuple[str, ...], float]] = {}
    tenants: Any = Tenants(temporary)
    sample: Sample
    for sample in await source.queues(engine(live), tenants, queues, clock):
        found.setdefault(sample.name, {})[sample.labels] = sample.value
    return found


async def test_fifty_organisations_are_named_and_the_others_summed_up() -> None:
    sizes = {f"ten_{number:04d}": 1 + number % 7 for number in range(1000)}
    live = [waiting(whose, f"que_{whose}", 10) for whose, size in sizes.items() for _ in range(size)]
    live.append(waiting("ten_0000", "que_x", 3600))
    found = await read(live)
    shown = found["call24_tenant_waiting_calls"]
    assert len(shown) == 51
    assert sum(shown.values()) == len(live) == found["call24_queue_waiting_calls"][()]
    named = [whose for (whose,) in shown if whose != "others"]
    assert Counter(sizes[whose] for whose in named) == {7: 50}, "those with the most calls"
    assert found["call24_tenant_longest_wait_seconds"][("others",)] == 3600
    assert found["call24_queue_longest_wait_seconds"] == {(): 3600}


async def test_ten_thousand_queues_make_no_series() -> None:
    live = [waiting("ten_1", f"que_{number}", number) for number in range(10_000)]
    found = await read(live)
    assert sum(map(len, found.values())) == 7
    assert found["call24_queues_with_callers"] == {(): 10_000}
    assert found["call24_tenant_longest_wait_seconds"] == {("ten_1",): 9_999}


async def test_organisations_of_the_doctor_come_and_go_without_series() -> None:
    found = await read([waiting("ten_doctor", "que_1", 5), waiting("ten_1", "que_2", 1)], temporary="ten_doctor")
    assert found["call24_tenant_waiting_calls"] == {("others",): 1, ("ten_1",): 1}


async def test_a_callback_waits_and_nobody_hears_music() -> None:
    found = await read([waiting("ten_1", "que_1", 7200, Direction.CALLBACK), waiting("ten_1", "que_1", 2)])
    assert found["call24_queue_waiting_callbacks"] == {(): 1}
    assert found["call24_queue_waiting_calls"] == {(): 1}
    assert found["call24_queue_longest_wait_seconds"] == {(): 2}
