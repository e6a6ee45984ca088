"""An agent whose phones do not ring is called on its mobile number: each transition, and the races, by name."""

from __future__ import annotations

import pytest
from tests.support.calls.network import followed
from tests.support.calls.world import ANN, BOB, CALLER_LEG, QUEUE, TENANT, TRUNKS, CallWorld, promised

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.evolution import begin, evolve
from call24.calls.model import MOBILE, CallState
from call24.calls.step import ELSEWHERE, ask_id
from call24.calls.timers import mobile_timer

BOTH = pytest.mark.parametrize("devices", [0, 1])


def reason(world: CallWorld) -> str:
    [event] = world.written(e.OfferMobileDeclined)
    assert isinstance(event, e.OfferMobileDeclined)
    return event.reason


def hung_up(world: CallWorld) -> set[str]:
    return set(world.hung_up)


# --- when it is dialled ---


def test_it_is_dialled_six_seconds_after_an_offer_that_no_phone_rings_for() -> None:
    world = CallWorld().wait()
    world.choose(ANN, mobile=True)
    timer = mobile_timer(world.running.offer_id)
    assert world.timers[timer] == 6
    step = world.after(6).timer_fires(timer)
    [dial] = [command for command in step.commands if isinstance(command, c.DialOutside)]
    assert (dial.user_id, dial.mobile, dial.contact_id, dial.shown_id) == (ANN, True, None, "num_1")
    assert [type(event) for event in step.events] == [e.OfferMobileDialled]
    assert len(world.running.legs) == 1, "the phone that says nothing may ring yet"
    followed(world)


def test_a_phone_that_rings_keeps_the_mobile_number_silent() -> None:
    world = CallWorld().wait()
    world.choose(ANN, mobile=True)
    timer = mobile_timer(world.running.offer_id)
    world.after(2).rings(world.offer_legs[0])
    assert timer not in world.timers
    assert world.after(5).timer_fires(timer).ignored
    assert world.written(e.OfferMobileDialled) == []
    followed(world)


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_an_offer_without_any_phone_waits_for_the_mobile_number(lost: int) -> None:
    world = CallWorld().wait()
    world.choose(ANN, devices=lost, mobile=True)
    for leg in list(world.offer_legs):
        world.ends(leg, cause=20)
    assert (world.call.state, world.released) == (CallState.OFFERED, [])
    world.after(6).timer_fires(mobile_timer(world.running.offer_id))
    assert world.mobile in world.rung
    followed(world)


def test_an_agent_who_has_none_is_unreachable_as_before() -> None:
    world = CallWorld().wait()
    world.choose(ANN, devices=0)
    assert world.released == [("off_1", "unreachable")]


def test_a_phone_that_registers_meanwhile_rings_too() -> None:
    world = CallWorld().dial_mobile(devices=0)
    legs = world.chosen(ANN, 1, given=False).legs
    world.send(s.PhoneRegistered(at=world.now, agent_id=ANN, legs=legs))
    assert world.offer_legs == [legs[0].leg] and legs[0].leg in world.rung
    mobile = world.mobile
    world.answers(legs[0].leg)
    assert (world.call.agent_leg, hung_up(world)) == (legs[0].leg, {mobile})
    followed(world)


def test_who_declined_in_the_app_is_not_dialled() -> None:
    world = CallWorld().wait()
    world.choose(ANN, mobile=True)
    timer = mobile_timer(world.running.offer_id)
    world.after(3).send(s.DeclineRequested(at=world.now, agent_id=ANN))
    assert world.after(3).timer_fires(timer).ignored
    assert (world.written(e.OfferMobileDialled), world.released) == ([], [("off_1", "declined")])


def test_without_a_trunk_the_offer_ends_and_says_why() -> None:
    world = CallWorld()
    world.wait().choose(ANN, devices=0, mobile=True)
    world.plan.ways_out = ()
    world.after(6).timer_fires(mobile_timer(world.running.offer_id))
    assert (reason(world), world.released) == ("no_trunk", [("off_1", "unreachable")])


def test_a_trunk_with_trouble_is_followed_by_the_next_one() -> None:
    world = CallWorld().dial_mobile(devices=0)
    first = world.mobile
    world.ends(first, cause=38)
    dials = [dial for dial in world.commands(c.DialOutside) if isinstance(dial, c.DialOutside)]
    assert [(dial.trunk_id, dial.further) for dial in dials] == [(TRUNKS[0], False), (TRUNKS[1], True)]
    assert world.mobile != first
    world.ends(world.mobile, cause=38)
    assert (reason(world), world.released) == ("no_trunk", [("off_1", "unreachable")])


