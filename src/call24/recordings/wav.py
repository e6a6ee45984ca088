"""Sound files: what Asterisk left in its spool becomes a WAV file with a right header. Blocking; run it in a thread.

Source: Microsoft RIFF/WAVE (format 1, PCM); MixMonitor's option D writes interleaved signed 16 bit, 8 kHz, no header.
"""

from __future__ import annotations

import os
import shutil
import struct
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


def sound_in(path: Path) -> tuple[int, int, int]:
    """(offset, bytes, channels) of the samples in a spool file: raw ones are stereo, WAV ones say it themselves.

    Sizes in a WAV header are not trusted: Asterisk leaves zeros there when it dies.
    """
    size = path.stat().st_size
    if path.suffix == ".raw":
        return 0, size - size % (2 * SAMPLE), 2
    with path.open("rb") as file:
        offset, channels = _wav_start(file.read(4096))
    rest = max(size - offset, 0)
    return offset, rest - rest % (channels * SAMPLE), channels


def store(source: Path, target: Path) -> int:
    """Write ``source``'s sound to ``target`` as WAV, whole or not at all and on disk when this returns; its bytes."""
    offset, sound, channels = sound_in(source)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_suffix(".part")
    with source.open("rb") as samples, part.open("wb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(header(sound, channels))
        samples.seek(offset)
        _copy(samples, out, sound)
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)
    sync_folder(target.parent)
    return sound


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy(samples: IO[bytes], out: IO[bytes], count: int) -> None:
    shutil.copyfileobj(samples, out, _COPY)
    out.truncate(HEADER + count)


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
