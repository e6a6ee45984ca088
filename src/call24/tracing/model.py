"""A span as OpenTelemetry has it: a piece of work with a beginning and an end, in a trace.

Source: https://opentelemetry.io/docs/specs/otel/trace/api/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from call24.kit.ids import TenantId

SpanKind = Literal["internal", "server"]
Value = str | int | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanContext:
    """Where a span stands. `trace_id`: 16 bytes; `span_id`: 8 bytes."""

    trace_id: bytes
    span_id: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """`name`: of few kinds, never with an id in it; `parent_id`: None for the root of its trace; `tenant_id`: whose
    work it was, None: nobody's; `failed`: the status is an error; `links`: spans of other traces that it belongs to.
    """

    context: SpanContext
    parent_id: bytes | None
    name: str
    kind: SpanKind = "internal"
    began_at: datetime
    ended_at: datetime
    tenant_id: TenantId | None
    attributes: Mapping[str, Value] = field(default_factory=dict)
    failed: bool = False
    links: tuple[SpanContext, ...] = ()
