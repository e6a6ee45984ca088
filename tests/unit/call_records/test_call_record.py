"""The call record: exact times, one outcome, who had the call, and the same record from the same lines."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.calls.told import (
    ANN,
    BOB,
    CALL,
    CONTACT,
    FLOW,
    HELP,
    OTHER_PARTY,
    RECORDING,
    SALES,
    SUE,
    Told,
    connected,
    ended,
    told_calls,
)
from tests.support.clock import START
from tests.support.properties import thorough

from call24.agents import events as a
from call24.call_records.call_record import CallRecord, Outcome, fold
from call24.call_records.replay import story
from call24.call_records.segments import Piece, extend, line_of
from call24.calls import events as e
from call24.calls.model import Direction, EndedBy, OfferOutcome
from call24.journal.model import Entry
from call24.kit.ids import DispositionId, OfferId, RecordingId


def ms(seconds: float) -> int:
    """The record's seconds are whole milliseconds, so they compare exactly."""
    whole = round(seconds * 1000)
    assert abs(whole / 1000 - seconds) < 1e-9
    return whole


def measures(record: CallRecord) -> dict[str, float]:
    return {piece.value: getattr(record, f"{piece.value}_s") for piece in Piece}


def pieces(record: CallRecord) -> list[tuple[str, float]]:
    return [(piece.kind, piece.s) for piece in record.line]


# --- whatever happened ---


@thorough
@given(told_calls(), st.integers(0, 100_000))
def test_the_pieces_add_up_to_the_time_from_beginning_to_end(told: Told, rest_ms: int) -> None:
    record = fold(ended(told.after(rest_ms / 1000)).entries)
    assert record.ended_at is not None
    whole = (record.ended_at - record.arrived_at) // timedelta(milliseconds=1)
    assert sum(ms(value) for value in measures(record).values()) == whole
    assert sum(ms(piece.s) for piece in record.line) == whole


@thorough
@given(told_calls())
def test_the_line_has_no_gap_no_overlap_and_no_empty_piece(told: Told) -> None:
    line = line_of(ended(told).entries)
    assert all(piece.until is not None and piece.until > piece.since for piece in line)
    for before, after in itertools.pairwise(line):
        assert before.until == after.since
        assert before.kind is not after.kind
    assert not line or line[0].since == told.told.arrived_at


@thorough
@given(told_calls())
def test_each_measure_is_the_sum_of_its_pieces(told: Told) -> None:
    record = fold(ended(told).entries)
    for kind, value in measures(record).items():
        assert ms(value) == sum(ms(piece.s) for piece in record.line if piece.kind == kind)


@thorough
@given(told_calls())
def test_every_offer_has_an_end_and_who_answered_had_the_call(told: Told) -> None:
    record = fold(ended(told).entries)
    assert all(offer.outcome is not None for offer in record.offers)
    answered = {offer.agent_id for offer in record.offers if offer.outcome == "answered"}
    assert answered <= {part.agent_id for part in record.agents}
    assert {part.agent_id for part in record.agents} <= answered | {SUE}  # who took it over was not offered it


@thorough
@given(told_calls())
def test_the_agents_parts_share_out_the_talk_and_the_hold(told: Told) -> None:
    """Who is not a consulted colleague talked and held exactly as long as the customer did."""
    record = fold(ended(told).entries)
    if record.direction == "internal" or any(part.came == "consult" for part in record.agents):
        return
    assert sum(ms(part.talk_s) for part in record.agents) == ms(record.talk_s)
    assert sum(ms(part.hold_s) for part in record.agents) == ms(record.hold_s)


@thorough
@given(told_calls())
def test_nothing_goes_on_after_the_end(told: Told) -> None:
    record = fold(ended(told).entries)
    assert record.ended_at is not None
    assert all(part.left_at is not None and part.left_at <= record.ended_at for part in record.agents)
    assert all(visit.left is not None for visit in record.queues)
    assert all(one.until is not None for one in record.monitors)
    assert all(one.until is not None for one in record.pauses)
    assert all(one.reached is not None for one in record.transfers)


