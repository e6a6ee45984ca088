"""The live board: a fold over the journal; old state + lines = the state made afresh."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.calls import told as t
from tests.support.calls.contact_centre import NUMBER, OTHER, OTHER_NUMBER, TENANT, Centre, open_centre
from tests.support.clock import settle
from tests.support.properties import thorough

from call24.agents import machine as agents
from call24.call_records.replay import call_event, involved, replay
from call24.call_records.segments import Piece
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import CallState, Wait
from call24.journal.model import Entry
from call24.kit.ids import CallId, QueueId, UserId
from call24.live.board import Board, BoardChange

ANN, BOB = UserId("usr_ann"), UserId("usr_bob")
QUEUE = QueueId(f"que_{TENANT}")


class Watched:
    """A contact centre with a board that reads along."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.board = Board()
        self.changes: list[BoardChange | None] = []
        centre.journal.subscribe(lambda entry: self.changes.append(self.board.apply(entry)))

    def afresh(self) -> Board:
        """As at a start: from the open calls and the sessions that the journal gives."""
        board = Board()
        by_call = self.centre.by_call()
        for call in self.centre.open_calls():
            board.restore_call(call, by_call[call.id])
        for session in self.centre.sessions():
            board.restore_session(session)
        for tenant_id in (TENANT, OTHER):
            theirs = (line.seq for line in self.centre.journal.lines if line.tenant_id == tenant_id)
            board.restore_seq(tenant_id, max(theirs, default=0))
        return board

    def compare(self) -> None:
        old, new = self.board, self.afresh()
        for tenant_id in (TENANT, OTHER):
            assert old.seq(tenant_id) == new.seq(tenant_id)
            assert {x.call.id: x for x in old.calls(tenant_id)} == {x.call.id: x for x in new.calls(tenant_id)}
            for member in (ANN, BOB):
                assert old.session(tenant_id, member) == new.session(tenant_id, member)
                assert old.call_of(tenant_id, member) == new.call_of(tenant_id, member)


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    async with open_centre("ann", "bob") as centre:
        yield Watched(centre)


async def test_old_state_and_new_lines_give_the_state_made_afresh_at_every_step(watched: Watched) -> None:
    centre = watched.centre
    centre.journal.subscribe(lambda entry: watched.compare())
    await centre.available(ANN, BOB)
    first, second = await centre.dial(), await centre.dial(caller="+447700900124")
    await centre.dial(caller="+447700900125")
    await centre.run(3)
    await centre.request(ANN, s.DeclineRequested)
    await centre.answer(BOB)
    await centre.run(6)
    await centre.answer(ANN)
    await centre.request(ANN, s.HoldRequested)
    await centre.run(5)
    await centre.request(ANN, s.ResumeRequested)
    await centre.hang_up(first)
    await centre.run(30)
    await centre.hang_up(second)
    await centre.run(60)
    assert len(watched.changes) > 25


async def test_the_queue_shows_who_waits_the_longest_waiting_first(watched: Watched) -> None:
    centre = watched.centre
    await centre.available(ANN)
    legs = []
    for number in range(3):
        legs.append(await centre.dial(caller=f"+44770090010{number}"))
        await centre.run(1)
    waiting = watched.board.waiting(TENANT, QUEUE)
    assert [live.call.caller_leg for live in waiting] == legs
    await centre.answer(ANN)
    assert [live.call.caller_leg for live in watched.board.waiting(TENANT, QUEUE)] == legs[1:]
    for leg in legs:
        await centre.hang_up(leg)
    assert watched.board.waiting(TENANT, QUEUE) == []
    assert watched.board.calls(TENANT) == []


async def test_an_offered_call_shows_why_this_agent_and_when_it_began_to_ring(watched: Watched) -> None:
    centre = watched.centre
    await centre.available(ANN, BOB)
    leg = await centre.dial()
    live = watched.board.call_of(TENANT, ANN)
    assert live is not None
    assert live.call.state is CallState.OFFERED
    assert [x.agent_id for x in live.candidates if x.chosen] == [ANN]
    offer_id = live.offer_of(ANN)
    assert offer_id is not None
    assert live.offered_at[offer_id] == centre.clock.now()
    assert watched.board.call_of(TENANT, BOB) is None
    await centre.hang_up(leg)
    assert watched.board.call_of(TENANT, ANN) is None


