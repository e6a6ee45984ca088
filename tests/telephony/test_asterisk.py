"""What only a real Asterisk can show: sound on the right channels, kills and restarts, strangers and broken SIP."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.support.product.stack import CHECKOUT, RunningStack
from tests.support.telephony.network import (
    LOCAL_TRUNK,
    NUMBER,
    TENANT,
    AsteriskNetwork,
    Heard,
    RegisteredPhone,
    Stage,
    Story,
    ari_of,
    asterisk_network,
)
from tests.support.wait import wait_until
from tests.telephony.test_port import talking as two_talking

from call24.asterisk import AsteriskTelephony, PhoneEndpoint
from call24.asterisk.trunks import CARRIERS
from call24.calls.commands import (
    AnswerLeg,
    ConnectLegs,
    DropBridge,
    HangUpLeg,
    PartLeg,
    RecordLeg,
    StartMusic,
    TakeLeg,
)
from call24.calls.signals import LegAnswered, LegArrived, LegEnded, LegRinging, LiveLeg, PbxAway, PbxBack
from call24.kit.ids import CallId, LegId, RecordingId, TenantId, new_id
from call24.kit.sip_names import sip_name
from call24.testphones.agent_phone import AgentPhone, RegistrationRefused
from call24.testphones.customer import Customer
from call24.testphones.rtp import Tone

RATE = 8000


@pytest.fixture
async def network(stack: RunningStack) -> AsyncIterator[AsteriskNetwork]:
    async with asterisk_network(stack) as network:
        yield network


@pytest.fixture
def stage(network: AsteriskNetwork) -> Stage:
    return Stage(network)


def loudest(sound: np.ndarray[Any, Any]) -> float:
    """The strongest frequency in Hz."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(spectrum.argmax() * RATE / len(sound))


