"""A look at the database that nobody waits for longer than they can."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from call24.kit.errors import Unavailable

T = TypeVar("T")


async def within(seconds: float, look: Awaitable[T]) -> T | None:
    """What a look at the database gives. None: it is away, or so slow that the screen is shown without this."""
    try:
        async with asyncio.timeout(seconds):
            return await look
    except (TimeoutError, Unavailable):
        return None
