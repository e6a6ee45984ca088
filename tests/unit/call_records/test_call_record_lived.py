"""Call records of calls that the state table itself has driven, through any signals in any order."""

from __future__ import annotations

import itertools
from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from tests.support.calls.world import CALLER_LEG, TENANT, CallWorld, internal_call, play, promised, scripts, worlds
from tests.support.properties import thorough

from call24.call_records.call_record import CallRecord, Outcome, fold
from call24.call_records.replay import involved
from call24.call_records.segments import Piece, line_of
from call24.call_records.timeline import timeline
from call24.calls import events as e
from call24.calls import signals as s
from call24.journal.model import Entry
from call24.kit.ids import UserId
from call24.live.board import Board

inside = st.builds(play, st.builds(internal_call), scripts)
back = st.builds(play, st.builds(promised), scripts)
lives = st.one_of(worlds(), worlds(), inside, back)
LISTENER = UserId("usr_boss")


def ended(world: CallWorld) -> CallRecord:
    """At its end: the customer leaves, or a supervisor ends what no customer is in."""
    if not world.call.ended and CALLER_LEG not in world.gone and world.call.caller_leg == CALLER_LEG:
        world.caller_leaves()
    if not world.call.ended:
        world.send(s.EndRequested(at=world.now, user_id=LISTENER, reason="stuck"))
    assert world.call.ended
    return fold(world.entries())


def ms(seconds: float) -> int:
    return round(seconds * 1000)


@thorough
@given(lives)
def test_the_pieces_follow_each_other_from_the_beginning_to_the_end(world: CallWorld) -> None:
    record = ended(world)
    line = line_of(world.entries())
    assert record.ended_at is not None
    assert all(piece.until is not None and piece.until > piece.since for piece in line)
    for before, after in itertools.pairwise(line):
        assert before.until == after.since and before.kind is not after.kind
    whole = (record.ended_at - record.arrived_at) // timedelta(milliseconds=1)
    assert sum(ms(getattr(record, f"{piece.value}_s")) for piece in Piece) == whole


@thorough
@given(lives)
def test_nothing_is_left_open_and_the_outcome_fits(world: CallWorld) -> None:
    record = ended(world)
    assert record.outcome is not Outcome.OPEN
    talked = e.ConsultAnswered if record.direction == "internal" else e.CallConnected
    assert (record.outcome is Outcome.ANSWERED) == bool(world.written(talked)) == (record.answered_at is not None)
    assert all(offer.outcome is not None for offer in record.offers)
    assert all(visit.left is not None for visit in record.queues)
    assert all(part.left_at is not None for part in record.agents)
    assert all(one.until is not None for one in (*record.monitors, *record.pauses))
    assert all(one.reached is not None for one in record.transfers)
    assert (record.recording_id is None) == (record.recorded_from is None)


@thorough
@given(lives)
def test_every_leg_of_the_call_has_one_beginning_and_one_end_within_it(world: CallWorld) -> None:
    record = ended(world)
    assert record.ended_at is not None
    named = [leg.leg for leg in record.legs]
    assert len(named) == len(set(named))
    for leg in record.legs:
        assert leg.ended_at is not None
        assert record.arrived_at <= leg.began_at <= (leg.answered_at or leg.began_at) <= leg.ended_at
        assert leg.ended_at <= record.ended_at
    assert set(named) <= {*world.rung, CALLER_LEG}
    assert {offer.agent_id for offer in record.offers} >= {
        leg.user_id for leg in record.legs if leg.party in {"agent", "colleague"} and leg.user_id is not None
    } - {one.user_id for one in record.monitors} - {part.agent_id for part in record.agents}


@thorough
@given(lives)
def test_while_an_agent_talks_or_holds_one_of_its_legs_is_up(world: CallWorld) -> None:
    record = ended(world)
    for part in record.agents:
        theirs = [leg for leg in record.legs if leg.user_id == part.agent_id and leg.answered_at is not None]
        assert any(
            leg.answered_at is not None and leg.answered_at <= part.answered_at <= (leg.ended_at or part.answered_at)
            for leg in theirs
        )


@thorough
@given(lives)
def test_the_outcome_is_one_of_those_that_are_written_down_for_its_kind_of_call(world: CallWorld) -> None:
    record = ended(world)
    placed = {Outcome.ANSWERED, Outcome.CANCELLED, Outcome.BUSY, Outcome.NO_ANSWER, Outcome.FAILED}
    of_a_customer = {
        Outcome.ANSWERED, Outcome.FORWARDED, Outcome.CALLBACK, Outcome.VOICEMAIL, Outcome.TURNED_AWAY,
        Outcome.ABANDONED, Outcome.ABANDONED_IN_MENU, Outcome.FAILED,
    }  # fmt: skip
    of_a_callback = {Outcome.ANSWERED, Outcome.CANCELLED, Outcome.NOT_REACHED, Outcome.EXPIRED, Outcome.FAILED}
    documented = {"inbound": of_a_customer, "outbound": placed, "internal": placed, "callback": of_a_callback}
    assert record.outcome in documented[record.direction]


@thorough
@given(lives)
def test_everybody_whom_the_desk_gave_to_the_call_has_its_part(world: CallWorld) -> None:
    """Who took the call has a part; who has a part took it (or listened, and took it over)."""
    record = ended(world)
    took = {world.given[offer_id] for offer_id in world.taken}
    assert {part.agent_id for part in record.agents} <= took | {one.user_id for one in record.monitors}
    answered = {offer.agent_id for offer in record.offers if offer.outcome == "answered"}
    assert answered <= took


@thorough
@given(lives)
def test_talk_and_hold_are_shared_out_among_the_agents(world: CallWorld) -> None:
    record = ended(world)
    if record.direction != "internal" and not world.written(e.ConsultAnswered):
        assert sum(ms(part.talk_s) for part in record.agents) == ms(record.talk_s)
        assert sum(ms(part.hold_s) for part in record.agents) == ms(record.hold_s)


@thorough
@given(lives)
def test_every_line_has_words_and_the_same_lines_give_the_same_bytes(world: CallWorld) -> None:
    entries = world.entries()
    silent = {"OfferLegLost", "ConsultLegLost"}  # told where it matters: test_timeline.py
    told = [moment for moment in timeline(entries, lambda user_id: "somebody") if moment.event not in silent]
    assert len(told) == len([entry for entry in entries if entry.type not in silent])
    again = [msgspec.json.decode(msgspec.json.encode(entry), type=Entry) for entry in entries]
    assert msgspec.json.encode(fold(again)) == msgspec.json.encode(fold(entries))


@thorough
@given(lives)
def test_the_board_shows_the_call_to_all_who_are_in_it_and_to_nobody_afterwards(world: CallWorld) -> None:
    board = Board()
    people: set[UserId] = set()
    for entry in world.entries():
        change = board.apply(entry)
        assert change is not None
        people |= set(change.agents)
    here = set(involved(world.call))
    assert here <= people
    assert {person for person in people if board.call_of(TENANT, person) is not None} == here
    assert (board.calls(TENANT) == []) == world.call.ended
