"""The call record: exact times, one outcome, and the same record from the same lines."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.call_world import ANN, BOB, CALL, CALLER_LEG, TENANT, CallWorld, worlds
from tests.support.clock import START
from tests.support.properties import thorough

from call24.agents.events import AgentTookCall, AgentWrapUpEnded, AgentWrapUpStarted
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import CallRules
from call24.journal.model import Entry, body_of
from call24.kit.ids import EventId, OfferId
from call24.reports.call_record import CallRecord, Outcome, fold
from call24.reports.line import Piece, extend, line_of


def ms(seconds: float) -> int:
    """The record's seconds are whole milliseconds, so they compare exactly."""
    whole = round(seconds * 1000)
    assert whole / 1000 == seconds
    return whole


def ended(world: CallWorld) -> CallRecord:
    world.caller_leaves()
    return fold(world.entries())


def measures(record: CallRecord) -> dict[str, float]:
    return {piece.value: getattr(record, f"{piece.value}_s") for piece in Piece}


# --- whatever happened ---


@thorough
@given(worlds(), st.integers(0, 100_000))
def test_the_pieces_add_up_to_the_time_from_arrival_to_end(world: CallWorld, rest_ms: int) -> None:
    record = ended(world.after(rest_ms / 1000))
    assert record.ended_at is not None
    whole = (record.ended_at - record.arrived_at) // timedelta(milliseconds=1)
    assert sum(ms(value) for value in measures(record).values()) == whole
    assert sum(ms(piece.s) for piece in record.line) == whole


@thorough
@given(worlds())
def test_the_line_has_no_gap_no_overlap_and_no_empty_piece(world: CallWorld) -> None:
    world.caller_leaves()
    line = line_of(world.entries())
    assert all(piece.until is not None and piece.until > piece.since for piece in line)
    for before, after in itertools.pairwise(line):
        assert before.until == after.since
        assert before.kind is not after.kind
    assert not line or line[0].since == world.call.arrived_at


@thorough
@given(worlds())
def test_each_measure_is_the_sum_of_its_pieces(world: CallWorld) -> None:
    record = ended(world)
    for kind, value in measures(record).items():
        assert ms(value) == sum(ms(piece.s) for piece in record.line if piece.kind == kind)


@thorough
@given(worlds())
def test_the_offers_rang_as_long_as_the_line_says(world: CallWorld) -> None:
    record = ended(world)
    assert sum(ms(offer.ring_s) for offer in record.offers) == ms(record.ring_s)
    assert all(offer.outcome is not None for offer in record.offers)
    answered = [offer for offer in record.offers if offer.outcome == "answered"]
    assert [offer.agent_id for offer in answered] == ([record.agent_id] if record.agent_id else [])


@thorough
@given(worlds())
def test_a_call_that_ended_has_one_outcome_that_fits_what_happened(world: CallWorld) -> None:
    record = ended(world)
    talked, message = bool(world.written(e.CallConnected)), bool(world.written(e.MessageStarted))
    assert record.outcome is not Outcome.OPEN
    assert (record.outcome is Outcome.ANSWERED) == talked == (record.answered_at is not None)
    assert (record.outcome is Outcome.VOICEMAIL) == message == (record.message_id is not None)
    if record.outcome is Outcome.ABANDONED:
        assert record.ended_by == "caller"
    if record.outcome is Outcome.FAILED:
        assert record.ended_by == "system"


@thorough
@given(worlds())
def test_while_the_call_goes_on_the_record_is_open_and_holds_only_what_is_over(world: CallWorld) -> None:
    record = fold(world.entries())
    if not world.call.ended:
        assert (record.outcome, record.ended_at, record.ended_by) == (Outcome.OPEN, None, None)
        assert sum(measures(record).values()) <= (world.call.last_at - record.arrived_at).total_seconds() + 0.0005


@thorough
@given(worlds())
def test_the_same_lines_give_the_same_bytes_also_after_storage(world: CallWorld) -> None:
    entries = world.entries()
    again = [msgspec.json.decode(msgspec.json.encode(entry), type=Entry) for entry in entries]
    assert msgspec.json.encode(fold(again)) == msgspec.json.encode(fold(entries))


@thorough
@given(worlds(), st.integers(0, 40))
def test_old_line_and_one_more_event_is_the_line_made_afresh(world: CallWorld, cut: int) -> None:
    entries = world.entries()
    line = line_of(entries[:cut])
    for entry in entries[cut:]:
        line = extend(line, entry)
    assert line == line_of(entries)


# --- by name ---


def test_wait_ring_talk_hold_and_talk_again_are_each_measured() -> None:
    world = CallWorld().wait()  # 3 s greeting
    world.after(7).choose()
    world.after(4).answers(world.offer_legs[0])
    world.after(30).send(s.HoldRequested(at=world.now, agent_id=ANN))
    world.after(12.5).send(s.ResumeRequested(at=world.now, agent_id=ANN))
    world.after(20.001).caller_leaves()
    record = fold(world.entries())
    assert measures(record) == {"wait": 10, "ring": 4, "talk": 50.001, "hold": 12.5, "voicemail": 0}
    assert [(piece.kind, piece.s) for piece in record.line] == [
        ("wait", 10), ("ring", 4), ("talk", 30), ("hold", 12.5), ("talk", 20.001),
    ]  # fmt: skip
    assert record.queued_at == START + timedelta(seconds=3)
    assert record.answered_at == START + timedelta(seconds=14)
    assert (record.agent_id, record.ended_by, record.cause) == (ANN, "caller", 16)