@thorough
@given(told_calls())
def test_a_call_that_ended_has_one_outcome_that_fits_what_happened(told: Told) -> None:
    record = fold(ended(told).entries)
    seen = {entry.type for entry in told.entries}
    assert record.outcome is not Outcome.OPEN
    if record.direction == "internal":
        assert (record.outcome is Outcome.ANSWERED) == ("ConsultAnswered" in seen) == (record.answered_at is not None)
    else:
        assert (record.outcome is Outcome.ANSWERED) == ("CallConnected" in seen) == (record.answered_at is not None)
    if record.outcome is Outcome.VOICEMAIL:
        assert record.message_id is not None
    if record.outcome in {Outcome.ABANDONED, Outcome.ABANDONED_IN_MENU}:
        assert record.ended_by == "caller"
        assert (record.outcome is Outcome.ABANDONED) == bool(seen & {"CallQueued", "OutsideDialled"})
    if record.missed:
        assert record.outcome is Outcome.ABANDONED


@thorough
@given(told_calls())
def test_while_the_call_goes_on_the_record_is_open_and_holds_only_what_is_over(told: Told) -> None:
    record = fold(told.entries)
    if not told.told.ended:
        assert (record.outcome, record.ended_at, record.ended_by) == (Outcome.OPEN, None, None)
        assert sum(measures(record).values()) <= (told.told.last_at - record.arrived_at).total_seconds() + 0.0005


@thorough
@given(told_calls())
def test_the_same_lines_give_the_same_bytes_also_after_storage(told: Told) -> None:
    again = [msgspec.json.decode(msgspec.json.encode(entry), type=Entry) for entry in told.entries]
    assert msgspec.json.encode(fold(again)) == msgspec.json.encode(fold(told.entries))


@thorough
@given(told_calls(), st.integers(1, 40))
def test_old_line_and_one_more_event_is_the_line_made_afresh(told: Told, cut: int) -> None:
    line = line_of(told.entries[:cut])
    for turn in list(story(told.entries))[cut:]:
        line = extend(line, turn.call, turn.at)
    assert line == line_of(told.entries)


# --- the measures, by name ---


def test_menu_wait_ring_talk_hold_and_talk_again_are_each_measured() -> None:
    told = Told().talks(recording_id=RECORDING)
    told.after(30).say(e.CallHeld(agent_id=ANN)).after(12.5).say(e.CallResumed(agent_id=ANN)).after(20.001).ends()
    record = fold(told.entries)
    assert measures(record) == {
        "menu": 3, "wait": 2, "ring": 4, "talk": 50.001, "hold": 12.5, "outside": 0, "voicemail": 0,
    }  # fmt: skip
    assert pieces(record) == [
        ("menu", 3), ("wait", 2), ("ring", 4), ("talk", 30), ("hold", 12.5), ("talk", 20.001),
    ]  # fmt: skip
    assert record.queued_at == START + timedelta(seconds=3)
    assert record.answered_at == record.recorded_from == START + timedelta(seconds=9)
    assert (record.agent_id, record.ended_by, record.cause) == (ANN, "caller", 16)
    assert (record.flow.flow_id, record.flow.version) == (FLOW.flow_id, FLOW.version) if record.flow else False


def test_waiting_begins_when_the_queue_is_joined_and_so_does_the_visit() -> None:
    told = Told().arrives().after(10).say(e.RecordingAnnounced(queue_id=HELP)).after(4).joins().after(7)
    record = fold(told.offered_to().after(3).answered_by().after(1).ends().entries)
    assert (record.menu_s, record.wait_s, record.ring_s) == (14, 7, 3)
    [visit] = record.queues
    assert (visit.queue_id, visit.left, visit.waited_s) == (HELP, "answered", 10)


