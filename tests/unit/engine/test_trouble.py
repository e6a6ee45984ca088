"""Trouble stays where it is: one broken command, call, room or journal does not hurt the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.support.calls.contact_centre import TENANT, Centre, open_centre, phone
from tests.support.clock import settle

from call24.agents import machine as agents
from call24.calls import commands as c
from call24.calls import signals as s
from call24.calls.model import CallState
from call24.engine.call_task import CallTask
from call24.kit.errors import Unavailable
from call24.kit.ids import LegId, UserId, new_id

ANN, BOB = UserId("usr_ann"), UserId("usr_bob")


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    async with open_centre("ann", "bob") as centre:
        yield centre


async def test_an_exception_in_one_call_does_not_hurt_the_others(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    await centre.available(ANN, BOB)
    first, second = await centre.dial(), await centre.dial(caller="+447700900124")
    broken = centre.call(first).id
    take = CallTask.take

    async def failing(task: CallTask, signal: s.Signal) -> None:
        if task.call.id == broken and isinstance(signal, s.LegAnswered):
            raise RuntimeError("a bug")
        await take(task, signal)

    monkeypatch.setattr(CallTask, "take", failing)
    await centre.answer(ANN)
    await centre.answer(BOB)
    assert centre.call(second).state is CallState.CONNECTED
    await centre.hang_up(second)
    await centre.hang_up(first)
    assert centre.record(first).ended_at is not None
    assert centre.network.lines == {}
    assert centre.states(ANN, BOB) == ["available", "wrap_up"]


@pytest.mark.parametrize("command", [c.HangUpLeg, c.StopMusic, c.RecordLeg, c.ConnectLegs, c.DropBridge, c.RingAgent])
async def test_a_command_that_fails_does_not_keep_an_agent(centre: Centre, command: type[c.Command]) -> None:
    await centre.available(ANN)
    centre.network.broken.add(command)
    caller = await centre.dial()
    if leg := centre.network.ringing(phone(ANN)):
        centre.network.answer(leg)
        await centre.run(5)
    centre.network.hang_up(caller)
    await centre.run(11)
    assert centre.states(ANN) == ["available"]
    assert centre.record(caller).ended_at is not None


async def test_a_caller_whom_a_bug_keeps_out_is_not_left_in_silence(centre: Centre) -> None:
    centre.callers.broken = True
    first = await centre.dial()
    assert first not in centre.network.lines
    centre.callers.broken = False
    await centre.available(ANN)
    second = await centre.dial()
    assert centre.call(second).state is CallState.OFFERED
    await centre.hang_up(second)


async def test_not_even_a_refusal_that_fails_stops_the_engine(centre: Centre) -> None:
    centre.network.broken.add(c.HangUpLeg)
    await centre.dial("+15550000")
    centre.network.broken.clear()
    await centre.available(ANN)
    caller = await centre.dial()
    assert centre.ringing(ANN) == [ANN]
    await centre.hang_up(caller)


async def test_without_any_journal_callers_are_still_answered(centre: Centre) -> None:
    await centre.available(ANN)
    centre.journal.away = True
    caller = await centre.dial()
    agent_leg = await centre.answer(ANN)
    assert centre.network.talking(caller) == {agent_leg}
    assert centre.states(ANN) == ["on_call"]
    await centre.hang_up(caller)
    assert centre.network.lines == {}
    await centre.run(10)
    assert centre.states(ANN) == ["available"]
    centre.journal.away = False
    again = await centre.dial()
    assert centre.call(again).state is CallState.OFFERED
    await centre.hang_up(again)


async def test_a_wish_that_could_not_be_written_down_is_refused_and_changes_nothing(centre: Centre) -> None:
    await centre.available(ANN)
    centre.journal.away = True
    with pytest.raises(Unavailable):
        await centre.engine.wish(TENANT, ANN, agents.PauseWished(at=centre.clock.now(), reason="lunch"))
    assert centre.states(ANN) == ["available"]
    centre.journal.away = False
    session = await centre.engine.wish(TENANT, ANN, agents.PauseWished(at=centre.clock.now(), reason="lunch"))
    assert session.state == "paused"


async def test_a_caller_who_waits_is_served_although_somebody_elses_wish_failed_in_the_same_instant(
    centre: Centre,
) -> None:
    await centre.available(ANN)
    desk = centre.engine.desk(TENANT)
    caller = centre.network.dial()

    def break_once(entry: object) -> None:
        if centre.journal.lines[-1].type == "CallQueued":
            centre.journal.away = True
            wish = asyncio.ensure_future(desk.ask(BOB, agents.AvailableWished(at=centre.clock.now())))
            wish.add_done_callback(lambda done: done.exception())
            wish.add_done_callback(lambda done: setattr(centre.journal, "away", False))

    centre.journal.subscribe(break_once)
    await settle()
    assert centre.ringing(ANN) == [ANN]
    await centre.hang_up(caller)


async def test_an_answer_of_a_line_that_no_call_knows_is_hung_up(centre: Centre) -> None:
    stray = LegId(new_id("leg"))
    centre.engine.on_network(s.LegAnswered(at=centre.clock.now(), leg=stray))
    await settle()
    assert centre.network.done[-1] == c.HangUpLeg(leg=stray)


async def test_a_phone_that_answers_long_after_the_call_ended_is_hung_up(centre: Centre) -> None:
    await centre.available(ANN)
    caller = await centre.dial()
    leg = centre.network.ringing(phone(ANN))
    assert leg is not None
    await centre.hang_up(caller)
    for seconds in (1, 300):  # while the call is remembered, and after it was forgotten
        await centre.run(seconds)
        before = len(centre.network.done)
        centre.engine.on_network(s.LegAnswered(at=centre.clock.now(), leg=leg))
        await settle()
        assert [command.leg for command in centre.network.done[before:]] == [leg]  # type: ignore[union-attr]


async def test_late_signals_of_an_ended_call_are_dealt_with_one_after_the_other(centre: Centre) -> None:
    await centre.available(ANN)
    caller = await centre.dial()
    leg = centre.network.ringing(phone(ANN))
    assert leg is not None
    await centre.hang_up(caller)
    centre.network.slow[c.HangUpLeg] = gate = asyncio.Event()
    before = len(centre.network.done)
    for _ in range(3):
        centre.engine.on_network(s.LegAnswered(at=centre.clock.now(), leg=leg))
    await settle()
    assert len(centre.network.done) == before + 1
    gate.set()
    await settle()
    assert len(centre.network.done) == before + 3


async def test_a_slow_network_in_one_call_does_not_hold_up_another(centre: Centre) -> None:
    await centre.available(ANN, BOB)
    first = await centre.dial()
    centre.network.slow[c.ConnectLegs] = gate = asyncio.Event()
    await centre.answer(ANN)
    del centre.network.slow[c.ConnectLegs]
    second = await centre.dial(caller="+447700900124")
    agent_leg = await centre.answer(BOB)
    assert centre.network.talking(second) == {agent_leg}
    gate.set()
    for caller in (first, second):
        await centre.hang_up(caller)