# --- the key ---


def test_who_answers_is_asked_and_has_the_call_only_with_the_key() -> None:
    world = CallWorld().dial_mobile()
    step = world.after(4).answers(world.mobile)
    assert c.AskForKey(leg=world.mobile, tenant_id=TENANT, playback_id=ask_id(world.mobile)) in step.commands
    assert not [command for command in step.commands if isinstance(command, c.ConnectLegs)]
    assert world.call.state is CallState.OFFERED and world.taken == []
    leg, phone = world.mobile, world.offer_legs[0]
    world.after(5).press_mobile("1")
    assert (world.call.state, world.call.agent_leg, world.call.device_id) == (CallState.CONNECTED, leg, MOBILE)
    assert world.hung_up[phone] == len(world.steps) and world.taken == ["off_1"]
    assert {type(event) for _, event in world.lines} >= {
        e.OfferMobileDialled,
        e.OfferMobileAnswered,
        e.OfferMobileAccepted,
    }
    followed(world)


@BOTH
def test_a_mailbox_presses_nothing_and_never_has_the_call(devices: int) -> None:
    world = CallWorld().mobile_answers(devices)
    leg, timer = world.mobile, mobile_timer(world.running.offer_id)
    assert world.timers[timer] == 20
    world.after(9).send(s.SoundEnded(at=world.now, leg=leg, playback_id=ask_id(leg)))
    assert world.timers[timer] == 8
    world.after(8).timer_fires(timer)
    assert (reason(world), leg in world.hung_up, world.call.connected_at) == ("no_key", True, None)
    assert world.released == ([("off_1", "ring_no_answer")] if devices == 0 else []), "a phone may ring yet"
    assert world.press_mobile("1", leg).ignored
    followed(world)


def test_words_that_never_end_do_not_hold_the_caller_for_ever() -> None:
    world = CallWorld().mobile_answers(devices=0)
    world.after(20).timer_fires(mobile_timer(world.running.offer_id))
    assert (reason(world), world.call.state) == ("no_key", CallState.WAITING)


@BOTH
def test_another_key_declines_for_all_phones_of_the_agent(devices: int) -> None:
    world = CallWorld().mobile_answers(devices)
    leg = world.mobile
    world.press_mobile("2")
    assert (reason(world), world.released, leg in world.hung_up) == ("other_key", [("off_1", "declined")], True)
    assert world.in_queue
    followed(world)


@BOTH
def test_hanging_up_without_the_key_leaves_the_other_phones_ringing(devices: int) -> None:
    world = CallWorld().mobile_answers(devices)
    world.ends(world.mobile)
    assert (reason(world), world.released) == ("hung_up", [("off_1", "ring_no_answer")] if devices == 0 else [])
    if devices:
        assert world.timers[world.offer_timer] == 20, "its own time, from now"
    followed(world)


@pytest.mark.parametrize(
    ("cause", "why", "outcome"),
    [
        (17, "busy", "ring_no_answer"),
        (21, "declined", "ring_no_answer"),
        (19, "no_answer", "ring_no_answer"),
        (1, "no_such_number", "unreachable"),
        (50, "no_line_free", "unreachable"),
        (0, "failed", "unreachable"),
    ],
)
def test_what_became_of_a_number_that_nobody_answered_is_written_down(cause: int, why: str, outcome: str) -> None:
    world = CallWorld().dial_mobile(devices=0)
    world.ends(world.mobile, cause=cause)
    assert (reason(world), world.released) == (why, [("off_1", outcome)])
    assert len(world.written(e.OfferMobileDialled)) == 1
    followed(world)


def test_a_limit_that_refuses_is_named_and_the_offer_goes_on_at_the_phones() -> None:
    world = CallWorld().dial_mobile()
    world.send(s.LegEnded(at=world.now, leg=world.mobile, cause=57, denied="premium_denied"))
    assert (reason(world), world.released, len(world.offer_legs)) == ("premium_denied", [], 1)
    world.answers(world.offer_legs[0])
    assert world.call.state is CallState.CONNECTED
    followed(world)


def test_further_trunks_share_one_ring_time() -> None:
    world = CallWorld().dial_mobile(devices=0)
    timer = mobile_timer(world.running.offer_id)
    world.timers[timer] = -1
    world.after(20).ends(world.mobile, cause=38)
    assert len(world.written(e.OfferMobileDialled)) == 2 and world.timers[timer] == -1, "not begun anew"
    followed(world)


