"""RTP packets, voices, the ear and the common pace."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.wait import wait_until

from call24.testphones import rtp, tone
from call24.testphones.rtp import Clip, Ear, Pacer, RtpPacket, RtpStream, Silence, Tone, parse_rtp


@given(
    st.integers(0, 71), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF), st.integers(0, 0xFFFFFFFF),
    st.binary(max_size=200), st.booleans(),
)  # fmt: skip
def test_a_packet_reads_back_as_it_was_built(
    kind: int, sequence: int, timestamp: int, ssrc: int, payload: bytes, marker: bool
) -> None:
    packet = RtpPacket(kind, sequence, timestamp, ssrc, payload, marker)
    if not (marker and kind >= 64):  # those are RTCP on a shared port
        assert parse_rtp(packet.encode()) == packet


@given(st.binary(max_size=60))
def test_no_datagram_breaks_the_reader(datagram: bytes) -> None:
    parse_rtp(datagram)


def test_contributing_sources_extension_and_padding_are_not_audio() -> None:
    head = bytes([0x80 | 0x20 | 0x10 | 1, 0]) + bytes(10)
    packet = head + b"CSRC" + b"\x00\x00\x00\x01" + b"EXTN" + b"audio" + b"\x00\x00\x03"
    parsed = parse_rtp(packet)
    assert parsed is not None
    assert parsed.payload == b"audio"


@pytest.mark.parametrize("packet", [b"", b"\x80\x00", b"\x40" + bytes(11), b"\x80\xc8" + bytes(26)])
def test_what_is_not_rtp_is_refused(packet: bytes) -> None:
    assert parse_rtp(packet) is None


def test_a_clip_is_said_once_and_then_silence() -> None:
    clip = Clip(b"\x11" * 200)
    assert clip.frame() == b"\x11" * 160
    assert clip.frame() == b"\x11" * 40 + b"\xff" * 120
    assert clip.finished
    assert clip.frame() == tone.SILENCE


def test_a_looped_clip_starts_again() -> None:
    clip = Clip(b"\x11" * 160, loop=True)
    assert [clip.frame(), clip.frame()] == [b"\x11" * 160] * 2
    assert not clip.finished


def _listen(ear: Ear, monkeypatch: pytest.MonkeyPatch, *parts: tuple[rtp.Voice, float]) -> None:
    """Lets the ear hear each voice for so many seconds, from second 1000 of a clock of its own."""
    now = 1000.0
    monkeypatch.setattr(rtp.time, "time", lambda: now)
    for voice, seconds in parts:
        for _ in range(round(seconds / rtp.PACKET_S)):
            ear.take(voice.frame())
            now += rtp.PACKET_S


def test_an_ear_tells_when_a_tone_came_and_went(monkeypatch: pytest.MonkeyPatch) -> None:
    ear = Ear()
    _listen(ear, monkeypatch, (Silence(), 1.0), (Tone(440), 1.0), (Silence(), 0.5), (Tone(440), 0.5), (Silence(), 1.0))
    assert ear.first_heard(440) == pytest.approx(1001.0)
    assert ear.last_heard(440) == pytest.approx(1002.98)
    assert ear.longest_gap(440) == pytest.approx(0.52)
    assert ear.longest_gap(440, since=1001.0, until=1004.0) == pytest.approx(1.02)
    assert ear.heard(440, for_s=1.4)
    assert not ear.heard(440, since=1002.6, for_s=0.5)
    assert not ear.heard(1000)
    assert ear.longest_gap(1000) == float("inf")


def test_an_ear_takes_silent_packets_for_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    ear = Ear()
    _listen(ear, monkeypatch, (Tone(440), 1.0), (Silence(), 0.5), (Tone(1000), 0.5))
    assert ear.longest_pause(1000.0, 1001.98) == pytest.approx(0.02)
    assert ear.longest_silence(1000.0, 1001.98) == pytest.approx(0.52)
    assert ear.longest_silence(1001.0, 1001.4) == pytest.approx(0.4)
    assert ear.longest_silence(1000.0, 1003.0) == pytest.approx(1.02)


def test_an_ear_tells_when_anything_was_heard_first(monkeypatch: pytest.MonkeyPatch) -> None:
    ear = Ear()
    _listen(ear, monkeypatch, (Silence(), 1.0))
    assert (ear.first_packet_at, ear.first_sound()) == (1000.0, None)
    _listen(ear, monkeypatch, (Silence(), 0.5), (Tone(600, 0.1), 0.5))
    assert ear.first_sound() == pytest.approx(1000.5)


def test_an_ear_keeps_only_the_last_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    ear = Ear(keep_s=1.0)
    _listen(ear, monkeypatch, (Tone(440), 1.0), (Tone(1000), 1.0))
    assert len(ear.samples()) == tone.RATE
    assert not ear.heard(440)
    assert ear.packets == 100


async def test_one_pace_serves_ten_streams_and_stops_with_the_last() -> None:
    pacer = Pacer()
    sent: list[list[bytes]] = [[] for _ in range(10)]
    streams = [RtpStream(packets.append, Tone(440), pacer) for packets in sent]
    for stream in streams:
        stream.start()
    loop = asyncio.get_running_loop()
    began = loop.time()
    await wait_until(lambda: len(sent[0]) >= 25)
    took = loop.time() - began
    for stream in streams:
        stream.stop()
    assert 0.4 < took < 2.0
    assert {len(packets) for packets in sent} == {len(sent[0])}
    await asyncio.sleep(2 * rtp.PACKET_S)
    assert len(sent[0]) <= 26


def test_packets_of_a_stream_follow_each_other() -> None:
    packets: list[bytes] = []
    stream = RtpStream(packets.append, Silence(), Pacer())
    for _ in range(3):
        stream._tick()
    read = [packet for raw in packets if (packet := parse_rtp(raw)) is not None]
    assert [packet.sequence - read[0].sequence for packet in read] == [0, 1, 2]
    assert [packet.timestamp - read[0].timestamp for packet in read] == [0, 160, 320]
    assert [packet.marker for packet in read] == [True, False, False]
