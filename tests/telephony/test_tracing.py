"""Traces at an OpenTelemetry collector: of a real call and of requests, by ids alone; and what a dead one changes."""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.product.composed import Composed, composed
from tests.support.product.people import AGENT_HZ
from tests.support.product.stack import RunningStack
from tests.support.telephony.collector import StandInCollector, collecting, told
from tests.support.wait import wait_until

from call24.tracing.service import Tracing

pytestmark = pytest.mark.shares_stack("server")

NUMBER, UUID = "+442079460171", "0123456789abcdef0123456789abcdef"
TOKEN = "a token of the collector"
SENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
async def collector() -> AsyncIterator[StandInCollector]:
    async with collecting() as collector:
        yield collector


@pytest.fixture
async def house(stack: RunningStack, collector: StandInCollector, tmp_path: Path) -> AsyncIterator[Composed]:
    file = tmp_path / "headers"
    file.write_text(f"Authorization: Bearer {TOKEN}\n")
    settings = replace(stack.settings, otlp_endpoint=collector.url, otlp_headers_file=file)
    async with composed(stack, settings) as house:
        yield house


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def times(span: Any) -> tuple[float, float]:
    return span.start_time_unix_nano / 1e9, span.end_time_unix_nano / 1e9


async def metrics(house: Composed) -> dict[str, float]:
    token = (house.settings.secrets / "metrics").read_text().strip()
    async with httpx.AsyncClient(base_url=house.base_url, verify=False) as http:
        page = (await http.get("/metrics", headers={"Authorization": f"Bearer {token}"})).text
    lines = [line.rpartition(" ") for line in page.splitlines() if line.startswith("call24_trace")]
    return {name: float(value) for name, _, value in lines}


async def test_a_call_is_one_trace_with_true_times_and_nobody_is_named_in_any_byte(
    house: Composed, collector: StandInCollector
) -> None:
    async with house.organisation("Wombleton", record="always") as acme:
        [anna] = await acme.crew("Ermintrude")
        before = time.time()
        call = await acme.customer(NUMBER, "Zebulon").dial(acme.number)
        await (await anna.rings()).answer(AGENT_HZ)
        await anna.call_is("connected")
        call.hang_up()
        [record] = await acme.ended()
        assert record["recording"]["state"] == "stored"
        await wait_until(lambda: collector.named("store recording"), 10)
        [root] = collector.named("call")
        trace = [span for span in collector.spans if span.trace_id == root.trace_id and span.name != "ivr"]
        assert [span.name for span in sorted(trace, key=lambda span: span.start_time_unix_nano)][:2] == [
            "call",
            "queue",
        ]
        by_name = {span.name: span for span in trace}
        assert sorted(by_name) == [
            "call", "offer", "queue", "recording", "store record", "store recording", "talk",
        ]  # fmt: skip
        assert len(trace) == len(by_name)
        parents = {name: span.parent_span_id for name, span in by_name.items()}
        assert parents.pop("call") == b""
        assert parents.pop("offer") == by_name["queue"].span_id
        assert set(parents.values()) == {root.span_id}
        for span in trace:
            assert told(span)["call24.tenant.id"] == acme.tenant_id
            assert told(span)["call24.call.id"] == record["id"]
        assert times(root) == pytest.approx((at(record["at"]), at(record["ended_at"])), abs=0.002)
        assert before < times(root)[0] < times(root)[1] < time.time()
        began = {name: times(span)[0] for name, span in by_name.items()}
        order = sorted(began, key=lambda name: began[name])
        assert order.index("queue") < order.index("offer") < order.index("talk")
        talk = times(by_name["talk"])
        assert times(by_name["offer"])[1] == pytest.approx(talk[0], abs=0.05)
        assert talk[1] == pytest.approx(times(root)[1], abs=0.002)
        assert times(by_name["store record"])[0] == times(root)[1] == times(by_name["store recording"])[0]
        assert told(root)["call24.call.outcome"] == "answered"
        assert told(by_name["queue"])["call24.queue.id"] == acme.queue_id
        assert told(by_name["offer"])["call24.offer.outcome"] == "answered"
        assert told(by_name["store recording"])["call24.recording.state"] == "stored"
        assert collector.headers["Authorization"] == f"Bearer {TOKEN}"
        assert collector.resources[0]["service.name"] == "call24"
        whole = b"".join(collector.bodies)
        canaries = (NUMBER, NUMBER[1:], "Zebulon", "Ermintrude", "Wombleton", anna.email, anna.user_id, "ctc_", TOKEN)
        assert [one for one in canaries if one.encode() in whole] == []


async def test_a_request_is_a_trace_of_its_own_that_says_nothing_of_what_was_asked(
    house: Composed, collector: StandInCollector
) -> None:
    async with house.organisation("Asking") as acme:
        headers = {"X-Request-Id": UUID, "traceparent": SENT}
        path = f"/v1/queues/{acme.queue_id}"
        began = time.time()
        assert (await acme.http.get(path, headers=headers)).status_code == 200
        assert (await acme.http.get(path, params={"q": "zebulon"})).status_code == 422
        renamed = await acme.http.patch(path, json={"name": "Ermintrude"}, headers={"X-Request-Id": "Zebulon"})
        ended = time.time()
        assert renamed.status_code == 200
        async with httpx.AsyncClient(base_url=house.base_url, verify=False) as stranger:
            assert (await stranger.get(path, headers=headers)).status_code == 401
            assert (await stranger.get("/zebulon", headers=headers)).status_code in (200, 404)
        await wait_until(lambda: len(collector.named("GET /v1/queues/{queue_id}")) == 3, 5)
        known, wrong, strange = collector.named("GET /v1/queues/{queue_id}")
        assert told(known) == {
            "http.request.method": "GET",
            "http.route": "/v1/queues/{queue_id}",
            "http.response.status_code": 200,
            "call24.tenant.id": acme.tenant_id,
            "call24.request.id": UUID,
        }
        assert (known.parent_span_id, known.kind) == (b"", 2)
        [link] = known.links
        assert (link.trace_id.hex(), link.span_id.hex()) == (SENT.split("-")[1], SENT.split("-")[2])
        assert link.trace_id != known.trace_id
        assert began - 0.01 <= times(known)[0] <= times(known)[1] <= ended + 0.01
        assert told(wrong)["http.response.status_code"] == 422
        assert told(strange)["http.response.status_code"] == 401
        assert "call24.tenant.id" not in told(strange) and not strange.links
        [changed] = collector.named("PATCH /v1/queues/{queue_id}")
        assert "call24.request.id" not in told(changed)
        whole = b"".join(collector.bodies).lower()
        assert [one for one in (b"zebulon", b"ermintrude", acme.queue_id.encode()) if one in whole] == []


