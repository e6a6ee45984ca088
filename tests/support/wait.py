"""Waits for a condition instead of for a time."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def wait_until(condition: Callable[[], T | Awaitable[T]], timeout_s: float = 5.0) -> T:
    """The first true answer of `condition`, asked every 10 ms.

    Raises: AssertionError when the time is over, with the last answer.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        answer = condition()
        value: T = await answer if inspect.isawaitable(answer) else answer  # type: ignore[assignment]
        if value:
            return value
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {timeout_s:g} s; last answer: {value!r}")
        await asyncio.sleep(0.01)