@pytest.mark.parametrize(("waits_s", "ring_s"), [(20, 12), (13, 5), (600, 25)])
def test_it_rings_no_longer_than_the_caller_waits(waits_s: int, ring_s: int) -> None:
    world = CallWorld(max_wait_s=waits_s).dial_mobile(devices=0)
    [dial] = world.commands(c.DialOutside)
    assert isinstance(dial, c.DialOutside) and dial.ring_s == ring_s
    assert world.timers[mobile_timer(world.running.offer_id)] == ring_s + 5


def test_it_is_not_dialled_when_the_callers_time_is_nearly_over() -> None:
    world = CallWorld(max_wait_s=12).dial_mobile(devices=0)
    assert (reason(world), world.released) == ("max_wait", [("off_1", "withdrawn")])
    assert world.commands(c.DialOutside) == []
    followed(world)


def test_a_number_that_nobody_answers_in_time_is_hung_up() -> None:
    world = CallWorld().dial_mobile(devices=0)
    leg, timer = world.mobile, mobile_timer(world.running.offer_id)
    assert world.timers[timer] == 30
    world.after(30).timer_fires(timer)
    assert (reason(world), leg in world.hung_up, world.released) == ("no_answer", True, [("off_1", "ring_no_answer")])
    followed(world)


def test_a_key_before_the_answer_means_nothing() -> None:
    world = CallWorld().dial_mobile()
    assert world.press_mobile("1").ignored


# --- races ---


def test_the_phone_answers_just_before_the_key() -> None:
    world = CallWorld().mobile_answers()
    leg, phone = world.mobile, world.offer_legs[0]
    connected = world.answers(phone)
    assert c.HangUpLeg(leg=leg, cause=ELSEWHERE) in connected.commands
    assert world.press_mobile("1", leg).ignored
    assert world.call.agent_leg == phone
    assert world.ends(leg).ignored
    followed(world)


def test_the_key_just_before_the_phone_answers() -> None:
    world = CallWorld().mobile_answers()
    leg, phone = world.mobile, world.offer_legs[0]
    world.press_mobile("1")
    assert world.answers(phone).commands == (c.HangUpLeg(leg=phone, cause=ELSEWHERE),)
    assert world.call.agent_leg == leg
    followed(world)


def test_phone_and_mobile_number_answer_at_once() -> None:
    world = CallWorld().dial_mobile()
    leg, phone = world.mobile, world.offer_legs[0]
    world.answers(phone)
    assert world.answers(leg).commands == (c.HangUpLeg(leg=leg, cause=ELSEWHERE),)
    followed(world)


@pytest.mark.parametrize("answered", [False, True])
def test_the_caller_is_gone_just_before_the_key(answered: bool) -> None:
    world = CallWorld().dial_mobile()
    leg = world.mobile
    if answered:
        world.answers(leg)
    world.caller_leaves()
    assert leg in world.hung_up and world.call.ended
    assert world.press_mobile("1", leg).ignored
    assert world.released == [("off_1", "withdrawn")]
    followed(world)


def test_of_two_agents_the_one_who_answers_ends_the_others_mobile_call() -> None:
    world = CallWorld().wait()
    world.choose(ANN, BOB, mobile=True)
    for offer in world.call.offers:
        world.timer_fires(mobile_timer(offer.offer_id))
    anns, bobs = (offer.mobile.leg for offer in world.call.offers if offer.mobile is not None)
    assert anns != bobs
    world.answers(bobs)
    world.press_mobile("1", bobs)
    assert (world.call.agent_id, anns in world.hung_up) == (BOB, True)
    assert world.answers(anns).commands == (c.HangUpLeg(leg=anns, cause=ELSEWHERE),)
    followed(world)


def test_a_decline_in_the_app_hangs_up_the_mobile_call() -> None:
    world = CallWorld().mobile_answers()
    leg = world.mobile
    world.send(s.DeclineRequested(at=world.now, agent_id=ANN))
    assert leg in world.hung_up and world.released == [("off_1", "declined")]
    followed(world)


# --- the conversation ---


