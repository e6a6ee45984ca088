"""Spans that wait: a bound in all and of each organisation, whole traces, and none for long."""

from __future__ import annotations

from collections import Counter

from tests.support.clock import START

from call24.kit.ids import TenantId
from call24.tracing.model import Span, SpanContext
from call24.tracing.waiting import Dropped, WaitingSpans

A, B = TenantId("ten_a"), TenantId("ten_b")


class Waiting:
    """Room for 10, 6 of each; 60 s."""

    def __init__(self) -> None:
        self.now, self.dropped = 0.0, Counter[Dropped]()
        self.spans = WaitingSpans(10, 6, 60.0, lambda: self.now, self._drop)

    def _drop(self, why: Dropped, spans: int) -> None:
        self.dropped[why] += spans

    def add(self, tenant_id: TenantId | None, count: int = 1) -> None:
        one = Span(
            context=SpanContext(trace_id=b"t" * 16, span_id=b"s" * 8),
            parent_id=None,
            name="call",
            began_at=START,
            ended_at=START,
            tenant_id=tenant_id,
        )
        self.spans.add([one] * count)

    def taken(self, most: int) -> list[TenantId | None]:
        return [span.tenant_id for _, span in self.spans.take(most)]


def test_one_organisation_has_its_share_and_no_more() -> None:
    w = Waiting()
    for _ in range(9):
        w.add(A)
    w.add(B)
    w.add(None)
    assert (len(w.spans), w.dropped) == (8, {"full": 3})
    assert w.taken(99) == [A] * 6 + [B, None]


def test_what_was_taken_makes_room_again() -> None:
    w = Waiting()
    w.add(A, 6)
    assert w.taken(2) == [A, A]
    w.add(A, 2)
    w.add(A)
    assert (len(w.spans), w.dropped) == (6, {"full": 1})


def test_no_more_than_all_have_room() -> None:
    w = Waiting()
    w.add(A, 6)
    w.add(B, 4)
    w.add(None)
    assert (len(w.spans), w.dropped) == (10, {"full": 1})


def test_a_trace_is_taken_whole_or_not_at_all() -> None:
    w = Waiting()
    w.add(A, 4)
    w.add(A, 3)
    assert (len(w.spans), w.dropped) == (4, {"full": 3})


def test_who_waited_too_long_is_dropped_and_makes_room() -> None:
    w = Waiting()
    w.add(A, 6)
    w.now = 50.0
    w.add(B)
    w.now = 61.0
    assert w.taken(99) == [B]
    assert w.dropped == {"late": 6}
    w.add(A, 6)
    assert len(w.spans) == 6


def test_an_organisation_that_is_closed_leaves_nothing() -> None:
    w = Waiting()
    w.add(A, 5)
    w.add(B, 2)
    w.spans.forget(A)
    assert (len(w.spans), w.dropped) == (2, {})
    w.add(A, 6)
    assert w.taken(99) == [B, B, *[A] * 6]
