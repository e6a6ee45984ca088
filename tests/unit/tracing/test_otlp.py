"""What a collector answers, and what becomes of the spans."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.clock import START
from tests.support.telephony.collector import StandInCollector, collecting

from call24.kit.clock import SystemClock
from call24.kit.endpoints import anywhere
from call24.kit.settings import Settings, SettingsError
from call24.tracing.model import Span, SpanContext
from call24.tracing.otlp import Collector, Sent
from call24.tracing.service import Tracing

SPAN = Span(
    context=SpanContext(trace_id=bytes(range(16)), span_id=bytes(range(8))),
    parent_id=b"p" * 8,
    name="call",
    began_at=START,
    ended_at=START + timedelta(microseconds=1001),
    tenant_id=None,
    attributes={"text": "a", "number": 3, "truth": True},
    failed=True,
)


@pytest.fixture
async def stand_in() -> AsyncIterator[StandInCollector]:
    async with collecting() as collector:
        yield collector


async def sent(stand_in: StandInCollector, spans: int = 1) -> Sent:
    collector = Collector(stand_in.url + "/", {"X-Token": "t"}, "", version="1", instance="i")
    try:
        return await collector.send([SPAN] * spans)
    finally:
        await collector.close()


async def test_a_span_arrives_as_it_was(stand_in: StandInCollector) -> None:
    assert await sent(stand_in) == Sent(told="taken")
    [span] = stand_in.spans
    assert (span.trace_id, span.span_id, span.parent_span_id) == (bytes(range(16)), bytes(range(8)), b"p" * 8)
    assert span.start_time_unix_nano == int(START.timestamp()) * 10**9 + START.microsecond * 1000
    assert span.end_time_unix_nano - span.start_time_unix_nano == 1_001_000
    assert [(one.key, one.value.WhichOneof("value")) for one in span.attributes] == [
        ("text", "string_value"),
        ("number", "int_value"),
        ("truth", "bool_value"),
    ]
    assert (span.name, span.kind, span.status.code) == ("call", 1, 2)
    assert stand_in.resources == [{"service.name": "call24", "service.version": "1", "service.instance.id": "i"}]
    assert stand_in.headers["X-Token"] == "t"


@pytest.mark.parametrize(
    ("status", "told"),
    [(429, "again"), (503, "again"), (400, "refused"), (401, "refused"), (500, "refused"), (301, "refused")],
)
async def test_only_what_may_be_sent_again_is(stand_in: StandInCollector, status: int, told: str) -> None:
    stand_in.status = status
    assert await sent(stand_in) == Sent(told=told, why=f"it answered {status}")  # type: ignore[arg-type]


async def test_what_the_collector_did_not_want_is_told_and_no_more_than_it_was_sent(
    stand_in: StandInCollector,
) -> None:
    stand_in.rejected = 2
    assert (await sent(stand_in, 3)).rejected == 2
    stand_in.rejected = 10**9
    assert (await sent(stand_in, 3)).rejected == 3


@pytest.mark.parametrize(("wish", "seconds"), [("7", 7.0), ("99999", 60.0), ("-1", 0.0), ("soon", 0.0), ("", 0.0)])
async def test_when_it_wants_to_be_asked_again_is_told(stand_in: StandInCollector, wish: str, seconds: float) -> None:
    stand_in.status, stand_in.retry_after = 503, wish
    assert (await sent(stand_in)).after_s == seconds


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Sent(told="taken")),
        (400, Sent(told="refused", why="it answered 400")),
        (503, Sent(told="again", why="it answered 503")),
    ],
)
async def test_an_answer_that_is_too_long_is_told_by_its_status(
    stand_in: StandInCollector, status: int, expected: Sent
) -> None:
    stand_in.status, stand_in.answer = status, b"x" * 100_000
    assert await sent(stand_in) == expected


async def test_an_answer_that_breaks_off_is_told_by_its_status() -> None:
    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.partition(b"content-length: ")[2].split()[0]))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        collector = Collector(f"http://127.0.0.1:{port}", {}, "", version="1", instance="i")
        try:
            assert await collector.send([SPAN]) == Sent(told="taken")
        finally:
            await collector.close()


async def test_an_answer_that_nobody_can_read_is_taken_for_yes(stand_in: StandInCollector) -> None:
    stand_in.answer = b"\xff\xff\xff"
    assert await sent(stand_in) == Sent(told="taken")


async def test_off_nothing_is_made_and_nothing_waits() -> None:
    tracing = Tracing(SystemClock(), None, anywhere)
    tracing.call_spans([SPAN])
    assert (tracing.listener(), tracing.waiting, tracing.dropped) == (None, 0, {})
    await tracing.stop()


# --- settings ---


def refused(tmp_path: Path, text: str | None = None, **values: object) -> str:
    if text is not None:
        file = tmp_path / "headers"
        file.write_text(text)
        values["otlp_headers_file"] = file
    with pytest.raises(SettingsError) as caught:
        Settings(**values).checked()  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize(
    "endpoint",
    [
        "traces.example.com:4318",
        "http://traces.example.com:4318",
        "https://user:secret@traces.example.com",
        "https://traces.example.com?token=secret",
        "https://traces.example.com:99999",
        "https://[::1",
        "grpc://127.0.0.1:4317",
        "https://",
        "",
    ],
)
def test_a_collector_elsewhere_is_reached_by_tls_and_no_secret_stands_in_its_address(
    tmp_path: Path, endpoint: str
) -> None:
    said = refused(tmp_path, otlp_endpoint=endpoint)
    assert said.startswith("--otlp-endpoint: must be such as https://") and "secret" not in said


@pytest.mark.parametrize(
    "text", ["", "token", "Host: secret", "X-Token: secret\x07", ": secret", "X-Token: s\nContent-Type: secret"]
)
def test_headers_that_cannot_be_sent_are_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    said = refused(tmp_path, text, otlp_endpoint="https://traces.example.com")
    assert said.startswith("--otlp-headers-file:") and "secret" not in said


def test_headers_are_read_one_on_each_line(tmp_path: Path) -> None:
    file = tmp_path / "headers"
    file.write_text("Authorization: Bearer a:b\n\n X-Scope-OrgID:7 \n")
    settings = Settings(otlp_endpoint="http://127.0.0.1:4318", otlp_headers_file=file).checked()
    assert settings.otlp_headers() == {"Authorization": "Bearer a:b", "X-Scope-OrgID": "7"}


def test_headers_without_a_collector_are_a_mistake(tmp_path: Path) -> None:
    assert refused(tmp_path, "X-Token: t").startswith("--otlp-headers-file: is only of use together with")


def test_the_country_is_a_code(tmp_path: Path) -> None:
    assert refused(tmp_path, otlp_country="Germany").startswith("--otlp-country:")