async def test_the_line_grows_with_the_call(watched: Watched) -> None:
    centre = watched.centre
    await centre.available(ANN)
    leg = await centre.dial()
    await centre.run(4)
    await centre.answer(ANN)
    await centre.run(9)
    await centre.request(ANN, s.HoldRequested)
    live = watched.board.call_of(TENANT, ANN)
    assert live is not None
    assert [(piece.kind, piece.until is None) for piece in live.line] == [
        (Piece.RING, False),
        (Piece.TALK, False),
        (Piece.HOLD, True),
    ]
    await centre.hang_up(leg)


async def test_a_change_names_what_it_touched_and_nothing_else(watched: Watched) -> None:
    centre = watched.centre
    await centre.available(ANN)
    leg = await centre.dial()
    await centre.hang_up(leg)
    for entry, change in zip(centre.journal.lines, watched.changes, strict=True):
        assert change is not None
        assert (change.tenant_id, change.seq) == (entry.tenant_id, entry.seq)
        assert (change.call is not None) == (call_event(entry) is not None)
        assert (change.ended is not None) == (entry.type == "CallEnded")
        if entry.agent_id is not None:
            assert change.agents == (ANN,)


async def test_lines_that_show_nowhere_change_nothing(watched: Watched) -> None:
    centre = watched.centre
    leg = await centre.dial()
    entry = centre.journal.lines[-1]
    before = watched.board.calls(TENANT)
    for strange in ({"type": "RecordingStored"}, {"type": "CallHeld", "call_id": "call_unknown"}):
        assert watched.board.apply(_changed(entry, strange)) is None
    assert watched.board.calls(TENANT) == before
    await centre.hang_up(leg)


def _changed(entry: Entry, fields: dict[str, str]) -> Entry:
    body = {**entry.body, "type": fields["type"], "agent_id": ANN}
    return Entry(**{**{name: getattr(entry, name) for name in entry.__struct_fields__}, **fields, "body": body})


async def test_one_organisation_sees_nothing_of_another(watched: Watched) -> None:
    centre = watched.centre
    (ann_b,) = centre.organisation(OTHER, OTHER_NUMBER, "ann_b")
    await centre.available(ANN)
    await centre.available(ann_b, tenant_id=OTHER)
    ours, theirs = await centre.dial(NUMBER), await centre.dial(OTHER_NUMBER)
    board = watched.board
    assert [live.call.caller_leg for live in board.calls(TENANT)] == [ours]
    assert [live.call.caller_leg for live in board.calls(OTHER)] == [theirs]
    (call,) = board.calls(OTHER)
    assert board.call(TENANT, call.call.id) is None
    assert board.session(TENANT, ann_b) is None
    assert board.call_of(TENANT, ann_b) is None
    assert board.waiting(TENANT, call.call.queue_id) == []
    for leg in (ours, theirs):
        await centre.hang_up(leg)


async def test_an_agents_day_is_its_states_one_after_the_other(watched: Watched) -> None:
    centre = watched.centre
    start = centre.clock.now()
    watched.board.restore_day(ANN, [])
    await centre.available(ANN)
    await centre.run(9)
    leg = await centre.dial()
    await centre.run(5)
    await centre.answer(ANN)
    await centre.run(15)
    await centre.hang_up(leg)
    await centre.run(4)
    await centre.engine.wish(TENANT, ANN, agents.PauseWished(at=centre.clock.now(), reason="lunch"))
    await settle()
    day = watched.board.day(ANN)
    assert day is not None
    seconds = [0, 10, 15, 30, 34]
    assert [(part.state.value, (part.since - start).total_seconds()) for part in day] == list(
        zip(("available", "offered", "on_call", "wrap_up", "paused"), seconds, strict=True)
    )
    assert [part.until for part in day] == [*(start + timedelta(seconds=x) for x in seconds[1:]), None]
    again = Board()
    again.restore_day(ANN, [entry for entry in centre.journal.lines if entry.agent_id == ANN])
    assert again.day(ANN) == day
    assert watched.board.day(BOB) is None


async def test_what_no_day_shows_any_more_does_not_pile_up(watched: Watched) -> None:
    centre = watched.centre
    watched.board.restore_day(ANN, [])
    for _ in range(20):
        await centre.available(ANN)
        await centre.run(12 * 3600)
        await centre.engine.wish(TENANT, ANN, agents.PauseWished(at=centre.clock.now(), reason="lunch"))
        await settle()
        await centre.run(12 * 3600)
    assert len(watched.board.day(ANN) or []) <= 6


