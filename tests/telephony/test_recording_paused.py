"""While a recording is paused nothing of the call gets into the file: not what is said, not what is typed."""

from __future__ import annotations

import struct
import time
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, NamedTuple

import aiohttp
import numpy as np
import pytest
from tests.support.product.stack import RunningStack
from tests.support.telephony.network import AsteriskNetwork, Stage, Story, ari_of, asterisk_network
from tests.support.wait import wait_until

from call24.asterisk.ami import manager_session
from call24.asterisk.mixmonitor import RecorderSwitch
from call24.calls.commands import (
    ConnectLegs,
    PartLeg,
    PauseRecording,
    RecordLeg,
    ResumeRecording,
    StartMusic,
    StopMusic,
)
from call24.calls.signals import LegAnswered, LegEnded
from call24.kit.ids import LegId, RecordingId, new_id
from call24.testphones import rtp, tone
from call24.testphones.rtp import Clip, RtpPacket, Tone

pytestmark = pytest.mark.shares_stack("asterisk")

RATE = 8000
CALLER_HZ, AGENT_HZ = 1000, 850
PAUSED_HZ = 1300
"""What the customer says during a pause."""
DTMF = {"5": (770, 1336), "9": (852, 1477)}
Sound = np.ndarray[Any, Any]


@pytest.fixture
async def network(stack: RunningStack) -> AsyncIterator[AsteriskNetwork]:
    async with asterisk_network(stack) as network:
        yield network


class Recorded(NamedTuple):
    """A recorded call between a customer (1000 Hz) and a phone (850 Hz)."""

    network: AsteriskNetwork
    stage: Stage
    story: Story
    customer: Any
    offer: Any
    leg: LegId
    recording: RecordingId

    @property
    def bridge(self) -> str:
        return f"bridge_{self.story.call_id}"

    async def talk(self, seconds: float) -> float:
        """When it was over."""
        before = self.customer.stream.sent
        await wait_until(lambda: self.customer.stream.sent - before >= seconds * 50, seconds + 5)
        return time.time()

    async def pause(self) -> None:
        await self.stage.perform(PauseRecording(leg=self.story.leg, recording_id=self.recording))

    async def resume(self) -> None:
        await self.stage.perform(ResumeRecording(leg=self.story.leg, recording_id=self.recording))

    async def sides(self) -> tuple[Sound, Sound]:
        """After the hang-up: what the caller said and what it heard, as Asterisk left it."""
        self.customer.hang_up()
        await self.stage.heard.next(LegEnded, leg=self.story.leg)
        await self.stage.ended(self.leg)
        file = self.network.spool / self.story.tenant_id / self.recording
        said, heard = (np.fromfile(f"{file}-{side}.sln", "<i2").astype(float) for side in ("in", "out"))
        return said, heard


async def recorded(network: AsteriskNetwork) -> Recorded:
    stage = Stage(network)
    story, customer = await stage.arrival(answer=True)
    recording = RecordingId(new_id("rec"))
    await stage.perform(RecordLeg(leg=story.leg, recording_id=recording, tenant_id=story.tenant_id))
    phone = await network.phone()
    leg = await stage.ring(story, phone.device_id)
    offer = await phone.next_call(5)
    await offer.answer(AGENT_HZ)
    await stage.heard.next(LegAnswered, leg=leg)
    call = Recorded(network, stage, story, customer, offer, leg, recording)
    await stage.perform(ConnectLegs(bridge_id=call.bridge, legs=(story.leg, leg)))
    assert await customer.ear.hears(AGENT_HZ, 5)
    assert await offer.ear.hears(CALLER_HZ, 5)
    return call


def silent_for(side: Sound) -> list[tuple[float, float]]:
    """Where a side holds nothing but zeros for more than 0.3 s, from and to in seconds; its first second left out."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (side == 0).astype(int), [0]))))
    spans = [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
    return [(start / RATE, end / RATE) for start, end in spans if end - start > 0.3 * RATE and start > 0.5 * RATE]


def share(sound: Sound, hz: float) -> float:
    """How much of a sound's power is within 15 Hz of a frequency."""
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(sound), 1 / RATE) - hz) < 15
    return float(power[near].sum() / max(power.sum(), 1e-9))


def level(sound: Sound, hz: float) -> float:
    """How strong a frequency is in a short piece, so that one packet of 20 ms is noticed."""
    turned = np.exp(-2j * np.pi * hz / RATE * np.arange(len(sound)))
    return float(abs((sound * np.hanning(len(sound)) * turned).sum()) / len(sound))


