"""An OpenTelemetry collector on this machine: it takes OTLP requests and decodes them by OpenTelemetry's own schema."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


class StandInCollector:
    """`status`: what it answers, `answer`: in these bytes, and `retry_after`: with this header.

    `rejected`: how many spans it says that it did not want; `slow`: it waits for this first. `bodies`: all that it was
    sent, as it came; `headers`: of the last request.
    """

    def __init__(self) -> None:
        self.status, self.rejected = 200, 0
        self.answer: bytes | None = None
        self.retry_after = ""
        self.slow = asyncio.Event()
        self.slow.set()
        self.bodies: list[bytes] = []
        self.asked = 0
        self.headers: dict[str, str] = {}
        self.spans: list[Any] = []
        self.resources: list[dict[str, str]] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.asked += 1
        await self.slow.wait()
        assert request.content_type == "application/x-protobuf"
        body, self.headers = await request.read(), dict(request.headers)
        answer = ExportTraceServiceResponse()
        answer.partial_success.rejected_spans = self.rejected
        if self.status == 200:
            self.bodies.append(body)
            for of_all in ExportTraceServiceRequest.FromString(body).resource_spans:
                self.resources.append({one.key: one.value.string_value for one in of_all.resource.attributes})
                self.spans += [span for scope in of_all.scope_spans for span in scope.spans]
        return web.Response(
            status=self.status,
            body=answer.SerializeToString() if self.answer is None else self.answer,
            content_type="application/x-protobuf",
            headers={"Retry-After": self.retry_after} if self.retry_after else {},
        )

    def named(self, name: str) -> list[Any]:
        return [span for span in self.spans if span.name == name]


def told(span: Any) -> dict[str, str | int]:
    """A span's attributes."""
    found: dict[str, str | int] = {}
    for pair in span.attributes:
        kind = pair.value.WhichOneof("value")
        found[pair.key] = getattr(pair.value, kind)
    return found


@contextlib.asynccontextmanager
async def collecting() -> AsyncIterator[StandInCollector]:
    collector = StandInCollector()
    app = web.Application()
    app.router.add_post("/v1/traces", collector.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    collector.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield collector
    finally:
        collector.slow.set()
        await runner.cleanup()
