"""What is stored now or, while MongoDB is away or stands still, what this process knows. It keeps nothing itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from call24.kit.errors import Unavailable
from call24.kit.mongo import Mongo

T = TypeVar("T")

_ASK_S = 0.7


async def stored_or_known(mongo: Mongo, known: T | None, ask: Callable[[], Awaitable[T | None]]) -> T | None:
    """`known`: None where nothing is known, and then MongoDB is waited for. Raises: Unavailable."""
    if known is not None and not mongo.reachable:
        return known
    try:
        async with asyncio.timeout(_ASK_S if known is not None else None):
            return await ask()
    except (Unavailable, TimeoutError):  # a MongoDB that stands still must not hold up a call in hand
        if known is None:
            raise
        return known
