"""Digits in RTP: what is pressed is sent as telephone events, and what arrives is read. Source: RFC 4733, section 2.

Knows no sockets and no timestamps' origin: a sender is asked for the next packet's payload every 20 ms.
"""

from __future__ import annotations

import struct
from collections import deque
from typing import NamedTuple

KEYS = "0123456789*#ABCD"
PAYLOAD_TYPE = 101
TICKS, PAUSE_TICKS, ENDS = 5, 4, 3
SAMPLES = 160
_VOLUME = 10
_EVENT = struct.Struct("!BBH")


class KeyEvent(NamedTuple):
    key: str
    over: bool
    duration: int


def encode(event: KeyEvent) -> bytes:
    return _EVENT.pack(KEYS.index(event.key), (0x80 if event.over else 0) | _VOLUME, event.duration)


def decode(payload: bytes) -> KeyEvent | None:
    """None for what is no key."""
    if len(payload) < _EVENT.size:
        return None
    code, flags, duration = _EVENT.unpack_from(payload)
    return KeyEvent(KEYS[code], bool(flags & 0x80), duration) if code < len(KEYS) else None


class Keypad:
    """What is still to be pressed. `next` gives (payload, whether it is the key's first packet), or None in between."""

    def __init__(self) -> None:
        self._keys: deque[str] = deque()
        self._tick = 0

    def press(self, keys: str) -> None:
        """Raises: ValueError for what is on no keypad."""
        for key in keys:
            KEYS.index(key)
        self._keys.extend(keys)

    @property
    def busy(self) -> bool:
        return bool(self._keys)

    @property
    def elapsed(self) -> int:
        """Samples since the key's first packet: its packets all carry the timestamp of the first."""
        return self._tick * SAMPLES

    def next(self) -> tuple[bytes, bool] | None:
        tick = self._tick
        self._tick += 1
        if tick < TICKS + ENDS:
            over = tick >= TICKS
            event = KeyEvent(self._keys[0], over, min(tick + 1, TICKS) * SAMPLES)
            return encode(event), tick == 0
        if tick + 1 >= TICKS + ENDS + PAUSE_TICKS:
            self._keys.popleft()
            self._tick = 0
        return None