def test_a_hold_without_length_leaves_one_piece_of_talk() -> None:
    world = CallWorld(CallRules(greeting=None)).talk()
    world.after(10).send(s.HoldRequested(at=world.now, agent_id=ANN))
    world.send(s.ResumeRequested(at=world.now, agent_id=ANN))
    world.after(5).caller_leaves()
    record = fold(world.entries())
    assert [(piece.kind, piece.s) for piece in record.line] == [("wait", 2), ("ring", 4), ("talk", 15)]


def test_an_agent_without_a_device_leaves_one_piece_of_waiting() -> None:
    world = CallWorld(CallRules(greeting=None)).wait()
    world.after(5).choose(ANN, devices=0)
    world.after(5).caller_leaves()
    assert [(piece.kind, piece.s) for piece in fold(world.entries()).line] == [("wait", 10)]


def test_time_between_two_offers_is_waiting_and_both_offers_are_told() -> None:
    world = CallWorld(CallRules(greeting=None)).wait()
    world.choose(ANN)
    world.after(20).timer_fires(world.offer_timer)
    world.after(5).choose(BOB)
    world.after(3).answers(world.offer_legs[0])
    world.after(10).send(s.HangUpRequested(at=world.now, agent_id=BOB))
    record = fold(world.entries())
    assert (record.wait_s, record.ring_s, record.talk_s) == (5, 23, 10)
    assert [(offer.agent_id, offer.outcome, offer.ring_s) for offer in record.offers] == [
        (ANN, "ring_no_answer", 20),
        (BOB, "answered", 3),
    ]
    assert (record.agent_id, record.ended_by) == (BOB, "agent")


def left_while_waiting(world: CallWorld) -> None:
    world.wait().after(5).caller_leaves()


def left_while_ringing(world: CallWorld) -> None:
    world.offer().after(5).caller_leaves()


def left_a_message(world: CallWorld) -> None:
    world.voicemail().after(4).sound_ends("voicemail")
    world.after(9).caller_leaves()


def left_during_the_voicemail_prompt(world: CallWorld) -> None:
    world.voicemail().after(2).caller_leaves()


def talked(world: CallWorld) -> None:
    world.talk().after(5).caller_leaves()


def lost_while_waiting(world: CallWorld) -> None:
    world.wait().ends(CALLER_LEG, cause=0, lost=True)


@pytest.mark.parametrize(
    ("story", "outcome", "by"),
    [
        (left_while_waiting, Outcome.ABANDONED, "caller"),
        (left_while_ringing, Outcome.ABANDONED, "caller"),
        (left_a_message, Outcome.VOICEMAIL, "caller"),
        (left_during_the_voicemail_prompt, Outcome.ABANDONED, "caller"),
        (talked, Outcome.ANSWERED, "caller"),
        (lost_while_waiting, Outcome.FAILED, "system"),
    ],
)
def test_the_outcome_says_what_became_of_the_caller(
    story: Callable[[CallWorld], None], outcome: Outcome, by: str
) -> None:
    world = CallWorld()
    story(world)
    record = fold(world.entries())
    assert (record.outcome, record.ended_by) == (outcome, by)


def test_without_voicemail_a_call_for_nobody_failed() -> None:
    world = CallWorld(CallRules(voicemail=False)).wait()
    world.nobody_there()
    assert fold(world.entries()).outcome is Outcome.FAILED


def agent_line(world: CallWorld, event: msgspec.Struct, seq: int) -> Entry:
    body = body_of(event)
    return Entry(
        id=EventId(f"evt_a{seq}"),
        tenant_id=TENANT,
        seq=seq,
        at=world.now,
        type=body["type"],
        call_id=CALL,
        agent_id=ANN,
        body=body,
        delete_at=START,
    )


def test_wrap_up_is_the_agents_and_is_added_when_it_is_over() -> None:
    world = CallWorld().talk()
    world.after(10).caller_leaves()
    took = agent_line(world, AgentTookCall(agent_id=ANN, call_id=CALL, offer_id=OfferId("off_1")), 90)
    began = agent_line(
        world, AgentWrapUpStarted(agent_id=ANN, call_id=CALL, until=world.now + timedelta(seconds=10)), 91
    )
    over = agent_line(world.after(6.5), AgentWrapUpEnded(agent_id=ANN, call_id=CALL), 92)
    entries = [*world.entries(), took, began]
    assert fold(entries).wrap_up_s == 0
    record = fold([*entries, over])
    assert record.wrap_up_s == 6.5
    assert msgspec.structs.replace(record, wrap_up_s=0) == fold(world.entries())


def test_a_record_is_kept_as_long_as_the_rules_said_when_the_call_began() -> None:
    world = CallWorld(CallRules(keep_days=30)).talk()
    world.caller_leaves()
    assert fold(world.entries()).delete_at == START + timedelta(days=30)


def test_no_name_and_no_number_is_in_a_record() -> None:
    assert not {field for field in CallRecord.__struct_fields__ if "name" in field or field in ("number", "caller")}


def test_lines_that_do_not_begin_with_the_arrival_are_no_call() -> None:
    with pytest.raises(ValueError, match="arrival"):
        fold(CallWorld().talk().entries()[1:])
    with pytest.raises(ValueError, match="arrival"):
        fold([])
