"""Session descriptions."""

import pytest

from call24.testphones import sdp

WEBRTC = """v=0\r
o=- 1 2 IN IP4 127.0.0.1\r
s=Asterisk\r
c=IN IP4 127.0.0.1\r
t=0 0\r
a=group:BUNDLE audio-0\r
m=audio 23100 UDP/TLS/RTP/SAVPF 107 0 126\r
a=candidate:H1 1 UDP 2130706431 127.0.0.1 23100 typ host\r
a=ice-ufrag:abcd\r
a=ice-pwd:secret\r
a=setup:actpass\r
a=fingerprint:sha-256 AA:BB\r
a=rtcp-mux\r
a=mid:audio-0\r
a=sendonly\r
m=video 9 UDP/TLS/RTP/SAVPF 96\r
a=mid:video-1\r
"""


def test_the_first_audio_stream_is_read_with_what_the_session_says_for_all() -> None:
    audio = sdp.read_audio(WEBRTC)
    assert (audio.host, audio.port, audio.protocol, audio.direction) == (
        "127.0.0.1",
        23100,
        "UDP/TLS/RTP/SAVPF",
        "sendonly",
    )
    assert audio.attribute("mid") == "audio-0"
    assert audio.attribute("rtcp-mux") == ""
    assert audio.attribute("ice-lite") is None
    assert audio.attribute_values("candidate") == ["H1 1 UDP 2130706431 127.0.0.1 23100 typ host"]


@pytest.mark.parametrize(
    "text", ["", "v=0\r\nm=video 9 RTP/AVP 0", "m=audio 4000 RTP/AVP 8", "m=audio x RTP/AVP 0", "m=audio"]
)
def test_a_description_without_mu_law_audio_is_refused(text: str) -> None:
    with pytest.raises(sdp.NoCommonAudio):
        sdp.read_audio(text)


def test_our_own_descriptions_read_back() -> None:
    plain = sdp.read_audio(sdp.plain_audio("127.0.0.1", 4000, "recvonly"))
    assert (plain.host, plain.port, plain.formats, plain.direction) == ("127.0.0.1", 4000, ("0", "101"), "recvonly")
    answer = sdp.webrtc_answer(
        sdp.read_audio(WEBRTC), host="127.0.0.1", port=5000, ufrag="u", password="p", candidates=["c"],
        fingerprint="CC:DD", setup="active",
    )  # fmt: skip
    read = sdp.read_audio(answer)
    assert (read.attribute("setup"), read.attribute("fingerprint"), read.attribute("mid")) == (
        "active",
        "sha-256 CC:DD",
        "audio-0",
    )
