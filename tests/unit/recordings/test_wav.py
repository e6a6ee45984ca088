"""Sound containers: headers that players believe, sizes that Asterisk's headers get wrong."""

from __future__ import annotations

import io
import wave

import pytest

from call24.recordings import wav


@pytest.mark.parametrize(("channels", "frames"), [(2, 8000), (1, 4000), (2, 0)])
def test_a_header_says_what_follows(channels: int, frames: int) -> None:
    sound = bytes(frames * channels * 2)
    with wave.open(io.BytesIO(wav.header(len(sound), channels) + sound)) as read:
        assert (read.getnchannels(), read.getsampwidth(), read.getframerate()) == (channels, 2, 8000)
        assert read.getnframes() == frames
        assert read.readframes(frames) == sound


def test_the_length_of_a_sound_is_its_frames_at_8_khz() -> None:
    assert wav.duration_s(64_000, 2) == 2.0
    assert wav.duration_s(64_000, 1) == 4.0
