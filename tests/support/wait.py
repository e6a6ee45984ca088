"""Waits for a condition instead of for a time."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE_S = 20.0
"""For waits that bound nothing, where processes of others keep the machine busy."""


async def wait_until(condition: Callable[[], T | Awaitable[T]], timeout_s: float = 5.0) -> T:
    """The first true answer of `condition`, asked again after a `pause`.

    Raises: AssertionError when the time is over, with the last answer.
    """
    began = time.monotonic()
    while True:
        asked = time.monotonic()
        answer = condition()
        value: T = await answer if inspect.isawaitable(answer) else answer  # type: ignore[assignment]
        if value:
            return value
        now = time.monotonic()
        if now >= began + timeout_s:
            raise AssertionError(f"not within {timeout_s:g} s; last answer: {value!r}")
        await asyncio.sleep(pause(now - began, now - asked))


def pause(waited_s: float, took_s: float) -> float:
    """Seconds until a condition is asked again: 10 ms at first, 0.1 s in a longer wait and for what takes long to ask,
    since whoever asks all the time keeps the machine from coming to what is waited for.
    """
    return min(max(0.01, waited_s / 20, 2 * took_s), 0.1)