def test_a_hold_without_length_leaves_one_piece_of_talk() -> None:
    told = Told().talks().after(10).say(e.CallHeld(agent_id=ANN), e.CallResumed(agent_id=ANN)).after(5).ends()
    assert pieces(fold(told.entries))[-1] == ("talk", 15)


def test_time_between_two_offers_is_waiting_and_both_offers_are_told() -> None:
    told = Told().arrives().joins().offered_to(ANN).after(20).refused_by(ANN, OfferOutcome.RING_NO_ANSWER)
    record = fold(told.after(5).offered_to(BOB).after(3).answered_by(BOB).after(10).ends(EndedBy.AGENT).entries)
    assert (record.wait_s, record.ring_s, record.talk_s) == (5, 23, 10)
    assert [(offer.agent_id, offer.outcome, offer.ring_s) for offer in record.offers] == [
        (ANN, "ring_no_answer", 20),
        (BOB, "answered", 3),
    ]
    assert (record.agent_id, record.ended_by) == (BOB, "agent")


def test_of_several_who_ring_at_once_one_answers_and_the_others_were_not_needed() -> None:
    told = Told().arrives().joins().offered_to(ANN).offered_to(BOB).after(2).answered_by(BOB).after(1).ends()
    record = fold(told.entries)
    assert [(offer.agent_id, offer.outcome) for offer in record.offers] == [(ANN, "withdrawn"), (BOB, "answered")]
    assert record.ring_s == 2


def test_what_an_agent_dials_rings_until_the_customer_answers() -> None:
    told = Told().placed().after(1).offered_to().after(2).own_phone_up().dials().after(9).customer_answers()
    record = fold(told.after(30).ends(EndedBy.AGENT).entries)
    assert pieces(record) == [("ring", 12), ("talk", 30)]
    assert (record.outcome, record.direction, record.contact_id) == (Outcome.ANSWERED, "outbound", CONTACT)
    [part] = record.agents
    assert (part.came, part.talk_s, part.answered_at) == ("own_call", 30, START + timedelta(seconds=3))
    assert [offer.purpose for offer in record.offers] == ["own_call"]


def test_a_customer_who_is_told_of_the_recording_first_is_not_rung_any_more() -> None:
    told = Told().placed().offered_to().own_phone_up().dials().after(9)
    dial, offer_id = told.told.dial, told.told.offer_id
    assert dial is not None and offer_id is not None
    told.say(e.CustomerAnswered(leg=dial.leg), e.RecordingAnnounced()).after(4).say(connected(ANN, offer_id))
    assert pieces(fold(told.after(5).ends().entries)) == [("ring", 9), ("menu", 4), ("talk", 5)]


def test_an_internal_call_rings_until_the_colleague_answers() -> None:
    told = Told().placed_inside().offered_to().after(2).own_phone_up().consults().after(5).colleague_answers()
    record = fold(told.after(40).ends(EndedBy.AGENT).entries)
    assert pieces(record) == [("ring", 7), ("talk", 40)]
    assert (record.outcome, record.direction, record.contact_id) == (Outcome.ANSWERED, "internal", None)
    assert [(part.agent_id, part.came, part.talk_s) for part in record.agents] == [
        (ANN, "own_call", 40),
        (BOB, "offer", 40),
    ]


def test_a_call_back_waits_without_a_leg_and_rings_while_it_is_dialled() -> None:
    told = Told().promised().after(50).offered_to().after(3).own_phone_up().dials().after(8).customer_answers()
    record = fold(told.after(20).ends().entries)
    assert pieces(record) == [("wait", 50), ("ring", 11), ("talk", 20)]
    assert (record.outcome, record.direction, record.origin_call_id) == (Outcome.ANSWERED, "callback", "call_0")
    assert record.agents[0].came == "callback"


