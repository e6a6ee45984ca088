"""RTP that counts itself, cheaply: hundreds of legs in one process, over DTLS-SRTP or plain.

What is sent has a running number in its payload, so that loss is counted twice: by RTP's sequence numbers at each end,
and from one phone to the other by the numbers, which nothing between them can renumber. Nothing that is heard is kept.
"""

from __future__ import annotations

import asyncio
import struct
from typing import Any

from call24.testphones.dtls_srtp import DtlsSrtp
from call24.testphones.rtp import RtpStream, Voice, is_rtcp
from call24.testphones.sdp import Audio
from call24.testphones.tone import FRAME
from call24.testphones.webrtc_audio import WebRtcAudio

HEADER = struct.Struct("!BBHII")
MARK = b"C24n"
REST = bytes(0x80 + (step * 7) % 64 for step in range(FRAME - len(MARK) - 4))
NUMBER_AT = HEADER.size + len(MARK)


class Arrivals:
    """What came of a run of 16-bit numbers. Source: RFC 3550, appendix A.3; a new source begins a new run."""

    __slots__ = ("_first", "_here", "_highest", "_lost_before", "_source", "received")

    def __init__(self) -> None:
        self.received = 0
        self._source = b""
        self._first = self._highest = self._here = self._lost_before = 0

    def take(self, source: bytes, number: int) -> None:
        self.received += 1
        if source != self._source or not self._here:
            self._lost_before = self.lost
            self._source, self._first, self._highest, self._here = source, number, number, 1
            return
        self._here += 1
        step = (number - self._highest) & 0xFFFF
        if step < 0x8000:
            self._highest += step

    @property
    def lost(self) -> int:
        """Packets between the first and the last that came that did not come, of all sources."""
        if not self._here:
            return 0
        return self._lost_before + max(0, self._highest - self._first + 1 - self._here)


class CountedStream(RtpStream):
    """Sends numbered packets, and counts those that come."""

    def __init__(self, send: Any, voice: Voice) -> None:
        super().__init__(send, voice)
        self.by_sequence = Arrivals()
        self.by_number = Arrivals()
        self.unreadable = 0
        """SRTP packets that did not verify."""

    def receive(self, packet: bytes) -> None:
        if len(packet) < HEADER.size or is_rtcp(packet):
            return
        self.by_sequence.take(packet[8:12], packet[2] << 8 | packet[3])
        if packet[HEADER.size : NUMBER_AT] == MARK:
            self.by_number.take(MARK, int.from_bytes(packet[NUMBER_AT : NUMBER_AT + 2], "big"))

    def counts(self) -> dict[str, int]:
        return {
            "sent": self.sent,
            "received": self.by_sequence.received,
            "lost": self.by_sequence.lost,
            "lost_on_the_way": self.by_number.lost,
            "heard": self.by_number.received,
            "unreadable": self.unreadable,
            "silent": int(self.sent > 0 and not self.by_number.received),
        }

    def _tick(self) -> None:
        sent = self.sent
        self.sent = sent + 1
        self._send(
            HEADER.pack(
                0x80,
                0 if sent else 0x80,
                (self._sequence + sent) & 0xFFFF,
                (self._timestamp + FRAME * sent) & 0xFFFFFFFF,
                self._ssrc,
            )
            + MARK
            + (sent & 0xFFFF).to_bytes(2, "big")
            + b"\x80\x80"
            + REST
        )


class CountedAudio(WebRtcAudio):
    """Once ICE and DTLS are done, packets go from and to the socket without tasks and queues between."""

    stream: CountedStream

    def __init__(self, offer: Audio, voice: Voice) -> None:
        super().__init__(offer, voice)
        self.stream = CountedStream(self._send_audio, voice)

    async def connect(self, timeout_s: float = 10.0) -> None:
        await super().connect(timeout_s)
        pair = self._ice._nominated[1]  # aioice has no way round its queue
        transport, to, protect = pair.protocol.transport, pair.remote_addr, self._dtls.protect
        transport.set_protocol(_Short(pair.protocol, self._dtls, self.stream))

        def send(packet: bytes) -> None:
            if (protected := protect(packet)) is not None and not transport.is_closing():
                transport.sendto(protected, to)

        self.stream._send = send


class _Short(asyncio.DatagramProtocol):
    """SRTP goes to the stream; STUN, DTLS and RTCP to where they went before."""

    def __init__(self, behind: asyncio.DatagramProtocol, dtls: DtlsSrtp, stream: CountedStream) -> None:
        self._behind = behind
        self._dtls = dtls
        self._stream = stream

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if not 128 <= data[0] <= 191 or is_rtcp(data):
            self._behind.datagram_received(data, addr)
        elif (packet := self._dtls.unprotect(data)) is not None:
            self._stream.receive(packet)
        else:
            self._stream.unreadable += 1

    def error_received(self, exc: Exception) -> None:
        self._behind.error_received(exc)

    def connection_lost(self, exc: Exception | None) -> None:
        self._behind.connection_lost(exc)
