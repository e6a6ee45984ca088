"""The span of a request. Pure.

Source: https://opentelemetry.io/docs/specs/semconv/http/http-spans/; `url.path`, which it asks for, stays out, since
what stands in an address may be somebody's text.
"""

from __future__ import annotations

import re

from call24.http.middleware.served_requests import ServedRequest
from call24.tracing.model import Span, SpanContext, Value

METHODS = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "REPORT", "MKCOL", "PROPPATCH"}
)
"""Others are `_OTHER`, as the convention has it: the word is the client's."""
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")


def span_of(request: ServedRequest, context: SpanContext) -> Span:
    """The root of a trace of our own, whatever the client sent: a link names the client's span."""
    method = request.method if request.method in METHODS else "_OTHER"
    told: dict[str, Value | None] = {
        "http.request.method": method,
        "http.route": request.route,
        "http.response.status_code": request.status,
        "call24.tenant.id": request.tenant_id,
        "call24.request.id": request.request_id or None,
        "error.type": str(request.status) if request.status and request.status >= 500 else None,
    }
    link = sent_context(request.traceparent)
    return Span(
        context=context,
        parent_id=None,
        name=f"{'HTTP' if method == '_OTHER' else method} {request.route}",
        kind="server",
        began_at=request.began_at,
        ended_at=request.ended_at,
        tenant_id=request.tenant_id,
        attributes={name: value for name, value in told.items() if value is not None},
        failed=bool(request.status and request.status >= 500),
        links=() if link is None else (link,),
    )


def sent_context(traceparent: str) -> SpanContext | None:
    """None: there is none, or it is none. Source: W3C Trace Context, 3.2.2."""
    found = _TRACEPARENT.fullmatch(traceparent)
    if found is None or (traceparent.startswith("00-") and found[3]):
        return None
    trace_id, span_id = bytes.fromhex(found[1]), bytes.fromhex(found[2])
    return SpanContext(trace_id=trace_id, span_id=span_id) if any(trace_id) and any(span_id) else None
