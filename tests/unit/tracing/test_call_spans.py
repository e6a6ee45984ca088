"""A call's spans: whatever happened they are one tree within the call, by ids alone, and each has its true times."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from hypothesis import given
from tests.support.calls.told import ANN, BOB, CALL, HELP, RECORDING, SALES, TENANT, Told, ended, told_calls
from tests.support.clock import START
from tests.support.properties import thorough

from call24.call_records.call_record import fold
from call24.calls import events as e
from call24.calls.model import OfferOutcome
from call24.kit.ids import CallId
from call24.tracing.call_spans import recording_span, spans_of, trace_of
from call24.tracing.model import Span

STORED = START + timedelta(days=9)


def of(told: Told) -> list[Span]:
    return spans_of(fold(told.entries), STORED)


def lines(spans: list[Span]) -> list[tuple[str, float, float]]:
    """Name, beginning and end in seconds since the call came; the record's storing left out."""

    def after(at: datetime) -> float:
        return (at - START).total_seconds()

    found = [(one.name, after(one.began_at), after(one.ended_at)) for one in spans if one.name != "store record"]
    return sorted(found, key=lambda one: one[1])


@thorough
@given(told_calls())
def test_the_spans_are_one_tree_within_the_call_and_each_has_an_id_of_its_own(told: Told) -> None:
    root, *others = spans = of(ended(told))
    assert root.parent_id is None and root.name == "call"
    assert {span.context.trace_id for span in spans} == {trace_of(CALL).trace_id}
    ids = [span.context.span_id for span in spans]
    assert len(set(ids)) == len(ids)
    by_id = {span.context.span_id: span for span in spans}
    for span in others:
        assert span.parent_id is not None
        assert span.began_at <= span.ended_at
        if span.name != "store record":
            parent = by_id[span.parent_id]
            assert parent.began_at <= span.began_at and span.ended_at <= parent.ended_at, (span, parent)


@thorough
@given(told_calls())
def test_no_span_names_a_person_and_each_names_the_call_and_its_organisation(told: Told) -> None:
    for span in of(ended(told)):
        assert span.attributes["call24.call.id"] == CALL and span.attributes["call24.tenant.id"] == TENANT
        assert [one for one in map(str, span.attributes.values()) if one.startswith(("usr_", "ctc_", "dev_"))] == []


@thorough
@given(told_calls())
def test_a_record_that_is_read_again_gives_the_same_spans(told: Told) -> None:
    assert of(ended(told)) == of(ended(told))


def test_each_part_of_a_call_has_its_true_times() -> None:
    told = Told().arrives().after(3).joins().after(2).offered_to(ANN).after(4).refused_by(ANN, OfferOutcome.DECLINED)
    told.after(1).offered_to(BOB).after(2).answered_by(BOB, RECORDING).after(10)
    told.say(e.CallHeld(agent_id=BOB)).after(5).say(e.CallResumed(agent_id=BOB)).after(7).ends()
    spans = of(told)
    assert lines(spans) == [
        ("call", 0, 34),
        ("ivr", 0, 3),
        ("queue", 3, 12),
        ("offer", 5, 9),
        ("offer", 10, 12),
        ("talk", 12, 34),
        ("recording", 12, 34),
        ("hold", 22, 27),
    ]
    [stored] = [one for one in spans if one.name == "store record"]
    assert (stored.began_at, stored.ended_at) == (START + timedelta(seconds=34), STORED)
    [queue] = [one for one in spans if one.name == "queue"]
    assert (queue.attributes["call24.queue.id"], queue.attributes["call24.queue.left"]) == (HELP, "answered")
    offers = [one for one in spans if one.name == "offer"]
    assert [one.attributes["call24.offer.outcome"] for one in offers] == ["declined", "answered"]
    assert {one.parent_id for one in offers} == {queue.context.span_id}
    assert spans[0].attributes["call24.call.outcome"] == "answered" and not spans[0].failed


def test_an_offer_stands_below_the_queue_in_which_it_was_made() -> None:
    told = Told().talks().after(10).say(e.CallTransferred(agent_id=ANN, queue_id=SALES)).joins(SALES).after(6)
    spans = of(told.offered_to(BOB).after(4).answered_by(BOB).after(5).ends())
    queues = {one.context.span_id: one.attributes["call24.queue.id"] for one in spans if one.name == "queue"}
    offers = [one for one in spans if one.name == "offer"]
    assert [queues[one.parent_id or b""] for one in offers] == [HELP, SALES]


def test_a_callback_has_a_link_to_the_call_that_asked_for_it() -> None:
    root = of(Told().promised().after(50).offered_to().after(3).own_phone_up().dials().after(8).ends())[0]
    assert root.links == (trace_of(CallId("call_0")),)
    assert root.attributes["call24.call.direction"] == "callback"


def test_the_trace_of_a_call_is_found_by_its_id_as_the_guide_says() -> None:
    trace = trace_of(CALL)
    assert trace.trace_id == hashlib.sha256(f"{CALL} trace".encode()).digest()[:16]
    assert trace.span_id == hashlib.sha256(f"{CALL} call".encode()).digest()[:8]


def test_the_span_of_a_recording_stands_in_the_trace_of_its_call() -> None:
    span = recording_span(TENANT, CALL, "recording", "stored", (START, STORED))
    assert (span.context.trace_id, span.parent_id) == (trace_of(CALL).trace_id, trace_of(CALL).span_id)
    assert (span.name, span.began_at, span.ended_at) == ("store recording", START, STORED)
    assert span.attributes["call24.recording.state"] == "stored"


def test_of_two_queues_at_the_same_moment_the_later_one_made_the_offer() -> None:
    told = Told().arrives().joins().say(e.QueueLeft(queue_id=HELP, reason="max_wait")).joins(SALES)
    spans = of(told.offered_to(BOB).after(4).answered_by(BOB).after(5).ends())
    [sales] = [one for one in spans if one.attributes.get("call24.queue.id") == SALES]
    assert [one.parent_id for one in spans if one.name == "offer"] == [sales.context.span_id]
