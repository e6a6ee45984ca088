"""Audio over RTP in 20 ms packets of mu-law: what is said (a voice), what is heard (an ear), and one pace for all.

Knows no SIP and no sockets: a stream is given a function that sends, and is told what arrived.
"""

from __future__ import annotations

import asyncio
import secrets
import struct
import time
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import ClassVar, NamedTuple, Protocol
from weakref import WeakKeyDictionary

from call24.testphones import dtmf, tone

PACKET_S = 0.02
PCMU = 0
_HEADER = struct.Struct("!BBHII")


class RtpPacket(NamedTuple):
    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False

    def encode(self) -> bytes:
        second = self.payload_type | (0x80 if self.marker else 0)
        return _HEADER.pack(0x80, second, self.sequence, self.timestamp, self.ssrc) + self.payload


def is_rtcp(packet: bytes) -> bool:
    """Source: RFC 5761, section 4: packet types 192..223 on a shared port are RTCP."""
    return len(packet) > 1 and 192 <= packet[1] <= 223


def parse_rtp(packet: bytes) -> RtpPacket | None:
    """None for anything that is not a whole RTP packet of version 2. Source: RFC 3550, section 5.1."""
    if len(packet) < _HEADER.size or packet[0] >> 6 != 2 or is_rtcp(packet):
        return None
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(packet)
    start = _HEADER.size + 4 * (first & 0x0F)
    if first & 0x10:
        if len(packet) < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(packet[start + 2 : start + 4], "big")
    end = len(packet) - (packet[-1] if first & 0x20 else 0)
    if end < start:
        return None
    return RtpPacket(second & 0x7F, sequence, timestamp, ssrc, packet[start:end], bool(second & 0x80))


class Voice(Protocol):
    """Audio to send: 160 bytes of mu-law for each 20 ms, for as long as it is asked."""

    def frame(self) -> bytes: ...


class Silence:
    def frame(self) -> bytes:
        return tone.SILENCE


class Tone:
    def __init__(self, hz: int, level: float = 0.5) -> None:
        self._second = tone.tone_second(hz, level)
        self._at = 0

    def frame(self) -> bytes:
        frame = self._second[self._at : self._at + tone.FRAME]
        self._at = (self._at + tone.FRAME) % len(self._second)
        return frame


class Clip:
    """Recorded mu-law, once (then silence) or looped."""

    def __init__(self, ulaw: bytes, *, loop: bool = False) -> None:
        self._ulaw = ulaw + tone.SILENCE[: -len(ulaw) % tone.FRAME]
        self._loop = loop
        self._at = 0

    @property
    def seconds(self) -> float:
        return len(self._ulaw) / tone.RATE

    @property
    def finished(self) -> bool:
        return not self._loop and self._at >= len(self._ulaw)

    def frame(self) -> bytes:
        if self._at >= len(self._ulaw):
            if not self._loop or not self._ulaw:
                return tone.SILENCE
            self._at = 0
        frame = self._ulaw[self._at : self._at + tone.FRAME]
        self._at += tone.FRAME
        return frame


@lru_cache(maxsize=8192)
def _share(ulaw: bytes, hz: float) -> float:
    """Remembered, because a steady tone repeats the same packets and a waiting test asks for them again and again."""
    return tone.tone_share(tone.ulaw_to_samples(ulaw), hz)


class _Heard(NamedTuple):
    at: float
    ulaw: bytes


class HeardKey(NamedTuple):
    at: float
    key: str


