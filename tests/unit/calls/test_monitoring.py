"""Supervision of a call, move by move: listen, whisper, barge, changed, ended, taken over."""

from __future__ import annotations

import pytest
from tests.support.calls.network import Follower, followed
from tests.support.calls.world import ANN, BOB, CALLER_LEG, SUPERVISOR, CallWorld, internal_call

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import CallState
from call24.kit.ids import LegId


def monitored(mode: str = "listen", world: CallWorld | None = None) -> tuple[CallWorld, LegId]:
    """The world, and the supervisor's leg, which is up."""
    world = world or CallWorld().talk()
    world.after(5).monitor(mode)
    leg = world.call.monitors[0].legs[0].leg
    world.answers(leg)
    return world, leg


def hears(follower: Follower, leg: LegId) -> set[LegId]:
    return follower.network.talking(leg)


def test_the_supervisors_own_phone_answers_by_itself_and_nobody_else_notices() -> None:
    world, leg = monitored()
    ring = world.commands(c.RingAgent)[-1]
    assert (ring.auto_answer, ring.purpose) == (True, "monitor")  # type: ignore[union-attr]
    follower = followed(world)
    assert hears(follower, leg) == {world.call.agent_leg, CALLER_LEG}
    assert leg not in hears(follower, CALLER_LEG)
    assert leg not in hears(follower, world.call.agent_leg)  # type: ignore[arg-type]


def test_a_whisper_is_heard_by_the_agent_and_not_by_the_customer() -> None:
    world, leg = monitored("whisper")
    follower = followed(world)
    assert leg in hears(follower, world.call.agent_leg)  # type: ignore[arg-type]
    assert leg not in hears(follower, CALLER_LEG)


def test_who_barges_in_is_heard_by_both() -> None:
    world, leg = monitored("barge")
    follower = followed(world)
    assert leg in hears(follower, CALLER_LEG)
    assert follower.near(leg) == {CALLER_LEG, world.call.agent_leg}


@pytest.mark.parametrize("before", ["listen", "whisper", "barge"])
@pytest.mark.parametrize("after", ["listen", "whisper", "barge"])
def test_the_mode_can_be_changed_under_way_without_ringing_again(before: str, after: str) -> None:
    world, leg = monitored(before)
    rung = len(world.commands(c.RingAgent))
    world.monitor(after)
    assert len(world.commands(c.RingAgent)) == rung
    assert len(world.written(e.MonitorModeChanged)) == (before != after)
    assert (leg in hears(followed(world), CALLER_LEG)) == (after == "barge")


def test_a_mode_that_is_changed_before_the_supervisors_phone_is_up_holds_when_it_is() -> None:
    world = CallWorld().talk()
    world.monitor("listen")
    world.monitor("barge")
    leg = world.call.monitors[0].legs[0].leg
    world.answers(leg)
    assert leg in hears(followed(world), CALLER_LEG)


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
def test_who_stops_listening_is_out_and_the_call_goes_on(mode: str) -> None:
    world, leg = monitored(mode)
    world.send(s.MonitorEndRequested(at=world.now, user_id=SUPERVISOR))
    follower = followed(world)
    assert leg not in follower.network.lines
    assert follower.near(CALLER_LEG) == {world.call.agent_leg}


@pytest.mark.parametrize("mode", ["listen", "barge"])
def test_the_supervisors_hang_up_ends_only_its_listening(mode: str) -> None:
    world, leg = monitored(mode)
    world.ends(leg)
    assert (world.call.state, world.call.monitors) == (CallState.CONNECTED, ())
    followed(world)


def test_a_supervisors_phone_that_is_not_there_ends_the_wish() -> None:
    world = CallWorld().talk()
    world.monitor()
    world.ends(world.call.monitors[0].legs[0].leg, 20)
    assert world.call.monitors == ()


def test_on_hold_and_in_a_consultation_the_agent_is_heard_and_not_the_customer() -> None:
    for state in (CallWorld().hold(), CallWorld().together()):
        world, leg = monitored(world=state)
        heard = hears(followed(world), leg)
        assert world.call.agent_leg in heard
        assert CALLER_LEG not in heard


