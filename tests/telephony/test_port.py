"""The telephony port: what the engine may rely on. Every implementation passes this; here it is the real Asterisk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.support.product.stack import RunningStack
from tests.support.telephony.network import CALLER, NUMBER, Network, Stage, Story, asterisk_network
from tests.support.wait import wait_until

from call24.calls.commands import (
    AnswerLeg,
    ConnectLegs,
    DropBridge,
    HangUpLeg,
    MuteLeg,
    PartLeg,
    PlayInBridge,
    RecordLeg,
    RecordMessage,
    SendDigits,
    SnoopLeg,
    StartMusic,
    StartTone,
    StopMusic,
    StopSound,
    StopTone,
    TakeLeg,
    UnmuteLeg,
)
from call24.calls.signals import (
    DigitPressed,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegRinging,
    MessageEnded,
    PbxBack,
    SoundEnded,
)
from call24.kit.ids import CallId, DeviceId, LegId, RecordingId, TenantId, TrunkId, new_id
from call24.testphones.rtp import Silence

pytestmark = pytest.mark.shares_stack("asterisk")

OUTSIDE = "+442079460999"
SHORT = "from-2"
"""A built-in sound of less than half a second."""
GONE = LegId("leg_that_never_was")


@pytest.fixture
async def network(stack: RunningStack) -> AsyncIterator[Network]:
    async with asterisk_network(stack) as network:
        yield network


@pytest.fixture
def stage(network: Network) -> Stage:
    return Stage(network)


async def test_the_first_signal_says_what_lives_there(stage: Stage) -> None:
    first = stage.heard.signals[0]
    assert isinstance(first, PbxBack)
    assert first.legs == ()
    assert first.began_at is not None
    assert first.began_at < first.at


async def test_a_customers_call_arrives_with_both_numbers(stage: Stage) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    customer = await stage.network.dial()
    arrived = await stage.heard.next(LegArrived)
    assert (arrived.dialled, arrived.caller, arrived.caller_name) == (NUMBER, CALLER, "Bat-Erdene")
    assert before <= arrived.at <= datetime.now(UTC)
    customer.hang_up()
    ended = await stage.heard.next(LegEnded, leg=arrived.leg)
    assert ended.at >= arrived.at
    assert ended.cause != 0


@pytest.mark.parametrize(
    ("cause", "status"),
    [
        (17, 486),
        pytest.param(1, 404, marks=pytest.mark.long("test_a_call_can_be_refused_with_a_reason")),
        pytest.param(27, 502, marks=pytest.mark.long("test_a_call_can_be_refused_with_a_reason")),
    ],
)
async def test_a_call_can_be_refused_with_a_reason(stage: Stage, cause: int, status: int) -> None:
    story, customer = await stage.arrival()
    await stage.perform(HangUpLeg(leg=story.leg, cause=cause))
    assert (await customer.ended(5)).status == status
    await stage.heard.next(LegEnded, leg=story.leg)


async def test_answering_twice_is_answering_once(stage: Stage) -> None:
    story, customer = await stage.arrival(answer=True)
    await stage.perform(AnswerLeg(leg=story.leg))
    await stage.ended(story.leg)
    assert (await customer.ended(5)).by == "them"


async def test_a_prompt_ends_with_a_signal(stage: Stage) -> None:
    story, _ = await stage.arrival(answer=True)
    await stage.play(story, "play_1", SHORT)
    ended = await stage.heard.next(SoundEnded, playback_id="play_1")
    assert ended.leg == story.leg
    await stage.ended(story.leg)


async def test_a_prompt_that_cannot_be_played_ends_too(stage: Stage) -> None:
    story, _ = await stage.arrival(answer=True)
    await stage.play(story, "play_1", "no-such-prompt")
    await stage.play(Story(leg=GONE, call_id=story.call_id, tenant_id=story.tenant_id), "play_2", "goodbye")
    await stage.heard.next(SoundEnded, playback_id="play_1")
    await stage.heard.next(SoundEnded, playback_id="play_2")
    await stage.ended(story.leg)


async def test_a_phone_rings_with_the_call_and_offer_it_is_for_and_answers(stage: Stage) -> None:
    story, _ = await stage.arrival(answer=True)
    phone = await stage.network.phone()
    leg = await stage.ring(story, phone.device_id, caller_number=CALLER, caller_name='Ann "X" <Lee>')
    await stage.heard.next(LegRinging, leg=leg)
    offer = await phone.next_call(5)
    assert offer.call_id == story.call_id
    assert offer.offer_id.startswith("off_")
    assert not offer.answers_itself
    assert offer.caller == (CALLER, "Ann X Lee")
    assert stage.heard.all(LegAnswered) == []
    await offer.answer(850)
    await stage.heard.next(LegAnswered, leg=leg)
    offer.hang_up()
    ended = await stage.heard.next(LegEnded, leg=leg)
    assert ended.cause == 16
    await stage.ended(story.leg)


async def test_a_phone_can_be_told_to_answer_by_itself(stage: Stage) -> None:
    story, _ = await stage.arrival(answer=True)
    phone = await stage.network.phone()
    leg = await stage.ring(story, phone.device_id, auto_answer=True)
    assert (await phone.next_call(5)).answers_itself
    await stage.ended(leg, story.leg)


@pytest.mark.parametrize(
    ("status", "cause"),
    [(486, 17), pytest.param(603, 21, marks=pytest.mark.long("test_a_declined_offer_ends_its_leg_with_the_reason"))],
)
async def test_a_declined_offer_ends_its_leg_with_the_reason(stage: Stage, status: int, cause: int) -> None:
    story, _ = await stage.arrival(answer=True)
    phone = await stage.network.phone()
    leg = await stage.ring(story, phone.device_id)
    (await phone.next_call(5)).decline(status)
    assert (await stage.heard.next(LegEnded, leg=leg)).cause == cause
    assert stage.heard.all(LegAnswered) == []
    await stage.ended(story.leg)


async def test_a_phone_that_is_not_there_ends_its_leg_at_once(stage: Stage) -> None:
    story, _ = await stage.arrival(answer=True)
    leg = await stage.ring(story, DeviceId("dev_nobody"))
    assert (await stage.heard.next(LegEnded, 0.5, leg=leg)).cause == 20
    await stage.ended(story.leg)


async def test_a_phone_that_nobody_picks_up_stops_ringing(stage: Stage) -> None:
    story, _ = await stage.arrival(answer=True)
    phone = await stage.network.phone()
    leg = await stage.ring(story, phone.device_id, ring_s=1)
    offer = await phone.next_call(5)
    await stage.heard.next(LegEnded, 3, leg=leg)
    assert (await offer.ended(5)).by == "them"
    await stage.ended(story.leg)


async def test_a_ringing_phone_can_be_silenced(stage: Stage) -> None:
    story, _ = await stage.arrival(answer=True)
    phone = await stage.network.phone()
    leg = await stage.ring(story, phone.device_id)
    offer = await phone.next_call(5)
    await stage.perform(HangUpLeg(leg=leg, cause=26))
    await stage.heard.next(LegEnded, leg=leg)
    assert (await offer.ended(5)).status == 487
    await stage.ended(story.leg)


async def test_connected_legs_hear_each_other_until_one_is_taken_out(stage: Stage) -> None:
    story, customer = await stage.arrival(answer=True)
    phone = await stage.network.phone()
    leg = await stage.ring(story, phone.device_id)
    offer = await phone.next_call(5)
    await offer.answer(850)
    await stage.heard.next(LegAnswered, leg=leg)
    both = ConnectLegs(bridge_id=f"bridge_{story.call_id}", legs=(story.leg, leg))
    await stage.perform(StartMusic(leg=story.leg), StopMusic(leg=story.leg), both)
    assert await customer.ear.hears(850, 5)
    assert await offer.ear.hears(1000, 5)
    await stage.perform(both)  # again, as after a crash
    assert await customer.ear.hears(850, 5, for_s=0.5)
    await stage.perform(PartLeg(bridge_id=both.bridge_id, leg=story.leg), StartMusic(leg=story.leg))
    assert not await customer.ear.hears(850, 0.6)
    await stage.perform(StopMusic(leg=story.leg), both)
    assert await customer.ear.hears(850, 5, for_s=0.5)
    await stage.perform(DropBridge(bridge_id=both.bridge_id))
    assert not await customer.ear.hears(850, 0.6)
    assert stage.heard.all(LegEnded) == []
    await stage.ended(leg, story.leg)


async def test_one_leg_that_is_gone_does_not_keep_the_others_out(stage: Stage) -> None:
    story, customer = await stage.arrival(answer=True)
    phone = await stage.network.phone()
    leg = await stage.ring(story, phone.device_id)
    offer = await phone.next_call(5)
    await offer.answer(850)
    await stage.heard.next(LegAnswered, leg=leg)
    await stage.perform(ConnectLegs(bridge_id=f"bridge_{story.call_id}", legs=(GONE, story.leg, leg)))
    assert await customer.ear.hears(850, 5)
    await stage.heard.next(LegEnded, leg=GONE)
    await stage.ended(leg, story.leg)


async def test_recording_does_not_disturb_the_call_and_commands_after_it_work(stage: Stage) -> None:
    story, customer = await stage.arrival(answer=True)
    record = RecordLeg(leg=story.leg, recording_id=RecordingId(new_id("rec")), tenant_id=story.tenant_id)
    begun = time.monotonic()
    await stage.perform(record)
    await stage.play(story, "play_1", "goodbye")
    await stage.heard.next(SoundEnded, playback_id="play_1")
    await stage.perform(record)  # again, as after a crash: the file goes on
    await stage.perform(StartMusic(leg=story.leg))
    assert stage.heard.all(LegArrived) == [stage.heard.all(LegArrived)[0]]
    seconds = time.monotonic() - begun
    customer.hang_up()
    await stage.heard.next(LegEnded, leg=story.leg)
    for side in ("in", "out"):
        file = stage.network.spool / story.tenant_id / f"{record.recording_id}-{side}.sln"
        await wait_until(lambda file=file: file.stat().st_size / 16_000 > seconds - 0.3)


async def test_hanging_up_while_the_recorder_starts_leaves_nothing_hanging(stage: Stage) -> None:
    for delay_s in (0.0, 0.001, 0.002, 0.004):
        story, customer = await stage.arrival(answer=True)
        record = RecordLeg(leg=story.leg, recording_id=RecordingId(new_id("rec")), tenant_id=story.tenant_id)
        customer.hang_up()
        await asyncio.sleep(delay_s)  # the race itself: neither side waits for the other
        async with asyncio.timeout(2):
            await stage.perform(record)
            await stage.play(story, f"p{delay_s}", "goodbye")
        await stage.heard.next(LegEnded, leg=story.leg)
        await stage.heard.next(SoundEnded, playback_id=f"p{delay_s}")


@pytest.mark.parametrize(
    "ending",
    [
        "its limit",
        "silence",
        pytest.param("hang-up", marks=pytest.mark.long("test_a_message_ends_by_its_limit_silence_or_hang_up")),
    ],
)
async def test_a_message_ends_by_its_limit_silence_or_hang_up(stage: Stage, ending: str) -> None:
    story, customer = await stage.arrival(answer=True)
    recording = RecordingId(new_id("rec"))
    limit = 1 if ending == "its limit" else 20
    message = RecordMessage(leg=story.leg, recording_id=recording, tenant_id=story.tenant_id, max_s=limit, silence_s=1)
    await stage.perform(message)
    file = stage.network.spool / story.tenant_id / f"{recording}.wav"
    await wait_until(lambda: file.exists() and file.stat().st_size > 4_000)
    assert stage.heard.all(MessageEnded) == []
    if ending == "silence":
        customer.say(Silence())
    elif ending == "hang-up":
        customer.hang_up()
    ended = await stage.heard.next(MessageEnded, leg=story.leg)
    assert ended.recording_id == recording
    if ending != "hang-up":
        assert stage.heard.all(LegEnded) == []
        await stage.ended(story.leg)
    await stage.heard.next(LegEnded, leg=story.leg)


async def test_an_outside_number_is_rung_over_a_trunk_and_sees_our_number(stage: Stage) -> None:
    story, customer = await stage.arrival(answer=True)
    trunk_id, carrier = await stage.network.carrier()
    line = carrier.line(OUTSIDE)
    leg = await stage.dial(story, trunk_id, OUTSIDE)
    call = await line.rings(5)
    assert call.caller[0] == NUMBER
    await stage.heard.next(LegRinging, leg=leg)
    call.answer(850)
    await stage.heard.next(LegAnswered, leg=leg)
    await stage.perform(ConnectLegs(bridge_id=f"bridge_{story.call_id}", legs=(story.leg, leg)))
    assert await customer.ear.hears(850, 5)
    assert await call.ear.hears(1000, 5)
    call.hang_up()
    assert (await stage.heard.next(LegEnded, leg=leg)).cause == 16
    assert carrier.asked == [OUTSIDE]
    await stage.ended(story.leg)


@pytest.mark.parametrize(
    ("manner", "cause"),
    [
        ("busy", 17),
        ("unknown", 1),
        pytest.param("decline", 21, marks=pytest.mark.long("test_why_an_outside_number_was_not_reached_is_told")),
        pytest.param("fail", 34, marks=pytest.mark.long("test_why_an_outside_number_was_not_reached_is_told")),
    ],
)
async def test_why_an_outside_number_was_not_reached_is_told(stage: Stage, manner: str, cause: int) -> None:
    story, _ = await stage.arrival(answer=True)
    trunk_id, carrier = await stage.network.carrier()
    if manner != "unknown":
        carrier.line(OUTSIDE, manner)
    leg = await stage.dial(story, trunk_id, OUTSIDE)
    assert (await stage.heard.next(LegEnded, leg=leg)).cause == cause
    assert stage.heard.all(LegAnswered, leg=leg) == []
    await stage.ended(story.leg)


async def test_an_outside_number_that_nobody_answers_stops_ringing(stage: Stage) -> None:
    story, _ = await stage.arrival(answer=True)
    trunk_id, carrier = await stage.network.carrier()
    line = carrier.line(OUTSIDE)
    leg = await stage.dial(story, trunk_id, OUTSIDE, ring_s=1)
    call = await line.rings(5)
    assert (await stage.heard.next(LegEnded, 4, leg=leg)).cause == 19
    assert (await call.ended(5)).by == "them"
    await stage.ended(story.leg)


@pytest.mark.parametrize(
    "number",
    [
        "112",
        "+441514960024@evil.example",
        "+44151496002&PJSIP/dev_x",
        pytest.param("", marks=pytest.mark.long("test_only_a_number_gets_into_a_dial_string")),
        pytest.param("+44", marks=pytest.mark.long("test_only_a_number_gets_into_a_dial_string")),
        pytest.param("0044151", marks=pytest.mark.long("test_only_a_number_gets_into_a_dial_string")),
    ],
)
async def test_only_a_number_gets_into_a_dial_string(stage: Stage, number: str) -> None:
    story, _ = await stage.arrival(answer=True)
    trunk_id, carrier = await stage.network.carrier()
    leg = await stage.dial(story, trunk_id, number)
    assert (await stage.heard.next(LegEnded, 1, leg=leg)).cause == 28
    assert carrier.asked == []
    await stage.ended(story.leg)


@pytest.mark.parametrize(
    "bridged",
    [True, pytest.param(False, marks=pytest.mark.long("test_the_network_itself_ends_an_outside_call_at_its_limit"))],
)
async def test_the_network_itself_ends_an_outside_call_at_its_limit(stage: Stage, bridged: bool) -> None:
    story, customer = await stage.arrival(answer=True)
    trunk_id, carrier = await stage.network.carrier()
    line = carrier.line(OUTSIDE)
    leg = await stage.dial(story, trunk_id, OUTSIDE, limit_s=2)
    call = await line.rings(5)
    call.answer(850)
    await stage.heard.next(LegAnswered, leg=leg)
    if bridged:
        await stage.perform(ConnectLegs(bridge_id=f"bridge_{story.call_id}", legs=(story.leg, leg)))
        assert await customer.ear.hears(850, 2)
    assert (await stage.heard.next(LegEnded, 4, leg=leg)).cause != 0
    assert (await call.ended(5)).by == "them"
    await stage.ended(story.leg)


async def test_a_trunk_that_is_not_there_ends_the_leg_at_once(stage: Stage) -> None:
    story, _ = await stage.arrival(answer=True)
    leg = await stage.dial(story, TrunkId(new_id("trk")), OUTSIDE)
    assert (await stage.heard.next(LegEnded, 1, leg=leg)).cause == 3
    await stage.ended(story.leg)


async def test_several_prompts_follow_each_other_and_end_once(stage: Stage) -> None:
    story, _ = await stage.arrival(answer=True)
    await stage.play(story, "play_1", SHORT, "no-such-prompt", SHORT)
    await stage.heard.next(SoundEnded, 10, playback_id="play_1")
    await stage.play(story, "play_2", SHORT)
    await stage.heard.next(SoundEnded, playback_id="play_2")
    assert len(stage.heard.all(SoundEnded)) == 2
    await stage.ended(story.leg)


async def test_a_prompt_can_be_cut_short(stage: Stage) -> None:
    story, _ = await stage.arrival(answer=True)
    await stage.play(story, "play_1", *["greeting"] * 50)
    await stage.perform(StopSound(leg=story.leg, playback_id="play_1"))
    await stage.heard.next(SoundEnded, 0.8, playback_id="play_1")
    assert len(stage.heard.all(SoundEnded)) == 1
    await stage.ended(story.leg)


async def test_joining_others_cuts_what_is_played_and_is_not_held_up_by_it(stage: Stage) -> None:
    story, customer = await stage.arrival(answer=True)
    phone = await stage.network.phone()
    leg = await stage.ring(story, phone.device_id)
    offer = await phone.next_call(5)
    await offer.answer(850)
    await stage.heard.next(LegAnswered, leg=leg)
    await stage.perform(StartTone(leg=leg))
    await stage.play(story, "play_1", *["greeting"] * 20)
    async with asyncio.timeout(1):
        await stage.perform(ConnectLegs(bridge_id=f"bridge_{story.call_id}", legs=(story.leg, leg)))
    await stage.heard.next(SoundEnded, 1, playback_id="play_1")
    assert await customer.ear.hears(850, 2)
    assert await offer.ear.hears(1000, 2)
    assert len(stage.heard.all(SoundEnded)) == 1
    await stage.ended(leg, story.leg)


@pytest.mark.parametrize(
    "sound",
    [
        "../../etc/passwd",
        "prm_x/../../secret",
        pytest.param("/etc/passwd", marks=pytest.mark.long("test_a_sound_that_is_no_name_is_not_played")),
        pytest.param("prm_" + "0" * 25, marks=pytest.mark.long("test_a_sound_that_is_no_name_is_not_played")),
        pytest.param("", marks=pytest.mark.long("test_a_sound_that_is_no_name_is_not_played")),
    ],
)
async def test_a_sound_that_is_no_name_is_not_played(stage: Stage, sound: str) -> None:
    story, _ = await stage.arrival(answer=True)
    await stage.play(story, "play_1", sound)
    await stage.heard.next(SoundEnded, 1, playback_id="play_1")
    await stage.ended(story.leg)


async def test_both_sides_of_a_bridge_can_be_told_something(stage: Stage) -> None:
    story, leg, _, _ = await talking(stage)
    bridge = f"bridge_{story.call_id}"
    told = PlayInBridge(bridge_id=bridge, leg=leg, tenant_id=story.tenant_id, playback_id="play_1", sounds=(SHORT,))
    await stage.perform(told)
    assert (await stage.heard.next(SoundEnded, playback_id="play_1")).leg == leg
    gone = PlayInBridge(bridge_id="bridge_x", leg=leg, tenant_id=story.tenant_id, playback_id="play_2", sounds=("a",))
    await stage.perform(gone)
    assert (await stage.heard.next(SoundEnded, playback_id="play_2")).leg == leg
    await stage.ended(leg, story.leg)


async def test_the_ringing_tone_is_no_prompt_and_ends_when_told(stage: Stage) -> None:
    story, _ = await stage.arrival(answer=True)
    await stage.perform(StartTone(leg=story.leg), StartTone(leg=story.leg), StopTone(leg=story.leg))
    await stage.perform(StopTone(leg=story.leg))
    await stage.play(story, "play_1", SHORT)
    await stage.heard.next(SoundEnded, playback_id="play_1")
    assert len(stage.heard.all(SoundEnded)) == 1
    await stage.ended(story.leg)


async def test_nobody_hears_a_muted_leg(stage: Stage) -> None:
    story, leg, customer, offer = await talking(stage)
    await stage.perform(MuteLeg(leg=leg), MuteLeg(leg=leg))
    await silent(customer, 850)
    assert await offer.ear.hears(1000, 5, for_s=0.3)
    await stage.perform(UnmuteLeg(leg=leg))
    assert await customer.ear.hears(850, 5, for_s=0.3)
    await stage.ended(leg, story.leg)


@pytest.mark.long("telephony/test_supervision.py::test_listen_whisper_barge_and_back")
@pytest.mark.parametrize("whisper", [False, True])
async def test_a_supervisor_hears_both_sides_and_only_the_agent_hears_a_whisper(stage: Stage, whisper: bool) -> None:
    story, leg, customer, offer = await talking(stage)
    ear = await stage.network.phone()
    listening = await stage.ring(story, ear.device_id, purpose="monitor")
    supervisor = await ear.next_call(5)
    await supervisor.answer(700)
    await stage.heard.next(LegAnswered, leg=listening)
    snoop = LegId(new_id("leg"))
    command = SnoopLeg(
        leg=leg, snoop_leg=snoop, bridge_id="bridge_ear", call_id=story.call_id, tenant_id=story.tenant_id,
        whisper=whisper,
    )  # fmt: skip
    await stage.perform(ConnectLegs(bridge_id="bridge_ear", legs=(listening,)), command, command)
    assert await makes_out(supervisor, 850)
    assert await makes_out(supervisor, 1000)
    assert await makes_out(offer, 1000)
    assert await makes_out(offer, 700, 5 if whisper else 0.6) == whisper
    assert not await makes_out(customer, 700, 0.6)
    assert stage.heard.all(LegArrived, leg=snoop) == []
    assert stage.heard.all(LegAnswered, leg=snoop) == []
    await stage.perform(HangUpLeg(leg=snoop))
    await stage.heard.next(LegEnded, leg=snoop)
    assert not await makes_out(supervisor, 850, 0.6)
    again = SnoopLeg(
        leg=leg, snoop_leg=LegId(new_id("leg")), bridge_id="bridge_ear", call_id=story.call_id,
        tenant_id=story.tenant_id, whisper=False,
    )  # fmt: skip
    await stage.perform(again)
    assert await makes_out(supervisor, 850)
    await stage.ended(leg)
    await stage.heard.next(LegEnded, leg=again.snoop_leg)
    await stage.ended(listening, story.leg)


async def test_a_leg_that_is_gone_cannot_be_listened_to(stage: Stage) -> None:
    story, _ = await stage.arrival(answer=True)
    snoop = LegId(new_id("leg"))
    await stage.perform(
        SnoopLeg(
            leg=GONE, snoop_leg=snoop, bridge_id="bridge_ear", call_id=story.call_id, tenant_id=story.tenant_id,
            whisper=False,
        )
    )  # fmt: skip
    await stage.heard.next(LegEnded, leg=snoop)
    await stage.ended(story.leg)


async def test_keys_are_heard_in_a_bridge_and_sent_to_the_other_side(stage: Stage) -> None:
    story, leg, customer, _ = await talking(stage)
    customer.press("5")
    assert (await stage.heard.next(DigitPressed, leg=story.leg)).digit == "5"
    await stage.perform(SendDigits(leg=story.leg, digits="12#"), SendDigits(leg=story.leg, digits="; evil"))
    await wait_until(lambda: customer.ear.digits() == "12#", 5)
    await stage.ended(leg, story.leg)


async def talking(stage: Stage) -> tuple[Story, LegId, Any, Any]:
    """A customer (1000 Hz) and an agent (850 Hz) in a bridge: the call, the agent's leg, both far ends."""
    story, customer = await stage.arrival(answer=True)
    phone = await stage.network.phone()
    leg = await stage.ring(story, phone.device_id)
    offer = await phone.next_call(5)
    await offer.answer(850)
    await stage.heard.next(LegAnswered, leg=leg)
    await stage.perform(ConnectLegs(bridge_id=f"bridge_{story.call_id}", legs=(story.leg, leg)))
    assert await customer.ear.hears(850, 5)
    return story, leg, customer, offer


