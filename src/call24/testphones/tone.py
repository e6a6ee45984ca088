"""G.711 mu-law, pure tones, and finding a tone in audio; 8 kHz mono, without numpy.

Does not know packets, sockets or files other than WAV.
"""

from __future__ import annotations

import math
import sys
import wave
from array import array
from functools import cache
from pathlib import Path

RATE = 8000
FRAME = 160
"""Samples in 20 ms, one RTP packet."""
SILENCE = b"\xff" * FRAME


def _decode_byte(code: int) -> int:
    """One mu-law byte as a 16-bit sample. Source: ITU-T G.711."""
    code = ~code & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)
    return 0x84 - magnitude if code & 0x80 else magnitude - 0x84


_DECODED = tuple(_decode_byte(code) for code in range(256))


@cache
def _encode_sample(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 0x84
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | (magnitude >> (exponent + 3)) & 0x0F) & 0xFF


def ulaw_to_samples(ulaw: bytes) -> array[int]:
    return array("h", [_DECODED[code] for code in ulaw])


def samples_to_ulaw(samples: array[int]) -> bytes:
    return bytes(_encode_sample(sample) for sample in samples)


def tone_samples(hz: int, seconds: float, level: float = 0.5) -> array[int]:
    """A sine of `hz`; `level` is its peak as a share of full scale."""
    step = 2 * math.pi * hz / RATE
    return array("h", [round(32767 * level * math.sin(step * n)) for n in range(round(RATE * seconds))])


@cache
def tone_second(hz: int, level: float = 0.5) -> bytes:
    """One second of a whole-hertz tone as mu-law; it can be repeated without a seam."""
    return samples_to_ulaw(tone_samples(hz, 1.0, level))


@cache
def _turn(hz: float) -> float:
    return 2 * math.cos(2 * math.pi * hz / RATE)


def tone_share(samples: array[int], hz: float) -> float:
    """The share (0..1) of the energy of `samples` that a sine of `hz` explains, by Goertzel's recurrence.

    0.0 for near silence, in which a share would say nothing.
    """
    count = len(samples)
    energy = sum(sample * sample for sample in samples)
    if count == 0 or energy < count * 1000:  # below -60 dBFS
        return 0.0
    turn = _turn(hz)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + turn * last - before
    power = last * last + before * before - turn * last * before
    return min(1.0, 2 * power / (count * energy))


def level_dbfs(samples: array[int]) -> float:
    """Root mean square level against full scale in dB; -100.0 for digital silence."""
    if not samples:
        return -100.0
    mean = sum(sample * sample for sample in samples) / len(samples)
    return 20 * math.log10(math.sqrt(mean) / 32768) if mean >= 0.11 else -100.0


def write_wav(path: Path, samples: array[int]) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(_little_endian(samples))


def read_wav_channels(path: Path) -> list[array[int]]:
    """Each channel of a 16-bit WAV of 8 kHz.

    Raises: ValueError for another rate or sample width.
    """
    with wave.open(str(path), "rb") as audio:
        return channels_of(audio)


def channels_of(audio: wave.Wave_read) -> list[array[int]]:
    """Raises: ValueError for another rate or sample width."""
    if audio.getframerate() != RATE or audio.getsampwidth() != 2:
        raise ValueError(f"want 16 bit at {RATE} Hz")
    channels = audio.getnchannels()
    interleaved = array("h")
    interleaved.frombytes(audio.readframes(audio.getnframes()))
    if sys.byteorder == "big":
        interleaved.byteswap()
    return [interleaved[channel::channels] for channel in range(channels)]


def _little_endian(samples: array[int]) -> bytes:
    if sys.byteorder == "little":
        return samples.tobytes()
    swapped = array("h", samples)
    swapped.byteswap()
    return swapped.tobytes()