@pytest.mark.exact
async def test_a_pause_is_silence_in_both_channels_for_just_as_long_as_it_was(network: AsteriskNetwork) -> None:
    call = await recorded(network)
    await call.talk(0.8)
    await call.pause()
    begun = time.time()
    await call.pause()  # once more changes nothing
    ended = await call.talk(1.5)
    assert call.customer.ear.longest_gap(AGENT_HZ, since=begun, until=ended) < 0.1, "they hear each other all the time"
    await call.resume()
    paused = time.time() - begun
    await call.resume()
    await call.talk(0.8)
    said, heard = await call.sides()
    assert abs(len(said) - len(heard)) <= 160
    for side, hz in ((said, CALLER_HZ), (heard, AGENT_HZ)):
        [(start, end)] = silent_for(side)
        assert abs(end - start - paused) < 0.08
        assert share(side[round(start * RATE) - 4000 : round(start * RATE) - 200], hz) > 0.95
        assert share(side[round(end * RATE) + 200 : round(end * RATE) + 4200], hz) > 0.95
    assert abs(len(said) / RATE - (call.customer.end.at - call.customer.answered_at)) < 0.3


async def test_digits_that_are_typed_or_sounded_during_a_pause_are_not_in_the_file(network: AsteriskNetwork) -> None:
    call = await recorded(network)
    await call.talk(0.5)
    press(call.customer, "5")
    call.customer.say(Clip(key("9", 0.4)))
    await call.talk(0.5)
    call.customer.say(Tone(CALLER_HZ))
    await call.talk(0.5)
    await call.pause()
    begun = time.time()
    for digit in "59":
        press(call.customer, digit)
        call.customer.say(Clip(key(digit, 0.4)))
        await call.talk(0.5)
    call.customer.say(Tone(CALLER_HZ))
    await call.resume()
    paused = time.time() - begun
    await call.talk(0.5)
    said, heard = await call.sides()
    [(start, end)] = silent_for(said)
    assert abs(end - start - paused) < 0.3
    [(start, end)] = silent_for(heard)
    before, after = said[: round(start * RATE)], said[round(end * RATE) :]
    assert min(share(before[i : i + 2000], 852) for i in range(0, len(before) - 2000, 400)) < 0.05
    assert max(share(before[i : i + 2000], 852) for i in range(0, len(before) - 2000, 400)) > 0.3, "typed before: there"
    for hz in (770, 852, 1336, 1477):
        assert max(share(after[i : i + 2000], hz) for i in range(0, len(after) - 2000, 400)) < 0.05


async def test_a_pause_lasts_through_hold_another_agent_and_a_new_call24(
    network: AsteriskNetwork, stack: RunningStack
) -> None:
    call = await recorded(network)
    await call.talk(0.5)
    await call.pause()
    begun = time.time()
    call.customer.say(Tone(PAUSED_HZ))
    await call.stage.perform(PartLeg(bridge_id=call.bridge, leg=call.story.leg), StartMusic(leg=call.story.leg))
    await call.talk(0.5)
    other_phone = await network.phone()
    other_leg = await call.stage.ring(call.story, other_phone.device_id)
    other = await other_phone.next_call(5)
    await other.answer(600)
    await call.stage.heard.next(LegAnswered, leg=other_leg)
    await call.stage.perform(
        StopMusic(leg=call.story.leg), ConnectLegs(bridge_id=f"{call.bridge}_2", legs=(call.story.leg, other_leg))
    )
    assert await call.customer.ear.hears(600, 5)
    assert await other.ear.hears(PAUSED_HZ, 5)
    call.customer.say(Tone(CALLER_HZ))
    await call.talk(0.2)
    ari = ari_of(stack.settings)  # a new process knows the leg's id, and nothing else
    try:
        assert await RecorderSwitch(ari).resume(call.story.leg) == "done"
    finally:
        await ari.close()
    paused = time.time() - begun
    await call.talk(0.6)
    said, heard = await call.sides()
    await call.stage.ended(other_leg)
    for side, hz in ((said, CALLER_HZ), (heard, 600)):
        [(start, end)] = silent_for(side)
        assert abs(end - start - paused) < 0.3  # the recorder starts anew when the pause is over
        assert share(side[round(end * RATE) + 200 : round(end * RATE) + 3400], hz) > 0.95
    spoken = level(said[round(end * RATE) + 200 : round(end * RATE) + 1800], CALLER_HZ)
    assert max(level(said[i : i + 400], PAUSED_HZ) for i in range(0, len(said) - 400, 80)) < 0.1 * spoken


