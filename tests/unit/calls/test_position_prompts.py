"""What a waiting caller is told is true, and every sound that it names is there to be played."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.calls.position_prompts import MINUTES, POSITIONS, place_sounds

SOUNDS = Path(__file__).resolve().parents[3] / "ops" / "asterisk" / "sounds"
SECONDS = st.floats(0, 10_000)
SAID_ELSEWHERE = {
    *("recorded", "hold", "closed", "full", "invalid-choice", "no-number", "goodbye", "greeting", "voicemail", "away"),
    *("callback-offer", "callback-promised", "callback-impossible", "sorry", "privacy-code", "recording-stopped"),
    *("mobile-call-from", "mobile-call-withheld", "mobile-press-1", "mobile-code"),
}


def every_sound() -> set[str]:
    """All that may be said: whatever the place, and waits in steps of half a minute."""
    waits = [place_sounds(None, low * 30, high * 30) for low in range(80) for high in range(low, 80)]
    places = [place_sounds(position, None, None) for position in range(1, POSITIONS + 2)]
    return {sound for sounds in (*waits, *places) for sound in sounds}


@pytest.mark.parametrize(
    ("position", "low_s", "high_s", "sounds"),
    [
        (3, 130, 290, ("position-3", "wait-between", "from-2", "minutes-5")),
        (1, 0, 59, ("position-1", "wait-under-minute")),
        (1, 0, 60, ("position-1", "wait-under-minute")),
        (2, 20, 61, ("position-2", "wait-under", "minutes-2")),
        (20, None, None, ("position-20",)),
        (21, 660, 900, ("position-many", "wait-between", "from-10", "minutes-15")),
        (None, 120, 120, ("wait-between", "from-2", "minutes-3")),
        (None, 120, 3000, ("wait-over", "minutes-2")),
        (None, 3600, 7200, ("wait-over", "minutes-30")),
        (None, 1800, 1800, ("wait-over", "minutes-30")),
        (None, 10, 3000, ()),
        (0, None, 60, ()),
        (None, 100, 50, ()),
        (None, -1, 50, ()),
        (None, float("nan"), 50, ()),
        (None, 50, float("inf"), ()),
    ],
)
def test_place_and_wait_as_they_are_said(
    position: int | None, low_s: float | None, high_s: float | None, sounds: tuple[str, ...]
) -> None:
    assert place_sounds(position, low_s, high_s) == sounds


@given(SECONDS, SECONDS)
def test_the_wait_that_is_said_holds_the_expected_one(one: float, other: float) -> None:
    low_s, high_s = min(one, other), max(one, other)
    said = place_sounds(None, low_s, high_s)
    numbers = [int(sound.rpartition("-")[2]) * 60 for sound in said if sound[-1].isdigit()]
    match said[:1]:
        case ("wait-between",):
            assert numbers[0] <= low_s and high_s <= numbers[1] and numbers[0] < numbers[1]
        case ("wait-under",):
            assert high_s <= numbers[0]
        case ("wait-under-minute",):
            assert high_s <= 60
        case ("wait-over",):
            assert low_s >= numbers[0]
        case _:
            assert low_s < 60 and high_s > MINUTES[-1] * 60


@given(st.integers(1, 500), SECONDS, SECONDS)
def test_every_sound_that_is_named_is_a_known_one(position: int, one: float, other: float) -> None:
    assert set(place_sounds(position, min(one, other), max(one, other))) <= every_sound()


def test_every_sound_that_is_named_has_a_file_of_telephone_sound() -> None:
    there = {path.stem for path in (*SOUNDS.glob("*.wav"), *SOUNDS.glob("*.ul"))}
    assert every_sound() | SAID_ELSEWHERE == there
    for path in SOUNDS.glob("*.ul"):
        assert 0.3 < path.stat().st_size / 8000 < 6, path


def test_twenty_places_are_named() -> None:
    assert {f"position-{place}" for place in range(1, POSITIONS + 1)} <= every_sound()
