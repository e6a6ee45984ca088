"""Tones and mu-law."""

from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.testphones import tone


def test_every_mu_law_byte_survives_decoding_and_encoding_except_negative_zero() -> None:
    every = bytes(range(256))
    back = tone.samples_to_ulaw(tone.ulaw_to_samples(every))
    assert [code for code in range(256) if back[code] != code] == [0x7F]
    assert tone.ulaw_to_samples(b"\x7f\xff") == array("h", [0, 0])


@given(st.integers(-32768, 32767))
def test_mu_law_is_within_one_step_of_the_sample(sample: int) -> None:
    heard = tone.ulaw_to_samples(tone.samples_to_ulaw(array("h", [sample])))[0]
    assert abs(heard - sample) <= max(16, abs(sample) // 16)


@pytest.mark.parametrize("hz", [440, 1000, 697])
def test_a_tone_explains_its_own_frame_and_no_other_tone_does(hz: int) -> None:
    frame = tone.ulaw_to_samples(tone.tone_second(hz)[: tone.FRAME])
    assert tone.tone_share(frame, hz) > 0.98
    assert tone.tone_share(frame, hz + 300) < 0.05


def test_silence_is_no_tone() -> None:
    assert tone.tone_share(tone.ulaw_to_samples(tone.SILENCE), 440) == 0.0
    assert tone.tone_share(array("h"), 440) == 0.0
    assert tone.level_dbfs(tone.ulaw_to_samples(tone.SILENCE)) == -100.0


def test_a_second_of_tone_repeats_without_a_seam() -> None:
    twice = tone.ulaw_to_samples(tone.tone_second(440) * 2)
    assert tone.tone_share(twice[7900:8060], 440) > 0.98


def test_level_of_a_half_scale_sine_is_nine_db_down() -> None:
    assert tone.level_dbfs(tone.tone_samples(1000, 1.0, 0.5)) == pytest.approx(-9.03, abs=0.05)


def test_a_wav_gives_back_the_samples_it_was_given(tmp_path: Path) -> None:
    samples = tone.tone_samples(1000, 0.1)
    tone.write_wav(tmp_path / "a.wav", samples)
    assert tone.read_wav_channels(tmp_path / "a.wav") == [samples]
