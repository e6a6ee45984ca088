"""An uploaded or spoken sound becomes what a telephone plays: 8 kHz, 16 bit, mono, of a usual loudness.

`python -m call24.flows.convert SOURCE TARGET` writes TARGET and says what it found as one line of JSON. It is a program
of its own, with little memory and time: the file comes from outside, and whatever it does to the decoder ends here.
Source: libsndfile 1.2 (WAV, FLAC, Ogg with Vorbis or Opus, MP3) through `soundfile`; resampling by libsoxr.
"""

from __future__ import annotations

import os
import resource
import sys
import wave
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from call24.flows.sound import SECONDS_MAX, Converted

Samples = npt.NDArray[np.float32]

RATE = 8000
SECONDS_MIN = 0.2
LOUD_DB = -20.0
"""RMS of the words as played; about what the built-in sounds have. Source: ITU-T G.101's nominal speech level."""
SILENT_DB = LOUD_DB - 30.0
_PEAK = 0.97
_CLIPPED = 0.01
"""The share of samples at full scale from which a sound is taken for spoilt."""
_BLOCK = 1 << 15
_CHANNELS_MAX = 8
_RATES = range(4000, 192001)
_FORMATS = ("WAV", "WAVEX", "FLAC", "OGG", "MP3", "MPEG")
_MEMORY = 2 << 30
_CPU_S = 40


class UnusableSound(Exception):
    """The sound cannot be used; the text says why and what to do."""


def convert(source: Path, target: Path) -> Converted:
    """Blocking. Raises: Unusable, and then there is no target."""
    samples, clipped = _read(source)
    seconds = len(samples) / RATE
    if seconds < SECONDS_MIN:
        raise UnusableSound("There is hardly any audio in it: record at least a word.")
    before = _loudness(samples)
    if before < SILENT_DB:
        raise UnusableSound("It is silent or nearly silent: record it again, closer to the microphone.")
    if clipped > _CLIPPED:
        raise UnusableSound("It is overdriven (clipped): record it again with less gain.")
    gain_db = LOUD_DB - before
    louder = samples * np.float32(10 ** (gain_db / 20))
    # Peaks that would clip are held, softly: speech has few of them, and taking all of it down would make it too quiet.
    limited: Samples = np.where(np.abs(louder) > _PEAK / 2, _held(louder), louder)
    _write(target, limited)
    after = _loudness(limited)
    return Converted(seconds=round(seconds, 2), loudness=round(after, 1), gain_db=round(gain_db, 1))


def _read(source: Path) -> tuple[Samples, float]:
    """Mono samples at 8 kHz, and the share that was at full scale. In blocks: a small file may unpack to hours."""
    try:
        with soundfile.SoundFile(source) as file:
            if file.format not in _FORMATS:
                raise UnusableSound(f"{file.format} is not a supported format: send WAV, MP3, Ogg (Opus) or FLAC.")
            if not 1 <= file.channels <= _CHANNELS_MAX or file.samplerate not in _RATES:
                raise UnusableSound("Send audio with one or two channels and 8 to 48 kHz.")
            stream = soxr.ResampleStream(file.samplerate, RATE, 1, dtype="float32")
            parts: list[Samples] = []
            length = read = full = 0
            while len(block := file.read(_BLOCK, dtype="float32", always_2d=True)):
                read, full = read + block.size, full + int(np.count_nonzero(np.abs(block) >= 0.999))
                part = stream.resample_chunk(np.nan_to_num(block.mean(axis=1), posinf=1.0, neginf=-1.0))
                parts.append(part)
                length += len(part)
                if length > SECONDS_MAX * RATE:
                    raise UnusableSound(f"It is longer than {SECONDS_MAX / 60:.0f} minutes: send a shorter one.")
            parts.append(stream.resample_chunk(np.zeros(0, dtype=np.float32), last=True))
    except (soundfile.LibsndfileError, ValueError, TypeError):
        raise UnusableSound("It could not be read as audio: send WAV, MP3, Ogg (Opus) or FLAC.") from None
    return np.concatenate(parts), full / max(read, 1)


def _loudness(samples: Samples) -> float:
    """dBFS of the parts in which there is sound: pauses do not make words quieter."""
    whole = samples[: len(samples) - len(samples) % 160] if len(samples) >= 160 else samples
    frames = np.sqrt(np.mean(whole.reshape(-1, min(160, len(whole))).astype(np.float64) ** 2, axis=1))
    loudest = float(frames.max(initial=0.0))
    sounding = frames[frames > loudest / 30]
    return 20 * float(np.log10(max(np.sqrt(np.mean(sounding**2)) if len(sounding) else 0.0, 1e-9)))


def _held(samples: Samples) -> Samples:
    """Above half of the allowed peak, the further up the less is added: never above the peak."""
    half = _PEAK / 2
    held = np.sign(samples) * (half + half * np.tanh((np.abs(samples) - half) / half))
    return held.astype(np.float32)


def _write(target: Path, samples: Samples) -> None:
    """Whole and on disk, or not there."""
    part = target.with_suffix(".part")
    with part.open("wb") as out:
        os.fchmod(out.fileno(), 0o600)
        with wave.open(out, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            sound.writeframes((samples * 32767).astype("<i2").tobytes())
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)


def main() -> int:
    os.nice(10)  # calls come first
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    try:
        converted = convert(Path(sys.argv[1]), Path(sys.argv[2]))
    except UnusableSound as why:
        converted = Converted(problem=str(why))
    sys.stdout.write(msgspec.json.encode(converted).decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