def test_who_barged_in_stays_with_the_agent_when_the_customer_is_put_on_hold() -> None:
    world, leg = monitored("barge")
    world.ask(s.HoldRequested)
    follower = followed(world)
    assert follower.near(leg) == {world.call.agent_leg}
    world.ask(s.ResumeRequested)
    assert CALLER_LEG in followed(world).near(leg)


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
def test_a_call_that_is_handed_on_is_not_listened_to_any_more(mode: str) -> None:
    for to in (s.TransferRequested, s.CompleteRequested):
        world, leg = monitored(mode, CallWorld().talk() if to is s.TransferRequested else CallWorld().together())
        world.ask(to, **({"to": s.TransferTarget(agent_id=BOB)} if to is s.TransferRequested else {}))
        assert world.call.monitors == ()
        assert leg not in followed(world).network.lines
        assert world.written(e.MonitorStopped) == [e.MonitorStopped(user_id=SUPERVISOR)]


def test_listening_goes_on_when_the_agents_phone_is_exchanged() -> None:
    world, leg = monitored("whisper")
    world.reattach()
    new = world.call.reattach.leg  # type: ignore[union-attr]
    world.answers(new)
    assert hears(followed(world), leg) == {new, CALLER_LEG}


def test_after_a_restart_that_came_before_the_listening_was_set_up_it_is_set_up() -> None:
    """The supervisor heard nothing."""
    world, _ = monitored()
    step = world.recover()
    assert [x.leg for x in step.commands if isinstance(x, c.SnoopLeg)] == [world.call.agent_leg]


def test_two_supervisors_hear_a_call_without_each_other() -> None:
    world, first = monitored()
    chosen = world.chosen(BOB, given=False)
    world.send(s.MonitorRequested(at=world.now, user_id=BOB, mode="listen", reason="quality", chosen=chosen))
    second = chosen.legs[0].leg
    world.answers(second)
    follower = followed(world)
    assert second not in hears(follower, first) and first not in hears(follower, second)


def test_a_call_between_colleagues_can_be_heard() -> None:
    world = internal_call()
    world.reserve(BOB)
    world.answers(world.consult_party_legs[0])
    world, leg = monitored(world=world)
    assert world.call.consult_party is not None
    assert hears(followed(world), leg) == {world.call.agent_leg, world.call.consult_party.leg}


# --- taking over ---


def take_over(world: CallWorld) -> None:
    world.send(s.TakeOverRequested(at=world.now, user_id=SUPERVISOR, reason="complaint"))


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
@pytest.mark.parametrize("on_hold", [True, False])
def test_who_takes_over_talks_to_the_customer_and_the_agent_has_its_wrap_up(mode: str, on_hold: bool) -> None:
    world, leg = monitored(mode, CallWorld().hold() if on_hold else None)
    old = world.call.agent_leg
    take_over(world)
    assert (world.call.state, world.call.agent_id) == (CallState.CONNECTED, SUPERVISOR)
    follower = followed(world)
    assert follower.near(CALLER_LEG) == {leg}
    assert old not in follower.network.lines
    assert world.released == [("off_1", "talked")]
    [taken] = [x for x in world.commands(c.AgentTaken) if x.agent_id == SUPERVISOR]  # type: ignore[union-attr]
    assert taken.own  # type: ignore[union-attr]


def test_who_takes_over_is_not_muted_although_the_agent_was() -> None:
    world, leg = monitored()
    world.ask(s.MuteRequested, on=True)
    take_over(world)
    assert not world.call.muted
    assert not followed(world).line(leg).muted


def test_the_agents_new_phone_that_is_on_its_way_is_hung_up_by_a_take_over() -> None:
    world, _ = monitored()
    world.reattach()
    new = world.call.reattach.leg  # type: ignore[union-attr]
    take_over(world)
    assert new in world.hung_up
    followed(world)


def test_nobody_takes_over_whose_phone_is_not_up_yet_or_who_does_not_listen_at_all() -> None:
    world = CallWorld().talk()
    take_over(world)
    assert world.call.agent_id == ANN
    world.monitor()
    take_over(world)
    assert world.call.agent_id == ANN


def test_a_take_over_crosses_with_the_customers_hang_up() -> None:
    world, leg = monitored()
    world.caller_leaves()
    take_over(world)
    assert leg in world.hung_up
    assert len(world.commands(c.AgentTaken)) == 1