def test_consulting_is_hold_for_the_customer_and_a_conference_is_talk() -> None:
    told = Told().talks().after(10).consults().after(3).colleague_answers().after(7)
    told.say(e.ConsultSwapped(agent_id=ANN, to="customer")).after(2).say(e.ConferenceStarted(agent_id=ANN)).after(5)
    record = fold(told.completes().after(11).ends().entries)
    assert pieces(record)[3:] == [("talk", 10), ("hold", 10), ("talk", 18)]
    ann, bob = record.agents
    assert (ann.agent_id, ann.talk_s, ann.hold_s) == (ANN, 17, 10)
    assert (bob.agent_id, bob.came, bob.talk_s, bob.hold_s) == (BOB, "consult", 7 + 5 + 11, 2)
    assert record.agent_id == BOB
    assert [(x.kind, x.to, x.to_id, x.reached, x.by) for x in record.transfers] == [
        ("attended", "agent", BOB, True, ANN)
    ]


def test_forwarded_is_a_piece_of_its_own() -> None:
    told = Told().arrives().after(2).say(e.NodeEntered(node_id="n", kind="forward")).dials("forward", None).after(6)
    dial = told.told.dial
    assert dial is not None
    record = fold(told.say(e.CallForwarded(leg=dial.leg)).after(60).ends(EndedBy.CONSULT_PARTY).entries)
    assert pieces(record) == [("menu", 2), ("ring", 6), ("outside", 60)]
    assert (record.outcome, record.ended_by, record.answered_at) == (Outcome.FORWARDED, "third", None)


# --- transfers, visits, people ---


def test_a_blind_transfer_to_a_queue_waits_again_and_counts_there() -> None:
    told = Told().talks().after(10).say(e.CallTransferred(agent_id=ANN, queue_id=SALES)).joins(SALES).after(6)
    record = fold(told.offered_to(BOB).after(4).answered_by(BOB).after(5).ends().entries)
    assert pieces(record)[3:] == [("talk", 10), ("wait", 6), ("ring", 4), ("talk", 5)]
    assert record.queue_id == HELP
    assert [(visit.queue_id, visit.left, visit.waited_s) for visit in record.queues] == [
        (HELP, "answered", 6),
        (SALES, "answered", 10),
    ]
    assert [(part.agent_id, part.came) for part in record.agents] == [(ANN, "offer"), (BOB, "offer")]
    assert [(x.kind, x.to, x.to_id, x.reached) for x in record.transfers] == [("blind", "queue", SALES, True)]


def test_a_blind_transfer_to_an_agent_is_reached_when_that_agent_answers() -> None:
    told = Told().talks().after(10).passed_to(BOB).offered_to(BOB).after(2)
    assert fold(told.entries).transfers[0].reached is None
    record = fold(told.answered_by(BOB).after(1).ends().entries)
    assert record.transfers[0].reached is True
    assert [(part.agent_id, part.came) for part in record.agents] == [(ANN, "offer"), (BOB, "transfer")]


def test_a_blind_transfer_that_comes_back_was_in_vain() -> None:
    told = Told().talks().after(10).passed_to(BOB).offered_to(BOB).after(25).refused_by(BOB)
    told.say(e.QueueLeft(queue_id=None, reason="max_wait")).waits_for(ANN)
    assert [x.reached for x in fold(told.entries).transfers] == [False]
    told.offered_to(ANN).after(3).answered_by(ANN)
    record = fold(told.after(1).ends().entries)
    assert [x.reached for x in record.transfers] == [False]
    assert [(part.agent_id, part.talk_s) for part in record.agents] == [(ANN, 10), (ANN, 1)]


def test_who_did_not_answer_a_transfer_and_is_consulted_later_came_by_the_consultation() -> None:
    told = Told().talks().after(10).passed_to(BOB).offered_to(BOB).after(25).refused_by(BOB).waits_for(ANN)
    told.offered_to(ANN).after(3).answered_by(ANN).after(2).consults(BOB).after(1).colleague_answers().after(4)
    record = fold(told.ends().entries)
    assert [(part.agent_id, part.came, part.talk_s, part.hold_s) for part in record.agents] == [
        (ANN, "offer", 10, 0),
        (ANN, "offer", 2, 5),
        (BOB, "consult", 4, 0),
    ]


