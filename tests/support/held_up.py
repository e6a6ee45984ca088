"""Says when the event loop of a test stood still: its phones send no sound meanwhile, and answer nobody.

A call that is made in the loop and not in a thread (a synchronous client of MongoDB, a sum over long sounds) does that;
what is measured of a call is wrong then, and the test fails on a busy machine alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator

EVERY_S = 0.02
SAID_FROM_S = 0.15


@contextlib.asynccontextmanager
async def telling_when_held_up() -> AsyncIterator[None]:
    """Each time is a line among what a failed test printed."""
    task = asyncio.create_task(_tell())
    try:
        yield
    finally:
        task.cancel()


async def _tell() -> None:
    while True:
        began = time.monotonic()
        await asyncio.sleep(EVERY_S)
        if (late := time.monotonic() - began - EVERY_S) > SAID_FROM_S:
            until = time.strftime("%H:%M:%S")
            sys.stdout.write(f"the event loop of the test stood still for {late:.2f} s until {until}\n")
