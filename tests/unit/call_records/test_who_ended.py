"""A leg that nobody hung up: what it is called, and that no customer is said to have abandoned its call."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.calls.contact_centre import TENANT, Centre, open_centre, phone
from tests.support.calls.world import BEGINNINGS, CALLER_LEG
from tests.support.clock import settle

from call24.asterisk.translate import signal_of
from call24.call_records.call_record import Outcome
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import CallState, EndedBy
from call24.kit.ids import TrunkId, UserId

ANN = UserId("usr_ann")


def destroyed(cause: int, status: int | None = None, state: str = "Ringing") -> dict[str, object]:
    channel = {"id": "leg_1", "state": state}
    event = {"type": "ChannelDestroyed", "timestamp": "2026-11-27T20:00:00.000+0000", "channel": channel}
    return {**event, "cause": cause, **({} if status is None else {"tech_cause": status})}


@pytest.mark.parametrize(
    ("cause", "status", "why"),
    [
        (16, None, None), (0, None, None), (127, 487, None), (17, 486, None),
        (18, 408, "unanswered"), (127, 406, "no_media"), (16, 406, None), (44, None, "silent"), (44, 503, None),
    ],
)  # fmt: skip
def test_what_asterisk_says_of_a_legs_end(cause: int, status: int | None, why: str | None) -> None:
    signal = signal_of(destroyed(cause, status))
    assert isinstance(signal, s.LegEnded)
    assert signal.why == why


def test_who_was_in_a_bridge_already_when_asterisk_saw_that_the_answer_has_no_sound() -> None:
    signal = signal_of(destroyed(16, 406, "Up"))
    assert isinstance(signal, s.LegEnded)
    assert signal.why == "no_media"


@pytest.mark.parametrize(
    ("state", "why", "after_s", "reason"),
    [
        (CallState.WAITING, "unanswered", 32, "never_acknowledged"),
        (CallState.WAITING, "unanswered", 122, "line_lost"),
        (CallState.CONNECTED, "unanswered", 400, "line_lost"),
        (CallState.CONNECTED, "silent", 400, "line_lost"),
        (CallState.CONNECTED, "minutes_used_up", 400, "minutes_used_up"),
    ],
)
def test_a_customers_leg_that_nobody_hung_up_is_ended_by_the_system(
    state: CallState, why: str, after_s: int, reason: str
) -> None:
    world = BEGINNINGS[state]()
    at = world.call.arrived_at + timedelta(seconds=after_s)
    world.send(s.LegEnded(at=at, leg=world.call.caller_leg or CALLER_LEG, cause=18, why=why))  # type: ignore[arg-type]
    [ended] = world.written(e.CallEnded)
    assert isinstance(ended, e.CallEnded)
    assert (ended.ended_by, ended.reason) == (EndedBy.SYSTEM, reason)


def test_an_agents_phone_whose_sound_stopped_did_not_hang_up() -> None:
    world = BEGINNINGS[CallState.CONNECTED]()
    assert world.call.agent_leg is not None
    world.send(s.LegEnded(at=world.now, leg=world.call.agent_leg, cause=44, why="silent"))
    [ended] = world.written(e.CallEnded)
    assert isinstance(ended, e.CallEnded)
    assert (ended.ended_by, ended.reason) == (EndedBy.SYSTEM, "phone_lost")


async def placed(centre: Centre) -> object:
    centre.plan.ways_out = (TrunkId("trk_1"),)
    await centre.requests.place(TENANT, ANN, number="+441632960001")
    await settle()
    if centre.network.ringing(phone(ANN)):
        await centre.answer(ANN)
    [call] = centre.engine.all_live()
    assert call.dial is not None
    centre.network.answer(call.dial.leg)
    await settle()
    return centre.engine.all_live()[0].caller_leg


async def test_the_called_customer_hangs_up() -> None:
    async with open_centre("ann") as centre:
        leg = await placed(centre)
        await centre.hang_up(leg)  # type: ignore[arg-type]
        [record] = centre.records()
        assert (record.outcome, record.ended_by, record.end_reason) == (Outcome.ANSWERED, "called", None)


async def test_when_the_days_minutes_are_over_the_system_ends_the_call() -> None:
    async with open_centre("ann") as centre:
        centre.fence.limit_s = 300
        await placed(centre)
        await centre.run(301)
        [record] = centre.records()
        assert (record.ended_by, record.end_reason) == ("system", "minutes_used_up")
