"""The tones by which these tests know who is heard: no music may be taken for one."""

from __future__ import annotations

import wave
from array import array

import numpy as np
import pytest
from tests.support.product.people import AGENT_HZ, CALLER_HZ, COLLEAGUE_HZ, LINE_HZ, SUPERVISOR_HZ
from tests.support.product.stack import RunningStack

from call24.testphones.rtp import PACKET_S
from call24.testphones.tone import RATE, tone_samples, tone_share

pytestmark = pytest.mark.shares_stack("asterisk")

PACKET = round(RATE * PACKET_S)
MUSIC_S = 60
TONES = (CALLER_HZ, AGENT_HZ, COLLEAGUE_HZ, SUPERVISOR_HZ, LINE_HZ)


def likely(samples: array[int], hz: int) -> list[array[int]]:
    """The packets in which this tone has more than half of the energy: of so many, each is not looked at by itself."""
    whole = np.array(samples[: len(samples) // PACKET * PACKET], float).reshape(-1, PACKET)
    turning = np.exp(-2j * np.pi * hz / RATE * np.arange(PACKET))
    share = 2 * np.abs(whole @ turning) ** 2 / (PACKET * np.maximum((whole**2).sum(axis=1), 1))
    return [samples[at * PACKET : (at + 1) * PACKET] for at in np.flatnonzero(share > 0.5)]


def test_the_music_on_hold_has_none_of_the_tones_that_tests_listen_for(stack: RunningStack) -> None:
    files = list((stack.settings.asterisk_var / "data" / "moh" / "default").glob("*.wav"))
    assert files
    for file in files:
        with wave.open(str(file)) as music:
            assert music.getframerate() == RATE
            samples = array("h", music.readframes(RATE * MUSIC_S))
        for hz in TONES:
            assert sum(tone_share(packet, hz) >= 0.8 for packet in likely(samples, hz)) < 3, (file.name, hz)
            found = likely(samples + tone_samples(hz, 1.0), hz)
            assert sum(tone_share(packet, hz) >= 0.8 for packet in found) > 45, "it would be found"
