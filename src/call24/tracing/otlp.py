"""Sends spans to an OpenTelemetry collector: OTLP over HTTP, as protobuf. One request at a time; nothing is kept here.

`opentelemetry-proto` is loaded with the first request: who sends no traces does without it.
Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import aiohttp

from call24.kit.endpoints import Endpoint
from call24.kit.outbound_http import OutboundHttp
from call24.tracing.model import Span

PATH = "/v1/traces"
AGAIN = frozenset({429, 502, 503, 504})
"""Answers after which the same spans may be sent again; after any other they may not."""
ANSWER_MAX = 64 * 1024
"""Bytes that are read of an answer. The status alone says whether the spans were taken."""
RETRY_AFTER_MAX_S = 60.0
_BEGAN = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS = {"internal": 1, "server": 2}
_ERROR = 2

Told = Literal["taken", "again", "refused"]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What became of spans. `rejected`: how many of them the collector did not want, of those that it took; `after_s`:
    when it wants to be asked again; `why`: for the log."""

    told: Told
    rejected: int = 0
    after_s: float = 0.0
    why: str = ""


class Collector:
    """`endpoint`: its address without the path of traces; `headers`: of each request; `country`: where it is, empty:
    not stated; `version`: of Call24; `instance`: this process, told from others by it."""

    def __init__(self, endpoint: str, headers: Mapping[str, str], country: str, *, version: str, instance: str) -> None:
        self._url = endpoint.rstrip("/") + PATH
        self._headers = {**headers, "Content-Type": "application/x-protobuf", "User-Agent": f"call24/{version}"}
        self._resource = {
            "service.name": "call24",
            "service.version": version,
            "service.instance.id": instance,
        }
        self._http = OutboundHttp(private=True)  # the operator's own word, not an organisation's
        self.endpoint = Endpoint(kind="trace_collector", country=country)

    async def send(self, spans: Sequence[Span]) -> Sent:
        """It raises nothing that a collector can cause."""
        body = await asyncio.to_thread(encoded, self._resource, spans)
        try:
            answer = await self._http.told("POST", self._url, self._headers, body, most=ANSWER_MAX)
        except (OSError, aiohttp.ClientError, TimeoutError) as trouble:
            return Sent(told="again", why=type(trouble).__name__)
        why = f"it answered {answer.status}"
        if answer.status in AGAIN:
            return Sent(told="again", after_s=_wait_s(answer.headers.get("retry-after", "")), why=why)
        if answer.status != 200:
            return Sent(told="refused", why=why)
        return Sent(told="taken", rejected=min(len(spans), _rejected(answer.body)))

    async def close(self) -> None:
        await self._http.close()


def encoded(resource: Mapping[str, str], spans: Sequence[Span]) -> bytes:
    """An `ExportTraceServiceRequest`."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    request = ExportTraceServiceRequest()
    of_all = request.resource_spans.add()
    _attributes(of_all.resource.attributes, resource)
    scope = of_all.scope_spans.add()
    scope.scope.name = "call24.tracing"
    for span in spans:
        _write(scope.spans.add(), span)
    body: bytes = request.SerializeToString()
    return body


def _write(to: Any, span: Span) -> None:
    to.trace_id, to.span_id = span.context.trace_id, span.context.span_id
    if span.parent_id is not None:
        to.parent_span_id = span.parent_id
    to.name, to.kind = span.name, _KINDS[span.kind]
    to.start_time_unix_nano, to.end_time_unix_nano = _ns(span.began_at), _ns(span.ended_at)
    _attributes(to.attributes, span.attributes)
    for link in span.links:
        there = to.links.add()
        there.trace_id, there.span_id = link.trace_id, link.span_id
    if span.failed:
        to.status.code = _ERROR


def _attributes(to: Any, values: Mapping[str, str | int | bool]) -> None:
    for name, value in values.items():
        pair = to.add()
        pair.key = name
        match value:
            case bool():
                pair.value.bool_value = value
            case int():
                pair.value.int_value = value
            case _:
                pair.value.string_value = value


def _ns(at: datetime) -> int:
    return (at - _BEGAN) // timedelta(microseconds=1) * 1000


def _rejected(body: bytes) -> int:
    """How many spans a collector says that it did not take; what cannot be read says nothing."""
    from google.protobuf.message import DecodeError
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

    try:
        told: int = ExportTraceServiceResponse.FromString(body).partial_success.rejected_spans
    except DecodeError:
        return 0
    return max(0, told)


def _wait_s(retry_after: str) -> float:
    """Seconds; a date is taken for no wish at all."""
    return min(float(retry_after), RETRY_AFTER_MAX_S) if retry_after.isdecimal() and len(retry_after) < 10 else 0.0
