"""A scrape: within its time whatever a source does, never more series than a metric may have, nothing stale."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.support.wait import wait_until

from call24.kit.errors import Unavailable
from call24.metrics import exposition
from call24.metrics.exposition import Metrics, Read, Sample


def telling(*samples: Sample) -> Read:
    async def read() -> Iterable[Sample]:
        return samples

    return read


async def scraped(metrics: Metrics) -> dict[str, dict[tuple[str, ...], float]]:
    """Name -> values of labels -> value."""
    text, media_type = await metrics.exposition("")
    assert media_type.startswith("text/plain; version=0.0.4")
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


async def test_a_source_that_is_late_or_fails_is_left_out_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposition, "WAIT_S", 0.2)
    held = asyncio.Event()

    async def late() -> Iterable[Sample]:
        await held.wait()
        return [Sample("call24_mail_waiting", 3)]

    async def failing() -> Iterable[Sample]:
        raise Unavailable

    async def faulty() -> Iterable[Sample]:
        raise TypeError("a fault of the program")

    metrics = Metrics("")
    metrics.add_source("queues", telling(Sample("call24_queues", 7)))
    metrics.add_source("late", late, 60.0)
    metrics.add_source("failing", failing)
    metrics.add_source("faulty", faulty)
    began = time.monotonic()
    found = await scraped(metrics)
    assert time.monotonic() - began < 1.0
    up = found["call24_collector_up"]
    assert up == {("queues",): 1, ("late",): 0, ("failing",): 0, ("faulty",): 0}
    assert found["call24_queues"] == {(): 7}
    assert "call24_mail_waiting" not in found
    held.set()
    await wait_until(lambda: metrics._sources[1]._told is not None)
    assert (await scraped(metrics))["call24_mail_waiting"] == {(): 3}, "what came too late is told by the next scrape"
    await metrics.close()


async def test_two_who_look_at_once_are_each_told_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one source hangs, each look lasts as long as it may, and the first ends within the second."""
    monkeypatch.setattr(exposition, "WAIT_S", 0.2)
    asked = 0

    async def hanging() -> Iterable[Sample]:
        await asyncio.Event().wait()
        return []

    async def read() -> Iterable[Sample]:
        nonlocal asked
        asked += 1
        return [Sample("call24_queues", asked)]

    metrics = Metrics("")
    metrics.add_source("queues", read)
    metrics.add_source("hanging", hanging)
    first = asyncio.create_task(scraped(metrics))
    await wait_until(lambda: asked == 1)
    second, one = asyncio.create_task(metrics.values()), await first
    assert one["call24_queues"] == {(): 1}
    other = {(name, labels): value for name, labels, value in await second}
    assert other["call24_queues", ()] == 2
    assert (other["call24_collector_up", ("queues",)], other["call24_collector_up", ("hanging",)]) == (1, 0)
    await metrics.close()


async def test_what_was_known_is_not_told_again_once_it_cannot_be_known(monkeypatch: pytest.MonkeyPatch) -> None:
    away = False

    async def read() -> Iterable[Sample]:
        if away:
            raise Unavailable
        return [Sample("call24_mail_waiting", 3)]

    metrics = Metrics("")
    metrics.add_source("messages", read, 0.05)
    assert (await scraped(metrics))["call24_mail_waiting"] == {(): 3}
    away = True
    await asyncio.sleep(0.06)
    found = await scraped(metrics)
    assert "call24_mail_waiting" not in found
    assert found["call24_collector_up"] == {("messages",): 0}


async def test_what_costs_something_is_asked_no_more_often_than_it_says() -> None:
    asked = 0

    async def read() -> Iterable[Sample]:
        nonlocal asked
        asked += 1
        return [Sample("call24_mail_waiting", asked)]

    metrics = Metrics("")
    metrics.add_source("messages", read, 60.0)
    for _ in range(20):
        assert (await scraped(metrics))["call24_mail_waiting"] == {(): 1}
    assert asked == 1


async def test_a_metric_never_has_more_series_than_it_declares(caplog: pytest.LogCaptureFixture) -> None:
    many = [Sample("call24_tenant_calls", 1, (f"ten_{number}",)) for number in range(10_000)]
    metrics = Metrics("")
    metrics.add_source("calls", telling(*many))
    assert len((await scraped(metrics))["call24_tenant_calls"]) == 51
    assert "call24_tenant_calls has 10000 series, and shows 51" in caplog.text


@pytest.mark.parametrize(
    "sample",
    [Sample("call24_made_up", 1), Sample("call24_queues", 1, ("que_1",)), Sample("call24_offers_total", 1)],
    ids=["no such metric", "a label too many", "a counter that is counted"],
)
async def test_what_no_family_declares_is_not_shown(sample: Sample) -> None:
    metrics = Metrics("")
    metrics.add_source("queues", telling(sample))
    text, _ = await metrics.exposition("")
    assert b'call24_collector_up{collector="queues"} 0.0' in text
    assert b"made_up" not in text and b"que_1" not in text


async def test_openmetrics_is_spoken_to_who_asks_for_it() -> None:
    text, media_type = await Metrics("").exposition("application/openmetrics-text;version=1.0.0")
    assert media_type.startswith("application/openmetrics-text")
    assert text.endswith(b"# EOF\n")
