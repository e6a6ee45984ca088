"""What a synthetic agent's phone offers of itself to ICE."""

import pytest

from call24.testphones import sdp
from call24.testphones.rtp import Silence
from call24.testphones.webrtc_audio import AudioFailed, WebRtcAudio

OFFER = """v=0\r
o=- 1 2 IN IP4 127.0.0.1\r
s=Asterisk\r
c=IN IP4 127.0.0.1\r
t=0 0\r
m=audio 23100 UDP/TLS/RTP/SAVPF 0\r
{candidates}a=ice-ufrag:abcd\r
a=ice-pwd:secretsecretsecretsecret\r
a=setup:actpass\r
a=fingerprint:sha-256 AA:BB\r
a=rtcp-mux\r
a=mid:audio-0\r
"""
LOOPBACK = "a=candidate:H1 1 UDP 2130706431 127.0.0.1 23100 typ host\r\n"
UNREACHABLE = "a=candidate:H2 1 UDP 2130706687 255.255.255.255 23100 typ host\r\n"


async def offered(candidates: str) -> list[str]:
    audio = WebRtcAudio(sdp.read_audio(OFFER.format(candidates=candidates)), Silence())
    try:
        await audio.gather()
        answer = sdp.read_audio(audio.description())
        return [line.split()[4] for line in answer.attribute_values("candidate")]
    finally:
        await audio.close()


async def test_one_address_is_offered_so_that_both_sides_use_the_same() -> None:
    assert await offered(LOOPBACK) == ["127.0.0.1"]


async def test_what_cannot_be_reached_is_passed_over() -> None:
    assert await offered(UNREACHABLE + LOOPBACK) == ["127.0.0.1"]


async def test_without_candidates_it_is_the_loopback_address() -> None:
    assert await offered("") == ["127.0.0.1"]


async def test_a_malformed_candidate_is_refused() -> None:
    offer = sdp.read_audio(OFFER.format(candidates="a=candidate:H1 1 UDP\r\n"))
    with pytest.raises(AudioFailed, match="candidate"):
        WebRtcAudio(offer, Silence())
