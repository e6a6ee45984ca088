"""Sound: what Asterisk left in its spool, as a WAV file with a right header. Blocking; run it in a thread.

Source: Microsoft RIFF/WAVE (format 1, PCM); Asterisk's `sln` files are signed 16 bit, 8 kHz, one channel, no header.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

RATE = 8000
SAMPLE = 2
HEADER = 44
_COPY = 1 << 18


def header(sound: int, channels: int) -> bytes:
    """``sound``: bytes of samples that follow."""
    frame = channels * SAMPLE
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", HEADER - 8 + sound, b"WAVE", b"fmt ", 16, 1, channels, RATE, RATE * frame, frame, 8 * SAMPLE),
        *(b"data", sound),
    )


def duration_s(sound: int, channels: int) -> float:
    return sound / (RATE * SAMPLE * channels)


def bytes_in(seconds: float, channels: int) -> int:
    """Of whole frames."""
    return max(0, int(seconds * RATE)) * SAMPLE * channels


def sound_in(sources: Sequence[Path]) -> tuple[int, int]:
    """(bytes, channels) of the sound in spool files: two headerless ones make a stereo sound, a WAV one is mono.

    Of the two one may be missing: its side is silent. Sizes in a WAV header are not trusted: Asterisk leaves zeros
    there when it dies. Raises: FileNotFoundError.
    """
    if len(sources) == 2:
        there = [source for source in sources if source.exists()] or sources
        longest = max(_whole(source.stat().st_size) for source in there)
        return 2 * longest, 2
    [source] = sources
    offset, channels = _wav_start(_head(source))
    rest = max(source.stat().st_size - offset, 0)
    return rest - rest % (channels * SAMPLE), channels


def whole(sources: Sequence[Path], sound: int, channels: int) -> Iterator[bytes]:
    """The sources' sound as a WAV file, piece by piece: HEADER and ``sound`` bytes (as ``sound_in`` found)."""
    yield header(sound, channels)
    if len(sources) == 2:
        yield from _interleaved(sources[0], sources[1], sound // 2)
        return
    with sources[0].open("rb") as samples:
        samples.seek(_wav_start(_head(sources[0]))[0])
        while sound > 0 and (piece := samples.read(min(_COPY, sound))):
            sound -= len(piece)
            yield piece


def header_of(head: bytes) -> int:
    """The channels of a header that we wrote."""
    return _wav_start(head)[1]


def _interleaved(left: Path, right: Path, length: int) -> Iterator[bytes]:
    """Sample by sample, left first; the shorter one is filled up with silence. `length`: bytes of one channel."""
    with _opened(left) as lefts, _opened(right) as rights:
        for start in range(0, length, _COPY):
            count = min(_COPY, length - start)
            both = bytearray(2 * count)
            for place, file in ((0, lefts), (2, rights)):
                part = file.read(count).ljust(count, b"\0")
                both[place::4], both[place + 1 :: 4] = part[0::2], part[1::2]
            yield bytes(both)


def _opened(side: Path) -> IO[bytes]:
    try:
        return side.open("rb")
    except FileNotFoundError:
        return io.BytesIO()


def _whole(size: int) -> int:
    return size - size % SAMPLE


def _head(source: Path) -> bytes:
    with source.open("rb") as file:
        return file.read(4096)


def _wav_start(head: bytes) -> tuple[int, int]:
    """(offset of the samples, channels); (44, 1) for what is no WAV file, which is what Asterisk writes."""
    place, channels = 12, 1
    while place + 8 <= len(head) and head[:4] == b"RIFF":
        name, length = head[place : place + 4], int.from_bytes(head[place + 4 : place + 8], "little")
        if name == b"fmt " and place + 12 <= len(head):
            channels = max(int.from_bytes(head[place + 10 : place + 12], "little"), 1)
        if name == b"data":
            return place + 8, channels
        place += 8 + length + length % 2
    return HEADER, channels