@pytest.mark.parametrize(
    "later",
    [
        "lower",
        pytest.param("higher", marks=pytest.mark.long("test_the_next_agent_is_recorded_whatever_its_rtp_numbers")),
    ],
)
async def test_the_next_agent_is_recorded_whatever_its_rtp_numbers(
    network: AsteriskNetwork, later: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asterisk drops what a recorded channel hears where sequence numbers step back (see asterisk/mixmonitor.py)."""
    monkeypatch.setattr(rtp, "secrets", SimpleNamespace(randbits=lambda _: 20_000))
    call = await recorded(network)
    await call.talk(0.5)
    other_start = 30_000 if later == "higher" else 10_000
    monkeypatch.setattr(rtp, "secrets", SimpleNamespace(randbits=lambda _: other_start))
    other_phone = await network.phone()
    other_leg = await call.stage.ring(call.story, other_phone.device_id)
    other = await other_phone.next_call(5)
    await other.answer(600)
    await call.stage.heard.next(LegAnswered, leg=other_leg)
    await call.stage.perform(ConnectLegs(bridge_id=f"{call.bridge}_2", legs=(call.story.leg, other_leg)))
    assert await call.customer.ear.hears(600, 5)
    await call.talk(1.0)
    said, heard = await call.sides()
    await call.stage.ended(other_leg)
    assert abs(len(said) - len(heard)) <= 160
    assert share(heard[-5000:-400], 600) > 0.95
    assert share(said[-5000:-400], CALLER_HZ) > 0.95
    assert abs(len(said) / RATE - (call.customer.end.at - call.customer.answered_at)) < 0.4
    assert silent_for(heard) == silent_for(said) == []


@pytest.mark.parametrize(
    "paused",
    [
        True,
        pytest.param(
            False, marks=pytest.mark.long("test_a_recorder_that_a_killed_call24_had_just_stopped_is_started_again")
        ),
    ],
)
async def test_a_recorder_that_a_killed_call24_had_just_stopped_is_started_again(
    network: AsteriskNetwork, paused: bool
) -> None:
    call = await recorded(network)
    await call.talk(0.5)
    if paused:
        await call.pause()
    async with manager_session(network.ari) as ask:
        assert "Success" in await ask({"action": "StopMixMonitor", "channel": call.story.leg})
    switch = RecorderSwitch(network.ari)

    async def is_told(outcome: str) -> bool:
        return await switch._once(switch._muted(call.story.leg, "1" if paused else "0")) == outcome

    await wait_until(lambda: is_told("refused"))
    assert await network.telephony.connected()  # type: ignore[attr-defined]
    await wait_until(lambda: is_told("done"))
    await call.talk(1.0)
    said, heard = await call.sides()
    for side, hz in ((said, CALLER_HZ), (heard, AGENT_HZ)):
        assert share(side[2000:5000], hz) > 0.95
        if paused:
            assert not side[-6000:].any()
        else:
            assert share(side[-6000:-400], hz) > 0.95
            assert len(side) > 1.4 * RATE


async def test_who_cannot_be_silenced_is_told_apart(network: AsteriskNetwork, stack: RunningStack) -> None:
    story, _ = await Stage(network).arrival(answer=True)
    switch = RecorderSwitch(network.ari)
    assert await switch.pause(story.leg) == "refused"
    assert await switch.pause(LegId("no-such-leg")) == "gone"
    stranger = ari_of(stack.settings)
    stranger.login = (stranger.login[0], "wrong")
    assert await RecorderSwitch(stranger).pause(story.leg) == "refused"
    nowhere = ari_of(stack.settings)
    nowhere.url = "http://127.0.0.1:9/ari"
    assert await RecorderSwitch(nowhere).pause(story.leg) == "away"
    assert [await RecorderSwitch(ari).works() for ari in (network.ari, stranger, nowhere)] == [True, False, False]


async def test_the_manager_interface_is_for_this_machine_and_knows_only_what_it_must(stack: RunningStack) -> None:
    settings = stack.settings
    user, password = settings.ari_login()
    text = (settings.asterisk_var / "etc" / "manager.conf").read_text()
    assert "deny=0.0.0.0/0.0.0.0,::/0\npermit=127.0.0.1/255.255.255.255,::1/128\nread=\nwrite=call,system\n" in text
    base = f"http://127.0.0.1:{settings.ari_port}/rawman"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        login = {"action": "Login", "username": user, "secret": password}
        assert "Success" in await (await http.post(base, data=login)).text()
        for action in (
            {"action": "Command", "command": "core show version"},
            {"action": "UpdateConfig", "srcfilename": "ari.conf", "dstfilename": "ari.conf"},
        ):
            assert "Permission denied" in await (await http.post(base, data=action)).text(), action


def press(customer: Any, digit: str) -> None:
    """A telephone event of 100 ms beside the voice. Source: RFC 4733, 2.3."""
    stream = customer.stream
    stamp = stream._timestamp & 0xFFFFFFFF
    for number in range(8):
        event = struct.pack("!BBH", int(digit), (0x80 if number > 4 else 0) | 10, min(number + 1, 6) * 160)
        sequence = stream._sequence & 0xFFFF
        stream._sequence += 1
        stream._send(RtpPacket(101, sequence, stamp, stream._ssrc, event, number == 0).encode())


def key(digit: str, seconds: float) -> bytes:
    """The digit's two tones, as mu-law."""
    count = np.arange(round(seconds * RATE))
    both = sum(np.sin(2 * np.pi * hz * count / RATE) for hz in DTMF[digit])
    samples = tone.tone_samples(1, seconds)
    samples[:] = type(samples)("h", (both * 8000).astype(int).tolist())
    return tone.samples_to_ulaw(samples)
