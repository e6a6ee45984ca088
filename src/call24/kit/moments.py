"""Moments that several tasks share: what they write behind then reaches MongoDB together, which syncs its log once."""

from __future__ import annotations

import asyncio


async def next_moment(every_s: float) -> None:
    """Returns at the next multiple of ``every_s`` on the event loop's clock."""
    now = asyncio.get_running_loop().time()
    await asyncio.sleep(every_s - now % every_s)