def test_who_takes_over_has_a_part_of_its_own_and_listening_ends_there() -> None:
    told = Told().talks().after(10).monitored_by().after(5)
    told.say(e.MonitorModeChanged(user_id=SUE, mode="whisper", reason="help_asked")).after(7)
    monitor = told.told.monitors[0]
    assert monitor.leg is not None and monitor.device_id is not None
    taken = e.CallTakenOver(
        agent_id=ANN,
        user_id=SUE,
        offer_id=monitor.offer_id,
        leg=monitor.leg,
        device_id=monitor.device_id,
        reason="quality",
    )
    record = fold(told.say(taken).after(20).ends().entries)
    assert [(part.agent_id, part.came, part.talk_s) for part in record.agents] == [
        (ANN, "offer", 22),
        (SUE, "take_over", 20),
    ]
    assert [(x.mode, x.reason, (x.until - x.since).total_seconds()) for x in record.monitors if x.until] == [
        ("listen", "coaching", 5),
        ("whisper", "help_asked", 7),
    ]


def test_pauses_of_the_recording_are_kept_also_one_that_is_never_taken_back() -> None:
    told = Told().talks().after(5).say(e.RecordingStarted(recording_id=RECORDING, agent_id=ANN)).after(5)
    told.say(e.RecordingPaused(agent_id=ANN)).after(1).say(e.RecordingFailed(what="pause")).after(1)
    told.say(e.RecordingPaused(agent_id=ANN)).after(8).say(e.RecordingResumed(agent_id=None)).after(1)
    record = fold(told.say(e.RecordingPaused(agent_id=ANN)).after(4).ends().entries)
    assert (record.recording_id, record.recorded_from) == (RECORDING, START + timedelta(seconds=14))
    assert [((x.until - x.since).total_seconds(), x.by) for x in record.pauses if x.until] == [(8, ANN), (4, ANN)]


def test_what_was_answered_in_menus_is_kept() -> None:
    told = Told().arrives().say(e.NodeEntered(node_id="main", kind="menu"), e.MenuAnswered(node_id="main", answer="2"))
    assert [(x.node_id, x.answer) for x in fold(told.entries).menu] == [("main", "2")]


# --- the outcome ---


def waiting() -> Told:
    return Told().arrives().after(3).joins()


def turned_away() -> Told:
    told = waiting().after(60).say(e.QueueLeft(queue_id=HELP, reason="max_wait"), e.CallClosing(reason="max_wait"))
    return told.ends(EndedBy.SYSTEM, reason="max_wait")


def left_a_message() -> Told:
    told = waiting().say(e.QueueLeft(queue_id=HELP, reason="nobody"), e.SentToVoicemail(reason="nobody")).after(4)
    return told.say(e.MessageStarted(recording_id=RecordingId("rec_m"))).after(9).ends()


def called_back_instead() -> Told:
    told = waiting().after(9).say(e.QueueLeft(queue_id=HELP, reason="callback"), e.CallbackAccepted(queue_id=HELP))
    return told.say(e.CallClosing(reason="callback")).after(2).ends(EndedBy.SYSTEM)


def dialled(*, cause: int = 0) -> Told:
    told = Told().placed().offered_to().own_phone_up().dials().after(20)
    if cause:
        dial = told.told.dial
        assert dial is not None
        told.say(e.OutsideFailed(leg=dial.leg, cause=cause))
    return told