class Ear:
    """The audio that arrived, bounded to the last `keep_s` seconds, with the moment of each packet.

    All moments are seconds since the epoch (UTC), so that they can be laid beside a call record.
    """

    def __init__(self, keep_s: float = 300.0) -> None:
        self._heard: deque[_Heard] = deque(maxlen=max(1, round(keep_s / PACKET_S)))
        self.packets = 0
        self.keys: list[HeardKey] = []
        self._last_key: tuple[int, str] | None = None
        self.first_packet_at: float | None = None
        self.last_packet_at: float | None = None

    def take(self, ulaw: bytes) -> None:
        now = time.time()
        self._heard.append(_Heard(now, ulaw))
        self.packets += 1
        self.first_packet_at = self.first_packet_at or now
        self.last_packet_at = now

    def take_key(self, timestamp: int, payload: bytes) -> None:
        """One packet of a key: all of a key have one timestamp, and count once."""
        event = dtmf.decode(payload)
        if event is None or self._last_key == (timestamp, event.key):
            return
        self._last_key = (timestamp, event.key)
        self.keys.append(HeardKey(time.time(), event.key))

    def digits(self, since: float = 0.0) -> str:
        """The keys that the other side pressed since then."""
        return "".join(heard.key for heard in self.keys if heard.at >= since)

    def first_sound(self, dbfs: float = -60.0) -> float | None:
        """When the first packet arrived that was louder than that, whatever it was; None: none yet."""
        loud = (heard.at for heard in self._heard if tone.level_dbfs(tone.ulaw_to_samples(heard.ulaw)) > dbfs)
        return next(loud, None)

    @property
    def is_whole(self) -> bool:
        """Whether all that arrived is still there."""
        return len(self._heard) == self.packets

    def ulaw(self, since: float = 0.0) -> bytes:
        return b"".join(heard.ulaw for heard in self._heard if heard.at >= since)

    def samples(self, since: float = 0.0) -> array[int]:
        return tone.ulaw_to_samples(self.ulaw(since))

    def heard(self, hz: float, since: float = 0.0, for_s: float = 0.2) -> bool:
        """Whether at least `for_s` seconds of the tone arrived after `since`."""
        needed = max(1, round(for_s / PACKET_S))
        return any(count >= needed for count, _ in enumerate(self._moments(hz, since), start=1))

    def among(self, hz: float, since: float = 0.0, for_s: float = 0.2, least: float = 0.1) -> bool:
        """Whether the tone was a part (`least` of the energy) of what arrived after `since`, for `for_s` seconds.

        For several voices at once: the first that is `heard` alone is the loudest by far.
        """
        needed = max(1, round(for_s / PACKET_S))
        parts = (1 for heard in self._heard if heard.at >= since and _share(heard.ulaw, hz) >= least)
        return any(count >= needed for count, _ in enumerate(parts, start=1))

    def steady(self, hz: float, since: float = 0.0) -> float:
        """The longest unbroken stretch of the tone, in seconds."""
        longest = run = 0
        for heard in self._heard:
            if heard.at >= since:
                run = run + 1 if _share(heard.ulaw, hz) >= 0.8 else 0
                longest = max(longest, run)
        return longest * PACKET_S

    def first_heard(self, hz: float, since: float = 0.0) -> float | None:
        return next(self._moments(hz, since), None)

    def last_heard(self, hz: float, since: float = 0.0) -> float | None:
        moments = list(self._moments(hz, since))
        return moments[-1] if moments else None

    def longest_gap(self, hz: float, since: float = 0.0, until: float | None = None) -> float:
        """The longest time without the tone between `since` (or its first packet) and `until` (or its last packet)."""
        moments = [at for at in self._moments(hz, since) if until is None or at <= until]
        if not moments:
            return float("inf")
        edges = ([since] if since else []) + moments + ([until] if until is not None else [])
        return max((later - earlier for earlier, later in pairwise(edges)), default=0.0)

    def longest_pause(self, since: float, until: float) -> float:
        """The longest time between `since` and `until` in which no packet arrived, whatever was in them."""
        moments = [heard.at for heard in self._heard if since <= heard.at <= until]
        return max(later - earlier for earlier, later in pairwise([since, *moments, until]))

    def longest_silence(self, since: float, until: float, dbfs: float = -60.0) -> float:
        """The longest time between `since` and `until` without a packet that was louder than that."""
        moments = [
            heard.at
            for heard in self._heard
            if since <= heard.at <= until and tone.level_dbfs(tone.ulaw_to_samples(heard.ulaw)) > dbfs
        ]
        return max(later - earlier for earlier, later in pairwise([since, *moments, until]))

    def share(self, hz: float, since: float = 0.0) -> float:
        """The share of the energy since then that the tone explains, as the mean over packets with sound."""
        shares = [_share(heard.ulaw, hz) for heard in self._heard if heard.at >= since]
        loud = [share for share in shares if share > 0]
        return sum(loud) / len(loud) if loud else 0.0

    def level_dbfs(self, since: float = 0.0) -> float:
        return tone.level_dbfs(self.samples(since))

    def write_wav(self, path: Path, since: float = 0.0) -> None:
        tone.write_wav(path, self.samples(since))

    async def hears(self, hz: float, timeout_s: float, since: float | None = None, for_s: float = 0.2) -> bool:
        """Waits until the tone is heard (from now on, if `since` is not given); False when the time is over."""
        start = time.time() if since is None else since
        deadline = time.monotonic() + timeout_s
        while not self.heard(hz, start, for_s):
            if time.monotonic() >= deadline:
                return False
            await asyncio.sleep(PACKET_S)
        return True

    def _moments(self, hz: float, since: float) -> Iterator[float]:
        for heard in self._heard:
            if heard.at >= since and _share(heard.ulaw, hz) >= 0.8:
                yield heard.at