def test_the_agent_on_the_mobile_number_is_like_on_any_phone() -> None:
    world = CallWorld().mobile_answers()
    leg = world.mobile
    world.press_mobile("1")
    assert world.call.recording_id is not None
    world.ask(s.HoldRequested)
    assert world.call.state is CallState.HELD
    world.ask(s.ResumeRequested)
    world.ask(s.TransferRequested, to=s.TransferTarget(agent_id=BOB))
    assert leg in world.hung_up and world.call.state is CallState.WAITING
    followed(world)


def test_hanging_up_the_mobile_phone_ends_the_call_and_wrap_up_follows() -> None:
    world = CallWorld().mobile_answers()
    leg = world.mobile
    world.press_mobile("1")
    step = world.after(30).ends(leg)
    [release] = [command for command in step.commands if isinstance(command, c.ReleaseAgent)]
    assert (release.outcome, release.wrap_up_s, world.call.ended) == ("talked", 10, True)
    followed(world)


def test_the_app_takes_the_call_from_the_mobile_phone() -> None:
    world = CallWorld().mobile_answers()
    leg = world.mobile
    world.press_mobile("1")
    world.after(5).reattach()
    assert world.call.reattach is not None
    world.answers(world.call.reattach.leg)
    assert leg in world.hung_up and world.call.device_id == f"dev_{ANN}_0"
    followed(world)


def test_a_callback_dials_its_customer_once_the_agent_pressed_the_key() -> None:
    world = promised()
    world.choose(ANN, devices=0, mobile=True)
    world.after(6).timer_fires(mobile_timer(world.running.offer_id))
    world.answers(world.mobile)
    assert world.call.dial is None
    world.press_mobile("1")
    assert (world.call.state, world.call.device_id) == (CallState.DIALLING, MOBILE)
    followed(world)


# --- after a restart ---


def test_a_restarted_server_waits_again_before_it_dials() -> None:
    world = CallWorld().wait()
    world.choose(ANN, mobile=True)
    world.timers.clear()
    world.after(3).recover()
    assert world.timers[mobile_timer(world.running.offer_id)] == 6


def test_a_restarted_server_gives_a_ringing_mobile_number_its_time_again() -> None:
    world = CallWorld().dial_mobile(devices=0)
    world.timers.clear()
    world.recover()
    assert world.timers[mobile_timer(world.running.offer_id)] == 30
    assert world.timers[world.offer_timer] == 63
    followed(world)


def test_a_restarted_server_asks_again_for_the_key_that_it_may_have_missed() -> None:
    world = CallWorld().mobile_answers(devices=0)
    world.timers.clear()
    step = world.recover()
    first, second = ask_id(world.mobile), ask_id(world.mobile, 2)
    assert c.StopSound(leg=world.mobile, playback_id=first) in step.commands
    assert world.after(1).send(s.SoundEnded(at=world.now, leg=world.mobile, playback_id=first)).ignored
    ask = c.AskForKey(leg=world.mobile, tenant_id=TENANT, playback_id=second)
    assert ask in step.commands and world.timers[mobile_timer(world.running.offer_id)] == 20
    world.press_mobile("1")
    assert world.call.state is CallState.CONNECTED
    followed(world)


def test_what_was_written_down_rebuilds_the_call() -> None:
    world = CallWorld().mobile_answers()
    world.press_mobile("1")
    at, first = world.lines[0]
    assert isinstance(first, e.CallArrived)
    call = begin(TENANT, first, at)
    for at, event in world.lines[1:]:
        call = evolve(call, event, at)
    assert call == world.call and call.caller_leg == CALLER_LEG


def test_who_did_not_take_it_there_is_not_called_there_again_for_the_same_call() -> None:
    world = CallWorld().dial_mobile(devices=0)
    world.ends(world.mobile, cause=19)
    world.after(1).choose(ANN, devices=1, mobile=True)
    assert not world.running.dials_mobile
    world.ends(world.offer_legs[0], cause=20)
    assert world.released[-1] == ("off_2", "unreachable")


def test_a_call_that_comes_back_to_the_queue_does_not_call_a_mobile_number_again() -> None:
    world = CallWorld().dial_mobile(devices=0)
    world.ends(world.mobile, cause=19)
    world.offer(BOB).after(4).answers(world.offer_legs[0])
    world.after(5).ask(s.TransferRequested, BOB, to=s.TransferTarget(queue_id=QUEUE))
    while world.call.state is CallState.FLOW:
        world.after(3).sound_ends()
    assert (world.call.state, world.call.tried) == (CallState.WAITING, ())
    world.after(2).choose(ANN, devices=1, mobile=True)
    assert not world.running.dials_mobile
    followed(world)