@pytest.mark.long("unit/tracing/test_service.py::test_a_collector_that_is_away_for_too_long_misses_what_waited")
async def test_a_collector_that_does_not_answer_delays_nothing_and_what_it_misses_is_counted(
    house: Composed, collector: StandInCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.tracing.service.AGAIN_S", 0.2)
    collector.slow.clear()
    async with house.organisation("Slow") as acme:
        [anna] = await acme.crew("Anna")
        await wait_until(lambda: collector.asked, 5)
        began = time.monotonic()
        (await acme.talk(anna)).call.hang_up()
        assert [one["outcome"] for one in await acme.ended()] == ["answered"]
        requests = house.app.there.get(Tracing)._requests
        requests._each = len(requests)  # as if so many had been made
        for _ in range(20):
            assert (await acme.http.get("/v1/me")).status_code == 200
        assert time.monotonic() - began < 30
        seen = await metrics(house)
        assert seen['call24_trace_spans_dropped_total{reason="full"}'] >= 20
        assert seen["call24_trace_spans_waiting"] > 0 and seen["call24_trace_spans_exported_total"] == 0
        requests._each = 10_000
        collector.status = 503
        collector.slow.set()
        await wait_until(lambda: collector.asked > 2, 5)
        assert (await metrics(house))["call24_trace_collector_up"] == 0
        collector.status = 200
        await wait_until(lambda: collector.named("call"), 10)
        seen = await metrics(house)
        assert seen["call24_trace_spans_exported_total"] == len(collector.spans) > 0
        assert seen["call24_trace_collector_up"] == 1


@pytest.mark.long("unit/tracing/test_waiting.py::test_an_organisation_that_is_closed_leaves_nothing")
async def test_a_closed_organisation_leaves_no_span_that_waits(house: Composed, collector: StandInCollector) -> None:
    tracing = house.app.there.get(Tracing)
    async with house.organisation("Closing") as acme:
        [anna] = await acme.crew("Anna")
        (await acme.talk(anna)).call.hang_up()
        await acme.ended()
        await wait_until(lambda: collector.named("call") and not tracing.waiting, 10)
        before = len(collector.spans)
        collector.slow.clear()
        for _ in range(3):
            assert (await acme.http.get("/v1/me")).status_code == 200
        await wait_until(lambda: tracing._in_hand, 5)
        assert (await acme.http.get("/v1/me")).status_code == 200
        await house.app.held.forget_organisation(acme.tenant_id)
        assert acme.tenant_id not in repr(vars(tracing)) + repr(list(tracing._requests._spans))
        collector.slow.set()
    assert {told(span).get("call24.tenant.id") for span in collector.spans[before:]} <= {None, acme.tenant_id}


async def test_a_collector_that_takes_connections_and_never_answers_does_not_hold_up_the_stop(
    stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    took: list[float] = []
    stop = Tracing.stop

    async def timed(tracing: Tracing) -> None:
        began = time.monotonic()
        assert tracing.waiting
        await stop(tracing)
        took.append(time.monotonic() - began)

    monkeypatch.setattr(Tracing, "stop", timed)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = replace(stack.settings, otlp_endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}")
        async with composed(stack, settings) as house, house.organisation("Dead") as acme:
            [anna] = await acme.crew("Anna")
            (await acme.talk(anna)).call.hang_up()
            assert [one["outcome"] for one in await acme.ended()] == ["answered"]
    assert len(took) == 1 and took[0] < 4


@pytest.mark.long("unit/tracing/test_service.py::test_what_may_not_go_any_more_is_left_out_also_of_what_is_sent_again")
async def test_nothing_is_sent_of_an_organisation_whose_data_may_not_go_there(
    house: Composed, collector: StandInCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody said in which country the collector is, and one of two organisations keeps its data in Germany."""
    monkeypatch.setattr("call24.tracing.service.ALLOWED_S", 0.0)
    async with house.organisation("Within") as within, house.organisation("Anywhere") as anywhere:
        answer = await within.http.patch("/v1/organisation/policy", json={"data_region": "DE"})
        assert answer.status_code == 200, answer.text
        await wait_until(lambda: house.app.there.get(Tracing).waiting == 0, 5)
        before = len(collector.spans)
        for acme in (within, anywhere):
            assert (await acme.http.get("/v1/me")).status_code == 200
        await wait_until(lambda: [one for one in collector.spans[before:] if one.name == "GET /v1/me"], 5)
        assert {told(span).get("call24.tenant.id") for span in collector.spans[before:]} <= {None, anywhere.tenant_id}
        assert (await metrics(house))['call24_trace_spans_dropped_total{reason="not_allowed"}'] >= 1
