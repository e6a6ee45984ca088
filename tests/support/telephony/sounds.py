"""Sound files as people upload them, and a real espeak-ng: the one that comes with Call24's Asterisk."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
from tests.support.product.stack import CACHE

from call24.flows.speech import Speaker
from call24.installer import asterisk_program, espeak_program
from call24.installer.progress import ProgressBoard
from call24.installer.timing import Timing
from call24.kit.settings import Settings

Samples = npt.NDArray[np.float64]
OPUS = {"format": "OGG", "subtype": "OPUS"}


def speech_like(seconds: float = 1.0, rate: int = 44100, peak: float = 0.4, channels: int = 1) -> Samples:
    """A tone that comes and goes like syllables."""
    at = np.arange(int(seconds * rate)) / rate
    samples = peak * np.sin(2 * np.pi * 300 * at) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * at))
    return np.stack([samples] * channels, axis=1)


def encoded(samples: Samples, rate: int = 44100, **how: str) -> bytes:
    """`how`: format and subtype as soundfile names them; without any, WAV."""
    out = io.BytesIO()
    soundfile.write(out, samples, rate, **{"format": "WAV", **how})
    return out.getvalue()


def upload(data: bytes, name: str = "Welcome", file: str = "welcome.wav") -> dict[str, Any]:
    """What httpx sends as a form."""
    return {"data": {"name": name}, "files": {"file": (file, data, "application/octet-stream")}}


def real_speaker(folder: Path) -> Speaker:
    """`folder`: of this test run; what is fetched is shared by all."""
    os.environ.setdefault(asterisk_program.CACHE, str(CACHE))
    settings = Settings(data=folder)
    with ProgressBoard() as board, board.task("Asterisk") as task:
        asterisk_program.fetch(settings.data / "asterisk", task, Timing())
    speaker = espeak_program.find(settings)
    assert speaker is not None and str(folder) in speaker.command[0]
    return speaker