def onset(sound: np.ndarray[Any, Any], hz: float) -> float:
    """When a tone is first the strongest sound, in seconds."""
    blocks = (start for start in range(0, len(sound), RATE // 20))
    return next(at / RATE for at in blocks if abs(loudest(sound[at : at + RATE // 20]) - hz) < 25)


def sides(recording: Path) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """What the caller said and what it heard, as Asterisk left it."""
    said, heard = (np.fromfile(f"{recording}-{side}.sln", "<i2").astype(float) for side in ("in", "out"))
    return said, heard


async def talking(stage: Stage, network: AsteriskNetwork) -> tuple[Any, Any, Any, Any, Any]:
    """A recorded call between a customer (1000 Hz) and a phone (850 Hz)."""
    story, customer = await stage.arrival(answer=True)
    recording = RecordingId(new_id("rec"))
    await stage.perform(RecordLeg(leg=story.leg, recording_id=recording, tenant_id=story.tenant_id))
    phone = await network.phone()
    leg = await stage.ring(story, phone.device_id)
    offer = await phone.next_call(5)
    await offer.answer(850)
    await stage.heard.next(LegAnswered, leg=leg)
    await stage.perform(ConnectLegs(bridge_id=f"bridge_{story.call_id}", legs=(story.leg, leg)))
    assert await customer.ear.hears(850, 5)
    assert await offer.ear.hears(1000, 5)
    return story, customer, leg, offer, network.spool / story.tenant_id / recording


@pytest.mark.long(
    "telephony/test_calls_recorded.py::test_the_caller_is_on_the_left_the_agent_on_the_right_and_nothing_is_missing"
)
async def test_a_recording_has_the_caller_on_the_left_and_what_it_hears_on_the_right(
    stage: Stage, network: AsteriskNetwork
) -> None:
    _, customer, leg, offer, file = await talking(stage, network)
    assert await offer.ear.hears(1000, 5, for_s=2.0)
    customer.hang_up()
    await stage.heard.next(LegEnded)
    await stage.ended(leg)
    left, right = sides(file)
    second = slice(len(left) - 2 * RATE, len(left) - RATE)
    assert abs(loudest(left[second]) - 1000) < 5
    assert abs(loudest(right[second]) - 850) < 5
    assert abs(len(left) - len(right)) < RATE / 10
    begun = customer.answered_at
    assert abs(onset(right, 850) - (customer.ear.first_heard(850) - begun)) < 0.25  # in step, though silent at first
    assert abs(len(left) / RATE - (customer.end.at - customer.answered_at)) < 0.3


@asynccontextmanager
async def doomed_client(stack: RunningStack, device: str) -> AsyncIterator[asyncio.subprocess.Process]:
    settings = str(stack.settings.run / "settings.json")
    words = (sys.executable, "-m", "tests.support.telephony.doomed", settings, TENANT, device)
    process = await asyncio.create_subprocess_exec(*words, cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.long("telephony/test_crash_server.py::test_five_calls_survive_a_killed_server")
async def test_a_killed_client_leaves_the_call_and_its_successor_finds_it(stack: RunningStack) -> None:
    outside = AsteriskNetwork(stack)
    await outside.endpoints.put_trunk(LOCAL_TRUNK)
    phone = await outside.phone()
    async with doomed_client(stack, phone.device_id) as doomed:
        assert doomed.stdout
        assert await doomed.stdout.readline() == b"listening\n"
        customer = await outside.dial()
        offer = await phone.next_call(20)
        await offer.answer(850)
        ids = json.loads(await doomed.stdout.readline())
        doomed.kill()
        await doomed.wait()
    assert await customer.ear.hears(850, 5, for_s=1.0)
    assert await offer.ear.hears(1000, 5, for_s=0.5)
    outside.running = asyncio.create_task(outside.telephony.run())
    back = await outside.heard.next(PbxBack)
    stamps = {"call_id": ids["call"], "tenant_id": ids["tenant"], "up": True, "ringing": False}
    assert set(back.legs) == {LiveLeg(leg=ids[side], **stamps) for side in ("caller", "agent")}
    recording = RecordingId(ids["recording"])
    await outside.telephony.perform(RecordLeg(leg=ids["caller"], recording_id=recording, tenant_id=ids["tenant"]))
    assert await customer.ear.hears(850, 5, for_s=0.5)
    assert customer.ear.longest_gap(850, since=customer.ear.first_heard(850)) < 0.3
    customer.hang_up()
    await outside.heard.next(LegEnded, leg=ids["caller"])
    await outside.telephony.perform(HangUpLeg(leg=ids["agent"]))
    await outside.heard.next(LegEnded, leg=ids["agent"])
    left, _ = sides(outside.spool / ids["tenant"] / ids["recording"])
    assert len(left) / RATE > 1.5
    await outside.stop()


@pytest.mark.long("telephony/test_crash_server.py::test_what_happens_while_there_is_no_server_is_found_by_the_next")
async def test_a_caller_hears_something_within_a_second_while_nobody_acts_and_is_put_through_then(
    stack: RunningStack,
) -> None:
    outside = AsteriskNetwork(stack)
    await outside.endpoints.put_trunk(LOCAL_TRUNK)
    customer = await outside.dial()
    await customer.answered(1.0)
    await wait_until(lambda: customer.ear.level_dbfs() > -50, 4.0)  # some music begins softly
    outside.running = asyncio.create_task(outside.telephony.run())
    there = (await outside.heard.next(PbxBack)).legs  # the caller is put through each second: perhaps before the list
    arrived = there[0].arrival if there else await outside.heard.next(LegArrived, 2.5)
    assert arrived is not None and arrived.dialled == NUMBER
    customer.hang_up()
    await outside.heard.next(LegEnded, leg=arrived.leg)
    await outside.stop()


@pytest.mark.long("telephony/test_crash_server.py::test_what_happens_while_there_is_no_server_is_found_by_the_next")
async def test_a_call_that_nobody_took_before_the_crash_is_told_again(stack: RunningStack) -> None:
    async with asterisk_network(stack) as first:
        customer = await first.dial()
        leg = (await first.heard.next(LegArrived)).leg
        assert first.running
        first.running.cancel()
        await asyncio.wait({first.running})
        successor = AsteriskNetwork(stack)
        successor.running = asyncio.create_task(successor.telephony.run())
        [found] = (await successor.heard.next(PbxBack)).legs
        assert (found.leg, found.call_id) == (leg, None)
        assert found.arrival is not None
        assert found.arrival.dialled == NUMBER
        customer.hang_up()
        await wait_until(lambda: _told_over(successor.heard, leg), 10)
        assert successor.heard.all(LegArrived) == []
        await successor.stop()


def _told_over(heard: Heard, leg: LegId) -> bool:
    """By its end; or, where Asterisk said nothing on the stream of so quick a successor and the watchdog connected
    anew, by a second list of what is there that no longer has it.
    """
    lists = heard.all(PbxBack)[1:]
    return bool(heard.all(LegEnded, leg=leg)) or any(leg not in {row.leg for row in back.legs} for back in lists)


async def test_a_phone_that_answers_while_nobody_acts_stays_and_hears_nothing_until_it_is_put_through(
    stack: RunningStack,
) -> None:
    first, successor = AsteriskNetwork(stack), AsteriskNetwork(stack)
    await first.start()
    try:
        stage = Stage(first)
        story, customer = await stage.arrival(answer=True)
        phone = await first.phone()
        leg = await stage.ring(story, phone.device_id)
        call = await phone.next_call(5)
        assert first.running
        first.running.cancel()
        await asyncio.wait({first.running})
        await call.answer(850)
        await wait_until(lambda: call.stream.sent > 20)
        assert (call.end, call.ear.packets) == (None, 0)
        successor.running = asyncio.create_task(successor.telephony.run())
        back = await successor.heard.next(PbxBack, 10)
        assert [(each.call_id, each.up) for each in back.legs if each.leg == leg] == [(story.call_id, True)]
        await successor.telephony.perform(ConnectLegs(bridge_id="brg-away", legs=(story.leg, leg)))
        assert await customer.ear.hears(850, 5)
        assert await call.ear.hears(1000, 5)
        assert call.end is None
    finally:
        await successor.stop()
        await first.stop()


@pytest.mark.long(
    "telephony/test_crash_asterisk.py::"
    "test_callers_wait_for_phones_that_have_not_registered_again_yet_and_nobody_is_paused"
)
async def test_after_a_restart_of_asterisk_phones_and_trunks_are_there_again(
    stage: Stage, network: AsteriskNetwork
) -> None:
    phone = await network.phone()
    story, _ = await stage.arrival(answer=True)
    os.kill(network.stack.pid("asterisk"), signal.SIGKILL)
    await stage.heard.next(PbxAway)
    await stage.ring(story, phone.device_id)  # dropped, not raised
    back = await wait_until(lambda: stage.heard.all(PbxBack)[1:], 15)
    assert back[0].legs == ()
    again = network.unregistered(phone.device_id, phone.password)
    await again.register(5)
    story, _ = await stage.arrival(answer=True)
    leg = await stage.ring(story, phone.device_id)
    await stage.heard.next(LegRinging, leg=leg)
    await stage.ended(leg, story.leg)


async def test_a_removed_phone_can_neither_register_nor_be_rung_but_its_call_goes_on(
    stage: Stage, network: AsteriskNetwork
) -> None:
    story, customer, _, offer, _ = await talking(stage, network)
    phone = next(part for part in network.opened if isinstance(part, RegisteredPhone))
    await network.endpoints.remove_device(TENANT, phone.device_id)
    again = network.unregistered(phone.device_id, phone.password)
    with pytest.raises(RegistrationRefused) as refused:
        await again.register(5)
    assert refused.value.status in (401, 403, 404)
    leg = await stage.ring(story, phone.device_id)
    assert (await stage.heard.next(LegEnded, 0.5, leg=leg)).cause == 20
    assert await customer.ear.hears(850, 5, for_s=0.5)
    await network.endpoints.push_again()
    with pytest.raises(RegistrationRefused):
        await network.unregistered(phone.device_id, phone.password).register(5)
    await stage.ended(story.leg)
    offer.hang_up()


async def test_what_the_database_does_not_know_is_removed_from_asterisk(network: AsteriskNetwork) -> None:
    stays, goes = await network.phone(), await network.phone()
    kept = PhoneEndpoint(tenant_id=TENANT, device_id=stays.device_id, password=stays.password)
    await network.endpoints.push_all([kept], [LOCAL_TRUNK])
    await network.unregistered(stays.device_id, stays.password).register(5)
    with pytest.raises(RegistrationRefused):
        await network.unregistered(goes.device_id, goes.password).register(5)


async def test_a_phone_is_nobodys_under_another_organisations_name_or_under_none(
    stage: Stage, network: AsteriskNetwork
) -> None:
    """It can neither register with its own password nor be rung so."""
    phone, other = await network.phone(), TenantId(new_id("ten"))
    with pytest.raises(RegistrationRefused) as refused:
        await network.unregistered(phone.device_id, phone.password, of=other).register(5)
    assert refused.value.status == 401
    bare = AgentPhone(phone.ws_url, phone.device_id, phone.password, f"sip:{phone.device_id}@call24", verify=False)
    with pytest.raises(RegistrationRefused) as refused:
        await bare.register(5)
    assert refused.value.status == 401
    await bare.close()
    story, _ = await stage.arrival(answer=True)
    leg = await stage.ring(Story(leg=story.leg, call_id=story.call_id, tenant_id=other), phone.device_id)
    assert (await stage.heard.next(LegEnded, 1, leg=leg)).cause == 20
    leg = await stage.ring(story, phone.device_id)
    await stage.heard.next(LegRinging, leg=leg)
    await stage.ended(leg, story.leg)


async def test_what_has_the_id_of_one_of_ours_under_another_name_is_removed_from_asterisk(
    network: AsteriskNetwork, caplog: pytest.LogCaptureFixture
) -> None:
    """Of another organisation, or of none as an earlier version named them."""
    phone = await network.phone()
    kept = PhoneEndpoint(tenant_id=TENANT, device_id=phone.device_id, password=phone.password)
    names = [kept.device_id, sip_name(TenantId(new_id("ten")), kept.device_id)]
    for name in names:
        fields = [{"attribute": "context", "value": "call24-nothing"}]
        place = f"/asterisk/config/dynamic/res_pjsip/endpoint/{name}"
        assert (await network.ari.request("PUT", place, body={"fields": fields})).ok
    await network.endpoints.push_all([kept], [LOCAL_TRUNK])
    for name in names:
        assert (await network.ari.request("GET", f"/endpoints/PJSIP/{name}")).gone
        assert f"{name} is removed" in caplog.text
    await network.unregistered(phone.device_id, phone.password).register(5)


@pytest.mark.long("integration/asterisk/test_client.py::test_a_client_that_was_replaced_does_not_come_back")
async def test_a_second_client_takes_over_and_the_first_stops_acting(stack: RunningStack, stage: Stage) -> None:
    network = stage.network
    assert isinstance(network, AsteriskNetwork)
    ari = ari_of(stack.settings)
    successor = AsteriskTelephony(ari)
    heard = Heard(successor)
    running = asyncio.create_task(successor.run())
    await heard.next(PbxBack)
    await wait_until(lambda: network.replaced)
    assert not network.telephony.is_up
    customer = await network.dial()
    arrived = await heard.next(LegArrived)
    await network.telephony.perform(HangUpLeg(leg=arrived.leg))
    await successor.perform(AnswerLeg(leg=arrived.leg))
    await customer.answered(5)
    assert stage.heard.all(LegArrived) == []
    await successor.perform(HangUpLeg(leg=arrived.leg))
    await heard.next(LegEnded, leg=arrived.leg)
    running.cancel()
    await asyncio.wait({running})
    await ari.close()


@pytest.mark.parametrize(
    "name",
    [
        "trunk",
        pytest.param(
            "+447700900123", marks=pytest.mark.long("test_strangers_are_asked_for_a_password_whoever_they_say_they_are")
        ),
        pytest.param(
            "phone", marks=pytest.mark.long("test_strangers_are_asked_for_a_password_whoever_they_say_they_are")
        ),
    ],
)
async def test_strangers_are_asked_for_a_password_whoever_they_say_they_are(
    stage: Stage, network: AsteriskNetwork, name: str
) -> None:
    known = {"trunk": CARRIERS, "phone": (await network.phone()).username}
    server = ("127.0.0.1", network.settings.sip_port)
    async with Customer(server, known.get(name, name), "", local_host="127.0.0.2") as stranger:
        call = await stranger.dial(NUMBER, Tone(1000))
        assert (await call.ended(5)).status == 401
    assert stage.heard.all(LegArrived) == []


INVITE = (
    b"INVITE sip:+441514960024@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1\r\n"
    b"From: <sip:+1@127.0.0.1>;tag=1\r\nTo: <sip:+2@127.0.0.1>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
    b"Contact: <sip:+1@127.0.0.1:9>\r\nMax-Forwards: 70\r\n"
)
BROKEN = [
    b"",
    b"\r\n\r\n",
    b"\x00" * 1500,
    b"INVITE\r\n\r\n",
    INVITE,
    INVITE + b"Content-Length: 999999\r\n\r\n",
    INVITE + b"Content-Length: -1\r\n\r\n",
    INVITE + b"Content-Type: application/sdp\r\nContent-Length: 6\r\n\r\nv=oops",
    INVITE.replace(b"From: <sip:+1@127.0.0.1>;tag=1", b"From: " + b"A" * 4000) + b"\r\n",
    INVITE.replace(b"CSeq: 1 INVITE", b"CSeq: 99999999999999 BYE") + b"\r\n",
    INVITE.replace(b"sip:+441514960024@127.0.0.1", b"tel:+441514960024;phone-context=${EXTEN}") + b"\r\n",
    INVITE.replace(b"SIP/2.0/UDP", b"SIP/9.9/UDP") + b"\r\n",
]


@pytest.mark.parametrize(
    "music",
    [
        "no-such-class",
        pytest.param(
            "default",
            marks=pytest.mark.long("test_music_of_a_class_that_asterisk_does_not_know_sounds_like_the_default"),
        ),
        pytest.param(
            "../../etc",
            marks=pytest.mark.long("test_music_of_a_class_that_asterisk_does_not_know_sounds_like_the_default"),
        ),
    ],
)
async def test_music_of_a_class_that_asterisk_does_not_know_sounds_like_the_default(stage: Stage, music: str) -> None:
    story, customer = await stage.arrival(answer=True)
    await stage.perform(StartMusic(leg=story.leg, music=music))
    await wait_until(lambda: customer.ear.level_dbfs() > -50, 5.0)  # some music begins softly
    await stage.ended(story.leg)


@pytest.mark.long("telephony/test_hardening.py::test_broken_packets_harm_neither_asterisk_nor_calls")
async def test_broken_sip_hurts_nobody(stage: Stage, network: AsteriskNetwork) -> None:
    _, customer, _, offer, _ = await talking(stage, network)
    before = network.stack.pid("asterisk")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rude:
        for message in BROKEN * 5:
            rude.sendto(message, ("127.0.0.1", network.settings.sip_port))
    for message in BROKEN:
        _, writer = await asyncio.open_connection("127.0.0.1", network.settings.sip_port)
        writer.write(message)
        await writer.drain()
        writer.close()
    assert await customer.ear.hears(850, 5, for_s=1.0)
    assert await offer.ear.hears(1000, 5, for_s=0.5)
    story, other = await stage.arrival(answer=True)
    await stage.ended(story.leg)
    assert (await other.ended(5)).by == "them"
    assert network.stack.pid("asterisk") == before
    customer.hang_up()


async def test_numbers_cannot_reach_into_the_dialplan(stage: Stage, network: AsteriskNetwork) -> None:
    """Separators and expressions in the dialled number and the caller's are data, cleaned away."""
    customer = await network.dial("+44151496%2C0024%24%7BSHELL(id)%7D", caller="+4477%26", name="${EVIL},x")
    arrived = await stage.heard.next(LegArrived)
    assert set(arrived.dialled) <= set("+0123456789*#")
    assert set(arrived.caller) <= set("+0123456789*#")
    story = TakeLeg(leg=arrived.leg, call_id=CallId(new_id("call")), tenant_id=TenantId(new_id("ten")))
    await stage.perform(story)
    await stage.ended(arrived.leg)
    assert (await customer.ended(5)).by == "them"


async def test_a_bridge_that_was_dropped_is_made_again_at_once(network: AsteriskNetwork, stage: Stage) -> None:
    """Asterisk answers that it is dropped some milliseconds before its id is free again."""
    story, leg, customer, _ = await two_talking(stage)
    both = ConnectLegs(bridge_id=f"bridge_{story.call_id}", legs=(story.leg, leg))
    for _ in range(40):
        await stage.perform(PartLeg(bridge_id=both.bridge_id, leg=leg), DropBridge(bridge_id=both.bridge_id), both)
        bridge = await network.ari.request("GET", f"/bridges/{both.bridge_id}")
        assert bridge.ok and set(bridge.body["channels"]) == {story.leg, leg}
    assert await customer.ear.hears(850, 5)
    await stage.ended(leg, story.leg)