STORIES: dict[str, tuple[Callable[[], Told], Outcome, str]] = {
    "left while waiting": (lambda: waiting().after(5).ends(), Outcome.ABANDONED, "caller"),
    "left while ringing": (lambda: waiting().offered_to().after(5).ends(), Outcome.ABANDONED, "caller"),
    "left in the menu": (lambda: Told().arrives().after(5).ends(), Outcome.ABANDONED_IN_MENU, "caller"),
    "left a message": (left_a_message, Outcome.VOICEMAIL, "caller"),
    "left during the voicemail prompt": (
        lambda: waiting().say(e.SentToVoicemail(reason="nobody")).after(2).ends(),
        Outcome.ABANDONED,
        "caller",
    ),
    "talked": (lambda: Told().talks().after(5).ends(), Outcome.ANSWERED, "caller"),
    "lost while waiting": (lambda: waiting().ends(EndedBy.SYSTEM, 0), Outcome.FAILED, "system"),
    "turned away": (turned_away, Outcome.TURNED_AWAY, "system"),
    "hung up on by the flow": (
        lambda: Told().arrives().say(e.CallClosing(reason="flow")).after(4).ends(EndedBy.SYSTEM),
        Outcome.TURNED_AWAY,
        "system",
    ),
    "chose a call-back": (called_back_instead, Outcome.CALLBACK, "system"),
    "busy": (lambda: dialled(cause=17).ends(EndedBy.SYSTEM, 17, reason="busy"), Outcome.BUSY, "system"),
    "no answer": (lambda: dialled(cause=19).ends(EndedBy.SYSTEM, 19), Outcome.NO_ANSWER, "system"),
    "no way": (lambda: dialled(cause=38).ends(EndedBy.SYSTEM, 38), Outcome.FAILED, "system"),
    "given up": (lambda: dialled().ends(EndedBy.AGENT, reason="cancelled"), Outcome.CANCELLED, "agent"),
    "own phone silent": (
        lambda: Told().placed().offered_to().after(20).ends(EndedBy.SYSTEM, 19, reason="own_phone"),
        Outcome.CANCELLED,
        "system",
    ),
    "colleague busy": (
        lambda: (
            Told()
            .placed_inside()
            .offered_to()
            .own_phone_up()
            .say(e.ConsultEnded(reason="on_call"))
            .ends(EndedBy.SYSTEM)
        ),
        Outcome.BUSY,
        "system",
    ),
    "colleague rung in vain": (
        lambda: Told().placed_inside().offered_to().own_phone_up().consults().after(9).ends(EndedBy.AGENT),
        Outcome.CANCELLED,
        "agent",
    ),
    "call-back expired": (
        lambda: Told().promised().after(9000).ends(EndedBy.SYSTEM, reason="expired"),
        Outcome.EXPIRED,
        "system",
    ),
    "call-back never reached": (
        lambda: Told().promised().ends(EndedBy.SYSTEM, 19, reason="not_reached"),
        Outcome.NOT_REACHED,
        "system",
    ),
    "call-back taken off the list": (
        lambda: Told().promised().ends(EndedBy.SYSTEM, reason="removed", user_id=SUE),
        Outcome.CANCELLED,
        "system",
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_the_outcome_says_what_became_of_the_call(name: str) -> None:
    story, outcome, by = STORIES[name]
    record = fold(story().entries)
    assert (record.outcome, record.ended_by) == (outcome, by)


@pytest.mark.parametrize(("waited_s", "missed"), [(4.999, False), (5, True)])
def test_who_left_only_after_a_while_was_missed(waited_s: float, missed: bool) -> None:
    assert fold(waiting().after(waited_s).ends().entries).missed is missed


def test_who_left_in_the_menu_was_not_missed() -> None:
    assert fold(Told().arrives().after(60).ends().entries).missed is False


# --- afterwards ---


def test_wrap_up_and_disposition_are_the_agents_and_are_added_when_they_are_there() -> None:
    told = Told().talks().after(10).ends()
    before = fold(told.entries)
    until = told.now + timedelta(seconds=10)
    told.agent_says(a.AgentTookCall(agent_id=ANN, call_id=CALL, offer_id=OfferId("off_1")))
    told.agent_says(a.AgentWrapUpStarted(agent_id=ANN, call_id=CALL, until=until))
    assert fold(told.entries).wrap_up_s == 0
    given_id = DispositionId("dsp_1")
    told.after(2).agent_says(a.AgentDispositionGiven(agent_id=ANN, call_id=CALL, disposition_id=given_id))
    record = fold(told.after(4.5).agent_says(a.AgentWrapUpEnded(agent_id=ANN, call_id=CALL)).entries)
    assert record.wrap_up_s == 6.5
    assert (record.agents[0].wrap_up_s, record.agents[0].disposition_id) == (6.5, given_id)
    assert msgspec.structs.replace(record, wrap_up_s=0, agents=before.agents, row=before.row) == before


def test_each_of_two_agents_has_its_own_wrap_up_also_while_the_call_goes_on() -> None:
    told = Told().talks().after(10).passed_to(BOB)
    told.agent_says(a.AgentWrapUpStarted(agent_id=ANN, call_id=CALL, until=told.now + timedelta(seconds=9)))
    told.after(1).offered_to(BOB).after(3).answered_by(BOB).after(5)
    told.agent_says(a.AgentWrapUpEnded(agent_id=ANN, call_id=CALL)).after(1).ends(EndedBy.AGENT)
    told.agent_says(a.AgentWrapUpStarted(agent_id=BOB, call_id=CALL, until=told.now + timedelta(seconds=9)))
    record = fold(told.after(2).agent_says(a.AgentWrapUpEnded(agent_id=BOB, call_id=CALL)).entries)
    assert [(part.agent_id, part.wrap_up_s) for part in record.agents] == [(ANN, 9), (BOB, 2)]
    assert record.wrap_up_s == 11


def test_who_had_the_call_twice_has_each_wrap_up_at_its_own_time() -> None:
    told = Told().talks().after(10).passed_to(BOB)
    told.agent_says(a.AgentWrapUpStarted(agent_id=ANN, call_id=CALL, until=told.now + timedelta(seconds=9)))
    told.after(5).agent_says(a.AgentWrapUpEnded(agent_id=ANN, call_id=CALL)).waits_for(ANN).offered_to(ANN)
    told.after(1).answered_by(ANN).after(30).ends()
    told.agent_says(a.AgentWrapUpStarted(agent_id=ANN, call_id=CALL, until=told.now + timedelta(seconds=9)))
    record = fold(told.after(8).agent_says(a.AgentWrapUpEnded(agent_id=ANN, call_id=CALL)).entries)
    assert [(part.talk_s, part.wrap_up_s) for part in record.agents] == [(10, 5), (30, 8)]


def test_a_line_of_the_agent_before_the_beginning_is_left_out() -> None:
    """Who places a call is on it before the call is written down."""
    told = Told().agent_says(a.AgentTookCall(agent_id=ANN, call_id=CALL, offer_id=OfferId("off_1"), own=True))
    told.placed().offered_to().after(2).own_phone_up()
    assert fold(told.entries).direction == Direction.OUTBOUND.value
    assert fold(told.entries) == fold(told.entries[1:])


def test_a_record_is_kept_as_long_as_the_rules_said_when_the_call_began() -> None:
    assert fold(Told(keep_days=30).talks().ends().entries).delete_at == START + timedelta(days=30)


def test_no_name_and_no_number_is_in_a_record() -> None:
    told = Told().talks().say(e.CallTransferred(agent_id=ANN, contact_id=OTHER_PARTY)).dials("forward", OTHER_PARTY)
    text = msgspec.json.encode(fold(told.entries)).decode()
    assert not {field for field in CallRecord.__struct_fields__ if "name" in field or field in ("number", "caller")}
    assert "+44" not in text and OTHER_PARTY in text


def test_lines_without_a_beginning_are_no_call() -> None:
    with pytest.raises(ValueError, match="arrival"):
        fold(Told().talks().entries[1:])
    with pytest.raises(ValueError, match="arrival"):
        fold([])