async def makes_out(far_end: Any, hz: int, timeout_s: float = 5.0) -> bool:
    """Whether the tone is a part of what is heard from now on."""
    since, until = time.time(), time.monotonic() + timeout_s
    while not far_end.ear.among(hz, since):
        if time.monotonic() > until:
            return False
        await asyncio.sleep(0.02)  # it is heard packet by packet
    return True


async def silent(far_end: Any, hz: int) -> None:
    """Until this tone is not heard any more."""
    async with asyncio.timeout(5):
        while await far_end.ear.hears(hz, 0.4):
            pass


async def test_a_message_to_a_leg_that_is_gone_ends_at_once(stage: Stage) -> None:
    recording = RecordingId(new_id("rec"))
    await stage.perform(
        RecordMessage(leg=GONE, recording_id=recording, tenant_id=TenantId("ten_x"), max_s=5, silence_s=5)
    )
    await stage.heard.next(MessageEnded, recording_id=recording)
    await stage.heard.next(LegEnded, leg=GONE)


async def test_every_command_to_a_leg_that_is_gone_is_harmless_and_its_end_is_told_once(stage: Stage) -> None:
    story, customer = await stage.arrival(answer=True)
    customer.hang_up()
    await stage.heard.next(LegEnded, leg=story.leg)
    await stage.perform(
        TakeLeg(leg=story.leg, call_id=CallId("call_x"), tenant_id=TenantId("ten_x")),
        AnswerLeg(leg=story.leg),
        StartMusic(leg=story.leg),
        StopMusic(leg=story.leg),
        ConnectLegs(bridge_id="bridge_x", legs=(story.leg,)),
        PartLeg(bridge_id="bridge_x", leg=story.leg),
        RecordLeg(leg=story.leg, recording_id=RecordingId(new_id("rec")), tenant_id=story.tenant_id),
        HangUpLeg(leg=story.leg),
        StartTone(leg=story.leg),
        StopTone(leg=story.leg),
        MuteLeg(leg=story.leg),
        UnmuteLeg(leg=story.leg),
        SendDigits(leg=story.leg, digits="1"),
        StopSound(leg=story.leg, playback_id="play_that_never_was"),
        DropBridge(bridge_id="bridge_x"),
        DropBridge(bridge_id="bridge_that_never_was"),
    )
    assert len(stage.heard.all(LegEnded, leg=story.leg)) == 1
    assert stage.heard.all(DigitPressed) == []