class Pacer:
    """Calls each stream every 20 ms from one timer of the event loop, so that ten calls cost one wake-up, not ten."""

    _of_loop: ClassVar[WeakKeyDictionary[asyncio.AbstractEventLoop, Pacer]] = WeakKeyDictionary()

    def __init__(self) -> None:
        self._due: dict[Callable[[], None], None] = {}
        self._next = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.latest_s = 0.0
        """How late the latest tick ever was."""

    @classmethod
    def shared(cls) -> Pacer:
        loop = asyncio.get_running_loop()
        if loop not in cls._of_loop:
            cls._of_loop[loop] = Pacer()
        return cls._of_loop[loop]

    def add(self, tick: Callable[[], None]) -> None:
        self._due[tick] = None
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._next = loop.time()
            self._timer = loop.call_at(self._next, self._run)

    def remove(self, tick: Callable[[], None]) -> None:
        self._due.pop(tick, None)

    def _run(self) -> None:
        self._timer = None
        if not self._due:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        self.latest_s = max(self.latest_s, now - self._next)
        if now - self._next > 1.0:  # the machine slept or stalled: do not burst what nobody waits for
            self._next = now
        for tick in list(self._due):
            tick()
        # The next moment counts from the planned one, not from now: lateness must not add up.
        self._next += PACKET_S
        self._timer = loop.call_at(self._next, self._run)


class RtpStream:
    """One direction each way: sends a voice at the common pace, and puts what arrives into an ear."""

    def __init__(self, send: Callable[[bytes], None], voice: Voice, pacer: Pacer | None = None) -> None:
        self.voice = voice
        self.ear = Ear()
        self.sent = 0
        self.key_type: int | None = dtmf.PAYLOAD_TYPE
        """The payload type of telephone events; None where the other side takes none."""
        self._keypad = dtmf.Keypad()
        self._send = send
        self._pacer = pacer or Pacer.shared()
        self._sequence = secrets.randbits(15)
        self._timestamp = secrets.randbits(31)
        self._ssrc = secrets.randbits(32)

    def start(self) -> None:
        self._pacer.add(self._tick)

    def stop(self) -> None:
        self._pacer.remove(self._tick)

    def receive(self, packet: bytes) -> None:
        parsed = parse_rtp(packet)
        if parsed is not None and parsed.payload_type == PCMU:
            self.ear.take(parsed.payload)
        elif parsed is not None and parsed.payload_type == self.key_type:
            self.ear.take_key(parsed.timestamp, parsed.payload)

    def press(self, keys: str) -> None:
        """Presses keys one after another; the voice is silent meanwhile. Raises: ValueError for other than 0-9*#A-D."""
        self._keypad.press(keys)

    def _tick(self) -> None:
        if self._keypad.busy and self.key_type is not None:
            began = self._timestamp - self._keypad.elapsed
            key = self._keypad.next()
            if key is not None:
                self._leave(RtpPacket(self.key_type, self._sequence & 0xFFFF, began & 0xFFFFFFFF, self._ssrc, *key))
                return
        packet = RtpPacket(
            PCMU, self._sequence & 0xFFFF, self._timestamp & 0xFFFFFFFF, self._ssrc, self.voice.frame(), self.sent == 0
        )
        self._leave(packet)

    def _leave(self, packet: RtpPacket) -> None:
        self._sequence += 1
        self._timestamp += tone.FRAME
        self.sent += 1
        self._send(packet.encode())
