"""Prompts, and what waiting callers are told, are heard through a real Asterisk: whole, and one after another."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from tests.support.product.stack import RunningStack
from tests.support.product.system import System
from tests.support.telephony.network import AsteriskNetwork, Stage, asterisk_network
from tests.support.telephony.sounds import OPUS, encoded, real_speaker, speech_like

from call24.calls.commands import HangUpLeg, RecordLeg
from call24.calls.position_prompts import place_sounds
from call24.calls.signals import LegEnded, SoundEnded
from call24.flows.convert import convert
from call24.flows.speech import speak
from call24.installer.asterisk_conf import TEMPLATES
from call24.kit.ids import RecordingId, new_id
from call24.testphones.rtp import Tone

pytestmark = pytest.mark.shares_stack("asterisk")

RATE = 8000


@pytest.fixture
async def network(stack: RunningStack) -> AsyncIterator[AsteriskNetwork]:
    async with asterisk_network(stack) as network:
        yield network


def length_s(sounds: tuple[str, ...]) -> float:
    return sum((TEMPLATES / "sounds" / f"{sound}.ul").stat().st_size for sound in sounds) / RATE


def put(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    file.rename(place)


async def heard_by_caller(network: AsteriskNetwork, prompt: Path, after: tuple[str, ...]) -> tuple[np.ndarray, float]:
    """A caller hears a prompt of its organisation, then built-in sounds; what came, and how long it took."""
    stage = Stage(network)
    story, _ = await stage.arrival(answer=True)
    recording = RecordingId(new_id("rec"))
    await stage.perform(RecordLeg(leg=story.leg, recording_id=recording, tenant_id=story.tenant_id))
    prompt_id = new_id("prm")
    put(prompt, network.settings.data / "prompts" / story.tenant_id / f"{prompt_id}.wav")
    began = time.monotonic()
    await stage.play(story, "playback", prompt_id, *after)
    await network.heard.next(SoundEnded, 20, playback_id="playback")
    took = time.monotonic() - began
    await stage.perform(HangUpLeg(leg=story.leg))
    await network.heard.next(LegEnded, leg=story.leg)
    heard = np.fromfile(network.spool / story.tenant_id / f"{recording}-out.sln", "<i2").astype(float) / 32768
    return heard, took


async def test_an_uploaded_prompt_and_the_place_in_the_queue_are_heard_whole(
    network: AsteriskNetwork, tmp_path: Path
) -> None:
    source, target = tmp_path / "in", tmp_path / "out.wav"
    source.write_bytes(encoded(speech_like(2.0, 48000), 48000, **OPUS))
    convert(source, target)
    sounds = place_sounds(3, 130, 290)
    assert len(sounds) == 4
    heard, took = await heard_by_caller(network, target, sounds)
    assert took == pytest.approx(2.0 + length_s(sounds), abs=1.0)
    first = int(np.argmax(np.abs(heard) > 0.02))
    tone = heard[first : first + int(1.8 * RATE)]
    assert np.argmax(np.abs(np.fft.rfft(tone))) * RATE / len(tone) == pytest.approx(300, abs=5)
    said = heard[first + 2 * RATE :]
    loud = [np.abs(said[at : at + RATE // 10]).max() > 0.02 for at in range(0, len(said), RATE // 10)]
    assert sum(loud) / 10 == pytest.approx(length_s(sounds), abs=1.5)


@pytest.mark.long("test_a_fresh_installation_speaks_a_prompt_and_its_caller_hears_it")
async def test_a_spoken_prompt_is_heard(network: AsteriskNetwork, tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out.wav"
    await speak(real_speaker(tmp_path), "You have reached Acme. How can we help?", "en-gb", source)
    seconds = convert(source, target).seconds
    heard, took = await heard_by_caller(network, target, ("recorded",))
    assert took == pytest.approx(seconds + length_s(("recorded",)), abs=1.0)
    assert 20 * np.log10(np.sqrt(np.mean(heard[np.abs(heard) > 0.003] ** 2))) == pytest.approx(-19, abs=4)


async def test_a_fresh_installation_speaks_a_prompt_and_its_caller_hears_it(system: System) -> None:
    async with system.organisation("Spoken") as org:
        words = {"name": "Hello", "text": "Thank you for calling. Goodbye.", "voice": "en-gb"}
        prompt = await org.post("/v1/prompts", words)
        assert (system.settings.prompts / org.tenant_id / f"{prompt['id']}.wav").exists()
        flow = await org.flow("bye", {"bye": {"type": "hang_up", "prompt": prompt["id"]}})
        number = await org.add_number(flow_id=flow)
        customer = await org.customer().dial(number["number"], Tone(1000))
        await customer.answered(5)
        ended = await customer.ended(15)
        assert ended.at - customer.answered_at == pytest.approx(prompt["seconds"], abs=1.5)
        refused = await org.http.delete(f"/v1/prompts/{prompt['id']}")
        assert refused.status_code == 409
