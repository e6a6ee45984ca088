"""Sound files: what Asterisk left in its spool becomes a WAV file with a right header. Blocking; run it in a thread.

Source: Microsoft RIFF/WAVE (format 1, PCM); Asterisk's `sln` files are signed 16 bit, 8 kHz, one channel, no header.
"""

from __future__ import annotations

import io
import os
import shutil
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import IO

RATE = 8000
SAMPLE = 2
HEADER = 44
_COPY = 1 << 20


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


def store(sources: Sequence[Path], target: Path) -> int:
    """Write the sources' sound to `target` as WAV, whole or not at all and on disk when this returns; its bytes."""
    sound, channels = sound_in(sources)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_suffix(".part")
    with part.open("wb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(header(sound, channels))
        if len(sources) == 2:
            _interleave(sources[0], sources[1], sound // 2, out)
        else:
            with sources[0].open("rb") as samples:
                samples.seek(_wav_start(_head(sources[0]))[0])
                shutil.copyfileobj(samples, out, _COPY)
        out.truncate(HEADER + sound)
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)
    sync_folder(target.parent)
    return sound


def _interleave(left: Path, right: Path, length: int, out: IO[bytes]) -> None:
    """Sample by sample, left first; the shorter one is filled up with silence. `length`: bytes of one channel."""
    with _opened(left) as lefts, _opened(right) as rights:
        for start in range(0, length, _COPY):
            count = min(_COPY, length - start)
            both = bytearray(2 * count)
            for place, file in ((0, lefts), (2, rights)):
                part = file.read(count).ljust(count, b"\0")
                both[place::4], both[place + 1 :: 4] = part[0::2], part[1::2]
            out.write(both)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
