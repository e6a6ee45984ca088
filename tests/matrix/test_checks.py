"""What the cells look for is found: sound in a pause, and what Asterisk's log says otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.matrix import checks

RATE = checks.RATE


def _tone(hz: int, *parts: tuple[float, bool]) -> np.ndarray[Any, Any]:
    """Seconds of it and of silence."""
    pieces = [np.sin(2 * np.pi * hz * np.arange(round(s * RATE)) / RATE) * 8000 * on for s, on in parts]
    return np.concatenate(pieces)


def _file(*parts: tuple[float, bool]) -> np.ndarray[Any, Any]:
    return np.array([_tone(1000, *parts), _tone(850, *parts)])


def test_a_pause_is_silent_for_as_long_as_it_lasted() -> None:
    audio = _file((1.0, True), (2.0, False), (1.0, True))
    assert checks.silent_while_paused(audio, 1.0, 1.0, 0.5) == []
    assert checks.silent_while_paused(audio[:, : 2 * RATE], 1.0, None, 0.0) == []
    [early] = checks.silent_while_paused(audio[:, : 2 * RATE], 1.0, None, 1.0)
    assert "only" in early


def test_sound_of_either_side_in_a_pause_is_found_wherever_it_is() -> None:
    silent = _file((1.0, True), (2.0, False), (1.0, True))
    begun_late = _file((1.3, True), (1.7, False), (1.0, True))
    ended_early = _file((1.0, True), (1.7, False), (1.3, True))
    middle = _file((1.0, True), (0.9, False), (0.05, True), (1.05, False), (1.0, True))
    for audio in (begun_late, ended_early, middle):
        assert len(checks.silent_while_paused(audio, 1.0, 1.0, 0.5)) == 2
    for side, name in enumerate(("customer", "agent")):
        audio = silent.copy()
        audio[side] = middle[side]
        [told] = checks.silent_while_paused(audio, 1.0, 1.0, 0.5)
        assert f"the {name} is there in 1.90 to 1.95 s" in told


def test_what_asterisks_log_says_otherwise_is_told_and_that_nothing_was_compared() -> None:
    finding = {"kind": "end_not_seen", "recorded": "2026-01-01T00:00:00Z", "seen": None}
    told = {"state": "done", "calls": 1, "findings": [finding]}
    assert len(checks.asterisks_log(told)) == 1
    assert checks.asterisks_log({**told, "findings": []}) == []
    assert len(checks.asterisks_log({"state": "no_log", "calls": 0, "findings": []})) == 1


def test_a_leg_that_could_not_be_told_may_end_later_than_its_record_and_nothing_else_may_differ() -> None:
    at = ["2026-01-01T00:00:00Z", "2026-01-01T00:00:05Z"]
    later = {"kind": "ended_at_differs", "recorded": at[0], "seen": at[1]}
    others = [{**later, "recorded": at[1], "seen": at[0]}, {**later, "kind": "answered_at_differs"}]
    told = {"state": "done", "calls": 1, "findings": [later, *others]}
    assert len(checks.asterisks_log(told)) == 3
    assert len(checks.asterisks_log(told, told_late=True)) == 2
    assert len(checks.asterisks_log(told, found_late=True)) == 2
    assert len(checks.asterisks_log(told, told_late=True, found_late=True)) == 1
