"""Work that is looked for: at once again while there was some, otherwise when somebody says so, or after a while."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from call24.kit.errors import Unavailable


async def keep_looking(look: Callable[[], Awaitable[bool]], wake: asyncio.Event, every_s: float) -> None:
    """For ever. `look`: whether there was anything; may raise Unavailable. `wake`: set by who put something."""
    while True:
        wake.clear()
        progress = False
        with contextlib.suppress(Unavailable):
            progress = await look()
        if not progress:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(every_s):
                    await wake.wait()
