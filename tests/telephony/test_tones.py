"""The tones by which these tests know who is heard: no music may be taken for one."""

from __future__ import annotations

import wave
from array import array

import pytest
from tests.support.product.people import AGENT_HZ, CALLER_HZ, COLLEAGUE_HZ, LINE_HZ, SUPERVISOR_HZ
from tests.support.product.stack import RunningStack

from call24.testphones.rtp import PACKET_S
from call24.testphones.tone import RATE, tone_share

pytestmark = pytest.mark.shares_stack("asterisk")

PACKET = round(RATE * PACKET_S)
MUSIC_S = 60


@pytest.mark.parametrize("hz", [CALLER_HZ, AGENT_HZ, COLLEAGUE_HZ, SUPERVISOR_HZ, LINE_HZ])
def test_the_music_on_hold_has_none_of_the_tones_that_tests_listen_for(stack: RunningStack, hz: int) -> None:
    files = list((stack.settings.asterisk_var / "data" / "moh" / "default").glob("*.wav"))
    assert files
    for file in files:
        with wave.open(str(file)) as music:
            assert music.getframerate() == RATE
            samples = array("h", music.readframes(RATE * MUSIC_S))
        packets = (samples[at : at + PACKET] for at in range(0, len(samples) - PACKET, PACKET))
        assert sum(tone_share(packet, hz) >= 0.8 for packet in packets) < 3, file.name
