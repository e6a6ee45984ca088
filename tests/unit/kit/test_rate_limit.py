"""The counters behind all limits by time: exact for small limits, one number for large ones, bounded in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from call24.kit.rate_limit import FixedWindow, SlidingWindow

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_sliding_window_says_when_the_oldest_has_left_it() -> None:
    counted = SlidingWindow(MINUTE)
    for second in (0, 10, 20):
        assert counted.wait_s("key", 3, later(second)) == 0
        counted.count("key", later(second))
    assert counted.wait_s("key", 3, later(20)) == 41
    assert counted.wait_s("other", 3, later(20)) == 0
    assert counted.wait_s("key", 3, later(59.5)) == 1
    assert counted.wait_s("key", 3, later(60)) == 0, "the first is out of the window, two are left"
    counted.count("key", later(60))
    assert counted.wait_s("key", 3, later(61)) == 10


def test_what_is_taken_back_or_forgotten_does_not_count() -> None:
    counted = SlidingWindow(MINUTE)
    for _ in range(2):
        counted.count("key", NOW)
    counted.take_back("key")
    assert (counted.wait_s("key", 2, NOW), counted.wait_s("key", 1, NOW)) == (0, 61)
    counted.forget("key")
    assert counted.wait_s("key", 1, NOW) == 0
    counted.take_back("nobody")


def test_a_sliding_window_forgets_the_oldest_key_and_all_that_is_over() -> None:
    counted = SlidingWindow(MINUTE, keys_max=2)
    for key in ("first", "second", "third"):
        counted.count(key, NOW)
    assert [counted.wait_s(key, 1, NOW) for key in ("first", "second", "third")] == [0, 61, 61]
    assert [counted.wait_s(key, 1, later(60)) for key in ("second", "third")] == [0, 0]
    assert len(counted) == 0


def test_only_the_newest_are_remembered_where_that_is_asked() -> None:
    counted = SlidingWindow(MINUTE)
    for second in range(50):
        counted.count("key", later(second), remembered=3)
    assert counted.wait_s("key", 3, later(50)) == 58, "the oldest that is remembered is of second 47"
    assert counted.wait_s("key", 4, later(50)) == 0


def test_a_fixed_window_begins_anew_when_it_is_over() -> None:
    now = [100.0]
    windows = FixedWindow(60.0, lambda: now[0])
    windows.of("key").count += 2
    now[0] += 59.4
    used = windows.of("key")
    assert (used.count, windows.left_s(used)) == (2, 1)
    now[0] += 0.6
    used = windows.of("key")
    assert (used.count, windows.left_s(used)) == (0, 60)


def test_a_fixed_window_forgets_the_key_that_was_used_longest_ago() -> None:
    windows = FixedWindow(60.0, lambda: 0.0, keys_max=2)
    for key in ("first", "second", "first", "third"):
        windows.of(key).count += 1
    assert ("first" in windows, "second" in windows, "third" in windows, len(windows)) == (True, False, True, 2)
    windows.forget("first")
    assert "first" not in windows
