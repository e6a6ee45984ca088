"""The spans of a call, out of its record: when it came, waited, was offered, was talked in, recorded and stored. Pure.

Ids of traces and spans follow from the call's id, so a record that is read twice gives the same spans. They hold ids of
the call, its organisation and its queues, outcomes and times; no number, no name, no agent and no caller.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from call24.call_records.model import CallRecord, OfferRecord, Outcome, QueueVisit
from call24.kit.ids import CallId, TenantId
from call24.tracing.model import Span, SpanContext, Value

PIECES: Mapping[str, str] = {"menu": "ivr", "hold": "hold", "outside": "forwarded", "voicemail": "voicemail"}
"""Spans of the pieces of the call timeline (LinePiece.kind). Waiting, ringing and talking have spans of their own: a
queue, an offer, an agent."""


def trace_of(call_id: CallId) -> SpanContext:
    """The root of a call's trace."""
    return SpanContext(trace_id=_hashed(call_id, "trace", 16), span_id=_hashed(call_id, "call", 8))


def spans_of(record: CallRecord, stored_at: datetime) -> list[Span]:
    """Of a call that has ended; the root is the first. `stored_at`: when its record was written."""
    assert record.ended_at is not None
    calls = _Call(record.id, record.tenant_id)
    root = calls.root(record, record.ended_at)
    return [root, *_children(calls, record, record.ended_at), calls.stored("record", record.ended_at, stored_at)]


def recording_span(
    tenant_id: TenantId, call_id: CallId, what: str, state: str, stored: tuple[datetime, datetime]
) -> Span:
    """What came of a call's recording, or its message (`what`), which is known after its record is written.

    `stored`: from the end of the call until it was kept.
    """
    return _Call(call_id, tenant_id).stored(what, *stored, {"call24.recording.state": state})


class _Call:
    def __init__(self, call_id: CallId, tenant_id: TenantId) -> None:
        self._id = call_id
        self._tenant_id = tenant_id
        self._trace = trace_of(call_id)
        self._about: dict[str, Value] = {"call24.tenant.id": tenant_id, "call24.call.id": call_id}

    def root(self, record: CallRecord, ended_at: datetime) -> Span:
        told = {
            "call24.call.direction": record.direction,
            "call24.call.outcome": record.outcome.value,
            "call24.call.ended_by": record.ended_by,
            "call24.call.end_reason": record.end_reason,
            "call24.call.cause": record.cause,
        }
        return Span(
            context=self._trace,
            parent_id=None,
            name="call",
            kind="server",
            began_at=record.arrived_at,
            ended_at=ended_at,
            tenant_id=self._tenant_id,
            attributes=self._about | {name: value for name, value in told.items() if value is not None},
            failed=record.outcome is Outcome.FAILED,
            links=() if record.origin_call_id is None else (trace_of(record.origin_call_id),),
        )

    def part(
        self,
        name: str,
        which: str,
        began_at: datetime,
        ended_at: datetime,
        told: Mapping[str, Value | None],
        parent: Span | None = None,
    ) -> Span:
        """`which`: tells it from the call's other spans; `parent`: None: the root."""
        return Span(
            context=SpanContext(trace_id=self._trace.trace_id, span_id=_hashed(self._id, which, 8)),
            parent_id=(parent.context if parent else self._trace).span_id,
            name=name,
            began_at=began_at,
            ended_at=max(began_at, ended_at),
            tenant_id=self._tenant_id,
            attributes=self._about | {key: value for key, value in told.items() if value is not None},
        )

    def stored(
        self, what: str, ended_at: datetime, stored_at: datetime, told: Mapping[str, Value | None] | None = None
    ) -> Span:
        return self.part(f"store {what}", f"store {what}", ended_at, stored_at, told or {})


def _children(calls: _Call, record: CallRecord, ended_at: datetime) -> Iterator[Span]:
    yield from _pieces(calls, record)
    visits = [_visit(calls, number, one) for number, one in enumerate(record.queues)]
    yield from visits
    for offer in record.offers:
        rang_until = offer.at + timedelta(seconds=offer.ring_s)
        parent = _parent(offer, rang_until, visits)
        told = {"call24.offer.outcome": offer.outcome, "call24.offer.purpose": offer.purpose}
        yield calls.part("offer", f"offer {offer.offer_id}", offer.at, rang_until, told, parent)
    for number, one in enumerate(record.agents):
        until = one.left_at or ended_at
        yield calls.part("talk", f"talk {number}", one.answered_at, until, {"call24.talk.came": one.came})
    if record.recorded_from is not None:
        stopped = record.recording_stopped
        yield calls.part("recording", "recording", record.recorded_from, stopped.at if stopped else ended_at, {})


def _pieces(calls: _Call, record: CallRecord) -> Iterator[Span]:
    """The call timeline has no gaps: each piece begins where the one before it ends."""
    at = record.arrived_at
    for number, piece in enumerate(record.line):
        until = at + timedelta(seconds=piece.s)
        if piece.kind in PIECES:
            yield calls.part(PIECES[piece.kind], f"piece {number}", at, until, {})
        at = until


def _visit(calls: _Call, number: int, visit: QueueVisit) -> Span:
    told = {"call24.queue.id": visit.queue_id, "call24.queue.left": visit.left}
    left_at = visit.joined_at + timedelta(seconds=visit.waited_s)
    return calls.part("queue", f"queue {number}", visit.joined_at, left_at, told)


def _parent(offer: OfferRecord, rang_until: datetime, visits: Iterable[Span]) -> Span | None:
    """The queue in which it was made, the latest of those that lasted from its beginning to its end; None: none was."""
    if offer.purpose != "offer":
        return None
    there = [one for one in visits if one.began_at <= offer.at and rang_until <= one.ended_at]
    return there[-1] if there else None


def _hashed(call_id: CallId, what: str, length: int) -> bytes:
    return hashlib.sha256(f"{call_id} {what}".encode()).digest()[:length]