# --- calls with several people in them, told by their events ---


def told_board(*calls: t.Told) -> tuple[Board, list[BoardChange]]:
    """A board that read the lines of these calls, in the order of their times; the changes of the last one."""
    board, changes = Board(), []
    lines = sorted((entry for call in calls for entry in call.entries), key=lambda entry: entry.at)
    for entry in lines:
        change = board.apply(entry)
        if change is not None and entry.call_id == calls[-1].id:
            changes.append(change)
    return board, changes


@thorough
@given(t.told_calls(), st.integers(1, 60))
def test_any_call_restored_half_way_is_the_call_that_was_followed(told: t.Told, cut: int) -> None:
    followed, restored = Board(), Board()
    half = told.entries[:cut]
    call = replay(half)
    assert call is not None
    if not call.ended:
        restored.restore_call(call, half)
    for number, entry in enumerate(told.entries):
        followed.apply(entry)
        if number >= cut:
            restored.apply(entry)
    assert {x.call.id: x for x in followed.calls(t.TENANT)} == {x.call.id: x for x in restored.calls(t.TENANT)}
    for person in (*t.AGENTS, t.SUE):
        assert followed.call_of(t.TENANT, person) == restored.call_of(t.TENANT, person)


@thorough
@given(t.told_calls())
def test_everybody_who_has_to_do_with_a_call_finds_it_and_nobody_else(told: t.Told) -> None:
    board, changes = told_board(told)
    people = involved(told.told)
    for person in (*t.AGENTS, t.SUE):
        live = board.call_of(t.TENANT, person)
        assert (live is not None) == (person in people)
        if live is not None:
            assert live.offer_of(person) is not None
    told_about = {person for change in changes for person in change.agents}
    assert set(people) <= told_about


def test_agent_colleague_and_listener_each_hear_of_the_call_also_when_they_are_out_of_it() -> None:
    told = t.Told().talks().after(1).monitored_by().after(1).consults()
    board, changes = told_board(told)
    assert set(changes[-1].agents) == {t.ANN, t.BOB, t.SUE}
    told.colleague_answers().completes()
    change = [board.apply(entry) for entry in told.entries[-2:]][-1]
    assert change is not None and set(change.agents) == {t.ANN, t.BOB, t.SUE}
    live = board.call_of(t.TENANT, t.BOB)
    assert live is not None and live.call.agent_id == t.BOB
    assert board.call_of(t.TENANT, t.ANN) is None and board.call_of(t.TENANT, t.SUE) is None


def test_a_queue_has_callers_and_call_backs_in_the_order_in_which_they_are_served() -> None:
    first = t.Told(CallId("call_1")).arrives().joins()
    back = t.Told(CallId("call_2"), at_s=30).promised()  # its place is of a minute ago
    urgent = t.Told(CallId("call_3"), at_s=60).arrives()
    urgent.say(e.CallQueued(queue_id=t.HELP, queue=t.rules(), wait=Wait(since=urgent.now), priority=5))
    direct = t.Told(CallId("call_4"), at_s=61).arrives().joins().waits_for(t.BOB)
    placed = t.Told(CallId("call_5"), at_s=62).placed(queue=t.HELP)
    board, _ = told_board(first, back, urgent, direct, placed)
    assert [live.call.id for live in board.waiting(t.TENANT, t.HELP)] == ["call_3", "call_2", "call_1"]


def test_a_call_that_changes_its_queue_touches_both() -> None:
    told = t.Told().talks().say(e.CallTransferred(agent_id=t.ANN, queue_id=t.SALES)).joins(t.SALES)
    _, changes = told_board(told)
    assert changes[-1].queues == (t.HELP, t.SALES)


def test_a_paused_recording_says_since_when_and_a_transfer_by_whom() -> None:
    told = t.Told().talks(recording_id=t.RECORDING).after(5).say(e.RecordingPaused(agent_id=t.ANN))
    live = told_board(told)[0].call(t.TENANT, told.id)
    assert live is not None and live.paused_at == told.now
    told.after(1).say(e.RecordingResumed(agent_id=None)).passed_to(t.BOB)
    live = told_board(told)[0].call(t.TENANT, told.id)
    assert live is not None and live.paused_at is None and live.passed_by == t.ANN
