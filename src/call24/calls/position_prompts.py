"""What a waiting caller is told about its place and its expected wait, as names of built-in sounds. Pure.

The sounds are made by ops/asterisk/sounds/make.sh. "You are number three in the queue. | Your wait is expected to be
between | two and | five minutes."
"""

from __future__ import annotations

POSITIONS = 20
MINUTES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30)
"""The numbers of minutes that are spoken: a wait is rounded outwards to them, so that what is said stays true."""


def place_sounds(position: int | None, low_s: float | None, high_s: float | None) -> tuple[str, ...]:
    """`position`: 1 is next; None: not to be told. `low_s` to `high_s`: the expected wait; None: not known."""
    return (*_position(position), *_wait(low_s, high_s))


def _position(position: int | None) -> tuple[str, ...]:
    if position is None or position < 1:
        return ()
    return (f"position-{position}" if position <= POSITIONS else "position-many",)


def _wait(low_s: float | None, high_s: float | None) -> tuple[str, ...]:
    if low_s is None or high_s is None or not 0 <= low_s <= high_s:
        return ()
    low = max((spoken for spoken in MINUTES if spoken * 60 <= low_s), default=None)
    high = min((spoken for spoken in MINUTES if spoken * 60 >= high_s and spoken != low), default=None)
    if high is None:  # longer than can be said; and "from no time to more than half an hour" tells nobody anything
        return ("wait-over", f"minutes-{low}") if low is not None else ()
    if low is None:
        return ("wait-under-minute",) if high == 1 else ("wait-under", f"minutes-{high}")
    return ("wait-between", f"from-{low}", f"minutes-{high}")
